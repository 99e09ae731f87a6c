//! Numbers for people: with unit and interval, and no more digits than the interval carries.

use sim_core::report::{Estimate, Proportion, Unit};

/// What is shown where nothing was measured.
pub const NONE: &str = "–";

/// More significant digits than these are never shown.
const MOST_DIGITS: i32 = 6;

/// An estimate: `41.2 ± 0.3 %`; without an interval, to three digits. Where the replications fall
/// into two groups, the mean of each, the greater group first: that of all is of none.
pub fn estimate(estimate: &Estimate, unit: Unit) -> String {
    if let Some([low, high]) = estimate.modes {
        let (more, fewer) = if low.n > high.n { (low, high) } else { (high, low) };
        let (often, seldom) = (exact(more.mean, unit), exact(fewer.mean, unit));
        return format!("{often} in {} runs, {seldom} in {}", more.n, fewer.n);
    }
    let scale = Scale::of(unit, estimate.mean);
    let mean = estimate.mean * scale.factor;
    match estimate.half_width.map(|it| it * scale.factor) {
        None => scale.with_unit(&digits(mean, unit)),
        Some(0.0) if mean == 0.0 => scale.with_unit("0"),
        Some(0.0) => scale.with_unit(&format!("{} ± 0", trimmed(&digits(mean, unit)))),
        Some(half_width) => scale.with_unit(&with_interval(mean, half_width, unit)),
    }
}

/// A difference, with its sign; of shares in percentage points: `+17.1 ± 0.3 points`.
pub fn difference(difference: &Estimate, unit: Unit) -> String {
    let text = estimate(difference, unit);
    let text = if unit == Unit::Share { text.replace(" %", " points") } else { text };
    if difference.mean > 0.0 { format!("+{text}") } else { text }
}

/// A number that has no interval, because it was not estimated: to three digits.
pub fn exact(value: f64, unit: Unit) -> String {
    let scale = Scale::of(unit, value);
    scale.with_unit(trimmed(&digits(value * scale.factor, unit)))
}

/// A number from theory, which has no interval either: to four digits.
pub fn theoretical(value: f64, unit: Unit) -> String {
    let scale = Scale::of(unit, value);
    let value = value * scale.factor;
    scale.with_unit(&fixed(value, (3 - significance(value, unit)).clamp(0, 9)))
}

/// A number with the interval around it, which need not be even: `400 ms (380 ms to 420 ms)`.
pub fn enclosed(value: f64, (low, high): (f64, f64), unit: Unit) -> String {
    let [value, low, high] = [value, low, high].map(|it| exact(it, unit));
    format!("{value} ({low} to {high})")
}

/// A number that somebody wrote: as it was written, up to six digits.
pub fn given(value: f64, unit: Unit) -> String {
    let scale = Scale::of(unit, value);
    let value = value * scale.factor;
    scale.with_unit(trimmed(&fixed(value, most_decimals(value, unit))))
}

/// Without zeros at the end.
fn trimmed(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// A whole number: `1 234 567`.
pub fn whole(value: u64) -> String {
    grouped(&value.to_string())
}

/// So many of something: `1 run`, `2 000 runs`.
pub fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", whole(count), if count == 1 { "" } else { "s" })
}

/// How a unit is written for numbers of some size.
#[derive(Clone, Copy)]
struct Scale {
    factor: f64,
    unit: &'static str,
}

impl Scale {
    fn of(unit: Unit, value: f64) -> Self {
        let (factor, unit) = match unit {
            Unit::Seconds => Self::of_time(value.abs()),
            Unit::PerSecond => (1.0, " /s"),
            Unit::Share => (100.0, " %"),
            Unit::Count => (1.0, ""),
            Unit::Ratio => (1.0, " ×"),
        };
        Self { factor, unit }
    }

    /// What rounds to the next unit is shown in it: `1 s`, not `1000 ms`.
    fn of_time(seconds: f64) -> (f64, &'static str) {
        match seconds {
            0.0 => (1.0, " s"),
            ..0.999_5e-6 => (1e9, " ns"),
            ..0.999_5e-3 => (1e6, " µs"),
            ..0.999_5 => (1e3, " ms"),
            ..1e3 => (1.0, " s"),
            ..10_800.0 => (1.0 / 60.0, " min"),
            ..259_200.0 => (1.0 / 3_600.0, " h"),
            ..63_072_000.0 => (1.0 / 86_400.0, " d"),
            _ => (1.0 / 31_536_000.0, " y"),
        }
    }

