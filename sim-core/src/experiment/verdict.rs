//! Verdicts: what replications say of what was expected.
//!
//! A mean (of a rate, a share, a mean or a quantile) is judged by the 95 % Student-t interval of
//! its margin, the value of each replication less the bound: where that lies wholly on one side of
//! zero the statement is true or false, else the replications cannot tell. A bound that is a
//! multiple of what is steady is that of the same replication (Law, "Simulation Modeling and
//! Analysis", 5th ed., section 10.2.1, the paired-t interval). Shares are judged in the same way:
//! requests of one replication are not independent of each other, replications are. An interval
//! without width, because all replications agree, decides too.
//!
//! A count or a maximum holds or not in each replication: its mean would hide the worst.

use crate::metric::{Nature, Unit};
use crate::model::Model;
use crate::report::{Entity, Estimate, Outcome, Standing, Verdict, Width};
use crate::schema::{Bound, Comparison, Statement};
use crate::statistics::{Moments, Sample, interval};

use super::fold::KEPT;
use super::lookout::{NO_BEFORE, NO_METRIC};
use super::rollback::Reach;
use super::{Replication, precision};

/// The confidence of the intervals that decide.
const CONFIDENCE: f64 = 0.95;
/// More replications than a scenario may ask for are not named.
const NEEDS_MAX: f64 = 1_000_000.0;

/// An expectation, and what the replications so far say of it.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    claim: Claim,
    /// Where its numbers stand; else why there are none.
    sight: Result<Sight, &'static str>,
    tally: Tally,
    /// Replications that a limit stopped before the phase was over.
    limited: u32,
    /// Replications in which an abort, or a stage that did not hold, ended it early.
    aborted: u32,
    /// Replications in which it never came, for the same reasons.
    absent: u32,
    /// Replications in which this did not hold in a stage.
    broke: u32,
}

/// What is expected, and where.
#[derive(Clone, Debug)]
struct Claim {
    statement: Statement,
    during: String,
    because: Option<String>,
    fails_in: Vec<String>,
    share: f64,
    steady: bool,
    /// Its number among all claims.
    index: usize,
}

/// Where a claim's numbers stand among those of a replication.
#[derive(Clone, Copy, Debug)]
struct Sight {
    phase: usize,
    metric: usize,
    /// The phase that a bound is taken from.
    before: Option<usize>,
}

/// Values and bounds, replication by replication.
#[derive(Clone, Debug)]
struct Tally {
    observed: Sample,
    bound: Moments,
    margin: Moments,
    holds: u64,
}

