//! Laws of times: `"250ms"`, `"lognormal(p50=25ms, p99=120ms)"`.

use std::sync::Arc;

use crate::distribution::fit::{FITTED, Fit, Measured};
use crate::distribution::{
    Distribution, Empirical, Exponential, Fitted, Gamma, LawError, LogNormal, Mixture, Pareto,
    Samples, Triangular, Uniform, Weibull,
};
use crate::quantity::{self, Share};
use crate::time::SimDuration;

use super::column::Unit;
use super::diagnostic::{Code, Diagnostic};
use super::expression::{self, Arguments, Context, Expression, Form, Label};
use super::measured::Measurement;
use super::nearest::did_you_mean;
use super::place::Place;
use super::reader::{Read, Reader};
use super::shape::{Meaning, Shape};
use super::shortened::shortened;
use super::tree::Node;

/// A law that can be written: its name, its form and how its arguments make it.
struct Spelling {
    name: &'static str,
    form: &'static str,
    read: fn(&mut Arguments<'_, '_>, &mut Reader<'_>) -> Made,
}

/// The outer `None`: the arguments are faulty, and that has been told. The inner one: they are not
/// those that the law needs.
type Made = Option<Option<Result<Distribution, LawError>>>;

const SPELLINGS: &[Spelling] = &[
    Spelling { name: "exp", form: "exp(200ms)", read: exponential },
    Spelling { name: "exponential", form: "exponential(200ms)", read: exponential },
    Spelling {
        name: "lognormal",
        form: "lognormal(p50=.., p99=..), lognormal(mean=.., p99=..), lognormal(mean=.., cv=..) \
               or lognormal(p50=.., sigma=..)",
        read: lognormal,
    },
    Spelling { name: "uniform", form: "uniform(1s..5s)", read: uniform },
    Spelling { name: "triangular", form: "triangular(2m, 5m, 15m)", read: triangular },
    Spelling { name: "gamma", form: "gamma(mean=12ms, cv=0.8)", read: gamma },
    Spelling {
        name: "weibull",
        form: "weibull(scale=10ms, shape=1.5) or weibull(mean=10ms, shape=1.5)",
        read: weibull,
    },
    Spelling { name: "pareto", form: "pareto(min=20ms, shape=2.5)", read: pareto },
    Spelling { name: "mix", form: "mix(95%: exp(2ms), 5%: exp(80ms))", read: mixture },
    Spelling {
        name: "empirical",
        form: "empirical(p50=.., p90=.., p99=.., max=..)",
        read: empirical,
    },
    Spelling {
        name: "samples",
        form: "samples(file.csv, column=NAME, unit=ms) or samples(log.hlog, unit=ns)",
        read: samples,
    },
    Spelling {
        name: "fit",
        form: "fit(file.csv, column=NAME, unit=ms), fit(log.hlog, unit=ns) or, of one law, \
               fit(file.csv, column=NAME, unit=ms, law=lognormal)",
        read: fit,
    },
];

impl Read for Distribution {
    const EXPECTED: &'static str = "a time or a law such as \"lognormal(p50=25ms, p99=120ms)\"";

