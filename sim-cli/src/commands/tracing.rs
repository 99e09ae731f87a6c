//! Which requests are traced, and what becomes of the traces.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sim_core::experiment::{Plan, trace};
use sim_core::model::Model;
use sim_core::observe::trace::Choice;
use sim_core::time::{SimDuration, SimTime};

use crate::interrupt;
use crate::output::Output;
use crate::render::trace::{Format, Traced, write};

/// What to trace.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trace")]
pub(crate) struct Tracing {
    /// Write what requests went through to this file, of one replication of each variant; it is run
    /// once more for that
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// What the trace is written as
    #[arg(long, value_enum, default_value_t, requires = "trace")]
    trace_format: Format,
    /// The requests to trace by number, from 1 in the order in which they come: `17` or `1..100`
    #[arg(long, value_name = "N|A..B", value_parser = numbers, requires = "trace")]
    trace_requests: Option<RangeInclusive<u64>>,
    /// Of those, one in so many
    #[arg(long, value_name = "N", default_value_t = 1, requires = "trace",
        value_parser = clap::value_parser!(u64).range(1..))]
    trace_every: u64,
    /// Only those that come at this time or later, after the warm-up: `58s`
    #[arg(long, value_name = "TIME", value_parser = span, requires = "trace")]
    trace_from: Option<SimDuration>,
    /// Only those that come before this time
    #[arg(long, value_name = "TIME", value_parser = span, requires = "trace")]
    trace_to: Option<SimDuration>,
    /// Only steps of what has this in its name: a service, a call such as `checkout -> fraud`
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        requires = "trace"
    )]
    trace_name: String,
    /// Steps at most; requests that come when there are so many are counted, not traced
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "trace",
        value_parser = most)]
    trace_limit: usize,
    /// The replication to trace, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "trace")]
    trace_replication: u32,
}

impl Tracing {
    /// The file, opened before the work.
    pub(crate) fn open(&self) -> anyhow::Result<Option<Output>> {
        self.trace.as_deref().map(|it| Output::open(Some(it))).transpose()
    }

    /// Traces all variants of the plan; how many requests were left out because a trace was full.
    pub(crate) fn write<'p>(&self, plan: &'p Plan, output: &mut Output) -> anyhow::Result<u64> {
        let number = self.trace_replication;
        let run = |(variant, model): &'p (String, Arc<Model>)| {
            let choice = self.choice(model);
            let go_on = &mut |_| !interrupt::requested();
            let (trace, ending) = trace(model, plan.seed, number, choice, go_on)?;
            Some(Traced { variant, model, trace, ending })
        };
        let traced: Vec<_> = plan.variants.iter().map_while(run).collect();
        output.data(|out| write(&traced, self.trace_format, out))?;
        Ok(traced.iter().map(|it| it.trace.left_out).sum())
    }

    fn choice(&self, model: &Model) -> Choice {
        let zero = model.timeline.zero;
        let instant = |span: SimDuration| zero + span;
        Choice {
            requests: self.trace_requests.clone().unwrap_or(1..=u64::MAX),
            every: self.trace_every,
            from: self.trace_from.map_or(SimTime::ZERO, instant),
            to: self.trace_to.map_or(SimTime::NEVER, instant),
            name: self.trace_name.clone(),
            most: self.trace_limit,
        }
    }
}

fn span(text: &str) -> Result<SimDuration, String> {
    text.parse().map_err(|it| format!("{it}"))
}

fn most(text: &str) -> Result<usize, String> {
    const MOST: usize = 20_000_000;
    let number: usize = text.parse().map_err(|_| "it is a whole number".to_owned())?;
    if (1..=MOST).contains(&number) { Ok(number) } else { Err(format!("it goes from 1 to {MOST}")) }
}

/// `17`, or `1..100` with both ends.
fn numbers(text: &str) -> Result<RangeInclusive<u64>, String> {
    let number = |it: &str| it.trim().parse::<u64>().ok().filter(|it| *it > 0);
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    match (number(first), number(last.trim_start_matches('='))) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err("write it like 17 or 1..100; the first request is 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_chosen_by_number() {
        assert_eq!(numbers("17"), Ok(17..=17));
        assert_eq!(numbers("1..100"), Ok(1..=100));
        for bad in ["0", "5..3", "x", "..", "1..", "-3"] {
            assert!(numbers(bad).is_err(), "{bad}");
        }
    }
}
