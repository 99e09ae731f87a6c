//! The inventory of claims: every row is shown by a scenario, or `unshown.md` says why not.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};

/// Rows that come from one source.
struct Series {
    letter: char,
    source: &'static str,
    /// They are numbered from 1 to this.
    last: u32,
}

/// The inventory's own order.
const SERIES: [Series; 3] = [
    Series { letter: 'T', source: "the lesson “Resilience & disaster recovery”", last: 90 },
    Series { letter: 'S', source: "the lesson “Fault tolerance”", last: 107 },
    Series { letter: 'C', source: "corrections of what they say", last: 28 },
];

/// A row of the inventory, such as `T05`: a letter and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    series: usize,
    number: u32,
}

impl FromStr for Row {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let row = || {
            let series = SERIES.iter().position(|it| text.starts_with(it.letter))?;
            let digits = &text[1..];
            let plain = digits.len() >= 2 && digits.bytes().all(|it| it.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| plain)?;
            (1..=SERIES[series].last).contains(&number).then_some(Self { series, number })
        };
        row().with_context(|| format!("`{text}` is no row of the inventory"))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02}", SERIES[self.series].letter, self.number)
    }
}

/// All rows.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let series = SERIES.iter().enumerate();
    series.flat_map(|(series, it)| (1..=it.last).map(move |number| Row { series, number }))
}

/// What the letters stand for.
pub(crate) fn sources() -> String {
    SERIES.map(|it| format!("{}: {}", it.letter, it.source)).join("; ")
}

/// The part of the page on rows that no scenario shows.
pub(crate) const UNSHOWN: &str = include_str!("../unshown.md");

/// The rows in the tables of a page: each line begins with one.
pub(crate) fn explained(page: &str) -> Result<Vec<Row>> {
    let cells = page.lines().filter_map(|it| it.strip_prefix("| ")?.split(' ').next());
    cells.filter(|it| *it != "row").map(str::parse).collect()
}

/// Fails if a row is neither shown nor explained, or both, or explained twice.
pub(crate) fn cover(shown: &BTreeSet<Row>, explained: &[Row]) -> Result<()> {
    let once: BTreeSet<Row> = explained.iter().copied().collect();
    let twice = once.iter().filter(|it| explained.iter().filter(|other| other == it).count() > 1);
    let missing = rows().filter(|it| !shown.contains(it) && !once.contains(it));
    let faults = [
        ("neither in the ROWS of a scenario nor in xtask/unshown.md", missing.collect()),
        ("in the ROWS of a scenario and in xtask/unshown.md too", shown & &once),
        ("twice in xtask/unshown.md", twice.copied().collect()),
    ];
    let faults: Vec<String> = faults
        .into_iter()
        .filter(|it| !it.1.is_empty())
        .map(|(what, rows)| format!("{what}: {}", list(&rows)))
        .collect();
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// Rows as they are written, in order.
pub(crate) fn list(rows: &BTreeSet<Row>) -> String {
    rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> BTreeSet<Row> {
        text.split_whitespace().map(|it| it.parse().expect("a row")).collect()
    }

    #[test]
    fn rows_have_an_order_and_an_end() {
        assert_eq!(list(&parsed("C02 S107 T10 S09 T09")), "T09 T10 S09 S107 C02");
        assert_eq!(rows().count(), 90 + 107 + 28);
        for text in ["", "T", "T5", "T00", "T91", "S108", "C29", "X05", "T0x", "Ü05"] {
            assert!(text.parse::<Row>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_table_is_read_by_the_first_cells_of_its_lines() {
        let page = "# Rows\n\n| row | claim |\n|---|---|\n| T05 | a |\n| S100 | b |\n";
        let rows = explained(page).expect("two").into_iter().collect();
        assert_eq!(list(&rows), "T05 S100");
        assert!(explained("| all | of them |").is_err(), "a line without a row");
    }

    #[test]
    fn what_is_missing_or_twice_is_told() {
        let explained: Vec<Row> = rows().skip(2).collect();
        cover(&parsed("T01 T02"), &explained).expect("all are there");
        let fault = |shown: &str, explained: &[Row]| {
            cover(&parsed(shown), explained).expect_err("a fault").to_string()
        };
        let missing = "neither in the ROWS of a scenario nor in xtask/unshown.md: T02";
        assert_eq!(fault("T01", &explained), missing);
        let both = "in the ROWS of a scenario and in xtask/unshown.md too: T03 C01";
        assert_eq!(fault("T01 T02 T03 C01", &explained), both);
        let twice = [&explained[..], &explained[5..6]].concat();
        assert_eq!(fault("T01 T02", &twice), "twice in xtask/unshown.md: T08");
    }
}
