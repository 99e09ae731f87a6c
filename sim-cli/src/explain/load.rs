//! What a load brings, in numbers and words.

use sim_core::model::RateCurve;
use sim_core::report::Unit;
use sim_core::scenario::schema::{Arrivals, Load, RateProfile};
use sim_core::time::{SimDuration, SimTime};

use crate::render::figure::{exact, given, whole};
use crate::render::instant::{instant, span};

/// Requests per second: the mean over the run, and the most at any time.
pub(crate) fn rates(load: &Load, duration: SimDuration) -> (f64, f64) {
    match &load.arrivals {
        Arrivals::Poisson(profile) | Arrivals::Constant(profile) => {
            let peak = profile.0.iter().map(|it| it.rate).fold(0.0, f64::max);
            (mean(profile, duration), peak)
        }
        Arrivals::Replay { offsets, .. } => {
            let within = offsets.partition_point(|it| *it < duration);
            let mean = within as f64 / duration.as_secs_f64();
            (mean, mean)
        }
    }
}

fn mean(profile: &RateProfile, duration: SimDuration) -> f64 {
    let changes = profile.0.iter().map(|it| (SimTime::ZERO + it.at, it.rate, it.over));
    let requests = RateCurve::new(changes).between(SimTime::ZERO, SimTime::ZERO + duration);
    requests / duration.as_secs_f64()
}

/// When its requests come and what kinds they are of.
pub(crate) fn in_words(load: &Load, duration: SimDuration) -> String {
    let mut parts = vec![arrivals(load, duration)];
    if !load.classes.is_empty() {
        let class =
            |(name, share): &(String, f64)| format!("{} {name}", given(*share, Unit::Share));
        parts.push(load.classes.iter().map(class).collect::<Vec<_>>().join(", "));
    }
    parts.extend(load.deadline.map(|it| format!("late after {}", span(it.as_secs_f64()))));
    parts.join("; ")
}

fn arrivals(load: &Load, duration: SimDuration) -> String {
    match &load.arrivals {
        Arrivals::Poisson(profile) => steps(profile, "at random (Poisson)", duration),
        Arrivals::Constant(profile) => steps(profile, "evenly spaced", duration),
        Arrivals::Replay { offsets, source } => {
            let (mean, _) = rates(load, duration);
            let mean = exact(mean, Unit::PerSecond);
            format!(
                "{} recorded arrivals from {source}, {mean} on average",
                whole(offsets.len() as u64)
            )
        }
    }
}

fn steps(profile: &RateProfile, how: &str, duration: SimDuration) -> String {
    let rate = |rate| given(rate, Unit::PerSecond);
    let [first, more @ ..] = &profile.0[..] else { return "nothing".to_owned() };
    if more.is_empty() {
        return format!("{} {how}", rate(first.rate));
    }
    let step = more.iter().map(|it| {
        let over = if it.over.is_zero() {
            String::new()
        } else {
            format!(" over {}", span(it.over.as_secs_f64()))
        };
        format!("{} at {}{over}", rate(it.rate), instant(it.at.as_secs_f64()))
    });
    let steps: Vec<_> = step.collect();
    let mean = exact(mean(profile, duration), Unit::PerSecond);
    format!("{} first, {}, {how}; {mean} on average", rate(first.rate), steps.join(", "))
}
