//! What page and worker say to each other: plain data, without anything that only one of them has.

use serde::{Deserialize, Serialize};

/// What to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Answers carry it: those of a job that nobody waits for any more are dropped.
    pub(crate) id: u32,
    /// The scenario.
    pub(crate) text: String,
    /// Files beside it, by name.
    pub(crate) files: Vec<(String, String)>,
    /// Instead of the scenario's own seed.
    pub(crate) seed: Option<u64>,
    /// Instead of the scenario's own number.
    pub(crate) replications: Option<u32>,
    /// Whether only the base is wanted.
    pub(crate) base_only: bool,
    /// Marks that the film of a variant's first run keeps at most.
    pub(crate) film: usize,
    /// Metrics that are wanted beside the rest, over the whole run.
    pub(crate) watch: Vec<String>,
}

/// What the page asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Run this, and nothing else any more.
    Run(Job),
    /// The last report as JSON.
    Json,
}

/// What the worker tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Tell {
    /// There is something wrong with the scenario.
    Refused {
        /// Of which job.
        id: u32,
        /// All that is wrong.
        faults: Vec<Wrong>,
    },
    /// What is to be run: base first.
    Begun {
        /// Of which job.
        id: u32,
        /// The scenario's title.
        title: String,
        /// Root seed.
        seed: u64,
        /// The variants.
        facts: Vec<Facts>,
    },
    /// The first run of a variant is under way.
    Going {
        /// Of which job.
        id: u32,
        /// Which variant.
        variant: usize,
        /// How much of it is done, 0 to 1.
        share: f64,
        /// What is known so far.
        series: Vec<Track>,
    },
    /// The first run of a variant has ended.
    Filmed {
        /// Of which job.
        id: u32,
        /// Which variant.
        variant: usize,
        /// What moved in it.
        film: Film,
        /// Its series.
        series: Vec<Track>,
    },
    /// What is known of a variant, over the runs so far.
    Folded {
        /// Of which job.
        id: u32,
        /// Which variant.
        variant: usize,
        /// What is known.
        result: Box<Outcome>,
    },
    /// All is done.
    Done {
        /// Of which job.
        id: u32,
        /// The report's hash.
        hash: String,
        /// How long it took, ms, without pauses.
        millis: f64,
        /// Events of all runs.
        events: u64,
        /// Requests of all runs.
        requests: u64,
    },
    /// The last report as JSON.
    Json(String),
}

/// Something wrong with the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wrong {
    /// Its number.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) message: String,
    /// How to mend it.
    pub(crate) help: Option<String>,
    /// Line and column, from 1.
    pub(crate) at: (usize, usize),
    /// From which byte to which.
    pub(crate) span: (usize, usize),
}

/// A variant as it was compiled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// `base`, or the variant's name.
    pub(crate) name: String,
    /// Seconds of the run that are reported.
    pub(crate) duration: f64,
    /// Seconds of a window.
    pub(crate) window: f64,
    /// Start of the first window, s.
    pub(crate) series_from: f64,
    /// Runs that are wanted, at least.
    pub(crate) replications: u32,
    /// What the clock shows at 0, seconds after midnight.
    pub(crate) clock: Option<u32>,
    /// Who asks.
    pub(crate) loads: Vec<LoadFacts>,
    /// Who works.
    pub(crate) services: Vec<ServiceFacts>,
    /// Who calls whom.
    pub(crate) calls: Vec<CallFacts>,
    /// Pools and bulkheads.
    pub(crate) pools: Vec<PoolFacts>,
    /// What breaks.
    pub(crate) faults: Vec<FaultFacts>,
}

/// A load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoadFacts {
    /// Its name.
    pub(crate) name: String,
    /// Whom it asks, by its place among the services.
    pub(crate) to: usize,
    /// Answers later than this are late, s; none where nobody says so.
    pub(crate) deadline: Option<f64>,
    /// How requests come.
    pub(crate) note: String,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ServiceFacts {
    /// Its name.
    pub(crate) name: String,
    /// How many instances.
    pub(crate) instances: u32,
    /// Workers of each; none where they are without number.
    pub(crate) workers: Option<u32>,
    /// Places in the queue of each; none where they are without number.
    pub(crate) queue: Option<u32>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CallFacts {
    /// `caller -> name`.
    pub(crate) name: String,
    /// The caller, by its place among the services.
    pub(crate) from: usize,
    /// The callee, by its place among the services.
    pub(crate) to: usize,
    /// What guards it, outermost first, in short.
    pub(crate) layers: Vec<String>,
    /// Its pool, by its place among the pools.
    pub(crate) pool: Option<usize>,
    /// How many breakers.
    pub(crate) breakers: u32,
}

/// A pool or bulkhead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PoolFacts {
    /// Its name in the report.
    pub(crate) name: String,
    /// All its slots.
    pub(crate) slots: u32,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FaultFacts {
    /// Its name.
    pub(crate) name: String,
    /// What it does, in a word or two.
    pub(crate) what: String,
    /// Its beginning, s.
    pub(crate) from: f64,
    /// Its end, s; none where it lasts.
    pub(crate) to: Option<f64>,
    /// What it strikes.
    pub(crate) on: Struck,
}

/// What a fault strikes, by places in the lists of [`Facts`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Struck {
    /// A load.
    Load(usize),
    /// A service.
    Service(usize),
    /// Calls.
    Calls(Vec<usize>),
    /// Pools.
    Pools(Vec<usize>),
}

