//! What the whole-product tests share: from text to report.

use sim_core::experiment::Plan;
use sim_core::report::{Report, VariantReport};
use sim_core::scenario::{Files, MemoryFiles, NoFiles, parse};

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
    let estimate = report.metric(phase, metric);
    estimate.unwrap_or_else(|| panic!("{metric} is not defined in {phase}")).mean
}
