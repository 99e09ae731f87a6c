//! The copies of one system: which of them work, which carry traffic, and who is being mended.
//!
//! A state machine: an event comes in, and what must happen later goes out. It never schedules.

use std::collections::VecDeque;

use crate::rng::{Purpose, Seed, Stream};
use crate::schema::system::{Component, Failover, Mode, System};
use crate::time::SimDuration;

/// What happens to a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    /// It fails.
    Fails,
    /// It works again.
    Mended,
    /// Others carry its traffic; of no effect if that was settled otherwise, which the number tells.
    Moved(u32),
}

/// What happens to which copy, after how long.
pub(super) type Later = (SimDuration, u32, Happening);

/// The copies of a system.
#[derive(Debug)]
pub(super) struct Copies<'m> {
    system: &'m System,
    states: Vec<State>,
    /// How many work.
    up: u32,
    /// Crews that have nothing to do.
    idle: u32,
    /// Copies that wait for a crew, the first to fail first.
    waiting: VecDeque<u32>,
    failures: Vec<Stream>,
    repairs: Vec<Stream>,
    switches: Stream,
}

/// A copy.
#[derive(Clone, Copy, Debug)]
struct State {
    up: bool,
    /// Whether traffic goes to it. It does for a while after it failed.
    carries: bool,
    /// Whether it failed and its traffic is on its way to others.
    moving: Option<Moving>,
    /// Counts the moves, so that one which was settled otherwise is told from the next.
    moves: u32,
}

/// How the traffic of a copy is being moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moving {
    /// By itself; the copy is mended meanwhile.
    Alone,
    /// By those who mend the copy afterwards.
    ByHand,
}

impl<'m> Copies<'m> {
    /// All in order, and when each fails.
    pub(super) fn new(system: &'m System, seed: Seed) -> (Self, Vec<Later>) {
        let copies = system.copies.len() as u32;
        let stream =
            |purpose, copy: &Component| Stream::of_part(seed, purpose, &system.name, &copy.name);
        let active = |index: usize| match system.mode {
            Mode::ActiveActive => true,
            Mode::ActivePassive => index < system.needs as usize,
        };
        let state = |index| State { up: true, carries: active(index), moving: None, moves: 0 };
        let mut all = Self {
            system,
            states: (0..system.copies.len()).map(state).collect(),
            up: copies,
            idle: system.crews.unwrap_or(copies),
            waiting: VecDeque::new(),
            failures: system.copies.iter().map(|it| stream(Purpose::Failure, it)).collect(),
            repairs: system.copies.iter().map(|it| stream(Purpose::Repair, it)).collect(),
            switches: Stream::new(seed, Purpose::Switch, &system.name),
        };
        let first = (0..copies).map(|copy| all.failure(copy)).collect();
        (all, first)
    }

    /// Lets something happen to a copy; what follows goes to `later`.
    pub(super) fn happen(&mut self, copy: u32, what: Happening, later: &mut Vec<Later>) {
        match what {
            Happening::Fails => self.fails(copy, later),
            Happening::Mended => self.mended(copy, later),
            Happening::Moved(number) => self.moved(copy, number, later),
        }
    }

    /// The share of the traffic that is lost.
    pub(super) fn lost(&self) -> f64 {
        if self.states.is_empty() {
            return 0.0;
        }
        if self.up < self.system.needs {
            return 1.0;
        }
        let stands = |it: &State| it.moving == Some(Moving::ByHand);
        if self.system.failover.as_ref().is_some_and(|it| it.stops_all)
            && self.states.iter().any(stands)
        {
            return 1.0;
        }
        let (mut carried, mut lost) = (0.0, 0.0);
        for (it, copy) in self.states.iter().zip(&self.system.copies) {
            if it.carries {
                carried += copy.traffic;
                lost += if it.up { 0.0 } else { copy.traffic };
            }
        }
        if carried > 0.0 { lost / carried } else { 1.0 }
    }

