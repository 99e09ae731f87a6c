//! Which patterns a scenario's calls have, and how to take some of them away.
//!
//! A pattern is a kind of policy, on all calls that have it. What it is worth is seen by running
//! all combinations ([`super::Factorial`]).

use super::site::Site;
use crate::schema::Scenario;

/// The order in which patterns are told: that in which they stand around a call by default.
const PATTERNS: [&str; 7] =
    ["fallback", "total_timeout", "retry", "breaker", "limit", "bulkhead", "timeout"];

/// The kinds of policies that any of the calls has; `only` says which calls, by the names that
/// reports give them (all, where it is empty).
pub fn patterns(scenario: &Scenario, only: &[String]) -> Vec<&'static str> {
    let has =
        |pattern: &&str| chosen(scenario, only).any(|it| it.layers().any(|it| it == *pattern));
    PATTERNS.into_iter().filter(has).collect()
}

/// The names of all calls.
pub fn calls(scenario: &Scenario) -> Vec<String> {
    Site::all(scenario).map(|it| it.name()).collect()
}

/// The overrides that take these patterns away from those calls.
pub fn without(scenario: &Scenario, only: &[String], patterns: &[&str]) -> Vec<String> {
    let affected = chosen(scenario, only).filter(|it| it.layers().any(|it| patterns.contains(&it)));
    affected.map(|it| it.with_layers(it.layers().filter(|it| !patterns.contains(it)))).collect()
}

fn chosen<'s>(scenario: &'s Scenario, only: &'s [String]) -> impl Iterator<Item = Site<'s>> {
    Site::all(scenario).filter(|it| only.is_empty() || only.contains(&it.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{NoFiles, parse};

    #[test]
    fn patterns_are_taken_from_the_calls_that_have_them() {
        let text = r#"
            format = 1
            title = "t"
            run = { duration = "1m" }
            load.users = { to = "shop", rate = "1/s" }
            service.stock = { workers = 1, time = "1ms" }
            [service.shop]
            workers = 1
            [[service.shop.call]]
            to = "stock"
            timeout = "1s"
            fallback = "cached"
            [[service.shop.call]]
            to = "stock"
            name = "again"
            timeout = "1s"
            [[service.shop.call]]
            to = "stock"
            name = "bare"
        "#;
        let scenario = parse(text).and_then(|it| it.check(None, &NoFiles)).expect("it is right");
        let again = ["shop -> again".to_owned()];
        assert_eq!(patterns(&scenario, &[]), ["fallback", "timeout"]);
        assert_eq!(patterns(&scenario, &again), ["timeout"]);
        assert_eq!(calls(&scenario), ["shop -> stock", "shop -> again", "shop -> bare"]);
        let both =
            ["service.shop.call.stock.policy=[\"fallback\"]", "service.shop.call.again.policy=[]"];
        assert_eq!(without(&scenario, &[], &["timeout"]), both);
        assert_eq!(without(&scenario, &again, &["timeout", "fallback"]), both[1..]);
    }
}
