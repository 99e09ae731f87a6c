//! The charts of a variant, all over one time line: markup, and what is read at the play head.

use sim_core::order;
use sim_core::policy::failure::Reason;
use sim_core::report::Unit;
use sim_plot::axis::Axis;
use sim_plot::figure::exact;
use sim_plot::lines::{Limit, Line, Lines};
use sim_plot::markup::Markup;
use sim_plot::stack::{Part, Stack, whole};
use sim_plot::strip::{Row as Band, Strip};
use sim_plot::thin::{Fold, factor, thin};
use sim_plot::{Fault, Frame, Ink, TimeLine, Windows};

use crate::protocol::{Facts, Track};
use crate::run::{Variant, find};

/// A chart with its title.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart {
    /// What it is of.
    pub(crate) title: String,
    /// Its unit.
    pub(crate) note: &'static str,
    /// The picture.
    pub(crate) markup: String,
    /// What is read at the play head, from the top.
    pub(crate) readings: Vec<Reading>,
}

/// A number over time, to be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// Its name.
    pub(crate) name: String,
    /// The class of its ink.
    pub(crate) ink: &'static str,
    /// Whether its mark is a line or an area.
    pub(crate) is_line: bool,
    values: Vec<f64>,
    unit: Unit,
    windows: Windows,
}

impl Reading {
    /// What it is at a time.
    pub(crate) fn at(&self, seconds: f64) -> String {
        let window = ((seconds - self.windows.from) / self.windows.width).floor();
        let value = if window < 0.0 { None } else { self.values.get(window as usize) };
        match value.or(self.values.last()) {
            Some(value) if value.is_finite() => exact(*value, self.unit),
            _ => sim_plot::figure::NONE.to_owned(),
        }
    }

    /// The highest.
    pub(crate) fn highest(&self) -> String {
        exact(highest(&self.values), self.unit)
    }
}

/// What charts of several variants share, so that they can be held against each other.
#[derive(Clone, Debug)]
pub(crate) struct Scales {
    outcomes: f64,
    latency: (f64, f64),
    waiting: f64,
    amplification: f64,
}

/// One variant's series, cut to what is shown.
struct View<'a> {
    facts: &'a Facts,
    series: &'a [Track],
    ghost: Option<(&'a Facts, &'a [Track])>,
    load: &'a str,
    time: TimeLine,
    windows: Windows,
    first: usize,
    last: usize,
    factor: usize,
}

/// What is drawn of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The load that outcomes and latency are of.
    pub(crate) load: &'a str,
    /// Pixels.
    pub(crate) width: f64,
    /// From which second to which.
    pub(crate) span: (f64, f64),
}

/// Lines of one kind have inks in this order.
const INKS: [Ink; 4] = [Ink::Strong, Ink::FullEdge, Ink::RefusedText, Ink::DegradedText];
/// Pixels of a window that can be told from its neighbours.
const FINEST: f64 = 2.0;
/// Queues shorter than this are none.
const LEAST_QUEUE: f64 = 0.5;
/// Calls tried more often than this have an amplification worth a chart.
const LEAST_AMPLIFICATION: f64 = 1.02;
/// The axis of outcomes ends at so many times what is offered at most.
const CUT: f64 = 2.0;

impl<'a> View<'a> {
    fn of(variant: &'a Variant, ghost: Option<&'a Variant>, wanted: &Wanted<'a>) -> Self {
        let facts = &variant.facts;
        let (from, to) = wanted.span;
        let window = |seconds: f64| (seconds - facts.series_from) / facts.window;
        let first = window(from).ceil().max(0.0) as usize;
        let last = window(to).ceil().max(0.0) as usize;
        let factor = factor(last.saturating_sub(first), (wanted.width / FINEST) as usize);
        let windows = Windows {
            from: facts.series_from + first as f64 * facts.window,
            width: facts.window * factor as f64,
        };
        let fault = |it: &crate::protocol::FaultFacts| Fault {
            name: it.name.clone(),
            from: it.from,
            to: it.to.unwrap_or(facts.duration),
        };
        let shown =
            |it: &&crate::protocol::FaultFacts| it.from < to && it.to.is_none_or(|it| it > from);
        let faults = facts.faults.iter().filter(shown).map(fault).collect();
        // The run before is drawn where it has the same windows.
        let ghost = ghost.map(|it| (&*it.facts, it.series()));
        let ghost =
            ghost.filter(|it| it.0.window == facts.window && it.0.series_from == facts.series_from);
        let time = TimeLine { from, to, faults };
        Self {
            facts,
            series: variant.series(),
            ghost,
            load: wanted.load,
            time,
            windows,
            first,
            last,
            factor,
        }
    }

