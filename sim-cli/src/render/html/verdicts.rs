//! What was expected, what was seen, and how far apart they are.

use sim_core::metric::{Nature, Unit};
use sim_core::report::{Outcome, Verdict};
use sim_plot::interval::{self, Interval, Side, dots, strip};
use sim_plot::markup::{Element, Markup, el};

use super::glyph::Glyph;
use super::{Dossier, Variant};
use crate::render::figure;
use crate::render::verdict::evidence;

/// A row for each expectation; the first variant with its interval, the others beside it.
pub(super) fn verdicts(dossier: &Dossier<'_>) -> Markup {
    let Some((first, others)) = dossier.variants.split_first() else { return Markup::default() };
    if first.report.verdicts.is_empty() {
        return Markup::default();
    }
    let columns = 4 + others.len();
    let mut body = el("tbody");
    for group in groups(&first.report.verdicts) {
        body = body.child(heading(dossier, group[0].1, columns));
        body = body.children(group.into_iter().map(|(index, it)| row(it, index, others)));
    }
    let lead = "A mean passes when its whole 95 % interval lies on the shaded side of the limit; a \
        count or maximum when it holds in every run, each of which has a dot.";
    let table = el("table").class("ver").child(head(first, others)).child(body);
    let mut all = Markup::from(el("p").class("lead").text(lead));
    all.push(el("div").class("wrap").child(table));
    all.push(legend(dossier));
    all
}

/// The verdicts of each phase together, with their places in the report.
fn groups(verdicts: &[Verdict]) -> Vec<Vec<(usize, &Verdict)>> {
    let mut groups: Vec<Vec<(usize, &Verdict)>> = Vec::new();
    for entry in verdicts.iter().enumerate() {
        let key = |it: &Verdict| (it.steady, it.during.clone());
        match groups.iter_mut().find(|it| key(it[0].1) == key(entry.1)) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups
}

fn head(first: &Variant<'_>, others: &[Variant<'_>]) -> Element {
    let th = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let head = el("tr").child(th("g", "")).child(th("", "statement"));
    let measured = if others.is_empty() { "measured" } else { &*first.report.name };
    let head = head.child(th("r", measured)).child(th("", "against the limit"));
    el("thead").child(head.children(others.iter().map(|it| th("r", &it.report.name))))
}

fn heading(dossier: &Dossier<'_>, verdict: &Verdict, columns: usize) -> Element {
    let name = match verdict.moment {
        Some(_) => format!("within {}", verdict.during),
        None if verdict.steady => format!("steady, {}", verdict.during),
        None => verdict.during.clone(),
    };
    let phases = dossier.report.variants.iter().flat_map(|it| &it.phases);
    let phase = phases.into_iter().find(|it| it.name == verdict.during);
    let when = phase.map(|it| {
        let (from, to) = (sim_plot::instant(it.from), sim_plot::instant(it.to));
        el("span").text(&format!("{from} to {to}"))
    });
    let cell = el("th").attr("colspan", columns).attr("scope", "rowgroup").text(&name);
    el("tr").class("group").child(cell.children(when))
}

fn row(verdict: &Verdict, index: usize, others: &[Variant<'_>]) -> Element {
    let because = verdict.because.as_deref().map(|it| el("small").text(it));
    let statement = el("td").child(el("code").text(&verdict.statement)).children(because);
    let glyph = el("td").class("g").child(Glyph::of(verdict).draw(16));
    let (value, below) = measured(verdict);
    let value = el("b").text(&value);
    let measured = el("td").class("r").child(value).child(el("small").text(&below));
    let strip = el("td").class("strip-cell").child(against(verdict));
    let row = el("tr").child(glyph).child(statement).child(measured).child(strip);
    row.children(others.iter().map(|it| beside(verdict, index, it)))
}

/// The same expectation in another variant.
fn beside(verdict: &Verdict, index: usize, variant: &Variant<'_>) -> Element {
    let same = |it: &&Verdict| it.statement == verdict.statement && it.during == verdict.during;
    let other = variant.report.verdicts.get(index).filter(same);
    let Some(other) = other else { return el("td").class("r").text(figure::NONE) };
    let (value, _) = measured(other);
    let cell = el("div").class("beside").child(el("span").text(&value));
    el("td").class("r").child(cell.child(Glyph::of(other).draw(16)))
}

/// What was seen, in short, and what is to be said of it.
fn measured(verdict: &Verdict) -> (String, String) {
    let why = verdict.why.unwrap_or_default().to_owned();
    if verdict.outcome == Outcome::Skipped {
        return (figure::NONE.to_owned(), why);
    }
    let seen = verdict.observed.as_ref().map(|it| figure::estimate(it, verdict.unit));
    if verdict.why.is_some() {
        return (seen.unwrap_or_else(|| figure::NONE.to_owned()), why);
    }
    let all = evidence(verdict);
    if verdict.runs.is_some() {
        let (value, more) = all.split_once(" in ").unwrap_or((&all, ""));
        return (value.to_owned(), format!("in {more}"));
    }
    if verdict.nature != Nature::Mean {
        let (value, more) = all.split_once("; ").unwrap_or((&all, ""));
        return (value.to_owned(), more.to_owned());
    }
    let value = seen.unwrap_or_else(|| figure::NONE.to_owned());
    let more = all.strip_prefix(&*value).unwrap_or_default();
    let more = more.trim_start_matches("; ").trim_start().to_owned();
    (value, more)
}

/// The picture of it; none of what was not seen.
fn against(verdict: &Verdict) -> Markup {
    if verdict.outcome == Outcome::Skipped {
        return Markup::default();
    }
    // Runs of a disaster are too many for a dot each.
    if verdict.runs.is_some() && verdict.nature != Nature::Mean {
        return Markup::default();
    }
    if verdict.nature != Nature::Mean {
        return dots(verdict.holds_in, verdict.of);
    }
    let (Some(observed), Some(bound)) = (verdict.observed, verdict.bound) else {
        return Markup::default();
    };
    let side = match verdict.outcome {
        Outcome::Pass => interval::Verdict::Pass,
        Outcome::Fail => interval::Verdict::Fail,
        Outcome::Inconclusive | Outcome::Skipped => interval::Verdict::Open,
    };
    strip(&Interval {
        estimate: observed.mean,
        half_width: observed.half_width,
        bound,
        reach: reach(bound, observed.mean, verdict.unit),
        passes: passing_side(&verdict.statement),
        verdict: side,
    })
}

/// As far from the bound as nothing is, or all; of a bound that is nothing, as far as was seen.
fn reach(bound: f64, observed: f64, unit: Unit) -> f64 {
    let whole = if unit == Unit::Share && bound > 0.5 { 1.0 - bound } else { bound };
    let seen = (observed - bound).abs();
    [whole, seen].into_iter().find(|it| *it > 1e-12).unwrap_or(1.0)
}

/// On which side of its bound a statement is true.
fn passing_side(statement: &str) -> Side {
    if statement.contains('<') {
        Side::Below
    } else if statement.contains('>') {
        Side::Above
    } else {
        Side::At
    }
}

/// The shapes that are there.
fn legend(dossier: &Dossier<'_>) -> Element {
    let verdicts = || dossier.variants.iter().flat_map(|it| &it.report.verdicts);
    let there = Glyph::ALL.into_iter().filter(|glyph| verdicts().any(|it| Glyph::of(it) == *glyph));
    let entry = |it: Glyph| el("span").child(it.draw(16)).text(it.word());
    el("p").class("legend").children(there.map(entry))
}
