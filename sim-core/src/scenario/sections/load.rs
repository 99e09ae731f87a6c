//! `[load.NAME]`: where requests come from, and when.

use std::ops::RangeInclusive;

use super::arrivals::ArrivalsText;
use crate::distribution::Distribution;
use crate::quantity::Share;
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::{Named, OrNone, Positive};
use crate::schema::{Arrivals, Load, Patience, RateProfile, Target};
use crate::time::SimDuration;

/// How far the shares of the classes may miss 100 %: what adding floats loses.
const SUM_TOLERANCE: f64 = 1e-9;

section! {
    /// `[load.NAME]`: a stream of requests from outside.
    struct LoadTable {
        /// What its requests ask for: a service, or an operation as `"service.operation"`.
        required to: At<Target>,
        /// How many come: a rate, or a list of changes such as `"300/s at 1m over 20s"`.
        optional rate: At<RateProfile>,
        /// How they come: `"poisson"`, `"constant"`, `"bursty(peak=8x, burst=2s)"`, or recorded:
        /// `"log(file.csv, column=NAME)"`, `"log(access.log)"`.
        optional arrivals: At<ArrivalsText>,
        /// How many times as fast a log is replayed.
        optional speed: At<Speed>,
        /// A closed loop of so many users, each with one request at a time.
        optional users: At<Users>,
        /// How long a user thinks before each request; not at all by default.
        optional think: At<Distribution>,
        /// What kinds of requests there are, with shares that sum to 100 %.
        default classes: Classes = Classes(Vec::new()),
        /// Answers later than this are no goodput.
        optional deadline: OrNone<Positive<SimDuration>>,
        /// How long users wait for an answer before they give up; or, as `{ wait = "exp(3m)" }`, for
        /// a worker.
        optional patience: OrNone<Patience>,
    }
}

impl Read for Load {
    const EXPECTED: &'static str = LoadTable::EXPECTED;

    fn shape() -> Shape {
        LoadTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = LoadTable::read(node, reader)?;
        let arrivals = arrivals(&table, node.place, reader)?;
        if reader.outline.stores.contains_key(&table.to.value.service) {
            let message = "a load asks a service: only that has connections to a store";
            let help = "add a service that calls the store";
            return reader.refuse_with(Code::Misfit, table.to.place, message, help);
        }
        Some(Self {
            name: String::new(),
            to: table.to.value,
            arrivals,
            classes: table.classes.0,
            deadline: table.deadline.and_then(|it| it.0).map(|it| it.0),
            patience: table.patience.and_then(|it| it.0),
        })
    }
}

fn arrivals(table: &LoadTable, place: Place, reader: &mut Reader<'_>) -> Option<Arrivals> {
    if let Some(users) = &table.users {
        return closed(table, users.value.0, reader);
    }
    if let Some(think) = &table.think {
        let message = "`think` is for closed loops, which have `users`";
        return reader.refuse(Code::Conflict, think.place, message);
    }
    let text = table.arrivals.as_ref().map_or(&ArrivalsText::Poisson, |it| &it.value);
    if let ArrivalsText::Log(log) = text {
        if let Some(rate) = &table.rate {
            let message = "a replayed load takes no `rate`: its log says when requests come";
            return reader.refuse(Code::Conflict, rate.place, message);
        }
        let speed = table.speed.map_or(1.0, |it| it.value.0);
        return Some(Arrivals::Replay(log.at_speed(speed)));
    }
    if let Some(speed) = table.speed {
        return reader.refuse(Code::Conflict, speed.place, "`speed` is for replayed logs only");
    }
    let Some(rate) = &table.rate else {
        let help = format!("it takes {}", RateProfile::EXPECTED);
        return reader.refuse_with(Code::MissingKey, place, "`rate` is missing", help);
    };
    let profile = rate.value.clone();
    Some(match text {
        ArrivalsText::Constant => Arrivals::Constant(profile),
        ArrivalsText::Bursty(bursts) => Arrivals::Bursty(profile, *bursts),
        ArrivalsText::Poisson | ArrivalsText::Log(_) => Arrivals::Poisson(profile),
    })
}

/// Users ask when they have thought: nothing else says when.
fn closed(table: &LoadTable, users: u32, reader: &mut Reader<'_>) -> Option<Arrivals> {
    let others = [
        ("rate", table.rate.as_ref().map(|it| it.place)),
        ("arrivals", table.arrivals.as_ref().map(|it| it.place)),
        ("speed", table.speed.map(|it| it.place)),
    ];
    if let Some((key, Some(place))) = others.into_iter().find(|it| it.1.is_some()) {
        let message =
            format!("a closed loop takes no `{key}`: its users ask when they have thought");
        return reader.refuse(Code::Conflict, place, message);
    }
    let think = table.think.as_ref();
    let think =
        think.map_or_else(|| Distribution::constant(SimDuration::ZERO), |it| it.value.clone());
    Some(Arrivals::Closed { users, think })
}

const USERS_MAX: i128 = 1_000_000;

/// `users = 40`: at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Users(u32);

impl Read for Users {
    const EXPECTED: &'static str = "a number of users such as 40";

