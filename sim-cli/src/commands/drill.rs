//! `stormglass drill`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};
use sim_core::distribution::Distribution;
use sim_core::recovery::{Case, Fate, Outcome, Part, Tally};
use sim_core::report::Unit;
use sim_core::scenario::harmless;
use sim_core::schema::{Disaster, Drill, Lost, Scenario, Store, Strikes};
use sim_core::time::SimDuration;

use super::format::Answer as Format;
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
    stormglass drill shop.toml --store orders --seed 7\n  \
    stormglass drill shop.toml --variant mended --format json")]
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
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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
    let drilled: Vec<Drilled<'_>> = stores.into_iter().map(|it| Drilled::of(it, seed)).collect();
    match args.format {
        Format::Table => {
            let texts: Vec<String> = drilled.iter().map(Drilled::text).collect();
            output.text(&texts.join("\n"))?;
        }
        Format::Json => {
            let drills: Value = drilled.iter().map(Drilled::json).collect();
            let all = json!({ "title": scenario.title, "seed": seed, "drills": drills });
            output.data(|out| writeln!(out, "{all}"))?;
        }
    }
    Ok(if drilled.iter().all(Drilled::passes) { Exit::Success } else { Exit::Failed })
}

fn wanted<'s>(scenario: &'s Scenario, args: &DrillArgs) -> anyhow::Result<Vec<&'s Store>> {
    let stores: Vec<&Store> = scenario.stores.iter().filter(|it| !it.backups.is_empty()).collect();
    let file = args.file.display();
    if stores.is_empty() {
        bail!("`{file}` has no store with backups to drill: add `backup` to a `[store.NAME]`");
    }
    let Some(name) = &args.store else { return Ok(stores) };
    let names: Vec<&str> = stores.iter().map(|it| &*it.name).collect();
    match stores.iter().find(|it| it.name == *name) {
        Some(store) => Ok(vec![store]),
        None => bail!("`{file}` has no store `{name}` with backups; it has {}", names.join(", ")),
    }
}

/// What one drill of a store came to.
struct Drilled<'s> {
    store: &'s Store,
    outcome: Outcome,
    plans: Vec<Plan>,
}

/// How likely a restore has broken when it is needed, if it is drilled so often.
struct Plan {
    name: &'static str,
    every: SimDuration,
    broken: f64,
}

impl<'s> Drilled<'s> {
    fn of(store: &'s Store, seed: u64) -> Self {
        // What has broken since the last drill is what the plans are about.
        let case = restore_of(Store { drill: None, ..store.clone() }, 1);
        let plans = PLANS.into_iter().filter_map(|(name, a_year)| {
            let every = SimDuration::from_nanos(YEAR.as_nanos() / a_year);
            let drill = Drill { every, mend: None, ..store.drill.clone()? };
            let case = restore_of(Store { drill: Some(drill), ..store.clone() }, RUNS);
            let tally: Tally = case.run(seed);
            let broken = tally.ended(Fate::Broken) as f64 / tally.runs as f64;
            Some(Plan { name, every, broken })
        });
        Self { store, outcome: case.strike(seed, 0), plans: plans.collect() }
    }

    /// Whether something was restored, and in time.
    fn passes(&self) -> bool {
        let target = self.store.target.rto;
        self.outcome.rto.is_some_and(|elapsed| target.is_none_or(|it| elapsed <= it))
    }

    /// What took time, in order.
    fn parts(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let parts = Part::ALL.iter().zip(self.outcome.parts).filter(|it| !it.1.is_zero());
        parts.map(|it| (it.0.name(), it.1.as_secs_f64()))
    }

    fn text(&self) -> String {
        let store = self.store;
        let mut text =
            format!("{}\n", paint(STRONG, format!("Drill of {}", harmless(&store.name))));
        let mut line = |name: &str, value: String| text.extend([format!("  {name:<16} {value}\n")]);
        match self.outcome.rto.zip(self.outcome.rpo) {
            None => line("restored", paint(BAD, format!("nothing: {}", self.outcome.fate.name()))),
            Some((elapsed, point)) => {
                line("restored", format!("data of {} ago", stretch(point.as_secs_f64())));
                for look in &store.restore.verify {
                    let seen = match (&**look, store.rows) {
                        ("row_count", Some(rows)) => format!("{} rows, as expected", whole(rows)),
                        _ => paint(GOOD, "ok"),
                    };
                    line(&harmless(look), seen);
                }
                self.parts().for_each(|(part, took)| line(part, stretch(took)));
                line("elapsed", self.elapsed(elapsed));
            }
        }
        if !self.plans.is_empty() {
            let head = paint(FAINT, "drills, if a restore breaks as the scenario says");
            text.extend([format!("  {head}\n")]);
            text.extend(self.plans.iter().map(Plan::text));
        }
        text
    }

    fn elapsed(&self, elapsed: SimDuration) -> String {
        let took = stretch(elapsed.as_secs_f64());
        let Some(target) = self.store.target.rto else { return took };
        let word = if self.passes() { paint(GOOD, "PASS") } else { paint(BAD, "FAIL") };
        format!("{took} against {}: {word}", stretch(target.as_secs_f64()))
    }

    /// In seconds.
    fn json(&self) -> Value {
        let seconds = |it: Option<SimDuration>| it.map(SimDuration::as_secs_f64);
        let restored = self.outcome.rto.is_some();
        let parts = self.parts().map(|(name, took)| json!({ "name": name, "seconds": took }));
        let plans = self.plans.iter().map(
            |it| json!({ "name": it.name, "every": it.every.as_secs_f64(), "broken": it.broken }),
        );
        json!({
            "store": self.store.name,
            "passes": self.passes(),
            "fate": self.outcome.fate.name(),
            "data_of": seconds(self.outcome.rpo),
            "elapsed": seconds(self.outcome.rto),
            "target": seconds(self.store.target.rto),
            "rows": self.store.rows.filter(|_| restored),
            "verified": if restored { &*self.store.restore.verify } else { &[] },
            "parts": parts.collect::<Value>(),
            "plans": plans.collect::<Value>(),
        })
    }
}

impl Plan {
    fn text(&self) -> String {
        let (broken, late) = (exact(self.broken, Unit::Share), stretch(self.every.as_secs_f64()));
        let name = self.name;
        format!("  {name:<16} broken when needed: {broken}; found after {late} at the latest\n")
    }
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
        every: None,
        over: YEAR,
        noticed_after: Distribution::constant(SimDuration::ZERO),
        runs,
        expects: Vec::new(),
        fails_in: Vec::new(),
        because: None,
    };
    Case { disaster, store, runbook: None }
}
