//! Laws of random spans of time.
use crate::time::SimDuration;

/// A law of random spans.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution(SimDuration);
