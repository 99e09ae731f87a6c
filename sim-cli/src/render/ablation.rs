//! What patterns are worth: all combinations, and what each pattern adds.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::experiment::Factorial;
use sim_core::metric::Better;
use sim_core::report::{Change, Difference, Estimate, Unit};
use sim_core::scenario::{Gauge, harmless};

use super::csv::cause;
use super::figure;
use super::grid::{Cell, Grid, Tone};
use super::style::{FAINT, STRONG, paint};
use super::wrap::hanging;

/// All combinations of some patterns, run.
#[derive(Debug)]
pub(crate) struct Ablated {
    /// One line for people.
    pub(crate) title: String,
    /// The variant that patterns were taken from.
    pub(crate) variant: String,
    /// The scenario's hash.
    pub(crate) scenario: String,
    /// Root of all randomness.
    pub(crate) seed: u64,
    /// Replications of each combination.
    pub(crate) replications: u32,
    /// What was there or taken away.
    pub(crate) patterns: Vec<&'static str>,
    /// What was measured.
    pub(crate) gauges: Vec<Gauge>,
    /// The numbers: a factor a pattern, a response a gauge.
    pub(crate) design: Factorial,
}

/// What a pattern adds, by when it is added.
type Effect = fn(&Factorial, usize, usize) -> Option<Estimate>;

const EFFECTS: [(&str, Effect); 3] = [
    ("on average over all combinations of the others", Factorial::main_effect),
    ("alone", Factorial::alone),
    ("as the last, where all others are there", Factorial::last),
];

impl Ablated {
    /// The combinations, those of fewest patterns first.
    fn combinations(&self) -> Vec<usize> {
        let mut all: Vec<_> = (0..=self.design.all()).collect();
        all.sort_by_key(|it| it.count_ones());
        all
    }

    fn name(&self, combination: usize) -> String {
        let there = self.patterns.iter().enumerate().filter(|it| combination & (1 << it.0) != 0);
        let names: Vec<_> = there.map(|it| words(it.1)).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" + ") }
    }

    /// The metrics' addresses; their names alone where all are of one thing.
    fn header(&self) -> impl Iterator<Item = String> {
        let one = self.one_entity().is_some();
        let name = move |it: &Gauge| if one { it.metric.name.to_owned() } else { it.address() };
        self.gauges.iter().map(move |it| harmless(&name(it)))
    }

    fn one_entity(&self) -> Option<&str> {
        let first = &self.gauges.first()?.entity;
        self.gauges.iter().all(|it| it.entity == *first).then_some(first)
    }

    fn table(&self) -> Grid {
        let mut grid = Grid::new(self.header());
        for combination in self.combinations() {
            let cell = |(response, gauge): (usize, &Gauge)| {
                let mean = self.design.mean(combination, response);
                mean.map_or_else(none, |it| figure::estimate(&it, gauge.metric.unit).into())
            };
            let cells = self.gauges.iter().enumerate().map(cell);
            grid.row(self.name(combination), cells.collect());
        }
        grid
    }

    fn worth(&self) -> Grid {
        let mut grid = Grid::new(self.header());
        for (when, effect) in EFFECTS {
            grid.heading(when);
            for (factor, pattern) in self.patterns.iter().enumerate() {
                let cell = |(response, gauge): (usize, &Gauge)| {
                    effect(&self.design, factor, response).map_or_else(none, |it| worth(&it, gauge))
                };
                grid.row(words(pattern), self.gauges.iter().enumerate().map(cell).collect());
            }
        }
        grid
    }

    /// For each metric the best combination and the worst; not of latency, which is that of answers:
    /// the best is where hardly anybody has one.
    fn extremes(&self) -> Vec<String> {
        let of = |(response, gauge): (usize, &Gauge)| {
            let better = gauge.metric.better().filter(|_| !is_latency(gauge))?;
            let mean = |it: usize| Some((it, self.design.mean(it, response)?));
            let mut means: Vec<_> = self.combinations().into_iter().filter_map(mean).collect();
            means.sort_by(|a, b| match better {
                Better::Less => a.1.mean.total_cmp(&b.1.mean),
                Better::More => b.1.mean.total_cmp(&a.1.mean),
            });
            // Of equals the one with fewest patterns.
            let (best, last) = (means.first()?, means.last()?);
            let worst = means.iter().find(|it| it.1.mean == last.1.mean)?;
            let shown = |it: &(usize, Estimate)| {
                let value = figure::estimate(&it.1, gauge.metric.unit);
                format!("{} ({value})", self.name(it.0))
            };
            let address = harmless(&gauge.address());
            if best.1.mean == worst.1.mean {
                return Some(format!("{address}: the same in all combinations"));
            }
            Some(format!("{address}: best with {}, worst with {}", shown(best), shown(worst)))
        };
        self.gauges.iter().enumerate().filter_map(of).collect()
    }

    /// Patterns that do harm where they are alone, or where all others are there.
    fn harms(&self) -> Vec<String> {
        let mut harms = Vec::new();
        for (factor, pattern) in self.patterns.iter().enumerate() {
            let bit = 1 << factor;
            let all = self.design.all();
            let added = [
                ("alone", 0, bit, Factorial::alone as Effect),
                ("added to all others", all & !bit, all, Factorial::last),
            ];
            for (when, without, with, effect) in added {
                for (response, gauge) in self.gauges.iter().enumerate() {
                    let mean = |it| Some(self.design.mean(it, response)?.mean);
                    let difference = || {
                        let difference = effect(&self.design, factor, response)?;
                        Some(Difference { base: mean(without)?, other: mean(with)?, difference })
                    };
                    if let Some(it) = difference().filter(|it| is_harm(it, gauge)) {
                        let address = harmless(&gauge.address());
                        let worse = figure::difference(&it.difference, gauge.metric.unit);
                        let pattern = words(pattern);
                        harms.push(format!("{pattern}, {when}, does harm: {address} {worse}"));
                    }
                }
            }
        }
        harms
    }
}

