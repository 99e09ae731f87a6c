//! `stormglass recover`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use sim_core::quantity::Share;
use sim_core::report::EntityKind;

use super::format::Summary as Format;
use crate::exit::Exit;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::job::{Job, Wanted, threads};
use crate::output::Output;
use crate::progress::Progress;
use crate::render::architectures::{Architecture, Architectures};
use crate::render::html;
use crate::render::tested::quoted;

/// Strike a scenario's disasters and tell whether its targets are met, and at which cost.
///
/// With `--architectures` each variant is an architecture: all stand in one table, with PASS or FAIL
/// against the targets of the stores and the objectives of the systems, why, what it costs in a month
/// (`[cost]`), and which of those that pass costs least. A target is met if the share of disasters that
/// keep it is surely as large as is asked for; an objective, if the availability surely is. Without
/// `--architectures`, a target that is surely not met ends it with 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass recover shop.toml\n  \
    stormglass recover shop.toml --architectures\n  \
    stormglass recover shop.toml --architectures --share 99% --format json\n  \
    stormglass recover shop.toml --architectures --format markdown >> pull-request.md\n  \
    stormglass recover shop.toml --architectures --report page.html")]
pub(crate) struct RecoverArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Compare the scenario and all its variants
    #[arg(long)]
    architectures: bool,
    /// The share of disasters that must keep a target
    #[arg(long, value_name = "SHARE", default_value = "95%")]
    share: Share,
    /// Root of all randomness, instead of the scenario's own
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Put another value into the scenario and all its variants; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Threads, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What to write: text for people, JSON, or Markdown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write a page with charts to this file too: HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// Strikes the disasters.
pub(crate) fn recover(args: &RecoverArgs) -> anyhow::Result<Exit> {
    let variant = if args.architectures { Vec::new() } else { vec![BASE.to_owned()] };
    let set = args.set.clone();
    let wanted = Wanted { variant, seed: args.seed, set, ..Wanted::default() };
    let job = Job::read(&args.file, &wanted)?;
    let input = Input::read(&args.file, &args.set)?;
    let mut output = Output::open(args.output.as_deref())?;
    let mut page = args.report.as_deref().map(|it| Output::open(Some(it))).transpose()?;
    let threads = threads(args.threads)?;
    interrupt::listen()?;
    let progress = Progress::new(job.runs(), args.quiet);
    let (report, limits) = job.run(&threads, &progress);
    progress.finish();
    let has_system = report.variants.iter().flat_map(|it| &it.entities);
    let has_system = has_system.into_iter().any(|it| it.kind == EntityKind::System);
    if !has_system && report.variants.iter().all(|it| it.disasters.is_empty()) {
        let file = args.file.display();
        bail!(
            "`{file}` has no disasters and no systems: add a `[[disaster]]` or a `[system.NAME]`"
        );
    }
    let share = args.share.fraction();
    let all = report.variants.iter().map(|it| {
        let scenario = input.check(&it.name)?;
        Ok(Architecture::of(it, &scenario, share))
    });
    let all = all.collect::<anyhow::Result<Vec<_>>>()?;
    let architectures = Architectures::new(&report, share, all);
    match args.format {
        Format::Table => output.text(&architectures.text(output.look().width))?,
        Format::Json => output.data(|out| writeln!(out, "{}", architectures.json()))?,
        Format::Markdown => output.text(&architectures.markdown())?,
    }
    if let Some(page) = &mut page {
        let dossier = job.dossier(&report, &limits, again(args))?;
        page.data(|out| html::write_architectures(&dossier, &architectures, out))?;
    }
    Ok(match (interrupt::requested(), architectures.any_fails() && !args.architectures) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Success,
    })
}

/// The command that gives the same page.
fn again(args: &RecoverArgs) -> String {
    let file = quoted(&args.file.display().to_string());
    let mut words = vec![format!("stormglass recover {file}")];
    words.extend(args.architectures.then(|| "--architectures".to_owned()));
    let mut option = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
    option("share", &format!("{}%", 100.0 * args.share.fraction()));
    args.set.iter().for_each(|it| option("set", it));
    args.seed.iter().for_each(|it| option("seed", &it.to_string()));
    args.report.iter().for_each(|it| option("report", &it.display().to_string()));
    words.join(" ")
}
