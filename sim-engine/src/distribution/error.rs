//! What can be wrong with a law's parameters.

use thiserror::Error;

use crate::time::SimDuration;

/// Why there is no such law: lower case, no full stop, reads on from "error: ".
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LawError {
    /// A span that must have a length has none.
    #[error("{0} must be longer than zero")]
    ZeroSpan(String),
    /// A number that must be positive and finite is not.
    #[error("{what} must be a number above zero, not {value}")]
    NotPositive {
        /// The parameter.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A number that must be finite and at least zero is not.
    #[error("{what} must be a number of at least zero, not {value}")]
    Negative {
        /// The parameter.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A quantile that is no share.
    #[error("a quantile must lie between p0 and p100, not at p{}", percent(*.0))]
    NoQuantile(f64),
    /// The median given twice leaves the spread open.
    #[error("p50 alone does not say how wide the law is; give another quantile, such as p99")]
    MedianTwice,
    /// Two parameters in the wrong order, or equal where that leaves no spread.
    #[error("{upper} must exceed {lower}, but {high} does not exceed {low}")]
    Order {
        /// The parameter that must be smaller.
        lower: String,
        /// Its value.
        low: SimDuration,
        /// The parameter that must be larger.
        upper: String,
        /// Its value.
        high: SimDuration,
    },
    /// Quantiles not in ascending order.
    #[error(
        "quantiles must be given once each and in ascending order, but {next} comes after {last}"
    )]
    QuantilesOutOfOrder {
        /// The earlier one's name.
        last: String,
        /// The later one's name, of no higher share.
        next: String,
    },
    /// A quantile equal to the mean.
    #[error("{0} must differ from the mean; for a span without spread write it alone")]
    QuantileIsMean(String),
    /// No log-normal law has so high a quantile for its mean.
    #[error(
        "no log-normal law of mean {mean} has its {name} at {value}; \
         the largest possible is {largest}"
    )]
    OutOfReach {
        /// The quantile's name, such as `p99`.
        name: String,
        /// Its value.
        value: SimDuration,
        /// The mean.
        mean: SimDuration,
        /// The largest value that this quantile can have.
        largest: SimDuration,
    },
    /// Shares of a mixture that are not shares of one whole.
    #[error("the shares must add up to 100 %, not to {} %", percent(*.0))]
    Shares(f64),
    /// Nothing to draw from.
    #[error("there must be at least one {0}")]
    Empty(&'static str),
    /// More recorded values than can be told apart.
    #[error("at most {max} values can be drawn from, not {0}", max = u32::MAX)]
    TooMany(usize),
}

/// `p99`, `p99.9`: the name of a quantile, which is a share.
pub(super) fn quantile_name(share: f64) -> String {
    format!("p{}", percent(share))
}

/// A share in percent, without the noise of the last bits.
pub(super) fn percent(share: f64) -> f64 {
    (share * 1e12).round() / 1e10
}

/// `value` if it is positive and finite.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, LawError> {
    let fits = value > 0.0 && value.is_finite();
    if fits { Ok(value) } else { Err(LawError::NotPositive { what, value }) }
}

/// `value` if it is at least zero and finite.
pub(super) fn not_negative(what: &'static str, value: f64) -> Result<f64, LawError> {
    let fits = value >= 0.0 && value.is_finite();
    if fits { Ok(value) } else { Err(LawError::Negative { what, value }) }
}

/// `span` in nanoseconds if it is longer than zero.
pub(super) fn nonzero(what: &str, span: SimDuration) -> Result<f64, LawError> {
    if span.is_zero() {
        Err(LawError::ZeroSpan(what.to_owned()))
    } else {
        Ok(span.as_nanos() as f64)
    }
}

/// Nothing if `low` is below `high`.
pub(super) fn ascending(
    low: (&str, SimDuration),
    high: (&str, SimDuration),
) -> Result<(), LawError> {
    if low.1 < high.1 {
        return Ok(());
    }
    let (lower, upper) = (low.0.to_owned(), high.0.to_owned());
    Err(LawError::Order { lower, low: low.1, upper, high: high.1 })
}
