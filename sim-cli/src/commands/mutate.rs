//! `stormglass mutate`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use sim_core::compile::compile;
use sim_core::experiment::Fold;
use sim_core::experiment::mutation::{Fate, Mutant, Noticed};
use sim_core::model::Model;
use sim_core::report::{Standing, Verdict};

use super::running::Running;
use crate::cases::Cases;
use crate::exit::Exit;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::job::threads;
use crate::output::{self, Output};
use crate::pairs::Pairs;
use crate::progress::Progress;
use crate::render::mutation::{self, Finding, Outcome};
use crate::simulate::simulate;

/// Take policies away, one at a time, and tell which expectations notice.
///
/// Each mutant is the scenario with one mistake in its policies: one is gone, two change places,
/// bulkheads are shared, a budget, jitter, a queue's limit or a deadline is dropped. A mutant of
/// which every expectation still holds, though it does other things, is a hole in what is expected.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass mutate shop.toml\n  \
    stormglass mutate shop.toml --replications 20 --only timeout\n  \
    stormglass mutate shop.toml --variant mended --format json\n\n\
    Exit status: 1 if there are holes, 5 if an expectation cannot tell")]
pub(crate) struct MutateArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Mutate this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME", default_value = BASE)]
    variant: String,
    /// Only mutants with this text in what they change
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    #[command(flatten)]
    running: Running,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What findings are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Mutates the scenario.
pub(crate) fn mutate(args: &MutateArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.running.set)?;
    input.check_all()?;
    let file = args.file.display().to_string();
    if !input.names().contains(&args.variant) {
        let names = input.names().join(", ");
        bail!("`{file}` has no variant `{}`; it has {names}", args.variant);
    }
    let scenario = input.check(&args.variant)?;
    let mut mutants = Mutant::all(&scenario);
    mutants.retain(|it| args.only.as_ref().is_none_or(|only| it.what.contains(only.as_str())));
    if mutants.is_empty() {
        bail!("there is nothing to mutate in `{file}`: it has no such policies");
    }
    let base = compile(&scenario);
    let replications = args.running.replications.unwrap_or(base.replications);
    if replications < 2 {
        bail!("one replication cannot tell a difference from chance: ask for --replications 5");
    }
    let mut models = vec![Arc::new(base)];
    let (mut living, mut stillborn) = (Vec::new(), Vec::new());
    for mutant in mutants {
        match model(&input, &args.variant, &mutant) {
            Some(model) => {
                models.push(Arc::new(model));
                living.push(mutant);
            }
            None => stillborn.push(mutant.what),
        }
    }
    let seed = args.running.seed.unwrap_or(scenario.seed);
    let Some(runs) = run(models, seed, replications, args)? else { return Ok(Exit::Interrupted) };
    let outcome = Outcome {
        file,
        variant: args.variant.clone(),
        scenario: input.hash(),
        seed,
        replications,
        held: held(&runs.verdicts[0]),
        not_held: runs.verdicts[0].len() - held(&runs.verdicts[0]),
        findings: findings(living, &runs),
        stillborn,
    };
    let mut output = Output::open(None)?;
    match args.format {
        Format::Text => output.text(&mutation::text(&outcome, output.look().width))?,
        Format::Json => output.data(|out| mutation::json(&outcome, out))?,
    }
    Ok(exit(&outcome))
}

/// None where the change makes no scenario: a fault may strike what is gone.
fn model(input: &Input, variant: &str, mutant: &Mutant) -> Option<Model> {
    let source = mutant.of(input.source()).ok()?;
    let checked = input.with(source).check(variant).ok()?;
    Some(compile(&checked))
}

/// What the scenario and its mutants, in this order, came to.
struct Runs {
    verdicts: Vec<Vec<Verdict>>,
    /// Of each mutant from the scenario.
    differences: Vec<sim_core::experiment::Differences>,
}

/// None if it was interrupted: what is not noticed may yet be.
fn run(
    models: Vec<Arc<Model>>,
    seed: u64,
    replications: u32,
    args: &MutateArgs,
) -> anyhow::Result<Option<Runs>> {
    let threads = threads(args.running.threads)?;
    interrupt::listen()?;
    let mut pairs = Pairs::new(&models, (1..models.len()).map(|it| (0, it)));
    let mut folds: Vec<_> = models.iter().map(|it| Fold::new(it.clone())).collect();
    let mut done = 0;
    let mut cases = Cases::new(models, replications, |case, replication| {
        done += 1;
        pairs.take(case, &replication);
        folds[case].push(replication);
    });
    let runs = cases.runs();
    let progress = Progress::new(runs, args.running.quiet);
    simulate(&mut cases, seed, &threads, &progress);
    progress.finish();
    if done < runs {
        output::remark(&format!("Interrupted: {done} of {runs} runs were finished.\n"));
        return Ok(None);
    }
    let verdicts = folds.into_iter().map(|it| it.finish(&args.variant).verdicts).collect();
    Ok(Some(Runs { verdicts, differences: pairs.into_differences() }))
}

fn held(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|it| it.standing == Standing::Held).count()
}

fn findings(mutants: Vec<Mutant>, runs: &Runs) -> Vec<Finding> {
    let base = &runs.verdicts[0];
    let of = mutants.into_iter().zip(&runs.verdicts[1..]).zip(&runs.differences);
    let finding = |((mutant, verdicts), differences): ((Mutant, &Vec<Verdict>), &_)| {
        let differences: &sim_core::experiment::Differences = differences;
        let noticed = Noticed::of(base, verdicts);
        let rows = differences.rows();
        let fate = noticed.fate(&rows);
        let phases = differences.phases().map(str::to_owned).collect();
        Finding { mutant, fate, noticed, verdicts: verdicts.clone(), phases, rows }
    };
    of.map(finding).collect()
}

fn exit(outcome: &Outcome) -> Exit {
    let has = |fate| outcome.findings.iter().any(|it| it.fate == fate);
    if has(Fate::Hole) {
        Exit::Failed
    } else if has(Fate::Undecided) {
        Exit::Inconclusive
    } else {
        Exit::Success
    }
}
