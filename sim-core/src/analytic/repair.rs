//! Copies that wait for repair, and failovers that go wrong: birth and death.
//!
//! Every law is exponential. `n` copies, of which `k` must work, fail at rate λ each while they
//! work, also when others are down; each crew mends one at a time at rate μ.
//!
//! Source: Trivedi and Bobbio, *Reliability and Availability Engineering* (2017), chapters 9 and 10;
//! for the coverage of failovers: Bouricius, Carter and Schneider, "Reliability modeling techniques
//! for self-repairing computer systems", ACM National Conference 1969.

/// Redundant copies with a limited number of repair crews.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redundant {
    /// Copies, ≥ 1.
    pub copies: u32,
    /// How many of them must work, from 1 to `copies`.
    pub needed: u32,
    /// The rate λ at which each of them fails, > 0.
    pub failure: f64,
    /// The rate μ at which a crew mends one, > 0, of the same unit.
    pub repair: f64,
    /// Crews, ≥ 1; as many as there are copies are as good as any more.
    pub crews: u32,
}

/// Failovers that do not always work by themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// The probability that a failover works, at once; in `[0, 1]`.
    pub covered: f64,
    /// The mean time for which everything stands still otherwise, until it was done by hand.
    pub by_hand: f64,
}

impl Redundant {
    /// The share of time in which so few work that the system does not.
    pub fn unavailability(&self) -> f64 {
        self.shares().iter().skip(self.spare() + 1).sum()
    }

    /// The same, if a failure that the system would survive needs a failover: while it is done by
    /// hand nothing else fails, and nothing is mended.
    pub fn unavailability_with(&self, coverage: Coverage) -> f64 {
        let shares = self.shares();
        let survived = shares.iter().enumerate().take(self.spare());
        let standing: f64 = survived
            .map(|(down, share)| {
                share * self.failing(down) * (1.0 - coverage.covered) * coverage.by_hand
            })
            .sum();
        let down: f64 = shares.iter().skip(self.spare() + 1).sum();
        (down + standing) / (1.0 + standing)
    }

    /// The mean time from all copies in order to the first failure of the system: of a pair
    /// `(3λ + μ) / (2λ²)`.
    pub fn first_failure(&self) -> f64 {
        let (mut longer, mut sum) = (0.0, 0.0);
        for down in 0..=self.spare() {
            // From so many down to one more, perhaps by way of one less.
            longer = (1.0 + self.mending(down) * longer) / self.failing(down);
            sum += longer;
        }
        sum
    }

    /// Copies that may be down.
    fn spare(&self) -> usize {
        debug_assert!((1..=self.copies).contains(&self.needed) && self.crews >= 1);
        (self.copies - self.needed) as usize
    }

    fn failing(&self, down: usize) -> f64 {
        (f64::from(self.copies) - down as f64) * self.failure
    }

    fn mending(&self, down: usize) -> f64 {
        (down as f64).min(f64::from(self.crews)) * self.repair
    }

    /// The share of time with each number of copies down.
    fn shares(&self) -> Vec<f64> {
        let mut shares = vec![1.0];
        for down in 0..self.copies as usize {
            shares.push(shares[down] * self.failing(down) / self.mending(down + 1));
        }
        let sum: f64 = shares.iter().sum();
        shares.iter().map(|it| it / sum).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;
    use crate::analytic::availability::{k_of_n, of_part};

    /// A pair, hours.
    const PAIR: Redundant =
        Redundant { copies: 2, needed: 1, failure: 1.0 / 720.0, repair: 0.25, crews: 1 };

    #[test]
    fn known_values() {
        let two = Redundant { crews: 2, ..PAIR };
        let coverage = Coverage { covered: 0.95, by_hand: 1.0 };
        let rows = [
            ("rec-A10", PAIR.unavailability(), 6.104_633_417e-5),
            ("rec-A11", two.unavailability(), 3.052_409_878e-5),
            ("rec-A12", PAIR.first_failure(), 65_880.0),
            ("rec-A13", PAIR.unavailability_with(coverage), 1.983_733_386e-4),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn with_crews_for_all_it_is_the_binomial_law() {
        let each = of_part(720.0, 4.0);
        for (needed, copies) in [(1, 1), (1, 3), (2, 3), (3, 5)] {
            let system = Redundant { copies, needed, crews: copies, ..PAIR };
            let want = 1.0 - k_of_n(needed, copies, each);
            assert!((system.unavailability() - want).abs() < 1e-15, "{needed} of {copies}");
        }
        let perfect = Coverage { covered: 1.0, by_hand: 1.0 };
        assert!((PAIR.unavailability_with(perfect) - PAIR.unavailability()).abs() < 1e-18);
        assert_rows(&[("one", Redundant { copies: 1, ..PAIR }.first_failure(), 720.0)], 1e-12);
    }
}