    fn shape() -> Shape {
        Shape::Count { least: 1, most: USERS_MAX as u64 }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Integer(users) if (1..=USERS_MAX).contains(&users) => Some(Self(users as u32)),
            Value::Integer(_) => {
                let message =
                    format!("the number of users is out of range: it goes from 1 to {USERS_MAX}");
                reader.refuse(Code::OutOfRange, node.place, message)
            }
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

const SPEEDS: RangeInclusive<f64> = 0.001..=1e6;

/// `speed = 10`: more than zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speed(f64);

impl Read for Speed {
    const EXPECTED: &'static str = "a number such as 10";

    fn shape() -> Shape {
        Shape::Number { least: *SPEEDS.start(), most: *SPEEDS.end() }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match bare_number(node) {
            Some(speed) if SPEEDS.contains(&speed) => Some(Self(speed)),
            Some(_) => {
                let message = "the speed is out of range: it goes from 0.001 to 1000000";
                reader.refuse(Code::OutOfRange, node.place, message)
            }
            None => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

/// A factor without a unit.
pub(super) fn bare_number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

/// `classes = { buy = "70%", browse = "30%" }`.
#[derive(Clone, Debug)]
pub(crate) struct Classes(Vec<(String, f64)>);

impl Read for Classes {
    const EXPECTED: &'static str = "a table such as { buy = \"70%\", browse = \"30%\" }";

    fn shape() -> Shape {
        Named::<Share>::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let classes = Named::<Share>::read(node, reader)?.entries;
        let shares = classes.into_iter().map(|(name, share)| (name, share.value.fraction()));
        let shares: Vec<_> = shares.collect();
        let sum: f64 = shares.iter().map(|it| it.1).sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            let message = format!("the shares sum to {:.4} %, not to 100 %", sum * 100.0);
            let help = "every request is of one class: let the shares sum to 100 %";
            return reader.refuse_with(Code::OutOfRange, node.place, message, help);
        }
        Some(Self(shares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn logs_are_replayed_from_their_first_record() {
        let load: Load = value_of(
            "{ to = \"a\", arrivals = \"log(data/log.csv, column=TIMESTAMP)\", speed = 2 }",
        );
        let Arrivals::Replay(replay) = load.arrivals else { panic!("a replay") };
        let ms = SimDuration::from_millis;
        assert_eq!(*replay.offsets, [ms(0), ms(500), ms(500), ms(30_000)]);
        assert_eq!((&*replay.source, replay.grain), ("data/log.csv", SimDuration::ZERO));
    }

    #[test]
    fn closed_loops_have_users_who_think() {
        let load: Load = value_of("{ to = \"a\", users = 40, think = \"2s\" }");
        let Arrivals::Closed { users, think } = load.arrivals else { panic!("a closed loop") };
        assert_eq!((users, think.mean_secs()), (40, 2.0));
    }

    #[test]
    fn classes_share_the_whole() {
        let load: Load =
            value_of("{ to = \"a\", rate = \"1/s\", classes = { x = \"70%\", y = \"30%\" } }");
        assert_eq!(load.classes, [("x".to_owned(), 0.7), ("y".to_owned(), 0.3)]);
        assert!(matches!(load.arrivals, Arrivals::Poisson(_)));
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{ to = \"a\" }", Code::MissingKey),
            ("{ to = \"b\", rate = \"1/s\" }", Code::UnknownName),
            ("{ to = \"a.x\", rate = \"1/s\" }", Code::UnknownName),
            ("{ to = \"s.write\", rate = \"1/s\" }", Code::Misfit),
            ("{ to = \"s.read\", rate = \"1/s\" }", Code::MissingKey),
            ("{ to = \"a\", rate = \"1/s\", classes = { x = \"70%\" } }", Code::OutOfRange),
            ("{ to = \"a\", rate = \"1/s\", classes = { 'x y' = \"100%\" } }", Code::BadName),
            ("{ to = \"a\", rate = \"1/s\", speed = 2 }", Code::Conflict),
            ("{ to = \"a\", rate = \"1/s\", arrivals = \"posson\" }", Code::UnknownWord),
            ("{ to = \"a\", rate = \"1/s\", arrivals = \"bursty(peak=8x)\" }", Code::BadExpression),
            ("{ to = \"a\", users = 0 }", Code::OutOfRange),
            ("{ to = \"a\", users = \"40\" }", Code::WrongType),
            ("{ to = \"a\", users = 40, rate = \"1/s\" }", Code::Conflict),
            ("{ to = \"a\", rate = \"1/s\", think = \"1s\" }", Code::Conflict),
            ("{ to = \"a\", arrivals = \"log(data/no.csv, column=t)\" }", Code::BadFile),
            ("{ to = \"a\", arrivals = \"log(data/log.csv, column=x)\" }", Code::BadFile),
            (
                "{ to = \"a\", arrivals = \"log(data/log.csv, column=TIMESTAMP)\", speed = 0 }",
                Code::OutOfRange,
            ),
            (
                "{ to = \"a\", rate = \"1/s\", arrivals = \"log(data/log.csv, column=TIMESTAMP)\" }",
                Code::Conflict,
            ),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Load>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
