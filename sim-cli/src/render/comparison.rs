//! How two variants, or two scenarios, differ.
//!
//! By default only what matters is shown: what users see, and what turns calls away or multiplies
//! them. A difference is there when its interval excludes zero; those come first, the greatest of
//! them before. What is the same in every pair of runs is left out and counted.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use sim_core::metric::{self, Better};
use sim_core::model::Model;
use sim_core::report::{Change, Difference, DifferenceReport, Entity, EntityKind, Unit};
use sim_core::scenario::{Gauge, harmless};

use super::change::{moved, unchanged};
use super::csv::cause;
use super::grid::{Cell, Grid, Tone};
use super::style::{FAINT, STRONG, paint};
use super::wrap::hanging;
use super::{figure, markdown};

/// How one differs from the other.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// What it is compared with.
    pub(crate) base: String,
    /// What is compared.
    pub(crate) other: String,
    /// The phases that both have.
    pub(crate) phases: Vec<String>,
    /// What both have.
    pub(crate) rows: Vec<DifferenceReport>,
    /// What only the base has.
    pub(crate) only_in_base: Vec<String>,
    /// What only the other has.
    pub(crate) only_in_other: Vec<String>,
}

/// Where the numbers come from.
#[derive(Debug)]
pub(crate) struct Provenance {
    /// One line for people.
    pub(crate) title: String,
    /// Hashes of the scenarios.
    pub(crate) scenarios: Vec<String>,
    /// Root of all randomness.
    pub(crate) seed: u64,
    /// Pairs of replications.
    pub(crate) replications: u32,
}

/// Which metrics are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice<'g> {
    /// What matters, where it differs.
    Main,
    /// All of them.
    All,
    /// These; in their phase only, where it was given.
    These(&'g [(Gauge, bool)]),
}

/// What a model has metrics of: kinds and names.
pub(crate) fn entities(model: &Model) -> Vec<String> {
    let name = |it: Entity| format!("{} {}", it.kind().name(), it.name(model));
    Entity::all(model).into_iter().map(name).collect()
}

/// What matters, and what it is called there.
const MAIN: [(EntityKind, &str); 10] = [
    (EntityKind::Load, "error_rate"),
    (EntityKind::Load, "degraded_rate"),
    (EntityKind::Load, "goodput"),
    (EntityKind::Load, "latency.p50"),
    (EntityKind::Load, "latency.p99"),
    (EntityKind::Load, "outage.longest"),
    (EntityKind::Call, "amplification"),
    (EntityKind::Pool, "rejection_rate"),
    (EntityKind::System, "availability"),
    (EntityKind::System, "downtime.year"),
];

/// The phase that the others make up.
const ALWAYS: &str = "always";

/// A metric in a phase.
#[derive(Clone, Copy)]
struct Shown<'c> {
    row: &'c DifferenceReport,
    difference: &'c Difference,
}

impl Shown<'_> {
    fn change(&self) -> Change {
        self.difference.change(self.row.unit)
    }
}

