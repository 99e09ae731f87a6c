//! Values between two ends: in steps, in equal steps, in equal ratios.

use std::ops::Range;

use super::{VALUES_MAX, fault, split};
use crate::math;
use crate::quantity::Measure;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::place::trimmed;
use crate::scenario::shortened::shortened;

/// The values of `text[item]`; none where it is no progression but a value by itself.
pub(super) fn values(text: &str, item: &Range<usize>) -> Result<Option<Vec<String>>, Diagnostic> {
    for spacing in [Spacing::Steps, Spacing::Ratios] {
        let (name, written) = (spacing.name(), &text[item.clone()]);
        if written.starts_with(name) && written.ends_with(')') {
            let inside = item.start + name.len()..item.end - 1;
            return spaced(text, item, inside, spacing).map(Some);
        }
    }
    let dots = split::dots(text, item)?;
    dots.map(|it| steps(text, item, it)).transpose()
}

/// `from..to:step`.
fn steps(text: &str, item: &Range<usize>, dots: usize) -> Result<Vec<String>, Diagnostic> {
    let Some(colon) = text[dots..item.end].find(':').map(|it| dots + it) else {
        let message = "a range needs its step";
        let help = format!("write it like `{}:1`", shortened(&text[item.clone()]));
        return Err(fault(Code::BadExpression, item.clone(), message).help(help));
    };
    let parts = [item.start..dots, dots + 2..colon, colon + 1..item.end];
    let parts = parts.map(|it| trimmed(text, it));
    let Numbers { scale, values } = Numbers::read(text, &parts)?;
    let (from, to, step) = (values[0], values[1], values[2]);
    if step == 0 {
        return Err(fault(Code::OutOfRange, parts[2].clone(), "a step of zero leads nowhere"));
    }
    let Some(span) = to.checked_sub(from) else {
        let fault = fault(Code::OutOfRange, item.clone(), "this range goes down");
        return Err(fault.help("write the smaller end first"));
    };
    let last = span / step;
    if last >= VALUES_MAX as u128 {
        let message = format!("{} values; at most {VALUES_MAX}", last + 1);
        return Err(fault(Code::TooLarge, item.clone(), message));
    }
    Ok((0..=last).map(|it| scale.exactly(from + it * step)).collect())
}

/// What is equal between one value and the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    Steps,
    Ratios,
}

impl Spacing {
    /// As it is written, with its bracket.
    const fn name(self) -> &'static str {
        match self {
            Self::Steps => "lin(",
            Self::Ratios => "log(",
        }
    }

    /// Significant digits of what lies between the ends.
    const fn digits(self) -> usize {
        match self {
            Self::Steps => 6,
            Self::Ratios => 3,
        }
    }

    /// What lies at a share of the way.
    fn between(self, from: f64, to: f64, share: f64) -> f64 {
        match self {
            Self::Steps => from + (to - from) * share,
            Self::Ratios => from * math::exp(math::ln(to / from) * share),
        }
    }
}

/// `from, to, n`.
fn spaced(
    text: &str,
    item: &Range<usize>,
    inside: Range<usize>,
    spacing: Spacing,
) -> Result<Vec<String>, Diagnostic> {
    let parts = split::items(text, inside)?;
    let [from, to, count] = &parts[..] else {
        let message = "this takes two ends and a number of values";
        let fault = fault(Code::BadExpression, item.clone(), message);
        return Err(fault.help("write it like `lin(100/s, 900/s, 9)`"));
    };
    let Numbers { scale, values } = Numbers::read(text, &[from.clone(), to.clone()])?;
    let count = self::count(text, count)?;
    let ends = [(from, values[0]), (to, values[1])];
    if spacing == Spacing::Ratios
        && let Some((place, _)) = ends.into_iter().find(|it| it.1 == 0)
    {
        return Err(fault(Code::OutOfRange, place.clone(), "equal ratios begin above zero"));
    }
    let [low, high] = [values[0], values[1]].map(|it| scale.nearest(it));
    let between = (1..count - 1).map(|it| {
        let value = spacing.between(low, high, it as f64 / (count - 1) as f64);
        scale.rounded(value, spacing.digits())
    });
    let mut all = vec![scale.exactly(values[0])];
    all.extend(between);
    all.push(scale.exactly(values[1]));
    all.dedup();
    Ok(all)
}