    fn with_unit(self, number: &str) -> String {
        format!("{number}{}", self.unit)
    }
}

/// Half a width is rounded up, to one digit, or two if it begins with 1; the mean to the same.
fn with_interval(mean: f64, half_width: f64, unit: Unit) -> String {
    let mut decimals = 0;
    let mut grain = 1.0;
    while half_width / grain < 2.0 && decimals < most_decimals(mean, unit) {
        decimals += 1;
        grain /= 10.0;
    }
    // Not quite, so that 0.3 stays 0.3.
    let up = (half_width / grain - 1e-6).ceil().max(1.0) * grain;
    format!("{} ± {}", fixed(mean, decimals), fixed(up, decimals))
}

fn most_decimals(mean: f64, unit: Unit) -> i32 {
    (MOST_DIGITS - 1 - significance(mean, unit)).clamp(0, 9)
}

/// The power of ten of the first digit that matters: of shares near 100 %, that of what is missing.
fn significance(value: f64, unit: Unit) -> i32 {
    let near_all = unit == Unit::Share && value > 90.0 && value < 100.0;
    magnitude(if near_all { 100.0 - value } else { value })
}

/// To three significant digits; shares near 100 % to two of what is missing; whole numbers whole.
fn digits(value: f64, unit: Unit) -> String {
    if value == 0.0 || (value.fract() == 0.0 && matches!(unit, Unit::Count | Unit::Share)) {
        return fixed(value, 0);
    }
    let near_all = unit == Unit::Share && value > 90.0 && value < 100.0;
    let shown = if near_all { 1 } else { 2 };
    fixed(value, (shown - significance(value, unit)).clamp(0, 9))
}

/// The power of ten of the first digit.
fn magnitude(value: f64) -> i32 {
    let text = format!("{value:.2e}");
    text.split_once('e').and_then(|it| it.1.parse().ok()).unwrap_or(0)
}

fn fixed(value: f64, decimals: i32) -> String {
    let text = format!("{value:.*}", decimals.max(0) as usize);
    let text =
        text.strip_prefix('-').filter(|it| it.trim_matches(['0', '.']).is_empty()).unwrap_or(&text);
    grouped(text)
}

/// Digits before the point in groups of three, from five on.
fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let first = usize::from(number.starts_with('-'));
    if whole - first < 5 {
        return number.to_owned();
    }
    let mut out = String::new();
    for (index, char) in number.char_indices() {
        if index > first && index < whole && (whole - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(char);
    }
    out
}

/// A share with its interval: `99.98 % (99.97 % to 99.99 %)`.
pub fn proportion(share: &Proportion) -> String {
    enclosed(share.mean, (share.low, share.high), Unit::Share)
}

#[cfg(test)]
mod tests {
    use sim_core::report::Mode;

    use super::*;

    fn shown(mean: f64, half_width: impl Into<Option<f64>>, unit: Unit) -> String {
        let half_width = half_width.into();
        estimate(&plain(mean, half_width), unit)
    }

    fn plain(mean: f64, half_width: Option<f64>) -> Estimate {
        Estimate {
            mean,
            half_width,
            std_error: None,
            min: mean,
            max: mean,
            n: 10,
            median: None,
            modes: None,
            batches: None,
        }
    }

    #[test]
    fn two_groups_have_two_means() {
        let mode = |n, mean| Mode { n, share: 0.0, share_low: 0.0, share_high: 1.0, mean };
        let modes = Some([mode(3, 21.44), mode(7, 999.7)]);
        let both = estimate(&Estimate { modes, ..plain(706.2, Some(330.0)) }, Unit::PerSecond);
        assert_eq!(both, "1000 /s in 7 runs, 21.4 /s in 3");
    }

    #[test]
    fn theory_has_four_digits() {
        let cases = [
            (0.026_171_2, "2.617 %"),
            (0.001_800_5, "0.1800 %"),
            (0.0757, "7.570 %"),
            (0.999_899_19, "99.98992 %"),
        ];
        for (value, want) in cases {
            assert_eq!(theoretical(value, Unit::Share), want);
        }
        assert_eq!(enclosed(0.4, (0.38, 0.4215), Unit::Seconds), "400 ms (380 ms to 422 ms)");
    }

