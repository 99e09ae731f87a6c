//! What opens a breaker: `"5 consecutive"`, `"50% of last 20"`, `"50% of last 10s"`.

use crate::quantity::{self, Share};
use crate::time::SimDuration;

use super::diagnostic::Code;
use super::reader::{Read, Reader};
use super::shape::{Meaning, Shape};
use super::tree::Node;
use super::values::text;

/// Results that a window of calls holds at most.
const WINDOW_MAX: u32 = 100_000;

/// `open_at` as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TripText {
    /// So many failures in a row.
    Consecutive(u32),
    /// This share of the last so many results.
    OfCalls(f64, u32),
    /// This share of the results of the last while.
    OfTime(f64, SimDuration),
}

impl Read for TripText {
    const EXPECTED: &'static str =
        "\"5 consecutive\", \"50% of last 20\" (results) or \"50% of last 10s\"";

    fn shape() -> Shape {
        let (share, time) = (quantity::share_pattern(), quantity::time_pattern());
        let window = format!("0*[1-9][0-9]*|{time}");
        let pattern =
            format!(r"\s*(?:0*[1-9][0-9]*\s+consecutive|{share}\s+of\s+last\s+(?:{window}))\s*");
        let examples = ["5 consecutive", "50% of last 20", "50% of last 10s"];
        Shape::text(Meaning::Trip, &pattern, &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        let words: Vec<_> = text.split_whitespace().take(5).collect();
        let parsed = match words.as_slice() {
            [count, "consecutive"] => parse_count(count).map(Self::Consecutive),
            [share, "of", "last", window] => of_last(share, window),
            _ => None,
        };
        if parsed.is_some() {
            return parsed;
        }
        let message = "this does not say what opens a breaker";
        let help = format!("write {}", Self::EXPECTED);
        reader.refuse_with(Code::BadExpression, node.place, message, help)
    }
}

fn of_last(share: &str, window: &str) -> Option<TripText> {
    let share = share.parse::<Share>().ok()?.fraction();
    if share == 0.0 {
        return None;
    }
    if let Some(calls) = parse_count(window) {
        return Some(TripText::OfCalls(share, calls));
    }
    let span: SimDuration = window.parse().ok()?;
    (!span.is_zero()).then_some(TripText::OfTime(share, span))
}

fn parse_count(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|it| it.is_ascii_digit());
    let count = if digits { text.parse().ok() } else { None };
    count.filter(|it| (1..=WINDOW_MAX).contains(it))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, value_of};
    use super::*;

    #[test]
    fn reads_the_three_windows() {
        assert_eq!(value_of::<TripText>("\"5 consecutive\""), TripText::Consecutive(5));
        assert_eq!(value_of::<TripText>("\"50% of last 20\""), TripText::OfCalls(0.5, 20));
        let ten = SimDuration::from_secs(10);
        assert_eq!(value_of::<TripText>("\"50% of last 10s\""), TripText::OfTime(0.5, ten));
    }

    #[test]
    fn refuses_all_else() {
        let cases = [
            "",
            "5",
            "0 consecutive",
            "+5 consecutive",
            "50 of last 20",
            "0% of last 20",
            "50% of last 0",
            "50% of last 0s",
            "150% of last 20",
            "50% of the last 20",
            "50% of last 20 30",
            "999999999 consecutive",
        ];
        for text in cases {
            let faults = faults_of::<TripText>(&format!("\"{text}\""));
            assert_eq!((faults.len(), faults[0].code), (1, Code::BadExpression), "{text}");
        }
    }
}
