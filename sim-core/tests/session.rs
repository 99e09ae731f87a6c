//! A replication that is run in steps gives what it gives in one piece, whatever the steps.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::experiment::{Plan, Session};
use sim_core::observe::reel::{Motion, Reel};
use sim_core::scenario::{NoFiles, parse};

fn plan(path: &str, sets: &[&str]) -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(path);
    let text = fs::read_to_string::<PathBuf>(file).expect("the library has it");
    let mut source = parse(&text).expect("it is TOML");
    for it in sets {
        source.set(it).expect("the path is there");
    }
    Plan::new(&source, &NoFiles, |_| true).expect("nothing is wrong with it")
}

/// The report of a plan whose runs are cut into steps of so many windows.
fn in_steps(plan: &Plan, windows: u64, marks: usize) -> String {
    let variants = plan.variants.iter().enumerate().map(|(variant, (name, model))| {
        let mut fold = plan.fold(variant);
        while fold.replications() < plan.target(variant, &fold) {
            let reel = Reel::keeping(marks);
            let mut session = Session::new(model, plan.seed, fold.replications(), reel);
            let replication = loop {
                assert!(session.share() < 1.0, "{name} has not ended at its end");
                if let Some(replication) = session.advance(windows) {
                    break replication;
                }
            };
            assert!(session.reel().marks().len() <= marks);
            fold.push(*replication);
        }
        let disasters = plan.disasters(variant).iter().map(|it| it.run(plan.seed));
        plan.finish(variant, fold, &disasters.collect::<Vec<_>>())
    });
    plan.report(variants.collect()).hash()
}

#[test]
fn steps_change_nothing() {
    // With faults and verdicts, with stages that may end early, and in a storm.
    let sets: [(&str, &[&str]); 3] = [
        ("checkout/checkout.toml", &["run.replications=1"]),
        ("chaos/five-experiments.toml", &["run.replications=2"]),
        ("retry-storm/refuse.toml", &["run.replications=1"]),
    ];
    for (path, sets) in sets {
        let plan = plan(path, sets);
        let whole = plan.run().hash();
        for (windows, marks) in [(1, 100), (7, 0), (10_000, 5_000)] {
            assert_eq!(in_steps(&plan, windows, marks), whole, "{path} by {windows} windows");
        }
    }
}

#[test]
fn a_reel_shows_what_is_sent_and_what_comes_back() {
    let plan = plan("fallback/three-outcomes.toml", &[]);
    let mut session = Session::new(&plan.variants[0].1, plan.seed, 0, Reel::keeping(usize::MAX));
    let replication = loop {
        if let Some(it) = session.advance(50) {
            break it;
        }
    };
    let reel = session.reel();
    assert_eq!(reel.every(), 1);
    let count = |wanted| reel.marks().iter().filter(|it| it.motion == wanted).count() as u64;
    assert!(count(Motion::Sent) > replication.requests, "attempts are sent too");
    assert!(count(Motion::Degraded) > 0 && count(Motion::Failed) > 0);
    let back = count(Motion::Full)
        + count(Motion::Degraded)
        + count(Motion::Failed)
        + count(Motion::Refused);
    assert!(back <= count(Motion::Sent), "nothing comes back that was not sent");
    assert!(back * 100 > count(Motion::Sent) * 95, "nearly all of it comes back");
}
