//! What commands that run scenarios to compare them have in common.

use clap::Args;

/// How to run.
#[derive(Debug, Args)]
pub(crate) struct Running {
    /// Root of all randomness, instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Independent replications, instead of the scenario's own number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) replications: Option<u32>,
    /// Put another value into the scenario; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Threads that run replications, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Neither progress nor remarks on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
