//! Theory beside simulation.

use sim_core::report::{TheoryReport, VariantReport};
use sim_core::scenario::harmless;

use super::figure;
use super::style::{STRONG, WARN, paint};
use super::wrap::hanging;

/// One line for each closed form that applies; empty if none does.
pub(crate) fn theory(variant: &VariantReport, width: usize) -> String {
    if variant.theory.is_empty() {
        return String::new();
    }
    let lines = variant.theory.iter().map(|it| hanging("  ", 4, &line(it), width));
    format!("{}\n{}", paint(STRONG, "Beside theory"), lines.collect::<String>())
}

/// `theory 2.617 % (M/M/c+D), simulated 2.61 ± 0.02 %`, and what to think of it.
fn line(theory: &TheoryReport) -> String {
    let TheoryReport { entity, metric, unit, during, .. } = theory;
    let value = figure::theoretical(theory.value, *unit);
    let simulated = figure::estimate(&theory.simulated, *unit);
    format!(
        "{}.{metric}, {}: theory {value} ({}), simulated {simulated}{}",
        harmless(entity),
        harmless(during),
        theory.formula.name(),
        remark(theory),
    )
}

fn remark(theory: &TheoryReport) -> String {
    let near = theory.doubt.map_or(String::new(), |it| format!("; nearly so: {it}"));
    if theory.agrees != Some(false) {
        return near;
    }
    let apart = (theory.simulated.mean - theory.value).abs();
    let far = theory.simulated.half_width.is_some_and(|it| apart > 2.0 * it);
    let why = match (theory.doubt, far) {
        (Some(_), _) => "outside the interval",
        (None, true) => "far outside the interval: is the warm-up long enough, and the run?",
        (None, false) => "outside the interval, as one in 20 is by chance",
    };
    format!("{near}; {}", paint(WARN, why))
}