    #[test]
    fn the_interval_says_how_many_digits() {
        #[rustfmt::skip]
        let cases = [
            (0.412_34, 0.003, Unit::Share, "41.2 ± 0.3 %"),
            (0.412_34, 0.001_3, Unit::Share, "41.23 ± 0.13 %"),
            (0.999_812, 0.000_02, Unit::Share, "99.981 ± 0.002 %"),
            (1.0, 0.0, Unit::Share, "100 ± 0 %"),
            (0.0, 0.0, Unit::Share, "0 %"),
            (119.83, 0.41, Unit::PerSecond, "119.8 ± 0.5 /s"),
            (0.412_3, 0.006, Unit::Seconds, "412 ± 6 ms"),
            (1.98, 0.01, Unit::Seconds, "1.980 ± 0.010 s"),
            (0.999_7, 0.01, Unit::Seconds, "1.000 ± 0.010 s"),
            (12.4, 33.0, Unit::Seconds, "12 ± 33 s"),
            (12_345.6, 120.0, Unit::Count, "12 346 ± 120"),
            (0.999_899_19, 0.000_001_2, Unit::Share, "99.98992 ± 0.00012 %"),
            (3_180.0, 36.0, Unit::Seconds, "53.0 ± 0.6 min"),
            (31_536.0, 120.0, Unit::Seconds, "8.76 ± 0.04 h"),
            (259_200.0, 8_640.0, Unit::Seconds, "3.00 ± 0.10 d"),
            (2.4e8, 8e6, Unit::Seconds, "7.6 ± 0.3 y"),
            (0.000_012, 0.000_002, Unit::Seconds, "12 ± 2 µs"),
            (1.239, 0.02, Unit::Ratio, "1.24 ± 0.02 ×"),
            (260.0, 1e-12, Unit::Count, "260.000 ± 0.001"),
            (-0.01, 3.0, Unit::Count, "0 ± 3"),
        ];
        for (mean, half_width, unit, want) in cases {
            assert_eq!(shown(mean, half_width, unit), want);
        }
    }

    #[test]
    fn differences_have_a_sign() {
        let shown = |mean: f64, half_width: f64, unit| {
            difference(&Estimate::of_interval(mean, Some(half_width)), unit)
        };
        assert_eq!(shown(0.1712, 0.003, Unit::Share), "+17.1 ± 0.3 points");
        assert_eq!(shown(-0.1712, 0.003, Unit::Share), "-17.1 ± 0.3 points");
        assert_eq!(shown(0.0, 0.0, Unit::PerSecond), "0 /s");
        assert_eq!(shown(0.25, 0.03, Unit::PerSecond), "+0.25 ± 0.03 /s");
    }

    #[test]
    fn one_replication_gives_three_digits() {
        #[rustfmt::skip]
        let cases = [
            (0.412_34, Unit::Share, "41.2 %"),
            (0.999_812, Unit::Share, "99.981 %"),
            (1.0, Unit::Share, "100 %"),
            (0.000_123_4, Unit::Share, "0.0123 %"),
            (260.0, Unit::Count, "260"),
            (2.449, Unit::Seconds, "2.45 s"),
            (0.000_000_3, Unit::Seconds, "300 ns"),
            (0.0, Unit::Seconds, "0 s"),
            (1_234_567.0, Unit::Count, "1 234 567"),
        ];
        for (mean, unit, want) in cases {
            assert_eq!(shown(mean, None, unit), want);
        }
    }

    #[test]
    fn given_numbers_are_as_they_were_given() {
        let shown = [(0.05, Unit::Seconds), (0.001, Unit::Share), (12.345, Unit::PerSecond)];
        assert_eq!(shown.map(|it| given(it.0, it.1)), ["50 ms", "0.1 %", "12.345 /s"]);
        assert_eq!(exact(2.4, Unit::Seconds), "2.4 s");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([whole(999), whole(1_234), whole(12_345)], ["999", "1234", "12 345"]);
        assert_eq!(grouped("-12345.678"), "-12 345.678");
        assert_eq!([1, 0, 12_345].map(|it| counted(it, "run")), ["1 run", "0 runs", "12 345 runs"]);
    }
}
