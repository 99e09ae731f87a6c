//! How fast the engine is, told as a ratio: the same model on the same machine in the same process,
//! once written out by hand ([`floor`]) and once through a scenario with its whole report
//! ([`scenario`]).
//!
//! Nanoseconds depend on the machine and on what else it does; the ratio hardly does.
#![forbid(unsafe_code)]

pub mod floor;
pub mod hold;
#[cfg(feature = "peers")]
pub mod peers;
pub mod rounds;
pub mod scenario;
pub mod workload;
