//! Series as rows of blocks over one time line, with the faults marked above them.

use sim_core::report::{EntityKind, FaultReport, Series, Unit, VariantReport};

use super::figure;
use super::instant::instant;
use super::limits::Limits;
use super::style::{BAD, FAINT, STRONG, WARN, paint};
use sim_core::scenario::harmless;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Nothing at all, which is less than a little.
const ZERO: char = '·';
/// Outcomes below this share of what is offered get no row.
const NOTICED: f64 = 0.005;
/// Columns for names at the left and for the highest value at the right.
pub(super) const LEFT: usize = 24;
pub(super) const RIGHT: usize = 20;

/// How the windows of one column become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    Mean,
    Highest,
}

/// The main series of a variant; empty if nothing was recorded.
pub(crate) fn charts(variant: &VariantReport, limits: &Limits, width: usize) -> String {
    let columns = width.saturating_sub(LEFT + RIGHT).max(20);
    let Some(line) = TimeLine::of(variant, columns) else { return String::new() };
    let mut out = line.faults(&variant.faults);
    for (entity, places) in variant.entities.iter().zip(&limits.places) {
        match entity.kind {
            EntityKind::Load => out.push_str(&load(variant, &line, &entity.name)),
            EntityKind::Pool => out.push_str(&pool(variant, &line, &entity.name, *places)),
            _ => {}
        }
    }
    out.push_str(&line.axis());
    out
}

/// Outcomes share one scale, so that their heights can be compared.
fn load(variant: &VariantReport, line: &TimeLine, name: &str) -> String {
    let series = |what: &str| variant.series(name, what);
    let failed = failed(variant, name);
    let outcomes = [
        ("full", None, series("full")),
        ("degraded", Some(WARN), series("degraded")),
        ("failed", Some(BAD), failed.as_ref()),
    ];
    let values = |it: &Series| line.values(it, Fold::Mean);
    let top =
        outcomes.iter().filter_map(|it| it.2).map(|it| highest(&values(it))).fold(0.0, f64::max);
    let mut out = format!("{}\n", paint(STRONG, harmless(name)));
    for (label, style, series) in outcomes {
        let Some(values) = series.map(values).filter(|it| highest(it) >= NOTICED * top) else {
            continue;
        };
        let most = format!("to {}", figure::exact(highest(&values), Unit::PerSecond));
        let row = row(label, &values, top, &most);
        out.push_str(&style.map_or(row.clone(), |it| paint(it, row)));
        out.push('\n');
    }
    if let Some(p99) = series("latency.p99") {
        let values = line.values(p99, Fold::Highest);
        let top = highest(&values);
        let most = format!("max {}", figure::exact(top, Unit::Seconds));
        out.push_str(&(row("latency p99", &values, top, &most) + "\n"));
    }
    out
}

/// A pool that was never full to a quarter is not worth a row.
fn pool(variant: &VariantReport, line: &TimeLine, name: &str, places: Option<f64>) -> String {
    let Some(series) = variant.series(name, "in_flight") else { return String::new() };
    let highest = highest(&series.values);
    if places.is_some_and(|it| highest < it / 4.0) || highest <= 0.0 {
        return String::new();
    }
    let values = line.values(series, Fold::Mean);
    let most = figure::exact(self::highest(&values), Unit::Count);
    let limit =
        places.map_or(String::new(), |it| format!(" of {}", figure::exact(it, Unit::Count)));
    let name = harmless(name.strip_suffix(".pool").unwrap_or(name));
    let heading = paint(STRONG, format!("{name}, slots"));
    let row = row("in use", &values, places.unwrap_or(highest), &format!("to {most}{limit}"));
    format!("{heading}\n{row}\n")
}

/// All failures together.
fn failed(variant: &VariantReport, load: &str) -> Option<Series> {
    let mut all =
        variant.series.iter().filter(|it| it.entity == load && it.name.starts_with("failed."));
    let mut sum = all.next()?.clone();
    for more in all {
        sum.values.iter_mut().zip(&more.values).for_each(|(sum, it)| *sum += it);
    }
    Some(sum)
}

/// The reported time, cut into columns.
struct TimeLine {
    /// Windows that come before time zero.
    skipped: usize,
    /// Seconds of the whole line.
    length: f64,
    columns: usize,
}

impl TimeLine {
    fn of(variant: &VariantReport, columns: usize) -> Option<Self> {
        let length = variant.phases.last()?.to;
        let skipped = (-variant.series_from / variant.window).ceil().max(0.0) as usize;
        let windows = variant.series.first()?.values.len().checked_sub(skipped)?;
        (windows > 0 && length > 0.0).then_some(Self {
            skipped,
            length,
            columns: columns.min(windows),
        })
    }

    fn column_of(&self, seconds: f64) -> usize {
        let column = seconds.max(0.0) / self.length * self.columns as f64;
        (column.round() as usize).min(self.columns)
    }

