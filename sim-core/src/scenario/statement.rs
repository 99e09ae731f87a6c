//! `"checkout.error_rate <= 0.1%"`: a metric, a comparison, a bound; `"fraud.breaker == open"`: a
//! state.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use super::address::{self, Topic};
use super::diagnostic::{Code, Diagnostic};
use super::nearest::did_you_mean;
use super::place::Place;
use super::reader::{Read, Reader};
use super::shape::{Meaning, Shape};
use super::shortened::shortened;
use super::tree::Node;
use super::values::text;
use crate::metric::{self, EntityKind, Metric, Unit};
use crate::policy::breaker::State;
use crate::quantity::{QuantityError, Rate, Share};
use crate::schema::{Bound, BreakerState, Comparison, Fact, Statement};
use crate::time::SimDuration;

/// Longer ones can be read by nobody.
const LENGTH_MAX: usize = 1_000;

/// A statement of a disaster: `"rpo.max <= 25s"`.
pub(super) fn of_disaster(node: &Node, name: &str, reader: &mut Reader<'_>) -> Option<Statement> {
    let text = node.as_text().unwrap_or_default();
    let Some((comparison, sign)) = comparison(text).filter(|_| text.len() <= LENGTH_MAX) else {
        let message = "this compares nothing";
        let help = "it takes a statement such as \"rpo.max <= 25s\", with <, <=, ==, >= or >";
        return reader.refuse_with(Code::BadExpression, node.place, message, help);
    };
    let part = |range| part(node, text, range);
    let (metric, metric_place) = part(0..sign.start);
    let (bound, bound_place) = part(sign.end..text.len());
    let known = metric::of(EntityKind::Disaster);
    let Some(metric) = known.clone().find(|it| it.name == metric) else {
        let names = known.map(|it| it.name);
        let help = did_you_mean(metric, names.clone())
            .unwrap_or_else(|| format!("it has {}", names.collect::<Vec<_>>().join(", ")));
        let message = format!("a disaster has no metric `{}`", shortened(metric));
        return reader.refuse_with(Code::UnknownName, metric_place, message, help);
    };
    let bound = self::bound(bound, metric, bound_place, reader)?;
    if matches!(bound, Bound::Steady(_)) {
        let message = "a disaster has no steady time to compare with";
        return reader.refuse(Code::Conflict, bound_place, message);
    }
    let (text, entity) = (text.trim().to_owned(), name.to_owned());
    Some(Statement { text, place: node.place, entity, metric, comparison, bound })
}

/// The words of a part of a statement, and where they stand.
fn part<'t>(node: &Node, text: &'t str, range: Range<usize>) -> (&'t str, Place) {
    let part = text[range.clone()].trim();
    let start = range.start + text[range].find(part).unwrap_or(0);
    (part, node.place_of(start..start + part.len()))
}

impl Read for Fact {
    const EXPECTED: &'static str = "a statement such as \"shop.error_rate < 1%\"";