/// One number for each window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Track {
    /// Of what.
    pub(crate) entity: String,
    /// Its name.
    pub(crate) name: String,
    /// Its values; NaN where there is none.
    pub(crate) values: Vec<f64>,
    /// Half the widths of their intervals.
    pub(crate) half_widths: Vec<f64>,
}

/// What moved in a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Film {
    /// Each mark stands for so many.
    pub(crate) every: u32,
    /// Milliseconds after the report's zero (the warm-up is left out), way, and motion, in order.
    pub(crate) marks: Vec<(u32, Way, Motion)>,
}

/// On which way something moves, by its place in the lists of [`Facts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    /// From a load.
    Load(u16),
    /// Of a call.
    Call(u16),
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Motion {
    /// A request or attempt.
    Sent,
    /// A whole answer.
    Full,
    /// A degraded answer.
    Degraded,
    /// A failure.
    Failed,
    /// A failure that somebody chose.
    Refused,
}

/// What is known of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Runs so far.
    pub(crate) replications: u32,
    /// The phases with their bounds, s; `always` is the last.
    pub(crate) phases: Vec<(String, f64, f64)>,
    /// Means over the runs.
    pub(crate) series: Vec<Track>,
    /// What was expected.
    pub(crate) verdicts: Vec<Verdict>,
    /// The main numbers of each load in each phase, as text.
    pub(crate) numbers: Vec<Numbers>,
    /// What happened in the first run.
    pub(crate) log: Vec<(f64, String)>,
    /// The first run that a limit stopped: which limit, and when.
    pub(crate) stopped: Option<(String, f64)>,
    /// Systems over years.
    pub(crate) systems: Vec<SystemNumbers>,
    /// What became of each disaster, as it is drawn; markup of `sim-plot`.
    pub(crate) disasters: Vec<String>,
    /// What there is to say first of who is asked by nobody, in a few words.
    pub(crate) gist: Option<String>,
    /// The metrics that were wanted, where they are defined.
    pub(crate) watched: Vec<Option<Estimate>>,
}

/// A mean with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Estimate {
    /// The mean.
    pub(crate) mean: f64,
    /// Half the width of its 95 % interval.
    pub(crate) half_width: Option<f64>,
    /// Its standard error.
    pub(crate) std_error: Option<f64>,
}

/// The main numbers of a load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    /// Whose.
    pub(crate) load: String,
    /// For each phase: answered, in full, goodput, p50, p99.
    pub(crate) phases: Vec<[String; 5]>,
}

/// The main numbers of a system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SystemNumbers {
    /// Its name.
    pub(crate) name: String,
    /// Availability, downtime and outages a year, the longest outage, as text.
    pub(crate) numbers: [String; 4],
}

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// What was stated.
    pub(crate) statement: String,
    /// Of which phase.
    pub(crate) during: String,
    /// Whether it says what is steady.
    pub(crate) steady: bool,
    /// Why.
    pub(crate) because: Option<String>,
    /// What came out.
    pub(crate) mark: Mark,
    /// What was seen, in short.
    pub(crate) seen: String,
    /// The rest of what is to be said.
    pub(crate) more: String,
    /// Mean, half-width and bound, where a mean was judged.
    pub(crate) interval: Option<(f64, Option<f64>, f64, bool)>,
    /// In how many of how many runs it holds, where each was judged.
    pub(crate) runs: Option<(u64, u64)>,
    /// Runs that would likely decide.
    pub(crate) needs: Option<u64>,
}

/// The glyph of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mark {
    /// True.
    Pass,
    /// False.
    Fail,
    /// False, as the file says.
    FailsAsStated,
    /// True, though the file says that it is not.
    PassesAnyway,
    /// Undecided.
    Open,
    /// Not judged.
    Skipped,
}
