//! `sim_core::analytic` against the rows, which have 9 or 10 digits.

use sim_core::analytic::abandonment::{Pool, deterministic, exponential};
use sim_core::analytic::availability::{
    HOURS_PER_YEAR, downtime, k_of_n, largest_common_cause, mttf_for, of_drains, of_failovers,
    of_part, serial, with_common_cause,
};
use sim_core::analytic::backlog::{Burst, time_to_fill};
use sim_core::analytic::backup::{
    Backups, any_success, chain_success, segment_period, silently_broken,
};
use sim_core::analytic::breaker::{
    calls_to_consecutive, closes_probability, committed_before_open, window_probability,
};
use sim_core::analytic::deadline::{absolute_timer, nested_budget, wasted_hop_time};
use sim_core::analytic::erlang::{erlang_b, erlang_c};
use sim_core::analytic::error_budget::{WORKBOOK, budget, burn_rate_to_spend, exhaustion, spent};
use sim_core::analytic::failover::{cached_address, lease_expiry, slowest};
use sim_core::analytic::headroom::{growth_before, least_shed};
use sim_core::analytic::little;
use sim_core::analytic::mmc::Mmc;
use sim_core::analytic::mmck::Mmck;
use sim_core::analytic::probe::{crash_loop_wait, restart_probability, shortest_outage};
use sim_core::analytic::repair::{Coverage, Redundant};
use sim_core::analytic::restore::{Restore, overhead_shown};
use sim_core::analytic::retry::{budget_ceiling, layers, load_factor, success_probability};
use sim_core::analytic::saga::{compensated, mean_compensations};
use sim_core::analytic::stages::Stages;

use super::row;

/// Relative: the rows of `recovery.json` have a digit more than the others.
fn tolerance(id: &str) -> f64 {
    if id.starts_with("rec-") { 1e-9 } else { 1e-8 }
}

/// What is wrong with a computed value, if anything.
pub(crate) fn disagreement(id: &str, computed: f64) -> Option<String> {
    let expected = row::value(id);
    let agrees = (computed - expected).abs() <= tolerance(id) * expected.abs();
    (!agrees).then(|| format!("{id}: {computed}, not {expected}"))
}

