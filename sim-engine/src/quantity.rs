//! Quantities as people write them: `"250ms"`, `"120/s"`, `"500GiB"`, `"20%"`.
//!
//! A quantity is a number and its unit, without a space. Times and sizes are read in exact decimal
//! arithmetic; what is finer than a nanosecond or a byte is refused, not rounded. Numbers have no
//! sign and no exponent.

use std::fmt;
use std::str::FromStr;

use crate::time::SimDuration;

/// Why a text is not the quantity that it should be, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QuantityError {
    /// Lower case, no full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
}

/// Something per second: requests, tokens. Finite, ≥ 0, at most 10⁹.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// A share of a whole, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Share(f64);

/// An amount of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

/// Bytes per second, ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Throughput(f64);

impl Rate {
    /// Per second.
    pub const fn per_sec(self) -> f64 {
        self.0
    }
}

impl Share {
    /// All of it.
    pub const ALL: Self = Self(1.0);
    /// Nothing.
    pub const NONE: Self = Self(0.0);

    /// From 0 to 1.
    pub const fn fraction(self) -> f64 {
        self.0
    }
}

impl Size {
    /// Bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl Throughput {
    /// Bytes per second.
    pub const fn bytes_per_sec(self) -> f64 {
        self.0
    }
}

type Units = &'static [(&'static str, u64)];

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 24 * 60 * 60 * SECOND;

/// In nanoseconds.
const TIMES: Units = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("min", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", DAY),
    ("y", 365 * DAY),
];

/// In seconds.
const PERIODS: Units = &[("s", 1), ("min", 60), ("m", 60), ("h", 3_600), ("d", 86_400)];

/// In bytes: a MB is not a MiB.
const SIZES: Units = &[
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
];

/// A hundred years: the longest time that can be written.
const LONGEST: u64 = 36_500 * DAY;
const RATE_MAX: f64 = 1e9;
const DIGITS_MAX: usize = 30;

/// `"250ms"`, `"1.5h"`, `"1m30s"`: units from large to small, each at most once.
impl FromStr for SimDuration {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let mut rest = text;
        let mut nanos = 0_u64;
        let mut smaller_than = u64::MAX;
        loop {
            let (number, tail) = Decimal::split(rest, "time")?;
            let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (name, after) = tail.split_at(end);
            let unit = TIME.unit(text, &number, name)?;
            if unit >= smaller_than {
                return Err(error(format!("`{}` has its units out of order", shown(text)))
                    .help("write the larger unit first: \"1m30s\""));
            }
            nanos = number
                .times(unit)
                .ok_or_else(|| finer(text, "nanosecond"))?
                .and_then(|part| nanos.checked_add(part))
                .filter(|sum| *sum <= LONGEST)
                .ok_or_else(|| error(format!("`{}` is longer than 100 years", shown(text))))?;
            if after.is_empty() {
                return Ok(Self::from_nanos(nanos));
            }
            (rest, smaller_than) = (after, unit);
        }
    }
}

/// `"120/s"`, `"6000/min"`.
impl FromStr for Rate {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, tail) = Decimal::split(text, "rate")?;
        let period = RATE.per(text, &number, tail)?;
        let rate = number.to_f64(0) / period as f64;
        if rate <= RATE_MAX {
            Ok(Self(rate))
        } else {
            Err(error(format!("`{}` is more than 10⁹ per second", shown(text))))
        }
    }
}

/// `"20%"`.
impl FromStr for Share {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, tail) = Decimal::split(text, "share")?;
        SHARE.unit(text, &number, tail)?;
        let share = number.to_f64(-2);
        if share <= 1.0 {
            Ok(Self(share))
        } else {
            Err(error(format!("`{}` is more than 100 %", shown(text)))
                .help("a share is a part of a whole: \"100%\" is all of it"))
        }
    }
}

/// `"500GiB"`, `"64KiB"`, `"100MB"`.
impl FromStr for Size {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, tail) = Decimal::split(text, "size")?;
        let unit = SIZE.unit(text, &number, tail)?;
        number
            .times(unit)
            .ok_or_else(|| finer(text, "byte"))?
            .map(Self)
            .ok_or_else(|| error(format!("`{}` is more than 16 EiB", shown(text))))
    }
}

/// `"100MB/s"`, `"1MB/s"`.
impl FromStr for Throughput {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (size, period) = text.split_once('/').ok_or_else(|| {
            error(format!("`{}` is not a size per time", shown(text)))
                .help("write it like \"100MB/s\"")
        })?;
        let size: Size = size.parse()?;
        let secs = RATE.find(period).ok_or_else(|| RATE.unknown(text, period))?;
        Ok(Self(size.bytes() as f64 / secs as f64))
    }
}

