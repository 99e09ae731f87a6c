//! Rows that no scenario can say, and why. When the reason goes, the row moves to an experiment.

/// Rows with one reason.
pub(crate) struct Inexpressible {
    pub(crate) ids: &'static [&'static str],
    pub(crate) because: &'static str,
}

pub(crate) const INEXPRESSIBLE: &[Inexpressible] = &[
    Inexpressible {
        ids: &["preempt-1", "preempt-2"],
        because: "priority is not preemptive: a worker is a thread or a connection and ends what it \
                  has begun, and cores are shared equally. In the row class 2 does not touch class \
                  1 at all, which no discipline without preemption gives",
    },
    Inexpressible {
        ids: &["rec-D1", "rec-D2"],
        because: "a deadline is handed on whole: no hop keeps a share of it back; the closed form \
                  is held against the row",
    },
    Inexpressible {
        ids: &[
            "rec-A1", "rec-A2", "rec-A3", "rec-A6", "rec-E1", "rec-E2", "rec-E3", "rec-E4",
            "rec-E5", "rec-E6", "rec-E7", "rec-K3", "rec-K4", "rec-L1", "rec-L2", "rec-Q1",
        ],
        because: "arithmetic without anything that happens; the closed form is held against the row",
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