impl Comparison {
    /// What is chosen of a phase: in the report's order.
    fn of(&self, phase: usize, choice: Choice<'_>) -> Vec<Shown<'_>> {
        let chosen = |it: &Shown<'_>| self.is_chosen(phase, it, choice);
        let rows = self.rows.iter();
        let shown = rows
            .filter_map(|row| Some(Shown { row, difference: row.phases[phase].as_ref()? }))
            .filter(chosen);
        shown.collect()
    }

    fn is_chosen(&self, phase: usize, it: &Shown<'_>, choice: Choice<'_>) -> bool {
        let row = it.row;
        match choice {
            Choice::All => true,
            Choice::Main => {
                let made_up = self.phases.len() > 1 && self.phases[phase] == ALWAYS;
                MAIN.contains(&(row.kind, row.metric)) && !made_up && it.change() != Change::Same
            }
            Choice::These(gauges) => gauges.iter().any(|(gauge, in_phase)| {
                let named = gauge.entity == row.entity && gauge.metric.name == row.metric;
                named && (!in_phase || gauge.during == self.phases[phase])
            }),
        }
    }

    fn table(&self, choice: Choice<'_>) -> Grid {
        let header = [&self.base, &self.other].map(|it| harmless(it));
        let mut grid = Grid::new(header.into_iter().chain(["difference".to_owned()]));
        for (phase, name) in self.phases.iter().enumerate() {
            let mut rows = self.of(phase, choice);
            if rows.is_empty() {
                continue;
            }
            // Stable: equals stay in the report's order.
            rows.sort_by(|a, b| {
                let extent = |it: &Shown<'_>| it.difference.extent(it.row.unit);
                b.change().cmp(&a.change()).then(extent(b).total_cmp(&extent(a)))
            });
            grid.heading(harmless(name));
            for row in rows {
                grid.row(harmless(&format!("{}.{}", row.row.entity, row.row.metric)), cells(&row));
            }
        }
        grid
    }

    fn data(&self, choice: Choice<'_>) -> Compared<'_> {
        Compared {
            base: &self.base,
            other: &self.other,
            summary: moved(&self.rows, &self.phases),
            only_in_base: &self.only_in_base,
            only_in_other: &self.only_in_other,
            differences: rows(self, choice),
        }
    }

    fn text(&self, choice: Choice<'_>, width: usize) -> String {
        let name = harmless(&self.other);
        let head = format!("{}: ", paint(STRONG, &name));
        let mut out = format!("\n{}", hanging(&head, 2, &moved(&self.rows, &self.phases), width));
        let unchanged = unchanged(&self.rows);
        if !unchanged.is_empty() {
            out.push_str(&hanging("  ", 2, &format!("unchanged: {unchanged}"), width));
        }
        for (only, whose) in [(&self.only_in_base, &self.base), (&self.only_in_other, &self.other)]
        {
            if !only.is_empty() {
                let only = harmless(&only.join(", "));
                let text = paint(FAINT, format!("only in {}: {only}", harmless(whose)));
                out.push_str(&hanging("  ", 2, &text, width));
            }
        }
        let table = self.table(choice);
        if !table.is_empty() {
            write!(out, "\n{}", table.render(width)).expect("a string takes all");
        }
        out
    }
}

fn cells(shown: &Shown<'_>) -> Vec<Cell> {
    let (difference, unit) = (shown.difference, shown.row.unit);
    let means = [difference.base, difference.other].map(|it| Cell::from(figure::exact(it, unit)));
    let tone = match (shown.change(), worse(shown)) {
        (Change::Same | Change::Unresolved, _) => Tone::Faint,
        (Change::Moved, true) => Tone::Bad,
        (Change::Slight | Change::Moved, _) => Tone::Plain,
    };
    let text = figure::difference(&difference.difference, unit);
    means.into_iter().chain([Cell { text, tone }]).collect()
}

fn worse(shown: &Shown<'_>) -> bool {
    let mut metrics = metric::of(shown.row.kind);
    let metric = metrics.find(|it| it.name == shown.row.metric);
    let more = shown.difference.difference.mean > 0.0;
    match metric.and_then(metric::Metric::better) {
        Some(Better::More) => !more,
        Some(Better::Less) => more,
        None => false,
    }
}

/// Comparisons for people.
pub(crate) fn text(
    provenance: &Provenance,
    comparisons: &[Comparison],
    unmatched: &[String],
    choice: Choice<'_>,
    width: usize,
) -> String {
    let mut out = format!("{}\n", paint(STRONG, harmless(&provenance.title)));
    let bases = comparisons.iter().map(|it| harmless(&it.base));
    let mut bases: Vec<_> = bases.collect();
    bases.dedup();
    if let [base] = &bases[..] {
        out.push_str(&paint(FAINT, format!("against {base}")));
        out.push('\n');
    }
    if !unmatched.is_empty() {
        let text = format!("not compared, in one file only: {}", unmatched.join(", "));
        out.push_str(&hanging("", 2, &harmless(&text), width));
    }
    out.extend(comparisons.iter().map(|it| it.text(choice, width)));
    out.push_str(&footer(provenance));
    out
}

/// Comparisons as Markdown: a sentence and a table each.
pub(crate) fn markdown(
    provenance: &Provenance,
    comparisons: &[Comparison],
    choice: Choice<'_>,
) -> String {
    let mut out = format!("### {}\n", markdown::text(&provenance.title));
    for it in comparisons {
        let (base, other) = (markdown::text(&it.base), markdown::text(&it.other));
        let moved = markdown::text(&moved(&it.rows, &it.phases));
        write!(out, "\n**{other}** against {base}: {moved}\n").expect("a string takes all");
        let table = it.table(choice);
        if !table.is_empty() {
            write!(out, "\n{}", table.markdown()).expect("a string takes all");
        }
    }
    write!(out, "\n{}, seed {}\n", intervals(provenance), provenance.seed)
        .expect("a string takes all");
    out
}

fn intervals(provenance: &Provenance) -> String {
    match provenance.replications {
        1 => "one pair of runs: no intervals; ask for more with --replications".to_owned(),
        n => format!(
            "± is half the width of the 95 % confidence interval of the difference over {n} pairs"
        ),
    }
}

fn footer(provenance: &Provenance) -> String {
    let intervals = intervals(provenance);
    let scenarios: Vec<_> = provenance.scenarios.iter().map(|it| &it[..12]).collect();
    let whence = format!(
        "common random numbers · seed {} · {} {} · stormglass {}",
        provenance.seed,
        if scenarios.len() == 1 { "scenario" } else { "scenarios" },
        scenarios.join(", "),
        env!("CARGO_PKG_VERSION"),
    );
    format!("\n{}\n{}\n", paint(FAINT, intervals), paint(FAINT, whence))
}

#[derive(Serialize)]
struct Data<'c> {
    title: &'c str,
    version: &'static str,
    scenarios: &'c [String],
    seed: u64,
    replications: u32,
    unmatched: &'c [String],
    comparisons: Vec<Compared<'c>>,
}

#[derive(Serialize)]
struct Compared<'c> {
    base: &'c str,
    other: &'c str,
    summary: String,
    only_in_base: &'c [String],
    only_in_other: &'c [String],
    differences: Vec<Row<'c>>,
}

