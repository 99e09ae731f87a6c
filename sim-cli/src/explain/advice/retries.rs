//! Retries that multiply from layer to layer.

use std::collections::BTreeMap;

use sim_core::schema::{Scenario, Target};

use super::{Advice, Site, op_name, retry};

/// Attempts at the end of a chain for one request at its beginning, from which on it is told.
const MANY: f64 = 9.0;

/// The chain in which one request can become most attempts.
#[derive(Clone)]
struct Chain<'s> {
    attempts: f64,
    /// The retrying calls, first to last.
    layers: Vec<Site<'s>>,
}

/// The worst chain, if two layers of it or more retry without a budget.
pub(super) fn advice(scenario: &Scenario) -> Vec<Advice> {
    let mut known = BTreeMap::new();
    let starts = scenario.loads.iter().map(|it| it.to.clone()).collect::<Vec<_>>();
    let worst = starts.into_iter().map(|it| from(&it, scenario, &mut known));
    let Some(worst) = worst.max_by(|a, b| a.attempts.total_cmp(&b.attempts)) else {
        return Vec::new();
    };
    let [first, .., last] = &worst.layers[..] else { return Vec::new() };
    if worst.attempts < MANY {
        return Vec::new();
    }
    let factors: Vec<_> = worst.layers.iter().map(|it| format!("{}", factor(*it))).collect();
    let names: Vec<_> = worst.layers.iter().map(|it| format!("`{}`", it.name())).collect();
    vec![Advice {
        rule: "retries-multiply",
        path: first.path("retry"),
        reason: format!(
            "when `{}` fails, one request becomes {} attempts at it, {}: {} retry",
            op_name(&last.call.to),
            worst.attempts,
            factors.join(" × "),
            names.join(", ")
        ),
        remedy: "retry at one layer only, the one nearest to what fails, or give each a `budget` \
                 such as \"10%\""
            .to_owned(),
    }]
}

/// Attempts that one call can become; a budget allows a share more of all calls.
fn factor(site: Site<'_>) -> f64 {
    retry(site.call).map_or(1.0, |it| match it.budget {
        Some(share) => 1.0 + share,
        None => f64::from(it.attempts),
    })
}

/// The worst chain that begins at an operation. Calls form no circle; what is known is not worked
/// out again.
fn from<'s>(
    start: &Target,
    scenario: &'s Scenario,
    known: &mut BTreeMap<Target, Chain<'s>>,
) -> Chain<'s> {
    let mut stack = vec![(start.clone(), false)];
    while let Some((target, ready)) = stack.pop() {
        if known.contains_key(&target) {
            continue;
        }
        let calls = || Site::all(scenario).filter(|it| it.from() == target);
        if !ready {
            stack.push((target.clone(), true));
            stack.extend(calls().map(|it| (it.call.to.clone(), false)));
            continue;
        }
        let none = Chain { attempts: 1.0, layers: Vec::new() };
        let chains = calls().map(|it| {
            let inner = known.get(&it.call.to).unwrap_or(&none);
            let mut layers = Vec::new();
            if factor(it) >= 2.0 {
                layers.push(it);
            }
            layers.extend(&inner.layers);
            Chain { attempts: factor(it) * inner.attempts, layers }
        });
        let worst = chains.max_by(|a, b| a.attempts.total_cmp(&b.attempts));
        let worst = worst.unwrap_or(none);
        known.insert(target, worst);
    }
    known[start].clone()
}
