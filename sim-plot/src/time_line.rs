//! The time that all charts of a page share, what is broken when, and the windows of series.

use crate::axis::Axis;
use crate::width::width;
use sim_core::order;

/// The time that charts show.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLine {
    /// Its beginning, s.
    pub from: f64,
    /// Its end, s.
    pub to: f64,
    /// What is broken meanwhile.
    pub faults: Vec<Fault>,
}

/// A time in which something is broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What people call it.
    pub name: String,
    /// Its beginning, s.
    pub from: f64,
    /// Its end, s.
    pub to: f64,
}

/// A fault's name above the charts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FaultName {
    /// Faults that begin together share a name.
    pub(crate) text: String,
    /// Where it begins, s.
    pub(crate) at: f64,
    /// The row, from the lowest.
    pub(crate) row: usize,
}

impl TimeLine {
    /// The axis, on so many pixels.
    pub(crate) fn axis(&self, pixels: f64) -> Axis {
        Axis::time(self.from, self.to, (pixels / 56.0).floor().max(1.0) as usize)
    }

    /// The names of the faults in rows in which none covers another, `pixels` wide.
    pub(crate) fn names(&self, pixels: f64) -> Vec<FaultName> {
        let x = |seconds: f64| (seconds - self.from) / (self.to - self.from) * pixels;
        let mut ends: Vec<f64> = Vec::new();
        let names = self.starts().into_iter().map(|(at, text)| {
            let from = x(at);
            let row = ends.iter().position(|it| *it <= from).unwrap_or(ends.len());
            let end = from + 12.0 + 10.5 * width(&text);
            ends.resize(ends.len().max(row + 1), end);
            ends[row] = end;
            FaultName { text, at, row }
        });
        names.collect()
    }

    /// When faults begin, and which.
    fn starts(&self) -> Vec<(f64, String)> {
        let mut faults: Vec<_> = self.faults.iter().filter(|it| it.from < self.to).collect();
        order::sort_by(&mut faults, |a, b| a.from.total_cmp(&b.from));
        let together = faults.chunk_by(|a, b| a.from == b.from);
        let names = |them: &[&Fault]| {
            let names: Vec<_> = them.iter().map(|it| it.name.as_str()).collect();
            names.join(", ")
        };
        together.map(|it| (it[0].from, names(it))).collect()
    }
}

/// When the windows of a series are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Windows {
    /// The beginning of the first, s.
    pub from: f64,
    /// The width of each, s.
    pub width: f64,
}

impl Windows {
    /// The beginning of a window, which is the end of the one before it.
    pub fn start(self, index: usize) -> f64 {
        self.from + index as f64 * self.width
    }
}

/// Stretches of windows for which something is so.
pub(crate) fn runs(count: usize, is: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut index = 0;
    while index < count {
        let end = (index..count).find(|it| !is(*it)).unwrap_or(count);
        if end > index {
            runs.push(index..end);
        }
        index = end.max(index) + 1;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_found() {
        let is = [true, true, false, false, true];
        assert_eq!(runs(5, |it| is[it]), [0..2, 4..5]);
        assert!(runs(3, |_| false).is_empty());
    }

    #[test]
    fn names_make_room_for_each_other() {
        let fault = |name: &str, from| Fault { name: name.to_owned(), from, to: from + 10.0 };
        let faults = vec![fault("late", 90.0), fault("outage", 30.0), fault("no-work", 30.0)];
        let line = TimeLine { from: 0.0, to: 100.0, faults };
        let names = line.names(120.0);
        assert_eq!(names[0].text, "outage, no-work");
        assert_eq!((names[0].row, names[1].row), (0, 1));
        assert_eq!(line.names(900.0)[1].row, 0);
    }
}
