//! A trace as a log: what the services of the scenario would write.
//!
//! `14:05:00.001 WARN  bulkhead=recommendations in_flight=20/20 request=173`

use std::collections::BTreeMap;
use std::io::{self, Write};

use sim_core::model::PoolId;
use sim_core::observe::Outcome;
use sim_core::observe::log::Entry;
use sim_core::observe::step::Step;
use sim_core::observe::trace::{Of, Record, Span, What};
use sim_core::policy::breaker::State;
use sim_core::policy::failure::Reason;
use sim_core::scenario::harmless;
use sim_core::time::SimTime;

use super::{Traced, word};
use crate::render::instant;

/// Writes the lines that a service would.
pub(super) fn write(traced: &Traced<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut log = Log { traced, began: BTreeMap::new() };
    for record in &traced.trace.records {
        if let Some(Line { level, text }) = log.line(record) {
            let at = log.clock(record.at);
            writeln!(out, "{at} {level:<5} {}", harmless(&text))?;
        }
    }
    Ok(())
}

/// What has to be known of earlier lines.
struct Log<'a> {
    traced: &'a Traced<'a>,
    /// When each span began what it will be asked how long it took: itself, its wait for a slot.
    began: BTreeMap<(u32, Since), SimTime>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Since {
    Start,
    InLine,
}

struct Line {
    level: &'static str,
    text: String,
}

#[expect(clippy::unnecessary_wraps, reason = "not all steps have a line")]
fn info(text: String) -> Option<Line> {
    Some(Line { level: "INFO", text })
}

#[expect(clippy::unnecessary_wraps, reason = "not all steps have a line")]
fn warn(text: String) -> Option<Line> {
    Some(Line { level: "WARN", text })
}

#[expect(clippy::unnecessary_wraps, reason = "not all steps have a line")]
fn error(text: String) -> Option<Line> {
    Some(Line { level: "ERROR", text })
}

impl Log<'_> {
    /// What the clock shows, to the millisecond; one that starts at midnight where there is none.
    fn clock(&self, at: SimTime) -> String {
        let seconds = self.traced.seconds(at);
        let millis = (seconds.rem_euclid(1.0) * 1e3).floor() as u32;
        let clock = instant::clock(seconds, self.traced.model.clock.unwrap_or(0));
        format!("{clock}.{millis:03}")
    }

    fn line(&mut self, record: &Record) -> Option<Line> {
        match &record.what {
            What::Happened(entry) => self.of_entry(entry),
            What::Step { span, step, taken } => {
                let line = self.of_step(record.at, *span, *step, *taken)?;
                let request = self.traced.trace.spans[*span as usize].request;
                Some(Line { text: format!("{} request={request}", line.text), ..line })
            }
        }
    }

    fn of_entry(&self, entry: &Entry) -> Option<Line> {
        let model = self.traced.model;
        match entry {
            Entry::Breaker { breaker, from, to } => {
                let breaker = &model.breakers[*breaker];
                let caller = breaker.instance.map_or(String::new(), |it| format!(" caller={it}"));
                let name = quoted(&model.edges[breaker.edge].name);
                let text = format!("breaker={name}{caller} {} -> {}", from.name(), to.name());
                if *to == State::Open { error(text) } else { info(text) }
            }
            other => warn(other.in_words(model)),
        }
    }

    fn of_step(
        &mut self,
        at: SimTime,
        number: u32,
        step: Step,
        taken: Option<(PoolId, u32)>,
    ) -> Option<Line> {
        let span = self.traced.trace.spans[number as usize];
        let name = quoted(span.name(self.traced.model));
        match step {
            Step::Sent { .. } | Step::Called { .. } => {
                self.began.insert((number, Since::Start), at);
                None
            }
            Step::InLine => {
                self.began.insert((number, Since::InLine), at);
                warn(format!("{} waiting", self.slots(taken)))
            }
            Step::HasSlot => {
                let waited = self.since(number, Since::InLine, at);
                let waited = waited.map_or(String::new(), |it| format!(" waited_ms={it}"));
                let text = format!("{}{waited}", self.slots(taken));
                if self.is_full(taken) { warn(text) } else { info(text) }
            }
            Step::TurnedAway(Reason::Bulkhead) => {
                let waited =
                    self.since(number, Since::InLine, at).unwrap_or_else(|| "0".to_owned());
                warn(format!("{} FULL rejected waited_ms={waited}", self.slots(taken)))
            }
            Step::TurnedAway(reason) => warn(format!("{reason}={name} rejected")),
            Step::TimedOut => {
                let after = self.since(number, Since::Start, at).unwrap_or_default();
                warn(format!("timeout={name} after_ms={after}"))
            }
            Step::BacksOff { delay, next } => {
                let delay = millis(delay.as_nanos());
                info(format!("retry={name} try={next} delay_ms={delay}"))
            }
            Step::BudgetSpent => warn(format!("retry={name} budget spent")),
            Step::FellBack => info(format!("fallback={name}")),
            Step::Answered(outcome) => self.answered(at, number, span, outcome),
            _ => None,
        }
    }

    /// A request's answer, and what an attempt failed of.
    fn answered(&mut self, at: SimTime, number: u32, span: Span, outcome: Outcome) -> Option<Line> {
        let took = self.since(number, Since::Start, at).unwrap_or_default();
        let (name, outcome_word) =
            (quoted(span.name(self.traced.model)), word::of_outcome(outcome));
        match (span.of, outcome) {
            (Of::Request(..), Outcome::Failed(_)) => {
                error(format!("op={name} failed reason={outcome_word} latency_ms={took}"))
            }
            (Of::Request(..), _) => info(format!("op={name} 200 {outcome_word} latency_ms={took}")),
            (_, Outcome::Failed(_)) => {
                warn(format!("attempt={name} failed reason={outcome_word} latency_ms={took}"))
            }
            _ => None,
        }
    }

    fn since(&mut self, span: u32, what: Since, now: SimTime) -> Option<String> {
        let began = self.began.remove(&(span, what))?;
        if what == Since::Start {
            self.began.insert((span, what), began);
        }
        Some(millis(now.since(began).as_nanos()))
    }

    fn slots(&self, taken: Option<(PoolId, u32)>) -> String {
        let Some((pool, taken)) = taken else { return "bulkhead".to_owned() };
        let model = self.traced.model;
        let name = quoted(&model.pools[pool].name);
        format!("bulkhead={name} in_flight={taken}/{}", model.slots_of(pool))
    }

    fn is_full(&self, taken: Option<(PoolId, u32)>) -> bool {
        taken.is_some_and(|(pool, taken)| u64::from(taken) >= self.traced.model.slots_of(pool))
    }
}

/// Milliseconds, to the microsecond.
fn millis(nanos: u64) -> String {
    let text = format!("{:.3}", nanos as f64 / 1e6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// In quotes if there are blanks in it.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}
