//! Back-offs: `"full_jitter(50ms, cap=400ms)"`.

use crate::policy::backoff::Backoff;
use crate::quantity;
use crate::time::SimDuration;

use super::diagnostic::Code;
use super::expression::{self, Arguments, Context, Expression, Form};
use super::nearest::did_you_mean;
use super::reader::{Read, Reader};
use super::shape::{Meaning, Shape};
use super::shortened::shortened;
use super::tree::Node;

/// A back-off that starts at a base and grows up to a cap.
type Growing = fn(SimDuration, SimDuration) -> Backoff;

const GROWING: &[(&str, Growing)] = &[
    ("linear", |base, cap| Backoff::Linear { base, cap }),
    ("exponential", |base, cap| Backoff::Exponential { base, cap }),
    ("fibonacci", |base, cap| Backoff::Fibonacci { base, cap }),
    ("full_jitter", |base, cap| Backoff::FullJitter { base, cap }),
    ("equal_jitter", |base, cap| Backoff::EqualJitter { base, cap }),
    ("decorrelated_jitter", |base, cap| Backoff::DecorrelatedJitter { base, cap }),
];

impl Read for Backoff {
    const EXPECTED: &'static str = "a back-off such as \"full_jitter(50ms, cap=400ms)\"";

    fn shape() -> Shape {
        let names: Vec<_> = GROWING.iter().map(|it| it.0).chain(["constant"]).collect();
        let time = quantity::time_pattern();
        let pattern = format!(r"\s*(?:{time}|(?:{})\s*\([\s\S]*\))\s*", names.join("|"));
        let examples = ["100ms", "full_jitter(50ms, cap=400ms)", "exponential(50ms, cap=2s)"];
        Shape::text(Meaning::Backoff, &pattern, &examples)
    }

    fn written(&self) -> Option<serde_json::Value> {
        match *self {
            Self::FullJitter { base, cap } => {
                let (base, cap) = (quantity::exact(base), quantity::exact(cap));
                Some(format!("full_jitter({base}, cap={cap})").into())
            }
            _ => None,
        }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        expression::read(node, Self::EXPECTED, reader, backoff)
    }
}

fn backoff(it: &Expression<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<Backoff> {
    let Form::Call(name, arguments) = &it.form else {
        return context.quantity(it, reader).map(|delay| Backoff::Constant { delay });
    };
    let mut arguments = Arguments::new(name, arguments, context, context.place(it));
    if *name == "constant" {
        return constant(&mut arguments, reader);
    }
    match GROWING.iter().find(|it| it.0 == *name) {
        Some((_, make)) => growing(*make, &mut arguments, reader),
        None => unknown(name, &arguments, reader),
    }
}

fn constant(arguments: &mut Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<Backoff> {
    const FORM: &str = "constant(1s)";
    let Some(delay) = arguments.plain() else { return arguments.refuse(FORM, reader) };
    let delay = arguments.context.quantity(delay, reader)?;
    arguments.finish(FORM, reader)?;
    Some(Backoff::Constant { delay })
}

fn growing(
    make: Growing,
    arguments: &mut Arguments<'_, '_>,
    reader: &mut Reader<'_>,
) -> Option<Backoff> {
    let form = format!("{0}(50ms) or {0}(50ms, cap=400ms)", arguments.name);
    let Some(base) = arguments.plain() else { return arguments.refuse(&form, reader) };
    let base: SimDuration = arguments.context.quantity(base, reader)?;
    let cap = match arguments.key("cap") {
        Some(cap) => arguments.context.quantity(cap, reader)?,
        None => SimDuration::MAX,
    };
    arguments.finish(&form, reader)?;
    if base.is_zero() {
        let message = "a delay that grows must start above zero";
        return reader.refuse(Code::OutOfRange, arguments.place(), message);
    }
    if cap < base {
        return reader.refuse(
            Code::OutOfRange,
            arguments.place(),
            "the cap is below the first delay",
        );
    }
    Some(make(base, cap))
}

fn unknown<T>(name: &str, arguments: &Arguments<'_, '_>, reader: &mut Reader<'_>) -> Option<T> {
    let names = GROWING.iter().map(|it| it.0).chain(["constant"]);
    let help = did_you_mean(name, names.clone()).unwrap_or_else(|| {
        let names: Vec<_> = names.collect();
        format!("the back-offs are {}", names.join(", "))
    });
    let message = format!("unknown back-off `{}`", shortened(name));
    reader.refuse_with(Code::BadExpression, arguments.place(), message, help)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, value_of};
    use super::*;

    #[test]
    fn every_spelling_makes_its_back_off() {
        let ms = SimDuration::from_millis;
        let cases = [
            ("1s", Backoff::Constant { delay: ms(1_000) }),
            ("constant(0s)", Backoff::Constant { delay: ms(0) }),
            ("linear(1s)", Backoff::Linear { base: ms(1_000), cap: SimDuration::MAX }),
            ("exponential(1s, cap=9s)", Backoff::Exponential { base: ms(1_000), cap: ms(9_000) }),
            ("fibonacci(1s, cap=9s)", Backoff::Fibonacci { base: ms(1_000), cap: ms(9_000) }),
            ("full_jitter(50ms, cap=400ms)", Backoff::FullJitter { base: ms(50), cap: ms(400) }),
            ("equal_jitter(50ms, cap=400ms)", Backoff::EqualJitter { base: ms(50), cap: ms(400) }),
            (
                "decorrelated_jitter(50ms, cap=400ms)",
                Backoff::DecorrelatedJitter { base: ms(50), cap: ms(400) },
            ),
        ];
        for (text, want) in cases {
            assert_eq!(value_of::<Backoff>(&format!("\"{text}\"")), want, "{text}");
        }
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("ful_jitter(5ms)", Code::BadExpression),
            ("full_jitter(5ms, 9ms)", Code::BadExpression),
            ("full_jitter()", Code::BadExpression),
            ("constant(cap=1s)", Code::BadExpression),
            ("full_jitter(0s)", Code::OutOfRange),
            ("full_jitter(5ms, cap=1ms)", Code::OutOfRange),
            ("full_jitter(5)", Code::BadQuantity),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Backoff>(&format!("\"{text}\""));
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
