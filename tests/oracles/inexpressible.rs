//! Rows that no scenario can say, and why. When the reason goes, the row moves to an experiment.

/// Rows with one reason.
pub(crate) struct Inexpressible {
    pub(crate) ids: &'static [&'static str],
    pub(crate) because: &'static str,
}

pub(crate) const INEXPRESSIBLE: &[Inexpressible] = &[
    Inexpressible {
        ids: &["preempt-1", "preempt-2"],
        because: "priority is non-preemptive (head of the line): a worker is a thread or a \
                  connection, which finishes what it has begun, and cores are shared equally, \
                  without weights. Class 1 of the row alone is M/M/1 at 0.3, class 2 has no \
                  work-conserving equivalent without preemption",
    },
    Inexpressible {
        ids: &["hedge-mean"],
        because: "there are no hedged calls yet: a retry begins after the first try has ended, and \
                  a group waits for all of its calls",
    },
    Inexpressible {
        ids: &["rec-D1", "rec-D2"],
        because: "a deadline is handed on whole: no hop keeps a share of it back; the closed form \
                  is held against the row",
    },
];
