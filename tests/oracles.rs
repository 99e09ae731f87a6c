//! Known answers: what theory says exactly, held against the simulator.
//!
//! Every row of `queueing.json` and of `recovery.json` and seven rows of `published.json` is either
//! simulated, from the text of a scenario to the metric in the report, or by a model on sim-core's
//! public parts, or stands in the table of what cannot be said in a scenario, with the reason. A
//! row whose closed form is in `sim_core::analytic` is also held against that.
//!
//! ```text
//! cargo test -p sim-tests --test oracles -- --nocapture          shows the table of all rows
//! ROWS=cobham cargo test -p sim-tests --test oracles -- --nocapture   those of one name alone
//! cargo test -p sim-tests --profile slow --features slow          runs 8 times as long, more rows
//! ```
//!
//! A simulated mean agrees when it lies within 4 of its own standard errors over at least 20
//! replications of the row's value. Seeds are fixed, so the same text always gives the same
//! verdict; a new seed raises a false alarm on one of about a hundred checks with a probability of
//! 0.6 % by the normal law, some 3 % by Student's with the 40 replications that are usual here.
//!
//! What it takes, on one processor, in the test profile with the books kept (`slow`: all together
//! 1 700 million events, optimised; some five minutes on two busy processors):
//!
//! | rows        | experiments | events, million | s  |
//! |-------------|-------------|-----------------|----|
//! | queueing    | 38          | 107             | 30 |
//! | recovery    | 23          | 47              | 13 |
//! | published   | 12          | 43              | 15 |
//! | models      | 63          | 23              | 5  |

mod oracles {
    pub(crate) mod availability;
    mod canary;
    pub(crate) mod check;
    pub(crate) mod closed_form;
    pub(crate) mod coverage;
    pub(crate) mod disasters;
    pub(crate) mod experiment;
    pub(crate) mod inexpressible;
    pub(crate) mod models;
    pub(crate) mod published;
    pub(crate) mod queueing;
    pub(crate) mod recovery;
    pub(crate) mod row;
    pub(crate) mod run;
    pub(crate) mod states;
    pub(crate) mod text;
}

use oracles::experiment::Experiment;
use oracles::inexpressible::INEXPRESSIBLE;
use oracles::models::MODELLED;
use oracles::run::Outcome;
use oracles::{
    availability, closed_form, coverage, disasters, published, queueing, recovery, row, run,
};

fn experiments() -> Vec<Experiment> {
    [
        queueing::experiments(),
        recovery::experiments(),
        availability::experiments(),
        published::experiments(),
    ]
    .concat()
}

#[test]
fn every_row_is_simulated_or_said_to_be_inexpressible() {
    let experiments = experiments();
    let rows = row::ALL.iter().map(|it| &*it.id);
    let simulated = experiments.iter().flat_map(Experiment::ids).chain(disasters::ids());
    let modelled = MODELLED.iter().map(|it| it.0);
    let inexpressible = INEXPRESSIBLE.iter().flat_map(|it| it.ids).copied();
    let gaps = coverage::gaps(rows, simulated.chain(modelled), inexpressible);
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
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
fn the_simulator_of_disasters_agrees() {
    let wrong = disasters::disagreements();
    assert!(wrong.is_empty(), "disagrees:\n{}", wrong.join("\n"));
}

#[test]
fn the_simulator_agrees() {
    let named = std::env::var("ROWS").unwrap_or_default();
    let asked = |it: &Experiment| it.ids().any(|id| id.starts_with(&named));
    let (now, later): (Vec<_>, Vec<_>) =
        experiments().into_iter().filter(asked).partition(|it| !it.slow || cfg!(feature = "slow"));
    let results = run::run(&now);
    println!("{}", run::table(&results));
    for experiment in later {
        let ids: Vec<_> = experiment.ids().collect();
        println!("only in the slow profile: {} ({})", experiment.title, ids.join(", "));
    }
    for (id, command) in MODELLED {
        println!("by a model on sim-core's public parts: {id} ({command})");
    }
    for group in INEXPRESSIBLE {
        println!("not simulated: {}\n    {}", group.ids.join(", "), group.because);
    }
    let wrong: Vec<String> = results.iter().flat_map(Outcome::disagreements).collect();
    assert!(wrong.is_empty(), "disagrees:\n{}", wrong.join("\n"));
}