/// What spans of time look like, as a regular expression.
pub fn time_pattern() -> String {
    format!("(?:{NUMBER}(?:{}))+", names(TIMES))
}

/// What rates look like, as a regular expression.
pub fn rate_pattern() -> String {
    format!("{NUMBER}/(?:{})", names(PERIODS))
}

/// What shares look like, as a regular expression.
pub fn share_pattern() -> String {
    format!("{NUMBER}%")
}

/// What sizes look like, as a regular expression.
pub fn size_pattern() -> String {
    format!("{NUMBER}(?:{})", names(SIZES))
}

/// Digits with at most one point between them.
const NUMBER: &str = r"[0-9]+(?:\.[0-9]+)?";

fn names(units: Units) -> String {
    units.iter().map(|it| it.0).collect::<Vec<_>>().join("|")
}

/// A span of time as it can be written, to the nanosecond: `1500ms`.
pub fn exact(span: SimDuration) -> String {
    let nanos = span.as_nanos();
    let fits = |unit: &&(&str, u64)| nanos.is_multiple_of(unit.1) && unit.0 != "d";
    let (name, unit) = match nanos {
        0 => ("s", SECOND),
        _ => TIMES.iter().rev().find(fits).copied().unwrap_or(("ns", 1)),
    };
    format!("{}{name}", nanos / unit)
}

/// A plain number such as `0.8`, as arguments of laws have it.
///
/// # Errors
///
/// If `text` is not digits with at most one point between them.
pub fn number(text: &str) -> Result<f64, QuantityError> {
    match Decimal::split(text, "number")? {
        (number, "") => Ok(number.to_f64(0)),
        (_, tail) => {
            let message =
                format!("`{}` is not a number: it ends in `{}`", shown(text), shown(tail));
            Err(error(message))
        }
    }
}

/// A number and the unit behind it, of whatever kind: `10ms`, `120/s`, `3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure<'a> {
    /// The digits without the point.
    pub digits: u128,
    /// How many of them stand after the point.
    pub decimals: u32,
    /// What it is called; nothing where there is none.
    pub unit: &'a str,
    /// What it measures.
    pub kind: &'static str,
    /// How many of the finest of its kind it is.
    pub size: u128,
}

impl<'a> Measure<'a> {
    /// Reads one number with one unit, or none.
    ///
    /// # Errors
    ///
    /// If there is no number, or its unit is of no kind.
    pub fn parse(text: &'a str) -> Result<Self, QuantityError> {
        let (number, unit) = Decimal::split(text, "number")?;
        let Some((kind, size)) = unit_of_any_kind(unit) else {
            return Err(error(format!("`{}` has an unknown unit", shown(text)))
                .help("write it like 8, \"10ms\", \"120/s\" or \"20%\""));
        };
        Ok(Self { digits: number.digits, decimals: number.decimals, unit, kind, size })
    }

    /// How many of the finest of its kind it is, to the nearest float.
    pub fn in_finest(self) -> f64 {
        self.digits as f64 * self.size as f64 / 10_u128.pow(self.decimals) as f64
    }
}

/// What a unit measures, and how many of the finest of its kind it is.
fn unit_of_any_kind(name: &str) -> Option<(&'static str, u128)> {
    if name.is_empty() {
        return Some(("number", 1));
    }
    let per = |period: &str| RATE.find(period).map(|it| u128::from(DAY / SECOND / it));
    match name.split_once('/') {
        Some(("", period)) => Some((RATE.name, per(period)?)),
        Some((size, period)) => Some(("throughput", u128::from(SIZE.find(size)?) * per(period)?)),
        None => {
            let found = |it: &&Kind| it.find(name).is_some();
            let kind = [&TIME, &SIZE, &SHARE].into_iter().find(found)?;
            Some((kind.name, u128::from(kind.find(name)?)))
        }
    }
}

/// One kind of quantity: what it is called, its units and an example.
struct Kind {
    name: &'static str,
    units: Units,
    /// What to append to a bare number, in the order of likelihood.
    examples: [&'static str; 2],
}

const TIME: Kind = Kind { name: "time", units: TIMES, examples: ["ms", "s"] };
const RATE: Kind = Kind { name: "rate", units: PERIODS, examples: ["/s", "/min"] };
const SIZE: Kind = Kind { name: "size", units: SIZES, examples: ["MB", "MiB"] };
const SHARE: Kind = Kind { name: "share", units: &[("%", 1)], examples: ["%", "%"] };

impl Kind {
    fn find(&self, name: &str) -> Option<u64> {
        self.units.iter().find(|unit| unit.0 == name).map(|unit| unit.1)
    }

