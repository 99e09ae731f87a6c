//! All runs of a job, one after the other, in slices.
//!
//! First one run of each variant, whose series are told as they grow; then the rest; then the runs of
//! disasters, chunk by chunk. What is folded is folded in the order of the command line, so that the
//! report is the same.

use std::sync::Arc;

use self_cell::self_cell;
use sim_core::experiment::{Fold, Plan, Session};
use sim_core::model::Model;
use sim_core::observe::reel::Reel;
use sim_core::recovery::Tally;
use sim_core::report::Report;
use sim_core::scenario::{Diagnostic, MemoryFiles, SourceText, parse};

use super::{clock, facts, told};
use crate::protocol::{Job, Tell, Wrong};

/// Longer texts are not read.
pub(crate) const TEXT_MAX: usize = 1 << 20;
/// Windows of simulated time between two looks at the clock.
const WINDOWS: u64 = 2;
/// Milliseconds between two tellings of what has grown.
const TELL_EACH: f64 = 45.0;
/// What a page may take of a run, whatever the scenario allows.
const MOST_EVENTS: u64 = 400_000_000;
const MOST_IN_FLIGHT: u32 = 2_000_000;
/// Runs of a variant at most.
pub(crate) const MOST_RUNS: u32 = 1_000;

self_cell!(
    /// A run in progress, and its model.
    struct Running {
        owner: Arc<Model>,
        #[not_covariant]
        dependent: Session,
    }
);

/// A job in progress.
pub(super) struct Batch {
    job: Job,
    plan: Plan,
    folds: Vec<Fold>,
    /// The variant that is run, and its run.
    running: Option<(usize, Running)>,
    /// What the disasters of each variant have come to.
    tallies: Vec<Vec<Tally>>,
    /// The variant whose disasters are run, and how many chunks of the last are in.
    struck: (usize, u32),
    spent: f64,
    told_at: f64,
    report: Option<Report>,
}

impl Batch {
    /// A job at its beginning, and what is to be run; else what is wrong with it.
    pub(super) fn new(job: Job) -> Result<(Self, Tell), Vec<Wrong>> {
        if job.text.len() > TEXT_MAX {
            return Err(vec![too_long()]);
        }
        let plan = plan(&job)?;
        let folds = (0..plan.variants.len()).map(|it| plan.fold(it)).collect();
        let facts = plan.variants.iter().map(|(name, model)| facts::of(name, model)).collect();
        let title = plan.title().to_owned();
        let begun = Tell::Begun { id: job.id, title, seed: plan.seed, facts };
        let tallies = vec![Vec::new(); plan.variants.len()];
        let (running, struck, spent, told_at, report) = (None, (0, 0), 0.0, clock(), None);
        let batch = Self { job, plan, folds, running, tallies, struck, spent, told_at, report };
        Ok((batch, begun))
    }

    /// Works for so many milliseconds; whether there is more to do.
    pub(super) fn work(&mut self, slice: f64, tell: &mut dyn FnMut(Tell)) -> bool {
        let began = clock();
        let going = loop {
            if !self.step(tell) {
                break false;
            }
            if clock() - began > slice {
                break true;
            }
        };
        self.spent += clock() - began;
        if !going {
            self.finish(tell);
        }
        going
    }

    /// A few windows; false when all is done.
    fn step(&mut self, tell: &mut dyn FnMut(Tell)) -> bool {
        let Some((variant, running)) = &mut self.running else {
            let Some(variant) = self.next_variant() else { return self.strike() };
            self.running = Some((variant, self.start(variant)));
            return true;
        };
        let variant = *variant;
        let ended = running.with_dependent_mut(|_, session| session.advance(WINDOWS));
        let first = self.folds[variant].replications() == 0;
        let Some(replication) = ended else {
            if first && clock() - self.told_at > TELL_EACH {
                self.told_at = clock();
                tell(going(self.job.id, variant, running));
            }
            return true;
        };
        if first {
            let model = running.borrow_owner().clone();
            let film = running.with_dependent_mut(|_, it| told::film(&model, it.reel()));
            let series = replication.series.iter().map(told::track).collect();
            tell(Tell::Filmed { id: self.job.id, variant, film, series });
        }
        self.running = None;
        self.folds[variant].push(*replication);
        if first {
            tell(self.folded(variant));
        }
        true
    }

