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
        ids: &["rec-D1", "rec-D2"],
        because: "a deadline is handed on whole: no hop keeps a share of it back; the closed form \
                  is held against the row",
    },
    Inexpressible {
        ids: &[
            "rec-A1", "rec-A2", "rec-A3", "rec-A6", "rec-E1", "rec-E2", "rec-E3", "rec-E4",
            "rec-E5", "rec-E6", "rec-E7", "rec-E9", "rec-K3", "rec-K4", "rec-L1", "rec-L2",
            "rec-Q1",
        ],
        because: "arithmetic without anything that happens; the closed form is held against the row",
    },
    Inexpressible {
        ids: &[
            "rec-A4",
            "rec-A5_1",
            "rec-A5_5",
            "rec-A5_10",
            "rec-A7",
            "rec-A8",
            "rec-A9",
            "rec-A10",
            "rec-A11",
            "rec-A12",
            "rec-A13",
            "rec-A14",
            "rec-A15",
            "rec-A16",
            "rec-E8",
        ],
        because: "systems over years are not in the format yet; the closed form is held against the \
                  row",
    },
    Inexpressible {
        ids: &["rec-K1", "rec-K2"],
        because: "health checks restart nothing yet; the closed form is held against the row",
    },
    Inexpressible {
        ids: &["rec-S1", "rec-S2"],
        because: "a failed call takes nothing back: there are no compensations yet; the closed form \
                  is held against the row",
    },
];
