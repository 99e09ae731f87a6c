//! Where the numbers come from.

use sim_core::report::Report;

use super::figure::whole;
use super::style::{FAINT, paint};

/// Seed, hashes and counts; how to read intervals, if there are any.
pub(crate) fn footer(report: &Report) -> String {
    let sum = |of: fn(&sim_core::report::VariantReport) -> u64| {
        report.variants.iter().map(of).sum::<u64>()
    };
    let runs = sum(|it| u64::from(it.replications));
    let most = report.variants.iter().map(|it| it.replications).max().unwrap_or(0);
    let mut lines = Vec::new();
    if most > 1 {
        lines.push(format!(
            "± is half the width of the 95 % confidence interval over {most} replications"
        ));
    } else if most == 1 {
        lines.push("one replication: no intervals; ask for more with --replications".to_owned());
    }
    lines.push(format!(
        "seed {} · {} {} · {} requests · {} events",
        report.seed,
        whole(runs),
        if runs == 1 { "run" } else { "runs" },
        whole(sum(|it| it.requests)),
        whole(sum(|it| it.events)),
    ));
    lines.push(format!(
        "scenario {} · stormglass {} · report {}",
        &report.scenario[..12],
        report.version,
        &report.hash()[..16],
    ));
    lines.into_iter().map(|it| paint(FAINT, it) + "\n").collect()
}
