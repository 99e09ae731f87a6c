//! What became of what was expected.

use sim_core::metric::Nature;
use sim_core::report::{Estimate, Outcome, Standing, Unit, VariantReport, Verdict};
use sim_core::scenario::harmless;

use super::figure;
use super::style::{BAD, FAINT, GOOD, WARN, paint};
use super::wrap::hanging;

/// One entry an expectation: its verdict, what was stated, and what was seen.
pub(crate) fn verdicts(variant: &VariantReport, width: usize) -> String {
    variant.verdicts.iter().map(|it| entry(it, width)).collect()
}

/// One expectation with its evidence, and why it was to be expected where it was not seen.
pub(crate) fn entry(verdict: &Verdict, width: usize) -> String {
    let (word, style) = match verdict.standing {
        Standing::Held => (word(verdict), GOOD),
        Standing::Broken => (word(verdict), BAD),
        Standing::Open => (word(verdict), WARN),
        Standing::Skipped => (word(verdict), FAINT),
    };
    let head = format!("  {}  ", paint(style, format!("{word:WORD$}")));
    let mut text = format!("{}: {}", claim(verdict), evidence(verdict));
    if let Some(because) = because(verdict) {
        text.push_str("; expected because ");
        text.push_str(&because);
    }
    hanging(&head, WORD + 4, &text, width)
}

/// The longest of the words.
const WORD: usize = "x FAILS AS STATED".len();

/// A glyph and the word for it.
pub(crate) fn word(verdict: &Verdict) -> &'static str {
    match (verdict.outcome, verdict.fails_here) {
        (Outcome::Pass, false) => "✓ PASS",
        (Outcome::Pass, true) => "✗ PASSES ANYWAY",
        (Outcome::Fail, false) => "✗ FAIL",
        (Outcome::Fail, true) => "✓ FAILS AS STATED",
        (Outcome::Inconclusive, _) => "? INCONCLUSIVE",
        (Outcome::Skipped, _) => "– SKIPPED",
    }
}

/// What was stated, of which phase.
pub(crate) fn claim(verdict: &Verdict) -> String {
    let steady = if verdict.steady { "steady " } else { "" };
    let (statement, during) = (harmless(&verdict.statement), harmless(&verdict.during));
    match &*verdict.during {
        "always" | "before" | "after" => format!("{statement}, {steady}{during}"),
        _ => format!("{statement}, during {during}"),
    }
}

/// Why it was to be expected, in its author's words.
pub(crate) fn because(verdict: &Verdict) -> Option<String> {
    let told = matches!(verdict.standing, Standing::Broken | Standing::Open);
    verdict.because.as_ref().filter(|_| told).map(|it| harmless(it))
}

/// What was seen.
pub(crate) fn evidence(verdict: &Verdict) -> String {
    if let Some(why) = verdict.why {
        return why.to_owned();
    }
    match verdict.nature {
        Nature::Mean => of_the_mean(verdict),
        Nature::Extreme => of_each(verdict),
    }
}

fn of_the_mean(verdict: &Verdict) -> String {
    let Some(observed) = &verdict.observed else { return String::new() };
    let mut text = format!("{}{}", figure::estimate(observed, verdict.unit), against(verdict));
    if verdict.outcome != Outcome::Pass {
        text.push_str(&median(observed, verdict.unit));
    }
    if verdict.outcome == Outcome::Inconclusive {
        text.push_str("; ");
        text.push_str(&remedy(verdict));
    }
    text
}

/// The median of the replications, which a few wild ones do not move; nothing where it has no
/// interval, or stands between two groups.
fn median(observed: &Estimate, unit: Unit) -> String {
    let Some(it) = observed.median.filter(|it| observed.modes.is_none() && it.low < it.high) else {
        return String::new();
    };
    format!("; median {}", figure::enclosed(it.value, (it.low, it.high), unit))
}

/// What would decide it.
fn remedy(verdict: &Verdict) -> String {
    match verdict.needs {
        Some(needs) => format!("{} replications would likely decide", figure::whole(needs)),
        None if verdict.of == 1 => "one replication cannot decide".to_owned(),
        None => "no number of replications would decide".to_owned(),
    }
}

fn of_each(verdict: &Verdict) -> String {
    let Some(observed) = &verdict.observed else { return String::new() };
    let shown = |value| figure::exact(value, verdict.unit);
    let (least, most) = (shown(observed.min), shown(observed.max));
    let range = if least == most { most } else { format!("{least} to {most}") };
    format!("{range}{}; holds in {} of {} runs", against(verdict), verdict.holds_in, verdict.of)
}

/// A bound that is not in the statement, because it was measured.
fn against(verdict: &Verdict) -> String {
    let measured = verdict.bound.filter(|_| verdict.statement.ends_with("steady"));
    measured.map_or(String::new(), |it| format!(" against {}", figure::exact(it, verdict.unit)))
}