#[derive(Serialize)]
struct Row<'c> {
    phase: &'c str,
    kind: EntityKind,
    entity: &'c str,
    metric: &'static str,
    unit: Unit,
    base: f64,
    other: f64,
    difference: f64,
    half_width: Option<f64>,
    n: u64,
    change: Change,
}

/// Data holds all metrics, unless some are asked for.
fn rows<'c>(comparison: &'c Comparison, choice: Choice<'_>) -> Vec<Row<'c>> {
    let choice = if let Choice::Main = choice { Choice::All } else { choice };
    let of = |(phase, name): (usize, &'c String)| {
        let row = move |it: Shown<'c>| Row {
            phase: name,
            kind: it.row.kind,
            entity: &it.row.entity,
            metric: it.row.metric,
            unit: it.row.unit,
            base: it.difference.base,
            other: it.difference.other,
            difference: it.difference.difference.mean,
            half_width: it.difference.difference.half_width,
            n: it.difference.difference.n,
            change: it.change(),
        };
        comparison.of(phase, choice).into_iter().map(row)
    };
    comparison.phases.iter().enumerate().flat_map(of).collect()
}

/// Comparisons as JSON, on one line.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn json(
    provenance: &Provenance,
    comparisons: &[Comparison],
    unmatched: &[String],
    choice: Choice<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let data = Data {
        title: &provenance.title,
        version: env!("CARGO_PKG_VERSION"),
        scenarios: &provenance.scenarios,
        seed: provenance.seed,
        replications: provenance.replications,
        unmatched,
        comparisons: comparisons.iter().map(|it| it.data(choice)).collect(),
    };
    serde_json::to_writer(&mut *out, &data)?;
    writeln!(out)
}

/// A row of CSV: serde's `flatten` is not for tables.
#[derive(Serialize)]
struct Line<'c>(&'c str, &'c str, &'c Row<'c>);

/// Comparisons as tidy CSV.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn csv(
    comparisons: &[Comparison],
    choice: Choice<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    let header = [
        "base_name",
        "other_name",
        "phase",
        "kind",
        "entity",
        "metric",
        "unit",
        "base",
        "other",
        "difference",
        "half_width",
        "n",
        "change",
    ];
    table.write_record(header).map_err(cause)?;
    for comparison in comparisons {
        for row in rows(comparison, choice) {
            let line = Line(&comparison.base, &comparison.other, &row);
            table.serialize(line).map_err(cause)?;
        }
    }
    table.flush()
}
