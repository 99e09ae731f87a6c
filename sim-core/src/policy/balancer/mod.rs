//! How callers choose among a service's instances.

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
