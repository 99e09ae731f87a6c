//! `[[expect]]` and `[steady]`: what the author says will be seen.

use crate::metric::Nature;
use crate::quantity::Share;
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::schema::{Bound, Expect, Statement, Steady};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, text};
use crate::time::SimDuration;

/// Statements of a kind at most.
pub(crate) const STATEMENTS_MAX: usize = 500;

section! {
    /// `[[expect]]`: something that a run is expected to show.
    struct ExpectTable {
        /// What: `"checkout.error_rate <= 0.1%"`.
        required that: At<Statement>,
        /// In which phase: `before`, a fault's name, `after`, or `always` where this is not said.
        optional during: At<During>,
        /// Why that is to be expected.
        optional because: String,
        /// Variants, `base` among them, in which it is known to be false.
        default fails_in: List<Fallen> = List(Vec::new()),
        /// In which share of the replications a count or maximum must hold; in all by default.
        optional share as "in": At<Share>,
    }
    later { "within", "for", "over" }
}

impl Read for Expect {
    const EXPECTED: &'static str = ExpectTable::EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ExpectTable::read(node, reader)?;
        let At { value: that, place } = table.that;
        let during = table.during.map_or_else(|| "always".to_owned(), |it| it.value.0);
        if during == "before" && matches!(that.bound, Bound::Steady(_)) {
            let message = "what is steady is what was before: this compares it with itself";
            return reader.refuse(Code::Conflict, place, message);
        }
        if matches!(that.bound, Bound::Steady(_)) && reader.outline.faults.is_empty() {
            let message = "what is steady is what was before the first fault, and there is none";
            return reader.refuse(Code::Conflict, place, message);
        }
        if let Some(share) = table.share.filter(|_| that.metric.nature == Nature::Mean) {
            let message = format!("`{}` is judged by its mean", that.metric.name);
            let help = "`in` is for counts and maxima, which hold or not in each replication";
            return reader.refuse_with(Code::Conflict, share.place, message, help);
        }
        Some(Self {
            that,
            during,
            because: table.because,
            fails_in: table.fails_in.0.into_iter().map(|it| it.value.0).collect(),
            share: table.share.map_or(1.0, |it| it.value.fraction()),
        })
    }
}

section! {
    /// `[steady]`: what is true before the first fault, and again after the last.
    struct SteadyTable {
        /// Statements such as `"checkout.error_rate < 0.1%"`.
        required expect: List<Statement, STATEMENTS_MAX>,
        /// How long after the end of the last fault the phase `after` begins.
        default settle: SimDuration = SimDuration::ZERO,
    }
}

impl Read for Steady {
    const EXPECTED: &'static str = SteadyTable::EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = SteadyTable::read(node, reader)?;
        let itself = table.expect.0.iter().find(|it| matches!(it.value.bound, Bound::Steady(_)));
        if let Some(itself) = itself {
            let message = "this says what is steady: it needs a bound of its own";
            return reader.refuse(Code::Conflict, itself.place, message);
        }
        let expects = table.expect.0.into_iter().map(|it| it.value).collect();
        Some(Self { expects, settle: table.settle })
    }
}

/// The name of a phase.
#[derive(Clone, Debug)]
pub(crate) struct During(pub(crate) String);

impl Read for During {
    const EXPECTED: &'static str = "a phase: \"before\", a fault's name, \"after\" or \"always\"";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let name = text(node, Self::EXPECTED, reader)?;
        let faults = reader.outline.faults.iter().map(String::as_str);
        let known = ["before", "after", "always"].into_iter().chain(faults);
        if known.clone().any(|it| it == name) {
            return Some(Self(name.to_owned()));
        }
        reader.unknown(Code::UnknownName, node.place, ("phase", name), known)
    }
}

/// The name of a variant in which an expectation falls.
#[derive(Clone, Debug)]
pub(crate) struct Fallen(String);

impl Read for Fallen {
    const EXPECTED: &'static str = "a variant's name, or \"base\"";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let name = text(node, Self::EXPECTED, reader)?;
        let variants = reader.outline.variants.iter().map(String::as_str);
        let known = std::iter::once("base").chain(variants);
        if known.clone().any(|it| it == name) {
            return Some(Self(name.to_owned()));
        }
        reader.unknown(Code::UnknownName, node.place, ("variant", name), known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_has_its_default() {
        let expect: Expect = value_of("{ that = \"l.error_rate < 1%\" }");
        assert_eq!((&*expect.during, expect.share), ("always", 1.0));
        assert!(expect.fails_in.is_empty() && expect.because.is_none());
        let text =
            "{ that = \"a.queue.max < 9\", during = \"f\", in = \"95%\", fails_in = [\"v\"] }";
        let expect: Expect = value_of(text);
        assert_eq!((&*expect.during, expect.share, &*expect.fails_in[0]), ("f", 0.95, "v"));
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let cases = [
            ("during = \"befor\"", Code::UnknownName, "did you mean `before`?"),
            ("fails_in = [\"bas\"]", Code::UnknownName, "did you mean `base`?"),
            ("in = \"95%\"", Code::Conflict, "counts and maxima"),
            ("within = \"3s of f.start\"", Code::NotYet, "take it out"),
        ];
        for (more, code, help) in cases {
            let text = format!("{{ that = \"l.error_rate < 1%\", {more} }}");
            let fault = faults_of::<Expect>(&text).swap_remove(0);
            assert_eq!(fault.code, code, "{more}");
            assert!(fault.help.unwrap_or_default().contains(help), "{more}");
        }
        let itself = "{ expect = [\"l.goodput >= 1.1x steady\"] }";
        assert_eq!(faults_of::<Steady>(itself)[0].code, Code::Conflict);
    }
}