    fn cut(&self, values: &[f64], fold: Fold) -> Vec<f64> {
        let last = self.last.min(values.len());
        thin(values.get(self.first..last).unwrap_or_default(), self.factor, fold)
    }

    fn values(&self, entity: &str, name: &str, fold: Fold) -> Option<Vec<f64>> {
        Some(self.cut(&find(self.series, entity, name)?.values, fold))
    }

    fn line(&self, track: &Track, name: &str, ink: Ink, fold: Fold) -> Line {
        Line {
            name: name.to_owned(),
            ink,
            main: true,
            values: self.cut(&track.values, fold),
            half_widths: self.cut(&track.half_widths, fold),
        }
    }

    fn ghost(&self, entity: &str, name: &str, fold: Fold) -> Option<Line> {
        let (_, series) = self.ghost?;
        let values = self.cut(&find(series, entity, name)?.values, fold);
        let (name, half_widths) = (String::new(), Vec::new());
        Some(Line { name, ink: Ink::Ghost, main: false, values, half_widths })
    }

    fn frame<'f>(&'f self, title: &'f str, described: &'f str, size: (f64, f64)) -> Frame<'f> {
        Frame {
            title,
            description: described,
            width: size.0,
            height: size.1,
            time: &self.time,
            names_faults: false,
            shows_times: false,
        }
    }

    fn reading(&self, line: &Line, unit: Unit, is_line: bool) -> Reading {
        Reading {
            name: line.name.clone(),
            ink: line.ink.class(),
            is_line,
            values: line.values.clone(),
            unit,
            windows: self.windows,
        }
    }

    /// The outcomes of the load: in full at the bottom, failures on purpose at the top.
    fn parts(&self) -> Vec<Part> {
        let answers = [("full", "full", Ink::Full), ("degraded", "degraded", Ink::Degraded)];
        let answers = answers.map(|it| (it.0.to_owned(), it.1.to_owned(), it.2));
        let reasons = |on_purpose: bool| {
            let of = Reason::ALL.into_iter().filter(move |it| it.is_on_purpose() == on_purpose);
            let ink = if on_purpose { Ink::Refused } else { Ink::Failed };
            of.map(move |it| (format!("failed.{it}"), it.name().replace('_', " "), ink))
        };
        let all = answers.into_iter().chain(reasons(false)).chain(reasons(true));
        all.filter_map(|(series, name, ink)| {
            Some(Part { name, ink, values: self.values(self.load, &series, Fold::Mean)? })
        })
        .collect()
    }

    fn quantiles(&self) -> Vec<Line> {
        let all = [
            ("latency.p50", "p50", Ink::FullEdge, Fold::Mean),
            ("latency.p99", "p99", Ink::Strong, Fold::Highest),
        ];
        let line = |(series, name, ink, fold): (&str, &str, Ink, Fold)| {
            Some(self.line(find(self.series, self.load, series)?, name, ink, fold))
        };
        all.into_iter().filter_map(line).collect()
    }

    /// Slots in use of each pool, as shares of their sizes.
    fn pools(&self) -> Vec<Line> {
        let pools = self.facts.pools.iter().filter_map(|pool| {
            let track = find(self.series, &pool.name, "in_flight")?;
            let slots = f64::from(pool.slots.max(1));
            let share = |it: &[f64]| it.iter().map(|it| it / slots).collect::<Vec<_>>();
            let line = self.line(track, &callee(&pool.name), Ink::Strong, Fold::Mean);
            Some(Line {
                values: share(&line.values),
                half_widths: share(&line.half_widths),
                ..line
            })
        });
        fewest(pools.collect(), 0.0)
    }

    fn queues(&self) -> Vec<Line> {
        let services = self.facts.services.iter().filter_map(|it| {
            Some(self.line(
                find(self.series, &it.name, "queue")?,
                &it.name,
                Ink::Strong,
                Fold::Mean,
            ))
        });
        let pools = self.facts.pools.iter().filter_map(|it| {
            let name = format!("slots of {}", callee(&it.name));
            Some(self.line(find(self.series, &it.name, "waiting")?, &name, Ink::Strong, Fold::Mean))
        });
        fewest(services.chain(pools).collect(), LEAST_QUEUE)
    }

    /// Attempts of each call, as multiples of its calls.
    fn amplification(&self) -> Vec<Line> {
        let calls = self.facts.calls.iter().filter_map(|call| {
            let attempts = self.values(&call.name, "attempts", Fold::Mean)?;
            let calls = self.values(&call.name, "calls", Fold::Mean)?;
            let values = attempts.iter().zip(calls).map(|(all, of)| all / of).collect();
            let name = callee(&call.name);
            Some(Line { name, ink: Ink::Strong, main: true, values, half_widths: Vec::new() })
        });
        fewest(calls.collect(), LEAST_AMPLIFICATION)
    }

    fn breakers(&self) -> Vec<Band> {
        let guarded = self.facts.calls.iter().filter(|it| it.breakers > 0);
        let band = |call: &crate::protocol::CallFacts| {
            let share = |name: &str| {
                let values = self.values(&call.name, name, Fold::Mean).unwrap_or_default();
                values.iter().map(|it| it / f64::from(call.breakers)).collect()
            };
            let (open, half_open) = (share("breakers_open"), share("breakers_half_open"));
            Band { name: callee(&call.name), open, half_open }
        };
        guarded.map(band).collect()
    }
}

