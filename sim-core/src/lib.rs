//! The engine of stormglass: a deterministic discrete-event simulator of resilience in
//! distributed systems.
//!
//! It reads no files, starts no threads and owns no clock; it builds for WebAssembly. Text flows
//! down through types that each know more and allow less:
//!
//! ```text
//! text ─ scenario::parse ─▶ Source ─ Source::check ─▶ Checked ─ model::compile ─▶ Model
//!      ─ engine::run(&Model, Seed, &mut Observer) ─▶ counts ─ experiment ─▶ report::Report
//! ```
#![forbid(unsafe_code)]

pub mod analytic;
pub mod availability;
pub mod backup;
pub mod distribution;
pub mod engine;
pub mod experiment;
pub mod fault;
pub mod id;
pub mod math;
pub mod metric;
pub mod model;
pub mod observe;
pub mod order;
pub mod policy;
pub mod quantity;
pub mod recovery;
pub mod replication;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod statistics;
pub mod time;
