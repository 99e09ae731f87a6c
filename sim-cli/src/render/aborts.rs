//! Runs that an `[[abort]]` ended, or whose faults it ended: told loudly, because their numbers are
//! not of the experiment as it is written.

use std::collections::BTreeSet;

use sim_core::report::{AbortReport, VariantReport};
use sim_core::scenario::harmless;

use super::instant::{instant, span};

/// What came about, when and in how many runs: a line each.
pub(crate) fn aborts(variant: &VariantReport) -> impl Iterator<Item = String> {
    let whens: BTreeSet<_> = variant.aborts.iter().map(|it| (&*it.when, it.then)).collect();
    whens.into_iter().filter_map(|(when, then)| line(variant, when, then))
}

fn line(variant: &VariantReport, when: &str, then: &str) -> Option<String> {
    let same = |it: &&AbortReport| it.when == when && it.then == then;
    let all: Vec<_> = variant.aborts.iter().filter(same).collect();
    let first = all.iter().min_by(|a, b| a.at.total_cmp(&b.at))?;
    let at = instant(first.at);
    let head = match (all.len(), variant.replications) {
        (1, 1) => format!("ABORTED at {at}"),
        (runs, of) => format!("ABORTED in {runs} of {of} runs, the first at {at}"),
    };
    let then = if then == "stop" { "the run ended there" } else { "all faults ended there" };
    Some(format!("{head}: {} for {}; {then}", harmless(when), span(first.lasting)))
}
