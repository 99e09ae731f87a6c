//! One request's story as a tree with times, and where its time went.

use sim_core::model::Model;
use sim_core::observe::Outcome;
use sim_core::observe::step::Step;
use sim_core::observe::story::{Activity, Chapter, Story, Stretch, Told};
use sim_core::observe::trace::{Notable, Of};
use sim_core::report::Unit;
use sim_core::scenario::harmless;
use sim_core::time::SimTime;
use std::fmt::Write as _;

use super::figure::exact;
use super::instant::instant;
use super::style::{BAD, FAINT, GOOD, STRONG, WARN, paint};

/// The story of a request that was followed in a run that ended at `end`.
pub(crate) fn story(story: &Story, model: &Model, end: SimTime) -> String {
    let teller = Teller { story, model, end };
    format!("{}\n{}\n{}", teller.heading(), teller.tree(), teller.spent())
}

/// Requests that are worth a look: those that took longest, and the first of each failure.
pub(crate) fn notable(notable: &[Notable], model: &Model) -> String {
    let mut out = paint(STRONG, "Requests worth a look") + "\n";
    for it in notable {
        let (at, took) = (instant(seconds(it.at, model)), span(it.at, it.at + it.took));
        let class = harmless(&model.class_name(it.class));
        let number = it.request;
        writeln!(out, "{number:>12}  {at:>9}  {took:>9}  {}  {class}", ended(it.outcome))
            .expect("a string takes all");
    }
    out
}

struct Teller<'a> {
    story: &'a Story,
    model: &'a Model,
    end: SimTime,
}

/// A line of a chapter: when it is told, and what.
struct Line {
    at: SimTime,
    text: String,
    /// The chapter that it opens.
    part: Option<usize>,
}

