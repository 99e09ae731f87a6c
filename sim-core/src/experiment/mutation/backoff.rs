//! Back-off without its jitter: all that failed together come back together.

use super::{Mutant, Operator};
use crate::experiment::site::Site;
use crate::policy::backoff::Backoff;
use crate::schema::{Policy, Scenario};

pub(super) const OPERATOR: Operator = Operator { name: "jitter dropped", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    let each = |site: Site<'_>| {
        let delay = site.call.policies.iter().find_map(steady)?;
        let what = format!("{} with {delay} between retries, without jitter", site.name());
        Some(Mutant::new(OPERATOR, what, site.set("retry.delay", &delay.to_string())))
    };
    Site::all(scenario).filter_map(each).collect()
}

/// The ceilings of its jitter; none where there is no jitter to drop.
fn steady(policy: &Policy) -> Option<Backoff> {
    let Policy::Retry(retry) = policy else { return None };
    match retry.backoff {
        Backoff::FullJitter { base, cap }
        | Backoff::EqualJitter { base, cap }
        | Backoff::RandomizedExponential { base, cap }
        | Backoff::DecorrelatedJitter { base, cap }
        | Backoff::SharedDecorrelatedJitter { base, cap } => {
            Some(Backoff::Exponential { base, cap })
        }
        Backoff::Constant { .. }
        | Backoff::Linear { .. }
        | Backoff::Exponential { .. }
        | Backoff::Fibonacci { .. } => None,
    }
}