    fn fails(&mut self, copy: u32, later: &mut Vec<Later>) {
        let system = self.system;
        self.state(copy).up = false;
        self.up -= 1;
        let survives = self.up >= system.needs;
        match &system.failover {
            // Traffic is moved where there is some to move, and somewhere to move it to.
            Some(failover) if survives && (self.state(copy).carries || failover.stops_all) => {
                self.moves(copy, failover, later);
            }
            _ => {
                self.state(copy).carries = false;
                self.stand_in();
                self.mend(copy, later);
            }
        }
    }

    fn moves(&mut self, copy: u32, failover: &Failover, later: &mut Vec<Later>) {
        let covered = self.switches.chance(failover.coverage);
        let law = if covered { &failover.takes } else { &failover.by_hand };
        let takes = law.sample(&mut self.switches);
        let state = self.state(copy);
        state.moves += 1;
        state.moving = Some(if covered { Moving::Alone } else { Moving::ByHand });
        let moved = Happening::Moved(state.moves);
        if takes.is_zero() {
            self.happen(copy, moved, later);
        } else {
            later.push((takes, copy, moved));
        }
        if covered {
            self.mend(copy, later);
        }
    }

    fn moved(&mut self, copy: u32, number: u32, later: &mut Vec<Later>) {
        let state = self.state(copy);
        if state.moves != number {
            return;
        }
        let Some(moving) = state.moving.take() else { return };
        state.carries = false;
        self.stand_in();
        if moving == Moving::ByHand {
            self.mend(copy, later);
        }
    }

    fn mended(&mut self, copy: u32, later: &mut Vec<Later>) {
        let state = self.state(copy);
        state.up = true;
        // What had not been moved yet stays.
        state.moving = None;
        self.up += 1;
        later.push(self.failure(copy));
        self.stand_in();
        self.idle += 1;
        if let Some(next) = self.waiting.pop_front() {
            self.mend(next, later);
        }
    }

    /// Mends a copy as soon as a crew is free.
    fn mend(&mut self, copy: u32, later: &mut Vec<Later>) {
        if self.idle == 0 {
            self.waiting.push_back(copy);
            return;
        }
        self.idle -= 1;
        let index = copy as usize;
        let takes = self.system.copies[index].mttr.sample(&mut self.repairs[index]);
        later.push((takes, copy, Happening::Mended));
    }

    /// Lets those that work carry traffic: all of them, or as many as are needed.
    fn stand_in(&mut self) {
        let most = match self.system.mode {
            Mode::ActiveActive => usize::MAX,
            Mode::ActivePassive => self.system.needs as usize,
        };
        let carrying = self.states.iter().filter(|it| it.carries).count();
        let standing_by = self.states.iter_mut().filter(|it| it.up && !it.carries);
        for it in standing_by.take(most.saturating_sub(carrying)) {
            it.carries = true;
        }
    }

    fn state(&mut self, copy: u32) -> &mut State {
        &mut self.states[copy as usize]
    }