/// Every closed form that a row asks for.
pub(crate) fn computed() -> Vec<(&'static str, f64)> {
    [
        queues(),
        losses(),
        pools(),
        retries(),
        breakers(),
        deadlines(),
        backups(),
        restores(),
        systems(),
        budgets(),
        probes_headroom_and_sagas(),
    ]
    .concat()
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
        ("rec-Q2", mmck(0.9, 1.0, 1, 10).loss()),
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

const MB: f64 = 1e6;
const MIB: f64 = 1_048_576.0;

fn backups() -> Vec<(&'static str, f64)> {
    let hourly = Backups { interval: 60.0, duration: 10.0, failure: 0.0 };
    let instant = Backups { duration: 0.0, ..hourly };
    let fallible = Backups { failure: 0.05, ..hourly };
    let log = Backups { interval: 60.0, duration: 5.0, failure: 0.0 };
    let burst = Burst { inflow: 40.0 * MB, outflow: 25.0 * MB, span: 60.0 };
    vec![
        ("rec-B1", instant.mean_loss()),
        ("rec-B2", hourly.mean_loss()),
        ("rec-B3", hourly.worst_loss()),
        ("rec-B4", hourly.miss_probability(60.0)),
        ("rec-B5", instant.miss_probability(5.0)),
        ("rec-B6", fallible.mean_loss()),
        ("rec-B7", fallible.miss_probability(130.0)),
        ("rec-B8", log.mean_loss()),
        ("rec-B9", segment_period(16.0 * MIB, 10_000.0, None)),
        ("rec-B10", segment_period(16.0 * MIB, 1.0 * MB, Some(60.0))),
        ("rec-B11", burst.age()),
        ("rec-B12", burst.drain_time(5.0 * MB).expect("it drains")),
        ("rec-C1", chain_success(0.99, 7)),
        ("rec-C2", chain_success(0.99, 2)),
        ("rec-C3", any_success(0.9, 3)),
        ("rec-C4", silently_broken(1.0, 0.25)),
        ("rec-C5", silently_broken(1.0, 1.0)),
        ("rec-Q1", time_to_fill(1_024.0 * MIB, 2_000.0 * 1_024.0, 0.0).expect("it fills")),
    ]
}

fn restores() -> Vec<(&'static str, f64)> {
    let rate = 100.0 * MB;
    let overhead = overhead_shown(1_104.0, 40.0 * 1_024.0 * MB, rate);
    let copy = |size| Restore { overhead: 0.0, size, rate };
    let whole = Restore { overhead, ..copy(500.0 * 1_024.0 * MB) };
    let runbook = Stages::new().then_all_of(2, 10.0).then(5.0);
    vec![
        ("rec-T1", copy(500.0 * 1_024.0 * MB).copying()),
        ("rec-T2", copy(500e9).copying()),
        ("rec-T3", copy(500.0 * 1_024.0 * MIB).copying()),
        ("rec-T4", overhead),
        ("rec-T5", whole.time()),
        ("rec-T6", whole.time_with_log(43_200.0 * MB, 30.0 * MB)),
        ("rec-T7", runbook.mean()),
        ("rec-T8", runbook.done_by(30.0)),
        ("rec-T9", lease_expiry(30.0, 10.0)),
        ("rec-T10", cached_address(5.0)),
        ("rec-T11", slowest(20, 5.0)),
    ]
}

fn systems() -> Vec<(&'static str, f64)> {
    let pair = Redundant { copies: 2, needed: 1, failure: 1.0 / 720.0, repair: 0.25, crews: 1 };
    let two_crews = Redundant { crews: 2, ..pair };
    let coverage = Coverage { covered: 0.95, by_hand: 1.0 };
    let shared = |beta| 1.0 - with_common_cause(1, 2, 0.001, beta);
    let year = 3_600.0 * HOURS_PER_YEAR;
    vec![
        ("rec-A1", downtime(0.999, HOURS_PER_YEAR)),
        ("rec-A2", downtime(0.9999, 60.0 * HOURS_PER_YEAR)),
        ("rec-A3", downtime(0.999, HOURS_PER_YEAR) - downtime(0.9995, HOURS_PER_YEAR)),
        ("rec-A4", k_of_n(1, 2, 0.999)),
        ("rec-A5_1", shared(0.01)),
        ("rec-A5_5", shared(0.05)),
        ("rec-A5_10", shared(0.1)),
        ("rec-A6", largest_common_cause(0.001, 1e-4).expect("there is one")),
        ("rec-A7", serial(&[0.999; 12])),
        ("rec-A8", k_of_n(2, 3, 0.999)),
        ("rec-A9", of_part(720.0, 0.5)),
        ("rec-A10", pair.unavailability()),
        ("rec-A11", two_crews.unavailability()),
        ("rec-A12", pair.first_failure()),
        ("rec-A13", pair.unavailability_with(coverage)),
        ("rec-A14", of_failovers(3_600.0 * 730.0, 35.2)),
        ("rec-A15", k_of_n(3, 5, 0.99)),
        ("rec-A16", of_drains(2.0 * 8.76, 0.5, 120.0, year)),
    ]
}

fn budgets() -> Vec<(&'static str, f64)> {
    let outage = WORKBOOK[0].time_to_fire(0.999, 1.0).expect("it fires");
    vec![
        ("rec-E1", budget(0.9999, 43_200.0)),
        ("rec-E2", burn_rate_to_spend(0.02, 720.0, 1.0)),
        ("rec-E3", burn_rate_to_spend(0.05, 720.0, 6.0)),
        ("rec-E4", burn_rate_to_spend(0.1, 720.0, 72.0)),
        ("rec-E5", 3_600.0 * outage),
        ("rec-E7", exhaustion(30.0 * 24.0, 14.4)),
        ("rec-E8", spent(0.9999, 43_800.0, 5.0, 1.0)),
        ("rec-E9", mttf_for(0.9999, 5.0) / 1_440.0),
    ]
}

fn probes_headroom_and_sagas() -> Vec<(&'static str, f64)> {
    vec![
        ("rec-K1", restart_probability(5.0, 10.0, 1)),
        ("rec-K2", restart_probability(5.0, 10.0, 3)),
        ("rec-K3", crash_loop_wait(6, 10.0, 300.0)),
        ("rec-K4", shortest_outage(10.0, 3)),
        ("rec-L1", least_shed(1.4, 0.85)),
        ("rec-L2", growth_before(0.7, 0.85)),
        ("rec-S1", compensated(0.99, 4)),
        ("rec-S2", mean_compensations(0.99, 4)),
    ]
}

/// The one row that is no number: this alert never fires.
#[test]
fn errors_below_the_burn_rate_never_fire() {
    assert!(row::ALL.iter().any(|it| it.id == "rec-E6"));
    assert_eq!(WORKBOOK[0].time_to_fire(0.999, 0.01), None);
}
