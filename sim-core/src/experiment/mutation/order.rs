//! Two neighbouring layers in the wrong order: a breaker that counts its bulkhead's rejections, a
//! timeout that also covers the wait for a slot.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::schema::Scenario;

pub(super) const OPERATOR: Operator = Operator { name: "order turned", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let each = |site: Site<'_>| {
        let swaps = 1..site.layers().count();
        swaps.map(move |it| turned(site, it)).collect::<Vec<_>>()
    };
    Site::all(scenario).flat_map(each).collect()
}

/// The layer at `inner` and the one around it change places.
fn turned(site: Site<'_>, inner: usize) -> Mutant {
    let mut layers: Vec<_> = site.layers().collect();
    layers.swap(inner - 1, inner);
    let [outside, inside] = [layers[inner - 1], layers[inner]].map(|it| it.replace('_', " "));
    let what = format!("{} with its {outside} outside its {inside}", site.name());
    Mutant::new(OPERATOR, what, site.with_layers(layers.into_iter()))
}
