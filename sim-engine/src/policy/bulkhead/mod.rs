//! How many calls may be in flight at a time.

mod semaphore;

pub use self::semaphore::{Decision, Semaphore};
