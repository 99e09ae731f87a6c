//! Timeouts that do not fit what is around them.

use sim_core::schema::{Call, Scenario};
use sim_core::time::SimDuration;

use super::{Advice, Site, least_wait, operation, retry, timeout, total_timeout};

/// A timeout longer than the deadline of the service that waits, tries that the deadline cuts off,
/// and callees that wait longer for others than their caller waits for them.
pub(super) fn advice(scenario: &Scenario) -> Vec<Advice> {
    let mut all = Vec::new();
    for site in Site::all(scenario) {
        let own = site.service.deadline;
        let limit = timeout(site.call);
        match (own, limit) {
            (Some(deadline), Some(limit)) if limit > deadline => all.push(Advice {
                rule: "timeout-past-deadline",
                path: site.path("timeout"),
                reason: format!(
                    "`{}` waits {limit} for each try, but `{}` has to answer in {deadline}: the \
                     deadline always comes first",
                    site.name(),
                    site.service.name
                ),
                remedy: format!("make the timeout less than {deadline}"),
            }),
            (Some(deadline), Some(limit)) => all.extend(cut_off(&site, deadline, limit)),
            _ => {}
        }
        all.extend(outlived(&site, scenario));
    }
    all
}

/// Tries that the deadline leaves no time for, if each times out.
fn cut_off(site: &Site<'_>, deadline: SimDuration, limit: SimDuration) -> Option<Advice> {
    let retry = retry(site.call)?;
    let all = limit.saturating_mul(u64::from(retry.attempts)) + least_wait(retry);
    let bounded = total_timeout(site.call).is_some_and(|it| it < deadline);
    if all < deadline + limit || bounded {
        return None;
    }
    Some(Advice {
        rule: "tries-past-deadline",
        path: site.path("retry"),
        reason: format!(
            "{} tries of {limit} take {all} if each times out, and `{}` has to answer in {deadline}",
            retry.attempts, site.service.name
        ),
        remedy: "fewer tries, a shorter timeout, or a `total_timeout` below the deadline"
            .to_owned(),
    })
}

/// A callee that goes on waiting for its own callees when its caller has long left.
fn outlived<'s>(site: &Site<'s>, scenario: &'s Scenario) -> Option<Advice> {
    let limit = timeout(site.call)?;
    let (service, op) = operation(scenario, &site.call.to)?;
    // A deadline goes with the request: who works on for nobody stops when it passes.
    let stops = |it: SimDuration| it <= limit;
    if service.deadline.is_some_and(stops) || site.service.deadline.is_some_and(stops) {
        return None;
    }
    let waits = |call: &'s Call| {
        let once = timeout(call)?;
        let tries = retry(call).map_or(1, |it| u64::from(it.attempts));
        let all = once.saturating_mul(tries);
        Some((total_timeout(call).map_or(all, |it| it.min(all)), call))
    };
    let (longest, call) = op.calls.iter().filter_map(waits).max_by_key(|it| it.0)?;
    (longest > limit).then(|| Advice {
        rule: "callee-outlives-caller",
        path: site.path("timeout"),
        reason: format!(
            "`{}` gives up after {limit}, but `{}` may wait {longest} for `{}`: it works on for nobody",
            site.name(),
            service.name,
            call.name
        ),
        remedy: format!(
            "let the inner waits end first, or give `{}` a deadline of at most {limit}",
            service.name
        ),
    })
}