    fn shape() -> Shape {
        let names: Vec<_> = SPELLINGS.iter().map(|it| it.name).collect();
        let time = quantity::time_pattern();
        let pattern = format!(r"\s*(?:{time}|(?:{})\s*\([\s\S]*\))\s*", names.join("|"));
        let forms = SPELLINGS.iter().map(|it| it.form);
        let examples: Vec<_> = std::iter::once("250ms").chain(forms).collect();
        Shape::text(Meaning::Law, &pattern, &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        expression::read(node, Self::EXPECTED, reader, law)
    }
}

fn law(
    it: &Expression<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<Distribution> {
    let Form::Call(name, arguments) = &it.form else {
        return context.quantity(it, reader).map(Distribution::constant);
    };
    let place = context.place(it);
    let Some(spelling) = SPELLINGS.iter().find(|spelling| spelling.name == *name) else {
        return unknown(name, place, reader);
    };
    let mut arguments = Arguments::new(name, arguments, context, place);
    let Some(made) = (spelling.read)(&mut arguments, reader)? else {
        return arguments.refuse(spelling.form, reader);
    };
    arguments.finish(spelling.form, reader)?;
    let tell = |error: LawError| {
        let help = format!("write it like `{}`", spelling.form);
        reader.tell(Diagnostic::new(Code::OutOfRange, place, error.to_string()).help(help));
    };
    made.map_err(tell).ok()
}

fn unknown<T>(name: &str, place: Place, reader: &mut Reader<'_>) -> Option<T> {
    let names = SPELLINGS.iter().map(|spelling| spelling.name);
    let help = did_you_mean(name, names.clone()).unwrap_or_else(|| {
        let names: Vec<_> = names.collect();
        format!("the laws are {}", names.join(", "))
    });
    let message = format!("unknown law `{}`", shortened(name));
    reader.refuse_with(Code::BadExpression, place, message, help)
}

/// The value of an argument that the law needs, by its key.
macro_rules! need {
    ($arguments:ident, $reader:ident, $key:literal, $read:ident) => {
        match $arguments.key($key) {
            Some(it) => $arguments.context.$read(it, $reader)?,
            None => return Some(None),
        }
    };
}

fn exponential(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let Some(mean) = arguments.plain().or_else(|| arguments.key("mean")) else {
        return Some(None);
    };
    let mean = arguments.context.quantity(mean, reader)?;
    Some(Some(Exponential::new(mean).map(Into::into)))
}

fn lognormal(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let context = arguments.context;
    let mean = arguments.key("mean");
    let median = arguments.key("p50");
    let quantiles = arguments.keys(|key| quantile_share(key).is_some());
    let (cv, sigma) = (arguments.key("cv"), arguments.key("sigma"));
    Some(Some(match (mean, median, quantiles.as_slice(), cv, sigma) {
        (Some(mean), None, [], Some(cv), None) => LogNormal::from_mean_and_cv(
            context.quantity(mean, reader)?,
            context.number(cv, reader)?,
        )
        .map(Into::into),
        (None, Some(median), [], None, Some(sigma)) => {
            let median = context.quantity(median, reader)?;
            LogNormal::from_median_and_sigma(median, context.number(sigma, reader)?).map(Into::into)
        }
        (None, Some(median), [(key, value)], None, None) => {
            let (median, value) =
                (context.quantity(median, reader)?, context.quantity(value, reader)?);
            LogNormal::from_median_and_quantile(median, quantile_share(key)?, value).map(Into::into)
        }
        (Some(mean), None, [(key, value)], None, None) => {
            let (mean, value) = (context.quantity(mean, reader)?, context.quantity(value, reader)?);
            LogNormal::from_mean_and_quantile(mean, quantile_share(key)?, value).map(Into::into)
        }
        // The median is a quantile like others to those who know the mean.
        (Some(mean), Some(median), [], None, None) => {
            let (mean, median) =
                (context.quantity(mean, reader)?, context.quantity(median, reader)?);
            LogNormal::from_mean_and_quantile(mean, 0.5, median).map(Into::into)
        }
        _ => return Some(None),
    }))
}

fn uniform(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let Some(range) = arguments.plain() else { return Some(None) };
    let text = arguments.context.name(range, reader)?;
    let Some((low, high)) = text.split_once("..") else { return Some(None) };
    let end = |word: &str, offset: usize, reader: &mut Reader<'_>| {
        let start = range.range.start + offset;
        let word = Expression { form: Form::Word(word), range: start..start + word.len() };
        arguments.context.quantity::<SimDuration>(&word, reader)
    };
    let (low, high) = (end(low, 0, reader)?, end(high, low.len() + 2, reader)?);
    Some(Some(Uniform::new(low, high).map(Into::into)))
}

fn triangular(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let corners = (arguments.plain(), arguments.plain(), arguments.plain());
    let (Some(low), Some(mode), Some(high)) = corners else { return Some(None) };
    let mut time = |it| arguments.context.quantity(it, reader);
    let (low, mode, high) = (time(low)?, time(mode)?, time(high)?);
    Some(Some(Triangular::new(low, mode, high).map(Into::into)))
}

fn gamma(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let mean = need!(arguments, reader, "mean", quantity);
    let cv = need!(arguments, reader, "cv", number);
    Some(Some(Gamma::from_mean_and_cv(mean, cv).map(Into::into)))
}

fn weibull(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let (scale, mean) = (arguments.key("scale"), arguments.key("mean"));
    let shape = need!(arguments, reader, "shape", number);
    let made = match (scale, mean) {
        (Some(scale), None) => Weibull::new(arguments.context.quantity(scale, reader)?, shape),
        (None, Some(mean)) => {
            Weibull::from_mean_and_shape(arguments.context.quantity(mean, reader)?, shape)
        }
        _ => return Some(None),
    };
    Some(Some(made.map(Into::into)))
}

fn pareto(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let min = need!(arguments, reader, "min", quantity);
    let shape = need!(arguments, reader, "shape", number);
    Some(Some(Pareto::new(min, shape).map(Into::into)))
}

fn mixture(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let parts = arguments.rest();
    let mut read = Vec::new();
    for part in &parts {
        let Label::Weight(weight) = part.label else { return Some(None) };
        let share = match weight.parse::<Share>() {
            Ok(share) => Some(share.fraction()),
            Err(error) => {
                let place = arguments.context.place(&part.value);
                let fault = Diagnostic::new(Code::BadQuantity, place, error.message);
                reader.tell(fault.maybe_help(error.help));
                None
            }
        };
        let law = law(&part.value, arguments.context, reader);
        read.extend(share.zip(law));
    }
    if read.len() < parts.len() {
        return None;
    }
    Some(Some(Mixture::new(read).map(Into::into)))
}

fn empirical(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let max = need!(arguments, reader, "max", quantity);
    let mut quantiles = Vec::new();
    for (key, value) in arguments.keys(|key| quantile_share(key).is_some()) {
        quantiles.push((quantile_share(key)?, arguments.context.quantity(value, reader)?));
    }
    Some(Some(Empirical::new(&quantiles, max).map(Into::into)))
}

fn samples(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let Some(Spans { measured: spans, .. }) = spans(arguments, reader)? else { return Some(None) };
    Some(Some(Samples::new(Arc::from(spans)).map(Into::into)))
}

/// The nearest law, or that which `law=` names.
fn fit(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Made {
    let wanted = arguments.key("law");
    let Some(Spans { measured: spans, file, place }) = spans(arguments, reader)? else {
        return Some(None);
    };
    let measured = match Measured::new(&spans) {
        Ok(measured) => measured,
        Err(why) => {
            let message = format!("cannot fit a law to `{file}`: {why}");
            return reader.refuse(Code::BadFile, place, message);
        }
    };
    let count = measured.count();
    let mut fits = measured.fits();
    let chosen = match wanted {
        // The last is the exponential, which is never taken unless it is asked for.
        None => Some(fits.swap_remove(0)),
        Some(it) => {
            let name = arguments.context.name(it, reader)?;
            named_fit(name, fits, arguments.context.place(it), reader)
        }
    };
    Some(Some(Ok(Fitted::new(chosen?, file, count).into())))
}

fn named_fit(name: &str, fits: Vec<Fit>, place: Place, reader: &mut Reader<'_>) -> Option<Fit> {
    if !FITTED.contains(&name) {
        return reader.unknown(Code::UnknownWord, place, ("law to fit", name), FITTED);
    }
    let found = fits.into_iter().find(|it| it.name == name);
    if found.is_none() {
        let message = format!("no {name} law fits what was measured");
        reader.refuse::<()>(Code::BadFile, place, message);
    }
    found
}

/// What was measured, and where that is said.
struct Spans<'t> {
    measured: Vec<SimDuration>,
    file: &'t str,
    place: Place,
}

/// `file.csv, column=NAME, unit=ms`, or `log.hlog, unit=ns, tag=NAME`; the inner `None`: these are
/// not the arguments.
#[expect(clippy::option_option, reason = "faulty and not given are two different things")]
fn spans<'t>(
    arguments: &mut Arguments<'_, 't>,
    reader: &mut Reader<'_>,
) -> Option<Option<Spans<'t>>> {
    let parts = (arguments.plain(), arguments.key("unit"));
    let (Some(path), Some(unit_word)) = parts else { return Some(None) };
    let context = arguments.context;
    let (column, tag) = (arguments.key("column"), arguments.key("tag"));
    let file = context.name(path, reader)?;
    let column = column.map_or(Some(None), |it| context.name(it, reader).map(Some))?;
    let tag = tag.map_or(Some(None), |it| context.name(it, reader).map(Some))?;
    let unit = unit(unit_word, context, reader)?;
    let measurement = Measurement { file, column, tag, unit };
    if !measurement.is_log() && column.is_none() {
        return Some(None);
    }
    let place = context.place(path);
    let spans = reader.column(file, place, |text, max| measurement.read(text, max))?;
    Some(Some(Spans { measured: spans, file, place }))
}