    fn unit(&self, text: &str, number: &Decimal, name: &str) -> Result<u64, QuantityError> {
        match self.find(name) {
            Some(size) => Ok(size),
            None if name.is_empty() => Err(self.bare(text, number)),
            None => Err(self.unknown(text, name)),
        }
    }

    fn per(&self, text: &str, number: &Decimal, tail: &str) -> Result<u64, QuantityError> {
        match tail.strip_prefix('/') {
            Some(period) => self.unit(text, number, period),
            None if tail.is_empty() => Err(self.bare(text, number)),
            None => Err(error(format!("`{}` is not a {}", shown(text), self.name))
                .help("write it like \"120/s\"")),
        }
    }

    /// A bare number: which unit may be meant?
    fn bare(&self, text: &str, number: &Decimal) -> QuantityError {
        let number = number.shown();
        let [first, second] = self.examples;
        let help = if first == second {
            format!("write \"{number}{first}\"")
        } else {
            format!("write \"{number}{first}\" or \"{number}{second}\"")
        };
        error(format!("`{}` has no unit", shown(text))).help(help)
    }

    fn unknown(&self, text: &str, name: &str) -> QuantityError {
        let trimmed = name.trim();
        let help = if trimmed != name && self.find(trimmed).is_some() {
            "write the unit right after the number, without a space".to_owned()
        } else {
            let known: Vec<_> = self.units.iter().map(|unit| unit.0).collect();
            format!("the units of a {} are {}", self.name, known.join(", "))
        };
        error(format!("`{}` has an unknown unit", shown(text))).help(help)
    }
}

/// Digits with at most one point, and where the point is.
struct Decimal<'a> {
    text: &'a str,
    /// The digits without the point.
    digits: u128,
    /// How many of them stand after the point.
    decimals: u32,
}

impl<'a> Decimal<'a> {
    /// The number at the start of `text`, and the rest.
    fn split(text: &'a str, kind: &str) -> Result<(Self, &'a str), QuantityError> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let parsed = Self::parse(number).ok_or_else(|| not_a(kind, text))?;
        Ok((parsed, rest))
    }

    fn parse(text: &'a str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        if whole.is_empty() || whole.len() + fraction.len() > DIGITS_MAX {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { text, digits, decimals: u32::try_from(fraction.len()).ok()? })
    }

    /// `self × unit` as a whole number; the outer `None` if it is not whole, the inner if it is
    /// more than fits.
    #[expect(clippy::option_option, reason = "two different faults, told apart by the caller")]
    fn times(&self, unit: u64) -> Option<Option<u64>> {
        let Some(product) = self.digits.checked_mul(u128::from(unit)) else {
            return Some(None);
        };
        let scale = 10_u128.pow(self.decimals);
        product.is_multiple_of(scale).then(|| u64::try_from(product / scale).ok())
    }

    /// The float nearest to `self × 10^exponent`.
    fn to_f64(&self, exponent: i32) -> f64 {
        format!("{}e{exponent}", self.text).parse().unwrap_or(f64::INFINITY)
    }

    /// For use in a hint.
    fn shown(&self) -> &str {
        self.text
    }
}

fn not_a(kind: &str, text: &str) -> QuantityError {
    let example = match kind {
        "time" => "\"250ms\"",
        "rate" => "\"120/s\"",
        "share" => "\"20%\"",
        "size" => "\"500GiB\"",
        _ => "0.8",
    };
    let text_shown = shown(text);
    let negative =
        text.strip_prefix('-').is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if negative {
        error(format!("`{text_shown}` is negative"))
    } else {
        error(format!("`{text_shown}` is not a {kind}")).help(format!("write it like {example}"))
    }
}

fn finer(text: &str, unit: &str) -> QuantityError {
    error(format!("`{}` is not a whole number of {unit}s", shown(text)))
        .help(format!("the finest that can be told apart is one {unit}"))
}

fn error(message: impl Into<String>) -> QuantityError {
    QuantityError { message: message.into(), help: None }
}

