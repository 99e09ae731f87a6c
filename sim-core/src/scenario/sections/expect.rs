//! `[[expect]]` and `[steady]`: what the author says will be seen.

use crate::metric::Nature;
use crate::quantity::Share;
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, Positive, text};
use crate::schema::{Bound, Expect, Fact, Steady, When, Within};
use crate::time::SimDuration;

use super::within::{WithinText, windows};

/// Statements of a kind at most.
pub(crate) const STATEMENTS_MAX: usize = 500;

section! {
    /// `[[expect]]`: something that a run is expected to show.
    ///
    /// With `during`, a metric is that of what started in the phase, and a state is expected at all
    /// times of it. With `within`, something is expected to come true, soon enough and for a while,
    /// in each replication: a metric on windows of `over` from the named moment on, in which shares
    /// and latencies are of what ended in the window, and rates of what came in it; a state at every
    /// instant. `steady` means for windows what ended before the first fault; until then, and in
    /// windows in which the metric is not defined, nothing is true.
    struct ExpectTable {
        /// What: `"checkout.error_rate <= 0.1%"`, or a state, `"fraud.breaker == open"`: of all the
        /// call's breakers, where each calling instance has its own.
        required that: At<Fact>,
        /// In which phase: `before`, a fault's name, `after`, or `always` where this is not said.
        optional during: At<During>,
        /// By when it comes true: `"3s of fraud-slow.start"`, `"60s of fraud-slow.end"`, or
        /// `"60s of start"`, which is time zero. The moment is the beginning of the first window.
        optional within: At<WithinText>,
        /// How long it then stays true; 10 s where this is not said, and 0 for a state.
        optional lasts as "for": At<SimDuration>,
        /// Width of the windows; 1 s where this is not said. Where single failures would decide,
        /// write a longer one.
        optional over: At<Positive<SimDuration>>,
        /// Why that is to be expected.
        optional because: String,
        /// Variants, `base` among them, in which it is known to be false.
        default fails_in: List<Fallen> = List(Vec::new()),
        /// In which share of the replications a count or maximum, a state, or what comes true
        /// `within` a time must hold; in all by default.
        optional share as "in": At<Share>,
    }
}

/// How long something stays true that comes true within a time, where that is not said.
const LASTING: SimDuration = SimDuration::from_secs(10);

/// An expectation and where its parts stand, for the checks that need the whole scenario.
#[derive(Clone, Debug)]
pub(crate) struct PlacedExpect {
    pub(crate) expect: Expect,
    pub(crate) within: Place,
    pub(crate) over: Place,
}

impl Read for PlacedExpect {
    const EXPECTED: &'static str = ExpectTable::EXPECTED;

    fn shape() -> Shape {
        ExpectTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ExpectTable::read(node, reader)?;
        let (within, over) = (table.within.as_ref().map(|it| it.place), table.over);
        let when = when(&table, reader)?;
        own_share(&table, reader)?;
        let place = |it: Option<Place>| it.unwrap_or(node.place);
        let expect = Expect {
            that: table.that.value,
            when,
            because: table.because,
            fails_in: table.fails_in.0.into_iter().map(|it| it.value.0).collect(),
            share: table.share.map_or(1.0, |it| it.value.fraction()),
        };
        Some(Self { expect, within: place(within), over: place(over.map(|it| it.place)) })
    }
}

/// When it must be true.
fn when(table: &ExpectTable, reader: &mut Reader<'_>) -> Option<When> {
    let ExpectTable { that, during, within, lasts, over, .. } = table;
    if is_relative(&that.value) && reader.outline.faults.is_empty() {
        let message = "what is steady is what was before the first fault, and there is none";
        return reader.refuse(Code::Conflict, that.place, message);
    }
    match (within, during) {
        (Some(_), None) if over.is_some() && matches!(that.value, Fact::State(_)) => {
            let message = "a state is looked at at every instant, not on windows";
            let place = over.map_or(that.place, |it| it.place);
            reader.refuse_with(Code::Conflict, place, message, "take `over` out")
        }
        (Some(within), None) => {
            let windows = windows(that, *over, *lasts, LASTING, reader)?;
            let At { value: WithinText { text, bound, anchor }, .. } = within.clone();
            let (over, lasting) = (windows.over, windows.lasting);
            Some(When::Within(Within { text, anchor, bound, lasting, over }))
        }
        (Some(within), Some(_)) => {
            let message = "`within` and `during` are two ways to say when";
            reader.refuse_with(Code::Conflict, within.place, message, "take one of them out")
        }
        (None, _) => {
            let idle = [("for", lasts.map(|it| it.place)), ("over", over.map(|it| it.place))];
            if let Some((key, place)) = idle.into_iter().find_map(|it| Some((it.0, it.1?))) {
                let message = format!("`{key}` belongs to `within`, and that is not here");
                let help = "write `within = \"3s of NAME.start\"`, or take it out";
                return reader.refuse_with(Code::Conflict, place, message, help);
            }
            phase(that, during.as_ref(), reader).map(When::During)
        }
    }
}

