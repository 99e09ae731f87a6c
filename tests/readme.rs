//! The README's example is a scenario that runs.

use sim_core::scenario::NoFiles;
use sim_tests::{during, plan};

#[test]
fn the_example_in_the_readme_runs() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("```toml\n").expect("the README shows a scenario");
    let (scenario, _) = rest.split_once("```").expect("its fence is closed");
    let mut plan = plan(scenario, &NoFiles);
    plan.replications = Some(1);
    let report = plan.run();
    let [base, impatient] = &report.variants[..] else { panic!("base and one variant") };
    assert!(during(base, "vacuum", "users.degraded_rate") > 0.5, "the fault does something");
    let (waits, does_not) = (
        during(base, "vacuum", "db.pool.wait.p99"),
        during(impatient, "vacuum", "db.pool.wait.p99"),
    );
    assert!(waits > 0.0 && does_not == 0.0, "{waits} and {does_not}");
}