    fn shape() -> Shape {
        let examples = ["shop.error_rate < 1%", "shop.p99 <= 2x steady", "stock.breaker == open"];
        Shape::text(Meaning::Statement, r"[\s\S]+(?:<=|>=|==|<|>)[\s\S]+", &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        let Some((comparison, sign)) = comparison(text).filter(|_| text.len() <= LENGTH_MAX) else {
            let message = "this compares nothing";
            let help = format!("it takes {}, with <, <=, ==, >= or >", Self::EXPECTED);
            return reader.refuse_with(Code::BadExpression, node.place, message, help);
        };
        let part = |range| part(node, text, range);
        let (name, name_place) = part(0..sign.start);
        let (bound, bound_place) = part(sign.end..text.len());
        let (entity, topic) = address::resolve(name, name_place, reader)?;
        let (text, entity) = (text.trim().to_owned(), entity.name);
        match topic {
            Topic::Metric(metric) => {
                let bound = self::bound(bound, metric, bound_place, reader)?;
                Some(Self::Metric(Statement {
                    text,
                    place: node.place,
                    entity,
                    metric,
                    comparison,
                    bound,
                }))
            }
            Topic::Breaker if comparison != Comparison::Equal => {
                let message = "a breaker is in a state or not: it is compared with ==";
                reader.refuse_with(Code::BadExpression, node.place, message, STATES)
            }
            Topic::Breaker => {
                let state = state(bound, bound_place, reader)?;
                Some(Self::State(BreakerState { text, place: node.place, call: entity, state }))
            }
        }
    }
}

const STATES: &str = "write \"== open\", \"== half_open\" or \"== closed\"";

fn state(word: &str, place: Place, reader: &mut Reader<'_>) -> Option<State> {
    let states = [State::Closed, State::Open, State::HalfOpen];
    let found = states.into_iter().find(|it| it.name() == word);
    if found.is_some() {
        return found;
    }
    let message = format!("unknown state of a breaker `{}`", shortened(word));
    let near = did_you_mean(word, states.map(State::name));
    reader.refuse_with(Code::UnknownWord, place, message, near.unwrap_or_else(|| STATES.to_owned()))
}

/// The first sign of comparison that is not the tip of an arrow, and where it stands.
fn comparison(text: &str) -> Option<(Comparison, Range<usize>)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['<', '>', '='])?;
        if text[..at].ends_with('-') && text[at..].starts_with('>') {
            from = at + 1;
            continue;
        }
        let mut signs = Comparison::SIGNS.iter();
        let (sign, comparison) = signs.find(|it| text[at..].starts_with(it.0))?;
        return Some((*comparison, at..at + sign.len()));
    }
}

fn bound(text: &str, metric: &Metric, place: Place, reader: &mut Reader<'_>) -> Option<Bound> {
    if let Some(times) = text.strip_suffix("steady") {
        return multiple(times.trim(), text, place, reader);
    }
    let value = match metric.unit {
        Unit::Seconds => text.parse().map(|it: SimDuration| it.as_secs_f64()),
        Unit::PerSecond => text.parse().map(Rate::per_sec),
        Unit::Share => text.parse().map(Share::fraction),
        Unit::Count | Unit::Ratio => return plain(text, metric, place, reader),
    };
    match value {
        Ok(value) => Some(Bound::Value(value)),
        Err(_) if is_of_another_kind(text) => wrong_unit(text, metric, place, reader),
        Err(QuantityError { message, help }) => {
            reader.tell(Diagnostic::new(Code::BadQuantity, place, message).maybe_help(help));
            None
        }
    }
}

/// `1.1x` of what is steady, or nothing said: just that.
fn multiple(times: &str, text: &str, place: Place, reader: &mut Reader<'_>) -> Option<Bound> {
    let factor =
        if times.is_empty() { Some(1.0) } else { times.strip_suffix('x').and_then(number) };
    if let Some(factor) = factor {
        return Some(Bound::Steady(factor));
    }
    let message = format!("`{}` is no multiple of what is steady", shortened(text));
    reader.refuse_with(Code::BadExpression, place, message, "write \"1.1x steady\"")
}

fn plain(text: &str, metric: &Metric, place: Place, reader: &mut Reader<'_>) -> Option<Bound> {
    match number(text) {
        Some(value) => Some(Bound::Value(value)),
        None => wrong_unit(text, metric, place, reader),
    }
}

/// A number without a sign, an exponent or a unit.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    if plain { text.parse().ok().filter(|it: &f64| it.is_finite()) } else { None }
}

fn is_of_another_kind(text: &str) -> bool {
    fn is<T: FromStr>(text: &str) -> bool {
        text.parse::<T>().is_ok()
    }
    is::<SimDuration>(text) || is::<Rate>(text) || is::<Share>(text) || number(text).is_some()
}

