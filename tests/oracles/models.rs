//! Rows of `published.json` that no scenario can say, by models on sim-core's public parts.

use std::fmt::Display;

use sim_core::analytic::retry::{load_factor, success_probability};
use sim_tests::models::{contention, retry_strategies};

/// The rows, and what there is to see.
pub(crate) const MODELLED: [(&str, &str); 2] = [
    (contention::ID, "cargo run -p sim-tests --example backoff-contention"),
    (retry_strategies::ID, "cargo run -p sim-tests --example retry-strategies"),
];

/// All cells, where else are a few.
const SLOW: bool = cfg!(feature = "slow");

#[test]
fn clients_that_contend_for_a_row_take_as_long_and_write_as_often() {
    let mut cells = contention::published();
    assert_eq!(cells.len(), 95, "5 strategies, 10 to 190 clients");
    let trials = if SLOW { 100 } else { 20 };
    if !SLOW {
        cells.retain(|it| [10, 50, 100].contains(&it.clients));
    }
    agree(&contention::compare(&cells, trials), contention::Comparison::agrees);
}

#[test]
fn retry_strategies_add_and_save_as_much() {
    let mut cells = retry_strategies::published();
    assert_eq!(cells.len(), 272, "16 strategies, 17 shares of failures");
    let trials = if SLOW { 20 } else { 5 };
    if !SLOW {
        cells.retain(|it| [0.05, 0.2, 0.75].contains(&it.failure_rate));
    }
    let all = retry_strategies::compare(&cells, trials);
    agree(&all, retry_strategies::Comparison::agrees);
    for it in all.iter().filter(|it| it.cell.name.starts_with("three_retries")) {
        let failing = it.cell.failure_rate;
        let off = it.amplification.mean - load_factor(failing, 3);
        assert!(off.abs() <= 0.01, "{it}: {off} beside the closed form");
        let off = it.success.mean - success_probability(failing, 3);
        let error = it.success.std_error.expect("several trials");
        assert!(off.abs() <= 6.0 * error + 1e-5, "{it}: {off} beside the closed form");
    }
}

/// Prints all and asserts that all agree.
fn agree<Row: Display>(rows: &[Row], agrees: impl Fn(&Row) -> bool) {
    for row in rows {
        println!("{row}");
    }
    let wrong = rows.iter().filter(|it| !agrees(it)).map(ToString::to_string);
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "disagrees:\n{}", wrong.join("\n"));
}

/// Proof that these tests can fail.
#[test]
fn another_strategy_disagrees() {
    let mut cells = contention::published().into_iter();
    let right = cells.find(|it| it.clients == 50 && it.strategy == "FullJitter");
    let right = right.expect("it is there");
    let wrong = contention::Cell { strategy: "EqualJitter".to_owned(), ..right.clone() };
    let verdicts = contention::compare(&[right, wrong], 20);
    assert!(verdicts[0].agrees() && !verdicts[1].agrees(), "{} {}", verdicts[0], verdicts[1]);
    let cells = retry_strategies::published().into_iter();
    let mut cells = cells.filter(|it| it.failure_rate == 0.2 && it.exp == "run_sims");
    let right = cells.find(|it| it.name == "adaptive_10pct").expect("it is there");
    let wrong = retry_strategies::Cell { name: "breaker_10pct".to_owned(), ..right.clone() };
    let verdicts = retry_strategies::compare(&[right, wrong], 5);
    assert!(verdicts[0].agrees() && !verdicts[1].agrees(), "{} {}", verdicts[0], verdicts[1]);
}