fn count(text: &str, range: &Range<usize>) -> Result<usize, Diagnostic> {
    let written = &text[range.clone()];
    let count = written.parse().ok().filter(|it| (2..=VALUES_MAX).contains(it));
    count.ok_or_else(|| {
        let shown = shortened(written);
        let message = format!("`{shown}` is no number of values from 2 to {VALUES_MAX}");
        fault(Code::OutOfRange, range.clone(), message)
    })
}

/// Numbers of one kind, brought to one unit and as many decimals as the most exact of them.
struct Numbers<'a> {
    scale: Scale<'a>,
    values: Vec<u128>,
}

/// How numbers are written.
struct Scale<'a> {
    unit: &'a str,
    decimals: u32,
}

impl<'a> Numbers<'a> {
    fn read(text: &'a str, parts: &[Range<usize>]) -> Result<Self, Diagnostic> {
        let mut measures = Vec::new();
        for part in parts {
            let measure = Measure::parse(&text[part.clone()]).map_err(|it| {
                fault(Code::BadQuantity, part.clone(), it.message).maybe_help(it.help)
            })?;
            measures.push((part, measure));
        }
        let first = measures[0].1;
        let other = measures.iter().find(|it| it.1.kind != first.kind);
        if let Some((part, measure)) = other {
            let [one, two] = [part, measures[0].0].map(|it| shortened(&text[it.clone()]));
            let message = format!("`{one}` is a {}, but `{two}` a {}", measure.kind, first.kind);
            return Err(fault(Code::BadQuantity, (*part).clone(), message));
        }
        let finest = measures.iter().map(|it| it.1).min_by_key(|it| it.size).unwrap_or(first);
        let decimals = measures.iter().map(|it| it.1.decimals).max().unwrap_or(0);
        let scale = Scale { unit: finest.unit, decimals };
        let value = |(part, measure): &(&Range<usize>, Measure<'_>)| {
            if !measure.size.is_multiple_of(finest.size) {
                let shown = shortened(&text[(*part).clone()]);
                let message = format!("`{shown}` is no whole number of {}", finest.unit);
                return Err(fault(Code::BadQuantity, (*part).clone(), message));
            }
            let factor =
                (measure.size / finest.size).checked_mul(10_u128.pow(decimals - measure.decimals));
            let value = factor.and_then(|it| measure.digits.checked_mul(it));
            value
                .filter(|it| *it <= LARGEST)
                .ok_or_else(|| fault(Code::OutOfRange, (*part).clone(), "this is too large"))
        };
        let values = measures.iter().map(value).collect::<Result<_, _>>()?;
        Ok(Self { scale, values })
    }
}

/// Far from where sums of two overflow.
const LARGEST: u128 = 1 << 100;

impl Scale<'_> {
    fn exactly(&self, value: u128) -> String {
        let power = 10_u128.pow(self.decimals);
        let (whole, part) = (value / power, value % power);
        let part = format!("{part:0width$}", width = self.decimals as usize);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        format!("{whole}{point}{part}{}", self.unit)
    }

    fn nearest(&self, value: u128) -> f64 {
        value as f64 / 10_u128.pow(self.decimals) as f64
    }

    /// To so many significant digits, and whole where all that was written is.
    fn rounded(&self, value: f64, digits: usize) -> String {
        let short = format!("{value:.*e}", digits - 1);
        let value: f64 = short.parse().unwrap_or(value);
        let whole = self.unit.is_empty() && self.decimals == 0;
        let number = if whole { format!("{value:.0}") } else { value.to_string() };
        format!("{number}{}", self.unit)
    }
}
