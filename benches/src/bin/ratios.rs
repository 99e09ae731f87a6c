//! How many times the floor the engine takes: `cargo run --release -p sim-benches --bin ratios`.
//!
//! Both sides run in turn in one process, and CPU time is taken, so that whatever else the machine
//! does falls on both. Prints the medians; with `--check`, exit code 1 says that a target was
//! missed. A word such as `mm50`, `policy` or `hold` chooses among the models.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ThreadTime;
use sim_benches::floor::{mm1, mmc, policy_path};
use sim_benches::hold::{Spans, agenda, heap, hold, hold_heap};
use sim_benches::scenario::Ready;
use sim_benches::workload::{CUSTOMERS, RATE, mean_service};
use sim_core::analytic::mmc::Mmc;

const ROUNDS: u32 = 7;
/// Runs of the policy path in a round: one alone takes milliseconds.
const PATHS: u32 = 8;
const HOLDS: u64 = 2_000_000;

fn main() -> ExitCode {
    let check = std::env::args().skip(1).any(|it| it == "--check");
    let only = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    println!(
        "{:<18} {:>10} {:>10} {:>7} {:>7}   ns per",
        "model", "floor ns", "engine ns", "ratio", "target"
    );
    let benches: [(&str, Bench); 6] = [
        ("mm1", || queue("M/M/1", 1, None)),
        ("mm50", || queue("M/M/50", 50, Some(3.0))),
        ("policy-path", || path(Some(10.0))),
        ("hold-100", || list("hold 100", 100)),
        ("hold-10k", || list("hold 10 000", 10_000)),
        ("hold-100k", || list("hold 100 000", 100_000)),
    ];
    let chosen = |name: &str| only.as_ref().is_none_or(|it| name.contains(it.as_str()));
    let mut met = true;
    for (_, bench) in benches.into_iter().filter(|it| chosen(it.0)) {
        let row = bench();
        row.print();
        met &= row.meets_its_target();
    }
    if check && !met {
        eprintln!("a target was missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

type Bench = fn() -> Row;

struct Row {
    name: &'static str,
    unit: &'static str,
    floor: f64,
    engine: f64,
    ratio: f64,
    target: Option<f64>,
}

impl Row {
    fn print(&self) {
        let target = self.target.map_or(String::new(), |it| format!("≤ {it:.0}"));
        println!(
            "{:<18} {:>10.1} {:>10.1} {:>7.2} {:>7}   {}",
            self.name, self.floor, self.engine, self.ratio, target, self.unit
        );
    }

    fn meets_its_target(&self) -> bool {
        self.target.is_none_or(|it| self.ratio <= it)
    }
}

/// Nanoseconds per unit of both sides, each told the number of the round and returning its units.
/// The ratio is the median of the rounds' ratios.
fn in_turn(mut floor: impl FnMut(u32) -> u64, mut engine: impl FnMut(u32) -> u64) -> [f64; 3] {
    let mut rounds = [const { Vec::new() }; 3];
    for round in 0..ROUNDS {
        let (floor, engine) = (timed(|| floor(round)), timed(|| engine(round)));
        for (values, it) in rounds.iter_mut().zip([floor, engine, engine / floor]) {
            values.push(it);
        }
    }
    rounds.map(median)
}

fn timed(run: impl FnOnce() -> u64) -> f64 {
    let start = ThreadTime::now();
    let units = black_box(run());
    let took: Duration = start.elapsed();
    took.as_secs_f64() * 1e9 / units as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn queue(name: &'static str, servers: u32, target: Option<f64>) -> Row {
    let law = Mmc::new(RATE, mean_service(servers), servers).expect("the queue is stable");
    let floor_mean = |seed| match servers {
        1 => mm1::mean_sojourn(CUSTOMERS, seed),
        _ => mmc::mean_sojourn(servers, CUSTOMERS, seed),
    };
    let ready = Ready::mmc(servers);
    let (mut by_hand, mut simulated) = (Vec::new(), Vec::new());
    let [floor, engine, ratio] = in_turn(
        |round| {
            by_hand.push(floor_mean(round.into()));
            2 * CUSTOMERS
        },
        |round| {
            simulated.push(ready.run(round));
            2 * simulated.last().expect("just pushed").requests
        },
    );
    for (floor, run) in by_hand.into_iter().zip(&simulated) {
        assert_close(name, "mean sojourn by hand", floor, law.mean_sojourn(), 0.08);
        let engine = ready.metric(run, false, "latency.mean");
        assert_close(name, "mean sojourn", engine, law.mean_sojourn(), 0.08);
    }
    Row { name, unit: "event", floor, engine, ratio, target }
}

fn path(target: Option<f64>) -> Row {
    let ready = Ready::policy_path();
    let mut by_hand = policy_path::Counts::default();
    let mut simulated = Vec::new();
    let seeds = |round: u32| round * PATHS..(round + 1) * PATHS;
    let [floor, engine, ratio] = in_turn(
        |round| {
            let mut counts = policy_path::Counts::default();
            seeds(round).for_each(|it| counts.add(policy_path::run(it.into())));
            by_hand.add(counts);
            counts.requests
        },
        |round| {
            let runs: Vec<_> = seeds(round).map(|it| ready.run(it)).collect();
            let requests = runs.iter().map(|it| it.requests).sum();
            simulated.extend(runs);
            requests
        },
    );
    let name = "policy path";
    let runs = f64::from(ROUNDS * PATHS);
    let mean = |inner, metric| {
        simulated.iter().map(|it| ready.metric(it, inner, metric)).sum::<f64>() / runs
    };
    let requests = by_hand.requests as f64;
    let sojourn = by_hand.sojourns as f64 / by_hand.answered as f64 / 1e9;
    #[rustfmt::skip]
    let counts = [
        ("answered share", by_hand.answered as f64 / requests, mean(false, "success_rate"), 0.02),
        ("mean sojourn", sojourn, mean(false, "latency.mean"), 0.03),
        ("attempts", by_hand.attempts as f64 / runs, mean(true, "attempts"), 0.02),
        ("breaker openings", by_hand.opened as f64 / runs, mean(true, "breaker.opened"), 0.1),
        ("pool rejections", by_hand.pool_full as f64 / runs, mean(true, "rejected"), 0.1),
    ];
    for (what, floor, engine, tolerance) in counts {
        assert_close(name, what, floor, engine, tolerance);
    }
    Row { name, unit: "request", floor, engine, ratio, target }
}

fn list(name: &'static str, pending: u32) -> Row {
    let mut spans = [Spans::new(), Spans::new()];
    let mut floor = heap(pending, &mut spans[0]);
    let mut engine = agenda(pending, &mut spans[1]);
    let [floor_spans, engine_spans] = &mut spans;
    let mut reached = [Vec::new(), Vec::new()];
    let [floor_now, engine_now] = &mut reached;
    let [floor, engine, ratio] = in_turn(
        |_| {
            floor_now.push(hold_heap(&mut floor, HOLDS, floor_spans));
            HOLDS
        },
        |_| {
            engine_now.push(hold(&mut engine, HOLDS, engine_spans));
            HOLDS
        },
    );
    assert_eq!(reached[0], reached[1], "{name}: both lists hold the same events");
    Row { name, unit: "hold", floor, engine, ratio, target: None }
}

fn assert_close(name: &str, what: &str, got: f64, want: f64, tolerance: f64) {
    let off = (got - want).abs() / want;
    assert!(off <= tolerance, "{name}: {what} is {got}, not {want} as on the other side");
}
