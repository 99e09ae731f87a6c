//! Deploys as faults: a bad one fails requests until it is seen and undone.
//!
//! With a canary it reaches a part of the traffic at first, and goes everywhere only if nobody has
//! seen by then that it is bad.

use crate::rng::{Purpose, Seed, Stream};
use crate::schema::system::{Deploy, System};
use crate::time::SimDuration;

/// What happens to a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is deployed.
    Starts,
    /// It goes from the canary to all traffic.
    Widens,
    /// It is undone.
    Ends,
}

/// The deploys of a system.
#[derive(Debug)]
pub(super) struct Rollout<'m> {
    deploy: &'m Deploy,
    /// The part of the traffic that a bad version has.
    reach: f64,
    stream: Stream,
}

impl<'m> Rollout<'m> {
    /// A good version; and the time until the next.
    pub(super) fn new(system: &'m System, seed: Seed) -> Option<(Self, SimDuration)> {
        let deploy = system.deploy.as_ref()?;
        let stream = Stream::new(seed, Purpose::Deploy, &system.name);
        let mut rollout = Self { deploy, reach: 0.0, stream };
        let first = deploy.every.sample(&mut rollout.stream);
        Some((rollout, first))
    }

    /// Lets a step happen; the steps that follow, and after how long.
    pub(super) fn happen(&mut self, step: Step) -> impl Iterator<Item = (SimDuration, Step)> {
        let steps = match step {
            Step::Starts => self.starts(),
            Step::Widens => {
                self.reach = 1.0;
                [None; 3]
            }
            Step::Ends => {
                self.reach = 0.0;
                [None; 3]
            }
        };
        steps.into_iter().flatten()
    }

    fn starts(&mut self) -> [Option<(SimDuration, Step)>; 3] {
        let Deploy { every, bad, detect, rollback, canary, .. } = self.deploy;
        let next = Some((every.sample(&mut self.stream), Step::Starts));
        // Nobody deploys over a version that is being undone.
        let bad = self.stream.chance(*bad) && self.reach == 0.0;
        if !bad {
            return [next, None, None];
        }
        let seen = detect.sample(&mut self.stream);
        let undone = seen + rollback.sample(&mut self.stream);
        let ends = Some((undone, Step::Ends));
        let Some(canary) = canary else {
            self.reach = 1.0;
            return [next, None, ends];
        };
        self.reach = canary.share;
        let widens = (seen > canary.lasts).then_some((canary.lasts, Step::Widens));
        [next, widens, ends]
    }

    /// The share of the traffic that is lost.
    pub(super) fn lost(&self) -> f64 {
        self.reach * self.deploy.impact
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;
    use crate::schema::system::{Canary, Mode};

    const MINUTE: SimDuration = SimDuration::from_secs(60);

    fn minutes(minutes: u64) -> Distribution {
        Distribution::constant(MINUTE.saturating_mul(minutes))
    }

    fn lost_after(canary: Option<Canary>, bad: f64) -> (f64, Vec<(SimDuration, Step)>) {
        let deploy = Deploy {
            every: minutes(1_000),
            bad,
            impact: 0.5,
            detect: minutes(4),
            rollback: minutes(1),
            canary,
        };
        let system = System {
            name: "s".to_owned(),
            copies: Vec::new(),
            needs: 1,
            crews: None,
            mode: Mode::ActiveActive,
            failover: None,
            common_cause: None,
            deploy: Some(deploy),
            depends_on: Vec::new(),
            slo: None,
        };
        let (mut rollout, first) =
            Rollout::new(&system, Seed { root: 1, replication: 0 }).expect("it deploys");
        assert_eq!((first, rollout.lost()), (MINUTE.saturating_mul(1_000), 0.0));
        let steps: Vec<_> = rollout.happen(Step::Starts).skip(1).collect();
        (rollout.lost(), steps)
    }

    #[test]
    fn a_bad_version_fails_what_reaches_it_until_it_is_undone() {
        let ends = (MINUTE.saturating_mul(5), Step::Ends);
        assert_eq!(lost_after(None, 1.0), (0.5, vec![ends]));
        assert_eq!(lost_after(None, 0.0), (0.0, vec![]));
        let canary = |minutes| Canary { share: 0.1, lasts: MINUTE.saturating_mul(minutes) };
        assert_eq!(lost_after(Some(canary(4)), 1.0), (0.05, vec![ends]), "seen in time");
        let widens = (MINUTE.saturating_mul(3), Step::Widens);
        assert_eq!(lost_after(Some(canary(3)), 1.0), (0.05, vec![widens, ends]));
    }
}
