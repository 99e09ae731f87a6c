//! `[load.NAME]`: where requests come from, and when.

use std::sync::Arc;

use crate::quantity::{Rate, Share};
use crate::scenario::column::{self, Unit};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::expression::{self, Arguments, Context, Expression, Form};
use crate::scenario::law;
use crate::scenario::nearest::did_you_mean;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::schema::{Arrivals, Load, RateChange, RateProfile, Target};
use crate::scenario::shortened::shortened;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::{Named, OrNone, Positive, text};
use crate::time::SimDuration;

/// Changes of one rate at most.
const CHANGES_MAX: usize = 10_000;
/// How far the shares of the classes may miss 100 %: what adding floats loses.
const SUM_TOLERANCE: f64 = 1e-9;

section! {
    /// `[load.NAME]`: a stream of requests from outside.
    struct LoadTable {
        /// What its requests ask for: a service, or an operation as `"service.operation"`.
        required to: Target,
        /// How many come: a rate, or a list of changes such as `"300/s at 1m over 20s"`.
        optional rate: At<RateProfile>,
        /// How they come: `"poisson"`, `"constant"`, or `"log(file.csv, column=NAME)"`.
        optional arrivals: At<ArrivalsText>,
        /// How many times as fast a log is replayed.
        optional speed: At<Speed>,
        /// What kinds of requests there are, with shares that sum to 100 %.
        default classes: Classes = Classes(Vec::new()),
        /// Answers later than this are no goodput.
        optional deadline: OrNone<Positive<SimDuration>>,
    }
    later { "users", "think" }
}

impl Read for Load {
    const EXPECTED: &'static str = LoadTable::EXPECTED;

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = LoadTable::read(node, reader)?;
        let arrivals = arrivals(&table, node.place, reader)?;
        Some(Self {
            name: String::new(),
            to: table.to,
            arrivals,
            classes: table.classes.0,
            deadline: table.deadline.and_then(|it| it.0).map(|it| it.0),
        })
    }
}

fn arrivals(table: &LoadTable, place: Place, reader: &mut Reader<'_>) -> Option<Arrivals> {
    let text = table.arrivals.as_ref().map_or(&ArrivalsText::Poisson, |it| &it.value);
    if let ArrivalsText::Log { stamps, source } = text {
        if let Some(rate) = &table.rate {
            let message = "a replayed load takes no `rate`: its log says when requests come";
            return reader.refuse(Code::Conflict, rate.place, message);
        }
        let speed = table.speed.map_or(1.0, |it| it.value.0);
        return Some(Arrivals::Replay { offsets: offsets(stamps, speed), source: source.clone() });
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
        _ => Arrivals::Poisson(profile),
    })
}

/// Spans from the first stamp, `speed` times as fast.
fn offsets(stamps: &[i128], speed: f64) -> Arc<[SimDuration]> {
    let first = stamps.first().copied().unwrap_or_default();
    let offset = |stamp: &i128| {
        let nanos = u64::try_from(stamp - first).unwrap_or(u64::MAX);
        SimDuration::from_nanos(nanos).mul_f64(1.0 / speed)
    };
    stamps.iter().map(offset).collect()
}

/// `arrivals` as it is written, with the log read.
#[derive(Clone, Debug)]
pub(crate) enum ArrivalsText {
    Poisson,
    Constant,
    Log { stamps: Vec<i128>, source: String },
}

impl Read for ArrivalsText {
    const EXPECTED: &'static str =
        "\"poisson\", \"constant\" or \"log(data/access.csv, column=TIMESTAMP)\"";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        expression::read(node, Self::EXPECTED, reader, |it, context, reader| match &it.form {
            Form::Word("poisson") => Some(Self::Poisson),
            Form::Word("constant") => Some(Self::Constant),
            Form::Call("log", arguments) => {
                log(&mut Arguments::new("log", arguments, context, context.place(it)), reader)
            }
            Form::Call(name @ "bursty", _) => {
                reader.not_yet(context.place(it), &format!("the arrival process `{name}`"))
            }
            Form::Word(name) | Form::Call(name, _) => unknown_arrivals(name, it, context, reader),
        })
    }
}