fn phase(that: &At<Fact>, during: Option<&At<During>>, reader: &mut Reader<'_>) -> Option<String> {
    let during = during.map_or("always", |it| &it.value.0);
    if during == "before" && is_relative(&that.value) {
        let message = "what is steady is what was before: this compares it with itself";
        return reader.refuse(Code::Conflict, that.place, message);
    }
    Some(during.to_owned())
}

/// Whether it compares with what is steady.
fn is_relative(fact: &Fact) -> bool {
    matches!(fact, Fact::Metric(it) if matches!(it.bound, Bound::Steady(_)))
}

/// `in` is for what holds or not in each replication.
fn own_share(table: &ExpectTable, reader: &mut Reader<'_>) -> Option<()> {
    let Some(share) = table.share.filter(|_| table.within.is_none()) else { return Some(()) };
    let Fact::Metric(statement) = &table.that.value else { return Some(()) };
    if statement.metric.nature != Nature::Mean {
        return Some(());
    }
    let message = format!("`{}` is judged by its mean", statement.metric.name);
    let help = "`in` is for counts and maxima, which hold or not in each replication";
    reader.refuse_with(Code::Conflict, share.place, message, help)
}

section! {
    /// `[steady]`: what is true before the first fault, and again after the last.
    struct SteadyTable {
        /// Statements such as `"checkout.error_rate < 0.1%"`.
        required expect: List<Fact, STATEMENTS_MAX>,
        /// How long after the end of the last fault the phase `after` begins.
        default settle: SimDuration = SimDuration::ZERO,
    }
}

impl Read for Steady {
    const EXPECTED: &'static str = SteadyTable::EXPECTED;

    fn shape() -> Shape {
        SteadyTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = SteadyTable::read(node, reader)?;
        let itself = table.expect.0.iter().find(|it| is_relative(&it.value));
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

    fn shape() -> Shape {
        Shape::text(Meaning::Phase, "", &["before", "after", "always"])
    }

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
pub(crate) struct Fallen(pub(super) String);

impl Read for Fallen {
    const EXPECTED: &'static str = "a variant's name, or \"base\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Variant, "", &["base"])
    }

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

    fn expect(text: &str) -> Expect {
        value_of::<PlacedExpect>(text).expect
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let bare = expect("{ that = \"l.error_rate < 1%\" }");
        assert_eq!((bare.when, bare.share), (When::During("always".to_owned()), 1.0));
        assert!(bare.fails_in.is_empty() && bare.because.is_none());
        let text =
            "{ that = \"a.queue.max < 9\", during = \"f\", in = \"95%\", fails_in = [\"v\"] }";
        let full = expect(text);
        assert_eq!((full.when, full.share), (When::During("f".to_owned()), 0.95));
        assert_eq!(full.fails_in, ["v"]);
    }

    #[test]
    fn what_comes_true_stays_so_for_a_while() {
        let within = |that: &str, more: &str| {
            let text = format!("{{ that = \"{that}\", within = \"3s of f.start\"{more} }}");
            match expect(&text).when {
                When::Within(it) => {
                    (it.over.as_nanos() / 1_000_000, it.lasting.as_nanos() / 1_000_000)
                }
                When::During(phase) => panic!("{phase} is a phase"),
            }
        };
        assert_eq!(within("l.error_rate < 1%", ""), (1_000, 10_000));
        assert_eq!(
            within("l.error_rate < 1%", ", over = \"4s\""),
            (4_000, 12_000),
            "whole windows"
        );
        assert_eq!(within("l.error_rate < 1%", ", for = \"0s\", in = \"95%\""), (1_000, 0));
        assert_eq!(within("b.breaker == open", "").1, 0, "a state needs no while");
        assert_eq!(within("b.breaker == open", ", for = \"1500ms\"").1, 1_500, "nor windows");
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let cases = [
            ("during = \"befor\"", Code::UnknownName, "did you mean `before`?"),
            ("fails_in = [\"bas\"]", Code::UnknownName, "did you mean `base`?"),
            ("in = \"95%\"", Code::Conflict, "counts and maxima"),
            ("within = \"3s of f.start\", during = \"f\"", Code::Conflict, "one of them"),
            ("within = \"3s of f.start\", for = \"1500ms\"", Code::OutOfRange, "multiple"),
            ("for = \"5s\"", Code::Conflict, "write `within"),
            ("over = \"5s\"", Code::Conflict, "write `within"),
        ];
        for (more, code, help) in cases {
            let text = format!("{{ that = \"l.error_rate < 1%\", {more} }}");
            let fault = faults_of::<PlacedExpect>(&text).swap_remove(0);
            assert_eq!(fault.code, code, "{more}");
            assert!(fault.help.unwrap_or_default().contains(help), "{more}");
        }
        for metric in ["l.unfinished_rate < 1%", "l.outage.longest < 5s"] {
            let text = format!("{{ that = \"{metric}\", within = \"3s of f.start\" }}");
            let fault = faults_of::<PlacedExpect>(&text).swap_remove(0);
            assert_eq!(fault.code, Code::Misfit, "{metric}");
        }
        let itself = "{ expect = [\"l.goodput >= 1.1x steady\"] }";
        assert_eq!(faults_of::<Steady>(itself)[0].code, Code::Conflict);
    }
}
