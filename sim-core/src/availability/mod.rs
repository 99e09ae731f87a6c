//! Systems over years: what fails, is mended and stands in for each other, and what of the traffic
//! is lost meanwhile.
//!
//! An engine of its own, of hours and years: a request takes no time here, and what is lost is a
//! share of the traffic. It has the agenda, the laws and the streams in common with the engine of
//! requests, and its numbers go into the same report.
//!
//! ```text
//! copies.rs   one system's copies: which work, which carry traffic, who is mended   ─┐
//! common.rs   what strikes them all at once                                          ├─▶ share lost
//! rollout.rs  its deploys, good and bad                                              ─┘
//! years.rs    one loop over the agenda; a system is lost with any of its parts
//! record.rs   downtime, outages, months and years that kept what was promised
//! theory.rs   what closed forms say of it
//! ```
//!
//! The parts of a system are independent of each other: of what each leaves, the next takes its
//! share. Time starts with everything in order.

mod common;
mod copies;
mod record;
mod rollout;
pub mod theory;
mod years;

pub use record::{Record, Stretches};
pub use years::{Years, run};
