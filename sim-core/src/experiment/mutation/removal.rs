//! A policy that is not there: never written, or lost in a refactoring.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::schema::Scenario;

pub(super) const OPERATOR: Operator = Operator { name: "removed", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let without = |site: Site<'_>, layer: &'static str| {
        let what = format!("{} without its {}", site.name(), layer.replace('_', " "));
        let set = site.with_layers(site.layers().filter(|it| *it != layer));
        Mutant::new(OPERATOR, what, set)
    };
    let each = |site: Site<'_>| {
        let mut each: Vec<_> = site.layers().map(|it| without(site, it)).collect();
        each.extend(site.waits_for_response().then(|| {
            let what = format!("{} without its response timeout", site.name());
            Mutant::new(OPERATOR, what, site.set("response_timeout", "none"))
        }));
        each
    };
    Site::all(scenario).flat_map(each).collect()
}
