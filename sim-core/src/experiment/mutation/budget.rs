//! Retries without a budget: every failure is tried again, however many there are.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::schema::{Policy, Scenario};

pub(super) const OPERATOR: Operator = Operator { name: "budget dropped", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let budgeted = |it: &Policy| matches!(it, Policy::Retry(retry) if retry.budget.is_some() || retry.in_flight.is_some());
    let sites = Site::all(scenario).filter(|it| it.call.policies.iter().any(budgeted));
    let without = |it: Site<'_>| {
        let what = format!("{} with retries without their budget", it.name());
        Mutant::new(OPERATOR, what, it.set("retry.budget", "none"))
    };
    sites.map(without).collect()
}
