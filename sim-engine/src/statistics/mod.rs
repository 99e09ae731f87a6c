//! What a stream of numbers comes to: moments, quantiles, time averages and intervals.
//!
//! Accumulators take one value at a time, keep no list of them, and give the same bits for the
//! same values in the same order, on every platform. What they are asked for when they have seen
//! too little is `None`.
//!
//! | I want                              | it is in          |
//! |-------------------------------------|-------------------|
//! | the p99 of many latencies           | [`Histogram`]     |
//! | the mean of a few replications      | [`Moments`]       |
//! | a quantile while numbers still come | [`RunningQuantile`] |
//! | how sure that mean is               | [`interval`]      |
//! | how sure a median is                | [`quantile_interval`] |
//! | how sure the mean of one run is     | [`batch_means`]   |
//! | where a run becomes steady          | [`mser5`]         |
//! | whether numbers are of two kinds    | [`two_groups`]    |
//! | the mean length of a queue          | [`TimeWeighted`]  |

mod batch_means;
mod histogram;
pub mod interval;
mod modes;
mod moments;
mod quantile_interval;
mod running_quantile;
mod sample;
mod time_weighted;
mod warm_up;

pub use batch_means::{BatchMeans, batch_means};
pub use histogram::{Histogram, Placed};
pub use modes::{Group, two_groups};
pub use moments::Moments;
pub use quantile_interval::{QuantileInterval, quantile_interval};
pub use running_quantile::RunningQuantile;
pub use sample::Sample;
pub use time_weighted::TimeWeighted;
pub use warm_up::mser5;
