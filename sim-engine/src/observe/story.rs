//! One request's story: its spans as a tree, what each did when, and where the time went.

use super::Outcome;
use super::step::Step;
use super::trace::{Of, Trace, What};
use crate::model::PoolId;
use crate::order;
use crate::time::{SimDuration, SimTime};

/// What a job or call does, or waits for, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// A message is on its way to the callee.
    Travelling,
    /// It waits for an answer that will never come.
    Lost,
    /// It waits at the door of a full queue.
    AtDoor,
    /// It waits for a worker.
    Queued,
    /// A worker works on it.
    Working,
    /// It waits until standbys have it, too.
    Committing,
    /// The reply is on its way back.
    Replying,
    /// It waits for a slot of a pool.
    InLine,
    /// It waits for its next try.
    BackingOff,
}

/// A stretch of time that one span spends on one activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// On what.
    pub on: Activity,
    /// From when.
    pub from: SimTime,
    /// Until when; the end of the run where it did not end.
    pub to: SimTime,
}

/// A step of a span, and how many slots of its pool were taken then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// When.
    pub at: SimTime,
    /// What.
    pub step: Step,
    /// The pool that it has to do with.
    pub taken: Option<(PoolId, u32)>,
}

/// A job or call with what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// Its place in [`Trace::spans`].
    pub span: u32,
    /// What it is.
    pub of: Of,
    /// When it began.
    pub from: SimTime,
    /// When it ended for who asked, and how; nothing, where it did not end.
    pub ended: Option<(SimTime, Outcome)>,
    /// When nothing of it was left: later, where work went on for nobody.
    pub over: Option<SimTime>,
    /// In order of time.
    pub steps: Vec<Told>,
    /// Chapters inside it, by their places in the story.
    pub parts: Vec<usize>,
}

/// The story of one request: its own chapter is the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Its number.
    pub request: u64,
    /// Each after the one that it is part of.
    pub chapters: Vec<Chapter>,
    /// No stretch goes beyond.
    end: SimTime,
}

/// Time that a request spent on one activity of one of its chapters, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The chapter; one of several with the same name.
    pub chapter: usize,
    /// On what.
    pub on: Activity,
    /// How long.
    pub time: SimDuration,
}

impl Trace {
    /// The stories of all requests that were followed, by number; a run ended at `end`.
    pub fn stories(&self, end: SimTime) -> Vec<Story> {
        let mut stories: Vec<Story> = Vec::new();
        let mut places = Vec::with_capacity(self.spans.len());
        for (number, span) in (0..).zip(&self.spans) {
            let place = match span.parent {
                None => {
                    let (request, chapters) = (span.request, Vec::new());
                    stories.push(Story { request, chapters, end });
                    (stories.len() - 1, 0)
                }
                Some(parent) => {
                    let (story, parent): (usize, usize) = places[parent as usize];
                    let place = stories[story].chapters.len();
                    stories[story].chapters[parent].parts.push(place);
                    (story, place)
                }
            };
            places.push(place);
            stories[place.0].chapters.push(Chapter::new(number, span.of));
        }
        for record in &self.records {
            if let What::Step { span, step, taken } = record.what {
                let (story, chapter) = places[span as usize];
                let told = Told { at: record.at, step, taken };
                stories[story].chapters[chapter].add(told);
            }
        }
        stories
    }
}

impl Chapter {
    fn new(span: u32, of: Of) -> Self {
        let (steps, parts) = (Vec::new(), Vec::new());
        Self { span, of, from: SimTime::ZERO, ended: None, over: None, steps, parts }
    }

    fn add(&mut self, told: Told) {
        if self.steps.is_empty() {
            self.from = told.at;
        }
        match told.step {
            Step::Answered(outcome) => self.ended = Some((told.at, outcome)),
            Step::Ended(outcome) => {
                self.ended = Some((told.at, outcome));
                self.over = Some(told.at);
            }
            Step::Over => self.over = Some(told.at),
            _ => {}
        }
        self.steps.push(told);
    }