fn wrong_unit<T>(text: &str, metric: &Metric, place: Place, reader: &mut Reader<'_>) -> Option<T> {
    let (what, example): (_, &dyn Display) = match metric.unit {
        Unit::Seconds => ("a time", &"2.5s"),
        Unit::PerSecond => ("a rate", &"120/s"),
        Unit::Share => ("a share", &"0.1%"),
        Unit::Count => ("a number", &12),
        Unit::Ratio => ("a number", &1.5),
    };
    let name = metric.name;
    let message =
        format!("`{name}` is {what}: it is compared with {what}, not with `{}`", shortened(text));
    reader.refuse_with(Code::BadQuantity, place, message, format!("write it like {example}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    fn read(text: &str) -> Statement {
        match value_of(&format!("\"{text}\"")) {
            Fact::Metric(statement) => statement,
            Fact::State(state) => panic!("{state:?} is of no metric"),
        }
    }

    #[test]
    fn breakers_are_in_states() {
        let states =
            [("open", State::Open), ("half_open", State::HalfOpen), ("closed", State::Closed)];
        for (word, state) in states {
            let text = format!("b.breaker == {word}");
            let Fact::State(got) = value_of(&format!("\"{text}\"")) else { panic!("{text}") };
            assert_eq!((&*got.text, &*got.call, got.state), (&*text, "a -> b", state));
        }
    }

    #[test]
    fn names_lead_to_what_reports_call_so() {
        let cases = [
            ("l.error_rate < 1%", "l", "error_rate"),
            ("a.queue.max<3", "a", "queue.max"),
            ("b.x.latency.p99.9 <= 2s", "b.x", "latency.p99.9"),
            ("a -> b.amplification < 1.5", "a -> b", "amplification"),
            ("a->b.amplification<1.5", "a -> b", "amplification"),
            ("b.fallback_rate >= 99.9%", "a -> b", "fallback_rate"),
            ("b.latency.p99 < 1s", "b", "latency.p99"),
            ("b.pool.rejected == 0", "a -> b.pool", "rejected"),
            ("p.saturation < 80%", "p", "saturation"),
        ];
        for (text, entity, metric) in cases {
            let got = read(text);
            assert_eq!((&*got.entity, got.metric.name), (entity, metric), "{text}");
        }
    }

    #[test]
    fn bounds_are_in_the_unit_of_the_metric() {
        let cases = [
            ("l.error_rate < 0.1%", Comparison::Less, Bound::Value(0.001)),
            ("l.latency.p99 <= 2.5s", Comparison::AtMost, Bound::Value(2.5)),
            ("l.goodput > 6000/min", Comparison::More, Bound::Value(100.0)),
            ("a.crashes == 0", Comparison::Equal, Bound::Value(0.0)),
            ("l.latency.p99 <= 1.1x steady", Comparison::AtMost, Bound::Steady(1.1)),
            ("l.goodput >= steady", Comparison::AtLeast, Bound::Steady(1.0)),
        ];
        for (text, comparison, bound) in cases {
            let got = read(text);
            assert_eq!((got.comparison, got.bound), (comparison, bound), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_told_with_its_place() {
        #[rustfmt::skip]
        let cases = [
            ("l.error_rate < 0.001", "0.001", "a share", "write it like 0.1%"),
            ("l.latency.p99 < 5%", "5%", "a time", "write it like 2.5s"),
            ("a.crashes == 1%", "1%", "a number", "write it like 12"),
            ("l.error_rate < 180%", "180%", "more than 100 %", "a share is a part of a whole"),
            ("l.eror_rate < 1%", "l.eror_rate", "no metric `eror_rate`", "`error_rate`"),
            ("b.fallbackrate < 1%", "b.fallbackrate", "no metric", "`fallback_rate`"),
            ("q.error_rate < 1%", "q.error_rate", "unknown name `q`", ""),
            ("b.breaker == opn", "opn", "unknown state", "`open`"),
            ("b.breaker == 3", "3", "unknown state", "half_open"),
            ("b.breaker >= open", "\"b.breaker >= open\"", "in a state or not", "== open"),
            ("b.braker == open", "b.braker", "no metric", "`breaker`"),
            ("l.breaker == open", "l.breaker", "no metric", "it has"),
            ("b.error_rate == open", "open", "a share", "write it like"),
            ("l.error_rate", "\"l.error_rate\"", "compares nothing", "it takes"),
            ("l.error_rate = 1%", "\"l.error_rate = 1%\"", "compares nothing", "it takes"),
            ("l.goodput < 1.1 steady", "1.1 steady", "no multiple", "1.1x steady"),
        ];
        for (text, place, message, help) in cases {
            let text = format!("\"{text}\"");
            let fault = faults_of::<Fact>(&text).swap_remove(0);
            assert_eq!(&text[fault.span.clone()], place, "{text}");
            assert!(fault.message.contains(message), "{text}: {}", fault.message);
            assert!(fault.help.unwrap_or_default().contains(help), "{text}");
        }
    }
}
