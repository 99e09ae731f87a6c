//! Closed forms: what queueing theory and arithmetic say without a simulation.
//!
//! They size pools, explain results, and are the measure that the engine's tests are held
//! against. All are exact for their model, and each says which model that is; what the model
//! leaves out (retries, bursts, correlated failures) is what the engine is for.
//!
//! Conventions: rates are per second, times in seconds, probabilities and shares in `[0, 1]`.
//! Inputs outside their stated range are a caller's bug and checked in debug builds; `None` says
//! that there is no steady state or no answer.
//!
//! | Question                                                  | it is in       |
//! |-----------------------------------------------------------|----------------|
//! | how many are in flight                                    | [`little`]     |
//! | how many calls find all slots taken                       | [`erlang`]     |
//! | how long do they wait                                     | [`mmc`]        |
//! | … when the queue is bounded                               | [`mmck`]       |
//! | … when they give up waiting                               | [`abandonment`] |
//! | how large must the pool be                                | [`sizing`]     |
//! | how much load do retries add                              | [`retry`]      |
//! | when does a breaker open                                  | [`breaker`]    |
//! | what is left of a deadline                                | [`deadline`]   |

pub mod abandonment;
pub mod breaker;
pub mod deadline;
pub mod erlang;
mod formula;
pub mod little;
pub mod mmc;
pub mod mmck;
pub mod retry;
pub mod sizing;

pub use formula::Formula;

/// Holds computed values against those of a table.
#[cfg(test)]
fn assert_rows(rows: &[(&str, f64, f64)], relative: f64) {
    for (id, got, want) in rows {
        assert!((got - want).abs() <= relative * want.abs(), "{id}: {got}, not {want}");
    }
}
