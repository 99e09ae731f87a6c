//! What a second worker does in its own time: the gallery's small pictures, and the validation.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use gloo_worker::WorkerBridge;
use sim_plot::Ink;
use sim_plot::figure;
use sim_plot::interval::{Interval, Side, Verdict, strip};
use sim_plot::markup::{Markup, el};
use yew::Callback;

use crate::gallery;
use crate::protocol::{Ask, Job, Outcome, Tell, Track};
use crate::run::find;
use crate::validation::{self, Case};
use crate::worker::Engine;

/// Pixels of a small picture.
const SIZE: (f64, f64) = (96.0, 36.0);
/// Columns of it.
const COLUMNS: usize = 48;
/// Agreement is held within so many standard errors.
const ERRORS: f64 = 4.0;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Task {
    Picture(&'static str),
    Check(usize),
}

/// The second worker, and what came of it.
pub(crate) struct Aside {
    worker: WorkerBridge<Engine>,
    /// Asks for the text of a scenario, which [`Aside::text`] is then given.
    ask: Callback<&'static str>,
    todo: VecDeque<Task>,
    doing: Option<Task>,
    paused: bool,
    jobs: u32,
    /// Small pictures by the paths of scenarios.
    pub(super) pictures: BTreeMap<String, String>,
    cases: Vec<Case>,
    seen: BTreeMap<usize, Seen>,
}

/// What was simulated of a case.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// With its interval.
    pub(super) text: String,
    /// The interval around what theory says.
    pub(super) strip: String,
    /// Whether they are within four standard errors.
    pub(super) agrees: bool,
}

/// A case as it is shown.
pub(super) struct Row<'a> {
    /// What is asked.
    pub(super) what: &'static str,
    /// Whose closed form it is.
    pub(super) source: &'static str,
    /// What theory says.
    pub(super) theory: String,
    /// What was simulated.
    pub(super) seen: Option<&'a Seen>,
    /// Whether it is being simulated.
    pub(super) running: bool,
}

impl Aside {
    /// Nothing to do yet.
    pub(crate) fn new(worker: WorkerBridge<Engine>, ask: Callback<&'static str>) -> Self {
        Self {
            worker,
            ask,
            todo: VecDeque::new(),
            doing: None,
            paused: true,
            jobs: 0,
            pictures: BTreeMap::new(),
            cases: validation::cases(),
            seen: BTreeMap::new(),
        }
    }

    /// Draws the pictures that are not there yet.
    pub(crate) fn draw_gallery(&mut self) {
        let missing = gallery::ALL.iter().filter(|it| !self.pictures.contains_key(**it));
        self.todo = missing.map(|it| Task::Picture(it)).collect();
        self.go_on();
    }

    /// Runs the cases that have not been run yet.
    pub(crate) fn validate(&mut self) {
        let missing = (0..self.cases.len()).filter(|it| !self.seen.contains_key(it));
        self.todo = missing.map(Task::Check).collect();
        self.go_on();
    }

    /// Leaves the rest for later.
    pub(crate) fn pause(&mut self) {
        self.paused = true;
    }

    /// The cases as they are.
    pub(super) fn checks(&self) -> Vec<Row<'_>> {
        let row = |(index, case): (usize, &Case)| Row {
            what: case.what,
            source: case.source,
            theory: figure::theoretical(case.theory, case.unit),
            seen: self.seen.get(&index),
            running: self.doing == Some(Task::Check(index)),
        };
        self.cases.iter().enumerate().map(row).collect()
    }

    fn go_on(&mut self) {
        self.paused = false;
        if self.doing.is_none() {
            self.next();
        }
    }

    fn next(&mut self) {
        self.doing = if self.paused { None } else { self.todo.pop_front() };
        match &self.doing {
            None => {}
            Some(Task::Picture(path)) => self.ask.emit(path),
            Some(Task::Check(index)) => {
                let case = &self.cases[*index];
                let (text, watch) = (case.text.clone(), vec![case.metric.to_owned()]);
                self.run(text, Vec::new(), validation::RUNS, watch);
            }
        }
    }

    /// The scenario whose picture is to be drawn, once it is here.
    pub(crate) fn waits_for(&self) -> Option<&'static str> {
        match self.doing {
            Some(Task::Picture(path)) => Some(path),
            _ => None,
        }
    }

    /// The text of that scenario and its files of data have come, or cannot be had.
    pub(crate) fn text(&mut self, text: Option<&str>, files: Vec<(String, String)>) {
        match text {
            Some(text) => self.run(text.to_owned(), files, 1, Vec::new()),
            None => self.next(),
        }
    }

    fn run(&mut self, text: String, files: Vec<(String, String)>, runs: u32, watch: Vec<String>) {
        self.jobs += 1;
        self.worker.send(Ask::Run(Job {
            id: self.jobs,
            text,
            files,
            seed: None,
            replications: Some(runs),
            base_only: true,
            film: 0,
            watch,
        }));
    }

    /// Takes in what the worker tells; whether there is something to show.
    pub(crate) fn told(&mut self, tell: Tell) -> bool {
        match tell {
            Tell::Folded { id, result, .. } if id == self.jobs => {
                match self.doing.clone() {
                    Some(Task::Picture(path)) => {
                        let picture = match &result.gist {
                            Some(gist) if result.numbers.is_empty() => el("b").text(gist).into(),
                            _ => picture(&result.series),
                        };
                        self.pictures.insert(path.to_owned(), picture.as_str().to_owned());
                    }
                    Some(Task::Check(index)) if result.replications == validation::RUNS => {
                        self.seen.extend(seen(&self.cases[index], &result).map(|it| (index, it)));
                    }
                    _ => return false,
                }
                true
            }
            Tell::Done { id, .. } | Tell::Refused { id, .. } if id == self.jobs => {
                self.next();
                true
            }
            _ => false,
        }
    }
}

