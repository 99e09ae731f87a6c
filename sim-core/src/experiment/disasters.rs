//! Runs of disasters become reports and verdicts.
//!
//! Runs are independent, so a quantile is judged by the share of runs that keep its bound: `rto.p95
//! <= 30m` is true if more than 95 % of all disasters are over in 30 minutes, and passes if the 95 %
//! interval of that share (Wilson's) lies above 95 %. A share is judged by its own interval, a mean
//! by Student's. A maximum holds or not in each run, and passes if it does in all of them; so does a
//! share of which all is asked. A run that never comes back is beyond every bound.

use crate::metric::Nature;
use crate::recovery::{Case, Counts, Fate, Spans, Tally};
use crate::report::{
    DisasterReport, Estimate, Outcome, Proportion, SeenOfRuns, Standing, Verdict, quantile_of_runs,
};
use crate::schema::{Bound, Comparison, Statement};
use crate::statistics::interval;

const CONFIDENCE: f64 = 0.95;
/// More runs than a scenario may ask for are not named.
const NEEDS_MAX: f64 = 10_000_000.0;

/// What the runs of a disaster say, and what that means for what was expected in this variant.
pub fn conclude(case: &Case, tally: &Tally, root: u64, variant: &str) -> Concluded {
    let counts = tally.counts.iter();
    let statements = case.disaster.expects.iter().zip(counts);
    let verdict = |it: (&Statement, &Counts)| verdict(case, it.0, *it.1, tally, variant);
    Concluded {
        report: DisasterReport::of(case, tally, root),
        verdicts: statements.map(verdict).collect(),
    }
}

/// A disaster's report, and what became of what was expected of it.
#[derive(Clone, Debug)]
pub struct Concluded {
    /// What was seen.
    pub report: DisasterReport,
    /// One for each expectation, in the file's order.
    pub verdicts: Vec<Verdict>,
}

fn verdict(
    case: &Case,
    statement: &Statement,
    counts: Counts,
    tally: &Tally,
    variant: &str,
) -> Verdict {
    let Bound::Value(bound) = statement.bound else {
        unreachable!("a disaster has no steady time, which the check has told")
    };
    let asked = Asked { statement, bound, counts, tally };
    let (outcome, needs) = asked.judge();
    let seen = asked.seen();
    let fails_here = case.disaster.fails_in.iter().any(|it| it == variant);
    let (unit, nature) = (statement.metric.unit, statement.metric.nature);
    Verdict {
        statement: statement.text.clone(),
        place: statement.place,
        during: case.disaster.name.clone(),
        because: case.disaster.because.clone(),
        steady: false,
        outcome,
        fails_here,
        standing: Standing::of(outcome, fails_here),
        unit,
        nature,
        observed: seen.estimate(nature),
        bound: Some(bound),
        holds_in: asked.holds(),
        of: tally.runs,
        share: 1.0,
        needs: needs.filter(|_| outcome == Outcome::Inconclusive),
        why: None,
        moment: None,
        runs: Some(seen),
    }
}

/// A statement, and what was counted.
struct Asked<'a> {
    statement: &'a Statement,
    bound: f64,
    counts: Counts,
    tally: &'a Tally,
}

/// What is asked of runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Question {
    Mean,
    /// From 0 to 1.
    Quantile(f64),
    Max,
    /// So many runs are of the kind that is asked for.
    Share(u64),
}

