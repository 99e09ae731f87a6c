//! `[[abort]]`: what ends an experiment early.

use super::within::windows;
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{OneOf, Positive, Word};
use crate::schema::{Abort, Bound, Fact, Then};
use crate::time::SimDuration;

section! {
    /// `[[abort]]`: something that ends the faults, or the run, when it has been true too long.
    ///
    /// It is looked at when a window of `over` ends. Shares and latencies are of what ended in the
    /// window, rates of what came in it. A window in which it is not defined does not count as true,
    /// and in a variant that has no such thing it never comes about. Phases that it cuts short are
    /// not judged: that of each fault that it ends, and `always`.
    struct AbortTable {
        /// What: `"checkout.error_rate > 20%"`, or `"fraud.breaker == open"`.
        required when: At<Fact>,
        /// Width of the windows on which it is judged; 1 s where this is not said.
        optional over: At<Positive<SimDuration>>,
        /// How long it must have been true without a break; one window where this is not said.
        optional lasts as "for": At<SimDuration>,
        /// When the first window begins, from time zero, which is also the default.
        optional after: At<SimDuration>,
        /// `"rollback"`: all faults end, and none begins any more. `"stop"`: the run ends.
        required then: OneOf<Then>,
    }
}

impl Word for Then {
    const KIND: &'static str = "end of an experiment";
    const WORDS: &'static [(&'static str, Self)] =
        &[("rollback", Self::Rollback), ("stop", Self::Stop)];
}

/// An abort and where its parts stand, for the checks that need the whole scenario.
#[derive(Clone, Debug)]
pub(crate) struct PlacedAbort {
    pub(crate) abort: Abort,
    pub(crate) over: Place,
    pub(crate) lasts: Place,
}

impl Read for PlacedAbort {
    const EXPECTED: &'static str = AbortTable::EXPECTED;

    fn shape() -> Shape {
        AbortTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = AbortTable::read(node, reader)?;
        let compares =
            |it: &Fact| matches!(it, Fact::Metric(it) if matches!(it.bound, Bound::Steady(_)));
        if compares(&table.when.value) && reader.outline.faults.is_empty() {
            let message = "what is steady is what was before the first fault, and there is none";
            return reader.refuse(Code::Conflict, table.when.place, message);
        }
        let windows = windows(&table.when, table.over, table.lasts, SimDuration::ZERO, reader)?;
        let place = |it: Option<Place>| it.unwrap_or(node.place);
        let abort = Abort {
            when: table.when.value,
            over: windows.over,
            lasting: windows.lasting,
            after: table.after.map_or(SimDuration::ZERO, |it| it.value),
            then: table.then.0,
        };
        Some(Self {
            abort,
            over: place(table.over.map(|it| it.place)),
            lasts: place(table.lasts.or(table.after).map(|it| it.place)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_has_its_default() {
        let text = "{ when = \"l.error_rate > 20%\", then = \"stop\" }";
        let abort = value_of::<PlacedAbort>(text).abort;
        assert_eq!((abort.over, abort.lasting), (SimDuration::from_secs(1), SimDuration::ZERO));
        assert_eq!((abort.after, abort.then), (SimDuration::ZERO, Then::Stop));
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let cases = [
            ("over = \"0s\"", Code::OutOfRange, ""),
            ("over = \"10s\", for = \"15s\"", Code::OutOfRange, "a multiple of `over`"),
            ("then = \"rolback\"", Code::UnknownWord, "`rollback`"),
        ];
        for (more, code, help) in cases {
            let then = if more.contains("then") { "" } else { ", then = \"stop\"" };
            let text = format!("{{ when = \"l.error_rate > 1%\", {more}{then} }}");
            let fault = faults_of::<PlacedAbort>(&text).swap_remove(0);
            assert_eq!(fault.code, code, "{more}");
            assert!(fault.help.unwrap_or_default().contains(help), "{more}");
        }
        let whole = "{ when = \"l.outage.longest > 5s\", then = \"stop\" }";
        assert_eq!(faults_of::<PlacedAbort>(whole)[0].code, Code::Misfit);
    }
}
