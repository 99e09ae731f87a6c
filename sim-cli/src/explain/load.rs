//! What a load brings, in numbers and words.

use sim_core::model::RateCurve;
use sim_core::report::Unit;
use sim_core::schema::{Arrivals, Bursts, Load, Patience, RateChange, RateProfile, Replay, Run};
use sim_core::time::SimTime;

use crate::render::figure::{exact, given, whole};
use crate::render::instant::{instant, span};

/// More changes of a rate than these nobody reads.
const MOST_TOLD: usize = 12;

/// Requests per second: the mean over the run, and the most at any time.
pub(crate) fn rates(load: &Load, run: &Run) -> (f64, f64) {
    match &load.arrivals {
        Arrivals::Poisson(profile) | Arrivals::Constant(profile) => {
            (mean(profile, run), curve(profile, run).peak())
        }
        Arrivals::Bursty(profile, bursts) => {
            (mean(profile, run), curve(profile, run).peak() * bursts.peak)
        }
        // Users who never wait ask most.
        Arrivals::Closed { users, think } => {
            let most = f64::from(*users) / think.mean_secs();
            (most, most)
        }
        Arrivals::Replay(Replay { offsets, .. }) => {
            let within = offsets.partition_point(|it| *it < run.duration);
            let mean = within as f64 / run.duration.as_secs_f64();
            (mean, mean)
        }
    }
}

fn curve(profile: &RateProfile, run: &Run) -> RateCurve {
    RateCurve::of(profile, SimTime::ZERO, run.clock)
}

fn mean(profile: &RateProfile, run: &Run) -> f64 {
    let requests = curve(profile, run).between(SimTime::ZERO, SimTime::ZERO + run.duration);
    requests / run.duration.as_secs_f64()
}

/// When its requests come and what kinds they are of.
pub(crate) fn in_words(load: &Load, run: &Run) -> String {
    let mut parts = vec![arrivals(load, run)];
    if !load.classes.is_empty() {
        let class =
            |(name, share): &(String, f64)| format!("{} {name}", given(*share, Unit::Share));
        parts.push(load.classes.iter().map(class).collect::<Vec<_>>().join(", "));
    }
    parts.extend(load.deadline.map(|it| format!("late after {}", span(it.as_secs_f64()))));
    parts.extend(load.patience.as_ref().map(patience));
    parts.join("; ")
}

fn patience(patience: &Patience) -> String {
    let mean = span(patience.law.mean_secs());
    let what = if patience.only_in_line { "a worker" } else { "the answer" };
    format!("given up where {what} takes longer than the user's patience, {mean} on average")
}

fn arrivals(load: &Load, run: &Run) -> String {
    match &load.arrivals {
        Arrivals::Poisson(profile) => rate(profile, "at random (Poisson)", run),
        Arrivals::Constant(profile) => rate(profile, "evenly spaced", run),
        Arrivals::Bursty(profile, bursts) => rate(profile, &self::bursts(bursts), run),
        Arrivals::Replay(replay) => recorded(replay, rates(load, run).0),
        Arrivals::Closed { users, think } => format!(
            "{} users, each of whom thinks for {} on average, asks and waits for the answer: {} at most",
            whole(u64::from(*users)),
            span(think.mean_secs()),
            exact(rates(load, run).0, Unit::PerSecond)
        ),
    }
}

fn bursts(bursts: &Bursts) -> String {
    let quiet = match bursts.quiet {
        0.0 => "nothing".to_owned(),
        quiet => format!("{quiet} times the mean"),
    };
    format!(
        "at random in bursts of {} times the mean that last {} on average, and {quiet} for {} \
         between them",
        bursts.peak,
        span(bursts.burst.as_secs_f64()),
        span(bursts.gap().as_secs_f64())
    )
}

fn recorded(replay: &Replay, mean: f64) -> String {
    let mut parts = vec![format!(
        "{} recorded arrivals from {}, {} on average",
        whole(replay.offsets.len() as u64),
        replay.source,
        exact(mean, Unit::PerSecond)
    )];
    if !replay.grain.is_zero() {
        let grain = span(replay.grain.as_secs_f64());
        parts.push(format!("each at random within its {grain}, as several share a time stamp"));
    }
    if replay.reordered > 0 {
        let lines = whole(replay.reordered as u64);
        parts.push(format!("{lines} of them stood behind later ones and were put in their place"));
    }
    parts.join("; ")
}

fn rate(profile: &RateProfile, how: &str, run: &Run) -> String {
    match profile {
        RateProfile::Steps(changes) => steps(changes, how, mean(profile, run)),
        RateProfile::Sine(sine) => {
            let peak = instant(sine.peak_after(run.clock).as_secs_f64());
            format!(
                "{} on average, {} up and down every {}, highest at {peak}, {how}",
                given(sine.mean, Unit::PerSecond),
                given(sine.swing, Unit::Share),
                span(sine.period.as_secs_f64())
            )
        }
    }
}

fn steps(changes: &[RateChange], how: &str, mean: f64) -> String {
    let rate = |rate| given(rate, Unit::PerSecond);
    let [first, more @ ..] = changes else { return "nothing".to_owned() };
    if more.is_empty() {
        return format!("{} {how}", rate(first.rate));
    }
    if more.len() > MOST_TOLD {
        let mean = exact(mean, Unit::PerSecond);
        return format!("{mean} on average in {} changes, {how}", whole(more.len() as u64));
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
    let mean = exact(mean, Unit::PerSecond);
    format!("{} first, {}, {how}; {mean} on average", rate(first.rate), steps.join(", "))
}
