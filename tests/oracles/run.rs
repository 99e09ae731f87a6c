//! Runs experiments on all processors and compares.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sim_core::compile::compile;
use sim_core::experiment::{Fold, replicate};
use sim_core::model::Model;
use sim_core::scenario::{self, NoFiles};
use sim_core::statistics::Moments;

use super::check::{Check, Comparison, Replica};
use super::experiment::Experiment;
use super::states::StateTimes;

/// What an experiment showed.
pub(crate) struct Outcome {
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<(Check, Comparison)>,
    pub(crate) events: u64,
    pub(crate) seconds: f64,
}

/// One replication of one experiment.
struct Part {
    experiment: usize,
    number: u32,
    readings: Vec<f64>,
    events: u64,
    seconds: f64,
}

/// Runs all replications of all experiments.
pub(crate) fn run(experiments: &[Experiment]) -> Vec<Outcome> {
    let models: Vec<Arc<Model>> = experiments.iter().map(model).collect();
    let jobs: Vec<(usize, u32)> = models
        .iter()
        .enumerate()
        .flat_map(|(index, model)| (0..model.replications).map(move |number| (index, number)))
        .collect();
    let (next, parts) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(jobs.len())));
    let work = || {
        while let Some(&(experiment, number)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (readings, events, seconds) =
                replication(&experiments[experiment], &models[experiment], number);
            let part = Part { experiment, number, readings, events, seconds };
            parts.lock().expect("no worker has panicked").push(part);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        (0..workers).for_each(|_| {
            scope.spawn(work);
        });
    });
    let mut parts = parts.into_inner().expect("no worker has panicked");
    parts.sort_unstable_by_key(|it| (it.experiment, it.number));
    let mut parts = parts.as_slice();
    experiments
        .iter()
        .enumerate()
        .map(|(index, experiment)| {
            let (own, rest) = parts.split_at(parts.partition_point(|it| it.experiment <= index));
            parts = rest;
            outcome(experiment, own)
        })
        .collect()
}

fn model(experiment: &Experiment) -> Arc<Model> {
    let text = experiment.text();
    let checked = scenario::parse(&text).and_then(|source| source.check(None, &NoFiles));
    match checked {
        Ok(checked) => Arc::new(compile(&checked)),
        Err(faults) => panic!("{}: {faults:#?}\n{text}", experiment.title),
    }
}

fn replication(experiment: &Experiment, model: &Arc<Model>, number: u32) -> (Vec<f64>, u64, f64) {
    #[expect(clippy::disallowed_methods, reason = "it times runs, and no result depends on it")]
    let begin = Instant::now();
    let replication = replicate(model, model.seed, number, |_| true).expect("nobody stops it");
    let events = replication.ending.events;
    assert!(replication.ending.stopped.is_none(), "{}: stopped by a limit", experiment.title);
    let mut fold = Fold::new(model.clone());
    fold.push(replication);
    let report = fold.finish("base");
    let states = if experiment.needs_states() {
        StateTimes::of(model, number)
    } else {
        StateTimes::default()
    };
    let replica = Replica { report: &report, phase: experiment.phase, states: &states };
    let readings = experiment.checks.iter().map(|it| it.read(&replica)).collect();
    (readings, events, begin.elapsed().as_secs_f64())
}

fn outcome(experiment: &Experiment, parts: &[Part]) -> Outcome {
    let row = |(index, check): (usize, &Check)| {
        let readings = parts.iter().map(|it| it.readings[index]).filter(|it| it.is_finite());
        let readings: Moments = readings.collect();
        let what = check.what();
        assert!(readings.n() > 0, "{}: nothing says `{what}`", experiment.title);
        (check.clone(), Comparison::new(check.agreement, check.expected(), &readings))
    };
    Outcome {
        title: experiment.title,
        rows: experiment.checks.iter().enumerate().map(row).collect(),
        events: parts.iter().map(|it| it.events).sum(),
        seconds: parts.iter().map(|it| it.seconds).sum(),
    }
}

impl Outcome {
    pub(crate) fn disagreements(&self) -> impl Iterator<Item = String> {
        let rows = self.rows.iter().filter(|it| !it.1.agrees);
        rows.map(|(check, it)| format!("{}: {}", self.title, line(check, it)))
    }
}

/// The table of all rows, by experiment.
pub(crate) fn table(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    let (mut checks, mut events, mut seconds) = (0, 0, 0.0);
    for outcome in outcomes {
        let Outcome { title, rows, events: of, seconds: took } = outcome;
        writeln!(text, "{title} ({of} events, {took:.1} s)").expect("a string takes all");
        for (check, comparison) in rows {
            writeln!(text, "    {}", line(check, comparison)).expect("a string takes all");
        }
        checks += rows.len();
        events += of;
        seconds += took;
    }
    writeln!(text, "{checks} checks, {events} events, {seconds:.1} s of one processor")
        .expect("a string takes all");
    text
}

fn line(check: &Check, comparison: &Comparison) -> String {
    let Comparison { expected, estimate, std_error, agrees } = *comparison;
    let verdict = if agrees { "" } else { "  DISAGREES" };
    let sure = if std_error > 0.0 {
        format!("± {std_error:<10.3e} z {:+.2}", comparison.z())
    } else {
        "in every run".to_owned()
    };
    let (address, what) = (check.address, check.what());
    format!("{address:<38} {what:<46} {expected:>14.8} {estimate:>14.8} {sure}{verdict}")
}
