//! Where the numbers come from, and how to get them again.

use sim_plot::markup::{Element, el};

use super::Dossier;
use crate::render::figure::whole;

/// Command, seed, hashes and counts.
pub(super) fn footer(dossier: &Dossier<'_>) -> Element {
    let report = dossier.report;
    let sum = |of: fn(&sim_core::report::VariantReport) -> u64| {
        whole(report.variants.iter().map(of).sum::<u64>())
    };
    let runs = sum(|it| u64::from(it.replications));
    let counts =
        format!("{runs} runs, {} requests, {} events", sum(|it| it.requests), sum(|it| it.events));
    let rows = [
        ("command", dossier.command.clone()),
        ("seed", report.seed.to_string()),
        ("scenario", report.scenario.clone()),
        ("report", report.hash()),
        ("engine", format!("stormglass {}, format 1", report.version)),
        ("simulated", counts),
        ("intervals", "95 %, Student's t over the runs".to_owned()),
    ];
    let entry = |(name, value): (&str, String)| {
        let is_code = matches!(name, "command" | "scenario" | "report");
        let value =
            if is_code { el("dd").child(el("code").text(&value)) } else { el("dd").text(&value) };
        [el("dt").text(name), value]
    };
    el("footer").child(el("dl").children(rows.into_iter().flat_map(entry)))
}
