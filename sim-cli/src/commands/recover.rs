//! `stormglass recover`.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use sim_core::quantity::Share;
use sim_core::report::{DisasterReport, EntityKind, Report, SpanReport, Unit, VariantReport};
use sim_core::scenario::harmless;
use sim_core::scenario::schema::cost::Cost;

use crate::exit::Exit;
use crate::input::{BASE, Input};
use crate::interrupt;
use crate::job::{Job, Wanted, threads};
use crate::output::Output;
use crate::progress::Progress;
use crate::render::figure::{NONE, estimate, exact, given};
use crate::render::grid::{Cell, Grid, Tone};
use crate::render::style::{BAD, FAINT, GOOD, STRONG, WARN, paint};
use crate::render::wrap::hanging;

/// Strike a scenario's disasters and tell whether its targets are met, and at which cost.
///
/// With `--architectures` each variant is an architecture: all stand in one table, with PASS or FAIL
/// against the targets of the stores, why, what it costs in a month (`[cost]`), and which of those that
/// pass costs least. A target is met if the share of disasters that keep it is surely as large as is
/// asked for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass recover shop.toml\n  \
    stormglass recover shop.toml --architectures\n  \
    stormglass recover shop.toml --architectures --share 99% --format json")]
pub(crate) struct RecoverArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Compare the scenario and all its variants
    #[arg(long)]
    architectures: bool,
    /// The share of disasters that must keep a target
    #[arg(long, value_name = "SHARE", default_value = "95%")]
    share: Share,
    /// Root of all randomness, instead of the scenario's own
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Put another value into the scenario and all its variants; may be given again
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Threads, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// What the answer is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// Strikes the disasters.
pub(crate) fn recover(args: &RecoverArgs) -> anyhow::Result<Exit> {
    let variant = if args.architectures { Vec::new() } else { vec![BASE.to_owned()] };
    let set = args.set.clone();
    let wanted = Wanted { variant, seed: args.seed, set, ..Wanted::default() };
    let job = Job::read(&args.file, &wanted)?;
    let input = Input::read(&args.file, &args.set)?;
    let mut output = Output::open(None)?;
    let threads = threads(args.threads)?;
    interrupt::listen()?;
    let progress = Progress::new(job.runs(), args.quiet);
    let (report, _) = job.run(&threads, &progress);
    progress.finish();
    if report.variants.iter().all(|it| it.disasters.is_empty()) {
        bail!("`{}` has no disasters: add a `[[disaster]]`", args.file.display());
    }
    let share = args.share.fraction();
    let architectures = report.variants.iter().map(|it| {
        let cost = input.check(&it.name)?.cost;
        Ok(Architecture { report: it, cost, misses: misses(it, share) })
    });
    let architectures = architectures.collect::<anyhow::Result<Vec<_>>>()?;
    match args.format {
        Format::Table => {
            output.text(&text(&report, &architectures, share, output.look().width))?;
        }
        Format::Json => {
            output.data(|out| writeln!(out, "{}", json(&report, &architectures, share)))?;
        }
    }
    let broken = architectures.iter().any(|it| it.outcome() == Outcome::Fail);
    Ok(match (interrupt::requested(), broken && !args.architectures) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Success,
    })
}

/// A variant against its targets.
struct Architecture<'r> {
    report: &'r VariantReport,
    cost: Option<Cost>,
    misses: Vec<Target>,
}

/// What became of a target.
#[derive(Clone, Debug, PartialEq)]
struct Target {
    outcome: Outcome,
    /// `region-lost: back in 2.1 h (p95), 15 min are promised, kept by 12 %`.
    why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Pass,
    Open,
    Fail,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Open => "INCONCLUSIVE",
            Self::Fail => "FAIL",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Pass => Tone::Plain,
            Self::Open => Tone::Warn,
            Self::Fail => Tone::Bad,
        }
    }
}

impl Architecture<'_> {
    fn outcome(&self) -> Outcome {
        self.misses.iter().map(|it| it.outcome).max().unwrap_or(Outcome::Pass)
    }

    fn month(&self) -> Option<f64> {
        self.cost.map(|it| it.month())
    }
}

/// The targets that are not surely met.
fn misses(variant: &VariantReport, share: f64) -> Vec<Target> {
    let of = |it: &DisasterReport| {
        [("lost", &it.rpo), ("back in", &it.rto)].map(|(what, span)| target(it, what, span, share))
    };
    variant.disasters.iter().flat_map(of).flatten().collect()
}

fn target(disaster: &DisasterReport, what: &str, span: &SpanReport, share: f64) -> Option<Target> {
    let (promised, met) = (span.target?, span.met?);
    let outcome = match () {
        () if met.low >= share || met.mean >= 1.0 => return None,
        () if met.high < share => Outcome::Fail,
        () => Outcome::Open,
    };
    let why = format!(
        "{}: {what} {} (p95), {} promised, kept by {}",
        harmless(&disaster.name),
        percentile(span, 95),
        exact(promised, Unit::Seconds),
        exact(met.mean, Unit::Share),
    );
    Some(Target { outcome, why })
}

