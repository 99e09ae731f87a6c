//! `stormglass sweep`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{anyhow, bail};
use clap::{ArgGroup, Args, ValueEnum};
use rayon::ThreadPool;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use sim_core::experiment::{Aim, Fold, Grid, Objective, Point, Ranking, Sweep};
use sim_core::scenario::{Gauge, Refused, Source};

use super::running::Running;
use crate::exit::Exit;
use crate::failure::Rejected;
use crate::files::Folder;
use crate::input::Input;
use crate::interrupt;
use crate::job::threads;
use crate::output::{self, Output};
use crate::points::Points;
use crate::progress::Progress;
use crate::render::figure::whole;
use crate::render::look::Look;
use crate::render::points::{self, Overview};
use crate::render::provenance::Provenance;
use crate::render::style::{FAINT, WARN, paint};
use crate::render::tested::quoted;
use crate::rows::{RowFormat, Rows};
use crate::simulate::simulate;

/// Vary a scenario over a grid of values, and find what holds and what is best.
///
/// Every combination of the axes' values is run, all on common random numbers: what differs
/// between two points is what was varied. The same command gives the same rows, whatever the
/// machine and the threads.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("objective").args(["minimize", "maximize"]),
    after_help = "Axes, PATH=VALUES, where PATH is as for --set:\n  \
    8,16,32                  these values; whole policies too: { attempts = 2 },{ attempts = 4 }\n  \
    4..64:4                  from, to and step; also with units: 10ms..100ms:10ms\n  \
    lin(100/s, 900/s, 9)     9 values in equal steps, to six digits\n  \
    log(10ms, 2s, 12)        12 values in equal ratios, to three digits\n  \
    variant=base,naive       the variants of the file\n\n\
    Examples:\n  \
    stormglass sweep shop.toml --vary service.shop.workers=8..64:8\n  \
    stormglass sweep shop.toml --vary service.shop.call.db.bulkhead.slots=100..130:1 \\\n      \
    --where 'db.pool.rejection_rate < 1%' --minimize slots\n  \
    stormglass sweep shop.toml --vary 'load.users.rate=lin(100/s, 900/s, 9)' \\\n      \
    --vary variant=base,naive --metric users.latency.p99@slow --output rows.csv\n  \
    stormglass sweep shop.toml --maximize users.goodput \\\n      \
    --vary 'service.shop.call.db.policy=[\"timeout\"],[\"retry\", \"timeout\"]'"
)]
pub(crate) struct SweepArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// An axis: what to vary and its values; may be given again, for all combinations
    #[arg(long, value_name = "PATH=VALUES", required = true)]
    vary: Vec<String>,
    /// Measure this, of the whole run or of a phase; may be given again
    #[arg(long, value_name = "NAME.METRIC[@PHASE]")]
    metric: Vec<String>,
    /// What must hold, such as `shop.error_rate < 1%`; may be given again
    #[arg(long = "where", value_name = "STATEMENT")]
    constraint: Vec<String>,
    /// What should be as small as possible: an axis, by the end of its path, or a metric
    #[arg(long, value_name = "AXIS|METRIC")]
    minimize: Option<String>,
    /// What should be as large as possible
    #[arg(long, value_name = "AXIS|METRIC")]
    maximize: Option<String>,
    /// Show so many of the best points
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    #[command(flatten)]
    running: Running,
    /// What to write: the best points for people, or all points as CSV or lines of JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write all points to this file too, as they finish: `.csv`, or `.jsonl` for lines of JSON
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Refuse grids of more points than this
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    max_points: u64,
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, at the end.
    #[default]
    Table,
    /// All points, as they finish.
    Csv,
    /// The same, as lines of JSON.
    Jsonl,
}

