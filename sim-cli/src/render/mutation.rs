//! What expectations made of mutants.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::experiment::mutation::{Fate, Mutant, Noticed};
use sim_core::report::{DifferenceReport, EntityKind, Move, Unit, Verdict};
use sim_core::scenario::harmless;

use super::change::sentence;
use super::style::{BAD, FAINT, GOOD, STRONG, WARN, paint};
use super::verdict::{claim, evidence};
use super::wrap::hanging;

/// What all mutants came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The scenario's file, as it was named.
    pub(crate) file: String,
    /// The variant that was mutated.
    pub(crate) variant: String,
    /// The scenario's hash.
    pub(crate) scenario: String,
    /// Root of all randomness.
    pub(crate) seed: u64,
    /// Replications of each.
    pub(crate) replications: u32,
    /// Expectations that hold without a change: those that can notice one.
    pub(crate) held: usize,
    /// Those that cannot.
    pub(crate) not_held: usize,
    /// One a mutant.
    pub(crate) findings: Vec<Finding>,
    /// Changes that make no scenario.
    pub(crate) stillborn: Vec<String>,
}

/// What a mutant came to.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The change.
    pub(crate) mutant: Mutant,
    /// What became of it.
    pub(crate) fate: Fate,
    /// Which expectations noticed.
    pub(crate) noticed: Noticed,
    /// What became of all of them.
    pub(crate) verdicts: Vec<Verdict>,
    /// The phases of the differences.
    pub(crate) phases: Vec<String>,
    /// How it differs.
    pub(crate) rows: Vec<DifferenceReport>,
}

const FATES: [(Fate, &str); 5] = [
    (Fate::Hole, "not noticed by any expectation: a hole"),
    (Fate::Undecided, "undecided: an expectation may notice, with more replications"),
    (Fate::Slight, "nothing that matters, or that so many replications can tell"),
    (Fate::Same, "changes nothing here: the same in every run"),
    (Fate::Noticed, "noticed"),
];

/// Findings for people, the worst first.
pub(crate) fn text(outcome: &Outcome, width: usize) -> String {
    let mut out = head(outcome, width);
    for (fate, meaning) in FATES {
        let of: Vec<_> = outcome.findings.iter().filter(|it| it.fate == fate).collect();
        if of.is_empty() {
            continue;
        }
        out.push_str(&heading(&format!("{} {meaning}", of.len())));
        out.extend(of.into_iter().map(|it| entry(it, outcome, width)));
    }
    if !outcome.stillborn.is_empty() {
        let count = outcome.stillborn.len();
        out.push_str(&heading(&format!("{count} make no scenario")));
        for what in &outcome.stillborn {
            out.push_str(&hanging("  – ", 4, &harmless(what), width));
        }
    }
    out.push_str(&footer(outcome));
    out
}

fn heading(text: &str) -> String {
    format!("\n{}\n", paint(STRONG, text))
}

fn head(outcome: &Outcome, width: usize) -> String {
    let mutants = outcome.findings.len();
    let others = match outcome.not_held {
        0 => String::new(),
        others => format!(" ({others} more do not hold, or are not judged)"),
    };
    let text = format!(
        "{}, {}: {mutants} {}, {} replications each; {} {} that can notice{others}",
        harmless(&outcome.file),
        harmless(&outcome.variant),
        if mutants == 1 { "mutant" } else { "mutants" },
        outcome.replications,
        outcome.held,
        if outcome.held == 1 { "expectation" } else { "expectations" },
    );
    hanging("", 2, &text, width)
}

fn entry(finding: &Finding, outcome: &Outcome, width: usize) -> String {
    let (mark, style) = match finding.fate {
        Fate::Hole => ("✗", BAD),
        Fate::Undecided => ("?", WARN),
        Fate::Slight | Fate::Same => ("–", FAINT),
        Fate::Noticed => ("✓", GOOD),
    };
    let what = harmless(&finding.mutant.what);
    let mut out = hanging(&format!("  {} ", paint(style, mark)), 4, &what, width);
    for line in because(finding, outcome) {
        out.push_str(&hanging("      ", 8, &line, width));
    }
    out
}

/// What stands behind a fate.
fn because(finding: &Finding, outcome: &Outcome) -> Vec<String> {
    let verdict = |index: &usize| &finding.verdicts[*index];
    let told = |it: &Verdict| format!("{}: {}", claim(it), evidence(it));
    match finding.fate {
        Fate::Hole => {
            let mut lines = moves(finding, 2);
            lines.extend(unjudged(finding));
            lines.extend(again(finding, outcome));
            lines
        }
        Fate::Noticed => {
            let broken = &finding.noticed.broken;
            let more = match broken.len() {
                1 => String::new(),
                all => format!("; and by {} more", all - 1),
            };
            broken.first().map(|it| format!("by {}{more}", told(verdict(it)))).into_iter().collect()
        }
        Fate::Undecided => {
            let mut lines: Vec<_> =
                finding.noticed.undecided.iter().take(2).map(|it| told(verdict(it))).collect();
            lines.extend(moves(finding, 1));
            lines
        }
        Fate::Slight | Fate::Same => Vec::new(),
    }
}

