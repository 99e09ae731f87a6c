//! Random numbers: one seed, and one stream per purpose and entity.
//!
//! A [`Stream`] is keyed by (seed, replication, purpose, entity name). Adding a policy or changing
//! a parameter therefore shifts no other draw: two variants of a scenario see the same arrivals
//! and, customer by customer, the same service times (common random numbers).
//!
//! Generator: xoshiro256++ (Blackman and Vigna, 2018), seeded by `SplitMix64` from an FNV-1a hash
//! of the key. Streams of different keys are independent in the sense in which randomly chosen
//! starting points of a period of 2^256 − 1 are: an overlap has probability below 2^-100.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The root of all randomness in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The scenario's seed.
    pub root: u64,
    /// Which independent replication, from 0.
    pub replication: u32,
}

/// What a stream's draws decide.
///
/// The name is part of the key: renaming a purpose changes every result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Gaps between arrivals of a load.
    Arrival,
    /// When a bursty load is in a burst.
    Burst,
    /// Where recorded arrivals lie within the grain of their time stamps.
    Grain,
    /// How long the users of a closed loop think.
    Think,
    /// How long the users of a load wait before they give up.
    Patience,
    /// The class of each arrival.
    Class,
    /// Service times of an operation.
    Service,
    /// An operation's own errors.
    Error,
    /// Whether a call is made (`when`).
    When,
    /// Network latency of a call.
    Network,
    /// How long a call takes to look up a name, and to connect.
    Reach,
    /// Which messages of a call are lost.
    Loss,
    /// Jitter of a call's backoff.
    Backoff,
    /// How long a call is told to wait by who turns it away.
    RetryAfter,
    /// Which calls a client turns away itself.
    Throttle,
    /// When an adaptive limit measures anew.
    Probe,
    /// When a copy is refreshed.
    Refresh,
    /// Choice among a service's instances.
    Balance,
    /// Which attempts a fault strikes, and how hard.
    Fault,
    /// Which instances a fault strikes.
    Victim,
    /// How long a copy of a system works until it fails.
    Failure,
    /// How long a copy of a system takes to be mended.
    Repair,
    /// Whether the traffic of a failed copy is moved by itself, and how long that takes.
    Switch,
    /// When a system is deployed, whether that is bad, and how long until it is seen and undone.
    Deploy,
    /// When a disaster strikes: the same for all disasters of one run.
    Disaster,
    /// How long it is from one disaster to the next.
    Recurrence,
    /// How long nobody notices it.
    Notice,
    /// How long backups took, and which are no good.
    Backup,
    /// Where the log archive is between two segments, and how long uploads took.
    Archive,
    /// Whether a restore has broken since the last drill.
    Drill,
    /// How far a standby is behind.
    Standby,
    /// How long a write waits for a standby.
    Replication,
    /// The phases of a failover.
    Failover,
    /// How long a restore takes.
    Restore,
    /// How long a step of a runbook takes.
    Step,
    /// Which tries of a step fail.
    StepFailure,
    /// Whether a runbook is followed for the first time.
    FirstTimer,
}

impl Purpose {
    fn key(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Burst => "burst",
            Self::Grain => "grain",
            Self::Think => "think",
            Self::Patience => "patience",
            Self::Class => "class",
            Self::Service => "service",
            Self::Error => "error",
            Self::When => "when",
            Self::Network => "network",
            Self::Reach => "reach",
            Self::Loss => "loss",
            Self::Backoff => "backoff",
            Self::RetryAfter => "retry-after",
            Self::Throttle => "throttle",
            Self::Probe => "probe",
            Self::Refresh => "refresh",
            Self::Balance => "balance",
            Self::Fault => "fault",
            Self::Victim => "victim",
            Self::Failure => "failure",
            Self::Repair => "repair",
            Self::Switch => "switch",
            Self::Deploy => "deploy",
            Self::Disaster => "disaster",
            Self::Recurrence => "recurrence",
            Self::Notice => "notice",
            Self::Backup => "backup",
            Self::Archive => "archive",
            Self::Drill => "drill",
            Self::Standby => "standby",
            Self::Replication => "replication",
            Self::Failover => "failover",
            Self::Restore => "restore",
            Self::Step => "step",
            Self::StepFailure => "step failure",
            Self::FirstTimer => "first timer",
        }
    }
}

