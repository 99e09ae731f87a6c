//! How callers choose among a service's instances.

mod least_outstanding;
mod random;
mod round_robin;
mod two_choices;

pub use self::least_outstanding::least_outstanding;
pub use self::random::random;
pub use self::round_robin::RoundRobin;
pub use self::two_choices::two_choices;
use crate::rng::Stream;

/// A balancing algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    /// In turn.
    RoundRobin,
    /// Uniformly at random.
    Random,
    /// Fewest requests outstanding, the lowest number on ties.
    LeastOutstanding,
    /// The less loaded of two drawn at random with replacement.
    TwoChoices,
}

/// A balancing algorithm at work: with whose turn it is.
#[derive(Clone, Debug)]
pub struct Balancer {
    algorithm: Balance,
    turn: RoundRobin,
}

impl Balancer {
    /// A balancer that has picked nobody yet.
    pub fn new(algorithm: Balance) -> Self {
        Self { algorithm, turn: RoundRobin::default() }
    }

    /// Picks one of `up`: the numbers of the instances that are up, ascending, at least one.
    ///
    /// `outstanding` tells how many requests an instance has to answer; only the algorithms that
    /// look at load ask it. Only the algorithms with chance draw from `stream`, and not if there
    /// is only one instance to pick.
    #[inline]
    pub fn pick(
        &mut self,
        up: &[u32],
        outstanding: impl Fn(u32) -> u32,
        stream: &mut Stream,
    ) -> u32 {
        debug_assert!(!up.is_empty() && up.is_sorted());
        match self.algorithm {
            Balance::RoundRobin => self.turn.next(up),
            _ if up.len() == 1 => up[0],
            Balance::Random => random(up, stream),
            Balance::LeastOutstanding => least_outstanding(up, outstanding),
            Balance::TwoChoices => two_choices(up, outstanding, stream),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    const ALL: [Balance; 4] =
        [Balance::RoundRobin, Balance::Random, Balance::LeastOutstanding, Balance::TwoChoices];

    fn stream() -> Stream {
        Stream::new(Seed { root: 5, replication: 0 }, Purpose::Balance, "balancer")
    }

    #[test]
    fn a_single_instance_needs_no_draw() {
        for algorithm in ALL {
            let (mut used, mut fresh) = (stream(), stream());
            let mut balancer = Balancer::new(algorithm);
            assert!((0..9).all(|_| balancer.pick(&[4], |_| 7, &mut used) == 4));
            assert_eq!(used.bits(), fresh.bits(), "{algorithm:?}");
        }
    }

    /// How often each of 8 instances, 2 and 5 being down, is picked in 60 000 times.
    fn picks(algorithm: Balance, outstanding: impl Fn(u32) -> u32) -> [u32; 8] {
        let (mut stream, mut balancer, mut counts) = (stream(), Balancer::new(algorithm), [0; 8]);
        for _ in 0..60_000 {
            counts[balancer.pick(&[0, 1, 3, 4, 6, 7], &outstanding, &mut stream) as usize] += 1;
        }
        counts
    }

    #[test]
    fn picks_with_these_frequencies() {
        let (equal, sixth) = (|_| 3, 10_000);
        let busy = |instance| u32::from(instance != 3);
        // Two choices hits the one idle of six with 1 − (5/6)², each other with (5/6)²/5.
        let (idle, other) = (18_333, 8_333);
        #[rustfmt::skip]
        let cases = [
            ("round robin",               picks(Balance::RoundRobin, equal),       [sixth, sixth, 0, sixth, sixth, 0, sixth, sixth], 0),
            ("random",                    picks(Balance::Random, busy),            [sixth, sixth, 0, sixth, sixth, 0, sixth, sixth], 400),
            ("least outstanding",         picks(Balance::LeastOutstanding, busy),  [0, 0, 0, 60_000, 0, 0, 0, 0], 0),
            ("least outstanding, a tie",  picks(Balance::LeastOutstanding, equal), [60_000, 0, 0, 0, 0, 0, 0, 0], 0),
            ("two choices",               picks(Balance::TwoChoices, busy),        [other, other, 0, idle, other, 0, other, other], 500),
            ("two choices, ties",         picks(Balance::TwoChoices, equal),       [sixth, sixth, 0, sixth, sixth, 0, sixth, sixth], 400),
        ];
        for (name, got, want, tolerance) in cases {
            let near = |(got, want): (&u32, &u32)| got.abs_diff(*want) <= tolerance;
            assert!(got.iter().zip(&want).all(near), "{name}: {got:?}, not {want:?}");
        }
    }
}
