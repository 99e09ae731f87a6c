//! The difference that a variant makes, from pairs of replications on common random numbers.
//!
//! Replication `n` of both variants draws the same arrivals, service times and faults where both
//! have them, so what scatters from one replication to the next scatters in both and falls out of
//! the difference of a pair. Its interval is Student's of these differences: the pairs are
//! independent of each other, however closely the two of a pair hang together.
//!
//! Metrics meet by kind and name of their entity and by their own name, phases by theirs; what only
//! one of the two has cannot be compared and is left out.
//!
//! Source: Law, "Simulation Modeling and Analysis", 5th ed., section 10.2.1 (paired-t interval) and
//! 11.2 (common random numbers).

use std::collections::BTreeMap;

use super::Replication;
use crate::availability::Years;
use crate::metric::{EntityKind, Unit};
use crate::model::Model;
use crate::observe::recorder::Recorder;
use crate::report::{Difference, DifferenceReport, Estimate, measure};
use crate::statistics::Moments;

/// Pairs of replications so far, added in order of their numbers.
#[derive(Clone, Debug)]
pub struct Differences {
    phases: Vec<Shared>,
    rows: Vec<Row>,
}

/// A phase that both have, and where.
#[derive(Clone, Debug)]
struct Shared {
    name: String,
    base: usize,
    other: usize,
}

/// A metric that both have, and where; for each shared phase, what was seen of it.
#[derive(Clone, Debug)]
struct Row {
    key: Key,
    unit: Unit,
    base: usize,
    other: usize,
    phases: Vec<Pairs>,
}