    /// When a copy that works fails. What strikes all copies is not its own.
    fn failure(&mut self, copy: u32) -> Later {
        let index = copy as usize;
        let own = 1.0 - self.system.common_cause.as_ref().map_or(0.0, |it| it.share);
        let works = self.system.copies[index].mtbf.sample(&mut self.failures[index]);
        (works.mul_f64(1.0 / own), copy, Happening::Fails)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;

    const HOUR: SimDuration = SimDuration::from_secs(3_600);
    const MINUTE: SimDuration = SimDuration::from_secs(60);

    fn system(copies: u32, mode: Mode, failover: Option<Failover>) -> System {
        let copy = |number: u32| Component {
            name: number.to_string(),
            mtbf: Distribution::constant(HOUR.saturating_mul(1_000)),
            mttr: Distribution::constant(HOUR),
            traffic: 1.0,
        };
        System {
            name: "s".to_owned(),
            copies: (1..=copies).map(copy).collect(),
            needs: 1,
            crews: None,
            mode,
            failover,
            common_cause: None,
            deploy: None,
            depends_on: Vec::new(),
            slo: None,
        }
    }

    fn failover(coverage: f64) -> Failover {
        Failover {
            takes: Distribution::constant(MINUTE),
            coverage,
            by_hand: Distribution::constant(HOUR),
            stops_all: false,
        }
    }

    /// The copies after these happenings, what is lost after each, and what follows from the last.
    fn lost(system: &System, happenings: &[(u32, Happening)]) -> (Vec<f64>, Vec<Later>) {
        let (mut copies, _) = Copies::new(system, Seed { root: 1, replication: 0 });
        let (mut lost, mut later) = (Vec::new(), Vec::new());
        for (copy, what) in happenings {
            later.clear();
            copies.happen(*copy, *what, &mut later);
            lost.push(copies.lost());
        }
        (lost, later)
    }

    use Happening::{Fails, Mended, Moved};

    #[test]
    fn without_a_failover_others_carry_on_at_once() {
        let pair = system(2, Mode::ActiveActive, None);
        let (lost, later) = lost(&pair, &[(0, Fails), (1, Fails), (0, Mended)]);
        assert_eq!(lost, [0.0, 1.0, 0.0]);
        assert_eq!(later, [(HOUR.saturating_mul(1_000), 0, Fails)]);
    }

    #[test]
    fn the_traffic_of_a_copy_is_lost_until_it_is_moved_or_the_copy_works() {
        let regions = system(4, Mode::ActiveActive, Some(failover(1.0)));
        let (moved, later) = lost(&regions, &[(0, Fails), (0, Moved(1)), (1, Fails)]);
        assert_eq!(moved, [0.25, 0.0, 1.0 / 3.0], "three carry all of it");
        assert_eq!(later, [(MINUTE, 1, Moved(1)), (HOUR, 1, Mended)]);
        let (sooner, _) = lost(&regions, &[(0, Fails), (0, Mended), (0, Moved(1))]);
        assert_eq!(sooner, [0.25, 0.0, 0.0]);
    }

    #[test]
    fn a_move_that_was_settled_is_not_taken_for_the_next() {
        let pair = system(2, Mode::ActiveActive, Some(failover(1.0)));
        let (lost, _) =
            lost(&pair, &[(0, Fails), (0, Mended), (0, Fails), (0, Moved(1)), (0, Moved(2))]);
        assert_eq!(lost, [0.5, 0.0, 0.5, 0.5, 0.0]);
    }

    #[test]
    fn only_the_active_copy_needs_a_failover() {
        let pair = system(2, Mode::ActivePassive, Some(failover(1.0)));
        let happenings =
            [(1, Fails), (1, Mended), (0, Fails), (0, Moved(1)), (0, Mended), (0, Fails)];
        let (lost, later) = lost(&pair, &happenings);
        assert_eq!(lost, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0], "it does not fail back");
        assert_eq!(later, [(HOUR, 0, Mended)]);
    }

    #[test]
    fn who_moves_by_hand_mends_afterwards() {
        let all = Failover { stops_all: true, ..failover(0.0) };
        let pair = system(2, Mode::ActiveActive, Some(all));
        let (stands, later) = lost(&pair, &[(0, Fails)]);
        assert_eq!((stands, later), (vec![1.0], vec![(HOUR, 0, Moved(1))]));
        let (lost, later) = lost(&pair, &[(0, Fails), (0, Moved(1))]);
        assert_eq!((lost, later), (vec![1.0, 0.0], vec![(HOUR, 0, Mended)]));
    }

    #[test]
    fn one_crew_mends_one_at_a_time_in_the_order_of_failure() {
        let three = System { crews: Some(1), needs: 3, ..system(3, Mode::ActiveActive, None) };
        let (_, later) = lost(&three, &[(2, Fails), (0, Fails), (1, Fails)]);
        assert_eq!(later, [], "all crews are busy");
        let (lost, later) = lost(&three, &[(2, Fails), (0, Fails), (1, Fails), (2, Mended)]);
        assert_eq!(lost, [1.0; 4]);
        assert_eq!(later[1..], [(HOUR, 0, Mended)]);
    }
}
