//! Whether to try again.
//!
//! How often and on which failures is plain configuration (`attempts`, `on`); what has a state is
//! the budget that keeps retries a share of calls.

mod budget;
mod in_flight_budget;
mod retry_after;

pub use self::budget::Budget;
pub use self::in_flight_budget::InFlightBudget;
pub use self::retry_after::RetryAfter;
