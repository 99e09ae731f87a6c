//! A sweep for people: what was varied, the best points, and what came near.

use sim_core::experiment::{Feasibility, PointReport, Ranking, Sweep};
use sim_core::scenario::{Axis, Gauge, harmless};

use super::chart::{self, LEFT, RIGHT};
use super::figure::{self, whole};
use super::grid::{Cell, Grid, Tone};
use super::provenance::Provenance;
use super::style::{FAINT, GOOD, STRONG, WARN, paint};
use super::tested::{Ending, ending};
use super::wrap::hanging;

/// Points that would be better than the best but do not hold are shown at most.
const NEAR: usize = 3;
/// Values longer than this are cut in tables.
const LONGEST_VALUE: usize = 40;

/// What was seen of a sweep.
#[derive(Debug)]
pub(crate) struct Overview {
    /// The best points.
    pub(crate) ranking: Ranking,
    /// With one axis, the means of the first metric and whether each point holds, in order.
    pub(crate) curve: Vec<(f64, Feasibility)>,
    /// Points of which a limit stopped a run.
    pub(crate) stopped: u64,
}

impl Overview {
    /// Of nothing yet.
    pub(crate) fn new(ranking: Ranking) -> Self {
        Self { ranking, curve: Vec::new(), stopped: 0 }
    }

    /// Takes in the next point.
    pub(crate) fn push(&mut self, sweep: &Sweep, report: PointReport) {
        if sweep.grid.axes().len() == 1 {
            let mean = report.metrics.first().copied().flatten().map_or(f64::NAN, |it| it.mean);
            self.curve.push((mean, report.feasibility()));
        }
        self.stopped += u64::from(report.stopped > 0);
        self.ranking.push(&sweep.grid, report);
    }

    /// As text, no wider than `width` if at all possible.
    pub(crate) fn text(
        &self,
        sweep: &Sweep,
        title: &str,
        from: &Provenance,
        width: usize,
    ) -> String {
        let names = names(sweep);
        let mut out = format!("{}\n", paint(STRONG, harmless(title)));
        for (axis, name) in sweep.grid.axes().iter().zip(&names) {
            let text = format!(
                "{}, {}",
                harmless(axis.path()),
                count(axis.values().len() as u64, "value")
            );
            out.push_str(&paint(FAINT, format!("{}: {text}\n", harmless(name))));
        }
        out.push('\n');
        let curve = self.curve(sweep, &names, width);
        if !curve.is_empty() {
            out.push_str(&curve);
            out.push('\n');
        }
        out.push_str(&self.table(sweep, &names).render(width));
        out.push('\n');
        out.push_str(&self.conclusion(sweep, &names, width));
        out.push_str(&self.footer(sweep, from));
        out
    }

    fn table(&self, sweep: &Sweep, names: &[String]) -> Grid {
        let expects = self
            .ranking
            .feasible()
            .chain(self.ranking.undecided())
            .chain(self.ranking.infeasible());
        let expects = expects.into_iter().any(|it| !it.verdicts.is_empty());
        let mut header: Vec<String> = names.iter().map(|it| harmless(it)).collect();
        header.extend(sweep.gauges.iter().map(heading));
        header.extend(expects.then(|| "expected".to_owned()));
        let mut grid = Grid::new(header);
        let row = |grid: &mut Grid, label: &str, report: &PointReport| {
            grid.row(label, cells(sweep, report, expects));
        };
        let best = self.ranking.best().map(|it| it.point);
        for report in self.ranking.feasible() {
            row(&mut grid, if best == Some(report.point) { "best" } else { "" }, report);
        }
        for (heading, mark, reports) in self.others() {
            if !reports.is_empty() {
                grid.heading(heading);
                for report in reports {
                    row(&mut grid, mark, report);
                }
            }
        }
        grid
    }

    /// Those that do not hold, or may not.
    fn others(&self) -> [(&'static str, &'static str, Vec<&PointReport>); 2] {
        let better = self.ranking.best().is_some();
        let (undecided, broken) = if better {
            ("would be better, but cannot be told yet", "would be better, but does not hold")
        } else {
            ("cannot be told yet", "does not hold")
        };
        let shown = better || self.ranking.counts()[0] == 0;
        let most = if shown { NEAR } else { 0 };
        [
            (undecided, "?", self.ranking.undecided().take(most).collect()),
            (broken, "✗", self.ranking.infeasible().take(most).collect()),
        ]
    }

    /// The best, and what became of the constraints.
    fn conclusion(&self, sweep: &Sweep, names: &[String], width: usize) -> String {
        let best = self.ranking.best().map(|it| format!("best: {}", at(sweep, names, it.point)));
        let mut out = best.map_or(String::new(), |it| hanging("", 0, &paint(GOOD, it), width));
        if sweep.constraints.is_empty() {
            return out;
        }
        let [holds, open, broken] = self.ranking.counts();
        if holds == 0 {
            out.push_str(&hanging("", 0, &paint(WARN, "nothing holds"), width));
        }
        let stated: Vec<_> = sweep.constraints.iter().map(|it| harmless(&it.text)).collect();
        let counts = format!(
            "{} at {}, not at {}, undecided at {}",
            stated.join(" and "),
            count(holds, "point"),
            whole(broken),
            whole(open),
        );
        out.push_str(&hanging("", 0, &counts, width));
        out.push_str(&self.open(sweep, names, width));
        out
    }

    /// What would settle the first of those that cannot be told.
    fn open(&self, sweep: &Sweep, names: &[String], width: usize) -> String {
        let Some(first) = self.ranking.undecided().next() else { return String::new() };
        let point = at(sweep, names, first.point);
        let text = match first.needs() {
            Some(needs) => format!("{point}: {} replications would likely decide", whole(needs)),
            None => format!(
                "{point}: undecided at {}",
                count(u64::from(first.replications), "replication")
            ),
        };
        hanging("", 0, &paint(WARN, text), width)
    }

