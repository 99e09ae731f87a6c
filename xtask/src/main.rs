//! What cargo alone cannot do: `cargo xtask test` runs every check that a change must pass, and
//! installs what is missing for it.

mod check;
mod header;
mod inventory;
mod library;
mod licences;
mod page;
mod step;
mod verdicts;
mod wasm;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};

use library::Mode;

/// Tasks of the stormglass workspace.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that a change must pass: format, lints, tests, the slow profile, WebAssembly,
    /// documentation, licences
    Test,
    /// The same scenarios natively and in WebAssembly: same hashes
    Wasm,
    /// Builds the playground into `web/dist`, for any file server and any path
    Web,
    /// The licences of all dependencies against those allowed
    Licences,
    /// Runs the library of scenarios and writes the page that lists it
    Scenarios {
        /// Write nothing, and fail if the page is stale
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<()> {
    match Args::parse().task {
        Task::Test => check::all(),
        Task::Wasm => wasm::same_hashes(),
        Task::Web => web::build(),
        Task::Licences => licences::check(),
        Task::Scenarios { check: true } => library::list(Mode::Check),
        Task::Scenarios { check: false } => library::list(Mode::Write),
    }
}
