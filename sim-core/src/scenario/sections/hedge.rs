//! `hedge` of a call: another copy when the answer is late.

use crate::policy::hedge::After;
use crate::quantity::{self, Share};
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, OneOf, OrNone, text};
use crate::schema::{Hedge, OnTimeout, Scope};
use crate::time::SimDuration;

section! {
    /// `hedge`: sends another copy when the answer is late; the first answer wins.
    struct HedgeTable {
        /// How long after the last copy: `"50ms"`, or `"p95"` of what first copies take.
        required after: After,
        /// Copies beside the first.
        default most as "max": Count<1, 10> = Count::new(1),
        /// What becomes of the copies that have lost: `"cancel"` or `"abandon"`.
        default losers: OneOf<OnTimeout> = OneOf(OnTimeout::Cancel),
        /// Copies allowed as a share of calls, or `"none"` for as many as are late.
        optional budget: OrNone<Share>,
        /// Whose times and budget they are.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
    }
}

impl Read for After {
    const EXPECTED: &'static str = "a time such as \"50ms\", or a quantile such as \"p95\"";

    fn shape() -> Shape {
        let pattern = format!(r"{}|p[0-9.]+", quantity::time_pattern());
        Shape::text(Meaning::Time, &pattern, &["50ms", "p95"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let quantile = node.as_text().and_then(|it| it.strip_prefix('p'));
        let Some(percent) = quantile else {
            return SimDuration::read(node, reader).map(Self::Span);
        };
        text(node, Self::EXPECTED, reader)?;
        let plain = percent.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        let percent = if plain { percent.parse::<f64>().ok() } else { None };
        let Some(percent) = percent.filter(|it| 0.0 < *it && *it < 100.0) else {
            let message = "this is neither a time nor a quantile";
            let help = "write it like \"50ms\" or \"p95\"";
            return reader.refuse_with(Code::BadExpression, node.place, message, help);
        };
        Some(Self::Quantile(percent / 100.0))
    }
}

impl Read for Hedge {
    const EXPECTED: &'static str = "a table such as { after = \"p95\" }";

    fn shape() -> Shape {
        HedgeTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = HedgeTable::read(node, reader)?;
        Some(Self {
            after: table.after,
            most: table.most.get(),
            losers: table.losers.0,
            budget: table.budget.and_then(|it| it.0).map(Share::fraction),
            scope: table.scope.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn after_a_time_or_a_quantile() {
        let hedge: Hedge = value_of("{ after = \"p99.9\", max = 2, budget = \"5%\" }");
        assert_eq!((hedge.most, hedge.losers, hedge.budget), (2, OnTimeout::Cancel, Some(0.05)));
        let After::Quantile(q) = hedge.after else { panic!("{hedge:?}") };
        assert!((q - 0.999).abs() < 1e-12);
        let span = After::Span(SimDuration::from_millis(50));
        assert_eq!(value_of::<Hedge>("{ after = \"50ms\" }").after, span);
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{}", Code::MissingKey),
            ("{ after = \"p100\" }", Code::BadExpression),
            ("{ after = \"p\" }", Code::BadExpression),
            ("{ after = \"p95\", max = 0 }", Code::OutOfRange),
            ("{ after = 50 }", Code::BadQuantity),
            ("{ after = \"p95\", losers = \"kill\" }", Code::UnknownWord),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Hedge>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
