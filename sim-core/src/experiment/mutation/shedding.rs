//! A service that turns nobody away: whoever comes is let in, however busy it is.

use super::{Mutant, Operator};
use crate::schema::Scenario;

pub(super) const OPERATOR: Operator = Operator { name: "shedding dropped", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let sheds = scenario.services.iter().filter(|it| it.shed.is_some());
    let without = sheds.map(|it| {
        let what = format!("{} without its shedding", it.name);
        Mutant::new(OPERATOR, what, format!("service.{}.shed=none", it.name))
    });
    without.collect()
}
