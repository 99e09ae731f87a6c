//! Standbys of a store: how far they are behind, when they are away by themselves, and how one of
//! them takes over.
//!
//! What is drawn here is drawn alike for a disaster and for a run of requests: each has its own
//! streams, and calls these.

pub mod failover;
pub mod standby;
