//! One number of a simulation against one of a table.

use std::sync::Arc;

use sim_core::report::VariantReport;
use sim_core::statistics::Moments;

use super::row;
use super::states::StateTimes;

/// Where a run says the number.
#[derive(Clone)]
pub(crate) enum Reading {
    /// A metric by its name.
    Metric(&'static str),
    /// Made of several, or of the log; the words say how.
    Of(&'static str, Arc<Read>),
    /// The share of time in which so many jobs are at a service, which no report has; the words
    /// say so.
    State(&'static str, State),
}

/// So many jobs at a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) service: &'static str,
    pub(crate) jobs: u32,
}

/// How a number is made.
pub(crate) type Read = dyn Fn(&Replica<'_>) -> f64 + Send + Sync;

/// What one replication has to say.
pub(crate) struct Replica<'a> {
    /// Its report.
    pub(crate) report: &'a VariantReport,
    /// The phase that is looked at.
    pub(crate) phase: &'a str,
    /// How long each of its services was in each state.
    pub(crate) states: &'a StateTimes,
}

impl Replica<'_> {
    /// A metric; NaN where the replication does not define it.
    pub(crate) fn metric(&self, address: &str) -> f64 {
        self.report.metric(self.phase, address).map_or(f64::NAN, |it| it.mean)
    }

    /// How often this stands in the log.
    pub(crate) fn logged(&self, text: &str) -> f64 {
        assert_eq!(self.report.log_dropped, 0, "the log is not complete");
        self.report.log.iter().filter(|it| it.text.ends_with(text)).count() as f64
    }
}

/// What counts as agreement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Agreement {
    /// The mean lies within 4 of its standard errors.
    StandardErrors,
    /// Every replication says the value, up to rounding.
    Exactly,
    /// The mean lies within this share of the value, which is no more exact itself.
    Within(f64),
    /// Every replication lies this close to the value.
    Around(f64),
    /// The variance between replications times this is the value, within 4 of the standard errors
    /// that a variance has under the normal law.
    Spread(f64),
    /// The value is so small that every replication must say zero.
    Never,
}

/// A reading and the value that it should have.
#[derive(Clone)]
pub(crate) struct Check {
    /// The row, `row/part` where it is a table.
    pub(crate) address: &'static str,
    pub(crate) reading: Reading,
    pub(crate) agreement: Agreement,
    /// What the reading is when the row is right, where that is not the row's value itself.
    pub(crate) implied: Option<f64>,
}

impl Check {
    /// The row's name alone.
    pub(crate) fn id(&self) -> &'static str {
        self.address.split('/').next().unwrap_or(self.address)
    }

    /// What the reading should be.
    pub(crate) fn expected(&self) -> f64 {
        self.implied.unwrap_or_else(|| row::value(self.address))
    }

    pub(crate) fn read(&self, replica: &Replica<'_>) -> f64 {
        match &self.reading {
            Reading::Metric(address) => replica.metric(address),
            Reading::Of(_, read) => read(replica),
            Reading::State(_, state) => replica.states.share(*state),
        }
    }

    pub(crate) fn what(&self) -> &'static str {
        match &self.reading {
            Reading::Metric(address) => address,
            Reading::Of(words, _) | Reading::State(words, _) => words,
        }
    }
}

/// How a reading compares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub(crate) expected: f64,
    pub(crate) estimate: f64,
    pub(crate) std_error: f64,
    pub(crate) agrees: bool,
}

const ROUNDING: f64 = 1e-9;
const STANDARD_ERRORS: f64 = 4.0;
const FEWEST_REPLICATIONS: u64 = 20;

impl Comparison {
    /// Of the replications' readings.
    pub(crate) fn new(agreement: Agreement, expected: f64, readings: &Moments) -> Self {
        let (mean, std_error) = match agreement {
            Agreement::Spread(scale) => spread(readings, scale, expected),
            _ => (readings.mean().unwrap_or(f64::NAN), readings.std_error().unwrap_or(f64::NAN)),
        };
        let (min, max) = (readings.min().unwrap_or(f64::NAN), readings.max().unwrap_or(f64::NAN));
        let all_within = |distance: f64| min >= expected - distance && max <= expected + distance;
        let agrees = match agreement {
            Agreement::StandardErrors | Agreement::Spread(_) => {
                let enough = readings.n() >= FEWEST_REPLICATIONS && std_error > 0.0;
                enough && (mean - expected).abs() <= STANDARD_ERRORS * std_error
            }
            Agreement::Exactly => all_within(ROUNDING * expected.abs()),
            Agreement::Within(share) => (mean - expected).abs() <= share * expected.abs(),
            Agreement::Around(distance) => all_within(distance),
            Agreement::Never => min >= 0.0 && max <= 0.0,
        };
        Self { expected, estimate: mean, std_error, agrees }
    }

    /// Standard errors from the expected value.
    pub(crate) fn z(&self) -> f64 {
        (self.estimate - self.expected) / self.std_error
    }
}

fn spread(readings: &Moments, scale: f64, expected: f64) -> (f64, f64) {
    let variance = readings.variance().unwrap_or(f64::NAN);
    (variance * scale, expected * (2.0 / (readings.n() as f64 - 1.0)).sqrt())
}