/// Runs the scenario at every point.
pub(crate) fn sweep(args: &SweepArgs) -> anyhow::Result<Exit> {
    let input = Input::read(&args.file, &args.running.set)?;
    input.must_run()?;
    let (sweep, objective) = read(args, input.source()).map_err(Rejected::from)?;
    let points = points(args, &sweep.grid)?;
    let mut rows = rows(args)?;
    let threads = threads(args.running.threads)?;
    interrupt::listen()?;
    let Some(runs) = runs(&sweep, input.files(), args.running.replications, points, &threads)?
    else {
        return Ok(Exit::Interrupted);
    };
    if !args.running.quiet {
        let text = format!("{} points, {} runs", whole(points), whole(runs));
        output::remark(&(paint(FAINT, text) + "\n"));
    }
    let first = sweep.first(input.files()).map_err(Rejected::from)?;
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION"),
        scenario: input.hash(),
        seed: args.running.seed.unwrap_or(first.seed),
        points,
        command: command(args),
    };
    let ranking = Ranking::new(objective, usize::from(args.top));
    let task = Task { args, sweep: &sweep, files: input.files(), provenance, runs };
    let overview = task.run(Overview::new(ranking), &threads, &mut rows)?;
    if args.format == Format::Table {
        let mut output = Output::open(None)?;
        let width = output.look().width;
        output.text(&overview.text(&sweep, &first.title, &task.provenance, width))?;
    }
    Ok(exit(&sweep, &overview.ranking))
}

/// The axes, metrics, constraints and what is best.
fn read(args: &SweepArgs, source: &Source) -> Result<(Sweep, Option<Objective>), Refused> {
    let axes = args.vary.iter().map(|it| source.axis(it)).collect::<Result<_, _>>()?;
    let grid = Grid::new(axes)?;
    let constraints =
        args.constraint.iter().map(|it| source.constraint(it)).collect::<Result<Vec<_>, _>>()?;
    let asked = args.metric.iter().map(|it| source.gauge("--metric", it));
    let mut asked = asked.collect::<Result<Vec<Gauge>, _>>()?;
    if asked.is_empty() {
        asked.extend(constraints.iter().map(|it| it.gauge.clone()));
    }
    let mut gauges = Vec::new();
    for gauge in asked {
        if !gauges.contains(&gauge) {
            gauges.push(gauge);
        }
    }
    let mut sweep = Sweep::new(source.clone(), grid, gauges, constraints);
    let objective = match (&args.minimize, &args.maximize) {
        (Some(text), _) => Some(sweep.objective(Aim::Least, text)?),
        (None, Some(text)) => Some(sweep.objective(Aim::Most, text)?),
        (None, None) => None,
    };
    if sweep.gauges.is_empty() {
        sweep.gauges = source.gauges_of_loads();
    }
    Ok((sweep, objective))
}

fn points(args: &SweepArgs, grid: &Grid) -> anyhow::Result<u64> {
    let points = grid.points().ok_or_else(|| anyhow!("this grid has more than 2^64 points"))?;
    if points > args.max_points {
        let sizes: Vec<_> = grid.axes().iter().map(|it| whole(it.values().len() as u64)).collect();
        bail!(
            "{} = {} points; --max-points allows {}",
            sizes.join(" × "),
            whole(points),
            whole(args.max_points)
        );
    }
    Ok(points)
}

/// Where points are written as they finish.
fn rows(args: &SweepArgs) -> anyhow::Result<Vec<Rows>> {
    let file = args.output.as_deref().map(Rows::to_file).transpose()?;
    let stdout = match args.format {
        Format::Table => None,
        Format::Csv => Some(RowFormat::Csv),
        Format::Jsonl => Some(RowFormat::Jsonl),
    };
    Ok(file.into_iter().chain(stdout.map(Rows::to_stdout)).collect())
}

