//! `stormglass drill`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use sim_core::distribution::Distribution;
use sim_core::recovery::{Case, Outcome, Part, Tally};
use sim_core::report::Unit;
use sim_core::scenario::harmless;
use sim_core::scenario::schema::{Disaster, Drill, Lost, Scenario, Store, Strikes};
use sim_core::time::SimDuration;

use crate::exit::Exit;
use crate::input::{BASE, Input};
use crate::output::Output;
use crate::render::figure::{exact, whole};
use crate::render::stretch::stretch;
use crate::render::style::{BAD, FAINT, GOOD, STRONG, paint};

/// Restore the newest backup of each store, as a drill would, and report how it went.
///
/// Each drill is one run of the restore at some moment, by the scenario's seed: rows counted where the
/// store says how many there are, what `restore.verify` looks at, and the time against `target.rto`.
/// Where the store says how restores break (`drill`), what quarterly and yearly drills find of that is
/// told too. Exits with 1 if a drill fails or takes longer than the target.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass drill scenarios/recovery/invoicing.toml\n  \
    stormglass drill shop.toml --store orders --seed 7")]
pub(crate) struct DrillArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Drill this store only
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// Drill this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Root of all randomness, instead of the scenario's own: another drill
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Put another value into the scenario; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

/// Drills of a year, and what their number is called.
const PLANS: [(&str, u64); 2] = [("quarterly", 4), ("yearly", 1)];
/// Runs from which the share of broken restores is estimated.
const RUNS: u32 = 20_000;
const YEAR: SimDuration = SimDuration::from_secs(365 * 86_400);

/// Drills each store that has backups.
pub(crate) fn drill(args: &DrillArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.set)?;
    let scenario = input.check(args.variant.as_deref().unwrap_or(BASE))?;
    let stores = wanted(&scenario, args)?;
    let seed = args.seed.unwrap_or(scenario.seed);
    let mut output = Output::open(None)?;
    let mut exit = Exit::Success;
    for store in stores {
        let (text, passed) = report(store, seed);
        output.text(&text)?;
        if !passed {
            exit = exit.worse(Exit::Failed);
        }
    }
    Ok(exit)
}

fn wanted<'s>(scenario: &'s Scenario, args: &DrillArgs) -> anyhow::Result<Vec<&'s Store>> {
    let named = |it: &&Store| args.store.as_ref().is_none_or(|name| *name == it.name);
    let stores = scenario.stores.iter().filter(|it| !it.backups.is_empty());
    let stores: Vec<_> = stores.filter(named).collect();
    if stores.is_empty() {
        bail!("`{}` has no store with backups to drill", args.file.display());
    }
    Ok(stores)
}

/// The report of one drill, and whether it went as it must.
fn report(store: &Store, seed: u64) -> (String, bool) {
    // What has broken since the last drill is what the plans below are about.
    let case = restore_of(Store { drill: None, ..store.clone() }, 1);
    let outcome = case.strike(seed, 0);
    let mut text = format!("{}\n", paint(STRONG, format!("Drill of {}", harmless(&store.name))));
    let passed = told(store, &outcome, &mut text);
    if let Some(drill) = &store.drill {
        text.push_str(&plans(store, drill, seed));
    }
    (text + "\n", passed)
}

fn told(store: &Store, outcome: &Outcome, text: &mut String) -> bool {
    let mut line = |name: &str, value: String| text.extend([format!("  {name:<16} {value}\n")]);
    let Some((elapsed, point)) = outcome.rto.zip(outcome.rpo) else {
        line("restored", paint(BAD, format!("nothing: {}", outcome.fate.name())));
        return false;
    };
    let elapsed = elapsed.as_secs_f64();
    line("restored", format!("data of {} ago", stretch(point.as_secs_f64())));
    for look in &store.restore.verify {
        let seen = match (&**look, store.rows) {
            ("row_count", Some(rows)) => format!("{} rows, as expected", whole(rows)),
            _ => paint(GOOD, "ok"),
        };
        line(&harmless(look), seen);
    }
    for (part, took) in Part::ALL.iter().zip(outcome.parts).filter(|it| !it.1.is_zero()) {
        line(part.name(), stretch(took.as_secs_f64()));
    }
    let met = store.target.rto.is_none_or(|it| elapsed <= it.as_secs_f64());
    let target = store.target.rto.map(|it| {
        let word = if met { paint(GOOD, "PASS") } else { paint(BAD, "FAIL") };
        format!(" against {}: {word}", stretch(it.as_secs_f64()))
    });
    line("elapsed", format!("{}{}", stretch(elapsed), target.unwrap_or_default()));
    met
}

/// How likely a restore has broken when it is needed, by how often it is drilled.
fn plans(store: &Store, drill: &Drill, seed: u64) -> String {
    let line = |(name, a_year): (&str, u64)| {
        let every = SimDuration::from_nanos(YEAR.as_nanos() / a_year);
        let drill = Drill { every, mend: None, ..drill.clone() };
        let case = restore_of(Store { drill: Some(drill), ..store.clone() }, RUNS);
        let tally: Tally = case.run(seed);
        let broken = tally.ended(sim_core::recovery::Fate::Broken) as f64 / tally.runs as f64;
        let late = stretch(every.as_secs_f64());
        format!(
            "  {name:<16} broken when needed: {}; found after {late} at the latest\n",
            exact(broken, Unit::Share)
        )
    };
    let head = paint(FAINT, "  drills, if a restore breaks as the scenario says");
    format!("{head}\n{}", PLANS.into_iter().map(line).collect::<String>())
}

/// Restores of a store of which nothing else is left.
fn restore_of(store: Store, runs: u32) -> Case {
    let standbys = (0..store.standbys.len()).collect();
    let disaster = Disaster {
        name: "drill".to_owned(),
        store: store.name.clone(),
        runbook: None,
        lose: Lost { primary: true, standbys, backups: false },
        corrupt: None,
        at: Strikes::Uniform,
        after: SimDuration::ZERO,
        noticed_after: Distribution::constant(SimDuration::ZERO),
        runs,
        expects: Vec::new(),
        fails_in: Vec::new(),
        because: None,
    };
    Case { disaster, store, runbook: None }
}
