//! "Fixing retries with token buckets and circuit breakers" on sim-core's public parts: what each
//! strategy adds to the load of a failing server, and how many calls it saves.
//!
//! ```text
//! cargo run --release -p sim-tests --example retry-strategies
//! ```

use sim_tests::models::retry_strategies::{compare, published};

fn main() {
    println!("experiment, failures, strategy; attempts a call, successes in %, calls, each:");
    println!(
        "simulated ± half of the 95 % interval over 5 trials, published, difference / tolerance"
    );
    for row in compare(&published(), 5) {
        println!("{row}");
    }
}
