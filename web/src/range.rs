//! From numbers to places on a slider and back.

use sim_core::math;
use sim_core::scenario::Setting;

use crate::edit::bounds;

/// Steps of a slider.
pub(crate) const STEPS: f64 = 200.0;

/// What a slider reaches over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    /// The least.
    pub(crate) low: f64,
    /// The most.
    pub(crate) high: f64,
    /// Whether its steps multiply.
    logarithmic: bool,
    /// Whether only whole numbers make sense.
    whole: bool,
}

impl Range {
    /// Around the number that a setting has.
    pub(crate) fn of(setting: &Setting) -> Self {
        let number = setting.number;
        let is_count = setting.unit.is_empty() && number.fract() == 0.0 && number != 0.0;
        let is_moment = matches!(&*setting.key, "at" | "after")
            || setting.key == "rate" && setting.unit != "/s";
        if setting.unit == "%" {
            return Self { low: 0.0, high: number.max(100.0), logarithmic: false, whole: false };
        }
        if number == 0.0 || is_moment {
            let high = if number == 0.0 { 10.0 } else { 3.0 * number };
            return Self { low: 0.0, high, logarithmic: false, whole: is_count };
        }
        let (low, high) = if is_count {
            (1.0_f64.min(number), (10.0 * number).max(10.0))
        } else {
            (number / 20.0, number * 20.0)
        };
        let (least, most) =
            if is_count { bounds(setting).unwrap_or((0.0, high)) } else { (0.0, high) };
        let (low, high) = (rounded(low).max(least), rounded(high).min(most));
        Self { low, high, logarithmic: low > 0.0 && low < high, whole: is_count }
    }

    /// The place of a number, in steps.
    pub(crate) fn place(self, number: f64) -> f64 {
        let number = number.clamp(self.low, self.high);
        let share = if self.logarithmic {
            math::ln(number / self.low) / math::ln(self.high / self.low)
        } else {
            (number - self.low) / (self.high - self.low)
        };
        share * STEPS
    }

    /// The number at a place, with no more digits than a hand has.
    pub(crate) fn number(self, place: f64) -> f64 {
        let share = (place / STEPS).clamp(0.0, 1.0);
        let number = if self.logarithmic {
            self.low * math::exp(share * math::ln(self.high / self.low))
        } else {
            self.low + share * (self.high - self.low)
        };
        if self.whole { number.round().max(self.low) } else { rounded(number) }
    }
}

/// To two digits, three from 1 to 2.
fn rounded(number: f64) -> f64 {
    let text = format!("{number:.1e}");
    let two: f64 = text.parse().unwrap_or(number);
    let leads_with_one = text.starts_with('1');
    if leads_with_one { format!("{number:.2e}").parse().unwrap_or(two) } else { two }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(number: f64, unit: &str) -> Setting {
        Setting {
            path: String::new(),
            section: String::new(),
            key: "timeout".to_owned(),
            part: String::new(),
            index: 0,
            number,
            unit: unit.to_owned(),
            place: 0..0,
        }
    }

    #[test]
    fn a_place_and_its_number_agree() {
        for (number, unit) in [(250.0, "ms"), (50.0, "%"), (20.0, ""), (0.0, "s"), (1.8, "s")] {
            let range = Range::of(&setting(number, unit));
            let back = range.number(range.place(number));
            assert!((back - number).abs() <= 0.01 * number, "{number}{unit}: {back}");
            assert_eq!(range.number(0.0), range.low);
            assert_eq!(range.place(range.high), STEPS);
            assert_eq!(range.place(1e300), STEPS, "what lies beyond is at the end");
        }
        assert_eq!(Range::of(&setting(20.0, "")).number(100.3), 14.0, "counts stay whole");
    }
}
