//! How many to let in at a time, found out from how long they take.
//!
//! Little's law from the other end: while more in flight do not take longer there is room, and when
//! they do there is a queue. Each algorithm sees what has ended and says a limit; [`Limiter`] is the
//! choice among them with its count of what is in flight.

mod aimd;
mod gradient2;
mod vegas;

use aimd::Aimd;
use gradient2::Gradient2;
use vegas::Vegas;

use crate::rng::Stream;
use crate::time::{SimDuration, SimTime};

/// Which algorithm finds the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Additive increase, multiplicative decrease.
    Aimd,
    /// By the gradient of times.
    Gradient2,
    /// By the estimated queue.
    Vegas,
}

impl Algorithm {
    /// The word for it in scenario files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aimd => "aimd",
            Self::Gradient2 => "gradient2",
            Self::Vegas => "vegas",
        }
    }

    /// Where the library lets it begin, and end.
    pub const fn bounds(self) -> Bounds {
        match self {
            Self::Aimd | Self::Gradient2 => Bounds { initial: 20, min: 20, max: 200 },
            Self::Vegas => Bounds { initial: 20, min: 1, max: 1_000 },
        }
    }
}

/// Where a limit begins and between what it stays: 1 ≤ `min` ≤ `initial` ≤ `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// At first.
    pub initial: u32,
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
}

/// How a limit is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// By which algorithm.
    pub algorithm: Algorithm,
    /// Between what.
    pub bounds: Bounds,
    /// Results are averaged over windows of this length before the algorithm sees them; zero: it
    /// sees each.
    pub window: SimDuration,
}

/// What an algorithm is shown.
#[derive(Clone, Copy, Debug)]
struct Observed {
    /// How long it took.
    took: SimDuration,
    /// How many were in flight.
    in_flight: u32,
    /// Whether it, or one of those averaged, was dropped for overload.
    dropped: bool,
}

/// How something that was let in has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With an answer.
    Answered,
    /// For overload: turned away further on, or out of time.
    Dropped,
    /// So that it says nothing of how long things take.
    Otherwise,
}

/// A limit on what is in flight, and what is.
#[derive(Clone, Debug)]
pub struct Limiter {
    finder: Finder,
    in_flight: u32,
    stream: Stream,
    window: Option<Window>,
}

#[derive(Clone, Debug)]
enum Finder {
    Aimd(Aimd),
    Gradient2(Gradient2),
    Vegas(Vegas),
}

/// Results of the present window. Ten make one that is shown.
///
/// Source: Netflix concurrency-limits, `WindowedLimit`.
#[derive(Clone, Debug)]
struct Window {
    length: SimDuration,
    ends: SimTime,
    results: u64,
    answered: u64,
    took: u128,
    in_flight: u32,
    dropped: bool,
}

const ENOUGH: u64 = 10;

impl Limiter {
    /// Nothing in flight; `stream` is drawn from where something is left to chance.
    pub fn new(config: Config, mut stream: Stream) -> Self {
        let finder = match config.algorithm {
            Algorithm::Aimd => Finder::Aimd(Aimd::new(config.bounds)),
            Algorithm::Gradient2 => Finder::Gradient2(Gradient2::new(config.bounds)),
            Algorithm::Vegas => Finder::Vegas(Vegas::new(config.bounds, &mut stream)),
        };
        let window = (!config.window.is_zero()).then(|| Window::new(config.window));
        Self { finder, in_flight: 0, stream, window }
    }

    /// How many may be in flight now.
    pub fn limit(&self) -> u32 {
        match &self.finder {
            Finder::Aimd(it) => it.limit(),
            Finder::Gradient2(it) => it.limit(),
            Finder::Vegas(it) => it.limit(),
        }
    }

    /// Lets one in, if there is room.
    pub fn try_enter(&mut self) -> bool {
        let may = self.in_flight < self.limit();
        self.in_flight += u32::from(may);
        may
    }

