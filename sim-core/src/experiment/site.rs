//! The calls of a scenario, each with the path by which overrides reach it.

use crate::schema::{Call, Operation, Policy, Scenario, Service};

/// A call and where it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'s> {
    pub(super) service: &'s Service,
    operation: &'s Operation,
    pub(super) call: &'s Call,
}

impl<'s> Site<'s> {
    /// All calls, in the file's order.
    pub(super) fn all(scenario: &'s Scenario) -> impl Iterator<Item = Self> {
        scenario.services.iter().flat_map(Self::of)
    }

    /// The calls of one service.
    pub(super) fn of(service: &'s Service) -> impl Iterator<Item = Self> {
        let calls = move |operation: &'s Operation| {
            operation.calls.iter().map(move |call| Self { service, operation, call })
        };
        service.ops.iter().flat_map(calls)
    }

    /// The name that reports give it: `shop -> stock`, `shop.buy -> stock`.
    pub(super) fn name(&self) -> String {
        match &*self.operation.name {
            "" => format!("{} -> {}", self.service.name, self.call.name),
            op => format!("{}.{op} -> {}", self.service.name, self.call.name),
        }
    }

    /// The override that gives one of its keys this value, which is TOML.
    pub(super) fn set(&self, key: &str, value: &str) -> String {
        let (service, call) = (&self.service.name, &self.call.name);
        match &*self.operation.name {
            "" => format!("service.{service}.call.{call}.{key}={value}"),
            op => format!("service.{service}.op.{op}.call.{call}.{key}={value}"),
        }
    }

    /// The names of its policies that have a place in an order, outermost first.
    pub(super) fn layers(&self) -> impl Iterator<Item = &'static str> {
        let placed = |it: &&Policy| !matches!(it, Policy::ResponseTimeout(_));
        self.call.policies.iter().filter(placed).map(Policy::name)
    }

    /// Whether it has a `response_timeout`, which is always the innermost.
    pub(super) fn waits_for_response(&self) -> bool {
        matches!(self.call.policies.last(), Some(Policy::ResponseTimeout(_)))
    }

    /// The override that leaves it these policies, outermost first.
    pub(super) fn with_layers(&self, layers: impl Iterator<Item = &'static str>) -> String {
        let quoted: Vec<_> = layers.map(|it| format!("\"{it}\"")).collect();
        self.set("policy", &format!("[{}]", quoted.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{NoFiles, parse};

    #[test]
    fn overrides_reach_the_calls_that_they_are_made_of() {
        let text = r#"
            format = 1
            title = "t"
            run = { duration = "1m" }
            load.users = { to = "shop.buy", rate = "1/s" }
            service.stock = { workers = 1, time = "1ms" }
            [service.shop]
            workers = 1
            [[service.shop.op.buy.call]]
            to = "stock"
            timeout = "1s"
            breaker = { open_at = "5 consecutive", open_for = "5s" }
            [[service.shop.op.buy.call]]
            to = "stock"
            name = "again"
        "#;
        let mut source = parse(text).expect("it is TOML");
        let checked = source.check(None, &NoFiles).expect("it is right");
        let sites: Vec<_> = Site::all(&checked).collect();
        let names: Vec<_> = sites.iter().map(Site::name).collect();
        assert_eq!(names, ["shop.buy -> stock", "shop.buy -> again"]);
        assert_eq!(sites[0].layers().collect::<Vec<_>>(), ["breaker", "timeout"]);
        let turned = sites[0].with_layers(["timeout", "breaker"].into_iter());
        assert_eq!(turned, "service.shop.op.buy.call.stock.policy=[\"timeout\", \"breaker\"]");
        source.set(&turned).expect("the path leads there");
        let checked = source.check(None, &NoFiles).expect("it stays right");
        let turned = Site::all(&checked).next().expect("there are two");
        assert_eq!(turned.layers().collect::<Vec<_>>(), ["timeout", "breaker"]);
    }
}
