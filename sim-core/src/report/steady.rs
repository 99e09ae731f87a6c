//! What is the same all the time: the phase before anything breaks, and loads whose rate does not
//! change. Only there do long-run means, closed forms and batches mean anything.

use crate::model::{Arrivals, Load, Model, Phase};
use crate::time::SimTime;

/// The phase in which nothing is broken and has not been, and its place among the phases; none where
/// a fault starts with the run.
pub(crate) fn phase(model: &Model) -> Option<(usize, &Phase)> {
    let name = if model.faults.iter().next().is_some() { "before" } else { "always" };
    model.timeline.phases.iter().enumerate().find(|it| it.1.name == name)
}

/// Whether a load is the same all the time: at random or not, at one rate, or from users whose number
/// is one.
pub(crate) fn is_steady(load: &Load) -> bool {
    match &load.arrivals {
        Arrivals::Poisson(rate) | Arrivals::Constant(rate) | Arrivals::Bursty(rate, _) => {
            rate.is_flat()
        }
        Arrivals::Closed { .. } => true,
        Arrivals::Replay(_) => false,
    }
}

/// The rate of a Poisson load that never changes, per second.
pub(crate) fn poisson(load: &Load) -> Option<f64> {
    match &load.arrivals {
        Arrivals::Poisson(rate) if rate.is_flat() => Some(rate.per_sec(SimTime::ZERO)),
        _ => None,
    }
}
