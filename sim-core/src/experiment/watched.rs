//! Verdicts of what is judged in each replication by itself as it runs: states, and what comes true
//! within a time.
//!
//! A replication that an abort or a limit ended too early to tell neither holds nor fails. As long
//! as those could turn the verdict, it is open.

use super::Replication;
use super::claim::Claim;
use super::rollback::Reach;
use super::sighting::Sighting;
use super::verdict::{ABORTED, LIMITED, NEVER, STAGE};
use crate::metric::{Nature, Unit};
use crate::model::{Model, Phase};
use crate::report::{Estimate, Moment, Outcome, Standing, Verdict};
use crate::schema::When;
use crate::statistics::Moments;
use crate::time::SimDuration;

/// A watched claim, and what the replications so far say of it.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    claim: Claim,
    /// Its number among all claims.
    index: usize,
    /// Its number among the watched ones.
    watch: usize,
    /// Replications in which it holds.
    holds: u64,
    /// Replications that can tell.
    told: u64,
    /// Replications that something ended too early to tell, and by what.
    cut: u64,
    why: Option<&'static str>,
    /// In which it failed in a stage.
    broke: u64,
    /// Shares of time, or moments in seconds after the anchor.
    values: Vec<f64>,
}

/// What one replication says.
enum Said {
    Holds(bool),
    Cut(&'static str),
    Nothing(&'static str),
}

impl Judge {
    pub(super) fn new(claim: Claim, index: usize, watch: usize) -> Self {
        let (holds, told, cut, why, broke, values) = (0, 0, 0, None, 0, Vec::new());
        Self { claim, index, watch, holds, told, cut, why, broke, values }
    }

    /// Adds the next replication.
    pub(super) fn push(&mut self, replication: &Replication, model: &Model) {
        let sighting = replication.sightings[self.watch];
        self.broke += u64::from(replication.broke_in_a_stage(self.index));
        match self.said(sighting, replication, model) {
            Said::Holds(holds) => {
                self.told += 1;
                self.holds += u64::from(holds);
            }
            Said::Cut(why) => {
                self.cut += 1;
                self.why = Some(why);
            }
            Said::Nothing(why) => self.why = self.why.or(Some(why)),
        }
        self.values.extend(match sighting {
            Sighting::Moment { came, .. } => came.map(SimDuration::as_secs_f64),
            Sighting::State { share, .. } => Some(share).filter(|it| it.is_finite()),
            Sighting::Nothing(_) => None,
        });
    }

    fn said(&self, sighting: Sighting, replication: &Replication, model: &Model) -> Said {
        match (sighting, &self.claim.when) {
            (Sighting::Nothing(why), _) => Said::Nothing(why),
            (Sighting::Moment { came, to_the_end, begun }, When::Within(within)) => {
                match came.map(|it| it <= within.bound) {
                    Some(in_time) => Said::Holds(in_time),
                    None if to_the_end => Said::Holds(false),
                    None if begun => Said::Cut(ended_by(replication)),
                    None => Said::Nothing(NEVER),
                }
            }
            (Sighting::State { throughout, .. }, When::During(during)) => {
                let phase = |it: &&Phase| it.name == *during;
                let phase = model.timeline.phases.iter().find(phase);
                match phase.map_or(Reach::Never, |it| replication.reach(it, model)) {
                    Reach::Never => Said::Nothing(NEVER),
                    Reach::Whole => Said::Holds(throughout),
                    Reach::Aborted | Reach::Limited if !throughout => Said::Holds(false),
                    Reach::Aborted => Said::Cut(ABORTED),
                    Reach::Limited => Said::Cut(LIMITED),
                }
            }
            (Sighting::Moment { .. }, When::During(_))
            | (Sighting::State { .. }, When::Within(_)) => {
                unreachable!("a claim is watched for what it is")
            }
        }
    }

    fn outcome(&self, replications: u32) -> (Outcome, Option<&'static str>) {
        let failed = self.told - self.holds;
        // Not quite, so that 19 of 20 are 95 %.
        let allowed = (1.0 - self.claim.share) * f64::from(replications) + 1e-9;
        if self.broke as f64 > allowed {
            return (Outcome::Fail, Some(STAGE));
        }
        if failed as f64 > allowed {
            return (Outcome::Fail, None);
        }
        match self.told + self.cut {
            0 => (Outcome::Skipped, self.why),
            _ if self.told < u64::from(replications) => (Outcome::Inconclusive, self.why),
            _ => (Outcome::Pass, None),
        }
    }

    /// The verdict in the variant of that name, of so many replications.
    pub(super) fn verdict(mut self, variant: &str, replications: u32) -> Verdict {
        let (outcome, why) = self.outcome(replications);
        self.values.sort_by(f64::total_cmp);
        let mut moments = Moments::new();
        self.values.iter().for_each(|it| moments.push(*it));
        let fails_here = self.claim.fails_in.iter().any(|it| it == variant);
        let (during, unit, nature, bound, moment) = match &self.claim.when {
            When::During(during) => (during.clone(), Unit::Share, Nature::State, None, None),
            When::Within(within) => {
                let moment = Moment {
                    lasting: within.lasting.as_secs_f64(),
                    over: within.over.as_secs_f64(),
                    came_true_in: self.values.len() as u64,
                    median: median(&self.values),
                };
                let bound = Some(within.bound.as_secs_f64());
                (within.text.clone(), Unit::Seconds, Nature::Moment, bound, Some(moment))
            }
        };
        Verdict {
            statement: self.claim.fact.text().to_owned(),
            place: self.claim.fact.place(),
            during,
            because: self.claim.because,
            steady: self.claim.steady,
            outcome,
            fails_here,
            standing: Standing::of(outcome, fails_here),
            unit,
            nature,
            observed: Estimate::of(&moments),
            bound,
            holds_in: self.holds,
            of: self.told,
            share: self.claim.share,
            needs: None,
            why,
            moment,
            runs: None,
        }
    }
}

fn ended_by(replication: &Replication) -> &'static str {
    let limited = replication.aborts.is_empty() && replication.rollbacks.is_empty();
    if limited { LIMITED } else { ABORTED }
}

/// The middle one, or the mean of the middle two.
fn median(sorted: &[f64]) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    Some(f64::midpoint(sorted[last / 2], sorted[last.div_ceil(2)]))
}
