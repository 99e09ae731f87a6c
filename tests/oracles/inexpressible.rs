//! Rows that no scenario can say, and why. When the reason goes, the row moves to an experiment.

/// Rows with one reason.
pub(crate) struct Inexpressible {
    pub(crate) ids: &'static [&'static str],
    pub(crate) because: &'static str,
}

pub(crate) const INEXPRESSIBLE: &[Inexpressible] = &[
    Inexpressible {
        ids: &[
            "erlA-50-50-0",
            "erlA-50-50-1",
            "erlA-50-50-2",
            "erlA-50-45-0",
            "erlA-50-45-1",
            "erlA-50-45-2",
        ],
        because: "patience is a fixed `max_wait` or timeout, never drawn from a law; the closed \
                  form is held against the row",
    },
    Inexpressible {
        ids: &["preempt-1", "preempt-2"],
        because: "work in hand is never interrupted for other work",
    },
    Inexpressible {
        ids: &["mg1ps-W", "mg1ps-x", "ciw-ps", "ciw-ps3-p0", "ciw-ps3-p3", "ciw-ps3-p8"],
        because: "a worker does one request at a time: there is no processor sharing",
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
