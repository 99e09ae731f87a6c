//! What came out of it, in a sentence; the numbers that carry it, below.

use sim_core::report::{EntityKind, Outcome, Standing, Unit, Verdict};
use sim_plot::markup::{Element, el};

use super::glyph::Glyph;
use super::{Dossier, Variant};
use crate::render::figure::{exact, whole};
use crate::render::findings::finding as finding_of;
use crate::render::instant::span;
use crate::render::stopped::stopped;
use crate::render::summary::{loads, phases};

/// Shares below this go without saying.
const NOTICED: f64 = 0.000_5;

/// Title, headline and facts.
pub(super) fn headline(dossier: &Dossier<'_>) -> Element {
    let mut heading = el("h1");
    let said = if expects(dossier) {
        heading = heading.child(worst(dossier).draw(34));
        verdict(dossier)
    } else {
        finding(dossier)
    };
    let heading = heading.child(el("span").text(&said));
    let title = el("p").class("title").text(&dossier.report.title);
    let hero = el("div").class("hero").child(title).child(heading);
    let hero = hero.children(dossier.variants.iter().filter_map(warning)).children(key(dossier));
    hero.child(facts(dossier))
}

/// More variants than these make no sentence.
const MOST_TOLD: usize = 3;

/// The phase that tells most, in a sentence for each variant.
fn key(dossier: &Dossier<'_>) -> Option<Element> {
    let load = loads(dossier.report).into_iter().next()?;
    let phases = phases(dossier.report).into_iter().filter(|it| it != "always");
    let trouble = |phase: &String| {
        dossier.variants.iter().map(|it| trouble(it, phase, &load)).fold(0.0, f64::max)
    };
    let phase = phases.max_by(|a, b| trouble(a).total_cmp(&trouble(b)))?;
    if dossier.variants.len() > MOST_TOLD || trouble(&phase) < NOTICED {
        return None;
    }
    let several = loads(dossier.report).len() > 1;
    let whose = if several { format!(", {load}: ") } else { ": ".to_owned() };
    let mut key = el("p").class("key").text("In ").child(el("b").text(&phase)).text(&whose);
    for variant in &dossier.variants {
        let told = finding_of(variant.report, &phase, &load)?;
        let told = anstream::adapter::strip_str(&told).to_string();
        let name = el("b").text(&variant.report.name);
        key = key.child(name).text(&format!(" {}. ", told.replace("; ", ", ")));
    }
    Some(key)
}

/// How far a phase is from what was before: failures, and times as long.
fn trouble(variant: &Variant<'_>, phase: &str, load: &str) -> f64 {
    let of = |phase: &str, metric: &str| {
        variant.report.metric(phase, &format!("{load}.{metric}")).map_or(0.0, |it| it.mean)
    };
    let failed =
        of(phase, "error_rate") + of(phase, "unfinished_rate") + of(phase, "degraded_rate");
    let (before, now) = (of("before", "latency.p99"), of(phase, "latency.p99"));
    let slower = if before > 0.0 { (now / before - 1.0).max(0.0) / 10.0 } else { 0.0 };
    failed + slower
}

fn expects(dossier: &Dossier<'_>) -> bool {
    dossier.variants.iter().any(|it| !it.report.verdicts.is_empty())
}

/// What stands for the whole.
fn worst(dossier: &Dossier<'_>) -> Glyph {
    let has = |standing| {
        let all = dossier.variants.iter().flat_map(|it| &it.report.verdicts);
        all.into_iter().any(|it: &Verdict| it.standing == standing)
    };
    match (has(Standing::Broken), has(Standing::Open)) {
        (true, _) => Glyph::Fail,
        (false, true) => Glyph::Undecided,
        (false, false) => Glyph::Pass,
    }
}

/// What a variant's verdicts come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sum {
    Breaks,
    Open,
    FailsAsStated,
    Holds,
    Nothing,
}

fn sum(variant: &Variant<'_>) -> Sum {
    let verdicts = &variant.report.verdicts;
    let any = |is: fn(&Verdict) -> bool| verdicts.iter().any(is);
    if any(|it| it.standing == Standing::Broken) {
        Sum::Breaks
    } else if any(|it| it.standing == Standing::Open) {
        Sum::Open
    } else if any(|it| it.outcome == Outcome::Fail) {
        Sum::FailsAsStated
    } else if any(|it| it.standing == Standing::Held) {
        Sum::Holds
    } else {
        Sum::Nothing
    }
}

