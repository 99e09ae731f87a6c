//! Known answers: what theory says exactly, held against the simulator.
//!
//! Every row of `queueing.json`, every `rec-P*`, `rec-R*` and `rec-D*` row of `recovery.json` and
//! four rows of `published.json` is either simulated, from the text of a scenario to the metric in
//! the report, or stands in the table of what cannot be said in a scenario, with the reason. A row
//! whose closed form is in `sim_core::analytic` is also held against that.
//!
//! ```text
//! cargo test -p sim-tests --test oracles -- --nocapture          shows the table of all rows
//! cargo test -p sim-tests --profile slow --features slow          runs 8 times as long, more rows
//! ```
//!
//! A simulated mean agrees when it lies within 4 of its own standard errors over at least 20
//! replications of the row's value. Seeds are fixed, so the same text always gives the same
//! verdict; a new seed raises a false alarm on one of about a hundred checks with a probability of
//! 0.6 % by the normal law, some 3 % by Student's with the 40 replications that are usual here.

mod oracles {
    mod canary;
    pub(crate) mod check;
    pub(crate) mod closed_form;
    pub(crate) mod experiment;
    pub(crate) mod inexpressible;
    pub(crate) mod published;
    pub(crate) mod queueing;
    pub(crate) mod recovery;
    pub(crate) mod row;
    pub(crate) mod run;
    pub(crate) mod text;
}

use std::collections::BTreeSet;

use oracles::experiment::Experiment;
use oracles::inexpressible::INEXPRESSIBLE;
use oracles::{closed_form, published, queueing, recovery, row, run};

fn experiments() -> Vec<Experiment> {
    [queueing::experiments(), recovery::experiments(), published::experiments()].concat()
}

#[test]
fn every_row_is_simulated_or_said_to_be_inexpressible() {
    let rows: BTreeSet<String> = row::all().into_iter().map(|it| it.id).collect();
    let simulated: BTreeSet<String> =
        experiments().iter().flat_map(|it| it.ids()).map(str::to_owned).collect();
    let inexpressible: BTreeSet<String> =
        INEXPRESSIBLE.iter().flat_map(|it| it.ids).map(|&it| it.to_owned()).collect();
    let listed: usize = INEXPRESSIBLE.iter().map(|it| it.ids.len()).sum();
    assert_eq!(listed, inexpressible.len(), "a row is listed twice");

    let covered: BTreeSet<String> = simulated.union(&inexpressible).cloned().collect();
    let forgotten: Vec<_> = rows.difference(&covered).collect();
    assert!(forgotten.is_empty(), "neither simulated nor listed: {forgotten:?}");
    let unknown: Vec<_> = covered.difference(&rows).collect();
    assert!(unknown.is_empty(), "no such rows: {unknown:?}");
    let both: Vec<_> = simulated.intersection(&inexpressible).collect();
    assert!(both.is_empty(), "simulated, so not inexpressible: {both:?}");
}

#[test]
fn closed_forms_agree() {
    let wrong: Vec<String> = closed_form::computed()
        .into_iter()
        .filter_map(|(id, got)| closed_form::disagreement(id, got))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_simulator_agrees() {
    let experiments: Vec<Experiment> =
        experiments().into_iter().filter(|it| !it.slow || cfg!(feature = "slow")).collect();
    let results = run::run(&experiments);
    println!("{}", run::table(&results));
    for group in INEXPRESSIBLE {
        println!("not simulated: {}\n    {}", group.ids.join(", "), group.because);
    }
    let wrong: Vec<String> = results.iter().flat_map(|it| it.disagreements()).collect();
    assert!(wrong.is_empty(), "disagrees:\n{}", wrong.join("\n"));
}
