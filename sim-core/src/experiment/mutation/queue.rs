//! A queue without limit, before the workers of a service or the slots of a bulkhead or pool:
//! nobody is turned away, and everybody waits.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::schema::{Bulkhead, Capacity, Policy, Scenario, Slots};

pub(super) const OPERATOR: Operator = Operator { name: "queue unlimited", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let services =
        scenario.services.iter().filter(|it| it.queue.slots != Capacity::Unlimited).map(|it| {
            let set = format!("service.{}.queue.slots=unlimited", it.name);
            Mutant::new(OPERATOR, format!("{} with a queue without limit", it.name), set)
        });
    let calls = Site::all(scenario).filter(|it| it.call.policies.iter().any(limited)).map(|it| {
        let what = format!("{} with a bulkhead whose line has no limit", it.name());
        Mutant::new(OPERATOR, what, it.set("bulkhead.queue", "unlimited"))
    });
    let used = |name: &str| {
        let pool = scenario.pools.iter().find(|it| it.name == name);
        pool.is_some_and(|pool| scenario.services.iter().any(|it| it.uses(pool)))
    };
    let pools = scenario.pools.iter().filter(|it| line(&it.slots) && used(&it.name)).map(|it| {
        let set = format!("pool.{}.queue=unlimited", it.name);
        Mutant::new(OPERATOR, format!("{} with a line without limit", it.name), set)
    });
    services.chain(calls).chain(pools).collect()
}

fn limited(policy: &Policy) -> bool {
    matches!(policy, Policy::Bulkhead(Bulkhead::Own(slots)) if line(slots))
}

/// Whether some may wait, but not all.
fn line(slots: &Slots) -> bool {
    slots.queue != Capacity::Unlimited && !slots.max_wait.is_zero()
}
