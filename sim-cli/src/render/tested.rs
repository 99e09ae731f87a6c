//! What a test of scenarios came to.

use serde::Serialize;
use sim_core::report::{AbortReport, PrecisionReport, Report, Standing, Verdict};
use sim_core::scenario::harmless;

use super::aborts::aborts;
use super::drift::{self, moves};
use super::precision::precision;
use super::style::{BAD, FAINT, GOOD, WARN, paint};
use super::verdict::entry;
use super::wrap::hanging;
use crate::baseline::Drift;
use crate::failure::Fault;
use crate::job::Job;

/// All that was tested.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Outcome {
    /// What was run.
    pub(crate) scenarios: Vec<Tested>,
    /// Files that could not be read, or whose baseline could not.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A scenario that was not run.
#[derive(Debug, Serialize)]
pub(crate) struct Unreadable {
    /// Its file, as it was named.
    pub(crate) file: String,
    /// What is wrong, at least one.
    pub(crate) faults: Vec<Fault>,
}

/// A scenario that was run for its verdicts.
#[derive(Debug, Serialize)]
pub(crate) struct Tested {
    /// Its file, as it was named.
    pub(crate) file: String,
    /// Its title.
    pub(crate) title: String,
    /// What it came to.
    pub(crate) result: Ending,
    /// Its variants.
    pub(crate) variants: Vec<TestedVariant>,
    /// What became of the numbers of its baseline, where it has one.
    pub(crate) baseline: Option<Drift>,
    /// How many numbers were written to a new baseline.
    #[serde(skip)]
    pub(crate) kept: Option<usize>,
    /// How to take the numbers as they are for the baseline; none where they are not the file's.
    #[serde(skip)]
    pub(crate) accept: Option<String>,
}

/// One variant of it.
#[derive(Debug, Serialize)]
pub(crate) struct TestedVariant {
    /// Its name.
    pub(crate) name: String,
    /// What ended runs, or their faults, early.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aborts: Vec<AbortReport>,
    /// Replications that ended.
    pub(crate) replications: u32,
    /// What became of a wanted precision.
    pub(crate) precision: Option<PrecisionReport>,
    /// What became of what was expected.
    pub(crate) verdicts: Vec<Placed>,
    /// What there is to say of them, a line each.
    #[serde(skip)]
    aborted: Vec<String>,
}

impl TestedVariant {
    /// What there is to say of aborts, one after the other.
    pub(crate) fn aborted(&self) -> impl Iterator<Item = &str> {
        self.aborted.iter().map(String::as_str)
    }
}

/// A verdict, and where its statement stands.
#[derive(Debug, Serialize)]
pub(crate) struct Placed {
    /// The line in the file; none where an override puts it there.
    pub(crate) line: Option<usize>,
    /// The verdict.
    #[serde(flatten)]
    pub(crate) verdict: Verdict,
}

/// What a scenario comes to, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// An expectation was broken.
    Failed,
    /// An abort came about.
    Aborted,
    /// A number is not what it was in the baseline.
    Moved,
    /// It was not steady to begin with.
    NotSteady,
    /// Something is undecided.
    Inconclusive,
    /// All held.
    Ok,
}

impl Tested {
    /// From its report and what became of its baseline.
    pub(crate) fn of(file: String, job: &Job, report: Report, baseline: Option<Drift>) -> Self {
        let placed = |verdict: Verdict| Placed { line: job.line(verdict.place), verdict };
        let variant = |it: sim_core::report::VariantReport| TestedVariant {
            aborted: aborts(&it).collect(),
            aborts: it.aborts,
            name: it.name,
            replications: it.replications,
            precision: it.precision,
            verdicts: it.verdicts.into_iter().map(placed).collect(),
        };
        let variants: Vec<_> = report.variants.into_iter().map(variant).collect();
        let verdicts = variants.iter().flat_map(|it| &it.verdicts).map(|it| ending(&it.verdict));
        let aborts = variants.iter().flat_map(|it| &it.aborts).map(|_| Ending::Aborted);
        let moved = baseline.as_ref().is_some_and(|it| !it.moved.is_empty());
        let moved = moved.then_some(Ending::Moved);
        let result = verdicts.chain(aborts).chain(moved).min().unwrap_or(Ending::Ok);
        Self { file, title: report.title, result, variants, baseline, kept: None, accept: None }
    }

    /// Takes the numbers as they are now for the baseline, of which so many were kept.
    pub(crate) fn keep(&mut self, numbers: usize) {
        self.kept = Some(numbers);
        let aborts = self.variants.iter().flat_map(|it| &it.aborts).map(|_| Ending::Aborted);
        self.result = self.verdicts().map(ending).chain(aborts).min().unwrap_or(Ending::Ok);
    }

    fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.variants.iter().flat_map(|it| &it.verdicts).map(|it| &it.verdict)
    }

    /// One line, and what stands behind it where not all is as expected.
    pub(crate) fn text(&self, width: usize) -> String {
        let (word, style) = match self.result {
            Ending::Failed => ("FAILED", BAD),
            Ending::Aborted => ("ABORTED", BAD),
            Ending::Moved => ("MOVED", BAD),
            Ending::NotSteady => ("not steady", BAD),
            Ending::Inconclusive => ("inconclusive", WARN),
            Ending::Ok => ("ok", GOOD),
        };
        let word = paint(style, format!("{word:12}"));
        let file = harmless(&self.file);
        let mut out = format!("{word}  {file}  {}\n", paint(FAINT, self.counts()));
        for variant in &self.variants {
            out.push_str(&imprecision(variant, width));
            out.push_str(&self.troubles(variant, width));
        }
        out.push_str(&self.moves(width));
        out
    }

    fn troubles(&self, variant: &TestedVariant, width: usize) -> String {
        let troubles = variant.verdicts.iter().map(|it| &it.verdict).filter(|it| is_trouble(it));
        let entries = troubles.map(|it| entry(it, width));
        let aborts = variant.aborted().map(|it| format!("  {}\n", paint(BAD, it)));
        let troubles: String = aborts.chain(entries).collect();
        if troubles.is_empty() {
            return troubles;
        }
        let again = paint(FAINT, self.again(variant));
        format!("  in {}\n{troubles}  to see more: {again}\n", harmless(&variant.name))
    }

    fn moves(&self, width: usize) -> String {
        let Some(drift) = self.baseline.as_ref().filter(|it| !it.moved.is_empty()) else {
            return String::new();
        };
        let why = if drift.same_run {
            ", though file, seed, version and replications are the baseline's"
        } else {
            ""
        };
        let moves = format!("  moved, the clearest first{why}\n{}", moves(drift, width));
        match &self.accept {
            Some(accept) => format!("{moves}  to accept them: {}\n", paint(FAINT, accept)),
            None => moves,
        }
    }

    /// How to run this variant alone.
    pub(crate) fn again(&self, variant: &TestedVariant) -> String {
        let quoted = quoted(&harmless(&self.file));
        format!("stormglass run {quoted} --variant {}", harmless(&variant.name))
    }

    /// What moved, and how to accept it, line by line.
    pub(crate) fn told_moves(&self, drift: &Drift) -> String {
        let accept = self.accept.iter().map(|it| format!("to accept them: {it}"));
        let lines: Vec<_> = drift::lines(drift).into_iter().chain(accept).collect();
        lines.join("\n")
    }

    fn counts(&self) -> String {
        let count = |standing| self.verdicts().filter(|it| it.standing == standing).count();
        let skipped = count(Standing::Skipped);
        let judged = self.verdicts().count() - skipped;
        let held = match judged {
            0 => "nothing expected".to_owned(),
            _ => format!("{} of {judged} held", count(Standing::Held)),
        };
        let skipped = (skipped > 0).then(|| format!("{skipped} skipped"));
        let drift = self.baseline.as_ref().map(drift::counts);
        let kept = self.kept.map(|it| format!("{it} numbers kept"));
        let parts = [Some(held), skipped, drift, kept];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// That a variant did not come to the wanted precision.
fn imprecision(variant: &TestedVariant, width: usize) -> String {
    let missed = variant.precision.as_ref().filter(|it| !it.reached);
    missed.map_or(String::new(), |it| {
        let text =
            format!("in {}: {}", harmless(&variant.name), precision(it, variant.replications));
        hanging("  ", 4, &text, width)
    })
}

/// Whether something is to be done about it.
pub(crate) fn is_trouble(verdict: &Verdict) -> bool {
    matches!(verdict.standing, Standing::Broken | Standing::Open)
}

/// What one verdict comes to.
pub(crate) fn ending(verdict: &Verdict) -> Ending {
    match verdict.standing {
        Standing::Broken if verdict.is_unsteady() => Ending::NotSteady,
        Standing::Broken => Ending::Failed,
        Standing::Open => Ending::Inconclusive,
        Standing::Held | Standing::Skipped => Ending::Ok,
    }
}

/// For a shell, where a plain word does not do.
pub(crate) fn quoted(path: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || "/._-+".contains(it);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}
