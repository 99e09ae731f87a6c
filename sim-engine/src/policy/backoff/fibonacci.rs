use crate::time::SimDuration;

/// A delay that grows like the Fibonacci numbers: by the golden ratio in the long run.
///
/// Before retry `retry` (1-based), waits `min(cap, base · f(retry))` with `f` = 1, 2, 3, 5, 8 …
/// From retry 92 on `f` stays at the largest Fibonacci number below 2^64.
///
/// | symbol | meaning                | unit | range |
/// |--------|------------------------|------|-------|
/// | `base` | the first delay        | ns   | > 0   |
/// | `cap`  | ceiling of every delay | ns   | > 0   |
///
/// Source: the `Fibonacci` strategies of go-retry (`sethvargo/go-retry`) and backon.
///
/// ```
/// # use sim_engine::{policy::backoff::fibonacci, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(400));
/// assert_eq!(fibonacci(base, cap, 3), SimDuration::from_millis(300));
/// assert_eq!(fibonacci(base, cap, 4), cap);
/// ```
#[inline]
pub fn fibonacci(base: SimDuration, cap: SimDuration, retry: u32) -> SimDuration {
    debug_assert!(retry >= 1, "retries count from 1");
    let factor = FACTORS[(retry as usize - 1).min(FACTORS.len() - 1)];
    base.saturating_mul(factor).min(cap)
}

/// The Fibonacci numbers from the second 1 on, as many as fit.
const FACTORS: [u64; 92] = {
    let mut factors = [1; 92];
    factors[1] = 2;
    let mut n = 2;
    while n < factors.len() {
        factors[n] = factors[n - 1] + factors[n - 2];
        n += 1;
    }
    factors
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_as_long_as_it_can_be() {
        // F(93), the last below 2^64.
        assert_eq!(FACTORS[91], 12_200_160_415_121_876_738);
        assert_eq!(FACTORS[91].checked_add(FACTORS[90]), None);
    }
}
