//! The inventory of claims, row by row: what the scenario files and a few small scenarios show.
//!
//! Tests are named by the rows that they stand for: `t05_t38_…`, `s34_c08_…`. `C` rows are the
//! corrected numbers. What random scenarios give is held against the exact value within four of the
//! report's own standard errors.
//!
//! Not shown, of the rows that this level of the model is to show:
//!
//! | row | what is missing | why |
//! |-----|-----------------|-----|
//! | S15 | `active` under that name | it is `in_flight.mean`, and its peak `in_flight.max` |
//! | T39, T43 | the trace as it is printed | no constant rate gives all its lines (C05); what each line needs is shown instead |
//! | T46 | the crash | nothing crashes from load yet: the queue that would fill the memory is shown |

#[path = "inventory/ablation.rs"]
mod ablation;
#[path = "inventory/breakers.rs"]
mod breakers;
#[path = "inventory/bulkheads.rs"]
mod bulkheads;
#[path = "inventory/checkout.rs"]
mod checkout;
#[path = "inventory/files.rs"]
mod files;
#[path = "inventory/pools.rs"]
mod pools;
#[path = "inventory/retries.rs"]
mod retries;
#[path = "inventory/storms.rs"]
mod storms;

/// A leaf that never answers.
const HANGS: &str = "workers = \"unlimited\"\ntime = \"10000s\"";
/// A leaf that always fails, after 1 ms.
const FAILS: &str = "workers = \"unlimited\"\ntime = \"1ms\"\nerrors = \"100%\"";

/// The same scenario with this many replications.
fn replicated(text: &str, replications: u32) -> String {
    text.replace("replications = 1 ", &format!("replications = {replications} "))
}
