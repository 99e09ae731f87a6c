//! A trace in the Trace Event Format, which Perfetto and Chrome show.
//!
//! Each request is a process, so that its spans stand together; what overlaps without one being
//! inside the other (calls of a group, work that goes on for nobody) lies on lanes of its own, the
//! threads. Pools are counters, breakers and faults marks of all. Times count from the beginning of
//! the run, warm-up included.
//!
//! Source: "Trace Event Format", Google, 2016 (complete events, instants, counters, metadata).

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use sim_core::observe::step::Step;
use sim_core::observe::story::{Chapter, Story};
use sim_core::observe::trace::{Of, What};
use sim_core::time::SimTime;

use super::{Traced, word};

/// The process of what is nobody's alone.
const RUN: usize = 0;

/// Writes all traces as one file.
pub(super) fn write(traced: &[Traced<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut events = Events { out, first: true, process: RUN };
    write!(events.out, "{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")?;
    for traced in traced {
        events.run(traced)?;
        for story in traced.trace.stories(traced.ending.at) {
            events.story(&story, traced)?;
        }
    }
    writeln!(events.out, "\n]}}")
}

struct Events<'w> {
    out: &'w mut dyn Write,
    first: bool,
    process: usize,
}

/// Something that takes time, to be put on a lane.
struct Bar {
    from: SimTime,
    to: SimTime,
    /// The lane on which it lies if it can: that of this chapter.
    beside: Option<usize>,
    /// The chapter that it is, if it is one.
    chapter: Option<usize>,
    name: String,
    args: Value,
}

impl Events<'_> {
    fn event(&mut self, event: &Value) -> io::Result<()> {
        let glue = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        write!(self.out, "{glue}{event}")
    }

    fn new_process(&mut self, name: &str) -> io::Result<usize> {
        self.process += 1;
        let process = self.process;
        let args = json!({ "name": name });
        self.event(&json!({ "ph": "M", "name": "process_name", "pid": process, "args": args }))?;
        Ok(process)
    }

    /// Pools, breakers and faults.
    fn run(&mut self, traced: &Traced<'_>) -> io::Result<()> {
        let process = self.new_process(&format!("run of {}", traced.variant))?;
        for record in &traced.trace.records {
            let ts = micros(record.at);
            match &record.what {
                What::Happened(entry) => {
                    let name = entry.in_words(traced.model);
                    self.event(&json!({ "ph": "i", "s": "g", "name": name, "pid": process,
                        "tid": 0, "ts": ts }))?;
                }
                What::Step { taken: Some((pool, taken)), .. } => {
                    let name = format!("slots of {}", traced.model.pools[*pool].name);
                    self.event(&json!({ "ph": "C", "name": name, "pid": process, "ts": ts,
                        "args": { "taken": taken } }))?;
                }
                What::Step { .. } => {}
            }
        }
        Ok(())
    }

    fn story(&mut self, story: &Story, traced: &Traced<'_>) -> io::Result<()> {
        let end = story.request().ended.map_or("unfinished", |it| word::of_outcome(it.1));
        let name = format!("request {} of {}: {end}", story.request, traced.variant);
        let process = self.new_process(&name)?;
        let mut bars = bars(story, traced);
        // What holds another comes before it.
        bars.sort_by_key(|it| (it.from, std::cmp::Reverse(it.to), it.chapter.is_none()));
        let mut lanes = Lanes::default();
        for bar in bars {
            let lane = lanes.place(&bar);
            let (ts, dur) = (micros(bar.from), bar.to.since(bar.from).as_nanos() as f64 / 1e3);
            self.event(&json!({ "ph": "X", "name": bar.name, "pid": process, "tid": lane,
                "ts": ts, "dur": dur, "args": bar.args }))?;
            let Some(chapter) = bar.chapter.map(|it| &story.chapters[it]) else { continue };
            for told in chapter.steps.iter().filter(|it| is_a_mark(it.step)) {
                let outcome = word::outcome(told.step).unwrap_or_default();
                let name = format!("{} {outcome}", word::of_step(told.step));
                self.event(&json!({ "ph": "i", "s": "t", "name": name.trim_end(),
                    "pid": process, "tid": lane, "ts": micros(told.at) }))?;
            }
        }
        Ok(())
    }
}

fn is_a_mark(step: Step) -> bool {
    matches!(
        step,
        Step::TurnedAway(_) | Step::TimedOut | Step::BudgetSpent | Step::FellBack | Step::Lost
    )
}

fn micros(at: SimTime) -> f64 {
    at.as_nanos() as f64 / 1e3
}

/// Chapters, and what they spent their time on.
fn bars(story: &Story, traced: &Traced<'_>) -> Vec<Bar> {
    let mut parent = BTreeMap::new();
    let mut bars = Vec::new();
    for (place, chapter) in story.chapters.iter().enumerate() {
        chapter.parts.iter().for_each(|it| {
            parent.insert(*it, place);
        });
        let to = chapter.over.unwrap_or(traced.ending.at);
        bars.push(Bar {
            from: chapter.from,
            to: to.max(chapter.from),
            beside: parent.get(&place).copied(),
            chapter: Some(place),
            name: name(chapter, traced),
            args: args(chapter, traced),
        });
        bars.extend(chapter.stretches(traced.ending.at).into_iter().map(|it| Bar {
            from: it.from,
            to: it.to,
            beside: Some(place),
            chapter: None,
            name: word::of_activity(it.on).to_owned(),
            args: json!({}),
        }));
    }
    bars
}

fn name(chapter: &Chapter, traced: &Traced<'_>) -> String {
    let model = traced.model;
    match chapter.of {
        Of::Request(_, op) | Of::Attempt(_, op) => model.ops[op].name.clone(),
        Of::Call(edge) => format!("call {}", model.edges[edge].name),
    }
}

fn args(chapter: &Chapter, traced: &Traced<'_>) -> Value {
    let outcome = chapter.ended.map(|it| word::of_outcome(it.1));
    let sent = chapter.steps.iter().find_map(|it| match it.step {
        Step::Sent { to, .. } => to,
        _ => None,
    });
    json!({ "outcome": outcome, "instance": sent.map(|it| traced.model.instance_name(it)) })
}

/// Where bars lie: on each lane, what overlaps is one inside the other.
#[derive(Default)]
struct Lanes {
    /// Ends of the bars that are open on each lane, outermost first.
    open: Vec<Vec<SimTime>>,
    of_chapter: BTreeMap<usize, usize>,
}

impl Lanes {
    fn place(&mut self, bar: &Bar) -> usize {
        for lane in &mut self.open {
            while lane.last().is_some_and(|end| *end <= bar.from) {
                lane.pop();
            }
        }
        let fits = |lane: &Vec<SimTime>| lane.last().is_none_or(|end| bar.to <= *end);
        let own = bar.beside.and_then(|it| self.of_chapter.get(&it)).copied();
        let lane = match own.filter(|it| fits(&self.open[*it])) {
            Some(lane) => lane,
            None => self.open.iter().position(Vec::is_empty).unwrap_or(self.open.len()),
        };
        if lane == self.open.len() {
            self.open.push(Vec::new());
        }
        self.open[lane].push(bar.to);
        if let Some(chapter) = bar.chapter {
            self.of_chapter.insert(chapter, lane);
        }
        lane
    }
}
