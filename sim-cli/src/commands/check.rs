//! `stormglass check`.

use std::path::{Path, PathBuf};

use clap::Args;
use sim_core::schema::Scenario;
use sim_plot::figure::counted;

use crate::exit::Exit;
use crate::failure;
use crate::input::{BASE, Input};
use crate::output::Output;
use crate::render::style::{GOOD, paint};
use sim_core::scenario::harmless;

/// Read scenarios with all their variants and tell what is wrong with them.
///
/// Runs nothing. Everything that is wrong is told at once, with its place and how to mend it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass check scenarios/*.toml\n  \
    stormglass check shop.toml --set service.shop.workers=none")]
pub(crate) struct CheckArgs {
    /// Scenario files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Put another value into the scenarios and all their variants; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

/// Checks each file, also after one with faults.
pub(crate) fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    let mut output = Output::open(None)?;
    let mut exit = Exit::Success;
    for path in &args.files {
        match summary(path, &args.set) {
            Ok(summary) => output.text(&format!("{} {summary}\n", paint(GOOD, "ok")))?,
            Err(error) => exit = exit.worse(failure::tell(&error)),
        }
    }
    Ok(exit)
}

fn summary(path: &Path, sets: &[String]) -> anyhow::Result<String> {
    let input = Input::read(path, sets)?;
    input.check_all()?;
    let scenario = input.check(BASE)?;
    let parts = parts(&scenario, input.names().len() - 1);
    Ok(format!("{}: {}", harmless(&path.display().to_string()), parts.join(", ")))
}

fn parts(scenario: &Scenario, variants: usize) -> Vec<String> {
    let calls = scenario.services.iter().flat_map(|it| &it.ops).map(|it| it.calls.len()).sum();
    let all = [
        (scenario.services.len(), "service"),
        (calls, "call"),
        (scenario.loads.len(), "load"),
        (scenario.systems.len(), "system"),
        (scenario.faults.len(), "fault"),
        (scenario.stores.len(), "store"),
        (scenario.runbooks.len(), "runbook"),
        (scenario.disasters.len(), "disaster"),
        (variants, "variant"),
    ];
    all.into_iter().filter(|it| it.0 > 0).map(|(count, what)| counted(count as u64, what)).collect()
}