fn moves(finding: &Finding, most: usize) -> Vec<String> {
    let moves = Move::all(&finding.rows);
    moves.iter().take(most).map(|it| sentence(it, &finding.phases)).collect()
}

/// Expectations of what is gone say nothing any more.
fn unjudged(finding: &Finding) -> Option<String> {
    let first = finding.verdicts.get(*finding.noticed.unjudged.first()?)?;
    let more = match finding.noticed.unjudged.len() {
        1 => String::new(),
        all => format!(" and {} more", all - 1),
    };
    Some(format!("not judged any more: {}{more}", claim(first)))
}

/// How to run it alone, where overrides alone make it.
fn again(finding: &Finding, outcome: &Outcome) -> Option<String> {
    if finding.mutant.pool.is_some() {
        return None;
    }
    let sets = finding.mutant.sets.iter().map(|it| format!("--set '{it}'"));
    let sets = sets.collect::<Vec<_>>().join(" ");
    let (file, variant) = (harmless(&outcome.file), harmless(&outcome.variant));
    Some(paint(FAINT, format!("stormglass run {file} --variant {variant} {}", harmless(&sets))))
}

fn footer(outcome: &Outcome) -> String {
    let whence = format!(
        "seed {} · scenario {} · stormglass {}",
        outcome.seed,
        &outcome.scenario[..12],
        env!("CARGO_PKG_VERSION")
    );
    format!("\n{}\n", paint(FAINT, whence))
}

#[derive(Serialize)]
struct Data<'o> {
    file: &'o str,
    variant: &'o str,
    version: &'static str,
    scenario: &'o str,
    seed: u64,
    replications: u32,
    held: usize,
    not_held: usize,
    mutants: Vec<Mutated<'o>>,
    stillborn: &'o [String],
}

#[derive(Serialize)]
struct Mutated<'o> {
    operator: &'static str,
    what: &'o str,
    sets: &'o [String],
    pool: Option<String>,
    fate: Fate,
    broken: Vec<String>,
    undecided: Vec<String>,
    unjudged: Vec<String>,
    moved: Vec<Moved<'o>>,
}

#[derive(Serialize)]
struct Moved<'o> {
    kind: EntityKind,
    entity: &'o str,
    metric: &'static str,
    unit: Unit,
    phase: &'o str,
    base: f64,
    mutant: f64,
    half_width: Option<f64>,
}

/// Moves told of each mutant at most.
const MOVES: usize = 5;

impl Finding {
    fn moved<'o>(&'o self, it: Move<'o>) -> Moved<'o> {
        Moved {
            kind: it.row.kind,
            entity: &it.row.entity,
            metric: it.row.metric,
            unit: it.row.unit,
            phase: &self.phases[it.phase],
            base: it.difference.base,
            mutant: it.difference.other,
            half_width: it.difference.difference.half_width,
        }
    }

    fn data(&self) -> Mutated<'_> {
        let claims = |of: &[usize]| of.iter().map(|it| claim(&self.verdicts[*it])).collect();
        let pool = self.mutant.pool.as_ref();
        Mutated {
            operator: self.mutant.operator,
            what: &self.mutant.what,
            sets: &self.mutant.sets,
            pool: pool.map(|it| format!("[pool.{}]\n{}", it.name, it.settings)),
            fate: self.fate,
            broken: claims(&self.noticed.broken),
            undecided: claims(&self.noticed.undecided),
            unjudged: claims(&self.noticed.unjudged),
            moved: Move::all(&self.rows).iter().take(MOVES).map(|it| self.moved(*it)).collect(),
        }
    }
}

/// Findings as JSON, on one line, in the order of the catalogue.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn json(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let data = Data {
        file: &outcome.file,
        variant: &outcome.variant,
        version: env!("CARGO_PKG_VERSION"),
        scenario: &outcome.scenario,
        seed: outcome.seed,
        replications: outcome.replications,
        held: outcome.held,
        not_held: outcome.not_held,
        mutants: outcome.findings.iter().map(Finding::data).collect(),
        stillborn: &outcome.stillborn,
    };
    serde_json::to_writer(&mut *out, &data)?;
    writeln!(out)
}