fn words(pattern: &str) -> String {
    pattern.replace('_', " ")
}

fn is_latency(gauge: &Gauge) -> bool {
    gauge.metric.name.starts_with("latency.")
}

fn none() -> Cell {
    Cell { text: figure::NONE.to_owned(), tone: Tone::Faint }
}

fn resolved(effect: &Estimate) -> bool {
    effect.half_width.is_some_and(|half| effect.mean.abs() > half)
}

fn is_worse(effect: &Estimate, gauge: &Gauge) -> bool {
    let worse = match gauge.metric.better() {
        Some(Better::More) => effect.mean < 0.0,
        Some(Better::Less) => effect.mean > 0.0,
        None => false,
    };
    worse && resolved(effect)
}

/// Worse by as much as matters.
fn is_harm(added: &Difference, gauge: &Gauge) -> bool {
    is_worse(&added.difference, gauge) && added.change(gauge.metric.unit) == Change::Moved
}

fn worth(effect: &Estimate, gauge: &Gauge) -> Cell {
    let tone = match (resolved(effect), is_worse(effect, gauge)) {
        (_, true) => Tone::Bad,
        (true, _) => Tone::Plain,
        (false, _) => Tone::Faint,
    };
    Cell { text: figure::difference(effect, gauge.metric.unit), tone }
}

/// An ablation for people.
pub(crate) fn text(ablated: &Ablated, width: usize) -> String {
    let mut phases: Vec<_> = ablated.gauges.iter().map(|it| harmless(&it.during)).collect();
    phases.dedup();
    let of = ablated.one_entity().map_or(String::new(), |it| format!("{} of ", harmless(it)));
    let about = format!(
        "{of}{}, in {}: {} combinations of {}, {} each",
        harmless(&ablated.variant),
        phases.join(", "),
        ablated.design.all() + 1,
        ablated.patterns.iter().map(|it| words(it)).collect::<Vec<_>>().join(", "),
        if ablated.replications == 1 {
            "1 replication".to_owned()
        } else {
            format!("{} replications", ablated.replications)
        },
    );
    let mut out = format!("{}\n", paint(STRONG, harmless(&ablated.title)));
    out.push_str(&hanging("", 2, &paint(FAINT, about), width));
    out.extend(["\n", &ablated.table().render(width)]);
    out.extend(["\n", &paint(STRONG, "What each adds"), "\n"]);
    out.extend([&*ablated.worth().render(width), "\n"]);
    for note in ablated.extremes().iter().chain(&ablated.harms()) {
        out.push_str(&hanging("", 2, note, width));
    }
    out.push_str(&footer(ablated));
    out
}

