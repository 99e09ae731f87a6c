//! What became of requests, by the time at which they ended: parts of what was answered and failed.

use sim_core::policy::failure::Reason;
use sim_core::report::Unit;
use sim_plot::Ink;
use sim_plot::axis::Axis;
use sim_plot::lines::Line;
use sim_plot::markup::Markup;
use sim_plot::stack::{Part, Stack, whole};
use sim_plot::thin::Fold;

use super::stage::{Column, Figure, Heading, Stage, Track, description, highest};

/// Offered and in time are drawn where they are this far, as a share of the highest, from the parts.
const APART: f64 = 0.05;

/// One row for a load.
pub(super) fn row(stage: &Stage<'_>, load: &str) -> Markup {
    let stacks: Vec<_> = stage.variants.iter().map(|it| parts(it, load)).collect();
    let lines: Vec<_> = stage.variants.iter().map(|it| lines(it, load)).collect();
    let tops = stacks.iter().map(|it| highest(&whole(it)));
    let lined = lines.iter().flatten().map(|it| highest(&it.values));
    let axis = Axis::from_zero(tops.chain(lined).fold(0.0, f64::max), Unit::PerSecond);
    let shown = stage.variants.iter().zip(stacks.iter().zip(&lines));
    let figures = shown.map(|(track, (parts, lines))| {
        let columns = columns(track, load);
        let title =
            format!("Outcomes of {load}, requests per second, {}", track.variant.report.name);
        let described = description(&columns);
        let frame = stage.frame(track, &title, &described, 124.0);
        let frame = sim_plot::Frame { names_faults: true, ..frame };
        let stack = Stack { frame, windows: track.windows, parts, lines, axis: axis.clone() };
        let some = track.series(load, "started").is_some();
        let drawn = some.then(|| stack.draw());
        Figure {
            drawn: drawn.ok_or_else(|| format!("There is no load {load} here.")),
            aside: String::new(),
            columns,
        }
    });
    let figures = figures.collect();
    let title = format!("Outcomes of {load}");
    stage.row(&Heading { title, note: "requests/s, by the time of the answer or failure" }, figures)
}

/// The outcomes with their series: in full at the bottom, failures on purpose at the top.
fn outcomes() -> Vec<(String, String, Ink)> {
    let answers = [("full", Ink::Full), ("degraded", Ink::Degraded)];
    let answers = answers.map(|(name, ink)| (name.to_owned(), name.to_owned(), ink));
    let reasons = |on_purpose: bool| {
        let of = Reason::ALL.into_iter().filter(move |it| is_on_purpose(*it) == on_purpose);
        let ink = if on_purpose { Ink::Refused } else { Ink::Failed };
        of.map(move |it| (format!("failed.{it}"), it.name().replace('_', " "), ink))
    };
    answers.into_iter().chain(reasons(false)).chain(reasons(true)).collect()
}

/// Whether somebody chose to fail rather than try.
const fn is_on_purpose(reason: Reason) -> bool {
    match reason {
        Reason::Bulkhead | Reason::Breaker | Reason::QueueFull | Reason::Shed | Reason::Limited => {
            true
        }
        Reason::Timeout
        | Reason::Error
        | Reason::ClientError
        | Reason::Refused
        | Reason::Lost
        | Reason::Deadline
        | Reason::Crashed => false,
    }
}

fn parts(track: &Track<'_>, load: &str) -> Vec<Part> {
    let part = |(series, name, ink): (String, String, Ink)| {
        let values = track.thin(&track.series(load, &series)?.values, Fold::Mean);
        Some(Part { name, ink, values })
    };
    outcomes().into_iter().filter_map(part).collect()
}

/// What was offered, where that is not what ended; what was in time, where not all answers were.
fn lines(track: &Track<'_>, load: &str) -> Vec<Line> {
    let mean = |name: &str| {
        track.series(load, name).map(|it| track.thin(&it.values, Fold::Mean)).unwrap_or_default()
    };
    let (started, good, answered) =
        (mean("started"), mean("good_of_started"), mean("answered_of_started"));
    let ended = whole(&parts(track, load));
    let line = |name: &str, ink, values| Line {
        name: name.to_owned(),
        ink,
        main: false,
        values,
        half_widths: Vec::new(),
    };
    let mut lines = Vec::new();
    if differ(&started, &ended) {
        lines.push(line("offered", Ink::Second, started));
    }
    if differ(&good, &answered) {
        lines.push(line("in time", Ink::Strong, good));
    }
    lines
}

/// Whether one is far from the other over more than a few windows.
fn differ(a: &[f64], b: &[f64]) -> bool {
    let far = APART * highest(a).max(highest(b));
    let apart = a.iter().zip(b).filter(|(a, b)| (*a - *b).abs() > far).count();
    apart * 50 > a.len()
}

fn columns(track: &Track<'_>, load: &str) -> Vec<Column> {
    let column = |series: &str, name: &str| {
        Some(track.column(name, track.series(load, series)?, Fold::Mean))
    };
    let parts = outcomes().into_iter().filter_map(|(series, name, _)| column(&series, &name));
    let others = [("started", "offered"), ("good_of_started", "in time")];
    parts.chain(others.into_iter().filter_map(|(series, name)| column(series, name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_one_place_in_the_stack() {
        let outcomes = outcomes();
        assert_eq!(outcomes.len(), 2 + Reason::ALL.len());
        for reason in Reason::ALL {
            let series = format!("failed.{reason}");
            assert_eq!(outcomes.iter().filter(|it| it.0 == series).count(), 1, "{series}");
        }
    }
}
