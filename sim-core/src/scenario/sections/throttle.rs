//! `throttle` of a call: a client that turns away itself what its callee would.

use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::{OneOf, Positive};
use crate::schema::{Scope, Throttle};
use crate::time::SimDuration;

section! {
    /// `throttle`: adaptive throttling by the client.
    struct ThrottleTable {
        /// Calls sent for each that is accepted, from 1 on.
        optional k: At<Factor>,
        /// How far back it counts.
        default window: Positive<SimDuration> = Positive(SimDuration::from_secs(120)),
        /// Whether each calling instance counts for itself.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
    }
}

/// A plain number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor(f64);

impl Read for Factor {
    const EXPECTED: &'static str = "a number such as 2";

    fn shape() -> Shape {
        Shape::Number { least: 0.0, most: 1e6 }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Integer(number) => Some(Self(number as f64)),
            Value::Float(number) => Some(Self(number)),
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

impl Read for Throttle {
    const EXPECTED: &'static str = "a table such as { k = 2, window = \"2m\" }";

    fn shape() -> Shape {
        ThrottleTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ThrottleTable::read(node, reader)?;
        let k = table.k.map_or(2.0, |it| it.value.0);
        if !(1.0..=1_000.0).contains(&k) {
            let place = table.k.map_or(node.place, |it| it.place);
            let message = "`k` goes from 1 to 1000";
            let help = "with less than 1 it would turn away what the callee accepts";
            return reader.refuse_with(Code::OutOfRange, place, message, help);
        }
        Some(Self { k, window: table.window.0, scope: table.scope.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_is_as_in_the_book() {
        let throttle: Throttle = value_of("{}");
        assert_eq!((throttle.k, throttle.window), (2.0, SimDuration::from_secs(120)));
        assert_eq!(value_of::<Throttle>("{ k = 1.1 }").k, 1.1);
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{ k = 0.9 }", Code::OutOfRange),
            ("{ k = \"2\" }", Code::WrongType),
            ("{ window = \"0s\" }", Code::OutOfRange),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Throttle>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