fn footer(ablated: &Ablated) -> String {
    let intervals = match ablated.replications {
        1 => "one replication: no intervals; ask for more with --replications",
        _ => "± is half the width of the 95 % confidence interval; of what is added, that of pairs",
    };
    let latency = if ablated.gauges.iter().any(is_latency) {
        "latency is that of what was answered: where little was, it says little\n"
    } else {
        ""
    };
    let whence = format!(
        "common random numbers · seed {} · scenario {} · stormglass {}",
        ablated.seed,
        &ablated.scenario[..12],
        env!("CARGO_PKG_VERSION")
    );
    format!("\n{}\n", paint(FAINT, format!("{intervals}\n{latency}{whence}")))
}

#[derive(Serialize)]
struct Data<'a> {
    title: &'a str,
    variant: &'a str,
    version: &'static str,
    scenario: &'a str,
    seed: u64,
    replications: u32,
    patterns: &'a [&'static str],
    combinations: Vec<Combination<'a>>,
    worth: Vec<Worth<'a>>,
}

#[derive(Serialize)]
struct Combination<'a> {
    patterns: Vec<&'static str>,
    metric: String,
    phase: &'a str,
    unit: Unit,
    estimate: Option<Estimate>,
}

#[derive(Serialize)]
struct Worth<'a> {
    pattern: &'static str,
    metric: String,
    phase: &'a str,
    unit: Unit,
    main: Option<Estimate>,
    alone: Option<Estimate>,
    last: Option<Estimate>,
}

impl Ablated {
    fn data(&self) -> Vec<Combination<'_>> {
        let there = |combination: usize| {
            let all = self.patterns.iter().enumerate();
            all.filter(move |it| combination & (1 << it.0) != 0).map(|it| *it.1).collect()
        };
        let of = |combination: usize| {
            self.gauges.iter().enumerate().map(move |(response, gauge)| Combination {
                patterns: there(combination),
                metric: gauge.address(),
                phase: &gauge.during,
                unit: gauge.metric.unit,
                estimate: self.design.mean(combination, response),
            })
        };
        self.combinations().into_iter().flat_map(of).collect()
    }

    fn worths(&self) -> Vec<Worth<'_>> {
        let of = |(factor, pattern): (usize, &'static str)| {
            self.gauges.iter().enumerate().map(move |(response, gauge)| Worth {
                pattern,
                metric: gauge.address(),
                phase: &gauge.during,
                unit: gauge.metric.unit,
                main: self.design.main_effect(factor, response),
                alone: self.design.alone(factor, response),
                last: self.design.last(factor, response),
            })
        };
        self.patterns.iter().copied().enumerate().flat_map(of).collect()
    }
}

/// An ablation as JSON, on one line.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn json(ablated: &Ablated, out: &mut dyn Write) -> io::Result<()> {
    let data = Data {
        title: &ablated.title,
        variant: &ablated.variant,
        version: env!("CARGO_PKG_VERSION"),
        scenario: &ablated.scenario,
        seed: ablated.seed,
        replications: ablated.replications,
        patterns: &ablated.patterns,
        combinations: ablated.data(),
        worth: ablated.worths(),
    };
    serde_json::to_writer(&mut *out, &data)?;
    writeln!(out)
}

/// The combinations as tidy CSV: what each pattern is worth can be worked out from them.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn csv(ablated: &Ablated, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let patterns = ablated.patterns.iter().copied();
    let metrics = ["phase", "metric", "unit", "mean", "half_width", "min", "max", "n"];
    table.write_record(patterns.chain(metrics)).map_err(cause)?;
    for row in ablated.data() {
        let Some(estimate) = row.estimate else { continue };
        let there = |it: &&str| if row.patterns.contains(it) { "1" } else { "0" };
        let there: Vec<_> = ablated.patterns.iter().map(there).collect();
        table
            .serialize((
                there,
                row.phase,
                &row.metric,
                row.unit,
                estimate.mean,
                estimate.half_width,
                estimate.min,
                estimate.max,
                estimate.n,
            ))
            .map_err(cause)?;
    }
    table.flush()
}
