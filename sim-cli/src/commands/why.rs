//! `stormglass why`.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use sim_core::experiment::trace;
use sim_core::observe::trace::Choice;

use crate::exit::Exit;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::output::Output;
use crate::render::story;
use crate::render::trace::{Format as Trace, Traced, write};

/// Tell one request's story: what it waited for, what failed, and where its time went.
///
/// Requests are numbered from 1 in the order in which they come, warm-up included. Without a number,
/// those are listed that are worth a look: the slowest, and the first that failed for each reason.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass why scenarios/checkout/checkout.toml\n  \
    stormglass why scenarios/checkout/checkout.toml --request 4711\n  \
    stormglass why shop.toml --variant naive --request 4711 --format jsonl")]
pub(crate) struct WhyArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Number of the request
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    request: Option<u64>,
    /// Run this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME", default_value = BASE, hide_default_value = true)]
    variant: String,
    /// Replication, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    replication: u32,
    /// Root of all randomness, instead of the scenario's own
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Put another value into the scenario; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What a story is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree, for people.
    #[default]
    Text,
    /// Its steps as JSON Lines.
    Jsonl,
    /// Chrome's trace events, for ui.perfetto.dev.
    Chrome,
}

/// How many steps of one request are told.
const STEPS_MAX: usize = 200_000;

/// Tells the story.
pub(crate) fn why(args: &WhyArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.set)?;
    let names = input.names();
    if !names.contains(&args.variant) {
        let (file, variant) = (args.file.display(), &args.variant);
        bail!("`{file}` has no variant `{variant}`; it has {}", names.join(", "));
    }
    let plan = input.plan(|it| it == args.variant)?;
    let (variant, model) = &plan.variants[0];
    let seed = args.seed.unwrap_or(plan.seed);
    let mut output = Output::open(None)?;
    interrupt::listen()?;
    // No request has the number 0: then it is only looked which are worth a look.
    let number = args.request.unwrap_or(0);
    let choice = Choice { requests: number..=number, most: STEPS_MAX, ..Choice::default() };
    let traced = trace(model, seed, args.replication, choice, &mut |_| !interrupt::requested());
    let Some((trace, ending)) = traced else { return Ok(Exit::Interrupted) };
    if number > trace.requests {
        bail!("there is no request {number}: {} came", trace.requests);
    }
    let stories = trace.stories(ending.at);
    match (stories.first(), args.format) {
        (None, _) => output.text(&story::notable(&trace.notable, model))?,
        (Some(it), Format::Text) => output.text(&story::story(it, model, ending.at))?,
        (Some(_), format) => {
            let format = if format == Format::Jsonl { Trace::Jsonl } else { Trace::Chrome };
            let traced = Traced { variant, model, trace, ending };
            output.data(|out| write(&[traced], format, out))?;
        }
    }
    Ok(Exit::Success)
}
