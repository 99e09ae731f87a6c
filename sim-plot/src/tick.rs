//! Round numbers for axes, and how they are written.

use sim_core::metric::Unit;

use crate::instant::instant;

/// Mantissas of round steps.
const ROUND: [f64; 4] = [1.0, 2.0, 2.5, 5.0];

/// Round steps of time, s.
const TIMES: [f64; 19] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0,
    10_800.0, 21_600.0, 43_200.0, 86_400.0, 604_800.0,
];

/// Multiples of a round step from zero to `high`, `most` of them at most beside zero.
pub(crate) fn linear(high: f64, most: usize) -> Vec<f64> {
    let steps = (-9..=15).flat_map(|exponent| ROUND.map(|it| it * ten_to(exponent)));
    let fits = |step: &f64| high / step < most as f64 + 1.0;
    let step = steps.into_iter().find(fits).unwrap_or(high);
    multiples(step, 0.0, high)
}

/// Powers of ten within the bounds; where there are many, each second or third of them.
pub(crate) fn logarithmic(low: f64, high: f64, most: usize) -> Vec<f64> {
    let all: Vec<i32> =
        (-9..=15).filter(|it| (low..=high * (1.0 + 1e-9)).contains(&ten_to(*it))).collect();
    let each = all.len().div_ceil(most.max(1)).max(1);
    all.into_iter().step_by(each).map(ten_to).collect()
}

/// Round times within the bounds, `most` of them at most.
pub(crate) fn times(from: f64, to: f64, most: usize) -> Vec<f64> {
    let least = (to - from) / most.max(1) as f64;
    let step = TIMES.into_iter().find(|it| *it >= least * (1.0 - 1e-9)).unwrap_or(least);
    multiples(step, from, to)
}

fn multiples(step: f64, from: f64, to: f64) -> Vec<f64> {
    let first = (from / step - 1e-9).ceil() as i64;
    let last = (to / step + 1e-9).floor() as i64;
    (first..=last).map(|it| it as f64 * step).collect()
}

/// Powers of ten, exactly rounded.
fn ten_to(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().expect("it is a number")
}

/// A time on the axis.
pub(crate) fn time(seconds: f64) -> String {
    instant(seconds)
}

/// A number on the axis, to three significant digits: `120`, `50%`, `279 ms`, `1.5×`.
pub(crate) fn label(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => seconds(value),
        Unit::Share => format!("{}%", digits(value * 100.0)),
        Unit::Ratio => format!("{}×", digits(value)),
        Unit::Count | Unit::PerSecond => digits(value),
    }
}

fn seconds(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.999_5e-6 => format!("{} ns", digits(value * 1e9)),
        ..0.999_5e-3 => format!("{} µs", digits(value * 1e6)),
        ..0.999_5 => format!("{} ms", digits(value * 1e3)),
        _ => format!("{} s", digits(value)),
    }
}

/// Three significant digits, no zeros at the end of decimals, thousands apart.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    apart(text)
}

fn apart(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut out = String::new();
    for (index, char) in number.char_indices() {
        if whole > 4 && index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(linear(127.0, 3), [0.0, 50.0, 100.0]);
        assert_eq!(linear(121.0, 2), [0.0, 50.0, 100.0]);
        assert_eq!(linear(0.3, 3), [0.0, 0.1, 0.2, 0.300_000_000_000_000_04]);
        assert_eq!(linear(4200.0, 3), [0.0, 2000.0, 4000.0]);
        for high in [1e-6, 0.37, 1.0, 9.99, 260.0, 1e7] {
            let ticks = linear(high, 3);
            assert!((2..=4).contains(&ticks.len()), "{high}: {ticks:?}");
            assert!(ticks.iter().all(|it| *it <= high * (1.0 + 1e-9)));
        }
    }

    #[test]
    fn decades_and_times_fit_their_bounds() {
        assert_eq!(logarithmic(0.05, 100.0, 4), [0.1, 1.0, 10.0, 100.0]);
        assert_eq!(logarithmic(1e-6, 100.0, 3), [1e-6, 1e-3, 1.0]);
        assert_eq!(
            times(0.0, 480.0, 8),
            (0..=8).map(|it| f64::from(it) * 60.0).collect::<Vec<_>>()
        );
        assert_eq!(times(0.0, 240.0, 5), [0.0, 60.0, 120.0, 180.0, 240.0]);
    }

    #[test]
    fn numbers_are_short() {
        #[rustfmt::skip]
        let cases = [
            (120.0, Unit::PerSecond, "120"), (0.5, Unit::Share, "50%"), (1.0, Unit::Share, "100%"),
            (2.4, Unit::Seconds, "2.4 s"), (0.279, Unit::Seconds, "279 ms"), (100.0, Unit::Seconds, "100 s"),
            (0.0, Unit::Seconds, "0"), (1.5, Unit::Ratio, "1.5×"), (4000.0, Unit::Count, "4000"),
            (12_000.0, Unit::Count, "12\u{202f}000"), (0.000_25, Unit::Seconds, "250 µs"),
        ];
        for (value, unit, want) in cases {
            assert_eq!(label(value, unit), want);
        }
    }
}
