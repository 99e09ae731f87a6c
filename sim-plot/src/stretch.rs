//! Stretches of time from milliseconds to years: `35.2 s`, `96.9 min`, `26.2 h`, `7.3 d`.

use sim_core::report::Unit;

use crate::figure;

/// What is shown of what never ends.
pub const NEVER: &str = "never";
/// What is shown of a loss that nothing bounds.
pub const EVERYTHING: &str = "everything";

/// In the largest unit of which there are two; `figure`'s own below two minutes.
pub fn stretch(seconds: f64) -> String {
    let (size, unit) = match seconds.abs() {
        ..120.0 => return figure::exact(seconds, Unit::Seconds),
        ..7_200.0 => (60.0, "min"),
        ..172_800.0 => (3_600.0, "h"),
        ..63_072_000.0 => (86_400.0, "d"),
        _ => (31_536_000.0, "years"),
    };
    format!("{} {unit}", figure::exact(seconds / size, Unit::Count))
}

/// The same of what may be endless.
pub fn or_never(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| NEVER.to_owned(), stretch)
}

/// The same of a loss, which has no end where nothing came back.
pub fn or_everything(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| EVERYTHING.to_owned(), stretch)
}

/// A number of this unit, which is long where it is a time.
pub fn of(value: f64, unit: Unit) -> String {
    if unit == Unit::Seconds { stretch(value) } else { figure::exact(value, unit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_of_the_unit_at_least() {
        let cases = [
            (0.0, "0 s"),
            (0.25, "250 ms"),
            (35.2, "35.2 s"),
            (119.0, "119 s"),
            (5_814.4, "96.9 min"),
            (7_254.4, "2.02 h"),
            (93_600.0, "26 h"),
            (630_720.0, "7.3 d"),
            (315_360_000.0, "10 years"),
        ];
        for (seconds, want) in cases {
            assert_eq!(stretch(seconds), want);
        }
        assert_eq!((or_never(None), or_everything(None)), ("never".into(), "everything".into()));
        assert_eq!((or_never(Some(1.0)), or_everything(Some(1.0))), ("1 s".into(), "1 s".into()));
    }
}
