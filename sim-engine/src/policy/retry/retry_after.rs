use crate::time::SimDuration;

/// What a client makes of a server's `Retry-After`, which comes with a refusal.
///
/// Source: RFC 9110, section 10.2.3; the clients are named at each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryAfter {
    /// It waits so long at least: the longer of that and of its own back-off (botocore).
    #[default]
    AtLeast,
    /// It waits so long instead of its own back-off (.NET's standard resilience handler): all whom
    /// one server sent away at one time are back at one time.
    Instead,
    /// It waits so long and then its own back-off on top.
    Add,
    /// It waits its own back-off (resilience4j, unless told otherwise).
    Ignore,
}

impl RetryAfter {
    /// How long to wait, given the client's own back-off and what the server asked for.
    pub fn wait(self, backoff: SimDuration, asked: SimDuration) -> SimDuration {
        match self {
            Self::AtLeast => backoff.max(asked),
            Self::Instead => asked,
            Self::Add => asked + backoff,
            Self::Ignore => backoff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_waits_are_told_apart() {
        let secs = SimDuration::from_secs;
        let waits = |kind: RetryAfter| {
            [(1, 30), (60, 30)]
                .map(|(own, asked)| kind.wait(secs(own), secs(asked)).as_nanos() / 1_000_000_000)
        };
        assert_eq!(waits(RetryAfter::AtLeast), [30, 60]);
        assert_eq!(waits(RetryAfter::Instead), [30, 30]);
        assert_eq!(waits(RetryAfter::Add), [31, 90]);
        assert_eq!(waits(RetryAfter::Ignore), [1, 60]);
    }
}
