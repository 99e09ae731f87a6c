//! "Exponential Backoff And Jitter" on sim-core's public parts: who waits how, and what it saves.
//!
//! ```text
//! cargo run --release -p sim-tests --example backoff-contention
//! ```

use sim_tests::models::contention::{compare, published};

fn main() {
    let shown = [10, 50, 100, 150];
    let cells: Vec<_> = published().into_iter().filter(|it| shown.contains(&it.clients)).collect();
    println!(
        "                      time until all have written, ms      writes, those in vain too"
    );
    println!(
        "clients  strategy         simulated   published     z          simulated   published     z"
    );
    for row in compare(&cells, 100) {
        println!("{row}");
    }
    println!("± is half of the 95 % interval over 100 trials; z is in standard errors");
}
