//! A runbook that is followed: steps begin when what they need is done and somebody is free.
//!
//! Who is free takes the first step in the file's order that can begin. A step that has failed is
//! tried again, or others are done again before it. What a try waited for last, the end of another
//! or the person whom that set free, is remembered: following that back from the last try gives the
//! critical path (Kelley and Walker, "Critical-Path Planning and Scheduling", 1959).

use crate::distribution::Distribution;
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::{OnFail, Runbook, Step, Takes, Who};
use crate::time::{SimDuration, SimTime};

/// Tries at most: a runbook that takes more is given up.
const TRIES_MAX: usize = 100_000;

/// One try of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// Which step.
    pub step: usize,
    /// When it began, counted from the beginning of the runbook.
    pub start: SimTime,
    /// When it ended.
    pub end: SimTime,
    /// Whether it failed.
    pub failed: bool,
    /// The try whose end let this one begin.
    after: Option<usize>,
}

/// How long the steps take that are not drawn from a law.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths {
    /// Steps that restore the store.
    pub(super) restore: SimDuration,
    /// Steps that let a standby take over.
    pub(super) failover: SimDuration,
}

/// Follows a runbook. `None` where a failure ends it.
pub(super) fn follow(runbook: &Runbook, lengths: Lengths, seed: Seed) -> Option<Vec<Try>> {
    let slower = runbook.first_timer.map_or(1.0, |it| {
        let mut stream = Stream::new(seed, Purpose::FirstTimer, &runbook.name);
        if stream.chance(it.share) { it.slower } else { 1.0 }
    });
    let follower = Follower {
        runbook,
        lengths,
        seed,
        slower,
        states: vec![State::Waiting; runbook.steps.len()],
        draws: vec![Draws::default(); runbook.steps.len()],
        free: [runbook.people, runbook.machines].map(|it| it.unwrap_or(u32::MAX)),
        tries: Vec::with_capacity(runbook.steps.len()),
    };
    follower.go()
}

/// The steps that the whole took as long for as it did.
pub(super) fn critical(tries: &[Try]) -> impl Iterator<Item = usize> {
    let last = (0..tries.len()).max_by_key(|it| (tries[*it].end, *it));
    std::iter::successors(last, |it| tries[*it].after).map(|it| tries[it].step)
}

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// What it needs is not done, or nobody is free.
    Waiting,
    /// In the try of that number.
    Running(usize),
    Done,
}

/// A step's streams, each made when something is first drawn from it: most steps draw little.
#[derive(Clone, Debug, Default)]
struct Draws {
    /// How long it takes.
    duration: Option<Stream>,
    /// Which tries fail.
    failure: Option<Stream>,
}

fn stream_of(seed: Seed, purpose: Purpose, runbook: &Runbook, step: &Step) -> Stream {
    Stream::of_part(seed, purpose, &runbook.name, &step.name)
}

struct Follower<'r> {
    runbook: &'r Runbook,
    lengths: Lengths,
    seed: Seed,
    slower: f64,
    /// Of each step, as are the draws.
    states: Vec<State>,
    draws: Vec<Draws>,
    /// People and machines.
    free: [u32; 2],
    tries: Vec<Try>,
}

