//! Where the time of a failover went.

use sim_core::report::{FaultReport, VariantReport};
use sim_core::scenario::harmless;

use super::disasters::waterfall;
use super::figure::whole;
use super::style::{FAINT, STRONG, paint};

/// The phases of each failover, one after the other.
pub(crate) fn failovers(variant: &VariantReport, width: usize) -> String {
    let failovers = variant.faults.iter().filter(|it| !it.parts.is_empty());
    failovers.map(|it| failover(it, width)).collect::<Vec<_>>().join("\n")
}

fn failover(fault: &FaultReport, width: usize) -> String {
    let parts: Vec<_> = fault.parts.iter().map(|it| (it.name, it.time.mean, it.time.max)).collect();
    let runs = fault.parts.iter().map(|it| it.time.n).max().unwrap_or(0);
    let below = match runs {
        1 => "1 run".to_owned(),
        runs => format!("{} runs", whole(runs)),
    };
    let head = paint(STRONG, format!("Failover {}", harmless(&fault.name)));
    format!("{head}  {}\n{}", paint(FAINT, below), waterfall("longest", &parts, width))
}
