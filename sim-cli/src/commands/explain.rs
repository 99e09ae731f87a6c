//! `stormglass explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::Exit;
use crate::explain::{json, text};
use crate::input::{BASE, Input};
use crate::output::Output;

/// Tell what a scenario says, and what arithmetic says about it, without running it.
///
/// Loads with their mean rates, what comes of them at each service, the policies of each call with
/// all defaults spelled out, what each pool needs by Little's law against what it has, and advice:
/// what will go wrong by its own numbers, where, and what mends it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass explain shop.toml\n  \
    stormglass explain shop.toml --variant naive --format json")]
pub(crate) struct ExplainArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Explain this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Put another value into the scenario; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What the explanation is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: the resolved scenario.
    Json,
}

/// Explains the scenario.
pub(crate) fn explain(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.set)?;
    let variant = args.variant.as_deref().filter(|it| *it != BASE);
    let scenario = input.check(variant.unwrap_or(BASE))?;
    let line = |path: &str| input.line(variant, path);
    let mut output = Output::open(None)?;
    match args.format {
        Format::Text => output.text(&text::text(&scenario, variant, &line, output.look().width))?,
        Format::Json => {
            let value = json::json(&scenario, variant.unwrap_or(BASE), &input.hash(), &line);
            output.data(|out| writeln!(out, "{value:#}"))?;
        }
    }
    Ok(Exit::Success)
}