/// Checks every point; how many runs they take in all, or nothing if it was interrupted.
///
/// Where one is wrong, all values that are wrong by themselves are told; else it comes of a
/// combination, and the first of those is told.
fn runs(
    sweep: &Sweep,
    files: &Folder,
    replications: Option<u32>,
    points: u64,
    threads: &ThreadPool,
) -> anyhow::Result<Option<u64>> {
    let runs = AtomicU64::new(0);
    let check = |point| {
        if interrupt::requested() {
            return Some(None);
        }
        match sweep.check(point, files) {
            Ok(own) => {
                let more = u64::from(replications.unwrap_or(own));
                runs.fetch_add(more, Ordering::Relaxed);
                None
            }
            Err(refused) => Some(Some((point, refused))),
        }
    };
    match threads.install(|| (0..points).into_par_iter().find_map_first(check)) {
        None => Ok(Some(runs.into_inner())),
        Some(None) => Ok(None),
        Some(Some((point, refused))) => {
            sweep.check_values(files).map_err(Rejected::from)?;
            let values = points::at(sweep, &points::names(sweep), point);
            output::remark(&(paint(WARN, format!("With {values}:")) + "\n"));
            Err(Rejected::from(refused).into())
        }
    }
}

/// A sweep that is known to be right.
struct Task<'a> {
    args: &'a SweepArgs,
    sweep: &'a Sweep,
    files: &'a Folder,
    provenance: Provenance,
    runs: u64,
}

impl Task<'_> {
    /// Runs all points, or those until it is interrupted.
    fn run(
        &self,
        mut overview: Overview,
        threads: &ThreadPool,
        rows: &mut [Rows],
    ) -> anyhow::Result<Overview> {
        let Self { args, sweep, files, provenance, runs } = self;
        // A bar between rows on the same terminal would spoil both.
        let rows_are_seen = args.format != Format::Table && Look::of_stdout().terminal;
        let progress = Progress::new(*runs, args.running.quiet || rows_are_seen);
        rows.iter_mut().try_for_each(|it| it.begin(sweep, provenance))?;
        let finished = |point: &Point, fold: Fold| {
            let report = sweep.report(point, fold);
            rows.iter_mut().try_for_each(|it| it.add(sweep, &report))?;
            overview.push(sweep, report);
            Ok(())
        };
        let all = provenance.points;
        let mut points = Points::new(sweep, files, args.running.replications, all, finished);
        simulate(&mut points, provenance.seed, threads, &progress);
        let outcome = points.outcome();
        progress.finish();
        outcome?;
        let done: u64 = overview.ranking.counts().into_iter().sum();
        if !args.running.quiet && done < all {
            let (done, all) = (whole(done), whole(all));
            let text =
                format!("Interrupted: {done} of {all} points were finished and are reported.");
            output::remark(&(paint(WARN, text) + "\n"));
        }
        Ok(overview)
    }
}

fn exit(sweep: &Sweep, ranking: &Ranking) -> Exit {
    let [holds, open, _] = ranking.counts();
    match () {
        () if interrupt::requested() => Exit::Interrupted,
        () if sweep.constraints.is_empty() || holds > 0 => Exit::Success,
        () if open > 0 => Exit::Inconclusive,
        () => Exit::Infeasible,
    }
}

/// What of the command line decides the rows.
fn command(args: &SweepArgs) -> String {
    let mut words = vec![args.file.display().to_string()];
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    let many = [
        ("--set", &args.running.set),
        ("--vary", &args.vary),
        ("--metric", &args.metric),
        ("--where", &args.constraint),
    ];
    for (name, values) in many {
        for value in values {
            option(name, value);
        }
    }
    let (seed, replications) =
        (args.running.seed.map(|it| it.to_string()), args.running.replications);
    let one = [
        ("--minimize", args.minimize.clone()),
        ("--maximize", args.maximize.clone()),
        ("--seed", seed),
        ("--replications", replications.map(|it| it.to_string())),
    ];
    for (name, value) in one {
        if let Some(value) = value {
            option(name, &value);
        }
    }
    let words: Vec<_> = words.iter().map(|it| quoted(it)).collect();
    format!("stormglass sweep {}", words.join(" "))
}
