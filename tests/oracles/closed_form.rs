//! `sim_core::analytic` against the rows, which have 9 or 10 digits.

use sim_core::analytic::abandonment::{Pool, deterministic, exponential};
use sim_core::analytic::breaker::{
    calls_to_consecutive, closes_probability, committed_before_open, window_probability,
};
use sim_core::analytic::deadline::{absolute_timer, nested_budget, wasted_hop_time};
use sim_core::analytic::erlang::{erlang_b, erlang_c};
use sim_core::analytic::little;
use sim_core::analytic::mmc::Mmc;
use sim_core::analytic::mmck::Mmck;
use sim_core::analytic::retry::{budget_ceiling, layers, load_factor, success_probability};

use super::row;

const TOLERANCE: f64 = 1e-8;

/// What is wrong with a computed value, if anything.
pub(crate) fn disagreement(id: &str, computed: f64) -> Option<String> {
    let expected = row::value(id);
    let agrees = (computed - expected).abs() <= TOLERANCE * expected.abs();
    (!agrees).then(|| format!("{id}: {computed}, not {expected}"))
}

/// Every closed form that a row asks for.
pub(crate) fn computed() -> Vec<(&'static str, f64)> {
    [queues(), losses(), pools(), retries(), breakers(), deadlines()].concat()
}

fn mmc(rate: f64, workers: u32) -> Mmc {
    Mmc::new(rate, 1.0, workers).expect("a load below 1")
}

fn mmck(rate: f64, mean_service: f64, workers: u32, capacity: u32) -> Mmck {
    Mmck::new(rate, mean_service, workers, capacity).expect("a capacity above the workers")
}

fn queues() -> Vec<(&'static str, f64)> {
    let (one, ten, fifty, hundred) = (mmc(0.9, 1), mmc(9.0, 10), mmc(45.0, 50), mmc(80.0, 100));
    vec![
        ("mm1-W", one.mean_sojourn()),
        ("mm1-L", one.mean_number()),
        ("mm1-Wq", one.mean_wait()),
        ("mm1-p50", one.sojourn_quantile(0.5)),
        ("mm1-p95", one.sojourn_quantile(0.95)),
        ("mm1-p99", one.sojourn_quantile(0.99)),
        ("mm1-p99.9", one.sojourn_quantile(0.999)),
        ("mmc2-C", erlang_c(2, 1.6).expect("a load below 1")),
        ("mmc2-W", mmc(1.6, 2).mean_sojourn()),
        ("mmc3-C", mmc(2.0, 3).wait_probability()),
        ("mmc3-W", mmc(2.0, 3).mean_sojourn()),
        ("mmc10-C", ten.wait_probability()),
        ("mmc10-W", ten.mean_sojourn()),
        ("mmc10-p99", ten.sojourn_quantile(0.99)),
        ("mmc50-C", fifty.wait_probability()),
        ("mmc50-W", fifty.mean_sojourn()),
        ("mmc50-p99", fifty.sojourn_quantile(0.99)),
        ("mmc100-C", hundred.wait_probability()),
        ("mmc100-W", hundred.mean_sojourn()),
        ("mginf-L", little::number(1_000.0, 0.08)),
        ("rec-P7", mmc(17.0, 20).wait_probability()),
        ("rec-P8", mmc(0.85, 1).mean_sojourn()),
        ("rec-P9", mmc(17.0, 20).mean_sojourn()),
        ("rec-P10", mmc(6.8, 8).sojourn_quantile(0.99)),
        ("rec-P11", mmc(8.0 * 0.85 / 0.9, 8).sojourn_quantile(0.99)),
    ]
}

