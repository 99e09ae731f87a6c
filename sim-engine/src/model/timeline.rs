//! The times of a run: warm-up, phases, and the segments that they are made of.
//!
//! A phase is a stretch with a name: `before` the first fault, one for each fault, `after` the
//! last, `always`. Faults may overlap, and then a request belongs to several phases. Segments are
//! the stretches between all these boundaries: everything is counted once, in the segment in which
//! it started, and a phase is the sum of its segments.

use crate::id::Id;
use crate::model::SegmentId;
use crate::order;
use crate::time::{SimDuration, SimTime};

/// The times of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The end of the warm-up: time zero of the report.
    pub zero: SimTime,
    /// The end of the run.
    pub end: SimTime,
    /// Width of the windows of all series: 1 s, or more in runs longer than two hours.
    pub window: SimDuration,
    /// Where each segment starts; the first is the warm-up and belongs to no phase.
    pub segments: Vec<SimTime>,
    /// The phases, in order of their beginning; `always` is the last.
    pub phases: Vec<Phase>,
}

/// A stretch of the run with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// `before`, a fault's name, `after` or `always`.
    pub name: String,
    /// Its beginning.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
}

/// More windows than this are not kept: two hours of seconds.
const MOST_WINDOWS: u64 = 7_200;

impl Timeline {
    /// The timeline of a run with `faults`: name, beginning and end of each, in instants of the
    /// run. The phase `after` begins when the last of them has been over for `settle`.
    pub fn new(
        warmup: SimDuration,
        duration: SimDuration,
        settle: SimDuration,
        faults: &[(String, SimTime, SimTime)],
    ) -> Self {
        let zero = SimTime::ZERO + warmup;
        let end = zero + duration;
        let phases = phases(zero, end, settle, faults);
        let mut segments: Vec<SimTime> =
            phases.iter().flat_map(|it| [it.from, it.to]).filter(|it| *it < end).collect();
        segments.push(SimTime::ZERO);
        order::sort_by_key(&mut segments, |it| *it);
        segments.dedup();
        if zero == SimTime::ZERO {
            // No warm-up: its segment is empty, but there, so that segment 0 is always the warm-up.
            segments.insert(0, SimTime::ZERO);
        }
        Self { zero, end, window: window_for(warmup + duration), segments, phases }
    }

    /// The segments of a phase.
    pub fn segments_of(&self, phase: &Phase) -> impl Iterator<Item = SegmentId> {
        let inside = |start: &SimTime| phase.from <= *start && *start < phase.to;
        (1..self.segments.len()).filter(move |it| inside(&self.segments[*it])).map(SegmentId::new)
    }

    /// The length of a segment.
    pub fn length(&self, segment: SegmentId) -> SimDuration {
        let index = segment.index();
        let end = self.segments.get(index + 1).copied().unwrap_or(self.end);
        end.since(self.segments[index])
    }

    /// The number of windows of the run, the last one perhaps cut short.
    pub fn windows(&self) -> usize {
        self.end.as_nanos().div_ceil(self.window.as_nanos()) as usize
    }

    /// The window that holds an instant.
    #[inline]
    pub fn window_of(&self, at: SimTime) -> usize {
        (at.as_nanos() / self.window.as_nanos()) as usize
    }
}

fn phases(
    zero: SimTime,
    end: SimTime,
    settle: SimDuration,
    faults: &[(String, SimTime, SimTime)],
) -> Vec<Phase> {
    let phase = |name: &str, from: SimTime, to: SimTime| Phase {
        name: name.to_owned(),
        from: from.min(end),
        to: to.min(end),
    };
    let first = faults.iter().map(|it| it.1).min();
    let last = faults.iter().map(|it| it.2).max();
    let mut phases = Vec::new();
    phases.extend(first.map(|first| phase("before", zero, first)));
    phases.extend(faults.iter().map(|(name, from, to)| phase(name, *from, *to)));
    phases.extend(last.map(|last| phase("after", last + settle, end)));
    order::sort_by_key(&mut phases, |it| it.from);
    phases.push(phase("always", zero, end));
    phases.retain(|it| it.from < it.to);
    phases
}

fn window_for(run: SimDuration) -> SimDuration {
    const STEPS: [u64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];
    let seconds = run.as_nanos().div_ceil(1_000_000_000);
    let width = STEPS.into_iter().find(|it| seconds.div_ceil(*it) <= MOST_WINDOWS);
    SimDuration::from_secs(width.unwrap_or_else(|| seconds.div_ceil(MOST_WINDOWS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(secs)
    }

    fn secs(secs: u64) -> SimDuration {
        SimDuration::from_secs(secs)
    }

    fn names(timeline: &Timeline) -> Vec<(&str, u64)> {
        let length = |it: &Phase| {
            timeline.segments_of(it).map(|it| timeline.length(it)).sum::<SimDuration>()
        };
        timeline
            .phases
            .iter()
            .map(|it| (&*it.name, length(it).as_nanos() / 1_000_000_000))
            .collect()
    }

    #[test]
    fn phases_are_sums_of_segments() {
        let faults = [("slow".to_owned(), at(90), at(180)), ("down".to_owned(), at(150), at(200))];
        let timeline = Timeline::new(secs(30), secs(300), SimDuration::ZERO, &faults);
        let want = [("before", 60), ("slow", 90), ("down", 50), ("after", 130), ("always", 300)];
        assert_eq!(names(&timeline), want);
        let settled = Timeline::new(secs(30), secs(300), secs(30), &faults);
        let want = [("before", 60), ("slow", 90), ("down", 50), ("after", 100), ("always", 300)];
        assert_eq!(names(&settled), want, "what lies between is of `always` alone");
    }

    #[test]
    fn a_fault_without_end_has_no_after() {
        let faults = [("slow".to_owned(), at(10), SimTime::NEVER)];
        let timeline = Timeline::new(SimDuration::ZERO, secs(60), secs(5), &faults);
        assert_eq!(names(&timeline), [("before", 10), ("slow", 50), ("always", 60)]);
        let quiet = Timeline::new(secs(1), secs(60), secs(5), &[]);
        assert_eq!(names(&quiet), [("always", 60)]);
    }

    #[test]
    fn windows_grow_with_the_run_and_their_number_does_not() {
        for (run, want) in [(60, 1), (7_200, 1), (7_201, 2), (86_400, 15), (31_536_000, 4_380)] {
            let timeline = Timeline::new(SimDuration::ZERO, secs(run), SimDuration::ZERO, &[]);
            assert_eq!(timeline.window, secs(want), "{run} s");
            assert!(timeline.windows() <= 7_200);
        }
    }
}
