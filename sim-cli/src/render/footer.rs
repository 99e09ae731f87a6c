//! Where the numbers come from.

use sim_core::report::{Report, VariantReport};

use super::figure::whole;
use super::style::{FAINT, paint};

/// How many replications each variant has: `10 replications`, `10 to 37 replications`.
pub(crate) fn replications(report: &Report) -> String {
    let runs = || report.variants.iter().map(|it| it.replications);
    match (runs().min().unwrap_or(0), runs().max().unwrap_or(0)) {
        (1, 1) => "1 replication".to_owned(),
        (least, most) if least == most => format!("{most} replications"),
        (least, most) => format!("{least} to {most} replications"),
    }
}

/// Seed, hashes and counts; how to read intervals, if there are any.
pub(crate) fn footer(report: &Report) -> String {
    let most = report.variants.iter().map(|it| it.replications).max().unwrap_or(0);
    let mut lines = Vec::new();
    if most > 1 {
        let over = replications(report);
        lines.push(format!("± is half the width of the 95 % confidence interval over {over}"));
    } else if most == 1 {
        lines.push(of_one(report).to_owned());
    }
    lines.push(format!("seed {} · {}", report.seed, counts(report).join(" · ")));
    lines.push(format!(
        "scenario {} · stormglass {} · report {}",
        &report.scenario[..12],
        report.version,
        &report.hash()[..16],
    ));
    lines.into_iter().map(|it| paint(FAINT, it) + "\n").collect()
}

/// How much was simulated: runs, requests and events, or disasters; all variants together.
pub(crate) fn counts(report: &Report) -> Vec<String> {
    let sum = |of: fn(&VariantReport) -> u64| report.variants.iter().map(of).sum::<u64>();
    let several = |count: u64, one: &str| {
        format!("{} {one}{}", whole(count), if count == 1 { "" } else { "s" })
    };
    let runs = sum(|it| u64::from(it.replications));
    let disasters = sum(|it| it.disasters.iter().map(|it| it.runs).sum());
    let mut counts = Vec::new();
    if runs > 0 {
        counts.push(several(runs, "run"));
        counts.push(several(sum(|it| it.requests), "request"));
        counts.push(several(sum(|it| it.events), "event"));
    }
    if disasters > 0 {
        counts.push(several(disasters, "disaster"));
    }
    counts
}

/// What the intervals of one replication are, if there are any.
fn of_one(report: &Report) -> &'static str {
    let metrics = report.variants.iter().flat_map(|it| &it.entities).flat_map(|it| &it.metrics);
    let mut estimates = metrics.flat_map(|it| &it.phases).flatten();
    if estimates.any(|it| it.batches.is_some()) {
        "one replication: ± is of batches of its windows, where it is steady; ask for more with \
         --replications"
    } else {
        "one replication: no intervals; ask for more with --replications"
    }
}