impl Scales {
    /// The scales that fit all these variants.
    pub(crate) fn of(variants: &[(&Variant, Option<&Variant>)], wanted: &Wanted<'_>) -> Self {
        let mut scales =
            Self { outcomes: 0.0, latency: (f64::INFINITY, 0.0), waiting: 0.0, amplification: 0.0 };
        for (variant, ghost) in variants {
            let view = View::of(variant, *ghost, wanted);
            let ended = highest(&whole(&view.parts()));
            let offered = view.values(wanted.load, "started", Fold::Mean).unwrap_or_default();
            let offered = CUT * highest(&offered);
            let top = if offered > 0.0 { ended.min(offered).max(offered / CUT) } else { ended };
            scales.outcomes = scales.outcomes.max(top);
            let ghost = view.ghost(wanted.load, "latency.p99", Fold::Highest);
            for line in view.quantiles().iter().chain(&ghost) {
                let least = line.values.iter().copied().filter(|it| *it > 0.0);
                scales.latency.0 = least.fold(scales.latency.0, f64::min);
                scales.latency.1 = scales.latency.1.max(highest(&line.values));
            }
            let most =
                |lines: &[Line]| lines.iter().map(|it| highest(&it.values)).fold(0.0, f64::max);
            scales.waiting = scales.waiting.max(most(&view.queues()));
            scales.amplification = scales.amplification.max(most(&view.amplification()));
        }
        scales
    }
}

/// The charts of a variant, with a run before it as a ghost.
pub(crate) fn charts(
    variant: &Variant,
    ghost: Option<&Variant>,
    wanted: &Wanted<'_>,
    scales: &Scales,
) -> Vec<Chart> {
    let view = View::of(variant, ghost, wanted);
    let width = wanted.width;
    let all = [
        Some(outcomes(&view, width, scales)),
        Some(latency(&view, width, scales)),
        pools(&view, width),
        waiting(&view, width, scales),
        amplification(&view, width, scales),
        breakers(&view, width),
    ];
    all.into_iter().flatten().collect()
}

