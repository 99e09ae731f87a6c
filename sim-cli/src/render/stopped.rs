//! Runs that a limit stopped, told loudly: their numbers are of less than the whole run.

use sim_core::report::{Stopped, VariantReport};

use super::figure::whole;
use super::instant::instant;
use super::limits::Limits;
use super::style::{BAD, paint};

/// What was stopped, when and why; empty if nothing was.
pub(crate) fn stopped(variant: &VariantReport, limits: &Limits) -> String {
    let Some(first) = variant.stopped.iter().min_by(|a, b| a.at.total_cmp(&b.at)) else {
        return String::new();
    };
    let why = why(first, limits);
    let at = instant(first.at);
    let text = match (variant.stopped.len(), variant.replications) {
        (1, 1) => format!("STOPPED at {at}: {why}"),
        (runs, all) => format!("STOPPED in {runs} of {all} runs, the first at {at}: {why}"),
    };
    format!(
        "{}\nThe numbers are of what came before; to go on, raise the limit.\n",
        paint(BAD, text)
    )
}

fn why(stopped: &Stopped, limits: &Limits) -> String {
    match stopped.limit {
        "max_in_flight" => {
            format!(
                "more than {} in flight (run.max_in_flight)",
                whole(u64::from(limits.in_flight))
            )
        }
        "max_events" => format!("more than {} events (run.max_events)", whole(limits.events)),
        other => format!("run.{other}"),
    }
}
