//! What the whole-product tests share: from text or file to report, what to hold against it, and
//! models that no file can say.

mod library;
pub mod models;
mod toml_json;

use sim_core::experiment::Plan;
use sim_core::report::{Estimate, Report, VariantReport};
use sim_core::scenario::{Files, MemoryFiles, NoFiles, parse};

pub use library::{Story, stories};
pub use toml_json::as_json;

/// The report of all variants of a scenario that is right.
pub fn report(text: &str) -> Report {
    plan(text, &NoFiles).run()
}

/// The base variant's report.
pub fn base(text: &str) -> VariantReport {
    report(text).variants.swap_remove(0)
}

/// The base variant's report of a scenario that reads files.
pub fn base_with(text: &str, files: &[(&str, &str)]) -> VariantReport {
    let files: MemoryFiles = files.iter().copied().collect();
    plan(text, &files).run().variants.swap_remove(0)
}

/// A scenario that is right, ready to run; panics with what is wrong if it is not.
pub fn plan(text: &str, files: &dyn Files) -> Plan {
    parse(text)
        .and_then(|it| Plan::new(&it, files, |_| true))
        .unwrap_or_else(|faults| panic!("the scenario is wrong: {faults:#?}\n{text}"))
}

/// The mean of a metric over the whole run.
pub fn always(report: &VariantReport, metric: &str) -> f64 {
    during(report, "always", metric)
}

/// The mean of a metric in a phase.
pub fn during(report: &VariantReport, phase: &str, metric: &str) -> f64 {
    estimate(report, phase, metric).mean
}

/// A metric in a phase, over all replications.
pub fn estimate<'a>(report: &'a VariantReport, phase: &str, metric: &str) -> &'a Estimate {
    let estimate = report.metric(phase, metric);
    estimate.unwrap_or_else(|| panic!("{metric} is not defined in {phase}"))
}

/// Runs a plan's variant; each replication has its own report, with its own log and series.
pub fn each(plan: &Plan, variant: &str) -> Vec<VariantReport> {
    let index = plan.variants.iter().position(|it| it.0 == variant);
    let index = index.unwrap_or_else(|| panic!("there is no variant {variant}"));
    let report = |number: u32| {
        let mut fold = plan.fold(index);
        fold.push(plan.replicate(index, number, |_| true).expect("nobody says stop"));
        fold.finish(variant)
    };
    (0..plan.replications(index)).map(report).collect()
}

/// A scenario of 100 s without warm-up: one load of 1/s at `app`, and what `rest` says.
pub fn steady(rest: &str) -> String {
    loaded("100s", "rate = \"1/s\"\narrivals = \"constant\"", rest)
}

/// The same, where `app` takes no time and makes one call to `db` with these policies.
pub fn calling(policies: &str, db: &str) -> String {
    steady(&caller(policies, db))
}

/// A scenario of one replication without warm-up: the load `users` at `app`, and what `rest` says.
pub fn loaded(duration: &str, load: &str, rest: &str) -> String {
    format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"{duration}\", replications = 1 }}\n\
         [load.users]\nto = \"app\"\n{load}\n{rest}"
    )
}

/// An `app` that takes no time and makes one call to `db` with these policies.
pub fn caller(policies: &str, db: &str) -> String {
    format!(
        "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n{policies}\n\
         [service.db]\n{db}\n"
    )
}

/// Asserts that two numbers agree to nine digits.
#[track_caller]
pub fn assert_close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{what}: {got}, not {want}");
}

/// Asserts that an estimate lies within four of its own standard errors of what is right.
#[track_caller]
pub fn assert_near(got: &Estimate, want: f64, what: &str) {
    assert!(got.n >= 10, "{what}: the standard error of {} replications says little", got.n);
    let tolerance = 4.0 * got.std_error.expect("several replications");
    let off = (got.mean - want).abs();
    assert!(off <= tolerance, "{what}: {} ± {tolerance}, not {want}", got.mean);
}
