//! `stormglass compare`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use sim_core::experiment::{Differences, Plan};
use sim_core::model::Model;
use sim_core::scenario::Gauge;

use super::format::Report as Format;
use super::running::Running;
use crate::cases::Cases;
use crate::exit::Exit;
use crate::failure::Rejected;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::job::threads;
use crate::output::{self, Output};
use crate::pairs::Pairs;
use crate::progress::Progress;
use crate::render::comparison::{self, Choice, Comparison, Provenance};
use crate::simulate::simulate;

/// Tell how variants of a scenario, or two scenarios, differ.
///
/// Runs them on common random numbers and takes the differences replication by replication, so
/// that their intervals are much narrower than those of the variants alone. Of two files, the base
/// is compared with the base, and each variant with that of its name.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass compare shop.toml\n  \
    stormglass compare shop.toml --variant naive --against mended --all\n  \
    stormglass compare before.toml after.toml --replications 30\n  \
    stormglass compare shop.toml --metric shoppers.latency.p99 --format csv")]
pub(crate) struct CompareArgs {
    /// A scenario file with variants, or two scenario files
    #[arg(value_name = "FILE", required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
    /// Compare this variant only; may be given again
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
    /// Compare with this variant instead of the scenario as it stands; of one file
    #[arg(long, value_name = "NAME")]
    against: Option<String>,
    /// Show this metric only, in all phases or, written `METRIC@PHASE`, in one; may be given again
    #[arg(long, value_name = "METRIC")]
    metric: Vec<String>,
    /// Show all metrics, also those that do not differ
    #[arg(long, conflicts_with = "metric")]
    all: bool,
    #[command(flatten)]
    running: Running,
    /// What to write: text for people, JSON, tidy CSV, or Markdown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is compared: models side by side, and which with which.
struct Subject {
    title: String,
    models: Vec<Arc<Model>>,
    /// Places of base and other among the models, and what they are called.
    pairs: Vec<(usize, usize, [String; 2])>,
    /// What one of the files has and the other has not.
    unmatched: Vec<String>,
    seed: u64,
    replications: u32,
    scenarios: Vec<String>,
}

/// Compares.
pub(crate) fn compare(args: &CompareArgs) -> anyhow::Result<Exit> {
    let inputs = args.files.iter().map(|it| Input::read(it, &args.running.set));
    let inputs = inputs.collect::<anyhow::Result<Vec<_>>>()?;
    inputs.iter().try_for_each(Input::check_all)?;
    inputs.iter().try_for_each(Input::must_run)?;
    let gauges = gauges(args, &inputs[0])?;
    let subject = match &inputs[..] {
        [one] => of_one(one, args)?,
        [one, other] => of_two(one, other, args)?,
        _ => bail!("one file or two are compared"),
    };
    let mut output = Output::open(args.output.as_deref())?;
    let threads = threads(args.running.threads)?;
    interrupt::listen()?;
    let places = subject.pairs.iter().map(|it| (it.0, it.1));
    let mut pairs = Pairs::new(&subject.models, places);
    let replications = args.running.replications.unwrap_or(subject.replications);
    let seed = args.running.seed.unwrap_or(subject.seed);
    let mut done = 0;
    let mut cases = Cases::new(subject.models.clone(), replications, |case, replication| {
        done += 1;
        pairs.take(case, &replication);
    });
    let runs = cases.runs();
    let progress = Progress::new(runs, args.running.quiet);
    simulate(&mut cases, seed, &threads, &progress);
    progress.finish();
    if done < runs && !args.running.quiet {
        output::interrupted(done, runs);
    }
    let differences = pairs.into_differences();
    let comparisons: Vec<_> =
        subject.pairs.iter().zip(&differences).map(|it| comparison(&subject, it.0, it.1)).collect();
    let scenarios = subject.scenarios;
    let provenance = Provenance { title: subject.title, scenarios, seed, replications };
    let choice = match &gauges[..] {
        [] if args.all => Choice::All,
        [] => Choice::Main,
        gauges => Choice::These(gauges),
    };
    match args.format {
        Format::Table => output.text(&comparison::text(
            &provenance,
            &comparisons,
            &subject.unmatched,
            choice,
            output.look().width,
        ))?,
        Format::Json => output.data(|out| {
            comparison::json(&provenance, &comparisons, &subject.unmatched, choice, out)
        })?,
        Format::Csv => output.data(|out| comparison::csv(&comparisons, choice, out))?,
        Format::Markdown => {
            output.text(&comparison::markdown(&provenance, &comparisons, choice))?;
        }
    }
    Ok(if interrupt::requested() { Exit::Interrupted } else { Exit::Success })
}

/// The metrics that are asked for, without their phase where none was given.
fn gauges(args: &CompareArgs, input: &Input) -> anyhow::Result<Vec<(Gauge, bool)>> {
    let gauge = |text: &String| {
        let gauge = input.source().gauge("--metric", text).map_err(Rejected::from)?;
        Ok((gauge, text.contains('@')))
    };
    args.metric.iter().map(gauge).collect()
}

fn comparison(
    subject: &Subject,
    (base, other, names): &(usize, usize, [String; 2]),
    differences: &Differences,
) -> Comparison {
    let entities = |it: usize| comparison::entities(&subject.models[it]);
    let [of_base, of_other] = [entities(*base), entities(*other)];
    let missing = |from: &[String], of: &[String]| {
        from.iter().filter(|it| !of.contains(it)).cloned().collect::<Vec<_>>()
    };
    Comparison {
        base: names[0].clone(),
        other: names[1].clone(),
        phases: differences.phases().map(str::to_owned).collect(),
        only_in_base: missing(&of_base, &of_other),
        only_in_other: missing(&of_other, &of_base),
        rows: differences.rows(),
    }
}

fn plan(input: &Input, names: &[String]) -> anyhow::Result<Plan> {
    input.plan(|it| names.iter().any(|name| name == it))
}

/// The variants of one file against one of them.
fn of_one(input: &Input, args: &CompareArgs) -> anyhow::Result<Subject> {
    let against = args.against.as_deref().unwrap_or(BASE);
    let all = input.names();
    let asked = args.variant.iter().map(String::as_str).chain([against]);
    known(&args.files[0], &all, asked)?;
    let wanted = |it: &&String| args.variant.is_empty() || args.variant.contains(it);
    let others: Vec<_> = all.iter().filter(|it| *it != against).filter(wanted).cloned().collect();
    if others.is_empty() {
        let file = args.files[0].display();
        bail!(
            "there is nothing to compare with `{against}` in `{file}`: name two files, or a variant"
        );
    }
    let names: Vec<_> = others.iter().cloned().chain([against.to_owned()]).collect();
    let plan = plan(input, &names)?;
    let place = |name: &str| plan.variants.iter().position(|it| it.0 == name);
    let first = place(against).expect("it was asked for");
    let mut models = vec![plan.variants[first].1.clone()];
    let mut pairs = Vec::new();
    for name in others {
        let at = place(&name).expect("it was asked for");
        pairs.push((0, models.len(), [against.to_owned(), name]));
        models.push(plan.variants[at].1.clone());
    }
    Ok(Subject {
        title: plan.title().to_owned(),
        pairs,
        models,
        unmatched: Vec::new(),
        seed: plan.seed,
        replications: plan.replications(first),
        scenarios: vec![input.hash()],
    })
}

/// What two files have in common: the base, and the variants of one name.
fn of_two(one: &Input, other: &Input, args: &CompareArgs) -> anyhow::Result<Subject> {
    if args.against.is_some() {
        bail!("`--against` is of one file; of two, each variant is compared with that of its name");
    }
    let (of_one, of_other) = (one.names(), other.names());
    let [first, second] = [0, 1].map(|it: usize| args.files[it].display().to_string());
    known(&args.files[0], &of_one, args.variant.iter().map(String::as_str))?;
    known(&args.files[1], &of_other, args.variant.iter().map(String::as_str))?;
    let wanted = |it: &&String| args.variant.is_empty() || args.variant.contains(it);
    let names: Vec<_> =
        of_one.iter().filter(|it| of_other.contains(it)).filter(wanted).cloned().collect();
    let alone = |names: &[String], others: &[String], file: &str| {
        let alone = names.iter().filter(|it| !others.contains(it)).filter(wanted);
        alone.map(|it| format!("variant {it} of {file}")).collect::<Vec<_>>()
    };
    let mut unmatched = alone(&of_one, &of_other, &first);
    unmatched.extend(alone(&of_other, &of_one, &second));
    let plans = [plan(one, &names)?, plan(other, &names)?];
    let mut models = Vec::new();
    let mut pairs = Vec::new();
    for name in &names {
        let at = models.len();
        for plan in &plans {
            let variant = plan.variants.iter().find(|it| it.0 == *name);
            models.push(variant.expect("both have it").1.clone());
        }
        let called = |file: &str| match &**name {
            BASE => file.to_owned(),
            name => format!("{file} ({name})"),
        };
        pairs.push((at, at + 1, [called(&first), called(&second)]));
    }
    Ok(Subject {
        title: plans[0].title().to_owned(),
        models,
        pairs,
        unmatched,
        seed: plans[0].seed,
        replications: plans[0].replications(0),
        scenarios: vec![one.hash(), other.hash()],
    })
}

fn known<'n>(
    file: &std::path::Path,
    names: &[String],
    mut asked: impl Iterator<Item = &'n str>,
) -> anyhow::Result<()> {
    match asked.find(|it| !names.iter().any(|name| name == it)) {
        Some(unknown) => {
            bail!("`{}` has no variant `{unknown}`; it has {}", file.display(), names.join(", "))
        }
        None => Ok(()),
    }
}