fn outcomes(view: &View<'_>, width: f64, scales: &Scales) -> Chart {
    let parts = view.parts();
    let ghost = view.ghost.and_then(|(_, series)| {
        let of = |name| Some(view.cut(&find(series, view.load, name)?.values, Fold::Mean));
        let (full, degraded) = (of("full")?, of("degraded")?);
        let values = full.iter().zip(degraded).map(|(a, b)| a + b).collect();
        let (name, half_widths) = (String::new(), Vec::new());
        Some(Line { name, ink: Ink::Ghost, main: false, values, half_widths })
    });
    let lines: Vec<Line> = ghost.into_iter().collect();
    let some = |it: &&Part| it.ink == Ink::Full || highest(&it.values) > 0.0;
    let reading = |part: &Part| Reading {
        name: part.name.clone(),
        ink: part.ink.class(),
        is_line: false,
        values: part.values.clone(),
        unit: Unit::PerSecond,
        windows: view.windows,
    };
    let readings: Vec<_> = parts.iter().filter(some).map(reading).collect();
    let title = format!("Outcomes of {}, requests per second, {}", view.load, view.facts.name);
    let described = described(&readings);
    let markup = Stack {
        frame: view.frame(&title, &described, (width, 92.0)),
        windows: view.windows,
        parts: &parts,
        lines: &lines,
        axis: Axis::from_zero(scales.outcomes, Unit::PerSecond),
    }
    .draw();
    chart("Outcomes", "requests/s", &markup, readings)
}

fn latency(view: &View<'_>, width: f64, scales: &Scales) -> Chart {
    let quantiles = view.quantiles();
    let (low, high) = scales.latency;
    let low = if low.is_finite() { low } else { 0.0 };
    let axis = Axis::fitting(low, high, Unit::Seconds);
    let note = if axis.is_logarithmic() { "of answers, log scale" } else { "of answers" };
    let load = view.facts.loads.iter().find(|it| it.name == view.load);
    let deadline = load.and_then(|it| it.deadline);
    let limits: Vec<_> =
        deadline.map(|at| Limit { name: "late".to_owned(), at }).into_iter().collect();
    let mut readings: Vec<_> =
        quantiles.iter().rev().map(|it| view.reading(it, Unit::Seconds, true)).collect();
    let ghost = view.ghost(view.load, "latency.p99", Fold::Highest);
    let before = ghost.iter().map(|it| Line { name: "p99 before".to_owned(), ..it.clone() });
    readings.extend(before.map(|it| view.reading(&it, Unit::Seconds, true)));
    let title = format!("Latency of {}, {}", view.load, view.facts.name);
    let described = described(&readings);
    let lines: Vec<_> = ghost.into_iter().chain(quantiles).collect();
    let frame = view.frame(&title, &described, (width, 74.0));
    let markup =
        Lines { frame, windows: view.windows, lines: &lines, limits: &limits, axis }.draw();
    chart("Latency", note, &markup, readings)
}

fn pools(view: &View<'_>, width: f64) -> Option<Chart> {
    let limits = [Limit { name: "full".to_owned(), at: 1.0 }];
    let of = Of { title: "Slots in use", note: "share of each pool", unit: Unit::Share };
    lines(view, &of, (width, 54.0), (&view.pools(), &limits), Axis::share(1.0))
}

fn waiting(view: &View<'_>, width: f64, scales: &Scales) -> Option<Chart> {
    let axis = Axis::from_zero(scales.waiting, Unit::Count);
    let of = Of { title: "Waiting", note: "requests and calls in line", unit: Unit::Count };
    lines(view, &of, (width, 54.0), (&view.queues(), &[]), axis)
}

