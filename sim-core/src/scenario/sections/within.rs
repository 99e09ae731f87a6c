//! `within`, `over` and `for`: by when something comes true, and how long it stays so.

use std::ops::Range;

use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::shortened::shortened;
use crate::scenario::tree::Node;
use crate::scenario::values::{Positive, text};
use crate::schema::{Anchor, Fact};
use crate::time::SimDuration;

/// Windows that one statement may be judged on at most.
pub(crate) const WINDOWS_MAX: u64 = 1_000_000;
/// Width of windows where it is not said.
const OVER: SimDuration = SimDuration::from_secs(1);

/// `"3s of fraud-slow.start"`.
#[derive(Clone, Debug)]
pub(crate) struct WithinText {
    pub(crate) text: String,
    pub(crate) bound: SimDuration,
    pub(crate) anchor: Anchor,
}

impl Read for WithinText {
    const EXPECTED: &'static str =
        "a time and from when on: \"3s of NAME.start\", \"60s of NAME.end\" or \"60s of start\"";

    fn shape() -> Shape {
        let examples = ["3s of slow.start", "60s of slow.end", "60s of start"];
        Shape::text(Meaning::Moment, r"[\s\S]+ of [\s\S]+", &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        let Some((bound, anchor)) = text.split_once(" of ") else {
            let message = "this does not say by when";
            let help = format!("it takes {}", Self::EXPECTED);
            return reader.refuse_with(Code::BadExpression, node.place, message, help);
        };
        let start = bound.len() + " of ".len() + anchor.len() - anchor.trim_start().len();
        let anchor = anchor.trim();
        let bound = match bound.trim().parse::<SimDuration>() {
            Ok(bound) => Some(bound),
            Err(error) => {
                let place = node.place_of(0..bound.len());
                let fault = Diagnostic::new(Code::BadQuantity, place, error.message);
                reader.tell(fault.maybe_help(error.help));
                None
            }
        };
        let place = |range: Range<usize>| node.place_of(start + range.start..start + range.end);
        let anchor = self::anchor(anchor, &place, reader);
        Some(Self { text: text.trim().to_owned(), bound: bound?, anchor: anchor? })
    }
}

/// The anchor that `text` names; `place` tells where a part of it stands.
fn anchor(
    text: &str,
    place: &dyn Fn(Range<usize>) -> Place,
    reader: &mut Reader<'_>,
) -> Option<Anchor> {
    if text == "start" {
        return Some(Anchor::Zero);
    }
    let known = reader.outline.faults.iter().map(String::as_str);
    let (fault, edge) = text.rsplit_once('.').unwrap_or((text, ""));
    if !known.clone().any(|it| it == fault) {
        return reader.unknown(Code::UnknownName, place(0..fault.len()), ("fault", fault), known);
    }
    match edge {
        "start" => Some(Anchor::Start(fault.to_owned())),
        "end" => Some(Anchor::End(fault.to_owned())),
        _ => {
            let message = "a fault has a `start` and an `end`";
            let fault = shortened(fault);
            let help = format!("write \"{fault}.start\" or \"{fault}.end\"");
            reader.refuse_with(Code::UnknownWord, place(0..text.len()), message, help)
        }
    }
}

/// On which windows a fact is judged, and how long it must be true: whole windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    pub(super) over: SimDuration,
    pub(super) lasting: SimDuration,
}

/// The windows that are asked for; `by_default` is how long it must be true where that is not said.
///
/// A metric must have a value in a window. A state has one at every instant, and needs no width.
pub(super) fn windows(
    that: &At<Fact>,
    over: Option<At<Positive<SimDuration>>>,
    lasting: Option<At<SimDuration>>,
    by_default: SimDuration,
    reader: &mut Reader<'_>,
) -> Option<Windows> {
    let width = over.map_or(OVER, |it| it.value.0);
    let rounded = width.saturating_mul(by_default.as_nanos().div_ceil(width.as_nanos()));
    match &that.value {
        Fact::Metric(statement) if !statement.metric.windowed => {
            let message = format!(
                "`{}` has no value in a window of time: it is of a whole phase",
                statement.metric.name
            );
            let help = "expect it `during` a phase; rates, shares of what ended, latencies, queues, \
                        slots and breakers have one";
            reader.refuse_with(Code::Misfit, that.place, message, help)
        }
        Fact::Metric(_) => match lasting {
            Some(lasting) if lasting.value.as_nanos() % width.as_nanos() != 0 => {
                let message = format!("this is not a whole number of windows of {width}");
                let help = "make `for` a multiple of `over`";
                reader.refuse_with(Code::OutOfRange, lasting.place, message, help)
            }
            _ => Some(Windows { over: width, lasting: lasting.map_or(rounded, |it| it.value) }),
        },
        Fact::State(_) => {
            let lasting = lasting.map_or(SimDuration::ZERO, |it| it.value);
            Some(Windows { over: width, lasting })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn moments_have_names() {
        let read = |text: &str| {
            let within: WithinText = value_of(&format!("\"{text}\""));
            (within.bound, within.anchor)
        };
        let (three, fault) = (SimDuration::from_secs(3), || "f".to_owned());
        assert_eq!(read("3s of f.start"), (three, Anchor::Start(fault())));
        assert_eq!(read("3s of  f.end"), (three, Anchor::End(fault())));
        assert_eq!(read("0s of start"), (SimDuration::ZERO, Anchor::Zero));
    }

    #[test]
    fn what_is_no_moment_is_told_with_its_place() {
        let cases = [
            ("3s", "\"3s\"", Code::BadExpression, "of start"),
            ("3 of f.start", "3", Code::BadQuantity, "3s"),
            ("3s of g.start", "g", Code::UnknownName, ""),
            ("3s of f.strt", "f.strt", Code::UnknownWord, "f.start"),
            ("3s of  f", "f", Code::UnknownWord, "f.end"),
        ];
        for (text, place, code, help) in cases {
            let text = format!("\"{text}\"");
            let fault = faults_of::<WithinText>(&text).swap_remove(0);
            assert_eq!((&text[fault.span.clone()], fault.code), (place, code), "{text}");
            assert!(fault.help.clone().unwrap_or_default().contains(help), "{text}: {fault:?}");
        }
    }
}
