//! Proof that the tests can fail.

use sim_core::statistics::Moments;

use super::check::{Agreement, Comparison};
use super::experiment::{Experiment, steady};
use super::text::station;
use super::{closed_form, coverage, run};

#[test]
fn a_value_off_by_a_twentieth_disagrees() {
    let experiment = |value| {
        let length = steady(200.0, 1_000.0, 20);
        Experiment::new("canary", length, station(45.0, 50, "exp(1s)"))
            .row("mmc50-W", "server.latency.mean")
            .implies(value)
    };
    let right = 1.072_772_89;
    let results =
        run::run(&[experiment(right), experiment(right * 1.05), experiment(right / 1.05)]);
    let agrees: Vec<bool> = results.iter().map(|it| it.rows[0].1.agrees).collect();
    assert_eq!(agrees, [true, false, false], "{}", run::table(&results));
    assert_eq!(closed_form::disagreement("mmc50-W", right), None);
    assert!(closed_form::disagreement("mmc50-W", right * 1.000_001).is_some());
}

#[test]
fn every_kind_of_agreement_can_fail() {
    // Twenty readings of 9 and 11 in turn: mean 10, standard error 0.229, variance 20/19.
    let spread: Moments = (0..20).map(|it| 10.0 + f64::from(it % 2 * 2 - 1)).collect();
    let few: Moments = [9.0, 11.0].into_iter().collect();
    let steady: Moments = std::iter::repeat_n(10.0, 20).collect();
    let none: Moments = std::iter::repeat_n(0.0, 20).collect();
    let cases = [
        (Agreement::StandardErrors, &spread, 10.9, 11.0),
        (Agreement::Exactly, &steady, 10.0, 10.000_001),
        (Agreement::Within(0.02), &steady, 10.1, 10.3),
        (Agreement::Around(1.5), &spread, 10.4, 10.6),
        (Agreement::Spread(10.0), &spread, 10.6, 4.5),
    ];
    for (agreement, readings, right, wrong) in cases {
        assert!(Comparison::new(agreement, right, readings).agrees, "{agreement:?}");
        assert!(!Comparison::new(agreement, wrong, readings).agrees, "{agreement:?}");
    }
    assert!(Comparison::new(Agreement::Never, 1e-8, &none).agrees);
    assert!(!Comparison::new(Agreement::Never, 1e-8, &steady).agrees);
    for unsure in [&few, &steady, &Moments::new()] {
        assert!(!Comparison::new(Agreement::StandardErrors, 10.0, unsure).agrees);
    }
}

#[test]
fn every_gap_is_told() {
    let gaps = |simulated: &[&'static str], inexpressible: &[&'static str]| {
        let (simulated, listed) = (simulated.iter().copied(), inexpressible.iter().copied());
        coverage::gaps(["a", "b"].into_iter(), simulated, listed)
    };
    let cases: [(&[&str], &[&str], &str); 5] = [
        (&["a", "a"], &[], "b: neither simulated nor listed as inexpressible"),
        (&["a"], &["b", "c"], "c: no such row"),
        (&["a", "b", "c"], &[], "c: no such row"),
        (&["a", "b"], &["b"], "b: simulated, so it is not inexpressible"),
        (&["a"], &["b", "b"], "b: listed twice as inexpressible"),
    ];
    for (simulated, inexpressible, gap) in cases {
        assert_eq!(gaps(simulated, inexpressible), [gap]);
    }
    assert!(gaps(&["a"], &["b"]).is_empty());
}