impl Asked<'_> {
    /// The numbers that it is about, and how many of them are one of their unit.
    fn spans(&self) -> (&Spans, f64) {
        match self.statement.metric.family() {
            "rpo" => (&self.tally.rpo, 1e9),
            "lost_writes" => (&self.tally.lost_writes, 1.0),
            "strikes" => (&self.tally.strikes, 1.0),
            "downtime" => (&self.tally.downtime, 1e9),
            "loss" => (&self.tally.loss, 1e9),
            _ => (&self.tally.rto, 1e9),
        }
    }

    fn question(&self) -> Question {
        let name = self.statement.metric.name;
        match name.split_once('.').map(|it| it.1) {
            Some("mean") => Question::Mean,
            Some("max") => Question::Max,
            Some("met") => Question::Share(self.spans().0.met),
            Some(quantile) => {
                let percent = quantile.strip_prefix('p').and_then(|it| it.parse::<f64>().ok());
                Question::Quantile(percent.expect("the catalogue has no others") / 100.0)
            }
            None => Question::Share(self.tally.ended(Fate::Recovered)),
        }
    }

    /// Runs in which it holds by itself, where it is about single runs; else those of the share.
    fn holds(&self) -> u64 {
        let Counts { below, equal } = self.counts;
        match (self.question(), self.statement.comparison) {
            (Question::Share(hits), _) => hits,
            (_, Comparison::Less) => below,
            (_, Comparison::AtMost) => below + equal,
            (_, Comparison::Equal) => equal,
            (_, Comparison::AtLeast) => self.tally.runs - below,
            (_, Comparison::More) => self.tally.runs - below - equal,
        }
    }

    /// What the runs say, and how many would likely decide it.
    fn judge(&self) -> (Outcome, Option<u64>) {
        let (n, comparison) = (self.tally.runs, self.statement.comparison);
        let all = |holds: u64| (if holds == n { Outcome::Pass } else { Outcome::Fail }, None);
        match self.question() {
            Question::Max => self.judge_max(),
            // What is asked of all is asked of each.
            Question::Share(hits)
                if self.bound >= 1.0
                    && matches!(comparison, Comparison::Equal | Comparison::AtLeast) =>
            {
                all(hits)
            }
            Question::Share(hits) => judge_share(hits, n, comparison, self.bound),
            Question::Mean => self.judge_mean(),
            Question::Quantile(q) => self.judge_quantile(q),
        }
    }

    /// The greatest of all runs, which says something of each where it is bounded above.
    fn judge_max(&self) -> (Outcome, Option<u64>) {
        let (spans, unit) = self.spans();
        let most = match (spans.never, spans.finite.max()) {
            (0, Some(max)) => max as f64 / unit,
            _ => f64::INFINITY,
        };
        let holds = self.statement.comparison.holds(most, self.bound);
        (if holds { Outcome::Pass } else { Outcome::Fail }, None)
    }

    fn judge_mean(&self) -> (Outcome, Option<u64>) {
        let spans = self.spans().0;
        let comparison = self.statement.comparison;
        if spans.never > 0 {
            let holds = comparison.holds(f64::INFINITY, self.bound);
            return (if holds { Outcome::Pass } else { Outcome::Fail }, None);
        }
        let moments = &spans.moments;
        let half = interval::mean_half_width(moments, CONFIDENCE);
        let Some((mean, half)) = moments.mean().zip(half) else {
            return (Outcome::Inconclusive, None);
        };
        let outcome = between(comparison, mean - half, mean + half, self.bound);
        (outcome, more(moments.n(), half, mean - self.bound))
    }

    /// By the share of runs that are not beyond the bound.
    fn judge_quantile(&self, q: f64) -> (Outcome, Option<u64>) {
        let (n, Counts { below, equal }) = (self.tally.runs, self.counts);
        let at_most = |hits: u64| judge_share(hits, n, Comparison::AtLeast, q);
        let at_least = |misses: u64| judge_share(misses, n, Comparison::AtMost, q);
        match self.statement.comparison {
            Comparison::Less => at_most(below),
            Comparison::AtMost => at_most(below + equal),
            Comparison::AtLeast => at_least(below),
            Comparison::More => at_least(below + equal),
            Comparison::Equal => {
                let (low, high) = (at_least(below), at_most(below + equal));
                match (low.0, high.0) {
                    (Outcome::Pass, Outcome::Pass) => low,
                    (Outcome::Fail, _) | (_, Outcome::Fail) => (Outcome::Fail, None),
                    _ => (Outcome::Inconclusive, low.1.max(high.1)),
                }
            }
        }
    }

    fn seen(&self) -> SeenOfRuns {
        let (spans, unit) = self.spans();
        let (runs, never) = (self.tally.runs, spans.never);
        let [value, low, high] = match self.question() {
            Question::Mean if never > 0 => [None; 3],
            Question::Mean => {
                let half = interval::mean_half_width(&spans.moments, CONFIDENCE);
                let mean = spans.moments.mean();
                let end = |sign: f64| mean.zip(half).map(|it| it.0 + sign * it.1);
                [mean, end(-1.0), end(1.0)]
            }
            Question::Quantile(q) => quantile_of_runs(spans, q, unit),
            Question::Max => {
                let max = spans.finite.max().filter(|_| never == 0);
                [max.map(|it| it as f64 / unit), None, None]
            }
            Question::Share(hits) => {
                let share = Proportion::of(hits, runs);
                [share.map(|it| it.mean), share.map(|it| it.low), share.map(|it| it.high)]
            }
        };
        SeenOfRuns { value, low, high, runs, never }
    }
}

impl SeenOfRuns {
    /// The same in the form that other verdicts have; none where it is endless.
    fn estimate(&self, nature: Nature) -> Option<Estimate> {
        let half = self.low.zip(self.high).map(|(low, high)| 0.5 * (high - low));
        let half = half.filter(|_| nature == Nature::Mean);
        Some(Estimate { n: self.runs, ..Estimate::of_interval(self.value?, half) })
    }
}

/// A share of runs against a bound, by Wilson's interval.
fn judge_share(hits: u64, n: u64, comparison: Comparison, bound: f64) -> (Outcome, Option<u64>) {
    let Some(Proportion { mean, low, high }) = Proportion::of(hits, n) else {
        return (Outcome::Inconclusive, None);
    };
    (between(comparison, low, high, bound), more(n, 0.5 * (high - low), mean - bound))
}

/// Whether a number that lies between these compares so with a bound.
fn between(comparison: Comparison, low: f64, high: f64, bound: f64) -> Outcome {
    let (at_low, at_high) = (comparison.holds(low, bound), comparison.holds(high, bound));
    match comparison {
        Comparison::Equal if low < bound && bound < high => Outcome::Inconclusive,
        _ if at_low && at_high => Outcome::Pass,
        _ if at_low || at_high => Outcome::Inconclusive,
        _ => Outcome::Fail,
    }
}

/// Half the width of an interval falls with the root of the number of runs.
fn more(n: u64, half: f64, apart: f64) -> Option<u64> {
    let needs = n as f64 * (half / apart) * (half / apart);
    (needs.is_finite() && needs <= NEEDS_MAX).then(|| (needs.ceil() as u64).max(n + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_decided_by_its_interval() {
        use Comparison::{AtLeast, AtMost};
        // Wilson: 9 990 of 10 000 is 99.816 to 99.946 %.
        assert_eq!(judge_share(9_990, 10_000, AtLeast, 0.998).0, Outcome::Pass);
        assert_eq!(judge_share(9_990, 10_000, AtLeast, 0.9995).0, Outcome::Fail);
        let (outcome, needs) = judge_share(9_990, 10_000, AtLeast, 0.9988);
        assert_eq!(outcome, Outcome::Inconclusive);
        assert!(needs.is_some_and(|it| it > 10_000), "{needs:?}");
        assert_eq!(judge_share(9_990, 10_000, AtMost, 0.998).0, Outcome::Fail);
        assert_eq!(judge_share(0, 0, AtMost, 0.5).0, Outcome::Inconclusive);
    }
}