fn percentile(span: &SpanReport, percent: usize) -> String {
    match span.percentiles.get(percent).copied().flatten() {
        Some(seconds) => exact(seconds, Unit::Seconds),
        None => "never".to_owned(),
    }
}

fn text(report: &Report, all: &[Architecture<'_>], share: f64, width: usize) -> String {
    let asked = format!("targets are to be kept by {} of disasters", given(share, Unit::Share));
    let head = format!("{}\n{}\n\n", paint(STRONG, harmless(&report.title)), paint(FAINT, asked));
    let verdicts: String = all.iter().map(|it| verdict(it, width)).collect();
    [head, table(all).render(width), "\n".to_owned(), verdicts, cheapest(all)].concat()
}

fn table(all: &[Architecture<'_>]) -> Grid {
    let mut grid = Grid::new(all.iter().map(|it| harmless(&it.report.name)));
    let plain = |text: String| Cell { text, tone: Tone::Plain };
    for name in names(all) {
        grid.heading(harmless(&name));
        let row = |of: &dyn Fn(&DisasterReport) -> String| {
            let cell = |it: &Architecture<'_>| {
                let disaster = it.report.disasters.iter().find(|it| it.name == name);
                plain(disaster.map_or(NONE.to_owned(), of))
            };
            all.iter().map(cell).collect::<Vec<_>>()
        };
        grid.row("lost, median", row(&|it| percentile(&it.rpo, 50)));
        grid.row("lost, p95", row(&|it| percentile(&it.rpo, 95)));
        grid.row("lost, at most", row(&|it| percentile(&it.rpo, 100)));
        grid.row("back in, median", row(&|it| percentile(&it.rto, 50)));
        grid.row("back in, p95", row(&|it| percentile(&it.rto, 95)));
        grid.row(
            "comes back",
            row(&|it| it.recoverable.map_or(NONE.to_owned(), |it| exact(it.mean, Unit::Share))),
        );
    }
    grid.heading("In all");
    for system in systems(all) {
        let of = |it: &Architecture<'_>| {
            let availability = it.report.metric("always", &format!("{system}.availability"));
            availability.map_or(NONE.to_owned(), |it| estimate(it, Unit::Share))
        };
        grid.row(
            format!("{} is up", harmless(&system)),
            all.iter().map(|it| plain(of(it))).collect(),
        );
    }
    if all.iter().any(|it| it.cost.is_some()) {
        let cost = |it: &Architecture<'_>| it.month().map_or(NONE.to_owned(), money);
        grid.row("cost a month", all.iter().map(|it| plain(cost(it))).collect());
    }
    let outcomes = all.iter().map(|it| {
        let outcome = it.outcome();
        Cell { text: outcome.word().to_owned(), tone: outcome.tone() }
    });
    grid.row("targets", outcomes.collect());
    grid
}

fn names(all: &[Architecture<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for disaster in all.iter().flat_map(|it| &it.report.disasters) {
        if !names.contains(&disaster.name) {
            names.push(disaster.name.clone());
        }
    }
    names
}

fn systems(all: &[Architecture<'_>]) -> Vec<String> {
    let first = all.first().into_iter().flat_map(|it| &it.report.entities);
    first.filter(|it| it.kind == EntityKind::System).map(|it| it.name.clone()).collect()
}

fn money(amount: f64) -> String {
    exact(amount.round(), Unit::Count)
}

fn verdict(it: &Architecture<'_>, width: usize) -> String {
    let outcome = it.outcome();
    let style = match outcome {
        Outcome::Pass => GOOD,
        Outcome::Open => WARN,
        Outcome::Fail => BAD,
    };
    let whys: Vec<&str> = it.misses.iter().map(|it| &*it.why).collect();
    let why = if whys.is_empty() { "all targets are kept".to_owned() } else { whys.join("; ") };
    let line = format!("{} {}: {why}", paint(style, outcome.word()), harmless(&it.report.name));
    hanging("", 4, &line, width)
}

fn cheapest(all: &[Architecture<'_>]) -> String {
    let passing = all.iter().filter(|it| it.outcome() == Outcome::Pass);
    let priced = passing.filter_map(|it| Some((it, it.month()?)));
    match priced.min_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((it, month)) => format!(
            "\n{}\n",
            paint(
                STRONG,
                format!(
                    "{} keeps its targets at the least cost: {} a month.",
                    harmless(&it.report.name),
                    money(month)
                )
            )
        ),
        None => String::new(),
    }
}

fn json(report: &Report, all: &[Architecture<'_>], share: f64) -> Value {
    let architecture = |it: &Architecture<'_>| {
        json!({
            "name": it.report.name,
            "targets": it.outcome().word(),
            "why": it.misses.iter().map(|it| &*it.why).collect::<Vec<_>>(),
            "cost": it.cost.map(|it| json!({
                "month": it.month(),
                "parts": it.parts().iter().map(|it| (it.0, it.1)).collect::<Vec<_>>(),
            })),
            "disasters": it.report.disasters,
        })
    };
    json!({
        "title": report.title,
        "share": share,
        "architectures": all.iter().map(architecture).collect::<Value>(),
    })
}