    /// One that was let in has ended, after so long.
    pub fn leave(&mut self, now: SimTime, took: SimDuration, ended: Ended) {
        let in_flight = self.in_flight;
        self.in_flight -= 1;
        if ended == Ended::Otherwise || took.is_zero() {
            return;
        }
        let seen = Observed { took, in_flight, dropped: ended == Ended::Dropped };
        let seen = match &mut self.window {
            None => Some(seen),
            Some(window) => window.add(now, seen),
        };
        if let Some(seen) = seen {
            self.observe(seen);
        }
    }

    fn observe(&mut self, seen: Observed) {
        match &mut self.finder {
            Finder::Aimd(it) => it.observe(seen),
            Finder::Gradient2(it) => it.observe(seen),
            Finder::Vegas(it) => it.observe(seen, &mut self.stream),
        }
    }
}

impl Window {
    fn new(length: SimDuration) -> Self {
        let ends = SimTime::ZERO;
        Self { length, ends, results: 0, answered: 0, took: 0, in_flight: 0, dropped: false }
    }

    /// Adds a result; what the window comes to, if it is over and was enough.
    fn add(&mut self, now: SimTime, seen: Observed) -> Option<Observed> {
        self.results += 1;
        self.in_flight = self.in_flight.max(seen.in_flight);
        self.dropped |= seen.dropped;
        if !seen.dropped {
            self.answered += 1;
            self.took += u128::from(seen.took.as_nanos());
        }
        if now <= self.ends {
            return None;
        }
        let over =
            std::mem::replace(self, Self { ends: now + self.length, ..Self::new(self.length) });
        if over.results < ENOUGH || over.answered == 0 {
            return None;
        }
        let mean = over.took / u128::from(over.answered);
        let took = SimDuration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX));
        Some(Observed { took, in_flight: over.in_flight, dropped: over.dropped })
    }
}

#[cfg(test)]
mod testing {
    use super::Observed;
    use crate::rng::{Purpose, Seed, Stream};
    use crate::time::SimDuration;

    pub(super) fn stream() -> Stream {
        Stream::new(Seed { root: 1, replication: 0 }, Purpose::Probe, "test")
    }

    /// An answer after so many milliseconds, with so many in flight.
    pub(super) fn seen(millis: u64, in_flight: u32) -> Observed {
        Observed { took: SimDuration::from_millis(millis), in_flight, dropped: false }
    }

    /// The limit after each sample.
    pub(super) fn limits<const N: usize>(
        samples: [Observed; N],
        step: impl FnMut(Observed) -> u32,
    ) -> [u32; N] {
        samples.map(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(window: SimDuration) -> Limiter {
        let bounds = Bounds { initial: 2, min: 1, max: 9 };
        Limiter::new(Config { algorithm: Algorithm::Aimd, bounds, window }, testing::stream())
    }

    #[test]
    fn never_more_than_the_limit_are_in_flight() {
        let mut limiter = limiter(SimDuration::ZERO);
        let ms = SimDuration::from_millis(1);
        assert!(limiter.try_enter() && limiter.try_enter() && !limiter.try_enter());
        limiter.leave(SimTime::ZERO, ms, Ended::Answered);
        assert_eq!(limiter.limit(), 3);
        assert!(limiter.try_enter() && limiter.try_enter() && !limiter.try_enter());
        limiter.leave(SimTime::ZERO, ms, Ended::Otherwise);
        assert_eq!(limiter.limit(), 3, "what says nothing changes nothing");
        limiter.leave(SimTime::ZERO, ms, Ended::Dropped);
        assert_eq!(limiter.limit(), 2);
    }

    #[test]
    fn a_window_of_few_results_is_not_shown() {
        let mut limiter = limiter(SimDuration::from_secs(1));
        let mut leave = |ms: u64| {
            assert!(limiter.try_enter());
            let now = SimTime::ZERO + SimDuration::from_millis(ms);
            limiter.leave(now, SimDuration::from_millis(1), Ended::Answered);
            limiter.limit()
        };
        assert_eq!(leave(1), 2, "the first ends an empty window");
        (2..11).for_each(|it| assert_eq!(leave(it), 2));
        assert_eq!(leave(1_002), 3, "ten within a second, and the one that ends it");
        assert_eq!(leave(2_003), 3, "one within a second");
    }
}
