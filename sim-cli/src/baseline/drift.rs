//! What moved away from a baseline.
//!
//! Where the scenario, the seed, the version and the number of replications are those of the
//! baseline, every number must be the same to the last bit. Else a number moved if the interval of
//! its difference leaves out zero. Of a hundred 95 % intervals some leave it out by chance: they
//! are made so wide that with 95 % all of them hold at once (Dunn, "Multiple Comparisons Among
//! Means", Journal of the American Statistical Association 56(293), 1961; after Bonferroni).

use std::collections::BTreeMap;

use serde::Serialize;
use sim_core::report::{Estimate, Report, Unit, VariantReport};
use sim_core::statistics::interval::{Spread, difference_half_width};

use super::{Baseline, Kept, Number, Variant, numbers};

/// The confidence of all intervals of a scenario together.
const CONFIDENCE: f64 = 0.95;

/// A scenario's numbers beside those of its baseline.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Drift {
    /// Whether scenario, seed, version and replications are the baseline's: then chance moves
    /// nothing, and every difference counts.
    pub(crate) same_run: bool,
    /// How many numbers were compared.
    pub(crate) compared: usize,
    /// Those that are the same to the last bit.
    pub(crate) identical: usize,
    /// Those that moved, the clearest first.
    pub(crate) moved: Vec<Moved>,
    /// Other ones, but seen in a single replication, then or now: nobody can tell.
    pub(crate) undecided: usize,
    /// Numbers that the baseline does not have.
    pub(crate) new: usize,
    /// Numbers of the baseline that are no more.
    pub(crate) gone: usize,
}

/// A number that moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Moved {
    /// In which variant.
    pub(crate) variant: String,
    /// In which phase.
    pub(crate) phase: String,
    /// Which: `checkout.goodput`.
    pub(crate) metric: String,
    /// What it is measured in.
    pub(crate) unit: Unit,
    /// Its mean in the baseline.
    pub(crate) was: f64,
    /// Its mean now.
    pub(crate) is: f64,
    /// Half the width of the interval of the difference, which holds with 95 % for all numbers of
    /// the scenario at once; none of one replication.
    pub(crate) half_width: Option<f64>,
}

/// A number that both have.
struct Pair<'r> {
    variant: &'r str,
    number: Number<'r>,
    was: Kept,
}

impl Drift {
    /// What became of the baseline's numbers in the variants of the report.
    pub(crate) fn between(baseline: &Baseline, report: &Report) -> Self {
        let mut pairs = Vec::new();
        let same_run = baseline.is_of(report);
        let mut drift = Self {
            same_run,
            compared: 0,
            identical: 0,
            moved: Vec::new(),
            undecided: 0,
            new: 0,
            gone: 0,
        };
        for variant in &report.variants {
            match baseline.variants.get(&variant.name) {
                Some(was) => drift.pair(variant, was, &mut pairs),
                None => drift.new += numbers(variant).count(),
            }
        }
        drift.compared = pairs.len();
        let confidence = 1.0 - (1.0 - CONFIDENCE) / pairs.len().max(1) as f64;
        for pair in &pairs {
            match pair.judge(same_run, confidence) {
                Judged::Identical => drift.identical += 1,
                Judged::Chance => {}
                Judged::Undecided => drift.undecided += 1,
                Judged::Moved(moved) => drift.moved.push(moved),
            }
        }
        drift.moved.sort_by(|a, b| b.clearness().total_cmp(&a.clearness()));
        drift
    }

    fn pair<'r>(&mut self, variant: &'r VariantReport, was: &Variant, pairs: &mut Vec<Pair<'r>>) {
        let (before, mut all) = (pairs.len(), 0);
        for number in numbers(variant) {
            all += 1;
            let kept = was.phases.get(number.phase).and_then(|it| it.get(&number.address));
            let pair = kept.map(|was| Pair { variant: &variant.name, number, was: *was });
            pairs.extend(pair);
        }
        let paired = pairs.len() - before;
        self.new += all - paired;
        self.gone += was.phases.values().map(BTreeMap::len).sum::<usize>() - paired;
    }

    /// Whether the two have nothing in common: the baseline is another scenario's.
    pub(crate) fn is_foreign(&self) -> bool {
        self.compared == 0 && self.gone > 0
    }
}

impl Baseline {
    fn is_of(&self, report: &Report) -> bool {
        self.stormglass == report.version
            && self.scenario == report.scenario
            && self.seed == report.seed
            && report.variants.iter().all(|it| {
                let was = self.variants.get(&it.name);
                was.is_none_or(|was| was.replications == it.replications)
            })
    }
}

enum Judged {
    Identical,
    Chance,
    Undecided,
    Moved(Moved),
}

impl Pair<'_> {
    fn judge(&self, same_run: bool, confidence: f64) -> Judged {
        let Estimate { mean: is, std_error, n, .. } = *self.number.estimate;
        if self.was == (Kept { mean: is, std_error, n }) {
            return Judged::Identical;
        }
        let is_spread = spread(std_error, n);
        let was_spread = spread(self.was.std_error, self.was.n);
        let half_width = was_spread.zip(is_spread);
        let half_width = half_width.map(|(was, is)| difference_half_width(was, is, confidence));
        match half_width {
            _ if same_run => Judged::Moved(self.moved(half_width)),
            None if self.was.mean == is => Judged::Chance,
            None => Judged::Undecided,
            Some(half) if (is - self.was.mean).abs() > half => {
                Judged::Moved(self.moved(half_width))
            }
            Some(_) => Judged::Chance,
        }
    }

    fn moved(&self, half_width: Option<f64>) -> Moved {
        Moved {
            variant: self.variant.to_owned(),
            phase: self.number.phase.to_owned(),
            metric: self.number.address.clone(),
            unit: self.number.unit,
            was: self.was.mean,
            is: self.number.estimate.mean,
            half_width,
        }
    }
}

fn spread(std_error: Option<f64>, n: u64) -> Option<Spread> {
    std_error.filter(|_| n > 1).map(|std_error| Spread { std_error, n })
}

impl Moved {
    /// The difference in widths of its interval.
    fn clearness(&self) -> f64 {
        let difference = (self.is - self.was).abs();
        match self.half_width {
            Some(half) if half > 0.0 => difference / half,
            Some(_) => f64::INFINITY,
            None => 0.0,
        }
    }
}
