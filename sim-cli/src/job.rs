//! A scenario to run, in those of its variants that are asked for.

use std::path::Path;

use anyhow::{Context, bail};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sim_core::experiment::Plan;
use sim_core::quantity::Share;
use sim_core::report::Report;

use crate::input::Input;
use crate::render::limits::Limits;
use crate::rounds::Rounds;
use crate::simulate::{Watch, simulate};

/// What is asked for beside the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// Overrides, `path=value`.
    pub(crate) set: &'a [String],
    /// These variants only; all, where none is named.
    pub(crate) variant: &'a [String],
    /// Root of all randomness, instead of the scenario's own.
    pub(crate) seed: Option<u64>,
    /// Replications, instead of the scenario's own number.
    pub(crate) replications: Option<u32>,
    /// Relative half-width of intervals to go on to, instead of the scenario's own.
    pub(crate) precision: Option<f64>,
}

/// A scenario to run.
#[derive(Debug)]
pub(crate) struct Job {
    plan: Plan,
}

impl Job {
    /// Reads and checks the scenario at `path` with all its variants.
    ///
    /// # Errors
    ///
    /// If it cannot be read, there is something wrong with it, or a variant is not there.
    pub(crate) fn read(path: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Self> {
        let input = Input::read(path, wanted.set)?;
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
        Ok(Self { plan })
    }

    /// One line for people.
    pub(crate) fn title(&self) -> &str {
        self.plan.title()
    }

    /// Runs of all variants together, so far as is known before they are run.
    pub(crate) fn runs(&self) -> u64 {
        Rounds::runs(&self.plan)
    }

    /// The report of what was finished, without variants of which nothing was, and their limits.
    pub(crate) fn run(&self, threads: &ThreadPool, watch: &impl Watch) -> (Report, Vec<Limits>) {
        let mut rounds = Rounds::new(&self.plan, watch);
        simulate(&mut rounds, self.plan.seed, threads, watch);
        let variants = self.plan.variants.iter().zip(rounds.into_folds());
        let finished = variants.filter(|it| it.1.replications() > 0);
        let (variants, limits) = finished
            .map(|((name, model), fold)| (fold.finish(name), Limits::of(model)))
            .unzip::<_, _, Vec<_>, _>();
        (self.plan.report(variants), limits)
    }
}

/// `2%`: a relative half-width, for the command line.
///
/// # Errors
///
/// If it is not a share, or none that a scenario could have.
pub(crate) fn precision(text: &str) -> Result<f64, String> {
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