    fn footer(&self, sweep: &Sweep, from: &Provenance) -> String {
        let done: u64 = self.ranking.counts().into_iter().sum();
        let shown = self.ranking.feasible().len() as u64;
        let mut lines = Vec::new();
        let more = self.ranking.counts()[0] - shown;
        if more > 0 {
            lines.push(format!("{} more; all of them with --output FILE", whole(more)));
        }
        if self.stopped > 0 {
            lines.push(format!("a limit stopped runs at {}", count(self.stopped, "point")));
        }
        let all =
            if done == from.points { String::new() } else { format!(" of {}", whole(from.points)) };
        lines.push(format!(
            "± is half the width of the 95 % confidence interval; {}{all} points, {}",
            whole(done),
            count(sweep.gauges.len() as u64, "metric"),
        ));
        lines.push(format!(
            "scenario {} · seed {} · stormglass {}",
            &from.scenario[..12],
            from.seed,
            from.version
        ));
        lines.into_iter().map(|it| paint(FAINT, it) + "\n").collect()
    }

    /// The first metric along the only axis; nothing where there is nothing to draw.
    fn curve(&self, sweep: &Sweep, names: &[String], width: usize) -> String {
        let Some(gauge) = sweep.gauges.first().filter(|_| self.curve.len() > 3) else {
            return String::new();
        };
        let columns = width.saturating_sub(LEFT + RIGHT).max(20).min(self.curve.len());
        let at = |column: usize| self.curve[column * self.curve.len() / columns];
        let means: Vec<f64> = (0..columns).map(|it| at(it).0).collect();
        let top = chart::highest(&means);
        let label: String = gauge.metric.name.chars().take(LEFT - 3).collect();
        let most = format!("to {}", figure::exact(top, gauge.metric.unit));
        let mut out = format!("{}\n", chart::row(&label, &means, top, &most));
        if !sweep.constraints.is_empty() {
            let marks: String = (0..columns).map(|it| mark(at(it).1)).collect();
            out.extend([format!("  {:<left$}{marks}\n", "holds", left = LEFT - 2)]);
        }
        let axis = sweep.grid.axes()[0].values();
        let last = (columns - 1) * self.curve.len() / columns;
        let [first, last] = [&axis[0], &axis[last]].map(|it| cut(it));
        let room = columns.saturating_sub(first.chars().count() + last.chars().count()).max(1);
        let name: String = harmless(&names[0]).chars().take(LEFT - 3).collect();
        let line = format!("  {name:<left$}{first}{}{last}", " ".repeat(room), left = LEFT - 2);
        out.push_str(&paint(FAINT, line));
        out.push('\n');
        out
    }
}

const fn mark(feasibility: Feasibility) -> char {
    match feasibility {
        Feasibility::Feasible => '✓',
        Feasibility::Undecided => '?',
        Feasibility::Infeasible => '✗',
    }
}

/// The ends of the axes' paths that tell them apart.
pub(crate) fn names(sweep: &Sweep) -> Vec<String> {
    let paths: Vec<&str> = sweep.grid.axes().iter().map(Axis::path).collect();
    let tail = |path: &str, length: usize| {
        let segments: Vec<&str> = path.split('.').collect();
        segments[segments.len().saturating_sub(length)..].join(".")
    };
    let name = |path: &&str| {
        let lengths = 1..=path.split('.').count();
        let alone =
            |it: &String| paths.iter().filter(|other| other.ends_with(it.as_str())).count() == 1;
        lengths.map(|it| tail(path, it)).find(alone).unwrap_or_else(|| (*path).to_owned())
    };
    paths.iter().map(name).collect()
}

/// `slots = 105, max_wait = 50ms`: a point by its number.
pub(crate) fn at(sweep: &Sweep, names: &[String], point: u64) -> String {
    let values = names.iter().zip(sweep.grid.values(point));
    let values: Vec<_> =
        values.map(|(name, value)| format!("{} = {}", harmless(name), cut(value))).collect();
    values.join(", ")
}

/// What it is of, and which metric, one below the other.
fn heading(gauge: &Gauge) -> String {
    let label = gauge.label();
    let rest = label.strip_prefix(&*gauge.entity).and_then(|it| it.strip_prefix('.'));
    harmless(&gauge.entity) + "\n" + &harmless(rest.unwrap_or(&label))
}

fn cells(sweep: &Sweep, report: &PointReport, expects: bool) -> Vec<Cell> {
    let mut cells: Vec<Cell> = sweep.grid.values(report.point).map(|it| cut(it).into()).collect();
    cells.extend(sweep.gauges.iter().zip(&report.metrics).map(|(gauge, metric)| match metric {
        Some(it) => figure::estimate(it, gauge.metric.unit).into(),
        None => Cell { text: figure::NONE.to_owned(), tone: Tone::Faint },
    }));
    cells.extend(expects.then(|| expected(report)));
    cells
}

fn expected(report: &PointReport) -> Cell {
    let (text, tone) = match report.verdicts.iter().map(ending).min() {
        None => (figure::NONE, Tone::Faint),
        Some(Ending::Ok) => ("ok", Tone::Plain),
        Some(Ending::Inconclusive) => ("inconclusive", Tone::Warn),
        Some(Ending::NotSteady) => ("not steady", Tone::Bad),
        Some(Ending::Failed | Ending::Aborted | Ending::Moved) => ("failed", Tone::Bad),
    };
    Cell { text: text.to_owned(), tone }
}

/// A value short enough for a table.
fn cut(value: &str) -> String {
    let value = harmless(value);
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{} {what}{}", whole(number), if number == 1 { "" } else { "s" })
}
