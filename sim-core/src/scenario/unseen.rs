//! Statements about what no variant has: a breaker's openings where no variant has the breaker.
//!
//! A statement may be of what only some variants have: it is skipped in the others. One that is
//! skipped in all of them is never judged, and looks like one that holds.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Code, Diagnostic};
use super::place::Place;
use super::shortened::shortened;
use crate::schema::{
    Bulkhead, Call, Fact, Fallback, Operation, Policy, Scenario, Service, Statement,
};

/// A call by the name that reports give it, and what guards it.
type Guard = (String, &'static str);

const BREAKER: &str = "breaker";
const BULKHEAD: &str = "bulkhead";
const EFFECT: &str = "effect";
const COPY: &str = "fallback with a copy";

/// The guards of all variants so far, and those that statements are about.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    there: BTreeSet<Guard>,
    stated: BTreeMap<Guard, Vec<Place>>,
}

impl Guards {
    /// Adds those of a variant.
    pub(crate) fn add(&mut self, scenario: &Scenario) {
        for service in &scenario.services {
            for op in &service.ops {
                self.there.extend(effects(service, op));
                let op_name = if op.name.is_empty() { "" } else { &format!(".{}", op.name) };
                for call in &op.calls {
                    let name = format!("{}{op_name} -> {}", service.name, call.name);
                    self.there.extend(guards(call).map(|it| (name.clone(), it)));
                }
            }
        }
        let steady = scenario.steady.iter().flat_map(|it| &it.expects);
        for fact in scenario.expects.iter().map(|it| &it.that).chain(steady) {
            if let Some(guard) = guard_of(fact) {
                self.stated.entry(guard).or_default().push(fact.place());
            }
        }
    }

    /// One fault for each statement about a guard that is not there.
    pub(crate) fn faults(&self) -> impl Iterator<Item = Diagnostic> {
        let missing = self.stated.iter().filter(|it| !self.there.contains(it.0));
        missing.flat_map(|((call, guard), places)| {
            places.iter().map(move |place| fault(call, guard, *place))
        })
    }
}

fn guards(call: &Call) -> impl Iterator<Item = &'static str> {
    call.policies.iter().filter_map(|it| match it {
        Policy::Breaker(_) => Some(BREAKER),
        Policy::Bulkhead(Bulkhead::Own(_)) => Some(BULKHEAD),
        Policy::Fallback(chain) if chain.iter().any(|it| matches!(it, Fallback::Cached(_))) => {
            Some(COPY)
        }
        _ => None,
    })
}

/// An operation with an effect, which is its service's, too.
fn effects(service: &Service, op: &Operation) -> impl Iterator<Item = Guard> {
    let of_op = format!("{}.{}", service.name, op.name);
    let names = [service.name.clone(), of_op].into_iter();
    let there = op.effect.is_some();
    names.filter(move |_| there).map(|it| (it, EFFECT))
}

/// The guard that a fact is about, if it is about one.
fn guard_of(fact: &Fact) -> Option<Guard> {
    match fact {
        Fact::Metric(statement) => stated(statement),
        Fact::State(state) => Some((state.call.clone(), BREAKER)),
    }
}

/// The guard that a statement is about, if it is about one.
fn stated(statement: &Statement) -> Option<Guard> {
    let Statement { entity, metric, .. } = statement;
    if metric.name.starts_with("breaker.") {
        return Some((entity.clone(), BREAKER));
    }
    if metric.name.starts_with("effects.") {
        return Some((entity.clone(), EFFECT));
    }
    if metric.name.starts_with("copy.") {
        return Some((entity.clone(), COPY));
    }
    let call = entity.strip_suffix(".pool").filter(|it| it.contains(" -> "))?;
    Some((call.to_owned(), BULKHEAD))
}

fn fault(call: &str, guard: &str, place: Place) -> Diagnostic {
    let whose = if guard == BULKHEAD { " of its own" } else { "" };
    let message = format!("`{}` has no {guard}{whose} in any variant", shortened(call));
    let help = "nothing would be measured: give it one, or take the statement out";
    Diagnostic::new(Code::Conflict, place, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::Diagnostic;
    use crate::scenario::{NoFiles, parse};

    const CALLS: &str = r#"
        format = 1
        title = "calls"
        run = { duration = "1m" }
        load.l = { to = "a.x", rate = "1/s" }
        service.b = { workers = 9, time = "1ms" }
        pool.p = { slots = 3, max_wait = "0s" }
        service.a.workers = 9
        service.a.op.y = { time = "1ms" }
        [service.a.op.x]
        time = "1ms"
        [[service.a.op.x.call]]
        to = "b"
        BASE
        [variant.v]
        VARIANT
        [[expect]]
        that = "STATED"
    "#;

    const BREAKER: &str = "{ open_at = \"3 consecutive\", open_for = \"1s\", probes = 1 }";
    const OWN: &str = "{ slots = 2, max_wait = \"0s\" }";
    const SHARED: &str = "{ pool = \"p\" }";

    /// The call with one guard, or without.
    fn guarded(path: &str, guard: &str, with: Option<&str>) -> String {
        let policy = format!("\"{path}policy\"");
        match with {
            Some(with) => format!("{policy} = [\"{guard}\"]\n\"{path}{guard}\" = {with}"),
            None => format!("{policy} = []"),
        }
    }

    fn text(guard: &str, base: Option<&str>, variant: Option<&str>, stated: &str) -> String {
        let variant = guarded("service.a.op.x.call.b.", guard, variant);
        let text = CALLS.replace("BASE", &guarded("", guard, base));
        text.replace("VARIANT", &variant).replace("STATED", stated)
    }

    fn faults(guard: &str, base: Option<&str>, variant: Option<&str>, stated: &str) -> Vec<String> {
        let text = text(guard, base, variant, stated);
        let faults = parse(&text).expect("TOML").check_all(&NoFiles).err().unwrap_or_default();
        let told = |it: &Diagnostic| {
            assert!(text[it.span.clone()].contains(stated), "{it:?}");
            it.message.clone()
        };
        faults.iter().map(told).collect()
    }

    #[test]
    fn what_no_variant_has_cannot_be_expected() {
        let none: [&str; 0] = [];
        let stated = "b.breaker.opened == 0";
        assert_eq!(faults("breaker", Some(BREAKER), None, stated), none, "base has it");
        assert_eq!(faults("breaker", None, Some(BREAKER), stated), none, "the variant has it");
        let told = faults("breaker", None, None, stated);
        assert_eq!(told, ["`a.x -> b` has no breaker in any variant"]);
        let stated = "a.x -> b.pool.rejected == 0";
        assert_eq!(faults("bulkhead", Some(OWN), None, stated), none);
        assert_eq!(faults("bulkhead", Some(SHARED), Some(OWN), stated), none);
        let told = faults("bulkhead", Some(SHARED), None, stated);
        assert_eq!(told, ["`a.x -> b` has no bulkhead of its own in any variant"]);
        assert_eq!(faults("bulkhead", Some(SHARED), None, "p.rejected == 0"), none);
    }

    #[test]
    fn who_takes_a_guard_away_by_hand_may() {
        let text = text("breaker", Some(BREAKER), None, "b.breaker.opened == 0");
        let mut source = parse(&text).expect("TOML");
        assert_eq!(source.check_all(&NoFiles), Ok(()));
        source.set("service.a.op.x.call.b.policy=[]").expect("it leads somewhere");
        assert_eq!(source.check_all(&NoFiles), Ok(()), "skipped then");
    }
}
