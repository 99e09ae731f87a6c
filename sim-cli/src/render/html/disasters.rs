//! What became of disasters, of all variants.

use sim_plot::disaster::article;
use sim_plot::markup::Markup;

use super::Dossier;

/// All disasters of all variants.
pub(super) fn disasters(dossier: &Dossier<'_>) -> Markup {
    let several = dossier.variants.len() > 1;
    let mut all = Markup::default();
    for variant in &dossier.variants {
        for report in &variant.report.disasters {
            let whose = if several { format!(", {}", variant.report.name) } else { String::new() };
            all.push(article(report, &format!("{}{whose}", report.name)));
        }
    }
    all
}