/// A row of a replication's measurements: of what, and which.
pub(super) type Row = (Entity, &'static str);

impl Judge {
    /// The judge of a claim that is about a metric in a phase; `rows` are those of a replication.
    pub(super) fn new(
        claim: &super::claim::Claim,
        index: usize,
        statement: Statement,
        during: String,
        model: &Model,
        rows: &[Row],
    ) -> Self {
        let (because, fails_in) = (claim.because.clone(), claim.fails_in.clone());
        let (share, steady) = (claim.share, claim.steady);
        let claim = Claim { statement, during, because, fails_in, share, steady, index };
        let sight = sight(&claim, model, rows);
        let (limited, aborted, absent, broke) = (0, 0, 0, 0);
        Self { claim, sight, tally: Tally::default(), limited, aborted, absent, broke }
    }

    /// Adds the next replication.
    pub(super) fn push(&mut self, replication: &Replication, model: &Model) {
        let Ok(sight) = self.sight else { return };
        self.broke += u32::from(replication.broke_in_a_stage(self.claim.index));
        match replication.reach(&model.timeline.phases[sight.phase], model) {
            Reach::Whole => {}
            Reach::Limited => self.limited += 1,
            Reach::Aborted => self.aborted += 1,
            Reach::Never => {
                self.absent += 1;
                return;
            }
        }
        let value = |phase: usize| replication.phases[phase][sight.metric];
        let bound = match self.claim.statement.bound {
            Bound::Value(bound) => bound,
            Bound::Steady(factor) => sight.before.map_or(f64::NAN, |it| factor * value(it)),
        };
        self.tally.push(self.claim.statement.comparison, value(sight.phase), bound);
    }

    /// How wide the interval is that it is judged by; none if it is not judged by one, or if more
    /// replications would not help.
    pub(super) fn width(&self) -> Option<Width> {
        let Claim { statement, during, .. } = &self.claim;
        let whole = self.limited == 0 && self.aborted == 0 && self.absent == 0;
        let open = whole && self.tally.margin.n() > 0;
        (statement.metric.nature == Nature::Mean && self.sight.is_ok() && open).then(|| Width {
            of: statement.text.clone(),
            during: during.clone(),
            relative: self.tally.relative(statement.metric.unit),
        })
    }

    /// The verdict in the variant of that name.
    pub(super) fn verdict(self, variant: &str, replications: u32) -> Verdict {
        let (outcome, why) = self.outcome(replications);
        let Claim { statement, during, because, fails_in, share, steady, .. } = self.claim;
        let metric = statement.metric;
        let fails_here = fails_in.iter().any(|it| it == variant);
        let open = outcome == Outcome::Inconclusive && why.is_none();
        Verdict {
            statement: statement.text,
            place: statement.place,
            during,
            because,
            steady,
            outcome,
            fails_here,
            standing: Standing::of(outcome, fails_here),
            unit: metric.unit,
            nature: metric.nature,
            observed: Estimate::of_sample(&self.tally.observed, metric.unit),
            bound: self.tally.bound.mean(),
            holds_in: self.tally.holds,
            of: self.tally.margin.n(),
            share,
            needs: if open { self.tally.needs() } else { None },
            why,
            moment: None,
            runs: None,
        }
    }

    fn outcome(&self, replications: u32) -> (Outcome, Option<&'static str>) {
        let Claim { statement, share, .. } = &self.claim;
        // Not quite, so that 19 of 20 are 95 %.
        let allowed = (1.0 - share) * f64::from(replications) + 1e-9;
        match self.sight {
            Err(why) => (Outcome::Skipped, Some(why)),
            Ok(_) if f64::from(self.broke) > allowed => (Outcome::Fail, Some(STAGE)),
            Ok(_) if self.absent == replications => (Outcome::Skipped, Some(NEVER)),
            Ok(_) if self.tally.margin.n() == 0 => (Outcome::Skipped, Some(UNDEFINED)),
            Ok(_) if self.limited > 0 => (Outcome::Inconclusive, Some(LIMITED)),
            Ok(_) if self.aborted + self.absent > 0 => (Outcome::Inconclusive, Some(ABORTED)),
            Ok(_) => {
                (self.tally.outcome(statement.comparison, statement.metric.nature, *share), None)
            }
        }
    }
}

const NO_PHASE: &str = "there is no such phase";
const UNDEFINED: &str = "nothing was there to measure";
pub(super) const LIMITED: &str = "a limit stopped a run before the phase was over";
pub(super) const ABORTED: &str = "an abort, or a stage that did not hold, cut it short";
pub(super) const NEVER: &str = "the runs were aborted before it came";
pub(super) const STAGE: &str = "it did not hold in a stage of the fault, which was rolled back";

fn sight(claim: &Claim, model: &Model, rows: &[Row]) -> Result<Sight, &'static str> {
    let phase = |name: &str| model.timeline.phases.iter().position(|it| it.name == name);
    let Statement { entity, metric, bound, .. } = &claim.statement;
    let before = phase("before");
    if matches!(bound, Bound::Steady(_)) && before.is_none() {
        return Err(NO_BEFORE);
    }
    let named = |it: &Row| it.1 == metric.name && it.0.name(model) == *entity;
    Ok(Sight {
        phase: phase(&claim.during).ok_or(NO_PHASE)?,
        metric: rows.iter().position(named).ok_or(NO_METRIC)?,
        before,
    })
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            observed: Sample::keeping(KEPT),
            bound: Moments::new(),
            margin: Moments::new(),
            holds: 0,
        }
    }
}

impl Tally {
    /// Half the width of the margin's interval for the size of what was seen, of this unit.
    fn relative(&self, unit: Unit) -> Option<f64> {
        let size = |it: &Moments| it.mean().map_or(0.0, f64::abs);
        let size = precision::size(size(self.observed.moments()), size(&self.bound), unit);
        precision::relative(interval::mean_half_width(&self.margin, CONFIDENCE), size)
    }

    /// Replications in which either is not defined do not count.
    fn push(&mut self, comparison: Comparison, value: f64, bound: f64) {
        let margin = value - bound;
        if !margin.is_finite() {
            return;
        }
        self.observed.push(value);
        self.bound.push(bound);
        self.margin.push(margin);
        self.holds += u64::from(between(comparison, margin, margin) == Some(true));
    }

    fn outcome(&self, comparison: Comparison, nature: Nature, share: f64) -> Outcome {
        let held = match nature {
            // Not quite, so that 19 of 20 are 95 %.
            Nature::Extreme | Nature::State | Nature::Moment => {
                Some(self.holds as f64 >= share * self.margin.n() as f64 - 1e-9)
            }
            Nature::Mean => self
                .interval()
                .and_then(|(mean, half)| between(comparison, mean - half, mean + half)),
        };
        match held {
            Some(true) => Outcome::Pass,
            Some(false) => Outcome::Fail,
            None => Outcome::Inconclusive,
        }
    }

    /// The mean of the margin and half the width of its interval; none of one replication.
    fn interval(&self) -> Option<(f64, f64)> {
        Some((self.margin.mean()?, interval::mean_half_width(&self.margin, CONFIDENCE)?))
    }

    /// Half the width of an interval falls with the root of the number of replications.
    fn needs(&self) -> Option<u64> {
        let (mean, half) = self.interval()?;
        let n = self.margin.n() as f64;
        let ratio = half / mean;
        let needs = (n * ratio * ratio).ceil();
        needs.is_finite().then(|| needs.clamp(n + 1.0, NEEDS_MAX) as u64)
    }
}