/// Kind and name of the entity, name of the metric.
type Key = (EntityKind, String, &'static str);

#[derive(Clone, Debug, Default)]
struct Pairs {
    base: Moments,
    other: Moments,
    difference: Moments,
}

impl Differences {
    /// No pairs yet of what these two have in common, in the order of `base`.
    pub fn new(base: &Model, other: &Model) -> Self {
        let phases = shared(base, other);
        let places: BTreeMap<Key, usize> =
            catalogue(other).into_iter().enumerate().map(|(at, it)| (it.0, at)).collect();
        let rows = catalogue(base).into_iter().enumerate().filter_map(|(at, (key, unit))| {
            let other = *places.get(&key)?;
            let phases = vec![Pairs::default(); phases.len()];
            Some(Row { key, unit, base: at, other, phases })
        });
        Self { rows: rows.collect(), phases }
    }

    /// Adds the next pair: the replications of one number, of base and other.
    pub fn push(&mut self, base: &Replication, other: &Replication) {
        debug_assert_eq!(base.number, other.number, "only replications of one number are a pair");
        for row in &mut self.rows {
            for (pairs, phase) in row.phases.iter_mut().zip(&self.phases) {
                let base = base.phases[phase.base][row.base];
                pairs.push(base, other.phases[phase.other][row.other]);
            }
        }
    }

    /// The phases that both have, in the order of those of each row.
    pub fn phases(&self) -> impl Iterator<Item = &str> {
        self.phases.iter().map(|it| &*it.name)
    }

    /// What both have, with the difference.
    pub fn rows(&self) -> Vec<DifferenceReport> {
        self.rows.iter().map(Row::report).collect()
    }
}

impl Row {
    fn report(&self) -> DifferenceReport {
        let (kind, entity, metric) = self.key.clone();
        let phases = self.phases.iter().map(Pairs::difference).collect();
        DifferenceReport { kind, entity, metric, unit: self.unit, phases }
    }
}

impl Pairs {
    /// A pair in which either is not defined does not count.
    fn push(&mut self, base: f64, other: f64) {
        let difference = other - base;
        if difference.is_finite() {
            self.base.push(base);
            self.other.push(other);
            self.difference.push(difference);
        }
    }

    fn difference(&self) -> Option<Difference> {
        Some(Difference {
            base: self.base.mean()?,
            other: self.other.mean()?,
            difference: Estimate::of(&self.difference)?,
        })
    }
}

fn shared(base: &Model, other: &Model) -> Vec<Shared> {
    let other = &other.timeline.phases;
    let phases = base.timeline.phases.iter().enumerate().filter_map(|(at, it)| {
        let there = other.iter().position(|other| other.name == it.name)?;
        Some(Shared { name: it.name.clone(), base: at, other: there })
    });
    phases.collect()
}

/// What is measured, in the order of a replication's values.
fn catalogue(model: &Model) -> Vec<(Key, Unit)> {
    let Some(phase) = model.timeline.phases.last() else { return Vec::new() };
    let rows = measure(model, &Recorder::new(model), &Years::none(model), phase);
    let row = |it: crate::report::Measurement| {
        ((it.entity.kind(), it.entity.name(model), it.name), it.unit)
    };
    rows.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::experiment::replicate;
    use crate::scenario::{NoFiles, parse};

    fn model(time: &str, rest: &str) -> Model {
        let text = format!(
            "format = 1\ntitle = \"t\"\nrun = {{ duration = \"60s\" }}\n\
             load.users = {{ to = \"app\", rate = \"80/s\" }}\n\
             service.app = {{ workers = 1, time = \"exp(mean={time})\" }}\n{rest}"
        );
        let source = parse(&text).expect("the text is right");
        compile(&source.check(None, &NoFiles).expect("the scenario is right"))
    }

    fn differences(base: &Model, other: &Model, pairs: u32) -> Differences {
        let mut differences = Differences::new(base, other);
        for number in 0..pairs {
            let run = |it: &Model| replicate(it, 7, number, |_| true).expect("nobody says stop");
            differences.push(&run(base), &run(other));
        }
        differences
    }

    fn found(rows: &[DifferenceReport], metric: &str) -> Difference {
        let row = rows.iter().find(|it| it.kind == EntityKind::Load && it.metric == metric);
        row.and_then(|it| *it.phases.last()?).expect("both define it")
    }

    #[test]
    fn pairs_tell_more_than_independent_runs() {
        let (slow, fast) = (model("10ms", ""), model("9ms", ""));
        let rows = differences(&slow, &fast, 20).rows();
        let response = found(&rows, "latency.mean");
        // M/M/1: 50 ms at 0.8, 32.143 ms at 0.72.
        let (gain, half) =
            (response.difference.mean, response.difference.half_width.expect("there are 20"));
        assert!((gain + 0.017_857).abs() < 2.0 * half, "{response:?}");
        // Without pairs the variances of both means would add up.
        let alone = |model: &Model| {
            let values = (0..20).map(|number| {
                let run = replicate(model, 7, number, |_| true).expect("nobody says stop");
                let rows = measure(
                    model,
                    &Recorder::new(model),
                    &Years::none(model),
                    &model.timeline.phases[0],
                );
                let at = rows.iter().position(|it| it.name == "latency.mean").expect("a load's");
                run.phases[run.phases.len() - 1][at]
            });
            values.collect::<Moments>().variance().expect("there are 20")
        };
        let independent = ((alone(&slow) + alone(&fast)) / 20.0).sqrt();
        let paired = response.difference.std_error.expect("there are 20");
        assert!(paired < 0.7 * independent, "{paired}, {independent} without pairs");
    }

    #[test]
    fn what_is_common_falls_out() {
        let same = model("10ms", "");
        let rows = differences(&same, &same, 3).rows();
        let all = rows.iter().flat_map(|it| &it.phases).flatten();
        let nothing = |it: &Difference| {
            (it.difference.mean, it.difference.half_width, it.base) == (0.0, Some(0.0), it.other)
        };
        assert!(all.clone().count() > 20 && all.clone().all(nothing), "{rows:?}");
        // Arrivals are drawn alike whatever works on them.
        let rows = differences(&same, &model("3ms", ""), 3).rows();
        assert_eq!(found(&rows, "offered").difference.half_width, Some(0.0));
    }

    #[test]
    fn metrics_and_phases_meet_by_name() {
        const SLOW: &str = "service.other = { workers = 1, time = \"1ms\" }\n\
            [[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"app\"\nfactor = 2\nat = \"20s\"\n\
            for = \"10s\"";
        let differences = differences(&model("10ms", ""), &model("10ms", SLOW), 2);
        assert_eq!(differences.phases().collect::<Vec<_>>(), ["always"]);
        let rows = differences.rows();
        assert!(rows.iter().all(|it| it.entity != "other"), "only one of the two has it");
        assert!(found(&rows, "latency.mean").difference.mean > 0.0);
    }
}
