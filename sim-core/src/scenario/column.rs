//! One column of a CSV file (RFC 4180, with a header row): spans of time, or time stamps.

use crate::time::SimDuration;

use super::shortened::shortened;
use super::stamp;

/// What a bare number of a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nanos,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Secs,
}

impl Unit {
    /// The words for it, as `unit=` takes them.
    pub const WORDS: [(&'static str, Self); 4] =
        [("ns", Self::Nanos), ("us", Self::Micros), ("ms", Self::Millis), ("s", Self::Secs)];

    /// The unit that `unit=` so calls.
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|it| it.0 == word).map(|it| it.1)
    }

    /// How many nanoseconds it is.
    pub const fn nanos(self) -> u32 {
        match self {
            Self::Nanos => 1,
            Self::Micros => 1_000,
            Self::Millis => 1_000_000,
            Self::Secs => 1_000_000_000,
        }
    }
}

/// Spans of time: numbers of `unit`, taken to the nearest nanosecond.
pub(crate) fn spans(
    text: &str,
    column: &str,
    unit: Unit,
    rows_max: usize,
) -> Result<Vec<SimDuration>, String> {
    cells(text, column, rows_max, |cell| span(cell, unit))
}

/// Time stamps in nanoseconds, in the file's order.
pub(crate) fn stamps(
    text: &str,
    column: &str,
    unit: Unit,
    rows_max: usize,
) -> Result<Vec<i128>, String> {
    cells(text, column, rows_max, |cell| {
        stamp::parse(cell, unit.nanos()).ok_or("is not a time stamp")
    })
}

/// Numbers, zero or more.
pub(crate) fn numbers(text: &str, column: &str, rows_max: usize) -> Result<Vec<f64>, String> {
    cells(text, column, rows_max, |cell| match cell.parse::<f64>() {
        Ok(number) if (0.0..=1e9).contains(&number) => Ok(number),
        Ok(_) => Err("is not between 0 and 10⁹"),
        Err(_) => Err("is not a number"),
    })
}

fn span(cell: &str, unit: Unit) -> Result<SimDuration, &'static str> {
    const LONGEST_SECS: f64 = 100.0 * 365.0 * 86_400.0;
    let value: f64 = cell.parse().map_err(|_| "is not a number")?;
    if value < 0.0 {
        return Err("is negative");
    }
    let nanos = value * f64::from(unit.nanos());
    // Not a number and infinite are out of range, too.
    if (0.0..=LONGEST_SECS * 1e9).contains(&nanos) {
        Ok(SimDuration::from_nanos_f64(nanos))
    } else {
        Err("is longer than 100 years")
    }
}

/// All cells of `column`, read. Rows are counted as a spreadsheet shows them: the header is row 1.
fn cells<T>(
    text: &str,
    column: &str,
    rows_max: usize,
    mut read: impl FnMut(&str) -> Result<T, &'static str>,
) -> Result<Vec<T>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().map_err(|error| told(&error, 1))?;
    let index = header.iter().position(|name| name.trim() == column).ok_or_else(|| {
        let known: Vec<_> = header.iter().take(20).map(shortened).collect();
        format!("it has no column `{}`; its columns are {}", shortened(column), known.join(", "))
    })?;
    let mut values = Vec::new();
    let mut record = csv::StringRecord::new();
    while rows.read_record(&mut record).map_err(|error| told(&error, values.len() + 2))? {
        let row = values.len() + 2;
        if values.len() >= rows_max {
            return Err(format!("it has more rows than the {rows_max} that are still allowed"));
        }
        let cell = record.get(index).unwrap_or_default().trim();
        let value = read(cell).map_err(|why| format!("row {row}: `{}` {why}", shortened(cell)))?;
        values.push(value);
    }
    if values.is_empty() { Err("it has no rows".to_owned()) } else { Ok(values) }
}

fn told(error: &csv::Error, row: usize) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("row {row} has {len} cells; the header has {expected_len}")
        }
        _ => format!("row {row} cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_spans_of_a_named_column() {
        let text = "\u{feff}id, ms\r\n\"a, \"\"b\"\"\",1.5\r\nc, 1e-3 \r\n";
        let want = vec![SimDuration::from_micros(1_500), SimDuration::from_micros(1)];
        assert_eq!(spans(text, "ms", Unit::Millis, 10), Ok(want));
    }

    #[test]
    fn bad_files_are_told_by_row_and_cell() {
        let spans = |text: &str| spans(text, "ms", Unit::Millis, 3).expect_err(text);
        assert_eq!(spans("a,b\n1,2\n"), "it has no column `ms`; its columns are a, b");
        assert_eq!(spans("ms\n"), "it has no rows");
        assert_eq!(spans(""), "it has no column `ms`; its columns are ");
        assert_eq!(spans("ms\n1\nx\n"), "row 3: `x` is not a number");
        assert_eq!(spans("ms\n-1\n"), "row 2: `-1` is negative");
        assert_eq!(spans("ms\ninf\n"), "row 2: `inf` is longer than 100 years");
        assert_eq!(spans("ms\nNaN\n"), "row 2: `NaN` is longer than 100 years");
        assert_eq!(spans("ms,b\n1\n"), "row 2 has 1 cells; the header has 2");
        assert_eq!(spans("ms\n1\n2\n3\n4\n"), "it has more rows than the 3 that are still allowed");
        let long = format!("ms\n{}\n", "9x".repeat(100));
        assert!(spans(&long).len() < 100);
    }

    #[test]
    fn stamps_are_of_any_order() {
        let read = |text: &str| stamps(text, "t", Unit::Secs, 10);
        assert_eq!(read("t\n1.5\n1.5\n2\n"), Ok(vec![1_500_000_000, 1_500_000_000, 2_000_000_000]));
        let back = read("t\n2023-11-16 18:17:04\n16/Nov/2023:18:17:03 +0000\n");
        assert_eq!(back.map(|it| it[0] - it[1]), Ok(1_000_000_000));
        assert_eq!(
            read("t\nyesterday\n"),
            Err("row 2: `yesterday` is not a time stamp".to_owned())
        );
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "(t|ms|[\",\n\r0-9a-z:. -]){0,60}") {
            let _ = spans(&text, "ms", Unit::Nanos, 100);
            let _ = stamps(&text, "t", Unit::Millis, 100);
            let _ = numbers(&text, "t", 100);
        }
    }
}
