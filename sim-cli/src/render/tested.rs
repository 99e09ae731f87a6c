//! What a test of scenarios came to.

use serde::Serialize;
use sim_core::report::{PrecisionReport, Report, Standing, Verdict};
use sim_core::scenario::harmless;

use super::precision::precision;
use super::style::{BAD, FAINT, GOOD, WARN, paint};
use super::verdict::entry;
use super::wrap::hanging;

/// All that was tested.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Outcome {
    /// What was run.
    pub(crate) scenarios: Vec<Tested>,
    /// Files that could not be read.
    pub(crate) unreadable: Vec<String>,
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
}

/// One variant of it.
#[derive(Debug, Serialize)]
pub(crate) struct TestedVariant {
    /// Its name.
    pub(crate) name: String,
    /// Replications that ended.
    pub(crate) replications: u32,
    /// What became of a wanted precision.
    pub(crate) precision: Option<PrecisionReport>,
    /// What became of what was expected.
    pub(crate) verdicts: Vec<Verdict>,
}

/// What a scenario's verdicts come to, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// An expectation was broken.
    Failed,
    /// It was not steady to begin with.
    NotSteady,
    /// Something is undecided.
    Inconclusive,
    /// All held.
    Ok,
}

impl Tested {
    /// From its report.
    pub(crate) fn of(file: String, report: Report) -> Self {
        let variant = |it: sim_core::report::VariantReport| TestedVariant {
            name: it.name,
            replications: it.replications,
            precision: it.precision,
            verdicts: it.verdicts,
        };
        let variants: Vec<_> = report.variants.into_iter().map(variant).collect();
        let verdicts = variants.iter().flat_map(|it| &it.verdicts);
        let result = verdicts.map(ending).min().unwrap_or(Ending::Ok);
        Self { file, title: report.title, result, variants }
    }

    /// One line, and what stands behind it where not all held.
    pub(crate) fn text(&self, width: usize) -> String {
        let (word, style) = match self.result {
            Ending::Failed => ("FAILED", BAD),
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
        out
    }

    fn troubles(&self, variant: &TestedVariant, width: usize) -> String {
        let trouble = |it: &&Verdict| matches!(it.standing, Standing::Broken | Standing::Open);
        let troubles: String =
            variant.verdicts.iter().filter(trouble).map(|it| entry(it, width)).collect();
        if troubles.is_empty() {
            return troubles;
        }
        let again = paint(FAINT, self.again(variant));
        format!("  in {}\n{troubles}  to see more: {again}\n", harmless(&variant.name))
    }

    /// How to run this variant alone.
    pub(crate) fn again(&self, variant: &TestedVariant) -> String {
        let quoted = quoted(&harmless(&self.file));
        format!("stormglass run {quoted} --variant {}", harmless(&variant.name))
    }

    fn counts(&self) -> String {
        let all = || self.variants.iter().flat_map(|it| &it.verdicts);
        let count = |standing| all().filter(|it| it.standing == standing).count();
        let skipped = count(Standing::Skipped);
        let judged = all().count() - skipped;
        let held = match judged {
            0 => "nothing expected".to_owned(),
            _ => format!("{} of {judged} held", count(Standing::Held)),
        };
        if skipped == 0 { held } else { format!("{held}, {skipped} skipped") }
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

fn ending(verdict: &Verdict) -> Ending {
    match verdict.standing {
        Standing::Broken if verdict.is_unsteady() => Ending::NotSteady,
        Standing::Broken => Ending::Failed,
        Standing::Open => Ending::Inconclusive,
        Standing::Held | Standing::Skipped => Ending::Ok,
    }
}

/// For a shell, where a plain word does not do.
fn quoted(path: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || "/._-+".contains(it);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}
