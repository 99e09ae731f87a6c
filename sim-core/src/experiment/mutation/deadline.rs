//! A service without its deadline: work goes on for users who have left.

use super::{Mutant, Operator};
use crate::schema::Scenario;

pub(super) const OPERATOR: Operator = Operator { name: "deadline dropped", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let bounded = scenario.services.iter().filter(|it| it.deadline.is_some());
    let without = bounded.map(|it| {
        let what = format!("{} without its deadline", it.name);
        Mutant::new(OPERATOR, what, format!("service.{}.deadline=none", it.name))
    });
    without.collect()
}
