//! How spans are written in scenario files: `25ms`, `1.5s`, `2h`.

use std::fmt;

use crate::time::SimDuration;

/// A span as a scenario file has it: a number and the largest unit that leaves it at least 1,
/// without a space.
///
/// Minutes, hours and days are used only where they are whole: 90 s are `90s`, not `1.5m`.
pub(super) struct Spelled(SimDuration);

impl Spelled {
    /// Every nanosecond of it.
    pub(super) fn exactly(span: SimDuration) -> Self {
        Self(span)
    }

    /// To four significant digits, for what was worked out from other numbers.
    pub(super) fn roughly(nanos: f64) -> Self {
        let mut unit = 1.0;
        while nanos / unit >= 10_000.0 && unit < 1e18 {
            unit *= 10.0;
        }
        Self(SimDuration::from_nanos_f64((nanos / unit).round() * unit))
    }
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WHOLE: [(u64, &str); 3] =
            [(86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m")];
        let nanos = self.0.as_nanos();
        if nanos == 0 {
            return f.write_str("0s");
        }
        if let Some((unit, name)) = WHOLE.iter().find(|(unit, _)| nanos.is_multiple_of(*unit)) {
            return write!(f, "{}{name}", nanos / unit);
        }
        let (unit, digits, name) = match nanos {
            ..1_000 => (1, 0, "ns"),
            1_000..1_000_000 => (1_000, 3, "us"),
            1_000_000..1_000_000_000 => (1_000_000, 6, "ms"),
            _ => (1_000_000_000, 9, "s"),
        };
        if nanos.is_multiple_of(unit) {
            return write!(f, "{}{name}", nanos / unit);
        }
        let fraction = format!("{:0digits$}", nanos % unit);
        write!(f, "{}.{}{name}", nanos / unit, fraction.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_in_a_file() {
        let cases = [
            (0, "0s"),
            (999, "999ns"),
            (1_500, "1.5us"),
            (25_000_000, "25ms"),
            (1_000_001, "1.000001ms"),
            (90_000_000_000, "90s"),
            (120_000_000_000, "2m"),
            (172_800_000_000_000, "2d"),
        ];
        for (nanos, want) in cases {
            assert_eq!(Spelled::exactly(SimDuration::from_nanos(nanos)).to_string(), want);
        }
        assert_eq!(Spelled::roughly(123_456_789.4).to_string(), "123.5ms");
        assert_eq!(Spelled::roughly(12.4).to_string(), "12ns");
    }
}
