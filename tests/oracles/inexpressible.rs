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
        ids: &[
            "cobham-1",
            "cobham-2",
            "cobham-3",
            "mmc-prio-1",
            "mmc-prio-2",
            "ciw-prio-0",
            "ciw-prio-1",
        ],
        because: "queues are first come, first served: `discipline = \"priority\"` is not there yet",
    },
    Inexpressible {
        ids: &["preempt-1", "preempt-2"],
        because: "work in hand is never interrupted for other work",
    },
    Inexpressible {
        ids: &["jackson-R", "jackson-L1", "jackson-L2", "jackson-L3"],
        because: "the network has feedback, and calls may not form a cycle",
    },
    Inexpressible {
        ids: &["mg1ps-W", "mg1ps-x", "ciw-ps", "ciw-ps3-p0", "ciw-ps3-p3", "ciw-ps3-p8"],
        because: "a worker does one request at a time: there is no processor sharing",
    },
    Inexpressible {
        ids: &["tandem2-b0", "tandem2-b5"],
        because: "a full queue does not hold its sender: `overflow = { block = .. }` is not there \
                  yet, and a caller's worker is held until the reply, not until there is room",
    },
    Inexpressible {
        ids: &["vacation-W"],
        because: "workers take no breaks of their own: a fault comes at a set time, not when the \
                  queue is empty",
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
            "rec-E5", "rec-E6", "rec-E7", "rec-T4", "rec-K3", "rec-K4", "rec-L1", "rec-L2",
            "rec-Q1",
        ],
        because: "arithmetic without anything that happens; the closed form is held against the row",
    },
    Inexpressible {
        ids: &[
            "rec-B1", "rec-B2", "rec-B3", "rec-B4", "rec-B5", "rec-B6", "rec-B7", "rec-B8",
            "rec-B9", "rec-B10", "rec-B11", "rec-B12", "rec-C1", "rec-C2", "rec-C3", "rec-C4",
            "rec-C5", "rec-T1", "rec-T2", "rec-T3", "rec-T5", "rec-T6", "rec-T7", "rec-T8",
            "rec-T9", "rec-T10", "rec-T11",
        ],
        because: "stores, their backups and runbooks are not in the format yet; the closed form is \
                  held against the row",
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