impl QuantityError {
    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A text short enough to stand in a sentence.
fn shown(text: &str) -> impl fmt::Display {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_times_exactly() {
        let cases = [
            ("0s", 0),
            ("1ns", 1),
            ("10us", 10_000),
            ("10µs", 10_000),
            ("0.000001ms", 1),
            ("250ms", 250_000_000),
            ("0.3s", 300_000_000),
            ("1.5h", 5_400_000_000_000),
            ("2m", 120_000_000_000),
            ("1d", 86_400_000_000_000),
            ("1m30s", 90_000_000_000),
            ("3m30.5s", 210_500_000_000),
            ("11m34s", 694_000_000_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(text.parse(), Ok(SimDuration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_time_and_says_how_to_mend_it() {
        let cases = [
            ("250", "`250` has no unit", Some("write \"250ms\" or \"250s\"")),
            ("", "`` is not a time", Some("write it like \"250ms\"")),
            ("-5s", "`-5s` is negative", None),
            ("ms", "`ms` is not a time", Some("write it like \"250ms\"")),
            ("1.s", "`1.s` is not a time", Some("write it like \"250ms\"")),
            ("1e3s", "`1e3s` has an unknown unit", None),
            ("30s1m", "`30s1m` has its units out of order", None),
            ("1s1s", "`1s1s` has its units out of order", None),
            ("1m30", "`1m30` has no unit", Some("write \"30ms\" or \"30s\"")),
            ("0.5ns", "`0.5ns` is not a whole number of nanoseconds", None),
            ("40000d", "`40000d` is longer than 100 years", None),
            ("99999999999999999999999999999d", "", None),
            ("9999999999999999999999999999999999s", "", None),
            (
                "250 ms",
                "`250 ms` has an unknown unit",
                Some("write the unit right after the number, without a space"),
            ),
        ];
        for (text, message, help) in cases {
            let error = text.parse::<SimDuration>().expect_err(text);
            assert!(error.message.contains(message), "{text}: {error}");
            assert!(help.is_none() || error.help.as_deref() == help, "{text}: {:?}", error.help);
        }
    }

    #[test]
    fn reads_rates_shares_and_sizes() {
        let rate = |text: &str| text.parse::<Rate>().map(Rate::per_sec).ok();
        assert_eq!(rate("120/s"), Some(120.0));
        assert_eq!(rate("6000/min"), Some(100.0));
        assert_eq!(rate("36/h"), Some(0.01));
        assert_eq!(rate("0/s"), Some(0.0));
        assert_eq!(rate("120"), None);
        assert_eq!(rate("2000000000/s"), None);

        let share = |text: &str| text.parse::<Share>().map(Share::fraction).ok();
        assert_eq!(share("20%"), Some(0.2));
        assert_eq!(share("99.9%"), Some(0.999), "the nearest float, not a quotient of two");
        assert_eq!(share("100%"), Some(1.0));
        assert_eq!(share("100.0001%"), None);
        assert_eq!(share("0.2"), None);

        let size = |text: &str| text.parse::<Size>().map(Size::bytes).ok();
        assert_eq!(size("500GiB"), Some(500 << 30));
        assert_eq!(size("100MB"), Some(100_000_000));
        assert_eq!(size("1.5KiB"), Some(1_536));
        assert_eq!(size("1.0005B"), None);
        assert_eq!(size("99999999PiB"), None);

        let throughput = |text: &str| text.parse().map(Throughput::bytes_per_sec).ok();
        assert_eq!(throughput("100MB/s"), Some(1e8));
        assert_eq!(throughput("60MB/min"), Some(1e6));
        assert_eq!(throughput("100MB"), None);
    }

    #[test]
    fn a_bare_number_is_told_which_units_may_be_meant() {
        assert_eq!(
            "120".parse::<Rate>().expect_err("no unit").help.as_deref(),
            Some("write \"120/s\" or \"120/min\"")
        );
        assert_eq!(
            "20".parse::<Share>().expect_err("no unit").help.as_deref(),
            Some("write \"20%\"")
        );
    }

    #[test]
    fn units_of_a_kind_are_multiples_of_its_finest() {
        let size = |text: &str| Measure::parse(text).map(|it| (it.kind, it.size)).ok();
        assert_eq!(size("8"), Some(("number", 1)));
        assert_eq!(size("1.5s"), Some(("time", 1_000_000_000)));
        assert_eq!(size("1/s"), Some(("rate", 86_400)));
        assert_eq!(size("1/d"), Some(("rate", 1)));
        assert_eq!(size("1kB/h"), Some(("throughput", 24_000)));
        assert_eq!(size("20%"), Some(("share", 1)));
        for text in ["", "s", "1 s", "1m30s", "1/", "1/x", "1x/s", "-1"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_milliseconds_survive(millis in 0_u64..10_000_000_000) {
            let time: SimDuration = format!("{millis}ms").parse().expect("a time");
            prop_assert_eq!(time, SimDuration::from_millis(millis));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9.a-zµ%/ ]{0,12}|\\PC{0,40}") {
            let _ = text.parse::<SimDuration>();
            let _ = text.parse::<Rate>();
            let _ = text.parse::<Share>();
            let _ = text.parse::<Size>();
            let _ = text.parse::<Throughput>();
            let _ = number(&text);
        }
    }
}