impl Teller<'_> {
    fn heading(&self) -> String {
        let request = self.story.request();
        let Of::Request(class, op) = request.of else {
            unreachable!("a story begins with a request")
        };
        let at = instant(seconds(request.from, self.model));
        let took = span(request.from, self.story.ended());
        let how = match request.ended {
            Some((_, outcome @ (Outcome::Full | Outcome::Degraded))) => {
                format!("was answered ({}) after {took}", ended(outcome))
            }
            Some((_, Outcome::Failed(reason))) => {
                format!("{} ({reason}) after {took}", paint(BAD, "failed"))
            }
            None => format!("{}: the run ended {took} later", paint(WARN, "did not end")),
        };
        let number = paint(STRONG, format!("Request {}", self.story.request));
        let class = harmless(&self.model.class_name(class));
        let op = harmless(&self.model.ops[op].name);
        format!("{number} of {class} came to {op} at {at} and {how}.\n")
    }

    fn tree(&self) -> String {
        let mut out = String::new();
        let request = self.story.request();
        out.push_str(&self.row(request.from, "", &self.opening(request)));
        self.inside(0, "", &mut out);
        out
    }

    /// The lines of a chapter, and those of its parts where they begin.
    fn inside(&self, chapter: usize, indent: &str, out: &mut String) {
        let lines = self.lines(&self.story.chapters[chapter]);
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            let (branch, below) = if index == last { ("└ ", "  ") } else { ("├ ", "│ ") };
            out.push_str(&self.row(line.at, &format!("{indent}{branch}"), &line.text));
            if let Some(part) = line.part {
                self.inside(part, &format!("{indent}{below}"), out);
            }
        }
    }

    /// One row: the time since the request came, the place in the tree, what happens.
    fn row(&self, at: SimTime, indent: &str, text: &str) -> String {
        let since = span(self.story.request().from, at);
        format!("{since:>11}  {}{text}\n", paint(FAINT, indent))
    }

    fn lines(&self, chapter: &Chapter) -> Vec<Line> {
        let told = chapter.steps.iter().filter_map(|it| self.step(chapter, it));
        let mut lines: Vec<_> = told.collect();
        lines.extend(chapter.stretches(self.end).iter().map(|it| Line {
            at: it.from,
            text: self.stretch(chapter, it),
            part: None,
        }));
        lines.extend(chapter.parts.iter().map(|it| {
            let part = &self.story.chapters[*it];
            Line { at: part.from, text: self.opening(part), part: Some(*it) }
        }));
        lines.sort_by_key(|it| it.at);
        // How it ended for who asked stands in its first line; here, what went on for nobody.
        if let (Some((ended, _)), Some(over)) = (chapter.ended, chapter.over)
            && over > ended
        {
            let text = paint(WARN, format!("worked for nobody until then, {}", span(ended, over)));
            lines.push(Line { at: over, text, part: None });
        }
        lines
    }

    /// What a chapter is, and how it ended.
    fn opening(&self, chapter: &Chapter) -> String {
        let (model, from) = (self.model, chapter.from);
        let what = match chapter.of {
            Of::Request(_, op) | Of::Attempt(_, op) => {
                let to = chapter.steps.iter().find_map(|it| match it.step {
                    Step::Sent { to, .. } => Some(to),
                    _ => None,
                });
                let at = match to.flatten() {
                    Some(instance) => model.instance_name(instance),
                    None => "nobody: no instance is up".to_owned(),
                };
                format!("{} at {at}", model.ops[op].name)
            }
            Of::Call(edge) => format!("call {}", model.edges[edge].name),
        };
        let how = match chapter.ended {
            Some((at, outcome)) => format!("{} after {}", ended(outcome), span(from, at)),
            None => paint(WARN, "not ended"),
        };
        format!("{}: {how}", harmless(&what))
    }

    fn stretch(&self, chapter: &Chapter, stretch: &Stretch) -> String {
        let took = span(stretch.from, stretch.to);
        let text = format!("{} {took}", activity(stretch.on));
        match (stretch.on, self.pool(chapter)) {
            (Activity::InLine, Some(pool)) => format!("{text} of {}", harmless(pool)),
            _ => text,
        }
    }

    fn pool(&self, chapter: &Chapter) -> Option<&str> {
        let Of::Call(edge) = chapter.of else { return None };
        self.model.edges[edge].pool.map(|it| self.model.pools[it].name.as_str())
    }

    /// Steps that are worth a line beside what takes time.
    fn step(&self, chapter: &Chapter, told: &Told) -> Option<Line> {
        let text = match told.step {
            Step::TurnedAway(reason) => {
                paint(BAD, format!("turned away ({reason}){}", self.slots(told)))
            }
            Step::TimedOut => paint(BAD, format!("timed out, {} in", span(chapter.from, told.at))),
            Step::BacksOff { next, .. } => format!("will make try {next}"),
            Step::BudgetSpent => paint(WARN, "no retry: the budget is spent"),
            Step::FellBack => paint(WARN, "the fallback answers"),
            Step::Lost => paint(BAD, "the message is lost"),
            _ => return None,
        };
        Some(Line { at: told.at, text, part: None })
    }

    /// `, 20 of 20 slots taken`.
    fn slots(&self, told: &Told) -> String {
        told.taken.map_or(String::new(), |(pool, taken)| {
            format!(", {taken} of {} slots taken", self.model.slots_of(pool))
        })
    }

    /// Where the time went.
    fn spent(&self) -> String {
        let total = self.story.ended().since(self.story.request().from).as_secs_f64();
        let mut out = paint(STRONG, "Where the time went") + "\n";
        if total == 0.0 {
            return out + "  It took none.\n";
        }
        for it in self.story.spent() {
            let chapter = &self.story.chapters[it.chapter];
            let took = exact(it.time.as_secs_f64(), Unit::Seconds);
            let share = exact(it.time.as_secs_f64() / total, Unit::Share);
            let name = harmless(self.name(chapter));
            writeln!(out, "{took:>11}  {share:>7}  {}, {name}", activity(it.on))
                .expect("a string takes all");
        }
        out
    }

    fn name(&self, chapter: &Chapter) -> &str {
        match chapter.of {
            Of::Request(_, op) => &self.model.ops[op].name,
            Of::Attempt(edge, _) | Of::Call(edge) => &self.model.edges[edge].name,
        }
    }
}

const fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Travelling => "on the way there",
        Activity::Lost => "waiting for an answer that will never come",
        Activity::AtDoor => "at the door of a full queue",
        Activity::Queued => "waiting for a worker",
        Activity::Working => "working",
        Activity::Committing => "waiting for standbys",
        Activity::Replying => "on the way back",
        Activity::InLine => "waiting for a slot",
        Activity::BackingOff => "backing off",
    }
}

fn ended(outcome: Outcome) -> String {
    match outcome {
        Outcome::Full => paint(GOOD, "full"),
        Outcome::Degraded => paint(WARN, "degraded"),
        Outcome::Failed(reason) => paint(BAD, reason.name()),
    }
}

fn span(from: SimTime, to: SimTime) -> String {
    exact(to.saturating_since(from).as_secs_f64(), Unit::Seconds)
}

/// After time zero; before it, in the warm-up.
fn seconds(at: SimTime, model: &Model) -> f64 {
    at.as_secs_f64() - model.timeline.zero.as_secs_f64()
}
