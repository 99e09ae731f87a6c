//! What moves, for a picture that moves: requests and attempts on their way, and their answers.
//!
//! A reel keeps at most so many marks. When it is full it drops every other one of each way, and from
//! then on keeps fewer: what is left is always each way's every n-th, the same for the same run.

use super::{Asker, Observer, Outcome, Start};
use crate::id::Id;
use crate::model::OpId;
use crate::time::SimTime;

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Something is sent.
    Sent,
    /// The whole answer comes back.
    Full,
    /// A degraded answer comes back.
    Degraded,
    /// It fails.
    Failed,
    /// Somebody chose to fail rather than try.
    Refused,
}

/// A way on which requests or attempts move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Of the requests of a class, by its number.
    Class(u32),
    /// Of the attempts of a call, by its number.
    Edge(u32),
}

/// Something that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: SimTime,
    /// On which way.
    pub way: Way,
    /// What.
    pub motion: Motion,
    /// The how-manieth of its way and direction, from 0.
    number: u32,
}

/// Marks of a run, in order of time.
#[derive(Clone, Debug)]
pub struct Reel {
    most: usize,
    every: u32,
    marks: Vec<Mark>,
    /// How many were sent and came back on each way.
    sent: Counts,
    back: Counts,
}

/// Of each way, by its number.
#[derive(Clone, Debug, Default)]
struct Counts {
    classes: Vec<u32>,
    edges: Vec<u32>,
}

impl Reel {
    /// An empty reel that keeps at most so many marks; none, and no time lost, with 0.
    pub fn keeping(most: usize) -> Self {
        let (sent, back) = (Counts::default(), Counts::default());
        Self { most, every: 1, marks: Vec::new(), sent, back }
    }

    /// Each mark stands for so many.
    pub fn every(&self) -> u32 {
        self.every
    }

    /// The marks.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn add(&mut self, at: SimTime, asker: Asker, motion: Motion) {
        let way = match asker {
            Asker::Class(class) => Way::Class(class.index() as u32),
            Asker::Edge(edge) => Way::Edge(edge.index() as u32),
            // Nobody waits for what a copy is renewed with.
            Asker::Cache(_) => return,
        };
        let counts = if motion == Motion::Sent { &mut self.sent } else { &mut self.back };
        let number = counts.next(way);
        if !number.is_multiple_of(self.every) {
            return;
        }
        self.marks.push(Mark { at, way, motion, number });
        if self.marks.len() > self.most {
            self.every *= 2;
            let every = self.every;
            self.marks.retain(|it| it.number.is_multiple_of(every));
        }
    }
}

impl Counts {
    /// The number of the next on a way.
    fn next(&mut self, way: Way) -> u32 {
        let (counts, index) = match way {
            Way::Class(class) => (&mut self.classes, class as usize),
            Way::Edge(edge) => (&mut self.edges, edge as usize),
        };
        if counts.len() <= index {
            counts.resize(index + 1, 0);
        }
        let number = counts[index];
        counts[index] = number.wrapping_add(1);
        number
    }
}

fn motion(outcome: Outcome) -> Motion {
    match outcome {
        Outcome::Full => Motion::Full,
        Outcome::Degraded => Motion::Degraded,
        Outcome::Failed(reason) if reason.is_on_purpose() => Motion::Refused,
        Outcome::Failed(_) => Motion::Failed,
    }
}

impl Observer for Reel {
    #[inline]
    fn sent(&mut self, now: SimTime, asker: Asker, _: OpId) {
        if self.most > 0 {
            self.add(now, asker, Motion::Sent);
        }
    }

    #[inline]
    fn answered(&mut self, now: SimTime, asker: Asker, _: OpId, _: Start, outcome: Outcome) {
        if self.most > 0 {
            self.add(now, asker, motion(outcome));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EdgeId;

    #[test]
    fn a_full_reel_keeps_every_nth_of_each_way() {
        let mut reel = Reel::keeping(100);
        for number in 0..1000 {
            let now = SimTime::from_nanos(number);
            reel.add(now, Asker::Edge(EdgeId(0)), Motion::Sent);
            if number % 10 == 0 {
                reel.add(now, Asker::Edge(EdgeId(1)), Motion::Full);
            }
        }
        assert_eq!(reel.every(), 16);
        let numbers = |way| {
            let marks = reel.marks().iter().filter(|it| it.way == way);
            marks.map(|it| it.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(Way::Edge(0)), (0..63).map(|it| 16 * it).collect::<Vec<_>>());
        assert_eq!(numbers(Way::Edge(1)), [0, 16, 32, 48, 64, 80, 96]);
        assert!(reel.marks().is_sorted_by_key(|it| it.at));
    }
}
