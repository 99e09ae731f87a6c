//! A fallback that is stale: its copy is of last night, and served at any age.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::schema::{Fallback, Policy, Scenario};

pub(super) const OPERATOR: Operator = Operator { name: "fallback stale", mutants };

/// Of fallbacks that are a copy and nothing else: no path leads into a list of them.
fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let copies = Site::all(scenario).filter(|it| it.call.policies.iter().any(is_copy));
    copies
        .map(|site| Mutant {
            operator: OPERATOR.name,
            what: format!("{} with a copy of last night", site.name()),
            sets: vec![
                site.set("fallback.max_age", "none"),
                site.set("fallback.refresh_every", "24h"),
            ],
            pool: None,
        })
        .collect()
}

fn is_copy(policy: &Policy) -> bool {
    matches!(policy, Policy::Fallback(chain) if matches!(chain[..], [Fallback::Cached(_)]))
}
