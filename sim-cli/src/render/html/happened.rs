//! What each phase was like, in a sentence for each load and variant.

use sim_plot::markup::{Element, Markup, el};

use super::{Dossier, Variant};
use crate::render::findings::finding;
use crate::render::instant::instant;
use crate::render::summary::{loads, phases};

/// More variants than these make columns too narrow for sentences.
const COLUMNS: usize = 3;

/// A row for each phase and load, a column for each variant; where these are many, a row for each.
pub(super) fn table(dossier: &Dossier<'_>) -> Markup {
    let all = phases(dossier.report);
    let shown = all.iter().filter(|it| all.len() == 1 || *it != "always");
    let loads = loads(dossier.report);
    let stretches = shown.flat_map(|phase| loads.iter().map(move |load| (&**phase, &**load)));
    let table = el("table").class("calls");
    let table = if dossier.variants.len() > COLUMNS {
        table.child(
            el("tbody").children(stretches.flat_map(|(phase, load)| rows(dossier, phase, load))),
        )
    } else {
        let rows = stretches.map(|(phase, load)| row(dossier, phase, load));
        table.children(head(dossier)).child(el("tbody").children(rows))
    };
    el("div").class("wrap wide").child(table).into()
}

/// The names of the variants, where there are several.
fn head(dossier: &Dossier<'_>) -> Option<Element> {
    let several = dossier.variants.len() > 1;
    let name = |it: &Variant<'_>| el("th").attr("scope", "col").text(&it.report.name);
    let head = el("tr").child(el("td")).children(dossier.variants.iter().map(name));
    several.then(|| el("thead").child(head))
}

fn row(dossier: &Dossier<'_>, phase: &str, load: &str) -> Element {
    let cells = dossier.variants.iter().map(|it| sentence(it, phase, load));
    el("tr").child(named(dossier, phase, load).attr("scope", "row")).children(cells)
}

fn rows(dossier: &Dossier<'_>, phase: &str, load: &str) -> Vec<Element> {
    let heading = named(dossier, phase, load).attr("scope", "rowgroup").attr("colspan", 2);
    let heading = el("tr").class("group").child(heading);
    let row = |it: &Variant<'_>| {
        let name = el("th").attr("scope", "row").text(&it.report.name);
        el("tr").child(name).child(sentence(it, phase, load))
    };
    std::iter::once(heading).chain(dossier.variants.iter().map(row)).collect()
}

fn sentence(variant: &Variant<'_>, phase: &str, load: &str) -> Element {
    let text = finding(variant.report, phase, load).unwrap_or_default();
    el("td").text(&anstream::adapter::strip_str(&text).to_string())
}

/// The phase, with its load where there are several, and its time.
fn named(dossier: &Dossier<'_>, phase: &str, load: &str) -> Element {
    let span = dossier.variants.iter().find_map(|variant| {
        let phase = variant.report.phases.iter().find(|it| it.name == phase)?;
        Some(format!("{} to {}", instant(phase.from), instant(phase.to)))
    });
    let several = loads(dossier.report).len() > 1;
    let name = if several { format!("{phase}, {load}") } else { phase.to_owned() };
    el("th").text(&name).child(el("small").text(span.as_deref().unwrap_or_default()))
}
