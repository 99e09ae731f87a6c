//! What each phase was like, in a sentence for each load and variant.

use sim_plot::markup::{Element, Markup, el};

use super::Dossier;
use crate::render::findings::finding;
use crate::render::instant::instant;
use crate::render::summary::{loads, phases};

/// A row for each phase and load, a column for each variant.
pub(super) fn table(dossier: &Dossier<'_>) -> Markup {
    let names =
        dossier.variants.iter().map(|it| el("th").attr("scope", "col").text(&it.report.name));
    let several = dossier.variants.len() > 1;
    let head = el("tr").add(el("th").text("")).add_all(names);
    let head = several.then(|| el("thead").add(head));
    let phases = phases(dossier.report);
    let shown = phases.iter().filter(|it| phases.len() == 1 || *it != "always");
    let rows = shown.flat_map(|phase| rows(dossier, phase));
    let table = el("table").class("calls").add_all(head).add(el("tbody").add_all(rows));
    el("div").class("wrap wide").add(table).into()
}

fn rows(dossier: &Dossier<'_>, phase: &str) -> Vec<Element> {
    let loads = loads(dossier.report);
    let span = dossier.variants.iter().find_map(|variant| {
        let phase = variant.report.phases.iter().find(|it| it.name == phase)?;
        Some(format!("{} to {}", instant(phase.from), instant(phase.to)))
    });
    let several = loads.len() > 1;
    let row = |load: &String| {
        let name = if several { format!("{phase}, {load}") } else { phase.to_owned() };
        let when = el("small").text(span.as_deref().unwrap_or_default());
        let cells = dossier.variants.iter().map(|variant| {
            let text = finding(variant.report, phase, load).unwrap_or_default();
            el("td").text(&anstream::adapter::strip_str(&text).to_string())
        });
        el("tr").add(el("th").attr("scope", "row").text(&name).add(when)).add_all(cells)
    };
    loads.iter().map(row).collect()
}
