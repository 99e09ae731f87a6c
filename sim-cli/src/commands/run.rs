//! `stormglass run`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use sim_core::report::Report;

use super::format::Report as Format;
use super::tracing::Tracing;
use crate::exit::Exit;
use crate::interrupt;
use crate::job::{Job, Wanted, threads};
use crate::output::{self, Output};
use crate::progress::Progress;
use crate::render::figure::{exact, whole};
use crate::render::instant::span;
use crate::render::style::{FAINT, WARN, paint};
use crate::render::tested::quoted;
use crate::render::{csv, html, json, markdown, report, series};

/// Run scenarios and report how they fared.
///
/// Runs the scenario as it stands and all its variants, on common random numbers. The same
/// scenario, overrides and seed give the same report, whatever the machine and the threads.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass run scenarios/retry-storm.toml\n  \
    stormglass run shop.toml --variant base --variant naive --replications 30\n  \
    stormglass run shop.toml --set service.shop.instances=6 --set load.users.rate=200/s\n  \
    stormglass run shop.toml --format json --series windows.csv > report.json\n  \
    stormglass run shop.toml --variant base --trace t.json --trace-format chrome --trace-every 50")]
pub(crate) struct RunArgs {
    /// Scenario files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
    /// Threads that run replications, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What to write: text for people, JSON (one line for each file), tidy CSV (one file), or Markdown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the series by windows to this file: as CSV, or as JSON if its name ends in `.json`
    #[arg(long, value_name = "FILE")]
    series: Option<PathBuf>,
    /// Write a page with charts to this file too: HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    tracing: Tracing,
    /// Neither progress nor remarks on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the scenarios one after the other.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<Exit> {
    let mut trace = args.tracing.open()?;
    let beside = args.series.is_some() || args.report.is_some() || trace.is_some();
    if args.files.len() > 1 && (args.format == Format::Csv || beside) {
        bail!("CSV, series, pages and traces are of one scenario: run the files one by one");
    }
    // All are read first: what is wrong with the last should not be told after an hour.
    let jobs = args.files.iter().map(|it| Job::read(it, &args.wanted));
    let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
    let mut output = Output::open(args.output.as_deref())?;
    let mut series = args.series.as_deref().map(|it| Output::open(Some(it))).transpose()?;
    let mut page = args.report.as_deref().map(|it| Output::open(Some(it))).transpose()?;
    let threads = threads(args.threads)?;
    interrupt::listen()?;
    let mut text = String::new();
    let mut reports = Vec::new();
    for job in &jobs {
        let progress = Progress::new(job.runs(), args.quiet);
        let (report, limits) = job.run(&threads, &progress);
        let took = progress.finish();
        if !args.quiet {
            remark(&report, progress.runs(), took, threads.current_num_threads());
        }
        if report.variants.is_empty() {
            break;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&report::text(&report, &limits, output.look().width));
        if let Some(page) = &mut page {
            let dossier = job.dossier(&report, &limits, again(args))?;
            page.data(|out| html::write(&dossier, out))?;
        }
        if let Some(trace) = &mut trace {
            left_out(args.tracing.write(job.plan(), trace)?);
        }
        reports.push(report);
    }
    write(&reports, &text, args, &mut output, series.as_mut())?;
    let aborted = reports.iter().flat_map(|it| &it.variants).any(|it| !it.aborts.is_empty());
    Ok(match (interrupt::requested(), aborted) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Aborted,
        (false, false) => Exit::Success,
    })
}

fn write(
    reports: &[Report],
    text: &str,
    args: &RunArgs,
    output: &mut Output,
    series: Option<&mut Output>,
) -> anyhow::Result<()> {
    match args.format {
        Format::Table => output.text(text)?,
        Format::Json => {
            output.data(|out| reports.iter().try_for_each(|it| json::write(it, out)))?;
        }
        Format::Csv => output.data(|out| reports.iter().try_for_each(|it| csv::write(it, out)))?,
        Format::Markdown => output.text(&markdown::reports(reports))?,
    }
    let Some(series) = series else { return Ok(()) };
    let as_json = args.series.as_deref().and_then(Path::extension).is_some_and(|it| it == "json");
    let write = if as_json { series::json } else { series::csv };
    series.data(|out| reports.iter().try_for_each(|it| write(it, out)))
}

/// Says that a trace is not of all that it was asked for.
fn left_out(requests: u64) {
    if requests > 0 {
        let text = format!(
            "The trace was full: {} requests are not in it; choose fewer, or raise --trace-limit.",
            whole(requests)
        );
        output::remark(&(paint(WARN, text) + "\n"));
    }
}

/// The command that gives the same report.
fn again(args: &RunArgs) -> String {
    let mut words = vec!["stormglass run".to_owned()];
    words.extend(args.files.iter().map(|it| quoted(&it.display().to_string())));
    let mut option = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
    args.wanted.variant.iter().for_each(|it| option("variant", it));
    args.wanted.set.iter().for_each(|it| option("set", it));
    args.wanted.seed.iter().for_each(|it| option("seed", &it.to_string()));
    args.wanted.replications.iter().for_each(|it| option("replications", &it.to_string()));
    args.report.iter().for_each(|it| option("report", &it.display().to_string()));
    words.join(" ")
}

/// On standard error: what is not the same every time.
fn remark(report: &Report, planned: u64, took: Duration, threads: usize) {
    let done: u64 = report.variants.iter().map(|it| u64::from(it.replications)).sum();
    if done < planned {
        output::interrupted(done, planned);
    }
    let requests: u64 = report.variants.iter().map(|it| it.requests).sum();
    let seconds = took.as_secs_f64();
    let events: u64 = report.variants.iter().map(|it| it.events).sum();
    // Where there are no loads, what happens are failures and repairs.
    let (count, what) = if requests > 0 { (requests, "requests") } else { (events, "events") };
    let rate = whole((count as f64 / seconds.max(1e-9)) as u64);
    let took = if seconds < 60.0 {
        exact(seconds, sim_core::report::Unit::Seconds)
    } else {
        span(seconds.round())
    };
    let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    let disasters = report.variants.iter().flat_map(|it| &it.disasters).map(|it| it.runs).sum();
    let text = match (requests, disasters) {
        (0, runs @ 1..) if events == 0 => {
            format!("{} disasters in {took} on {threads}", whole(runs))
        }
        _ => format!("{} {what} in {took} on {threads}: {rate} a second", whole(count)),
    };
    output::remark(&(paint(FAINT, text) + "\n"));
}