fn losses() -> Vec<(&'static str, f64)> {
    vec![
        ("erlB-5-3", erlang_b(5, 3.0)),
        ("erlB-10-10", erlang_b(10, 10.0)),
        ("erlB-50-45", erlang_b(50, 45.0)),
        ("erlB-100-100", erlang_b(100, 100.0)),
        ("rec-P1", erlang_b(100, 100.0)),
        ("mm1k11-block", mmck(9.0, 0.1, 1, 11).loss()),
        ("mm1k11-L", mmck(9.0, 0.1, 1, 11).mean_number()),
        ("mm23-N", mmck(3.0, 0.25, 2, 3).mean_number()),
        ("mmck-50-70-loss", mmck(50.0, 1.0, 50, 70).loss()),
        ("mmck-50-70-Wq", mmck(50.0, 1.0, 50, 70).mean_wait()),
    ]
}

fn pools() -> Vec<(&'static str, f64)> {
    let (calm, busy) =
        (deterministic(1_000.0, 0.08, 100, 0.05), deterministic(1_300.0, 0.08, 100, 0.05));
    let (even, slack) = (exponential(50.0, 1.0, 50, 2.0), exponential(45.0, 1.0, 50, 3.0));
    let admitted = |pool: Pool| pool.mean_wait_admitted.expect("known for a fixed longest wait");
    vec![
        ("mmcD-100-1000-0", calm.rejection),
        ("mmcD-100-1000-1", calm.mean_wait),
        ("mmcD-100-1000-2", calm.wait_probability),
        ("mmcD-100-1000-3", admitted(calm)),
        ("mmcD-100-1300-0", busy.rejection),
        ("mmcD-100-1300-1", busy.mean_wait),
        ("mmcD-100-1300-2", busy.wait_probability),
        ("mmcD-100-1300-3", admitted(busy)),
        ("erlA-50-50-0", even.rejection),
        ("erlA-50-50-1", even.mean_wait),
        ("erlA-50-50-2", even.wait_probability),
        ("erlA-50-45-0", slack.rejection),
        ("erlA-50-45-1", slack.mean_wait),
        ("erlA-50-45-2", slack.wait_probability),
        ("rec-P2", deterministic(500.0, 0.2, 100, 0.05).rejection),
        ("rec-P3", deterministic(500.0, 0.2, 110, 0.05).rejection),
        ("rec-P4", deterministic(500.0, 2.0, 100, 0.05).rejection),
        ("rec-P6", little::rate(10.0, 5.0).expect("a time above zero")),
    ]
}

fn retries() -> Vec<(&'static str, f64)> {
    vec![
        ("retry-attempts", load_factor(0.3, 2)),
        ("retry-success", success_probability(0.3, 2)),
        ("rec-R1", load_factor(1.0, 2)),
        ("rec-R2_10", load_factor(0.1, 3)),
        ("rec-R2_50", load_factor(0.5, 3)),
        ("rec-R2_90", load_factor(0.9, 3)),
        ("rec-R3", layers(&[load_factor(1.0, 3); 3])),
        ("rec-R4", budget_ceiling(0.1)),
        ("retry-layers/amplification", layers(&[load_factor(1.0, 3); 3])),
        ("retry-layers/with_3_attempts_per_request_single_layer", load_factor(1.0, 2)),
        ("retry-layers/with_10pct_client_retry_budget", budget_ceiling(0.1)),
    ]
}

fn breakers() -> Vec<(&'static str, f64)> {
    vec![
        ("rec-R5", calls_to_consecutive(5, 0.5)),
        ("rec-R6", calls_to_consecutive(5, 0.1)),
        ("rec-R7", window_probability(5, 3, 0.01)),
        ("rec-R8", window_probability(20, 10, 0.2)),
        ("rec-R9", window_probability(5, 3, 0.2)),
        ("rec-R10", closes_probability(3, 0.2)),
        ("rec-R11", committed_before_open(20.0, 30.0, 5)),
    ]
}

fn deadlines() -> Vec<(&'static str, f64)> {
    vec![
        ("rec-D1", absolute_timer(10.0, 2.0, 0.9)),
        ("rec-D2", nested_budget(10.0, 0.9, 4)),
        ("rec-D3", wasted_hop_time(10.0, &[30.0, 30.0])),
    ]
}
