//! `arrivals` of a load: the process by which its requests come, or the log that they are in.

use crate::order;
use crate::scenario::access_log;
use crate::scenario::column::{self, Unit};
use crate::scenario::diagnostic::Code;
use crate::scenario::expression::{self, Arguments, Context, Expression, Form};
use crate::scenario::law;
use crate::scenario::nearest::did_you_mean;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::shortened::shortened;
use crate::scenario::tree::Node;
use crate::schema::{Bursts, Replay};
use crate::time::SimDuration;

/// `arrivals` as it is written, with the log read.
#[derive(Clone, Debug)]
pub(crate) enum ArrivalsText {
    Poisson,
    Constant,
    Bursty(Bursts),
    Log(Log),
}

impl Read for ArrivalsText {
    const EXPECTED: &'static str = "\"poisson\", \"constant\", \"bursty(peak=8x, burst=2s)\", \
                                    \"log(data/access.csv, column=TIMESTAMP)\" or \
                                    \"log(access.log)\"";

    fn shape() -> Shape {
        let examples = ["poisson", "constant", "bursty(peak=8x, burst=2s)", "log(access.log)"];
        let pattern = r"\s*(?:poisson|constant|(?:bursty|log)\s*\([\s\S]*\))\s*";
        Shape::text(Meaning::Arrivals, pattern, &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        expression::read(node, Self::EXPECTED, reader, |it, context, reader| {
            let arguments =
                |name, arguments| Arguments::new(name, arguments, context, context.place(it));
            match &it.form {
                Form::Word("poisson") => Some(Self::Poisson),
                Form::Word("constant") => Some(Self::Constant),
                Form::Call("bursty", given) => {
                    bursty(&mut arguments("bursty", given), reader).map(Self::Bursty)
                }
                Form::Call("log", given) => {
                    log(&mut arguments("log", given), reader).map(Self::Log)
                }
                Form::Word(name) | Form::Call(name, _) => unknown(name, it, context, reader),
            }
        })
    }
}

fn unknown<T>(
    name: &str,
    it: &Expression<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let help = did_you_mean(name, ["poisson", "constant", "bursty", "log"])
        .unwrap_or_else(|| format!("it takes {}", ArrivalsText::EXPECTED));
    let message = format!("unknown arrival process `{}`", shortened(name));
    reader.refuse_with(Code::UnknownWord, context.place(it), message, help)
}

/// `bursty(peak=8x, burst=2s, quiet=0.5x)`.
fn bursty(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<Bursts> {
    const FORM: &str = "bursty(peak=8x, burst=2s) or bursty(peak=8x, burst=2s, quiet=0.5x)";
    let context = arguments.context;
    let (Some(peak), Some(burst)) = (arguments.key("peak"), arguments.key("burst")) else {
        return arguments.refuse(FORM, reader);
    };
    let quiet = arguments.key("quiet");
    arguments.finish(FORM, reader)?;
    let peak_place = context.place(peak);
    let peak = multiple(peak, context, reader)?;
    if !(peak > 1.0 && peak <= 1e6) {
        let message = "a burst brings more than the mean: `peak` is more than 1x, 1000000x at most";
        return reader.refuse(Code::OutOfRange, peak_place, message);
    }
    let burst_place = context.place(burst);
    let burst: SimDuration = context.quantity(burst, reader)?;
    if burst.is_zero() {
        return reader.refuse(Code::OutOfRange, burst_place, "a burst of no time is none");
    }
    let quiet = match quiet {
        None => 0.0,
        Some(it) => match multiple(it, context, reader)? {
            quiet if quiet < 1.0 => quiet,
            _ => {
                let message = "quiet times bring less than the mean: `quiet` is below 1x";
                return reader.refuse(Code::OutOfRange, context.place(it), message);
            }
        },
    };
    Some(Bursts { peak, quiet, burst })
}

/// `8x`.
fn multiple(it: &Expression<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<f64> {
    let word = context.name(it, reader)?;
    let number = word.strip_suffix('x').and_then(|it| it.parse().ok());
    if let Some(number) = number.filter(|it: &f64| it.is_finite() && *it >= 0.0) {
        return Some(number);
    }
    let message = format!("`{}` is no multiple of the mean", shortened(word));
    reader.refuse_with(Code::BadQuantity, context.place(it), message, "write it like 8x")
}

/// A log that was read.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// In order.
    stamps: Vec<i128>,
    reordered: usize,
    source: String,
}

/// `log(data/access.csv, column=TIMESTAMP)`, or `log(access.log)` in the Common Log Format.
fn log(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<Log> {
    const FORM: &str =
        "log(data/access.csv, column=TIMESTAMP) or, of a web server's access log, log(access.log)";
    let context = arguments.context;
    let Some(file) = arguments.plain() else { return arguments.refuse(FORM, reader) };
    let (column, unit) = (arguments.key("column"), arguments.key("unit"));
    arguments.finish(FORM, reader)?;
    let path = context.name(file, reader)?;
    let place = context.place(file);
    let stamps = match (column, unit) {
        (Some(column), unit) => {
            let unit = unit.map_or(Some(Unit::Secs), |it| law::unit(it, context, reader))?;
            let column = context.name(column, reader)?;
            reader.column(path, place, |text, max| column::stamps(text, column, unit, max))?
        }
        (None, Some(unit)) => {
            let message = "`unit` is for numbers in a `column`";
            return reader.refuse(Code::Conflict, context.place(unit), message);
        }
        (None, None) => reader.column(path, place, access_log::stamps)?,
    };
    Some(Log::new(stamps, path))
}

impl Log {
    /// Servers write a line when they are done and stamp it with when they began: lines behind
    /// later ones are put in their place.
    fn new(mut stamps: Vec<i128>, source: &str) -> Self {
        let mut latest = i128::MIN;
        let mut reordered = 0;
        for stamp in &stamps {
            reordered += usize::from(*stamp < latest);
            latest = latest.max(*stamp);
        }
        order::sort_by_key(&mut stamps, |it| *it);
        Self { stamps, reordered, source: source.to_owned() }
    }

    /// Spans from the first stamp, `speed` times as fast.
    pub(super) fn at_speed(&self, speed: f64) -> Replay {
        let first = self.stamps.first().copied().unwrap_or_default();
        let scaled = |nanos: i128| {
            let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
            SimDuration::from_nanos(nanos).mul_f64(1.0 / speed)
        };
        Replay {
            offsets: self.stamps.iter().map(|it| scaled(it - first)).collect(),
            grain: scaled(self.grain()),
            source: self.source.clone(),
            reordered: self.reordered,
        }
    }

    /// The coarsest of minute, second and millisecond that all stamps are whole in, ns, if several
    /// requests share a stamp; else zero.
    fn grain(&self) -> i128 {
        const GRAINS: [i128; 3] = [60_000_000_000, 1_000_000_000, 1_000_000];
        if self.stamps.windows(2).all(|it| it[0] < it[1]) {
            return 0;
        }
        let whole = |grain: &i128| self.stamps.iter().all(|it| it % grain == 0);
        GRAINS.into_iter().find(whole).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn bursts_have_a_peak_a_length_and_a_mean() {
        let ArrivalsText::Bursty(bursts) = value_of("\"bursty(peak=8x, burst=2s)\"") else {
            panic!("bursts")
        };
        assert_eq!((bursts.peak, bursts.quiet, bursts.share()), (8.0, 0.0, 0.125));
        assert_eq!(bursts.gap(), SimDuration::from_secs(14));
        let ArrivalsText::Bursty(more) = value_of("\"bursty(peak=3x, burst=1s, quiet=0.5x)\"")
        else {
            panic!("bursts")
        };
        assert_eq!((more.share(), more.gap()), (0.2, SimDuration::from_secs(4)));
        assert_eq!(more.share() * more.peak + (1.0 - more.share()) * more.quiet, 1.0);
    }

    #[test]
    fn coarse_stamps_are_known_by_ties_and_lines_out_of_order_are_put_in_place() {
        let log = Log::new(vec![5_000_000_000, 3_000_000_000, 5_000_000_000], "x.log");
        let replay = log.at_speed(2.0);
        let ms = SimDuration::from_millis;
        assert_eq!(*replay.offsets, [ms(0), ms(1_000), ms(1_000)]);
        assert_eq!((replay.grain, replay.reordered), (ms(500), 1));
        assert_eq!(Log::new(vec![0, 1_000_000_000], "x.log").grain(), 0, "no two share one");
        assert_eq!(Log::new(vec![0, 0, 7], "x.log").grain(), 0, "fine stamps may tie");
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("\"bursty(peak=1x, burst=2s)\"", Code::OutOfRange),
            ("\"bursty(peak=8, burst=2s)\"", Code::BadQuantity),
            ("\"bursty(peak=8x, burst=0s)\"", Code::OutOfRange),
            ("\"bursty(peak=8x, burst=1s, quiet=1x)\"", Code::OutOfRange),
            ("\"bursty(peak=8x)\"", Code::BadExpression),
            ("\"bursty(peak=NaNx, burst=1s)\"", Code::BadQuantity),
            ("\"burst(peak=8x, burst=1s)\"", Code::UnknownWord),
            ("\"log(column=t)\"", Code::BadExpression),
            ("\"log(data/log.csv, unit=ms)\"", Code::Conflict),
            ("\"log(data/log.csv)\"", Code::BadFile),
        ];
        for (text, code) in cases {
            let faults = faults_of::<ArrivalsText>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
