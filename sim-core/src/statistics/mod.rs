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
//! | how sure that mean is               | [`interval`]      |
//! | the mean length of a queue          | [`TimeWeighted`]  |

mod histogram;
pub mod interval;
mod moments;
mod time_weighted;

pub use histogram::Histogram;
pub use moments::Moments;
pub use time_weighted::TimeWeighted;
