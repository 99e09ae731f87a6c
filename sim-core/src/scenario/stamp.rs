//! Time stamps in logs: `2023-11-16 18:17:03.9799600`, `2023-11-16T18:17:03Z`, the Common Log
//! Format's `17/May/2015:10:05:03 +0000`, or numbers since an epoch.

const NANOS: i128 = 1_000_000_000;

/// Nanoseconds since 1970 (or, for bare numbers, since whatever they count from).
///
/// A bare number counts `unit` nanoseconds. A date without an offset is taken as UTC: only
/// differences matter.
pub(crate) fn parse(text: &str, unit: u32) -> Option<i128> {
    match text.as_bytes() {
        [_, _, _, _, b'-', ..] => date_and_time(text),
        [_, _, b'/', ..] => common_log(text),
        _ => number(text, i128::from(unit)),
    }
}

/// `17/May/2015:10:05:03 +0000`, as Apache and nginx write it.
fn common_log(text: &str) -> Option<i128> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, rest) = text.split_at_checked(11)?;
    let (clock, zone) = rest.strip_prefix(':')?.split_at_checked(8)?;
    let mut fields = date.split('/');
    let (day, month, year) = (fields.next()?, fields.next()?, fields.next()?);
    let month = 1 + MONTHS.iter().position(|it| *it == month)?;
    let days = days(&format!("{year}-{month:02}-{day}"))?;
    let secs = days * 86_400 + seconds(clock)? - offset(zone.strip_prefix(' ')?)?;
    Some(i128::from(secs) * NANOS)
}

/// Digits with a fraction that is whole in nanoseconds.
fn number(text: &str, unit: i128) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 18 || !digits(whole) {
        return None;
    }
    Some(
        whole.parse::<i128>().ok()? * unit + fraction(decimals, text.contains('.'))? * unit / NANOS,
    )
}

fn date_and_time(text: &str) -> Option<i128> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let zone_at = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
    let (decimals, zone) = rest.split_at(zone_at);
    let fraction = match decimals.strip_prefix('.') {
        Some(decimals) => fraction(decimals, true)?,
        None => fraction(decimals, false)?,
    };
    let secs = days(date)? * 86_400 + seconds(clock)? - offset(zone)?;
    Some(i128::from(secs) * NANOS + fraction)
}

/// The digits after a point, in 10⁻⁹.
fn fraction(decimals: &str, point: bool) -> Option<i128> {
    let well_formed = digits(decimals) && decimals.len() <= 9 && point != decimals.is_empty();
    if !well_formed {
        return None;
    }
    format!("{decimals:0<9}").parse().ok()
}

fn seconds(clock: &str) -> Option<i64> {
    let [hours, minutes, seconds] = fields(clock, ':')?;
    let valid = hours < 24 && minutes < 60 && seconds < 60;
    valid.then_some(hours * 3_600 + minutes * 60 + seconds)
}

/// `Z`, `+02:00`, `-0530` or nothing, in seconds east.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let well_formed = digits(hours) && digits(minutes) && minutes.len() == 2;
    if !well_formed {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Days from 1970-01-01 to `date` in the Gregorian calendar.
///
/// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013, `days_from_civil`.
fn days(date: &str) -> Option<i64> {
    let [year, month, day] = fields(date, '-')?;
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Three numbers of digits only, of two digits except a year's four.
fn fields(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut next = || parts.next().filter(|it| digits(it) && it.len() >= 2)?.parse().ok();
    let fields = [next()?, next()?, next()?];
    parts.next().is_none().then_some(fields)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECS: u32 = 1_000_000_000;

    #[test]
    fn reads_dates_and_numbers() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-03-01 00:00:00", 951_868_800_000_000_000),
            ("2023-11-16 18:17:03.9799600", 1_700_158_623_979_960_000),
            ("2023-11-16T20:17:03.97996+02:00", 1_700_158_623_979_960_000),
            ("2024-02-29 12:00:00-0530", 1_709_227_800_000_000_000),
            ("1969-12-31 23:59:59.5", -500_000_000),
            ("01/Mar/2000:02:00:00 +0200", 951_868_800_000_000_000),
            ("1700158623.979960", 1_700_158_623_979_960_000),
            ("0", 0),
        ];
        for (text, nanos) in cases {
            assert_eq!(parse(text, SECS), Some(nanos), "{text}");
        }
        assert_eq!(parse("1700158623979.96", 1_000_000), Some(1_700_158_623_979_960_000));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        let cases = [
            "",
            "x",
            "-5",
            "1e9",
            "1.",
            ".5",
            "1.2.3",
            "1.0123456789",
            "9999999999999999999",
            "2023-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-11-16",
            "2023-11-16 24:00:00",
            "2023-11-16 18:17",
            "2023-11-16 18:17:03.",
            "2023-11-16 18:17:03x",
            "2023-11-16 18:17:03+2",
            "2023-11-16 18:17:03..5",
            "2023-11-16_18:17:03",
            "17/May/2015",
            "17/Mai/2015:10:05:03 +0000",
            "17/May/2015:10:05:03",
            "1//May/2015:10:05:03 +0000",
        ];
        for text in cases {
            assert_eq!(parse(text, SECS), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_advance_by_one(year in 1900_i64..2200, month in 1_i64..=12) {
            let last = days_in(year, month);
            let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            let end = days(&format!("{year}-{month:02}-{last:02}"));
            let next = days(&format!("{next_year}-{next_month:02}-01"));
            prop_assert_eq!(end.map(|it| it + 1), next);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9:.TZ+ é]{0,34}") {
            let _ = parse(&text, SECS);
        }
    }
}