fn amplification(view: &View<'_>, width: f64, scales: &Scales) -> Option<Chart> {
    let axis = Axis::from_zero(scales.amplification, Unit::Ratio);
    let of = Of { title: "Amplification", note: "attempts per call", unit: Unit::Ratio };
    lines(view, &of, (width, 54.0), (&view.amplification(), &[]), axis)
}

/// What a chart is of.
struct Of {
    title: &'static str,
    note: &'static str,
    unit: Unit,
}

/// A chart of lines; none where there are none.
fn lines(
    view: &View<'_>,
    of: &Of,
    size: (f64, f64),
    (lines, limits): (&[Line], &[Limit]),
    axis: Axis,
) -> Option<Chart> {
    if lines.is_empty() {
        return None;
    }
    let readings: Vec<_> = lines.iter().map(|it| view.reading(it, of.unit, true)).collect();
    let title = format!("{}, {}, {}", of.title, of.note, view.facts.name);
    let described = described(&readings);
    let frame = view.frame(&title, &described, size);
    let markup = Lines { frame, windows: view.windows, lines, limits, axis }.draw();
    Some(chart(of.title, of.note, &markup, readings))
}

fn breakers(view: &View<'_>, width: f64) -> Option<Chart> {
    let rows = view.breakers();
    if rows.is_empty() {
        return None;
    }
    let reading = |row: &Band| Reading {
        name: format!("{} open", row.name),
        ink: Ink::FailedEdge.class(),
        is_line: false,
        values: row.open.clone(),
        unit: Unit::Share,
        windows: view.windows,
    };
    let readings: Vec<_> = rows.iter().map(reading).collect();
    let title = format!("States of breakers, {}", view.facts.name);
    let described = described(&readings);
    let frame = view.frame(&title, &described, (width, 26.0));
    let markup = Strip { frame, windows: view.windows, rows: &rows }.draw();
    Some(chart("Breakers", "block: open, half block: half-open", &markup, readings))
}

fn chart(title: &str, note: &'static str, markup: &Markup, readings: Vec<Reading>) -> Chart {
    let (title, markup) = (title.to_owned(), markup.as_str().to_owned());
    Chart { title, note, markup, readings }
}

/// What there is to see, for who cannot.
fn described(readings: &[Reading]) -> String {
    let most = readings.iter().map(|it| format!("{} up to {}", it.name, it.highest()));
    most.collect::<Vec<_>>().join(", ")
}

/// As many lines as there are inks, the highest, in their order, each with its ink.
fn fewest(mut lines: Vec<Line>, least: f64) -> Vec<Line> {
    lines.retain(|it| highest(&it.values) > least);
    let mut tops: Vec<f64> = lines.iter().map(|it| highest(&it.values)).collect();
    order::sort_by(&mut tops, |a, b| b.total_cmp(a));
    if let Some(cut) = tops.get(INKS.len()) {
        lines.retain(|it| highest(&it.values) > *cut);
    }
    lines.iter_mut().zip(INKS).for_each(|(line, ink)| line.ink = ink);
    lines
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().filter(|it| it.is_finite()).fold(0.0, f64::max)
}

/// What is called, of `caller -> callee.pool`.
pub(crate) fn callee(name: &str) -> String {
    let name = name.split_once(" -> ").map_or(name, |it| it.1);
    name.strip_suffix(".pool").unwrap_or(name).to_owned()
}

/// The times that a scale of so many pixels shows, as shares of the span, with their names.
pub(crate) fn times(span: (f64, f64), width: f64) -> Vec<(f64, String)> {
    let most = (width / 70.0).max(1.0);
    let steps = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
        3600.0,
    ];
    let length = span.1 - span.0;
    let step = steps.into_iter().find(|it| length / it <= most).unwrap_or(length / most);
    let first = (span.0 / step).ceil() as i64;
    let last = (span.1 / step).floor() as i64;
    let at = |it: i64| it as f64 * step;
    (first..=last).map(|it| ((at(it) - span.0) / length, sim_plot::instant(at(it)))).collect()
}
