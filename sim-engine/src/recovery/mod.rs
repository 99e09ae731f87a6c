//! Disasters: what is lost, when it is back, and how sure that is.
//!
//! An engine of its own, of hours and years. Nothing goes on between two disasters, so none of that
//! is simulated: a run draws a moment, looks back at the copies that there are at that moment, and
//! follows the way back. Runs are independent, each with its own streams, so any number of them may
//! go on side by side.
//!
//! ```text
//! moment ─▶ Loss: when, what is left, from when on it is known
//!              ├─ standby:  how far it is behind, and the phases of its taking over
//!              └─ history:  which backups there are ─▶ restore: attempts, log, replay
//!           runbook: steps, people, failures ─▶ Outcome ─▶ Tally
//! ```
//!
//! | I look for | it is in |
//! |---|---|
//! | which backup can be used | `../backup/history.rs` |
//! | how much of the log is safe | `../backup/log.rs` |
//! | how long a restore takes | `../backup/restore.rs` |
//! | how far a standby is behind | `standby.rs` |
//! | the phases of a failover | `failover.rs` |
//! | who does which step when | `runbook.rs` |
//! | what `rpo` and `rto` are | `strike.rs` |
//! | how often it strikes in ten years, and what that comes to | `horizon.rs` |
//! | how many runs make numbers | `tally.rs` |

mod failover;
mod horizon;
mod runbook;
mod standby;
mod strike;
mod tally;

use crate::schema::{Disaster, Runbook, Scenario, Store};

pub use horizon::Stretch;
pub use runbook::Try;
pub use strike::{Fate, Outcome, Part};
pub use tally::{Counts, Spans, Tally};

/// A disaster, with all that it is about.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is lost.
    pub disaster: Disaster,
    /// Of which store.
    pub store: Store,
    /// What is done then.
    pub runbook: Option<Runbook>,
}

/// Runs of a disaster that are done one after the other: the unit of what threads share.
pub const CHUNK: u32 = 500;

impl Case {
    /// The disasters of a checked scenario, in the file's order.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let case = |disaster: &Disaster| {
            let store = scenario.stores.iter().find(|it| it.name == disaster.store);
            let runbook =
                scenario.runbooks.iter().find(|it| Some(&it.name) == disaster.runbook.as_ref());
            Self {
                disaster: disaster.clone(),
                store: store.expect("a checked disaster has a store").clone(),
                runbook: runbook.cloned(),
            }
        };
        scenario.disasters.iter().map(case).collect()
    }

    /// How many chunks there are of its runs.
    pub fn chunks(&self) -> u32 {
        self.disaster.runs.div_ceil(CHUNK)
    }

    /// What all runs come to, one chunk after the other.
    pub fn run(&self, root: u64) -> Tally {
        let mut tally = Tally::new(self);
        for number in 0..self.chunks() {
            tally.merge(self.chunk(root, number));
        }
        tally
    }

    /// What the runs of a chunk come to.
    pub fn chunk(&self, root: u64, number: u32) -> Tally {
        let mut tally = Tally::new(self);
        let first = number * CHUNK;
        for run in first..(first + CHUNK).min(self.disaster.runs) {
            tally.push(run, &self.strike(root, run), self);
            if let Some(stretch) = self.stretch(root, run) {
                tally.push_stretch(&stretch, self);
            }
        }
        tally
    }
}
