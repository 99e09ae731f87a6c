//! Sums of exponential stages one after the other, and so the slowest of several exponential steps:
//! runbooks whose steps wait for each other.

use crate::math;

/// Exponential stages one after the other (the hypoexponential law).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stages {
    /// The rate of each, > 0, per unit of time.
    rates: Vec<f64>,
}

impl Stages {
    /// No stage yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Then a step of this mean, > 0.
    #[must_use]
    pub fn then(self, mean: f64) -> Self {
        self.then_all_of(1, mean)
    }

    /// Then so many steps of this mean side by side, of which all must end.
    ///
    /// The time until the first of `n` ends is exponential with the mean over `n`; then there are
    /// `n − 1`, as if they had just begun.
    #[must_use]
    pub fn then_all_of(mut self, steps: u32, mean: f64) -> Self {
        self.rates.extend((1..=steps).rev().map(|left| f64::from(left) / mean));
        self
    }

    /// The mean of the whole.
    pub fn mean(&self) -> f64 {
        self.rates.iter().map(|it| 1.0 / it).sum()
    }

    /// The probability that all have ended by `time`, ≥ 0.
    ///
    /// Stages of any rates, equal ones too: the chain is looked at at the instants of a Poisson
    /// process of the fastest rate, at each of which a stage ends with the quotient of the rates.
    /// Absolute error below 1e-13.
    ///
    /// Source: uniformisation; Jensen, "Markoff chains as an aid in the study of Markoff processes",
    /// Skandinavisk Aktuarietidskrift 36, 1953.
    pub fn done_by(&self, time: f64) -> f64 {
        let fastest = self.rates.iter().copied().fold(0.0, f64::max);
        let expected = fastest * time;
        if expected <= 0.0 {
            return if self.rates.is_empty() { 1.0 } else { 0.0 };
        }
        // Beyond twelve standard deviations there is nothing.
        let looks = (expected + 12.0 * expected.sqrt() + 30.0) as u64;
        let mut at: Vec<f64> = vec![0.0; self.rates.len() + 1];
        at[0] = 1.0;
        let (mut done, mut seen) = (0.0, 0.0);
        for look in 0..looks {
            let k = look as f64;
            let weight = math::exp(k * math::ln(expected) - expected - math::ln_gamma(k + 1.0));
            done += weight * at[self.rates.len()];
            seen += weight;
            self.step(&mut at, fastest);
        }
        // What was not looked at has ended.
        (done + (1.0 - seen).max(0.0)).min(1.0)
    }

    fn step(&self, at: &mut [f64], fastest: f64) {
        for (stage, rate) in self.rates.iter().enumerate().rev() {
            let ends = at[stage] * rate / fastest;
            at[stage + 1] += ends;
            at[stage] -= ends;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let runbook = Stages::new().then_all_of(2, 10.0).then(5.0);
        let erlang = Stages::new().then(1.0).then(1.0);
        let rows = [
            ("rec-T7", runbook.mean(), 20.0),
            ("rec-T8", runbook.done_by(30.0), 0.823_160_496_1),
            ("one", Stages::new().then(2.0).done_by(3.0), -math::exp_m1(-1.5)),
            ("two equal", erlang.done_by(2.0), 1.0 - 3.0 * math::exp(-2.0)),
            ("in the end", runbook.done_by(2_000.0), 1.0),
        ];
        assert_rows(&rows, 1e-10);
    }

    #[test]
    fn nothing_ends_at_once_but_nothing_itself() {
        assert_eq!((Stages::new().done_by(0.0), Stages::new().then(1.0).done_by(0.0)), (1.0, 0.0));
        assert!(Stages::new().mean() == 0.0);
    }
}
