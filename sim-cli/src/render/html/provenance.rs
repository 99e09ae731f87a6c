//! Where the numbers come from, and how to get them again.

use sim_plot::markup::{Element, el};

use super::Dossier;
use crate::render::footer::counts;

/// Command, seed, hashes and counts.
pub(super) fn footer(dossier: &Dossier<'_>) -> Element {
    let report = dossier.report;
    let counts = counts(report).join(", ");
    let ran = report.variants.iter().any(|it| it.replications > 0);
    let intervals =
        if ran { "95 %, Student's t over the runs" } else { "95 %, Wilson's for shares" };
    let rows = [
        ("command", dossier.command.clone()),
        ("seed", report.seed.to_string()),
        ("scenario", report.scenario.clone()),
        ("report", report.hash()),
        ("engine", format!("stormglass {}, format 1", report.version)),
        ("simulated", counts),
        ("intervals", intervals.to_owned()),
    ];
    let entry = |(name, value): (&str, String)| {
        let is_code = matches!(name, "command" | "scenario" | "report");
        let value =
            if is_code { el("dd").child(el("code").text(&value)) } else { el("dd").text(&value) };
        [el("dt").text(name), value]
    };
    el("footer").child(el("dl").children(rows.into_iter().flat_map(entry)))
}
