//! A scenario to run, in those of its variants that are asked for.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sim_core::experiment::Plan;
use sim_core::quantity::Share;
use sim_core::report::{Report, VariantReport};
use sim_core::scenario::{Place, SourceId};

use crate::disasters::strike;
use crate::input::Input;
use crate::render::html::{Dossier, Variant};
use crate::render::limits::Limits;
use crate::rounds::Rounds;
use crate::simulate::{Watch, simulate};

/// What is asked for beside the file.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Wanted {
    /// Run this variant only, `base` being the scenario itself; may be given again
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Vec<String>,
    /// Root of all randomness, instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Independent replications, instead of the scenario's own number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) replications: Option<u32>,
    /// Add replications until the intervals of what is expected have half this width, such as 2%
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    pub(crate) precision: Option<f64>,
    /// Put another value into the scenario and all its variants; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
}

/// A scenario to run.
#[derive(Debug)]
pub(crate) struct Job {
    input: Input,
    plan: Plan,
}

impl Job {
    /// Reads and checks the scenario at `path` with all its variants.
    ///
    /// # Errors
    ///
    /// If it cannot be read, there is something wrong with it, or a variant is not there.
    pub(crate) fn read(path: &Path, wanted: &Wanted) -> anyhow::Result<Self> {
        let input = Input::read(path, &wanted.set)?;
        let names = input.names();
        if let Some(unknown) = wanted.variant.iter().find(|it| !names.contains(it)) {
            bail!("`{}` has no variant `{unknown}`; it has {}", path.display(), names.join(", "));
        }
        input.check_all()?;
        let all = wanted.variant.is_empty();
        let mut plan = input.plan(|it| all || wanted.variant.iter().any(|name| name == it))?;
        plan.replications = wanted.replications;
        wanted.precision.into_iter().for_each(|it| plan.set_precision(it));
        plan.seed = wanted.seed.unwrap_or(plan.seed);
        Ok(Self { input, plan })
    }

    /// One line for people.
    pub(crate) fn title(&self) -> &str {
        self.plan.title()
    }

    /// The line of the file in which something stands; none for what is in an override.
    pub(crate) fn line(&self, place: Place) -> Option<usize> {
        let inside = place.source == SourceId::FILE;
        inside.then(|| self.input.text().line_and_column(place.range().start).0)
    }

    /// Runs of all variants together, so far as is known before they are run.
    pub(crate) fn runs(&self) -> u64 {
        Rounds::runs(&self.plan)
    }

    /// The report of what was finished, without variants of which nothing was, and their limits.
    pub(crate) fn run(&self, threads: &ThreadPool, watch: &impl Watch) -> (Report, Vec<Limits>) {
        let mut rounds = Rounds::new(&self.plan, watch);
        simulate(&mut rounds, self.plan.seed, threads, watch);
        let (mut variants, mut limits) = (Vec::new(), Vec::new());
        for (variant, fold) in rounds.into_folds().into_iter().enumerate() {
            if fold.replications() < self.plan.replications(variant).min(1) {
                continue;
            }
            let cases = self.plan.disasters(variant);
            let Some(tallies) = strike(cases, self.plan.seed, threads, watch) else { break };
            limits.push(Limits::of(&self.plan.variants[variant].1));
            variants.push(self.plan.finish(variant, fold, &tallies));
        }
        (self.plan.report(variants), limits)
    }

    /// What a page about the report is made of; `command` gives the same one.
    ///
    /// # Errors
    ///
    /// If a file that the scenario needs is not there any more.
    pub(crate) fn dossier<'a>(
        &'a self,
        report: &'a Report,
        limits: &'a [Limits],
        command: String,
    ) -> anyhow::Result<Dossier<'a>> {
        let variant = |(report, limits): (&'a VariantReport, &'a Limits)| {
            let scenario = self.input.check(&report.name)?;
            let model = self.plan.variants.iter().find(|it| it.0 == report.name);
            let (_, model) = model.context("a report is of what was run")?;
            Ok(Variant { report, limits, model, scenario })
        };
        let variants = report.variants.iter().zip(limits).map(variant);
        let variants = variants.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Dossier { report, variants, texts: self.input.texts(), command })
    }
}

/// `2%`: a relative half-width, for the command line.
///
/// # Errors
///
/// If it is not a share, or none that a scenario could have.
fn precision(text: &str) -> Result<f64, String> {
    let share: Share = text.parse().map_err(|error| format!("{error}"))?;
    let share = share.fraction();
    if share > 0.0 && share <= 0.5 { Ok(share) } else { Err("it goes from 0% to 50%".to_owned()) }
}

/// So many threads, or one for each processor.
///
/// # Errors
///
/// If the system does not give them.
pub(crate) fn threads(number: Option<u16>) -> anyhow::Result<ThreadPool> {
    let builder = ThreadPoolBuilder::new().num_threads(usize::from(number.unwrap_or(0)));
    builder.build().context("could not start the threads")
}
