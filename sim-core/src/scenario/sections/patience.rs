//! `patience` of a load: how long its users wait before they give up.

use crate::distribution::Distribution;
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::schema::Patience;

section! {
    /// `{ wait = "exp(3m)" }`: how long users wait for a worker; who is being served stays.
    struct WaitTable {
        /// How long one waits.
        required wait: At<Distribution>,
    }
}

impl Read for Patience {
    const EXPECTED: &'static str =
        "a time or a law such as \"exp(10s)\", or { wait = \"exp(3m)\" } for the wait alone";

    fn shape() -> Shape {
        Shape::Either(vec![Distribution::shape(), WaitTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let (law, only_in_line) = match &node.value {
            Value::Table(_) => (WaitTable::read(node, reader)?.wait, true),
            _ => (At::read(node, reader)?, false),
        };
        if law.value.is_zero() {
            let message = "users without any patience would give up before they have asked";
            return reader.refuse(Code::OutOfRange, law.place, message);
        }
        Some(Self { law: law.value, only_in_line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn patience_is_for_the_answer_or_for_the_wait() {
        let patience: Patience = value_of("\"exp(10s)\"");
        assert_eq!((patience.law.mean_secs(), patience.only_in_line), (10.0, false));
        let patience: Patience = value_of("{ wait = \"3m\" }");
        assert_eq!((patience.law.mean_secs(), patience.only_in_line), (180.0, true));
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("\"0s\"", Code::OutOfRange),
            ("{ wait = \"0s\" }", Code::OutOfRange),
            ("{}", Code::MissingKey),
            ("{ work = \"3m\" }", Code::UnknownKey),
            ("\"exp(10s\"", Code::BadExpression),
            ("10", Code::BadQuantity),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Patience>(text);
            assert!(faults.iter().any(|it| it.code == code), "{text}: {faults:?}");
        }
    }
}
