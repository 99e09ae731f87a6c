//! What happens in a scenario: laws, policies, faults, the compiled model and the loop over its events,
//! and the disasters of its stores.
//!
//! ```text
//! model::Model     ─ engine::World, O: Observer ─▶ counts
//! schema::Disaster ─ recovery::Case ─────────────▶ recovery::Tally
//! ```
//!
//! It knows no scenario's text and no file: `sim-core` reads those, and makes experiments and reports of what
//! comes out here. The two are apart since this one is built for speed wherever it runs, and that one
//! for size where it is sent through a network. No threads, no clock, no hash-map order.
#![forbid(unsafe_code)]

pub mod backup;
pub mod distribution;
pub mod engine;
pub mod fault;
pub mod id;
pub mod math;
pub mod metric;
pub mod model;
pub mod observe;
pub mod order;
pub mod place;
pub mod policy;
pub mod quantity;
pub mod recovery;
pub mod replication;
pub mod rng;
pub mod schema;
pub mod statistics;
pub mod time;