fn seen(case: &Case, result: &Outcome) -> Option<Seen> {
    let estimate = result.watched.first().copied().flatten()?;
    let drawn = strip(&Interval {
        estimate: estimate.mean,
        half_width: estimate.half_width,
        bound: case.theory,
        reach: (8.0 * estimate.std_error.unwrap_or(0.0)).max(1e-12),
        passes: Side::At,
        verdict: Verdict::Pass,
    });
    let error = estimate.std_error.unwrap_or(0.0);
    let text = sim_core::report::Estimate::of_interval(estimate.mean, estimate.half_width);
    Some(Seen {
        text: figure::estimate(&text, case.unit),
        strip: drawn.as_str().to_owned(),
        agrees: (estimate.mean - case.theory).abs() <= ERRORS * error,
    })
}

/// The outcomes of all loads, small.
fn picture(series: &[Track]) -> Markup {
    let starts = series.iter().filter(|it| it.name == "started");
    let loads: Vec<&str> = starts.map(|it| it.entity.as_str()).collect();
    let sum = |wanted: &dyn Fn(&str) -> bool| {
        let all =
            series.iter().filter(|it| loads.contains(&it.entity.as_str()) && wanted(&it.name));
        let mut sum = vec![0.0; COLUMNS];
        for track in all {
            for (column, value) in sum.iter_mut().enumerate() {
                let count = track.values.len().max(1);
                let (from, to) =
                    (column * count / COLUMNS, ((column + 1) * count).div_ceil(COLUMNS));
                let values = track.values.get(from..to).unwrap_or_default();
                let finite: Vec<_> = values.iter().filter(|it| it.is_finite()).collect();
                *value += finite.iter().copied().sum::<f64>() / finite.len().max(1) as f64;
            }
        }
        sum
    };
    let full = sum(&|it| it == "full");
    let degraded = sum(&|it| it == "degraded");
    let failed = sum(&|it| it.starts_with("failed."));
    let whole = (0..COLUMNS).map(|it| full[it] + degraded[it] + failed[it]);
    let top = whole.fold(0.0, f64::max).max(1e-9);
    let mut base = vec![0.0; COLUMNS];
    let mut svg = el("svg").attr("viewBox", format!("0 0 {} {}", SIZE.0, SIZE.1)).class("chart");
    for (values, ink) in [(full, Ink::Full), (degraded, Ink::Degraded), (failed, Ink::Failed)] {
        let mut path = String::new();
        for (column, value) in values.iter().enumerate() {
            let y = |it: f64| SIZE.1 * (1.0 - it / top);
            let width = SIZE.0 / COLUMNS as f64;
            let (x, bottom) = (column as f64 * width, base[column]);
            if *value > 0.0 {
                let _ = write!(
                    path,
                    "M{x:.1} {:.1}h{:.1}V{:.1}h-{:.1}z",
                    y(bottom + value),
                    width + 0.1,
                    y(bottom),
                    width + 0.1,
                );
            }
            base[column] += value;
        }
        svg = svg.child(el("path").class(&format!("a {}", ink.class())).attr("d", path));
    }
    debug_assert!(
        loads.is_empty() || find(series, loads[0], "full").is_some(),
        "loads have outcomes"
    );
    svg.into()
}