    /// What it spent its time on, up to `end` where that did not end; stretches of no time are left
    /// out.
    pub fn stretches(&self, end: SimTime) -> Vec<Stretch> {
        let end = self.over.unwrap_or(end);
        let mut stretches = Vec::new();
        let mut open: Option<(Activity, SimTime)> = None;
        for told in &self.steps {
            let Some(next) = begins(told.step) else { continue };
            close(&mut stretches, open, told.at);
            open = next.map(|it| (it, told.at));
            if let (Step::BacksOff { delay, .. }, Some((on, from))) = (told.step, open) {
                close(&mut stretches, Some((on, from)), (from + delay).min(end));
                open = None;
            }
        }
        close(&mut stretches, open, end);
        stretches
    }
}

fn close(stretches: &mut Vec<Stretch>, open: Option<(Activity, SimTime)>, to: SimTime) {
    if let Some((on, from)) = open.filter(|it| it.1 < to) {
        stretches.push(Stretch { on, from, to });
    }
}

/// What a step begins, ending what was before; the outer `None`: it changes neither.
#[expect(clippy::option_option, reason = "to end something and to leave it are two things")]
fn begins(step: Step) -> Option<Option<Activity>> {
    Some(match step {
        Step::Sent { .. } => Some(Activity::Travelling),
        Step::Lost => Some(Activity::Lost),
        Step::AtDoor => Some(Activity::AtDoor),
        Step::Queued => Some(Activity::Queued),
        Step::Working => Some(Activity::Working),
        Step::Committing => Some(Activity::Committing),
        Step::Replying(_) => Some(Activity::Replying),
        Step::InLine => Some(Activity::InLine),
        Step::BacksOff { .. } => Some(Activity::BackingOff),
        Step::WorkDone
        | Step::Over
        | Step::HasSlot
        | Step::TurnedAway(_)
        | Step::TimedOut
        | Step::Ended(_) => None,
        // Work in hand goes on after the answer.
        Step::RepliedBy(_)
        | Step::Answered(_)
        | Step::Called { .. }
        | Step::SlotBack
        | Step::BudgetSpent
        | Step::FellBack => return None,
    })
}

impl Story {
    /// The request itself.
    pub fn request(&self) -> &Chapter {
        &self.chapters[0]
    }

    /// When the request was answered or failed, or the run ended.
    pub fn ended(&self) -> SimTime {
        self.request().ended.map_or(self.end, |it| it.0)
    }

    /// Where the request's time went, most first. Of several things at the same instant the one
    /// counts that takes longest to end: the others did not hold the request up.
    pub fn spent(&self) -> Vec<Spent> {
        let mut stretches = Vec::new();
        self.collect(0, self.ended(), &mut stretches);
        let mut instants: Vec<_> = stretches.iter().flat_map(|it| [it.1.from, it.1.to]).collect();
        order::sort_by_key(&mut instants, |it| *it);
        instants.dedup();
        let mut spent: Vec<Spent> = Vec::new();
        for pair in instants.windows(2) {
            let busy = stretches.iter().filter(|it| it.1.from <= pair[0] && pair[1] <= it.1.to);
            let Some(&(chapter, stretch)) = busy.max_by_key(|it| (it.1.to, it.0)) else { continue };
            let of = self.chapters[chapter].of;
            let time = pair[1].since(pair[0]);
            let same = |it: &&mut Spent| self.chapters[it.chapter].of == of && it.on == stretch.on;
            match spent.iter_mut().find(same) {
                Some(known) => known.time += time,
                None => spent.push(Spent { chapter, on: stretch.on, time }),
            }
        }
        order::sort_by_key(&mut spent, |it| std::cmp::Reverse(it.time));
        spent
    }

    /// What a chapter and its parts spend their time on, up to when somebody waits for it.
    fn collect(&self, chapter: usize, until: SimTime, found: &mut Vec<(usize, Stretch)>) {
        let it = &self.chapters[chapter];
        let until = it.ended.map_or(until, |ended| ended.0.min(until));
        for stretch in it.stretches(self.end) {
            let to = stretch.to.min(until);
            if stretch.from < to {
                found.push((chapter, Stretch { to, ..stretch }));
            }
        }
        it.parts.iter().for_each(|part| self.collect(*part, until, found));
    }
}
