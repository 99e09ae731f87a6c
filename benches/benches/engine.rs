//! The engine and its floor in nanoseconds; `bin/ratios` sets them against each other.

use divan::Bencher;
use divan::counter::ItemsCount;
use sim_benches::floor::{mm1, mmc, policy_path};
use sim_benches::hold::{Spans, agenda, hold};
use sim_benches::scenario::Ready;
use sim_benches::workload::CUSTOMERS;
use sim_core::engine::agenda::wheel::Wheel;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 50], sample_count = 5)]
fn queue_by_hand(bencher: Bencher, servers: u32) {
    bencher.counter(ItemsCount::new(2 * CUSTOMERS)).bench_local(|| match servers {
        1 => mm1::mean_sojourn(CUSTOMERS, 1),
        _ => mmc::mean_sojourn(servers, CUSTOMERS, 1),
    });
}

#[divan::bench(args = [1, 50], sample_count = 5)]
fn queue(bencher: Bencher, servers: u32) {
    let ready = Ready::mmc(servers);
    bencher.counter(ItemsCount::new(2 * CUSTOMERS)).bench_local(|| ready.run(1));
}

#[divan::bench]
fn policy_path_by_hand() -> policy_path::Counts {
    policy_path::run(1)
}

#[divan::bench]
fn policy_path_scenario(bencher: Bencher) {
    let ready = Ready::policy_path();
    bencher.bench_local(|| ready.run(1));
}

const HOLDS: u64 = 10_000;

#[divan::bench(args = [100, 10_000, 100_000])]
fn agenda_hold(bencher: Bencher, pending: u32) {
    let mut spans = Spans::new();
    let mut list = agenda::<Wheel>(pending, &mut spans);
    bencher.counter(ItemsCount::new(HOLDS)).bench_local(|| hold(&mut list, HOLDS, &mut spans));
}
