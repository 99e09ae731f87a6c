//! `shed` of a service: whom it turns away on purpose.

use crate::policy::shedder::Threshold;
use crate::quantity::{self, Share};
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, text};
use crate::schema::{Shed, ShedTier};
use crate::time::SimDuration;

use super::service::{Status, status};

/// Tiers of a shedder at most.
const TIERS_MAX: usize = 20;

section! {
    /// `shed`: whom a service turns away on purpose while it is busy.
    struct ShedTable {
        /// From which utilisation on: `"85% of workers"`.
        optional at: At<OfWorkers>,
        /// Below which utilisation no longer; where it is left out, below `at`.
        optional until: At<OfWorkers>,
        /// The classes or loads that are turned away; where it is left out, all are.
        optional drop: List<Kind>,
        /// Several of those, each `{ at, until, drop }`.
        optional tiers: At<List<TierTable, TIERS_MAX>>,
        /// How long it takes to measure utilisation: it is known as its mean over stretches of this
        /// length. Where it is left out, it is known as it is.
        default lag: SimDuration = SimDuration::ZERO,
        /// The HTTP status with which it says no.
        default reply: Status = Status::new(503),
    }
}

section! {
    /// An element of `shed.tiers`.
    struct TierTable {
        /// From which utilisation on: `"85% of workers"`.
        required at: At<OfWorkers>,
        /// Below which utilisation no longer; where it is left out, below `at`.
        optional until: At<OfWorkers>,
        /// The classes or loads that are turned away; where it is left out, all are.
        optional drop: List<Kind>,
    }
}

/// `"85% of workers"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OfWorkers(f64);

impl Read for OfWorkers {
    const EXPECTED: &'static str = "a share such as \"85% of workers\"";

    fn shape() -> Shape {
        let pattern = format!(r"\s*{}\s+of\s+workers\s*", quantity::share_pattern());
        Shape::text(Meaning::Share, &pattern, &["85% of workers"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        let share = match *text.split_whitespace().take(4).collect::<Vec<_>>() {
            [share, "of", "workers"] => share.parse::<Share>().ok(),
            _ => None,
        };
        let share = share.map(Share::fraction).filter(|it| *it > 0.0);
        if share.is_none() {
            let message = "this does not say how busy the service is";
            let help = "write it like \"85% of workers\", more than 0 and at most 100 %";
            return reader.refuse_with(Code::BadExpression, node.place, message, help);
        }
        share.map(Self)
    }
}

/// The name of a class or of a load.
#[derive(Clone, Debug)]
pub(crate) struct Kind(String);

impl Read for Kind {
    const EXPECTED: &'static str = "the name of a class or of a load";

    fn shape() -> Shape {
        Shape::text(Meaning::Name, "", &[])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let name = text(node, Self::EXPECTED, reader)?;
        let (loads, classes) = (&reader.outline.loads, &reader.outline.class_names);
        if loads.contains(name) || classes.contains(name) {
            return Some(Self(name.to_owned()));
        }
        let known = classes.iter().chain(loads).map(String::as_str);
        reader.unknown(Code::UnknownName, node.place, ("class or load", name), known)
    }
}

impl Read for Shed {
    const EXPECTED: &'static str =
        "a table such as { at = \"85% of workers\", drop = [\"guest\"] }";

    fn shape() -> Shape {
        ShedTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ShedTable::read(node, reader)?;
        let (lag, reply) = (table.lag, status(table.reply));
        let tiers = match (table.at, table.tiers) {
            (Some(at), None) => vec![tier(at, table.until, table.drop, reader)?],
            (None, Some(tiers)) if table.until.is_none() && table.drop.is_none() => {
                several(tiers, reader)?
            }
            (None, None) => {
                let message = "`at` is missing";
                let help = "say how busy it must be: `at = \"85% of workers\"`";
                return reader.refuse_with(Code::MissingKey, node.place, message, help);
            }
            (_, Some(tiers)) => {
                let message = "`tiers` have their own `at`, `until` and `drop`";
                let help = "put them into the tiers, or leave `tiers` out";
                return reader.refuse_with(Code::Conflict, tiers.place, message, help);
            }
        };
        Some(Self { tiers, lag, reply })
    }
}

fn several(
    tiers: At<List<TierTable, TIERS_MAX>>,
    reader: &mut Reader<'_>,
) -> Option<Vec<ShedTier>> {
    if tiers.value.0.is_empty() {
        return reader.refuse(Code::MissingKey, tiers.place, "there is no tier in this list");
    }
    let count = tiers.value.0.len();
    let tables = tiers.value.0.into_iter().map(|it| it.value);
    let read: Vec<_> = tables.filter_map(|it| tier(it.at, it.until, it.drop, reader)).collect();
    (read.len() == count).then_some(read)
}

fn tier(
    at: At<OfWorkers>,
    until: Option<At<OfWorkers>>,
    drop: Option<List<Kind>>,
    reader: &mut Reader<'_>,
) -> Option<ShedTier> {
    let until = until.unwrap_or(at);
    if until.value.0 > at.value.0 {
        let message = "it would stop before it begins: `until` is above `at`";
        return reader.refuse(Code::OutOfRange, until.place, message);
    }
    let threshold = Threshold { at: at.value.0, until: until.value.0 };
    let drop = match drop {
        Some(List(names)) if names.is_empty() => {
            let message = "`drop = []` turns nobody away";
            let help = "name classes or loads, or leave `drop` out to turn all away";
            return reader.refuse_with(Code::OutOfRange, at.place, message, help);
        }
        Some(List(names)) => names.into_iter().map(|it| it.value.0).collect(),
        None => Vec::new(),
    };
    Some(ShedTier { threshold, drop })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn one_tier_or_several() {
        let one: Shed = value_of("{ at = \"85% of workers\", drop = [\"l\"], lag = \"5s\" }");
        let threshold = Threshold { at: 0.85, until: 0.85 };
        let tier = ShedTier { threshold, drop: vec!["l".to_owned()] };
        let lag = SimDuration::from_secs(5);
        assert_eq!(one, Shed { tiers: vec![tier], lag, reply: 503 });
        let two: Shed = value_of(
            "{ tiers = [{ at = \"70% of workers\", until = \"50% of workers\", drop = [\"l\"] }, \
             { at = \"90% of workers\" }], reply = 429 }",
        );
        assert_eq!((two.tiers.len(), two.reply), (2, 429));
        assert_eq!(two.tiers[0].threshold, Threshold { at: 0.7, until: 0.5 });
        assert!(two.tiers[1].drops("l", "") && !two.tiers[0].drops("m", "guest"));
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{}", Code::MissingKey),
            ("{ at = \"85%\" }", Code::BadExpression),
            ("{ at = \"0% of workers\" }", Code::BadExpression),
            ("{ at = \"120% of workers\" }", Code::BadExpression),
            ("{ at = 0.85 }", Code::WrongType),
            ("{ at = \"85% of workers\", until = \"90% of workers\" }", Code::OutOfRange),
            ("{ at = \"85% of workers\", drop = [\"guets\"] }", Code::UnknownName),
            ("{ at = \"85% of workers\", drop = [] }", Code::OutOfRange),
            ("{ at = \"85% of workers\", tiers = [] }", Code::Conflict),
            ("{ tiers = [] }", Code::MissingKey),
            ("{ tiers = [{ drop = [\"l\"] }] }", Code::MissingKey),
            ("{ at = \"85% of workers\", reply = 200 }", Code::OutOfRange),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Shed>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
