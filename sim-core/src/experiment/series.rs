//! The mean of a series over replications, window by window, and how sure it is.

use std::collections::BTreeMap;

use crate::report::{CONFIDENCE, Series};
use crate::statistics::{Moments, interval};

/// A series, added up replication by replication.
#[derive(Clone, Debug)]
pub(super) struct SeriesFold {
    /// What it is of; without values.
    series: Series,
    windows: Vec<Window>,
}

/// One window of all replications that have a value there.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    sum: f64,
    moments: Moments,
}

impl SeriesFold {
    /// Nothing yet, of what `series` is of.
    pub(super) fn new(series: &Series) -> Self {
        let series = Series { values: Vec::new(), half_widths: Vec::new(), ..series.clone() };
        Self { series, windows: Vec::new() }
    }

    /// Adds a replication. Windows without a value in one replication are means over the others; so
    /// are those that it did not come to because a limit stopped it.
    pub(super) fn push(&mut self, values: &[f64]) {
        self.windows.resize(self.windows.len().max(values.len()), Window::default());
        for (window, value) in self.windows.iter_mut().zip(values).filter(|it| it.1.is_finite()) {
            window.sum += value;
            window.moments.push(*value);
        }
    }

    /// The mean series; failures of a kind that never happened are left out.
    pub(super) fn finish(self) -> Option<Series> {
        let Self { mut series, windows } = self;
        let n = |it: &Window| it.moments.n() as f64;
        series.values = windows.iter().map(|it| it.sum / n(it)).collect();
        series.half_widths = half_widths(&windows);
        let never = series.name.starts_with("failed.") && series.values.iter().all(|it| *it == 0.0);
        (!never).then_some(series)
    }
}

/// The quantile depends on the number of values only, and is dear.
fn half_widths(windows: &[Window]) -> Vec<f64> {
    let mut quantiles = BTreeMap::new();
    let mut quantile = |n: u64| {
        let student = || interval::student_quantile(0.5 + 0.5 * CONFIDENCE, (n - 1) as f64);
        *quantiles.entry(n).or_insert_with(student)
    };
    let of = |it: &Window| it.moments.std_error().map(|error| error * quantile(it.moments.n()));
    windows.iter().map(of).map(|it| it.unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Unit;

    fn folded(replications: &[&[f64]]) -> Option<Series> {
        let series = Series {
            entity: "shop".to_owned(),
            name: "failed.timeout".to_owned(),
            unit: Unit::PerSecond,
            values: Vec::new(),
            half_widths: Vec::new(),
        };
        let mut fold = SeriesFold::new(&series);
        for replication in replications {
            fold.push(replication);
        }
        fold.finish()
    }

    #[test]
    fn each_window_has_its_mean_and_interval() {
        let nan = f64::NAN;
        let series = folded(&[&[1.0, nan, nan, 7.0], &[2.0, 4.0, nan], &[3.0, 6.0, nan]]).unwrap();
        assert_eq!(series.values[..2], [2.0, 5.0]);
        assert!(series.values[2].is_nan() && series.values[3] == 7.0);
        // t(0.975, 2) = 4.302653 over √3, and t(0.975, 1) = 12.706205 times 1.
        let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-5, "{got} for {want}");
        near(series.half_widths[0], 4.302_653 / 3.0_f64.sqrt());
        near(series.half_widths[1], 12.706_205);
        assert!(series.half_widths[2].is_nan() && series.half_widths[3].is_nan());
    }

    #[test]
    fn failures_that_never_happened_are_left_out() {
        assert!(folded(&[&[0.0, 0.0], &[0.0]]).is_none());
        assert!(folded(&[&[0.0, 0.0], &[0.0, 1.0]]).is_some());
    }
}
