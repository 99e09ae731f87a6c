//! What each construct of the format means, shown on scenarios whose outcome is known exactly:
//! constant arrivals, constant times.

#[path = "semantics/calls.rs"]
mod calls;
#[path = "semantics/effects.rs"]
mod effects;
#[path = "semantics/fallbacks.rs"]
mod fallbacks;
#[path = "semantics/faults.rs"]
mod faults;
#[path = "semantics/hedging.rs"]
mod hedging;
#[path = "semantics/loads.rs"]
mod loads;
#[path = "semantics/moments.rs"]
mod moments;
#[path = "semantics/policies.rs"]
mod policies;
#[path = "semantics/queues.rs"]
mod queues;
#[path = "semantics/restores.rs"]
mod restores;
#[path = "semantics/services.rs"]
mod services;
#[path = "semantics/shedding.rs"]
mod shedding;
#[path = "semantics/stores.rs"]
mod stores;
#[path = "semantics/trace.rs"]
mod trace;

use sim_tests::{assert_close, calling, steady};
