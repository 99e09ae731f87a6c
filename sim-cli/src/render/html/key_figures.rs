//! The numbers that variants are compared by, phase by phase.

use sim_core::report::Unit;
use sim_plot::markup::{Element, Markup, el};

use super::Dossier;
use crate::render::figure::{NONE, estimate};
use crate::render::summary::{METRICS, loads, phases};

/// A row for each phase, load and metric; a column for each variant.
pub(super) fn table(dossier: &Dossier<'_>) -> Markup {
    let names = dossier
        .variants
        .iter()
        .map(|it| el("th").attr("scope", "col").class("r").text(&it.report.name));
    let head = el("tr").child(el("th").attr("scope", "col").text("metric")).children(names);
    let mut body = el("tbody");
    let loads = loads(dossier.report);
    for phase in phases(dossier.report) {
        for load in &loads {
            let heading = el("th").attr("colspan", dossier.variants.len() + 1);
            let heading =
                heading.attr("scope", "rowgroup").text(&phase).child(el("span").text(load));
            body = body.child(el("tr").class("group").child(heading));
            body = body.children(METRICS.map(|it| row(dossier, &phase, load, it)));
        }
    }
    let table = el("table").class("calls").child(el("thead").child(head)).child(body);
    el("div").class("wrap").child(table).into()
}

fn row(
    dossier: &Dossier<'_>,
    phase: &str,
    load: &str,
    (metric, label, unit): (&str, &str, Unit),
) -> Element {
    let address = format!("{load}.{metric}");
    let cells = dossier.variants.iter().map(|variant| {
        let value = variant.report.metric(phase, &address);
        el("td").class("r").text(&value.map_or(NONE.to_owned(), |it| estimate(it, unit)))
    });
    el("tr").child(el("th").attr("scope", "row").text(label)).children(cells)
}
