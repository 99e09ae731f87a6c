//! A full factorial design: every combination of factors that are there or not, and what each
//! factor is worth.
//!
//! A combination is a number: bit `f` of it says whether factor `f` is there. All combinations of
//! one replication run on common random numbers, so each effect is worked out within a
//! replication, and its interval is Student's of those of the replications.
//!
//! Source: Law, "Simulation Modeling and Analysis", 5th ed., section 12.2 (2^k factorial designs);
//! Box, Hunter, Hunter, "Statistics for Experimenters", 2nd ed., chapter 5.

use crate::report::Estimate;
use crate::statistics::Moments;

/// Responses of all combinations, replication by replication.
#[derive(Clone, Debug)]
pub struct Factorial {
    factors: u32,
    /// By combination and response.
    means: Vec<Vec<Moments>>,
    /// By factor and response.
    effects: Vec<Vec<Effects>>,
}

/// What a factor does to a response.
#[derive(Clone, Copy, Debug, Default)]
struct Effects {
    main: Moments,
    alone: Moments,
    last: Moments,
}

impl Factorial {
    /// No replication yet of a design with so many factors, ≥ 1, and responses.
    pub fn new(factors: u32, responses: usize) -> Self {
        Self {
            factors,
            means: vec![vec![Moments::new(); responses]; 1 << factors],
            effects: vec![vec![Effects::default(); responses]; factors as usize],
        }
    }

    /// The combination in which all factors are there.
    pub fn all(&self) -> usize {
        (1 << self.factors) - 1
    }

    /// Adds a replication: for each combination, in order, the value of each response; what is not
    /// defined is not finite.
    pub fn push(&mut self, values: &[Vec<f64>]) {
        debug_assert_eq!(values.len(), self.means.len());
        for (means, values) in self.means.iter_mut().zip(values) {
            for (mean, value) in means.iter_mut().zip(values) {
                push(mean, *value);
            }
        }
        let all = self.all();
        for (factor, effects) in self.effects.iter_mut().enumerate() {
            let bit = 1 << factor;
            for (response, effect) in effects.iter_mut().enumerate() {
                let worth =
                    |without: usize| values[without | bit][response] - values[without][response];
                let rest = (0..=all).filter(|it| it & bit == 0);
                let sum: f64 = rest.map(worth).sum();
                push(&mut effect.main, sum / values.len() as f64 * 2.0);
                push(&mut effect.alone, worth(0));
                push(&mut effect.last, worth(all & !bit));
            }
        }
    }

    /// A response of a combination; none where no replication defines it.
    pub fn mean(&self, combination: usize, response: usize) -> Option<Estimate> {
        Estimate::of(&self.means[combination][response])
    }

    /// The main effect of a factor: what it adds, as the mean over all combinations of the others.
    pub fn main_effect(&self, factor: usize, response: usize) -> Option<Estimate> {
        Estimate::of(&self.effects[factor][response].main)
    }

    /// What a factor adds where no other is there.
    pub fn alone(&self, factor: usize, response: usize) -> Option<Estimate> {
        Estimate::of(&self.effects[factor][response].alone)
    }

    /// What a factor adds where all others are there.
    pub fn last(&self, factor: usize, response: usize) -> Option<Estimate> {
        Estimate::of(&self.effects[factor][response].last)
    }
}

fn push(moments: &mut Moments, value: f64) {
    if value.is_finite() {
        moments.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Box, Hunter, Hunter, table 5.2 (pilot plant): temperature, concentration and catalyst, in
    /// standard order; the effects are 23.0, -5.0 and 1.5.
    const YIELD: [f64; 8] = [60.0, 72.0, 54.0, 68.0, 52.0, 83.0, 45.0, 80.0];

    #[test]
    fn main_effects_are_the_published_ones() {
        let mut design = Factorial::new(3, 1);
        design.push(&YIELD.map(|it| vec![it]));
        let effect = |it| design.main_effect(it, 0).expect("defined").mean;
        assert_eq!([effect(0), effect(1), effect(2)], [23.0, -5.0, 1.5]);
        let alone = |it| design.alone(it, 0).expect("defined").mean;
        assert_eq!([alone(0), alone(1), alone(2)], [12.0, -6.0, -8.0]);
        let last = |it| design.last(it, 0).expect("defined").mean;
        assert_eq!([last(0), last(1), last(2)], [35.0, -3.0, 12.0]);
        assert_eq!(design.mean(design.all(), 0).map(|it| it.mean), Some(80.0));
    }

    #[test]
    fn what_is_common_to_a_replication_falls_out() {
        let mut design = Factorial::new(3, 1);
        for shift in [0.0, 100.0, -40.0] {
            design.push(&YIELD.map(|it| vec![it + shift]));
        }
        let effect = design.main_effect(0, 0).expect("defined");
        assert!((effect.mean - 23.0).abs() < 1e-9 && effect.half_width < Some(1e-9), "{effect:?}");
        assert!(design.mean(0, 0).and_then(|it| it.half_width) > Some(50.0));
    }

    #[test]
    fn what_one_combination_leaves_undefined_has_no_effect() {
        let mut design = Factorial::new(1, 2);
        design.push(&[vec![f64::NAN, 1.0], vec![5.0, 3.0]]);
        assert_eq!(design.main_effect(0, 0), None);
        assert_eq!(design.main_effect(0, 1).map(|it| it.mean), Some(2.0));
        assert_eq!(design.mean(1, 0).map(|it| it.mean), Some(5.0));
    }
}
