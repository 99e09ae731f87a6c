//! A scenario to run, in those of its variants that are asked for.

use std::path::Path;

use anyhow::{Context, bail};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sim_core::model::compile;
use sim_core::report::Report;

use crate::input::Input;
use crate::render::limits::Limits;
use crate::simulate::{Case, Watch, simulate};

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
}

/// A scenario to run.
#[derive(Debug)]
pub(crate) struct Job {
    hash: String,
    seed: u64,
    cases: Vec<Case>,
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
        let asked_for = |it: &String| wanted.variant.is_empty() || wanted.variant.contains(it);
        let case = |name: String| case(&input, name, wanted.replications);
        let cases =
            names.into_iter().filter(asked_for).map(case).collect::<anyhow::Result<Vec<_>>>()?;
        let own = cases.first().map_or(0, |it| it.model.seed);
        Ok(Self { hash: input.hash, seed: wanted.seed.unwrap_or(own), cases })
    }

    /// One line for people.
    pub(crate) fn title(&self) -> &str {
        &self.cases[0].model.title
    }

    /// Runs of all variants together.
    pub(crate) fn runs(&self) -> u64 {
        self.cases.iter().map(|it| u64::from(it.replications)).sum()
    }

    /// The report of what was finished, without variants of which nothing was, and their limits.
    pub(crate) fn run(&self, threads: &ThreadPool, watch: &impl Watch) -> (Report, Vec<Limits>) {
        let folds = simulate(&self.cases, self.seed, threads, watch);
        let finished = self.cases.iter().zip(folds).filter(|it| it.1.replications() > 0);
        let (variants, limits): (Vec<_>, Vec<_>) =
            finished.map(|(case, fold)| (fold.finish(&case.name), Limits::of(&case.model))).unzip();
        let report = Report {
            title: self.title().to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            scenario: self.hash.clone(),
            seed: self.seed,
            clock: self.cases[0].model.clock,
            variants,
        };
        (report, limits)
    }
}

fn case(input: &Input, name: String, replications: Option<u32>) -> anyhow::Result<Case> {
    let model = compile(&*input.check(&name)?);
    let replications = replications.unwrap_or(model.replications);
    Ok(Case { name, model, replications })
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
