//! The same span every time.

use std::fmt;

use super::Law;
use super::spelling::Spelled;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The same span every time; it draws nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    span: SimDuration,
}

impl Constant {
    /// `span` every time; zero is allowed.
    pub fn new(span: SimDuration) -> Self {
        Self { span }
    }

    /// The span.
    pub fn span(&self) -> SimDuration {
        self.span
    }
}

impl Law for Constant {
    #[inline]
    fn sample(&self, _: &mut Stream) -> SimDuration {
        self.span
    }

    fn mean_secs(&self) -> f64 {
        self.span.as_secs_f64()
    }

    fn variance(&self) -> f64 {
        0.0
    }

    fn quantile(&self, _: f64) -> Option<SimDuration> {
        Some(self.span)
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Spelled::exactly(self.span).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::stream;

    #[test]
    fn it_draws_nothing() {
        let (mut used, mut fresh) = (stream("constant"), stream("constant"));
        let law = Constant::new(SimDuration::from_millis(3));
        assert_eq!(law.sample(&mut used), SimDuration::from_millis(3));
        assert_eq!(used.bits(), fresh.bits());
    }
}
