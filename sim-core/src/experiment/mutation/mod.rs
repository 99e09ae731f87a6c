//! Mutants of a scenario: each has one thing about its policies gone or done wrongly.
//!
//! Expectations are worth something if they notice: a mutant of which every expectation still holds
//! is a hole in them. Operators stand one a file, and [`OPERATORS`] lists them. They see a checked
//! scenario and answer with overrides, so that a mutant is checked like any other variant, and
//! anybody can run it with `--set`.
//!
//! Source: `DeMillo`, Lipton, Sayward, "Hints on Test Data Selection", Computer 11(4), 1978; the
//! operators are for policies what theirs are for programs: each is a mistake that is made.

mod backoff;
mod budget;
mod deadline;
mod fate;
mod order;
mod queue;
mod removal;
mod sharing;
mod shedding;
mod staleness;

use crate::scenario::{Diagnostic, Source};
use crate::schema::Scenario;

pub use fate::{Fate, Noticed};

/// A way to make a scenario worse.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// What it does, in a word or two.
    pub name: &'static str,
    mutants: fn(&Scenario) -> Vec<Mutant>,
}

/// All of them, in the order in which mutants are told.
pub const OPERATORS: &[Operator] = &[
    removal::OPERATOR,
    order::OPERATOR,
    sharing::OPERATOR,
    budget::OPERATOR,
    backoff::OPERATOR,
    queue::OPERATOR,
    deadline::OPERATOR,
    shedding::OPERATOR,
    staleness::OPERATOR,
];

/// A scenario with one thing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The name of the operator that made it.
    pub operator: &'static str,
    /// What is changed, in words: `checkout -> fraud without its timeout`.
    pub what: String,
    /// The overrides that change it.
    pub sets: Vec<String>,
    /// The pool that they need and the file does not have.
    pub pool: Option<NewPool>,
}

/// A pool that a mutant adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPool {
    /// A name that nothing in the scenario has.
    pub name: String,
    /// Its settings, lines of TOML.
    pub settings: String,
}