/// A stream of random numbers for one purpose of one entity.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of `purpose` for the entity called `entity`.
    pub fn new(seed: Seed, purpose: Purpose, entity: &str) -> Self {
        let mut hash = Fnv1a::of(seed, purpose);
        hash.write(entity.as_bytes());
        Self(Xoshiro256PlusPlus::seed_from_u64(hash.0))
    }

    /// The stream of `purpose` for the entity called `whole.part`.
    pub fn of_part(seed: Seed, purpose: Purpose, whole: &str, part: &str) -> Self {
        let mut hash = Fnv1a::of(seed, purpose);
        for it in [whole, ".", part] {
            hash.write(it.as_bytes());
        }
        Self(Xoshiro256PlusPlus::seed_from_u64(hash.0))
    }

    /// 64 uniform bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-53.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
        (self.bits() >> 11) as f64 * SCALE
    }

    /// Uniform in `(0, 1)`: never 0, so that its logarithm is finite.
    #[inline]
    pub fn open_unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
        ((self.bits() >> 12) as f64 + 0.5) * (2.0 * SCALE)
    }

    /// Uniform in `0..bound` without bias; `bound` is at least 1.
    ///
    /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        debug_assert!(bound >= 1);
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = (self.bits() >> 32) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// True with probability `p`; draws nothing when `p` is 0 or 1, so that an idle knob is free.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        p > 0.0 && (p >= 1.0 || self.unit() < p)
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): a small stable hash for stream keys.
struct Fnv1a(u64);

impl Fnv1a {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn of(seed: Seed, purpose: Purpose) -> Self {
        let mut hash = Self::new();
        hash.write(&seed.root.to_le_bytes());
        hash.write(&seed.replication.to_le_bytes());
        hash.write(purpose.key().as_bytes());
        hash.write(&[0]);
        hash
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed { root: 42, replication: 0 };

    #[test]
    fn a_stream_is_a_function_of_its_key() {
        let draw = |seed, purpose, entity| Stream::new(seed, purpose, entity).bits();
        let first = draw(SEED, Purpose::Service, "fraud");
        assert_eq!(first, draw(SEED, Purpose::Service, "fraud"));
        assert_ne!(first, draw(SEED, Purpose::Service, "frau"));
        assert_ne!(first, draw(SEED, Purpose::Error, "fraud"));
        assert_ne!(first, draw(Seed { replication: 1, ..SEED }, Purpose::Service, "fraud"));
        assert_ne!(first, draw(Seed { root: 43, ..SEED }, Purpose::Service, "fraud"));
        let part = Stream::of_part(SEED, Purpose::Service, "fr", "aud").bits();
        assert_eq!(part, draw(SEED, Purpose::Service, "fr.aud"));
    }

    #[test]
    fn the_first_draws_are_pinned() {
        let mut stream = Stream::new(SEED, Purpose::Arrival, "shoppers");
        let draws: Vec<u64> = (0..3).map(|_| stream.bits()).collect();
        assert_eq!(draws, PINNED);
    }
    const PINNED: [u64; 3] =
        [10_888_039_147_508_037_021, 16_318_589_899_564_607_120, 15_301_272_942_350_265_440];

    #[test]
    fn below_is_uniform() {
        let mut stream = Stream::new(SEED, Purpose::Balance, "uniform");
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[stream.below(6) as usize] += 1;
        }
        // Chi-squared, 5 degrees of freedom, 0.1 % point: 20.5.
        let square = |n: &u32| (f64::from(*n) - 1e4) * (f64::from(*n) - 1e4);
        let chi2: f64 = counts.iter().map(|it| square(it) / 1e4).sum();
        assert!(chi2 < 20.5, "{counts:?}");
    }

    #[test]
    fn an_idle_chance_draws_nothing() {
        let (mut idle, mut fresh) =
            (Stream::new(SEED, Purpose::Error, "x"), Stream::new(SEED, Purpose::Error, "x"));
        assert!(!idle.chance(0.0) && idle.chance(1.0));
        assert_eq!(idle.bits(), fresh.bits());
    }
}
