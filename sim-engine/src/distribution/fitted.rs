//! A law that was fitted to measured spans, and says so.

use std::fmt;

use super::fit::Fit;
use super::{Distribution, Law};
use crate::rng::Stream;
use crate::time::SimDuration;

/// A law with what it was fitted to, and how far from that it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    fit: Box<Fit>,
    source: String,
    count: u64,
}

impl Fitted {
    /// A law fitted to so many spans of a file.
    pub fn new(fit: Fit, source: &str, count: u64) -> Self {
        Self { fit: Box::new(fit), source: source.to_owned(), count }
    }

    /// The law, with how far it is.
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    fn law(&self) -> &Distribution {
        &self.fit.law
    }
}

impl fmt::Display for Fitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fit { name, law, distance, .. } = &*self.fit;
        let Self { source, count, .. } = self;
        write!(f, "{law} ({name} fitted to {count} spans of {source}, KS distance {distance:.4})")
    }
}

impl Law for Fitted {
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        self.law().sample(stream)
    }

    fn mean_secs(&self) -> f64 {
        self.law().mean_secs()
    }

    fn variance(&self) -> f64 {
        self.law().variance()
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        self.law().quantile(p)
    }

    fn longest(&self) -> SimDuration {
        self.law().longest()
    }
}
