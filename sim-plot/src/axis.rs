//! From values to places on the canvas: linear, logarithmic or time, with ticks at round values.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use sim_core::math;
use sim_core::metric::Unit;

use crate::tick;

/// An axis with its ticks.
#[derive(Clone, Debug)]
pub struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    Linear,
    Logarithmic,
}

/// Where values reach over more than so many times the least, a linear axis hides most of them.
const WIDE: f64 = 30.0;
/// Room above the highest value.
const HEADROOM: f64 = 1.08;

impl Axis {
    /// From zero to a little above `highest`.
    pub fn from_zero(highest: f64, unit: Unit) -> Self {
        let high = if highest > 0.0 { highest * HEADROOM } else { 1.0 };
        let ticks = tick::linear(high, 3).into_iter().map(|it| (it, tick::label(it, unit)));
        Self { scale: Scale::Linear, low: 0.0, high, ticks: ticks.collect() }
    }

    /// From nothing to all of something, and a little above where `highest` lies above.
    pub fn share(highest: f64) -> Self {
        let high = highest.max(1.0) * HEADROOM;
        let ticks = [(0.0, "0"), (0.5, "50%"), (1.0, "full")].map(|it| (it.0, it.1.to_owned()));
        Self { scale: Scale::Linear, low: 0.0, high, ticks: ticks.to_vec() }
    }

    /// For values that reach from `lowest` (above zero) to `highest`: logarithmic where they reach
    /// far, else from zero.
    pub fn fitting(lowest: f64, highest: f64, unit: Unit) -> Self {
        if lowest > 0.0 && highest / lowest > WIDE {
            Self::logarithmic(lowest, highest, unit)
        } else {
            Self::from_zero(highest, unit)
        }
    }

    /// Whole decades, from the one of `lowest` (above zero) to that of `highest`.
    fn logarithmic(lowest: f64, highest: f64, unit: Unit) -> Self {
        let (low, high) = (lowest / 1.3, highest * 1.3);
        let ticks = tick::logarithmic(low, high, 4);
        let ticks = ticks.into_iter().map(|it| (it, tick::label(it, unit)));
        Self { scale: Scale::Logarithmic, low, high, ticks: ticks.collect() }
    }

    /// Seconds of a run, with a tick each so many pixels at least.
    pub(crate) fn time(from: f64, to: f64, most: usize) -> Self {
        let ticks = tick::times(from, to, most).into_iter().map(|it| (it, tick::time(it)));
        Self { scale: Scale::Linear, low: from, high: to, ticks: ticks.collect() }
    }

    /// Names: so many rows, the first at the top.
    pub(crate) fn rows(count: usize) -> Self {
        Self { scale: Scale::Linear, low: 0.0, high: count.max(1) as f64, ticks: Vec::new() }
    }

    /// Whether it is logarithmic, which the title has to say.
    pub fn is_logarithmic(&self) -> bool {
        self.scale == Scale::Logarithmic
    }

    /// Its least value.
    pub(crate) fn low(&self) -> f64 {
        self.low
    }

    /// Its greatest value.
    pub(crate) fn high(&self) -> f64 {
        self.high
    }

    /// The same without labels, for charts beside or above one that has them.
    #[must_use]
    pub(crate) fn unlabelled(mut self) -> Self {
        self.ticks.iter_mut().for_each(|it| it.1.clear());
        self
    }

    /// The place of a value, 0 at the low end and 1 at the high one; what lies beyond is put there.
    fn place(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => math::ln(value / self.low) / math::ln(self.high / self.low),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        limit.0 + (f64::from(limit.1 - limit.0) * self.place(*value)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, hint: H) -> Vec<f64> {
        // There are no light lines.
        let ticks = if hint.weight().allow_light_points() { &[] } else { &self.ticks[..] };
        ticks.iter().map(|it| it.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|it| it.0 == *value);
        tick.map_or(String::new(), |it| it.1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_they_belong() {
        let linear = Axis::from_zero(100.0, Unit::Count);
        assert_eq!(linear.map(&54.0, (1000, 0)), 500);
        let log = Axis::fitting(0.1, 10.0, Unit::Seconds);
        assert!(log.is_logarithmic());
        assert_eq!(log.map(&1.0, (1000, 0)), 500);
        assert_eq!(log.map(&0.0, (1000, 0)), 1000, "what is below is put at the low end");
        assert!(!Axis::fitting(1.0, 10.0, Unit::Seconds).is_logarithmic());
    }
}
