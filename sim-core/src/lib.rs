//! Stormglass as a library: a deterministic discrete-event simulator of resilience in distributed
//! systems.
//!
//! It reads no files, starts no threads and owns no clock; it builds for WebAssembly. Text flows
//! down through types that each know more and allow less:
//!
//! ```text
//! text ─ scenario::parse ─▶ Source ─ Source::check ─▶ Checked ─ compile ─▶ Model
//!      ─ engine::run(&Model, Seed, &mut Observer) ─▶ counts ─ experiment ─▶ report::Report
//! ```
//!
//! What happens between the compiled model and the counts is the crate `sim-engine`, whose modules
//! are here under their own names.
#![forbid(unsafe_code)]

pub mod analytic;
pub mod availability;
pub mod compile;
pub mod experiment;
pub mod report;
pub mod scenario;

pub use sim_engine::{
    backup, distribution, engine, fault, id, math, metric, model, observe, order, policy, quantity,
    recovery, replication, rng, schema, statistics, time,
};
