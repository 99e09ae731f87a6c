//! What happened when, in the first run of each variant.

use sim_plot::markup::{Element, Markup, el};

use super::{Dossier, Variant};
use crate::render::figure::whole;
use crate::render::instant::instant;
use crate::render::log::groups;

/// Lines shown at most.
const MOST: usize = 200;

/// A closed list for each variant.
pub(super) fn log(dossier: &Dossier<'_>) -> Markup {
    dossier.variants.iter().filter(|it| !it.report.log.is_empty()).map(of).collect()
}

fn of(variant: &Variant<'_>) -> Element {
    let groups = groups(variant.report);
    let lines = groups
        .iter()
        .take(MOST)
        .map(|it| el("li").child(el("time").text(&instant(it.at))).text(&it.text));
    let rest: usize = groups.iter().skip(MOST).map(|it| it.lines).sum();
    let more = rest as u64 + variant.report.log_dropped;
    let more = (more > 0).then(|| el("li").text(&format!("and {} more", whole(more))));
    let count = groups.len();
    let lines = el("ol").class("events").children(lines).children(more);
    let entries = if count == 1 { "entry" } else { "entries" };
    let name = el("summary").text(&format!("{}, {count} {entries}", variant.report.name));
    el("details").class("box").child(name).child(lines)
}