    /// A chunk of the runs of a disaster; false when all of all disasters are in.
    fn strike(&mut self) -> bool {
        let (variant, chunk) = &mut self.struck;
        let Some(tallies) = self.tallies.get_mut(*variant) else { return false };
        let cases = self.plan.disasters(*variant);
        if let Some((tally, case)) = tallies.iter_mut().zip(cases).last()
            && *chunk < case.chunks()
        {
            tally.merge(case.chunk(self.plan.seed, *chunk));
            *chunk += 1;
        } else if let Some(case) = cases.get(tallies.len()) {
            tallies.push(Tally::new(case));
            *chunk = 0;
        } else {
            *variant += 1;
        }
        true
    }

    /// The variant with the fewest runs that wants more.
    fn next_variant(&self) -> Option<usize> {
        let wanting = (0..self.folds.len()).filter(|it| {
            let fold = &self.folds[*it];
            fold.replications() < self.plan.target(*it, fold).min(MOST_RUNS)
        });
        wanting.min_by_key(|it| self.folds[*it].replications())
    }

    fn start(&self, variant: usize) -> Running {
        let number = self.folds[variant].replications();
        let (seed, film) = (self.plan.seed, if number == 0 { self.job.film } else { 0 });
        let model = self.plan.variants[variant].1.clone();
        Running::new(model, |it| Session::new(it, seed, number, Reel::keeping(film)))
    }

    fn folded(&self, variant: usize) -> Tell {
        let report = self.folds[variant].clone().finish(&self.plan.variants[variant].0);
        let result = Box::new(told::outcome(&report, &self.job.watch));
        Tell::Folded { id: self.job.id, variant, result }
    }

    fn finish(&mut self, tell: &mut dyn FnMut(Tell)) {
        let began = clock();
        let folds = std::mem::take(&mut self.folds).into_iter().zip(&self.tallies).enumerate();
        let variants = folds.map(|(it, (fold, tallies))| self.plan.finish(it, fold, tallies));
        let report = self.plan.report(variants.collect());
        self.spent += clock() - began;
        for (variant, it) in report.variants.iter().enumerate() {
            let result = Box::new(told::outcome(it, &self.job.watch));
            tell(Tell::Folded { id: self.job.id, variant, result });
        }
        tell(Tell::Done {
            id: self.job.id,
            hash: report.hash(),
            millis: self.spent,
            events: report.variants.iter().map(|it| it.events).sum(),
            requests: report.variants.iter().map(|it| it.requests).sum(),
        });
        self.report = Some(report);
    }

    /// The report as JSON.
    pub(super) fn into_json(self) -> String {
        self.report.map_or(String::new(), |it| serde_json::to_string(&it).unwrap_or_default())
    }
}

fn going(id: u32, variant: usize, running: &mut Running) -> Tell {
    running.with_dependent_mut(|_, session| Tell::Going {
        id,
        variant,
        share: session.share(),
        series: session.series().iter().map(told::track).collect(),
    })
}

fn plan(job: &Job) -> Result<Plan, Vec<Wrong>> {
    let texts = [SourceText { name: String::new(), text: job.text.clone() }];
    let wrong = |faults: Vec<Diagnostic>| -> Vec<Wrong> {
        faults.iter().map(|it| told::wrong(it, &texts)).collect()
    };
    let files: MemoryFiles = job.files.iter().cloned().collect();
    let source = parse(&job.text).map_err(wrong)?;
    source.check_all(&files).map_err(wrong)?;
    let wanted = |name: &str| !job.base_only || name == sim_core::scenario::BASE;
    let mut plan = Plan::new(&source, &files, wanted).map_err(wrong)?;
    plan.seed = job.seed.unwrap_or(plan.seed);
    plan.replications = job.replications.map(|it| it.clamp(1, MOST_RUNS));
    for (_, model) in &mut plan.variants {
        let limits = model.limits;
        if limits.events > MOST_EVENTS || limits.in_flight > MOST_IN_FLIGHT {
            let model = Arc::get_mut(model).expect("nobody else has a plan that was just made");
            let limits = &mut model.limits;
            limits.events = limits.events.min(MOST_EVENTS);
            limits.in_flight = limits.in_flight.min(MOST_IN_FLIGHT);
        }
    }
    Ok(plan)
}

fn too_long() -> Wrong {
    Wrong {
        code: "S016".to_owned(),
        message: "The scenario is too long for this page.".to_owned(),
        help: Some(format!("It takes {} KiB; run it with `stormglass run`.", TEXT_MAX >> 10)),
        at: (1, 1),
        span: (0, 0),
    }
}
