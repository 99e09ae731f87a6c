//! Published models that a scenario file cannot say, built on the public parts of sim-core.
//!
//! The engine of requests and calls is one model among others. What it stands on serves others
//! as well: the agenda keeps events in order, streams draw by purpose, laws and policies are plain
//! values, statistics say how sure a mean is. What a message means is each model's own.
//!
//! | model                | what it is                                                       |
//! |----------------------|------------------------------------------------------------------|
//! | [`contention`]       | clients that write one row, each if it is still what they read   |
//! | [`retry_strategies`] | retries held back by tokens or by a breaker, at a failing server |
//!
//! The package's examples print them beside the published numbers; its oracles hold them to those.

pub mod contention;
mod published;
pub mod retry_strategies;
