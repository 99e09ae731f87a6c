//! Closed forms: what queueing and reliability theory and arithmetic say without a simulation.
//!
//! They size pools, explain results, and are the measure that the engine's tests are held
//! against. All are exact for their model, and each says which model that is; what the model
//! leaves out (retries, bursts, correlated failures) is what the engine is for.
//!
//! Conventions: rates are per second, times in seconds (where a formula takes any unit, it says so),
//! probabilities and shares in `[0, 1]`.
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
//! | how many of so many happen                                | [`binomial`]   |
//! | how much piles up, and how long it takes to drain         | [`backlog`]    |
//! | how available is what is made of parts                    | [`availability`] |
//! | … when repairs wait and failovers go wrong                | [`repair`]     |
//! | how fast is an error budget spent, and who is told when   | [`error_budget`] |
//! | how much does a backup lose, and can it be read           | [`backup`]     |
//! | how long does a restore take                              | [`restore`]    |
//! | how long do the parts of a failover take                  | [`failover`]   |
//! | how long does a runbook take whose steps are exponential  | [`stages`]     |
//! | how far may load grow before it is shed                   | [`headroom`]   |
//! | how many pods does a short outage restart                 | [`probe`]      |
//! | how much does a saga take back                            | [`saga`]       |

pub mod abandonment;
pub mod availability;
pub mod backlog;
pub mod backup;
pub mod binomial;
pub mod breaker;
pub mod deadline;
pub mod erlang;
pub mod error_budget;
pub mod failover;
mod formula;
pub mod headroom;
pub mod little;
pub mod mmc;
pub mod mmck;
pub mod probe;
pub mod recurrence;
pub mod repair;
pub mod restore;
pub mod retry;
pub mod saga;
pub mod sizing;
pub mod stages;

pub use formula::Formula;

/// Holds computed values against those of a table.
#[cfg(test)]
fn assert_rows(rows: &[(&str, f64, f64)], relative: f64) {
    for (id, got, want) in rows {
        assert!((got - want).abs() <= relative * want.abs(), "{id}: {got}, not {want}");
    }
}
