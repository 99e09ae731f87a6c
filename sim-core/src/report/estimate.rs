//! A metric over independent replications.

use serde::Serialize;

use crate::statistics::{Moments, interval};

/// The confidence of all intervals of the report.
pub const CONFIDENCE: f64 = 0.95;

/// The mean over replications and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the width of its 95 % Student-t interval; none with one replication.
    pub half_width: Option<f64>,
    /// Its standard error; none with one replication.
    pub std_error: Option<f64>,
    /// The least of the replications.
    pub min: f64,
    /// The greatest of the replications.
    pub max: f64,
    /// Replications in which it is defined.
    pub n: u64,
}

impl Estimate {
    /// The estimate from moments; `None` where no replication defines it.
    pub fn of(moments: &Moments) -> Option<Self> {
        Some(Self {
            mean: moments.mean()?,
            half_width: interval::mean_half_width(moments, CONFIDENCE),
            std_error: moments.std_error(),
            min: moments.min()?,
            max: moments.max()?,
            n: moments.n(),
        })
    }
}