/// Whether a margin that lies between `low` and `high` makes the comparison true; `None` where it
/// may or may not.
fn between(comparison: Comparison, low: f64, high: f64) -> Option<bool> {
    let (yes, no) = match comparison {
        Comparison::Less => (high < 0.0, low >= 0.0),
        Comparison::AtMost => (high <= 0.0, low > 0.0),
        Comparison::Equal => (low == 0.0 && high == 0.0, low > 0.0 || high < 0.0),
        Comparison::AtLeast => (low >= 0.0, high < 0.0),
        Comparison::More => (low > 0.0, high <= 0.0),
    };
    if yes || no { Some(yes) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Comparison::{AtLeast, AtMost, Equal, Less, More};
    use Outcome::{Fail, Inconclusive, Pass};

    fn tally(comparison: Comparison, values: &[(f64, f64)]) -> Tally {
        let mut tally = Tally::default();
        for (value, bound) in values {
            tally.push(comparison, *value, *bound);
        }
        tally
    }

    #[test]
    fn means_are_judged_by_their_interval() {
        // 1, 2, 3: 2 ± 2.4841, from t(0.975, 2) = 4.30265.
        #[rustfmt::skip]
        let cases: [(Comparison, &[f64], f64, Outcome); 13] = [
            (Less, &[1.0, 2.0, 3.0], 4.49, Pass),
            (Less, &[1.0, 2.0, 3.0], 4.48, Inconclusive),
            (Less, &[1.0, 2.0, 3.0], -0.49, Fail),
            (AtLeast, &[1.0, 2.0, 3.0], -0.49, Pass),
            (AtLeast, &[1.0, 2.0, 3.0], -0.48, Inconclusive),
            (AtLeast, &[1.0, 2.0, 3.0], 4.49, Fail),
            (Less, &[2.0, 2.0, 2.0], 2.0, Fail),
            (AtMost, &[2.0, 2.0, 2.0], 2.0, Pass),
            (More, &[2.0, 2.0], 2.0, Fail),
            (Equal, &[0.0, 0.0], 0.0, Pass),
            (Equal, &[0.0, 0.1], 0.0, Inconclusive),
            (Equal, &[1.0, 1.1], 0.0, Fail),
            (Less, &[1.0], 4.0, Inconclusive),
        ];
        for (comparison, values, bound, want) in cases {
            let rows: Vec<_> = values.iter().map(|it| (*it, bound)).collect();
            let got = tally(comparison, &rows).outcome(comparison, Nature::Mean, 1.0);
            assert_eq!(got, want, "{values:?} {comparison:?} {bound}");
        }
    }

    #[test]
    fn counts_and_maxima_hold_in_each_replication() {
        let rows: Vec<_> = (0..20).map(|it| (if it == 0 { 7.0 } else { 0.0 }, 3.0)).collect();
        let judged = |share| tally(AtMost, &rows).outcome(AtMost, Nature::Extreme, share);
        assert_eq!([judged(1.0), judged(0.95), judged(0.96)], [Fail, Pass, Fail]);
        let one = tally(Equal, &[(0.0, 0.0)]).outcome(Equal, Nature::Extreme, 1.0);
        assert_eq!(one, Pass, "one replication can tell of itself");
    }

    #[test]
    fn what_varies_together_is_compared_in_pairs() {
        let rows = [(1.0, 1.1), (2.0, 2.1), (9.0, 9.1)];
        assert_eq!(tally(Less, &rows).outcome(Less, Nature::Mean, 1.0), Pass);
    }

    #[test]
    fn undefined_replications_do_not_count() {
        let tally = tally(Less, &[(f64::NAN, 1.0), (0.5, f64::NAN), (0.5, 1.0)]);
        assert_eq!((tally.margin.n(), tally.holds), (1, 1));
    }

    #[test]
    fn the_replications_that_would_decide_it_are_told() {
        // 2 ± 2.4841 from 3 replications, at a distance of 1: 3 · 2.4841².
        let rows = [(1.0, 3.0), (2.0, 3.0), (3.0, 3.0)];
        assert_eq!(tally(Less, &rows).needs(), Some(19));
        let far = [(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)];
        assert_eq!(tally(Less, &far).needs(), None, "no number decides what is equal");
        assert_eq!(tally(Less, &rows[..1]).needs(), None);
    }

    #[test]
    fn what_is_said_to_fail_holds_when_it_does() {
        let cases = [
            (Pass, false, Standing::Held),
            (Fail, false, Standing::Broken),
            (Fail, true, Standing::Held),
            (Pass, true, Standing::Broken),
            (Inconclusive, true, Standing::Open),
            (Outcome::Skipped, true, Standing::Skipped),
        ];
        for (outcome, fails_here, want) in cases {
            assert_eq!(Standing::of(outcome, fails_here), want, "{outcome:?} {fails_here}");
        }
    }
}
