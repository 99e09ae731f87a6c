//! What became of requests, by the time at which they ended: parts of what was answered and failed.

use sim_core::policy::failure::Reason;
use sim_core::report::Unit;
use sim_plot::Ink;
use sim_plot::axis::Axis;
use sim_plot::lines::Line;
use sim_plot::markup::Markup;
use sim_plot::stack::{Part, Stack, whole};
use sim_plot::thin::Fold;

use crate::render::figure::exact;

use super::stage::{Column, Figure, Heading, Stage, Track, description, highest};

/// Offered and in time are drawn where they are this far, as a share of the highest, from the parts.
const APART: f64 = 0.05;
/// The axis ends at so many times what is offered at most.
const CUT: f64 = 2.0;

/// One row for a load.
pub(super) fn row(stage: &Stage<'_>, load: &str) -> Markup {
    let stacks: Vec<_> = stage.variants.iter().map(|it| parts(it, load)).collect();
    let lines: Vec<_> = stage.variants.iter().map(|it| lines(it, load)).collect();
    let tops: Vec<_> = stacks.iter().map(|it| highest(&whole(it))).collect();
    let top = top(stage, load, tops.iter().copied().fold(0.0, f64::max));
    let axis = Axis::from_zero(top, Unit::PerSecond);
    let shown = stage.variants.iter().zip(stacks.iter().zip(&lines)).zip(tops);
    let figures = shown.map(|((track, (parts, lines)), highest)| {
        let cut = format!("cut at the top: up to {}", exact(highest, Unit::PerSecond));
        let aside = if highest > 1.05 * top { cut } else { String::new() };
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
            aside,
            columns,
        }
    });
    let figures: Vec<_> = figures.collect();
    let title = format!("Outcomes of {load}");
    stage
        .row(&Heading { title, note: "requests/s, by the time of the answer or failure" }, &figures)
}

/// The top of the axis: the highest, or so many times what is offered at most. A backlog that is
/// answered at once would else make everything else flat.
fn top(stage: &Stage<'_>, load: &str, highest_of_all: f64) -> f64 {
    let offered = stage.variants.iter().filter_map(|track| {
        let series = track.series(load, "started")?;
        Some(highest(&track.thin(&series.values, Fold::Mean)))
    });
    let most = CUT * offered.fold(0.0, f64::max);
    if most > 0.0 { highest_of_all.min(most).max(most / CUT) } else { highest_of_all }
}

/// The outcomes with their series: in full at the bottom, failures on purpose at the top.
fn outcomes() -> Vec<(String, String, Ink)> {
    let answers = [("full", Ink::Full), ("degraded", Ink::Degraded)];
    let answers = answers.map(|(name, ink)| (name.to_owned(), name.to_owned(), ink));
    let reasons = |on_purpose: bool| {
        let of = Reason::ALL.into_iter().filter(move |it| it.is_on_purpose() == on_purpose);
        let ink = if on_purpose { Ink::Refused } else { Ink::Failed };
        of.map(move |it| (format!("failed.{it}"), it.name().replace('_', " "), ink))
    };
    answers.into_iter().chain(reasons(false)).chain(reasons(true)).collect()
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
    use sim_core::experiment::Plan;
    use sim_core::scenario::{NoFiles, parse};

    use super::super::{Dossier, Variant};
    use super::*;
    use crate::render::limits::Limits;

    const SHOP: &str = r#"
        format = 1
        title = "a shop that fails in three ways"
        run = { duration = "10m", replications = 2 }
        load.users = { to = "shop", rate = "50/s" }
        [service.shop]
        workers = 3
        queue = { slots = 4 }
        time = "exp(40ms)"
        errors = "5%"
        deadline = "150ms"
    "#;

    #[test]
    fn the_areas_make_what_was_offered() {
        let source = parse(SHOP).expect("it is TOML");
        let plan = Plan::new(&source, &NoFiles, |_| true).expect("it has no faults");
        let report = plan.run();
        let limits = Limits::of(&plan.variants[0].1);
        let variant = Variant {
            report: &report.variants[0],
            limits: &limits,
            model: &plan.variants[0].1,
            scenario: source.check(None, &NoFiles).expect("it has no faults"),
        };
        let texts = source.sources();
        let command = String::new();
        let dossier = Dossier { report: &report, variants: vec![variant], texts, command };
        let stage = Stage::of(&dossier);
        let track = &stage.variants[0];
        let parts = parts(track, "users");
        assert!(parts.len() >= 4, "full and three kinds of failures");
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let started = &track.series("users", "started").expect("it is there").values;
        let (drawn, offered) = (mean(&whole(&parts)), mean(started));
        // All but the few that are under way at the end.
        assert!((drawn / offered - 1.0).abs() < 0.001, "{drawn} of {offered}");
        assert!(parts[0].values.len() < started.len(), "in fewer windows than there are");
    }

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
