//! M/M/50 on other simulation libraries, beside the hand-written loop and the engine:
//! `cargo run --release -p sim-benches --features peers --bin peers`.
//!
//! The engine makes its whole report; the others keep the sum of sojourns.

use sim_benches::floor::mmc;
use sim_benches::peers::{desque, nexosim, simcore};
use sim_benches::rounds::{Side, assert_close, in_turn};
use sim_benches::scenario::Ready;
use sim_benches::workload::{CUSTOMERS, RATE, mean_service};
use sim_core::analytic::mmc::Mmc;

const SERVERS: u32 = 50;
const NAMES: [&str; 5] = ["by hand", "stormglass", "desque", "simcore", "nexosim"];

fn main() {
    let law = Mmc::new(RATE, mean_service(SERVERS), SERVERS).expect("the queue is stable");
    let ready = Ready::mmc(SERVERS);
    let engine: Side<'_> = Box::new(|round| {
        let run = ready.run(round);
        let mean = ready.metric(&run, false, "latency.mean");
        assert_close("stormglass", "mean sojourn", mean, law.mean_sojourn(), 0.08);
        2 * run.requests
    });
    let other = |name, mean_sojourn: fn(u32, u64, u64) -> f64| -> Side<'_> {
        let want = law.mean_sojourn();
        Box::new(move |round| {
            let mean = mean_sojourn(SERVERS, CUSTOMERS, round.into());
            assert_close(name, "mean sojourn", mean, want, 0.08);
            2 * CUSTOMERS
        })
    };
    let took = in_turn([
        other("by hand", mmc::mean_sojourn),
        engine,
        other("desque", desque::mean_sojourn),
        other("simcore", simcore::mean_sojourn),
        other("nexosim", nexosim::mean_sojourn),
    ]);
    println!("{:<12} {:>12} {:>8}", "M/M/50", "ns per event", "ratio");
    for (name, it) in NAMES.into_iter().zip(&took) {
        println!("{name:<12} {:>12.1} {:>8.2}", it.nanos(), it.over(&took[0]));
    }
}
