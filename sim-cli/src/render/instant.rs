//! Times of a run: `1:30`, or what the clock shows.

/// Seconds after time zero as `1:30`, `1:02:03`, `-0:12.3`: minutes and seconds, with as many
/// decimals (to the millisecond) as it has.
pub(crate) fn instant(seconds: f64) -> String {
    let millis = (seconds.abs() * 1e3).round() as u64;
    let sign = if seconds < 0.0 && millis > 0 { "-" } else { "" };
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    let fraction = format!("{:02}.{:03}", rest / 1000, rest % 1000);
    let secs = fraction.trim_end_matches('0').trim_end_matches('.');
    let secs = if secs.len() < 2 { &fraction[..2] } else { secs };
    if minutes < 60 {
        format!("{sign}{minutes}:{secs}")
    } else {
        format!("{sign}{}:{:02}:{secs}", minutes / 60, minutes % 60)
    }
}

/// What the clock shows then, if it shows `zero` seconds after midnight at time zero.
pub(crate) fn clock(seconds: f64, zero: u32) -> String {
    const DAY: i64 = 86_400;
    let second = (seconds.floor() as i64 + i64::from(zero)).rem_euclid(DAY);
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// A length of time in round units: `8 min`, `90 s`, `2 h`.
pub(crate) fn span(seconds: f64) -> String {
    for (unit, name) in [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")] {
        let count = seconds / unit;
        if count >= 1.0 && count.fract() == 0.0 {
            return format!("{count} {name}");
        }
    }
    super::figure::given(seconds, sim_core::report::Unit::Seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_stop_watch() {
        let cases = [
            (0.0, "0:00"),
            (90.0, "1:30"),
            (61.8731, "1:01.873"),
            (70.5, "1:10.5"),
            (100.0, "1:40"),
            (3723.0, "1:02:03"),
            (-12.3, "-0:12.3"),
            (-1e-9, "0:00"),
            (59.999_9, "1:00"),
        ];
        for (seconds, want) in cases {
            assert_eq!(instant(seconds), want, "{seconds}");
        }
    }

    #[test]
    fn the_clock_goes_round() {
        assert_eq!(clock(90.7, 14 * 3600), "14:01:30");
        assert_eq!(clock(-1.0, 0), "23:59:59");
    }

    #[test]
    fn spans_use_the_largest_whole_unit() {
        let spans = [480.0, 90.0, 7200.0, 86_400.0, 0.25].map(span);
        assert_eq!(spans, ["8 min", "90 s", "2 h", "1 d", "250 ms"]);
    }
}