/// A sentence for each sum, with the variants of which it is true.
fn verdict(dossier: &Dossier<'_>) -> String {
    let sums = [
        (Sum::Holds, "holds.", "hold."),
        (Sum::FailsAsStated, "fails, as the file says.", "fail, as the file says."),
        (Sum::Breaks, "breaks what the file expects.", "break what the file expects."),
        (Sum::Open, "is undecided.", "are undecided."),
        (Sum::Nothing, "was not judged.", "were not judged."),
    ];
    let sentences = sums.into_iter().filter_map(|(sum_of, one, many)| {
        let of = dossier.variants.iter().filter(|it| sum(it) == sum_of);
        let names: Vec<_> = of.map(|it| it.report.name.as_str()).collect();
        let (last, first) = names.split_last()?;
        Some(match first {
            [] => format!("{last} {one}"),
            _ => format!("{} and {last} {many}", first.join(", ")),
        })
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// Where nothing was expected: what became of the requests.
fn finding(dossier: &Dossier<'_>) -> String {
    let shown = |share: f64| exact(share, Unit::Share);
    let mut failed: Vec<_> = dossier
        .variants
        .iter()
        .map(|it| (share(it, "error_rate") + share(it, "unfinished_rate"), &*it.report.name))
        .collect();
    failed.sort_by(|a, b| a.0.total_cmp(&b.0));
    match &failed[..] {
        [] => "Nothing was run.".to_owned(),
        [.., (most, _)] if *most < NOTICED => answered(dossier),
        [(share, _)] => format!("{} of all requests fail.", shown(*share)),
        [(least, best), .., (most, worst)] => format!(
            "{worst} fails {} of its requests, {best} {}.",
            shown(*most),
            if *least < NOTICED { "next to none".to_owned() } else { shown(*least) },
        ),
    }
}

fn answered(dossier: &Dossier<'_>) -> String {
    let degraded = |it: &Variant<'_>| share(it, "degraded_rate");
    let most = dossier.variants.iter().map(degraded).fold(0.0, f64::max);
    if most < NOTICED {
        return "Every request is answered in full.".to_owned();
    }
    let most = exact(most, Unit::Share);
    format!("Every request is answered, up to {most} of them with less.")
}

/// The share of all requests of all loads over the whole run, weighted by their number.
fn share(variant: &Variant<'_>, metric: &str) -> f64 {
    let loads = variant.report.entities.iter().filter(|it| it.kind == EntityKind::Load);
    let of = |name: &str, metric: &str| {
        let estimate = variant.report.metric("always", &format!("{name}.{metric}"));
        estimate.map_or(0.0, |it| it.mean)
    };
    let (sum, all) = loads.fold((0.0, 0.0), |(sum, all), load| {
        let offered = of(&load.name, "offered");
        (sum + offered * of(&load.name, metric), all + offered)
    });
    if all > 0.0 { sum / all } else { 0.0 }
}

/// Runs that a limit stopped.
fn warning(variant: &Variant<'_>) -> Option<Element> {
    let text = stopped(variant.report, variant.limits);
    let text = anstream::adapter::strip_str(&text).to_string();
    (!text.is_empty())
        .then(|| el("p").class("warn").text(&format!("{}: {}", variant.report.name, text.trim())))
}

fn facts(dossier: &Dossier<'_>) -> Element {
    let judged = dossier.variants.iter().filter(|it| sum(it) != Sum::Nothing);
    let mut facts: Vec<Element> = judged.map(counts).collect();
    if dossier.variants.iter().all(|it| it.report.replications == 0) {
        return el("dl").class("facts").children(facts).children(disasters(dossier));
    }
    let runs: Vec<_> = dossier.variants.iter().map(|it| it.report.replications).collect();
    let (least, most) = (runs.iter().min().unwrap_or(&0), runs.iter().max().unwrap_or(&0));
    let runs = if least == most { most.to_string() } else { format!("{least} to {most}") };
    let several = dossier.variants.len() > 1;
    let below = if several { "of each variant, same arrivals" } else { "independent" };
    facts.push(fact("runs", &runs, below));
    let length = dossier.variants.iter().filter_map(|it| it.report.phases.last()).map(|it| it.to);
    let length = format!("in all, {} simulated a run", span(length.fold(0.0, f64::max)));
    let requests = dossier.variants.iter().map(|it| it.report.requests).sum();
    facts.push(fact("requests", &whole(requests), &length));
    el("dl").class("facts").children(facts)
}

/// How many disasters were drawn, where nothing else was run.
fn disasters(dossier: &Dossier<'_>) -> Option<Element> {
    let disasters = &dossier.variants.first()?.report.disasters;
    let runs = disasters.iter().map(|it| it.runs).sum();
    let below = match disasters.len() {
        1 => "of one kind".to_owned(),
        kinds => format!("of {kinds} kinds"),
    };
    Some(fact("disasters", &whole(runs), &below))
}

fn counts(variant: &Variant<'_>) -> Element {
    let count =
        |is: &dyn Fn(&Verdict) -> bool| variant.report.verdicts.iter().filter(|it| is(it)).count();
    let held = count(&|it| it.standing == Standing::Held);
    let judged = held
        + count(&|it| it.standing == Standing::Broken)
        + count(&|it| it.standing == Standing::Open);
    let stated = count(&|it| it.standing == Standing::Held && it.outcome == Outcome::Fail);
    let skipped = count(&|it| it.standing == Standing::Skipped);
    let below = match (stated, skipped) {
        (0, 0) => "as expected".to_owned(),
        (0, skipped) => format!("as expected; {skipped} skipped"),
        (stated, 0) => format!("as expected; {stated} of them fail, as stated"),
        _ => format!("as expected; {stated} of them fail, as stated; {skipped} skipped"),
    };
    fact(&variant.report.name, &format!("{held} of {judged}"), &below)
}

fn fact(name: &str, value: &str, below: &str) -> Element {
    let value = el("dd").text(value).child(el("small").text(below));
    el("div").child(el("dt").text(name)).child(value)
}
