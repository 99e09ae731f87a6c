//! Resilience policies as pure state machines: time in, decision out.
//!
//! A policy knows the time, its stream of random numbers and its own configuration; nothing of the
//! engine. It never schedules. One family a folder, one published algorithm a file.
//!
//! Wherever a policy takes `now`, it never decreases from one call to the next.

pub mod backoff;
pub mod balancer;
pub mod breaker;
pub mod bulkhead;
pub mod cache;
pub mod concurrency;
pub mod failure;
pub mod hedge;
pub mod limiter;
pub mod queue;
pub mod retry;
pub mod sharing;
pub mod shedder;
pub mod throttle;

mod recent;
