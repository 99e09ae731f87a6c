//! Processor sharing: the cores of a machine go on with all work in hand at once, each at an equal
//! share and none at more than one core's speed.
//!
//! With `n` in hand on `c` cores each goes on at `min(1, c/n)` of full speed. That share is the same
//! for all, so one number tells how far everybody has come: the work that a job would have had that
//! was there from the beginning. A job is done when that number has grown by its own work, and the
//! order in which jobs end is known when they begin, whoever comes or goes. Each coming and going
//! costs a search among those in hand.
//!
//! Not here: priorities, quanta and the cost of switching; it is the limit of ever shorter turns.
//!
//! Source: Kleinrock, "Time-shared Systems: a Theoretical Treatment", JACM 14(2), 1967; the number
//! is the virtual time of Demers, Keshav and Shenker, "Analysis and Simulation of a Fair Queueing
//! Algorithm", SIGCOMM '89.

use std::collections::{BTreeMap, BTreeSet};

use crate::time::{SimDuration, SimTime};

/// Work is counted in so many parts of a nanosecond, as powers of two.
const FRACTION_BITS: u32 = 32;

/// The most cores: with more, the numbers might not fit.
pub const CORES_MAX: u32 = 100_000;

/// How far everybody has come, in parts of a nanosecond of work.
type Progress = u128;
/// Where a job ends; those that end together do so in the order in which they began.
type End = (Progress, u64);

/// Jobs that share cores.
#[derive(Clone, Debug)]
pub struct Sharing<K> {
    cores: u32,
    progress: Progress,
    /// As of when.
    at: SimTime,
    begun: u64,
    ends: BTreeMap<K, End>,
    order: BTreeSet<(End, K)>,
}

impl<K: Copy + Ord> Sharing<K> {
    /// So many cores, 1 to [`CORES_MAX`], without work.
    pub fn new(cores: u32) -> Self {
        debug_assert!((1..=CORES_MAX).contains(&cores));
        let (ends, order) = (BTreeMap::new(), BTreeSet::new());
        Self { cores, progress: 0, at: SimTime::ZERO, begun: 0, ends, order }
    }

    /// A job, which is not there yet, begins its work.
    pub fn begin(&mut self, now: SimTime, job: K, work: SimDuration) {
        self.advance(now);
        let end = (self.progress + (u128::from(work.as_nanos()) << FRACTION_BITS), self.begun);
        self.begun += 1;
        let before = self.ends.insert(job, end);
        debug_assert!(before.is_none(), "a job begins once");
        self.order.insert((end, job));
    }

