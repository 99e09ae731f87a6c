//! A metric over independent replications.

use serde::Serialize;

use super::Unit;
use super::modes::{Mode, modes};
use crate::statistics::{
    BatchMeans, Moments, QuantileInterval, Sample, interval, quantile_interval,
};

/// The confidence of all intervals of the report.
pub const CONFIDENCE: f64 = 0.95;

/// The mean over replications and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the width of its 95 % Student-t interval; none with one replication, unless that was
    /// cut into batches.
    pub half_width: Option<f64>,
    /// Its standard error; none where there is no interval.
    pub std_error: Option<f64>,
    /// The least of the replications.
    pub min: f64,
    /// The greatest of the replications.
    pub max: f64,
    /// Replications in which it is defined.
    pub n: u64,
    /// The median of the replications with its interval, where their values were kept and are
    /// enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<QuantileInterval>,
    /// The two groups into which the replications fall, the lower first, where their values were
    /// kept and they do: the mean is then of no replication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modes: Option<[Mode; 2]>,
    /// The batches of the one replication that the interval is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batches: Option<u32>,
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
            median: None,
            modes: None,
            batches: None,
        })
    }

    /// The estimate from a sample, with what its kept values tell.
    pub fn of_sample(sample: &Sample, unit: Unit) -> Option<Self> {
        let estimate = Self::of(sample.moments())?;
        let mut sorted = sample.first().to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = quantile_interval(&sorted, 0.5, CONFIDENCE);
        Some(Self { median, modes: modes(&sorted, unit), ..estimate })
    }

    /// A mean whose interval is known, without the values behind it.
    pub fn of_interval(mean: f64, half_width: Option<f64>) -> Self {
        Self {
            mean,
            half_width,
            std_error: None,
            min: mean,
            max: mean,
            n: 0,
            median: None,
            modes: None,
            batches: None,
        }
    }

    /// With the interval of the batches of the only replication.
    pub(crate) fn batched(self, batches: &BatchMeans) -> Self {
        Self {
            half_width: Some(batches.half_width),
            std_error: Some(batches.std_error),
            batches: Some(batches.batches),
            ..self
        }
    }
}
