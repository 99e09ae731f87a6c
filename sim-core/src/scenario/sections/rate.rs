//! `rate` of a load: constant, in steps and ramps, up and down, or from a file.

use super::run::time_of_day;
use crate::quantity::{self, Rate, Share};
use crate::scenario::column::{self, Unit};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::expression::{self, Arguments, Context, Expression, Form};
use crate::scenario::nearest::did_you_mean;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::shortened::shortened;
use crate::scenario::tree::Node;
use crate::scenario::values::text;
use crate::schema::{PeakAt, RateChange, RateProfile, Sine};
use crate::time::SimDuration;

/// Changes of one rate at most.
const CHANGES_MAX: usize = 10_000;

impl Read for RateProfile {
    const EXPECTED: &'static str = "a rate such as \"120/s\", a list such as [\"100/s at 0s\", \"300/s at 1m over 20s\"], \
         \"sine(…)\" or \"series(…)\"";

    fn shape() -> Shape {
        let call = r"\s*(?:sine|series)\s*\([\s\S]*\)\s*";
        let pattern = format!("{}|{call}", quantity::rate_pattern());
        let examples = ["120/s", "sine(mean=60/s, swing=50%, period=24h, peak=20:00)"];
        let change = r"\s*\S+\s+at\s+\S+(?:\s+over\s+\S+)?\s*";
        let change = Shape::text(Meaning::RateChange, change, &["300/s at 1m over 20s"]);
        Shape::Either(vec![
            Shape::text(Meaning::Profile, &pattern, &examples),
            Shape::List { item: Box::new(change), least: 1, most: CHANGES_MAX },
        ])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_array().is_some() {
            return changes(node, reader).map(Self::Steps);
        }
        if node.as_text().is_some_and(|it| it.contains('(')) {
            return expression::read(node, Self::EXPECTED, reader, call);
        }
        let rate = Rate::read(node, reader)?.per_sec();
        let first = RateChange { at: SimDuration::ZERO, rate, over: SimDuration::ZERO };
        Some(Self::Steps(vec![first]))
    }
}