/// `unit=ms`.
pub(crate) fn unit(
    it: &Expression<'_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<Unit> {
    let word = context.name(it, reader)?;
    if let Some(unit) = Unit::parse(word) {
        return Some(unit);
    }
    let message = format!("unknown unit `{}`", shortened(word));
    let help = format!("it takes {}", Unit::WORDS.map(|it| it.0).join(", "));
    reader.refuse_with(Code::UnknownWord, context.place(it), message, help)
}

/// `p99.9`: 0.999. The law itself says which shares it takes.
fn quantile_share(key: &str) -> Option<f64> {
    let number = key.strip_prefix('p')?;
    format!("{number}%").parse().ok().map(Share::fraction)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, value_of};
    use super::*;

    fn ms(millis: u64) -> SimDuration {
        SimDuration::from_millis(millis)
    }

    #[test]
    fn every_spelling_makes_its_law() {
        let made = |law: Result<Distribution, LawError>| law.expect("a valid law");
        let exp = |mean| Exponential::new(ms(mean)).expect("valid");
        let cases: Vec<(&str, Distribution)> = vec![
            ("250ms", Distribution::constant(ms(250))),
            ("exp(200ms)", exp(200).into()),
            ("exponential(mean=200ms)", exp(200).into()),
            (
                "lognormal(p50=25ms, p99=120ms)",
                made(LogNormal::from_median_and_quantile(ms(25), 0.99, ms(120)).map(Into::into)),
            ),
            (
                "lognormal(mean=80ms, p99.9=300ms)",
                made(LogNormal::from_mean_and_quantile(ms(80), 0.999, ms(300)).map(Into::into)),
            ),
            (
                "lognormal(mean=80ms, cv=0.5)",
                made(LogNormal::from_mean_and_cv(ms(80), 0.5).map(Into::into)),
            ),
            (
                "lognormal(p50=80ms, sigma=1)",
                made(LogNormal::from_median_and_sigma(ms(80), 1.0).map(Into::into)),
            ),
            ("uniform(1s..5s)", made(Uniform::new(ms(1_000), ms(5_000)).map(Into::into))),
            (
                "triangular(2m, 5m, 15m)",
                made(Triangular::new(ms(120_000), ms(300_000), ms(900_000)).map(Into::into)),
            ),
            (
                "gamma(mean=12ms, cv=0.8)",
                made(Gamma::from_mean_and_cv(ms(12), 0.8).map(Into::into)),
            ),
            ("weibull(scale=9ms, shape=2)", made(Weibull::new(ms(9), 2.0).map(Into::into))),
            (
                "weibull(mean=9ms, shape=2)",
                made(Weibull::from_mean_and_shape(ms(9), 2.0).map(Into::into)),
            ),
            ("pareto(min=20ms, shape=2.5)", made(Pareto::new(ms(20), 2.5).map(Into::into))),
            (
                "mix(95%: exp(2ms), 5%: 80ms)",
                made(
                    Mixture::new(vec![
                        (0.95, exp(2).into()),
                        (0.05, Distribution::constant(ms(80))),
                    ])
                    .map(Into::into),
                ),
            ),
            (
                "empirical(p50=10ms, p90=30ms, p99=90ms, max=200ms)",
                made(
                    Empirical::new(&[(0.5, ms(10)), (0.9, ms(30)), (0.99, ms(90))], ms(200))
                        .map(Into::into),
                ),
            ),
            (
                "samples(data/price.csv, column=ms, unit=ms)",
                made(Samples::new(Arc::from([ms(1), ms(3)])).map(Into::into)),
            ),
        ];
        for (text, want) in cases {
            assert_eq!(value_of::<Distribution>(&format!("\"{text}\"")), want, "{text}");
        }
    }

    #[test]
    fn faults_are_marked_where_they_are() {
        let cases = [
            ("exq(5ms)", Code::BadExpression, "exq(5ms)", "unknown law `exq`"),
            ("exp(5)", Code::BadQuantity, "5", "`5` has no unit"),
            ("exp()", Code::BadExpression, "exp()", "`exp` has not the arguments that it needs"),
            ("exp(1s, 2s)", Code::BadExpression, "2s", "`exp` does not take this argument"),
            ("exp(1s, cv=2)", Code::BadExpression, "2", "`exp` does not take `cv=`"),
            ("uniform(1s..5)", Code::BadQuantity, "5", "`5` has no unit"),
            ("mix(95%: exp(2), 5%: 1ms)", Code::BadQuantity, "2", "`2` has no unit"),
            ("fit(x.csv)", Code::BadExpression, "fit(x.csv)", "`fit` has not the arguments"),
            (
                "fit(data/price.csv, column=ms, unit=ms)",
                Code::BadFile,
                "data/price.csv",
                "2 different spans are too few",
            ),
            ("samples(x.csv, column=a, unit=ms)", Code::BadFile, "x.csv", "there is no such file"),
            ("samples(../x, column=a, unit=ms)", Code::BadFile, "../x", "of its own folder only"),
            ("samples(x, column=a, unit=y)", Code::UnknownWord, "y", "unknown unit `y`"),
            ("lognormal(p50=5ms, p99=5ms)", Code::OutOfRange, "lognormal(p50=5ms, p99=5ms)", ""),
            ("exp(1ms", Code::BadExpression, "", ""),
        ];
        for (text, code, marked, message) in cases {
            let quoted = format!("\"{text}\"");
            let faults = faults_of::<Distribution>(&quoted);
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            let fault = &faults[0];
            assert_eq!(fault.code, code, "{text}: {fault:?}");
            assert!(fault.message.contains(message), "{text}: {}", fault.message);
            assert!(
                marked.is_empty() || &quoted[fault.span.clone()] == marked,
                "{text}: {fault:?}"
            );
        }
        assert_eq!(faults_of::<Distribution>("250")[0].code, Code::BadQuantity);
        assert_eq!(faults_of::<Distribution>("true")[0].code, Code::WrongType);
    }
}
