//! Where the time of failovers and restores went, and what came back.

use sim_plot::disaster::waterfall;
use sim_plot::markup::{Markup, el};

use super::Dossier;
use crate::render::comebacks::{lost, never, takes_a_store};

/// The failovers and restores of all variants.
pub(super) fn comebacks(dossier: &Dossier<'_>) -> Markup {
    let several = dossier.variants.len() > 1;
    let mut all = Markup::default();
    for variant in &dossier.variants {
        for fault in variant.report.faults.iter().filter(|it| takes_a_store(it)) {
            let whose = if several { format!(", {}", variant.report.name) } else { String::new() };
            let parts: Vec<_> = fault.parts.iter().map(|it| (it.name, it.time.mean)).collect();
            let name = el("h3").text(&format!("{}{whose}", fault.name));
            let mut article = el("article").child(name).children(waterfall(&parts));
            if let Some(restore) = &fault.restore {
                let told = lost(restore).into_iter().chain(restore.never.iter().map(never));
                article = article.children(told.map(|it| el("p").text(&it)));
            }
            all.push(article);
        }
    }
    all
}
