//! `stormglass fit`.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use serde_json::json;
use sim_core::distribution::Samples;
use sim_core::distribution::fit::{Fit, Measured};
use sim_core::report::Unit as Figure;
use sim_core::scenario::{Measurement, Unit, harmless};

use super::format::Answer as Format;
use crate::exit::Exit;
use crate::files::read_at_most;
use crate::output::Output;
use crate::render::figure::{exact, whole};
use crate::render::grid::Grid;
use crate::render::style::{FAINT, STRONG, paint};

/// Fit laws to measured times, and tell how far each is from them.
///
/// The file is CSV with a header, or a log of `HdrHistogram` (`.hlog`). The laws are fitted by maximum
/// likelihood; the distance is that of Kolmogorov and Smirnov, 0 to 1. The nearest is what
/// `fit(FILE, …)` takes in a scenario; the exponential is there for comparison and never taken.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass fit latencies.csv --column value --unit ms\n  \
    stormglass fit service-times.hlog --unit ns --tag A --format json")]
pub(crate) struct FitArgs {
    /// The measurements
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column of a CSV file
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// What one of its numbers counts: ns, us, ms, s
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    unit: Unit,
    /// The tag of the intervals of an `HdrHistogram` log; those without one if it is not given
    #[arg(long, value_name = "NAME")]
    tag: Option<String>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Bytes of a file at most.
const LARGEST: u64 = 1 << 30;
/// Measurements at most.
const ROWS_MAX: usize = 10_000_000;

/// Fits the laws.
pub(crate) fn fit(args: &FitArgs) -> anyhow::Result<Exit> {
    let shown = args.file.display().to_string();
    let bytes =
        read_at_most(&args.file, LARGEST).with_context(|| format!("could not read `{shown}`"))?;
    let Some(bytes) = bytes else { bail!("`{shown}` is larger than {} MiB", LARGEST >> 20) };
    let text = String::from_utf8(bytes).with_context(|| format!("`{shown}` is not UTF-8 text"))?;
    let measurement = Measurement {
        file: &shown,
        column: args.column.as_deref(),
        tag: args.tag.as_deref(),
        unit: args.unit,
    };
    let refused = |why: String| anyhow!("cannot read `{shown}`: {why}");
    let spans = measurement.read(&text, ROWS_MAX).map_err(refused)?;
    let measured =
        Measured::new(&spans).with_context(|| format!("cannot fit laws to `{shown}`"))?;
    let spread = Samples::new(spans.into()).context("there are measurements")?;
    let spread = sim_core::distribution::Distribution::from(spread);
    let fits = measured.fits();
    let mut output = Output::open(None)?;
    match args.format {
        Format::Json => {
            let value = json!({
                "file": shown,
                "count": measured.count(),
                "mean": spread.mean_secs(),
                "cv": spread.cv(),
                "fits": fits.iter().map(in_json).collect::<Vec<_>>(),
            });
            output.data(|out| writeln!(out, "{value:#}"))?;
        }
        Format::Table => {
            let (mean, cv) = (exact(spread.mean_secs(), Figure::Seconds), spread.cv());
            let count = whole(measured.count());
            let heading = paint(STRONG, format!("{count} times of {}", harmless(&shown)));
            let text = format!("{heading}\nmean {mean}, cv {cv:.3}\n\n");
            let table = table(&fits, output.look().width);
            output.text(&(text + &table + &paint(FAINT, NOTE) + "\n"))?;
        }
    }
    Ok(Exit::Success)
}

const NOTE: &str = "Distance: the largest difference between the shares measured and the law's, 0 to 1.\n\
    AIC: twice the parameters less twice the log-likelihood; of two laws the lower is better.";

fn table(fits: &[Fit], width: usize) -> String {
    let mut grid = Grid::new(["distance", "AIC", "law"].map(str::to_owned));
    for fit in fits {
        let name = if fit.name == "exponential" { "(exponential)" } else { fit.name };
        let cells = vec![
            format!("{:.4}", fit.distance).into(),
            format!("{:.0}", aic(fit)).into(),
            fit.law.to_string().into(),
        ];
        grid.row(name, cells);
    }
    grid.render(width)
}

/// Akaike's criterion.
fn aic(fit: &Fit) -> f64 {
    2.0 * (f64::from(fit.parameters) - fit.log_likelihood)
}

fn in_json(fit: &Fit) -> serde_json::Value {
    json!({
        "name": fit.name,
        "law": fit.law.to_string(),
        "distance": fit.distance,
        "log_likelihood": fit.log_likelihood,
        "aic": aic(fit),
        "mean": fit.law.mean_secs(),
        "cv": fit.law.cv(),
    })
}

fn unit(word: &str) -> Result<Unit, String> {
    let words = || Unit::WORDS.map(|it| it.0).join(", ");
    Unit::parse(word).ok_or_else(|| format!("it is one of {}", words()))
}