fn log(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<ArrivalsText> {
    const FORM: &str = "log(data/access.csv, column=TIMESTAMP)";
    let context = arguments.context;
    let (Some(file), Some(column)) = (arguments.plain(), arguments.key("column")) else {
        return arguments.refuse(FORM, reader);
    };
    let unit = match arguments.key("unit") {
        Some(unit) => law::unit(unit, context, reader)?,
        None => Unit::Secs,
    };
    arguments.finish(FORM, reader)?;
    let path = context.name(file, reader)?;
    let column = context.name(column, reader)?;
    let place = context.place(file);
    let stamps = reader.column(path, place, |text, max| column::stamps(text, column, unit, max))?;
    Some(ArrivalsText::Log { stamps, source: path.to_owned() })
}

fn unknown_arrivals<T>(
    name: &str,
    it: &Expression<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let help = did_you_mean(name, ["poisson", "constant", "log", "bursty"])
        .unwrap_or_else(|| format!("it takes {}", ArrivalsText::EXPECTED));
    let message = format!("unknown arrival process `{}`", shortened(name));
    reader.refuse_with(Code::UnknownWord, context.place(it), message, help)
}

/// `speed = 10`: more than zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speed(f64);

impl Read for Speed {
    const EXPECTED: &'static str = "a number such as 10";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match bare_number(node) {
            Some(speed) if (0.001..=1e6).contains(&speed) => Some(Self(speed)),
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

impl Read for RateProfile {
    const EXPECTED: &'static str =
        "a rate such as \"120/s\", or a list such as [\"100/s at 0s\", \"300/s at 1m over 20s\"]";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_array().is_some() {
            return changes(node, reader).map(Self);
        }
        if node.as_text().is_some_and(|it| it.starts_with("sine(")) {
            return reader.not_yet(node.place, "the rate `sine`");
        }
        let rate = Rate::read(node, reader)?.per_sec();
        Some(Self(vec![RateChange { at: SimDuration::ZERO, rate, over: SimDuration::ZERO }]))
    }
}

fn changes(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<RateChange>> {
    let items = node.as_array().unwrap_or_default();
    if items.len() > CHANGES_MAX {
        let message = format!("{} changes of a rate; at most {CHANGES_MAX}", items.len());
        return reader.refuse(Code::TooLarge, node.place, message);
    }
    let read: Vec<_> = items.iter().filter_map(|item| change(item, reader)).collect();
    if read.len() < items.len() {
        return None;
    }
    if items.is_empty() {
        return reader.refuse(Code::OutOfRange, node.place, "this list holds no rate");
    }
    in_order(&read, items, reader)?;
    Some(read)
}

/// `"300/s at 1m over 20s"`.
fn change(node: &Node, reader: &mut Reader<'_>) -> Option<RateChange> {
    const FORM: &str = "\"300/s at 1m\" or \"300/s at 1m over 20s\"";
    let words: Vec<_> = text(node, FORM, reader)?.split_whitespace().take(6).collect();
    let (rate, at, over) = match words.as_slice() {
        [rate, "at", at] => (rate, at, "0s"),
        [rate, "at", at, "over", over] => (rate, at, *over),
        _ => {
            let message = "this does not say how a rate changes";
            return reader.refuse_with(
                Code::BadExpression,
                node.place,
                message,
                format!("write {FORM}"),
            );
        }
    };
    let change = || {
        let rate = rate.parse::<Rate>()?.per_sec();
        Ok(RateChange { at: at.parse()?, rate, over: over.parse()? })
    };
    let made: Result<_, crate::quantity::QuantityError> = change();
    made.map_err(|error| {
        let fault = Diagnostic::new(Code::BadQuantity, node.place, error.message);
        reader.tell(fault.maybe_help(error.help));
    })
    .ok()
}

/// The first change is at zero; each comes after the one before it has been completed.
fn in_order(changes: &[RateChange], items: &[Node], reader: &mut Reader<'_>) -> Option<()> {
    if !changes[0].at.is_zero() || !changes[0].over.is_zero() {
        let message = "the first rate holds from the start";
        let help = "write the first one as \"100/s at 0s\"";
        return reader.refuse_with(Code::OutOfRange, items[0].place, message, help);
    }
    for (pair, item) in changes.windows(2).zip(&items[1..]) {
        let (before, after) = (pair[0], pair[1]);
        if after.at <= before.at || after.at < before.at + before.over {
            let message = format!("this comes before the change at {} is over", before.at);
            return reader.refuse(Code::OutOfRange, item.place, message);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    fn secs(secs: u64) -> SimDuration {
        SimDuration::from_secs(secs)
    }

    #[test]
    fn rates_are_one_or_a_list_of_changes() {
        let step = |at, rate, over| RateChange { at: secs(at), rate, over: secs(over) };
        assert_eq!(value_of::<RateProfile>("\"120/s\"").0, [step(0, 120.0, 0)]);
        let profile: RateProfile =
            value_of("[\"100/s at 0s\", \"300/s at 1m over 20s\", \"6000/min at 80s\"]");
        assert_eq!(profile.0, [step(0, 100.0, 0), step(60, 300.0, 20), step(80, 100.0, 0)]);
    }

    #[test]
    fn impossible_rates_are_refused() {
        let cases = [
            ("[]", Code::OutOfRange),
            ("[\"100/s at 1s\"]", Code::OutOfRange),
            ("[\"100/s at 0s over 2s\"]", Code::OutOfRange),
            ("[\"1/s at 0s\", \"2/s at 0s\"]", Code::OutOfRange),
            ("[\"1/s at 0s\", \"2/s at 9s over 3s\", \"1/s at 11s\"]", Code::OutOfRange),
            ("[\"1/s at 0s\", \"2/s in 9s\"]", Code::BadExpression),
            ("[\"1/s at 0s\", \"2 at 9s\"]", Code::BadQuantity),
            ("[\"1/s at 0s\", 5]", Code::WrongType),
            ("\"sine(mean=60/s)\"", Code::NotYet),
            ("120", Code::BadQuantity),
        ];
        for (text, code) in cases {
            let faults = faults_of::<RateProfile>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }

    #[test]
    fn logs_are_replayed_from_their_first_record() {
        let load: Load = value_of(
            "{ to = \"a\", arrivals = \"log(data/log.csv, column=TIMESTAMP)\", speed = 2 }",
        );
        let Arrivals::Replay { offsets, source } = load.arrivals else { panic!("a replay") };
        let ms = SimDuration::from_millis;
        assert_eq!(*offsets, [ms(0), ms(500), ms(500), ms(30_000)]);
        assert_eq!(source, "data/log.csv");
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
            ("{ to = \"a\", rate = \"1/s\", classes = { x = \"70%\" } }", Code::OutOfRange),
            ("{ to = \"a\", rate = \"1/s\", classes = { 'x y' = \"100%\" } }", Code::BadName),
            ("{ to = \"a\", rate = \"1/s\", speed = 2 }", Code::Conflict),
            ("{ to = \"a\", rate = \"1/s\", arrivals = \"posson\" }", Code::UnknownWord),
            ("{ to = \"a\", rate = \"1/s\", arrivals = \"bursty(peak=8x)\" }", Code::NotYet),
            ("{ to = \"a\", users = 40 }", Code::NotYet),
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
