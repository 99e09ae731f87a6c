//! How long to wait before the next try.
use crate::time::SimDuration;

/// A backoff algorithm with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// `delay` every time.
    Constant { delay: SimDuration },
    /// `n · base`, at most `cap`.
    Linear { base: SimDuration, cap: SimDuration },
    /// `base · 2^(n − 1)`, at most `cap`.
    Exponential { base: SimDuration, cap: SimDuration },
    /// `base · fib(n)`: 1, 2, 3, 5, 8 …, at most `cap`.
    Fibonacci { base: SimDuration, cap: SimDuration },
    /// Uniform in `[0, exponential)`.
    FullJitter { base: SimDuration, cap: SimDuration },
    /// Half of exponential, plus uniform up to the other half.
    EqualJitter { base: SimDuration, cap: SimDuration },
    /// `min(cap, uniform(base, 3 · previous))`.
    DecorrelatedJitter { base: SimDuration, cap: SimDuration },
}
