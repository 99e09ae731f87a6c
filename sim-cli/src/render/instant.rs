//! Times of a run: `1:30`, or what the clock shows.

pub(crate) use sim_plot::instant;

/// What the clock shows then, if it shows `zero` seconds after midnight at time zero.
pub(crate) fn clock(seconds: f64, zero: u32) -> String {
    const DAY: i64 = 86_400;
    let second = (seconds.floor() as i64 + i64::from(zero)).rem_euclid(DAY);
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// A length of time in round units: `8 min`, `90 s`, `2 h`.
pub(crate) fn span(seconds: f64) -> String {
    for (unit, name) in [(31_536_000.0, "y"), (86_400.0, "d"), (3600.0, "h"), (60.0, "min")] {
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
    fn the_clock_goes_round() {
        assert_eq!(clock(90.7, 14 * 3600), "14:01:30");
        assert_eq!(clock(-1.0, 0), "23:59:59");
    }

    #[test]
    fn spans_use_the_largest_whole_unit() {
        let spans = [480.0, 90.0, 7200.0, 86_400.0, 3_153_600_000.0, 0.25].map(span);
        assert_eq!(spans, ["8 min", "90 s", "2 h", "1 d", "100 y", "250 ms"]);
    }
}
