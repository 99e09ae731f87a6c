//! Whether the warm-up looks too short.
//!
//! Asked of loads whose rate does not change and of the time before the first fault: MSER-5 on the
//! mean response times by windows, averaged over the replications (as Welch does, so that the start,
//! which all have, stands out of the noise, which each has for itself). What MSER-5 would leave out
//! is told only if it differs from the rest by a twentieth, and by three standard errors: on steady
//! noise MSER-5 leaves out a little by chance.

use serde::Serialize;

use super::{Series, steady};
use crate::model::Model;
use crate::statistics::{batch_means, mser5};

/// A load whose first response times are not like the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unsettled {
    /// The load.
    pub load: String,
    /// From the beginning of the report to here they differ, s after time zero.
    pub until: f64,
    /// The warm-up that would leave them out, s.
    pub warmup: f64,
    /// The mean response time until then, s.
    pub early: f64,
    /// The mean response time from then on, up to the first fault, s.
    pub settled: f64,
}

/// Less than this share of the response time is not worth a word.
const WORTH_IT: f64 = 0.05;
/// Standard errors beyond which chance is no excuse.
const ERRORS: f64 = 3.0;
const CONFIDENCE: f64 = 0.95;

/// What looks unsettled in the mean series of a variant.
pub fn unsettled(model: &Model, series: &[Series]) -> Vec<Unsettled> {
    let times = series.iter().filter(|it| it.name == "latency.mean");
    times.filter_map(|it| of(model, it)).collect()
}

fn of(model: &Model, times: &Series) -> Option<Unsettled> {
    let load = model.loads.iter().find(|it| it.name == times.entity)?;
    if !steady::is_steady(load) {
        return None;
    }
    let timeline = &model.timeline;
    let until = timeline.window_of(steady::phase(model)?.1.to).min(times.values.len());
    let from = timeline.zero.as_nanos().div_ceil(timeline.window.as_nanos()) as usize;
    let values: Vec<f64> = times.values[..until].to_vec();
    if !values.iter().all(|it| it.is_finite()) {
        return None;
    }
    let settles = mser5(&values)?;
    if settles <= from {
        return None;
    }
    let early = values[from..settles].iter().sum::<f64>() / (settles - from) as f64;
    let rest = batch_means(&values[settles..], CONFIDENCE)?;
    // The error of a shorter stretch of the same.
    let error = rest.std_error * ((values.len() - settles) as f64 / (settles - from) as f64).sqrt();
    let apart = (early - rest.mean).abs();
    if apart < WORTH_IT * rest.mean || apart < ERRORS * error {
        return None;
    }
    let seconds = |windows: usize| windows as f64 * timeline.window.as_secs_f64();
    Some(Unsettled {
        load: load.name.clone(),
        until: seconds(settles) - timeline.zero.as_secs_f64(),
        warmup: seconds(settles),
        early,
        settled: rest.mean,
    })
}
