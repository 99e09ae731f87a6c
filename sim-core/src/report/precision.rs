//! How tight the intervals became, where a run was to go on until they are.

use serde::Serialize;

/// What became of a wanted precision in one variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrecisionReport {
    /// Half the width that the intervals were to have, as a share.
    pub wanted: f64,
    /// Whether all have it.
    pub reached: bool,
    /// The most replications that there could be.
    pub max_replications: u32,
    /// The metric whose interval is widest: the last to settle, or what has not. None where no
    /// metric has an interval.
    pub widest: Option<Width>,
}

/// The width of an interval for its size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Width {
    /// The expectation, or the metric, that it belongs to.
    pub of: String,
    /// The phase.
    pub during: String,
    /// Half its width as a share of the mean, or of the bound where the mean is next to nothing
    /// beside it; none where there are too few replications.
    pub relative: Option<f64>,
}
