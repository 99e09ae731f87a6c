//! What became of what was expected.

use sim_core::metric::Nature;
use sim_core::report::{Estimate, Outcome, SeenOfRuns, Standing, Unit, VariantReport, Verdict};
use sim_core::scenario::harmless;

use super::figure;
use super::stretch::{self, EVERYTHING, NEVER};
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
    if verdict.moment.is_some() {
        return format!("{statement}, within {during}");
    }
    if verdict.runs.is_some() {
        return format!("{statement}, disaster {during}");
    }
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
    if let Some(seen) = &verdict.runs {
        return of_the_runs(verdict, seen);
    }
    match verdict.nature {
        Nature::Mean => of_the_mean(verdict),
        Nature::Extreme => of_each(verdict),
        Nature::State => of_the_time(verdict),
        Nature::Moment => of_the_moment(verdict),
    }
}

/// Of a disaster: the number, what encloses it, and what decides it.
fn of_the_runs(verdict: &Verdict, seen: &SeenOfRuns) -> String {
    let unit = verdict.unit;
    let statement = verdict.statement.trim_start();
    // What takes for ever is never over; what is lost for ever is everything.
    let is_time = statement.starts_with("rto") || statement.starts_with("downtime");
    let endless = if is_time { NEVER } else { EVERYTHING };
    let number =
        |it: Option<f64>| it.map_or_else(|| endless.to_owned(), |it| stretch::of(it, unit));
    let mut text = number(seen.value);
    if verdict.nature == Nature::Mean && (seen.value, seen.low) != (seen.low, seen.high) {
        text.extend([format!(" ({} to {})", number(seen.low), number(seen.high))]);
    }
    let runs = figure::whole(seen.runs);
    text.extend([match verdict.nature {
        Nature::Extreme => format!("; holds in {} of {runs} runs", figure::whole(verdict.holds_in)),
        _ => format!(" in {runs} runs"),
    }]);
    if seen.never > 0 && statement.starts_with('r') {
        text.extend([format!("; {} did not come back", figure::whole(seen.never))]);
    }
    if verdict.outcome == Outcome::Inconclusive {
        text.push_str("; ");
        text.extend([match verdict.needs {
            Some(needs) => format!("{} runs would likely decide", figure::whole(needs)),
            None => "no number of runs would decide".to_owned(),
        }]);
    }
    text
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
    format!("{}{}; {}", range(observed, verdict.unit), against(verdict), holds(verdict))
}

fn of_the_time(verdict: &Verdict) -> String {
    let Some(observed) = &verdict.observed else { return String::new() };
    format!("{} of the time; {}", range(observed, Unit::Share), holds(verdict))
}

/// When it came true, from the earliest to the latest of the replications.
fn of_the_moment(verdict: &Verdict) -> String {
    let Some(observed) = &verdict.observed else {
        return format!("it never came true; {}", holds(verdict));
    };
    let came = verdict.moment.map_or(0, |it| it.came_true_in);
    let median = verdict.moment.and_then(|it| it.median).filter(|_| came > 2);
    let median = median
        .map_or(String::new(), |it| format!(", the median {}", figure::exact(it, Unit::Seconds)));
    format!("came true after {}{median}; {}", range(observed, Unit::Seconds), holds(verdict))
}

fn range(observed: &Estimate, unit: Unit) -> String {
    let (least, most) = (figure::exact(observed.min, unit), figure::exact(observed.max, unit));
    if least == most { most } else { format!("{least} to {most}") }
}

fn holds(verdict: &Verdict) -> String {
    format!("holds in {} of {} runs", verdict.holds_in, verdict.of)
}

/// A bound that is not in the statement, because it was measured.
fn against(verdict: &Verdict) -> String {
    let measured = verdict.bound.filter(|_| verdict.statement.ends_with("steady"));
    measured.map_or(String::new(), |it| format!(" against {}", figure::exact(it, verdict.unit)))
}