impl Mutant {
    /// All mutants of a scenario.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        OPERATORS.iter().flat_map(|it| (it.mutants)(scenario)).collect()
    }

    /// The scenario's source with the change.
    ///
    /// # Errors
    ///
    /// If an override leads nowhere: in a variant that has calls that the base has not.
    pub fn of(&self, source: &Source) -> Result<Source, Vec<Diagnostic>> {
        let mut mutant = source.clone();
        if let Some(pool) = &self.pool {
            mutant.add_pool(&pool.name, &pool.settings)?;
        }
        self.sets.iter().try_for_each(|it| mutant.set(it))?;
        Ok(mutant)
    }

    /// One that needs a single override.
    fn new(operator: Operator, what: String, set: String) -> Self {
        Self { operator: operator.name, what, sets: vec![set], pool: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Checked, NoFiles, parse};
    use crate::schema::{Fallback, Policy};

    /// Something for every operator.
    const SHOP: &str = r#"
        format = 1
        title = "a shop"
        run = { duration = "1m" }
        load.users = { to = "shop", rate = "1/s" }
        service.stock = { workers = 1, time = "1ms", queue = { slots = 5 } }
        pool.shared = { slots = 4, max_wait = "1s", queue = 9 }
        [service.shop]
        workers = 1
        time = "1ms"
        deadline = "2s"
        shed = { at = "85% of workers" }
        instances = 3
        [[service.shop.call]]
        to = "stock"
        policy = ["fallback", "breaker", "bulkhead", "timeout"]
        timeout = "1s"
        bulkhead = { slots = 7, max_wait = "50ms", queue = 3 }
        breaker = { open_at = "5 consecutive", open_for = "5s" }
        fallback = { static = "cached", max_age = "1m" }
        response_timeout = "900ms"
        [[service.shop.call]]
        to = "stock"
        name = "again"
        policy = ["retry", "bulkhead"]
        retry = { attempts = 2, delay = "full_jitter(50ms, cap=200ms)", budget = "10%" }
        bulkhead = { slots = 20, scope = "service" }
    "#;

    fn checked(source: &Source) -> Checked {
        source.check(None, &NoFiles).unwrap_or_else(|it| panic!("{it:#?}"))
    }

    fn mutants_of(operator: &str) -> Vec<(String, Checked)> {
        let source = parse(SHOP).expect("it is TOML");
        let mutants = Mutant::all(&checked(&source));
        let of = mutants.into_iter().filter(|it| it.operator == operator);
        of.map(|it| {
            let mutant = it.of(&source).unwrap_or_else(|fault| panic!("{}: {fault:?}", it.what));
            (it.what, checked(&mutant))
        })
        .collect()
    }

    #[test]
    fn every_mutant_can_be_made_and_is_named_once() {
        let mut names: Vec<_> =
            OPERATORS.iter().flat_map(|it| mutants_of(it.name)).map(|it| it.0).collect();
        assert!(OPERATORS.iter().all(|it| !mutants_of(it.name).is_empty()));
        let count = names.len();
        assert_eq!(count, 7 + 4 + 1 + 1 + 1 + 2 + 1 + 1 + 1);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn removal_takes_one_layer_away() {
        let mutants = mutants_of("removed");
        assert_eq!(mutants[0].0, "shop -> stock without its fallback");
        let layers = |it: &Checked, call: usize| -> Vec<_> {
            it.services[1].ops[0].calls[call].policies.iter().map(Policy::name).collect()
        };
        let inner = "response_timeout";
        assert_eq!(layers(&mutants[0].1, 0), ["breaker", "bulkhead", "timeout", inner]);
        assert_eq!(layers(&mutants[0].1, 1), ["retry", "bulkhead"]);
        assert_eq!(mutants[4].0, "shop -> stock without its response timeout");
        assert_eq!(layers(&mutants[4].1, 0).len(), 4);
        assert_eq!(layers(&mutants[5].1, 1), ["bulkhead"]);
    }

    #[test]
    fn order_swaps_neighbours() {
        let mutants = mutants_of("order turned");
        assert_eq!(mutants[1].0, "shop -> stock with its bulkhead outside its breaker");
        let policies = &mutants[1].1.services[1].ops[0].calls[0].policies;
        let layers: Vec<_> = policies.iter().map(Policy::name).collect();
        let inner = "response_timeout";
        assert_eq!(layers, ["fallback", "bulkhead", "breaker", "timeout", inner]);
    }

    #[test]
    fn sharing_makes_one_pool_of_all_slots() {
        let mutants = mutants_of("bulkheads shared");
        assert_eq!(mutants[0].0, "shop with one bulkhead of 41 slots for stock, again");
        let pool = &mutants[0].1.pools[1];
        // Three instances of 7 slots each, and 20 for all.
        assert_eq!((&*pool.name, pool.slots.slots), ("shared-2", 41));
        assert_eq!(pool.slots.max_wait, crate::time::SimDuration::from_millis(50));
        let shop = &mutants[0].1.services[1];
        assert!(shop.uses(pool) && shop.ops[0].calls[0].policies.len() == 5);
    }

    #[test]
    fn settings_are_made_worse() {
        let scenario = |operator: &str| mutants_of(operator).swap_remove(0).1;
        let retry = |it: &Checked| match &it.services[1].ops[0].calls[1].policies[0] {
            Policy::Retry(retry) => retry.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(retry(&scenario("budget dropped")).budget, None);
        let delay = retry(&scenario("jitter dropped")).backoff.to_string();
        assert_eq!(delay, "exponential(50ms, cap=200ms)");
        assert_eq!(scenario("deadline dropped").services[1].deadline, None);
        assert_eq!(scenario("shedding dropped").services[1].shed, None);
        let stale = scenario("fallback stale");
        let Policy::Fallback(chain) = &stale.services[1].ops[0].calls[0].policies[0] else {
            panic!("it is still there")
        };
        let Fallback::Cached(copy) = &chain[0] else { panic!("{chain:?}") };
        let every = Some(crate::time::SimDuration::from_secs(86_400));
        assert_eq!((copy.max_age, copy.refresh_every), (crate::time::SimDuration::MAX, every));
        let queues = mutants_of("queue unlimited");
        let names: Vec<_> = queues.iter().map(|it| &*it.0).collect();
        assert_eq!(
            names,
            [
                "stock with a queue without limit",
                "shop -> stock with a bulkhead whose line has no limit"
            ]
        );
    }
}
