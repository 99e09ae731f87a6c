//! `stormglass ablate`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use sim_core::compile::compile;
use sim_core::experiment::{Factorial, Readings, ablation};
use sim_core::model::Model;
use sim_core::scenario::{Checked, Gauge};

use super::running::Running;
use crate::cases::Cases;
use crate::exit::Exit;
use crate::failure::Rejected;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::job::threads;
use crate::output::{self, Output};
use crate::progress::Progress;
use crate::render::ablation::{self as render, Ablated};
use crate::simulate::simulate;

/// Tell what each resilience pattern of a scenario is worth.
///
/// Runs every combination of the patterns that its calls have (timeout, retry, breaker, bulkhead,
/// fallback, limit), each there or taken away from all calls, and tells what each adds: as the mean
/// over all combinations of the others, alone, and as the last.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass ablate shop.toml\n  \
    stormglass ablate shop.toml --during stock-slow --only timeout,breaker\n  \
    stormglass ablate shop.toml --call 'shop -> stock' --metric shoppers.latency.p99\n  \
    stormglass ablate shop.toml --format csv > combinations.csv")]
pub(crate) struct AblateArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Ablate this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME", default_value = BASE)]
    variant: String,
    /// Take away only these patterns, and leave the others; separated by commas
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    only: Vec<String>,
    /// Take patterns away from this call only, such as `shop -> stock`; may be given again
    #[arg(long, value_name = "CALL")]
    call: Vec<String>,
    /// Measure in this phase, instead of the first fault
    #[arg(long, value_name = "PHASE")]
    during: Option<String>,
    /// Measure this, instead of what the loads see; may be given again
    #[arg(long, value_name = "METRIC")]
    metric: Vec<String>,
    #[command(flatten)]
    running: Running,
    /// What to write: text for people, JSON, or the combinations as tidy CSV
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What ablations are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// What loads are asked for where nothing else is.
const METRICS: [&str; 4] = ["success_rate", "full_rate", "goodput", "latency.p99"];

/// Runs all combinations.
pub(crate) fn ablate(args: &AblateArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.running.set)?;
    input.check_all()?;
    let names = input.names();
    if !names.contains(&args.variant) {
        let (file, variant) = (args.file.display(), &args.variant);
        bail!("`{file}` has no variant `{variant}`; it has {}", names.join(", "));
    }
    let scenario = input.check(&args.variant)?;
    let patterns = patterns(&scenario, args)?;
    let during = args.during.clone().or_else(|| scenario.faults.first().map(|it| it.name.clone()));
    let during = during.unwrap_or_else(|| "always".to_owned());
    let gauges = gauges(&input, &scenario, &during, args)?;
    let models = models(&input, &scenario, &patterns, args)?;
    let replications = args.running.replications.unwrap_or(models[0].replications);
    let seed = args.running.seed.unwrap_or(scenario.seed);
    let mut output = Output::open(None)?;
    let design = run(models, patterns.len() as u32, &gauges, seed, replications, args)?;
    let ablated = Ablated {
        title: scenario.title.clone(),
        variant: args.variant.clone(),
        scenario: input.hash(),
        seed,
        replications,
        patterns,
        gauges,
        design,
    };
    match args.format {
        Format::Table => output.text(&render::text(&ablated, output.look().width))?,
        Format::Json => output.data(|out| render::json(&ablated, out))?,
        Format::Csv => output.data(|out| render::csv(&ablated, out))?,
    }
    Ok(if interrupt::requested() { Exit::Interrupted } else { Exit::Success })
}

/// Those that are there, and asked for.
fn patterns(scenario: &Checked, args: &AblateArgs) -> anyhow::Result<Vec<&'static str>> {
    let calls = ablation::calls(scenario);
    if let Some(unknown) = args.call.iter().find(|it| !calls.contains(it)) {
        bail!("there is no call `{unknown}`; there are {}", calls.join(", "));
    }
    let mut patterns = ablation::patterns(scenario, &args.call);
    if let Some(unknown) = args.only.iter().find(|it| !patterns.contains(&it.as_str())) {
        bail!("no call has a `{unknown}`; they have {}", patterns.join(", "));
    }
    patterns.retain(|it| args.only.is_empty() || args.only.iter().any(|only| only == it));
    if patterns.is_empty() {
        bail!("there is nothing to take away: no call has any policy");
    }
    Ok(patterns)
}

fn gauges(
    input: &Input,
    scenario: &Checked,
    during: &str,
    args: &AblateArgs,
) -> anyhow::Result<Vec<Gauge>> {
    let of_loads = || {
        let loads = scenario.loads.iter();
        loads.flat_map(|load| METRICS.map(|metric| format!("{}.{metric}", load.name))).collect()
    };
    let asked: Vec<String> = if args.metric.is_empty() { of_loads() } else { args.metric.clone() };
    let gauge = |text: &String| {
        let text = if text.contains('@') { text.clone() } else { format!("{text}@{during}") };
        let gauge = input.source().gauge("--metric", &text).map_err(Rejected::from)?;
        Ok(gauge)
    };
    asked.iter().map(gauge).collect()
}

/// One a combination: bit by bit, whether a pattern is there.
fn models(
    input: &Input,
    scenario: &Checked,
    patterns: &[&'static str],
    args: &AblateArgs,
) -> anyhow::Result<Vec<Arc<Model>>> {
    let model = |combination: usize| {
        let gone = patterns.iter().enumerate().filter(|it| combination & (1 << it.0) == 0);
        let gone: Vec<_> = gone.map(|it| *it.1).collect();
        let sets = ablation::without(scenario, &args.call, &gone);
        let mut source = input.source().clone();
        for set in &sets {
            let refused = source.set(set).err();
            let sources = source.sources().to_vec();
            refused.map_or(Ok(()), |diagnostics| Err(Rejected { diagnostics, sources }))?;
        }
        anyhow::Ok(Arc::new(compile(&*input.with(source).check(&args.variant)?)))
    };
    (0..1 << patterns.len()).map(model).collect()
}

fn run(
    models: Vec<Arc<Model>>,
    factors: u32,
    gauges: &[Gauge],
    seed: u64,
    replications: u32,
    args: &AblateArgs,
) -> anyhow::Result<Factorial> {
    let threads = threads(args.running.threads)?;
    interrupt::listen()?;
    let readings: Vec<_> = models.iter().map(|it| Readings::new(it, gauges)).collect();
    let mut design = Factorial::new(factors, gauges.len());
    let mut round = Vec::new();
    let mut done = 0;
    let mut cases = Cases::new(models, replications, |case, replication| {
        done += 1;
        round.push(readings[case].of(&replication));
        // A round that is not whole says nothing of effects.
        if round.len() == readings.len() {
            design.push(&round);
            round.clear();
        }
    });
    let runs = cases.runs();
    let progress = Progress::new(runs, args.running.quiet);
    simulate(&mut cases, seed, &threads, &progress);
    progress.finish();
    if done < runs && !args.running.quiet {
        output::interrupted(done, runs);
    }
    Ok(design)
}
