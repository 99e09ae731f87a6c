//! What strikes all copies of a system at once: the beta-factor model.
//!
//! A share of a copy's failures has a cause that the copies have in common (a bad configuration, the
//! power, an expired certificate); it comes as often as that share of the failures of one copy.
//! Source: Fleming 1975; IEC 61508-6, annex D.

use crate::rng::{Purpose, Seed, Stream};
use crate::schema::system::{CommonCause, System};
use crate::time::SimDuration;

/// The common cause of a system's copies.
#[derive(Debug)]
pub(super) struct Common<'m> {
    cause: &'m CommonCause,
    struck: bool,
    failures: Stream,
    repairs: Stream,
}

impl<'m> Common<'m> {
    /// None yet; and the time until there is.
    pub(super) fn new(system: &'m System, seed: Seed) -> Option<(Self, SimDuration)> {
        let cause = system.common_cause.as_ref()?;
        let stream = |purpose| Stream::new(seed, purpose, &system.name);
        let (failures, repairs) = (stream(Purpose::Failure), stream(Purpose::Repair));
        let mut common = Self { cause, struck: false, failures, repairs };
        let first = common.until_it_strikes();
        Some((common, first))
    }

    /// It strikes, or is mended, in turn; the time until the other.
    pub(super) fn happen(&mut self) -> SimDuration {
        self.struck = !self.struck;
        if self.struck {
            self.cause.mttr.sample(&mut self.repairs)
        } else {
            self.until_it_strikes()
        }
    }

    /// The share of the traffic that is lost.
    pub(super) fn lost(&self) -> f64 {
        f64::from(u8::from(self.struck))
    }

    fn until_it_strikes(&mut self) -> SimDuration {
        self.cause.mtbf.sample(&mut self.failures).mul_f64(1.0 / self.cause.share)
    }
}