    /// A job leaves; says what was left of its work, in whole nanoseconds rounded up, or `None` if
    /// it was not there.
    pub fn leave(&mut self, now: SimTime, job: K) -> Option<SimDuration> {
        self.advance(now);
        let end = self.ends.remove(&job)?;
        self.order.remove(&(end, job));
        let left = end.0.saturating_sub(self.progress).div_ceil(1 << FRACTION_BITS);
        Some(SimDuration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX)))
    }

    /// Who is done next and when, in whole nanoseconds rounded up, if nobody comes or goes before.
    pub fn next(&self) -> Option<(SimTime, K)> {
        let ((end, _), job) = *self.order.first()?;
        let left = end.saturating_sub(self.progress);
        let (jobs, cores) = self.pace();
        let span = left.checked_mul(jobs).map(|it| it.div_ceil(cores << FRACTION_BITS));
        let span = span.and_then(|it| u64::try_from(it).ok()).unwrap_or(u64::MAX);
        Some((self.at + SimDuration::from_nanos(span), job))
    }

    fn advance(&mut self, now: SimTime) {
        let span = u128::from(now.since(self.at).as_nanos());
        self.at = now;
        if !self.order.is_empty() {
            let (jobs, cores) = self.pace();
            self.progress += ((span * cores) << FRACTION_BITS) / jobs;
        }
    }

    /// In `jobs` nanoseconds each has `cores` nanoseconds of work.
    fn pace(&self) -> (u128, u128) {
        let jobs = self.order.len() as u128;
        if jobs <= u128::from(self.cores) { (1, 1) } else { (jobs, u128::from(self.cores)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn at(nanos: u64) -> SimTime {
        SimTime::from_nanos(nanos)
    }

    const fn work(nanos: u64) -> SimDuration {
        SimDuration::from_nanos(nanos)
    }

    #[test]
    fn two_on_one_core_take_twice_as_long() {
        let mut sharing = Sharing::new(1);
        sharing.begin(at(0), 'a', work(100));
        assert_eq!(sharing.next(), Some((at(100), 'a')));
        // At 50 the half of `a` is left, which now takes 100.
        sharing.begin(at(50), 'b', work(80));
        assert_eq!(sharing.next(), Some((at(150), 'a')));
        assert_eq!(sharing.leave(at(150), 'a'), Some(work(0)));
        assert_eq!(sharing.next(), Some((at(180), 'b')));
        assert_eq!(sharing.leave(at(160), 'b'), Some(work(20)));
        assert_eq!((sharing.leave(at(160), 'b'), sharing.next()), (None, None));
    }

    #[test]
    fn nobody_is_faster_than_a_core() {
        let mut sharing = Sharing::new(3);
        for job in 0..3 {
            sharing.begin(at(0), job, work(60));
        }
        assert_eq!(sharing.next(), Some((at(60), 0)));
        // With a fourth each has three quarters of a core.
        sharing.begin(at(30), 3, work(60));
        assert_eq!(sharing.next(), Some((at(70), 0)), "the first of those that end together");
        assert_eq!(sharing.leave(at(70), 0), Some(work(0)));
        assert_eq!(sharing.next(), Some((at(70), 1)), "at the same instant");
    }

    #[test]
    fn what_never_ends_does_not_overflow() {
        let mut sharing = Sharing::new(CORES_MAX);
        for job in 0..200_000u32 {
            sharing.begin(at(u64::MAX / 2), job, SimDuration::MAX);
        }
        assert_eq!(sharing.next(), Some((SimTime::NEVER, 0)));
        sharing.begin(at(u64::MAX - 1), 200_000, SimDuration::MAX);
        assert_eq!(sharing.next(), Some((SimTime::NEVER, 0)));
    }

    /// The slow twin: what is left of each job, worked off at each event.
    struct Twin {
        cores: f64,
        at: u64,
        left: Vec<(u32, f64)>,
    }

    impl Twin {
        fn share(&self) -> f64 {
            (self.cores / self.left.len() as f64).min(1.0)
        }

        fn advance(&mut self, now: u64) {
            let done = (now - self.at) as f64 * self.share();
            self.left.iter_mut().for_each(|it| it.1 -= done);
            self.at = now;
        }

        fn next(&self) -> Option<f64> {
            let least = self.left.iter().map(|it| it.1).reduce(f64::min)?;
            Some(self.at as f64 + least.max(0.0) / self.share())
        }

        fn leave(&mut self, job: u32) -> f64 {
            let place = self.left.iter().position(|it| it.0 == job).expect("it is there");
            self.left.remove(place).1
        }
    }

    proptest! {
        /// Jobs come at random, leave at random, and otherwise end when they are done.
        #[test]
        fn equals_the_slow_twin(
            cores in 1u32..5,
            script in prop::collection::vec((0u64..2_000, 1u64..5_000, 0u32..8), 1..120),
        ) {
            let mut sharing = Sharing::new(cores);
            let mut twin = Twin { cores: f64::from(cores), at: 0, left: Vec::new() };
            let mut now = 0;
            for (job, (gap, length, kind)) in (0u32..).zip(script) {
                let comes = now + gap;
                while let Some((done, first)) = sharing.next().filter(|it| it.0 <= at(comes)) {
                    let expected = twin.next().expect("both have jobs");
                    now = done.as_nanos();
                    // Rounded up to a whole nanosecond; the twin loses a little more.
                    prop_assert!((now as f64 - expected - 0.5).abs() < 0.6, "{} for {}", now, expected);
                    twin.advance(now);
                    prop_assert_eq!(sharing.leave(done, first), Some(SimDuration::ZERO));
                    prop_assert!(twin.leave(first).abs() < 1.001 + 1e-6);
                }
                now = comes;
                twin.advance(now);
                match twin.left.len() {
                    0 => {}
                    many if kind == 0 => {
                        let chosen = twin.left[length as usize % many].0;
                        let left = sharing.leave(at(now), chosen).expect("it is there");
                        let expected = twin.leave(chosen).max(0.0);
                        prop_assert!((left.as_nanos() as f64 - expected - 0.5).abs() < 0.6);
                    }
                    _ => {}
                }
                sharing.begin(at(now), job, work(length));
                twin.left.push((job, length as f64));
            }
        }
    }
}
