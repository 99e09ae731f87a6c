//! What must be known to read the numbers: what ended runs early, runs of two kinds, a warm-up that
//! looks too short, how many replications it took, and theory beside simulation.
//!
//! The words are those of the terminal.

use anstream::adapter::strip_str;
use sim_core::report::VariantReport;
use sim_plot::markup::{Element, Markup, el};

use super::Dossier;
use crate::render::aborts::aborts;
use crate::render::modes::modes;
use crate::render::precision::precision;
use crate::render::stages::stages;
use crate::render::theory::theory;
use crate::render::unsettled::unsettled;

/// Lines are broken by the page.
const WIDTH: usize = 10_000;

/// A list for each variant of which there is something to say.
pub(super) fn remarks(dossier: &Dossier<'_>) -> Markup {
    dossier.variants.iter().filter_map(|it| list(it.report)).collect()
}

fn list(report: &VariantReport) -> Option<Element> {
    let mut text: String = aborts(report).map(|it| it + "\n").collect();
    text += &stages(report);
    text += &unsettled(report, WIDTH);
    if let Some(wanted) = &report.precision {
        text += &(precision(wanted, report.replications) + "\n");
    }
    text += &modes(report, WIDTH);
    text += &theory(report, WIDTH);
    let plain = strip_str(&text).to_string();
    let items: Vec<_> = plain.lines().map(item).collect();
    let some = !items.is_empty();
    some.then(|| {
        let name = el("h3").text(&report.name);
        el("div").child(name).child(el("ul").children(items))
    })
}

/// What is not indented heads what follows, or stands for itself.
fn item(line: &str) -> Element {
    match line.strip_prefix("  ") {
        Some(line) => el("li").text(line.trim_start()),
        None => el("li").child(el("b").text(line)),
    }
}
