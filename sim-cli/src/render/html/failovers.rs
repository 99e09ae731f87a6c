//! Where the time of failovers went.

use sim_plot::disaster::waterfall;
use sim_plot::markup::{Markup, el};

use super::Dossier;

/// The failovers of all variants.
pub(super) fn failovers(dossier: &Dossier<'_>) -> Markup {
    let several = dossier.variants.len() > 1;
    let mut all = Markup::default();
    for variant in &dossier.variants {
        for fault in variant.report.faults.iter().filter(|it| !it.parts.is_empty()) {
            let whose = if several { format!(", {}", variant.report.name) } else { String::new() };
            let parts: Vec<_> = fault.parts.iter().map(|it| (it.name, it.time.mean)).collect();
            let name = el("h3").text(&format!("{}{whose}", fault.name));
            all.push(el("article").child(name).children(waterfall(&parts)));
        }
    }
    all
}
