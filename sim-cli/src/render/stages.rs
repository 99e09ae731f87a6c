//! How far faults widened that do so in stages.

use sim_core::report::{FaultReport, StageReport, VariantReport};
use sim_core::scenario::harmless;

use super::style::{BAD, WARN, paint};

/// One line for each staged fault that did not reach its last stage in every run.
pub(crate) fn stages(variant: &VariantReport) -> String {
    let all = variant.replications;
    let short =
        |it: &&FaultReport| it.stages.iter().any(|it| it.reached_in < all || it.broke_in > 0);
    variant.faults.iter().filter(short).map(|it| line(it, all)).collect()
}

fn line(fault: &FaultReport, all: u32) -> String {
    let stage = |(number, it): (usize, &StageReport)| {
        let reached = format!("stage {} in {} of {all} runs", number + 1, it.reached_in);
        match it.broke_in {
            0 => reached,
            runs => format!("{reached}, {}", paint(BAD, format!("rolled back in {runs}"))),
        }
    };
    let stages: Vec<_> = fault.stages.iter().enumerate().map(stage).collect();
    format!("{} reached {}\n", paint(WARN, harmless(&fault.name)), stages.join("; "))
}
