//! What happened when: faults with their victims, and breakers.

use sim_core::report::VariantReport;

use super::figure::whole;
use super::harmless::harmless;
use super::instant::{clock, instant};
use super::style::{FAINT, paint};

/// Lines shown at most.
const MOST: usize = 24;

/// The log of the first replication, with clock times if the scenario has a clock.
pub(crate) fn log(variant: &VariantReport, zero: Option<u32>) -> String {
    let rows = variant.log.iter().take(MOST).map(|it| {
        let at = format!("{:>10}", instant(it.at));
        let clock = zero.map_or(String::new(), |zero| format!("  {}", clock(it.at, zero)));
        format!("{}{}  {}\n", at, paint(FAINT, clock), harmless(&it.text))
    });
    let mut out: String = rows.collect();
    let more = variant.log.len().saturating_sub(MOST) as u64 + variant.log_dropped;
    if more > 0 {
        out.push_str(&format!("{:>10}  and {} more\n", "…", whole(more)));
    }
    out
}