    /// The reported part of a series, one value a column.
    fn values(&self, series: &Series, fold: Fold) -> Vec<f64> {
        resample(&series.values[self.skipped..], self.columns, fold)
    }

    /// Where each fault is in force, and its name.
    fn faults(&self, faults: &[FaultReport]) -> String {
        faults.iter().filter_map(|it| self.fault(it)).collect()
    }

    fn fault(&self, fault: &FaultReport) -> Option<String> {
        let from = self.column_of(fault.from);
        let to = fault.to.map_or(self.columns, |it| self.column_of(it));
        let (from, to) = (from.min(self.columns - 1), to.max(from + 1).min(self.columns));
        if fault.from >= self.length {
            return None;
        }
        let bar = format!("{}{}", " ".repeat(from), "▒".repeat(to - from));
        let name: String = harmless(&fault.name).chars().take(LEFT - 3).collect();
        Some(format!("  {name:<width$}{}\n", paint(FAINT, bar), width = LEFT - 2))
    }

    /// Times below the rows, as many as find room.
    fn axis(&self) -> String {
        let mut text = String::new();
        let mut at = 0.0;
        let step = self.step();
        while at <= self.length + 1e-9 {
            let column = self.column_of(at);
            if text.chars().count() <= column {
                text.push_str(&" ".repeat(column - text.chars().count()));
                text.push_str(&instant(at));
                text.push(' ');
            }
            at += step;
        }
        format!("{}{}\n", " ".repeat(LEFT), paint(FAINT, text.trim_end()))
    }

    /// A round time between marks that leaves each about ten columns.
    fn step(&self) -> f64 {
        const STEPS: [f64; 17] = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0,
            7200.0, 10_800.0, 21_600.0, 86_400.0,
        ];
        let least = self.length * 10.0 / self.columns as f64;
        STEPS.into_iter().find(|it| *it >= least).unwrap_or(least)
    }
}

/// A row of blocks between its name and what its highest block stands for.
pub(super) fn row(name: &str, values: &[f64], top: f64, most: &str) -> String {
    let blocks: String = values.iter().map(|it| block(*it, top)).collect();
    format!("  {name:<width$}{blocks}  {most}", width = LEFT - 2)
}

fn block(value: f64, top: f64) -> char {
    if !value.is_finite() {
        return ' ';
    }
    if value <= 0.0 || top <= 0.0 {
        return ZERO;
    }
    let level = (value / top * (BLOCKS.len() - 1) as f64).round() as usize;
    BLOCKS[level.min(BLOCKS.len() - 1)]
}

/// One value a column; nothing (NaN) where no window of it has one.
fn resample(values: &[f64], columns: usize, fold: Fold) -> Vec<f64> {
    let of = |column: usize| {
        let from = column * values.len() / columns;
        let to = ((column + 1) * values.len() / columns).max(from + 1);
        let all = values[from..to].iter().copied().filter(|it| it.is_finite());
        match fold {
            Fold::Highest => all.fold(f64::NAN, f64::max),
            Fold::Mean => {
                let (sum, count) = all.fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
                sum / count
            }
        }
    };
    (0..columns).map(of).collect()
}

pub(super) fn highest(values: &[f64]) -> f64 {
    values.iter().copied().filter(|it| it.is_finite()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_rise_with_values_and_gaps_stay_gaps() {
        let drawn: String =
            [0.0, 1.0, 4.0, 7.0, f64::NAN].iter().map(|it| block(*it, 7.0)).collect();
        assert_eq!(drawn, "·▂▅█ ");
        assert_eq!(block(0.0, 0.0), '·');
    }

    #[test]
    fn columns_hold_means_or_peaks() {
        let values = [1.0, 3.0, f64::NAN, 5.0, f64::NAN, f64::NAN];
        assert_eq!(resample(&values, 3, Fold::Mean)[..2], [2.0, 5.0]);
        assert_eq!(resample(&values, 3, Fold::Highest)[..2], [3.0, 5.0]);
        assert!(resample(&values, 3, Fold::Mean)[2].is_nan());
    }

    #[test]
    fn the_axis_and_the_faults_share_one_scale() {
        let line = TimeLine { skipped: 0, length: 120.0, columns: 40 };
        let fault = |from, to| {
            let (name, recovery, stages) = ("slow".to_owned(), vec![], vec![]);
            FaultReport { name, from, to, recovery, stages, parts: vec![], restore: None }
        };
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        let indent = " ".repeat(LEFT);
        assert_eq!(
            plain(&line.axis()),
            format!("{indent}0:00      0:30      1:00      1:30      2:00\n")
        );
        let drawn =
            plain(&line.faults(&[fault(30.0, Some(60.0)), fault(119.9, None), fault(120.0, None)]));
        let lines: Vec<_> = drawn.lines().collect();
        assert_eq!(lines[0], format!("  {:<22}{}{}", "slow", " ".repeat(10), "▒".repeat(10)));
        assert_eq!(lines[1], format!("  {:<22}{}▒", "slow", " ".repeat(39)));
        assert_eq!(lines.len(), 2);
    }
}