impl Follower<'_> {
    fn go(mut self) -> Option<Vec<Try>> {
        self.begin(SimTime::ZERO, None);
        while let Some(number) = self.next_to_end() {
            self.end(number)?;
            self.begin(self.tries[number].end, Some(number));
            if self.tries.len() > TRIES_MAX {
                return None;
            }
        }
        Some(self.tries)
    }

    /// Of the tries that run, the one that ends first; at one time, the one that began first. What
    /// takes for ever does not end.
    fn next_to_end(&self) -> Option<usize> {
        let running = self.states.iter().filter_map(|it| match it {
            State::Running(number) => Some((self.tries[*number].end, *number)),
            State::Waiting | State::Done => None,
        });
        running.filter(|it| it.0 < SimTime::NEVER).min().map(|it| it.1)
    }

    /// Begins all that can begin now, which is when the try `after` has ended.
    fn begin(&mut self, now: SimTime, after: Option<usize>) {
        for (index, step) in self.runbook.steps.iter().enumerate() {
            let ready = || step.needs.iter().all(|it| self.states[*it] == State::Done);
            if self.states[index] != State::Waiting || !ready() || !self.take(step.who) {
                continue;
            }
            let end = now + self.duration(index, step);
            let failed = self.fails(index, step);
            self.states[index] = State::Running(self.tries.len());
            self.tries.push(Try { step: index, start: now, end, failed, after });
        }
    }

    fn duration(&mut self, index: usize, step: &Step) -> SimDuration {
        let takes = match &step.takes {
            Takes::Restore(_) => self.lengths.restore,
            Takes::Failover(_) => self.lengths.failover,
            Takes::Law(Distribution::Constant(law)) => law.span(),
            Takes::Law(law) => {
                let stream = &mut self.draws[index].duration;
                let new = || stream_of(self.seed, Purpose::Step, self.runbook, step);
                law.sample(stream.get_or_insert_with(new))
            }
        };
        if step.who == Who::Human { takes.mul_f64(self.slower) } else { takes }
    }

    fn fails(&mut self, index: usize, step: &Step) -> bool {
        if step.fails == 0.0 {
            return false;
        }
        let stream = &mut self.draws[index].failure;
        let new = || stream_of(self.seed, Purpose::StepFailure, self.runbook, step);
        stream.get_or_insert_with(new).chance(step.fails)
    }

    fn take(&mut self, who: Who) -> bool {
        let Some(free) = self.pool(who) else { return true };
        let some = *free > 0;
        *free -= u32::from(some);
        some
    }

    fn pool(&mut self, who: Who) -> Option<&mut u32> {
        match who {
            Who::Human => Some(&mut self.free[0]),
            Who::Machine => Some(&mut self.free[1]),
            Who::Auto => None,
        }
    }

    /// A try has ended; `None` where that ends all.
    fn end(&mut self, number: usize) -> Option<()> {
        let Try { step: index, failed, .. } = self.tries[number];
        let step = &self.runbook.steps[index];
        if let Some(free) = self.pool(step.who) {
            *free += 1;
        }
        self.states[index] = State::Done;
        match step.on_fail {
            _ if !failed => {}
            OnFail::Abort => return None,
            OnFail::Retry => self.states[index] = State::Waiting,
            OnFail::Rework(to) => {
                // All of them are done: this one could not have begun otherwise.
                let before = self.before(index);
                let again = |it: &usize| before[*it] && self.before(*it)[to];
                let again: Vec<usize> = (0..before.len()).filter(again).collect();
                for step in again {
                    self.states[step] = State::Waiting;
                }
            }
        }
        Some(())
    }

    /// Which steps are a step itself, or needed for it, at once or through others.
    fn before(&self, step: usize) -> Vec<bool> {
        let mut found = vec![false; self.states.len()];
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            if !std::mem::replace(&mut found[step], true) {
                open.extend(&self.runbook.steps[step].needs);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed { root: 1, replication: 0 };

    fn step(name: &str, who: Who, minutes: u64, needs: &[usize]) -> Step {
        let takes = Distribution::constant(SimDuration::from_secs(60 * minutes));
        let (needs, fails) = (needs.to_vec(), 0.0);
        let (name, takes) = (name.to_owned(), Takes::Law(takes));
        Step { name, who, takes, needs, fails, on_fail: OnFail::Retry }
    }

    fn book(people: Option<u32>, steps: Vec<Step>) -> Runbook {
        Runbook { name: "book".to_owned(), people, machines: None, first_timer: None, steps }
    }

    fn run(runbook: &Runbook, seed: Seed) -> Option<Vec<Try>> {
        follow(runbook, Lengths::default(), seed)
    }

    /// Step, start and end in minutes, whether it failed.
    fn told(tries: &[Try]) -> Vec<(usize, u64, u64, bool)> {
        let minutes = |it: SimTime| it.as_nanos() / 60_000_000_000;
        tries.iter().map(|it| (it.step, minutes(it.start), minutes(it.end), it.failed)).collect()
    }

    #[test]
    fn one_person_does_one_thing_at_a_time() {
        let steps = || {
            vec![
                step("a", Who::Human, 10, &[]),
                step("b", Who::Human, 5, &[]),
                step("c", Who::Auto, 7, &[]),
                step("d", Who::Human, 1, &[1, 2]),
            ]
        };
        let alone = run(&book(Some(1), steps()), SEED).expect("nothing fails");
        let want = [(0, 0, 10, false), (2, 0, 7, false), (1, 10, 15, false), (3, 15, 16, false)];
        assert_eq!(told(&alone), want);
        // `b` waited for `a` to be free, not for what it needs.
        assert_eq!(critical(&alone).collect::<Vec<_>>(), [3, 1, 0]);
        let many = run(&book(None, steps()), SEED).expect("nothing fails");
        assert_eq!(
            many.iter().map(|it| it.end).max(),
            many.iter().find(|it| it.step == 0).map(|it| it.end)
        );
    }

    #[test]
    fn of_what_ends_together_the_first_begun_ends_first() {
        // Whose step goes first, where one person is free for two, is who was first to end.
        let steps = || {
            vec![
                step("late", Who::Human, 1, &[2]),
                step("a", Who::Auto, 10, &[]),
                step("b", Who::Auto, 10, &[]),
                step("early", Who::Human, 1, &[1]),
            ]
        };
        let tries = run(&book(Some(1), steps()), SEED).expect("nothing fails");
        let want = [(1, 0, 10, false), (2, 0, 10, false), (3, 10, 11, false), (0, 11, 12, false)];
        assert_eq!(told(&tries), want);
    }

    #[test]
    fn what_takes_for_ever_does_not_end() {
        let endless = Takes::Law(Distribution::constant(SimDuration::MAX));
        let first = Step { takes: endless, ..step("first", Who::Auto, 0, &[]) };
        let tries = run(&book(None, vec![first, step("then", Who::Auto, 1, &[0])]), SEED);
        let tries = tries.expect("nothing fails");
        assert_eq!(
            tries.iter().map(|it| (it.step, it.end)).collect::<Vec<_>>(),
            [(0, SimTime::NEVER)]
        );
    }

    #[test]
    fn rework_does_again_what_lies_between_and_abort_ends_all() {
        // `check` fails in its first try and not in its second, with the seed that is looked for.
        let chain = |on_fail| {
            let check = Step { fails: 0.5, on_fail, ..step("check", Who::Auto, 1, &[1]) };
            let rest = [step("copy", Who::Auto, 4, &[]), step("start", Who::Auto, 2, &[0])];
            book(None, [rest.to_vec(), vec![check, step("last", Who::Auto, 1, &[2])]].concat())
        };
        let seeds = (0..).map(|replication| Seed { root: 1, replication });
        let once = |it: &Seed| {
            let tries = run(&chain(OnFail::Retry), *it).expect("it is tried again");
            tries.iter().filter(|it| it.failed).count() == 1
        };
        let seed = seeds.into_iter().find(once).expect("one of four");
        let again = run(&chain(OnFail::Retry), seed).expect("it is tried again");
        let want = [(0, 0, 4, false), (1, 4, 6, false), (2, 6, 7, true), (2, 7, 8, false)];
        assert_eq!(told(&again)[..4], want);
        let rework = run(&chain(OnFail::Rework(0)), seed).expect("it is done again");
        let want = [(2, 6, 7, true), (0, 7, 11, false), (1, 11, 13, false), (2, 13, 14, false)];
        assert_eq!(told(&rework)[2..6], want);
        assert_eq!(run(&chain(OnFail::Abort), seed), None);
    }
}