fn call(
    it: &Expression<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<RateProfile> {
    let place = context.place(it);
    match &it.form {
        Form::Call("sine", arguments) => {
            sine(&mut Arguments::new("sine", arguments, context, place), reader)
        }
        Form::Call("series", arguments) => {
            series(&mut Arguments::new("series", arguments, context, place), reader)
        }
        Form::Word(name) | Form::Call(name, _) => {
            let help = did_you_mean(name, ["sine", "series"])
                .unwrap_or_else(|| format!("it takes {}", RateProfile::EXPECTED));
            let message = format!("unknown form of a rate `{}`", shortened(name));
            reader.refuse_with(Code::UnknownWord, place, message, help)
        }
    }
}

/// `sine(mean=60/s, swing=50%, period=24h, peak=20:00)`.
fn sine(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<RateProfile> {
    const FORM: &str = "sine(mean=60/s, swing=50%, period=24h, peak=20:00)";
    let context = arguments.context;
    let parts = (arguments.key("mean"), arguments.key("swing"), arguments.key("period"));
    let (Some(mean), Some(swing), Some(period)) = parts else {
        return arguments.refuse(FORM, reader);
    };
    let peak = arguments.key("peak");
    arguments.finish(FORM, reader)?;
    let mean = context.quantity::<Rate>(mean, reader)?.per_sec();
    let swing = context.quantity::<Share>(swing, reader)?.fraction();
    let period_place = context.place(period);
    let period: SimDuration = context.quantity(period, reader)?;
    if period.is_zero() {
        return reader.refuse(Code::OutOfRange, period_place, "a period of no time has no rate");
    }
    let peak = match peak {
        Some(peak) => peak_at(peak, context, reader)?,
        None => PeakAt::After(SimDuration::ZERO),
    };
    Some(RateProfile::Sine(Sine { mean, swing, period, peak }))
}

/// `20:00`, or a span after time zero.
fn peak_at(it: &Expression<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<PeakAt> {
    let word = context.name(it, reader)?;
    if !word.contains(':') {
        return context.quantity(it, reader).map(PeakAt::After);
    }
    // Seconds may be left out.
    if let Some(seconds) = time_of_day(word).or_else(|| time_of_day(&format!("{word}:00"))) {
        return Some(PeakAt::Clock(seconds));
    }
    let message = format!("`{}` is not a time of day", shortened(word));
    reader.refuse_with(Code::BadQuantity, context.place(it), message, "write it like 20:00")
}

/// `series(data/rate.csv, time=t, column=rps, unit=/min, join=linear)`.
fn series(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<RateProfile> {
    const FORM: &str = "series(data/rate.csv, time=COLUMN, column=COLUMN, unit=/min, join=linear)";
    let context = arguments.context;
    let parts = (arguments.plain(), arguments.key("time"), arguments.key("column"));
    let (Some(file), Some(time), Some(column)) = parts else {
        return arguments.refuse(FORM, reader);
    };
    let (unit, join) = (arguments.key("unit"), arguments.key("join"));
    arguments.finish(FORM, reader)?;
    let path = context.name(file, reader)?;
    let (time, column) = (context.name(time, reader)?, context.name(column, reader)?);
    let per_sec = match unit {
        Some(it) => {
            word(it, &[("/s", 1.0), ("/min", 1.0 / 60.0), ("/h", 1.0 / 3600.0)], context, reader)?
        }
        None => 1.0,
    };
    let linear = match join {
        Some(it) => word(it, &[("steps", false), ("linear", true)], context, reader)?,
        None => false,
    };
    let place = context.place(file);
    let times =
        reader.column(path, place, |text, max| column::stamps(text, time, Unit::Secs, max))?;
    let rates = reader.column(path, place, |text, max| column::numbers(text, column, max))?;
    if times.len() > CHANGES_MAX {
        let message = format!("{} changes of a rate; at most {CHANGES_MAX}", times.len());
        return reader.refuse(Code::TooLarge, place, message);
    }
    if let Some(row) = times.windows(2).position(|it| it[1] <= it[0]) {
        let message = format!("row {} of `{path}` is no later than the one before it", row + 3);
        return reader.refuse(Code::BadFile, place, message);
    }
    let at =
        |stamp: i128| SimDuration::from_nanos(u64::try_from(stamp - times[0]).unwrap_or(u64::MAX));
    let points: Vec<_> = times.iter().zip(rates).map(|it| (at(*it.0), it.1 * per_sec)).collect();
    Some(RateProfile::Steps(if linear { ramps(&points) } else { steps(&points) }))
}

fn word<T: Copy>(
    it: &Expression<'_>,
    words: &[(&str, T)],
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let word = context.name(it, reader)?;
    if let Some(known) = words.iter().find(|known| known.0 == word) {
        return Some(known.1);
    }
    let known: Vec<_> = words.iter().map(|it| it.0).collect();
    let message = format!("unknown word `{}`", shortened(word));
    let help = format!("it takes {}", known.join(", "));
    reader.refuse_with(Code::UnknownWord, context.place(it), message, help)
}

fn steps(points: &[(SimDuration, f64)]) -> Vec<RateChange> {
    let step =
        |it: &(SimDuration, f64)| RateChange { at: it.0, rate: it.1, over: SimDuration::ZERO };
    points.iter().map(step).collect()
}

/// Straight from each point to the next.
fn ramps(points: &[(SimDuration, f64)]) -> Vec<RateChange> {
    let first = steps(&points[..1]);
    let ramp = |pair: &[(SimDuration, f64)]| RateChange {
        at: pair[0].0,
        rate: pair[1].1,
        over: pair[1].0 - pair[0].0,
    };
    first.into_iter().chain(points.windows(2).map(ramp)).collect()
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
    let made: Result<_, quantity::QuantityError> = change();
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
        assert_eq!(
            value_of::<RateProfile>("\"120/s\""),
            RateProfile::Steps(vec![step(0, 120.0, 0)])
        );
        let profile: RateProfile =
            value_of("[\"100/s at 0s\", \"300/s at 1m over 20s\", \"6000/min at 80s\"]");
        let steps = vec![step(0, 100.0, 0), step(60, 300.0, 20), step(80, 100.0, 0)];
        assert_eq!(profile, RateProfile::Steps(steps));
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
            ("\"sine(mean=60/s)\"", Code::BadExpression),
            ("\"sine(mean=60/s, swing=101%, period=1h)\"", Code::BadQuantity),
            ("\"sine(mean=60/s, swing=50%, period=0s)\"", Code::OutOfRange),
            ("\"sine(mean=60/s, swing=50%, period=1h, peak=25:00)\"", Code::BadQuantity),
            ("\"sinus(mean=60/s)\"", Code::UnknownWord),
            ("\"series(data/no.csv, time=t, column=rps)\"", Code::BadFile),
            ("\"series(data/price.csv, time=id, column=cents)\"", Code::BadFile),
            ("\"series(data/price.csv, time=ms, column=id, join=splines)\"", Code::UnknownWord),
            ("\"series(data/log.csv, time=TIMESTAMP, column=ID)\"", Code::BadFile),
            ("120", Code::BadQuantity),
        ];
        for (text, code) in cases {
            let faults = faults_of::<RateProfile>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }

    #[test]
    fn sines_have_a_peak_by_the_clock_or_after_zero() {
        let sine = |peak: &str| {
            let text = format!("\"sine(mean=60/s, swing=50%, period=24h{peak})\"");
            let RateProfile::Sine(sine) = value_of(&text) else { panic!("a sine") };
            sine
        };
        let (none, after, clock) = (sine(""), sine(", peak=6h"), sine(", peak=20:00"));
        assert_eq!((none.mean, none.swing, none.period), (60.0, 0.5, secs(86_400)));
        assert_eq!(none.peak, PeakAt::After(secs(0)));
        assert_eq!(after.peak_after(Some(3_600)), secs(6 * 3_600));
        assert_eq!(clock.peak_after(None), secs(20 * 3_600));
        assert_eq!(clock.peak_after(Some(21 * 3_600)), secs(23 * 3_600));
    }

    #[test]
    fn series_are_steps_or_ramps_from_their_first_row() {
        let change = |at, rate, over| RateChange { at: secs(at), rate, over: secs(over) };
        let read = |more: &str| {
            value_of::<RateProfile>(&format!(
                "\"series(data/price.csv, time=id, column=ms{more})\""
            ))
        };
        let steps = vec![change(0, 1.0, 0), change(1, 3.0, 0)];
        assert_eq!(read(""), RateProfile::Steps(steps));
        let ramps = vec![change(0, 1.0 / 60.0, 0), change(0, 3.0 * (1.0 / 60.0), 1)];
        assert_eq!(read(", unit=/min, join=linear"), RateProfile::Steps(ramps));
    }
}
