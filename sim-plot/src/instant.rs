//! Times of a run: `1:30`.

/// Seconds after time zero as `1:30`, `1:02:03`, `-0:12.3`: minutes and seconds, with as many
/// decimals (to the millisecond) as it has.
pub fn instant(seconds: f64) -> String {
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
}
