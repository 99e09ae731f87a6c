//! A warm-up that looks too short.

use sim_core::report::{Unit, Unsettled, VariantReport};
use sim_core::scenario::harmless;

use super::figure::exact;
use super::instant::span;
use super::style::{WARN, paint};
use super::wrap::hanging;

/// One remark a load; empty if all looks settled.
pub(crate) fn unsettled(variant: &VariantReport, width: usize) -> String {
    variant.unsettled.iter().map(|it| hanging("", 2, &remark(it), width)).collect()
}

fn remark(it: &Unsettled) -> String {
    let time = |seconds| exact(seconds, Unit::Seconds);
    let text = format!(
        "UNSETTLED: the first {} (MSER-5 on the response times of {}: {} there, {} after)",
        span(it.until),
        harmless(&it.load),
        time(it.early),
        time(it.settled),
    );
    format!("{}; run.warmup = \"{}s\" would leave them out", paint(WARN, text), it.warmup)
}
