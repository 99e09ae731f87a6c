use crate::time::SimTime;

/// A token bucket: calls pass at a rate, with bursts up to the bucket's size.
///
/// The bucket holds `burst` tokens, starts full and fills continuously at `rate`; a call takes one
/// token or is refused. In any span `T` at most `burst + rate · T` calls pass.
///
/// Kept as the equivalent "virtual scheduling" form of the generic cell rate algorithm: instead of
/// a level, the instant at which the bucket will be full again. That needs no clock of its own and
/// no rounding of levels. Instants are integers in units of 2⁻³² ns; the gap between tokens is
/// rounded down to such a unit once (a relative error of at most `rate` / 4·10¹⁸), all else is
/// exact.
///
/// Source: ITU-T Recommendation I.371 (2004), annex A, GCRA(T, τ) with T = 1/rate and
/// τ = (burst − 1)·T; Turner, "New Directions in Communications", IEEE Communications Magazine
/// 24(10), 1986 (the leaky bucket).
///
/// ```
/// # use sim_engine::{policy::limiter::TokenBucket, time::{SimDuration, SimTime}};
/// let mut bucket = TokenBucket::new(10.0, 2); // a token each 100 ms
/// let start = SimTime::ZERO;
/// assert!(bucket.try_take(start) && bucket.try_take(start) && !bucket.try_take(start));
/// assert!(bucket.try_take(start + SimDuration::from_millis(100)));
/// ```
#[derive(Clone, Debug)]
pub struct TokenBucket {
    /// Between tokens, in 2⁻³² ns.
    gap: u128,
    /// How far `full_at` may lie ahead when a token is taken, in 2⁻³² ns.
    tolerance: u128,
    /// When the bucket will be full again, in 2⁻³² ns.
    full_at: u128,
}

/// 2^32: the resolution of a nanosecond.
const PARTS: u64 = 1 << 32;

impl TokenBucket {
    /// A full bucket of `burst` tokens (≥ 1) that gets `rate` tokens a second (> 0).
    pub fn new(rate: f64, burst: u32) -> Self {
        debug_assert!(rate > 0.0 && burst >= 1);
        // The quotient first: 1e9 / 100 is exact, and so is its product with a power of two.
        let gap = (1e9 / rate * PARTS as f64).min(LONGEST_GAP) as u128;
        Self { gap, tolerance: gap * u128::from(burst - 1), full_at: 0 }
    }

    /// Takes a token; false if there is none.
    #[inline]
    pub fn try_take(&mut self, now: SimTime) -> bool {
        let now = u128::from(now.as_nanos()) * u128::from(PARTS);
        let full_at = self.full_at.max(now);
        let conforms = full_at - now <= self.tolerance;
        if conforms {
            self.full_at = full_at + self.gap;
        }
        conforms
    }
}

/// Longer than any run, and short enough that 2^32 such gaps do not overflow: 2^95 parts are
/// 2^63 ns.
const LONGEST_GAP: f64 = (1u128 << 95) as f64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};
    use crate::time::SimDuration;

    fn ms(at: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(at)
    }

    #[test]
    fn follows_the_vectors_of_governor() {
        // The crate `governor` with 10 a second and a burst of 3: (at ms, passes).
        #[rustfmt::skip]
        let script = [
            (0, true), (0, true), (0, true), (0, false), (50, false), (100, true), (100, false),
            (199, false), (200, true), (1_000, true), (1_000, true), (1_000, true), (1_000, false),
        ];
        let mut bucket = TokenBucket::new(10.0, 3);
        for (step, (at, want)) in script.into_iter().enumerate() {
            assert_eq!(bucket.try_take(ms(at)), want, "step {step}, at {at} ms");
        }
    }

    /// A bucket with a level, in fractions of a token that make every refill exact: at a rate of
    /// `rate` per second, a nanosecond brings `rate` parts of the 10^9 that make a token.
    struct Level {
        rate: u128,
        burst: u128,
        parts: u128,
        at: SimTime,
    }

    impl Level {
        fn try_take(&mut self, now: SimTime) -> bool {
            let refill = u128::from(now.since(self.at).as_nanos()) * self.rate;
            self.parts = (self.parts + refill).min(self.burst * 1_000_000_000);
            self.at = now;
            let there = self.parts >= 1_000_000_000;
            self.parts -= if there { 1_000_000_000 } else { 0 };
            there
        }
    }

    proptest::proptest! {
        // Rates whose gap is a whole number of 2^-32 ns, where the two must agree to the call.
        #[test]
        fn equals_a_bucket_with_a_level(
            rate in proptest::sample::select(vec![1u32, 8, 10, 125, 1_000, 64_000, 1_000_000, 1_000_000_000]),
            burst in 1u32..20,
            gaps in proptest::collection::vec(0.0..2.5f64, 1..300),
        ) {
            let mut bucket = TokenBucket::new(f64::from(rate), burst);
            let (rate, burst) = (u128::from(rate), u128::from(burst));
            let mut twin = Level { rate, burst, parts: burst * 1_000_000_000, at: SimTime::ZERO };
            let mut now = SimTime::ZERO;
            for gap in gaps {
                // Around the gap between tokens; every fourth or so at the same instant.
                now += SimDuration::from_secs_f64((gap - 0.6).max(0.0) / rate as f64);
                proptest::prop_assert_eq!(bucket.try_take(now), twin.try_take(now));
            }
        }
    }

    #[test]
    fn passes_its_rate_in_the_long_run() {
        // 100 s of Poisson calls at twice the rate, after the burst is used up.
        for rate in [3.0, 7.7, 333.3, 12_345.6] {
            let mut stream =
                Stream::new(Seed { root: 3, replication: 0 }, Purpose::Arrival, "limit");
            let mut bucket = TokenBucket::new(rate, 10);
            let (mut at, mut passed) = (0.0, 0.0);
            while at < 1e6 / rate {
                at += -crate::math::ln(stream.open_unit()) / (2.0 * rate);
                passed +=
                    f64::from(u8::from(bucket.try_take(SimTime::from_nanos((at * 1e9) as u64))));
            }
            let want = 10.0 + rate * at;
            assert!(passed <= want, "{rate}: {passed} above {want}");
            assert!(passed > want - 11.0 - 0.000_01 * want, "{rate}: {passed} far below {want}");
        }
    }

    #[test]
    fn odd_rates_neither_gain_nor_lose() {
        // 3 a second, asked every nanosecond around each token for 10 000 s. A second token in the
        // bucket keeps the fractions of a nanosecond for which the first waits to be asked for.
        let mut bucket = TokenBucket::new(3.0, 2);
        assert!(bucket.try_take(SimTime::ZERO));
        for third in 0..30_000u64 {
            let due = third * 1_000_000_000 / 3;
            let asked = due.saturating_sub(2)..=due + 1;
            let passed = asked.filter(|nanos| bucket.try_take(SimTime::from_nanos(*nanos))).count();
            assert_eq!(passed, 1, "token {third}");
        }
    }

    #[test]
    fn extreme_rates_do_not_overflow() {
        let mut never = TokenBucket::new(1e-300, u32::MAX);
        assert!((0..1_000).all(|_| never.try_take(SimTime::NEVER)));
        let mut one = TokenBucket::new(1e-300, 1);
        assert!(one.try_take(SimTime::ZERO) && !one.try_take(ms(1_000_000_000)));
        let mut always = TokenBucket::new(1e300, 1);
        assert!((0..1_000).all(|_| always.try_take(SimTime::ZERO)));
    }
}
