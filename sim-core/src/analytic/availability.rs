//! The share of time in which a system works, from that of its parts.
//!
//! Parts fail and are mended independently of each other unless it says otherwise; then long-run
//! shares depend on the means alone, whatever the laws (renewal theory). What real systems add is
//! that failures come together (common causes) and that switching takes time.
//!
//! Repairs that wait for each other and failovers that go wrong are in [`repair`](super::repair).

use super::binomial;

/// The hours of a year of 365 days.
pub const HOURS_PER_YEAR: f64 = 8_760.0;
/// The hours of a month: a twelfth of such a year.
pub const HOURS_PER_MONTH: f64 = 730.0;
/// The hours of 30 days, the usual window of an error budget.
pub const HOURS_PER_30_DAYS: f64 = 720.0;

/// Of a part that `works` for so long on average (its MTTF) and is then `down` for so long (its MTTR):
/// `MTTF/(MTTF + MTTR)`.
///
/// Both of one unit of time, ≥ 0 and not both 0.
pub fn of_part(works: f64, down: f64) -> f64 {
    works / (works + down)
}

/// How long a part must work on average to reach this availability: `MTTR·A/(1 − A)`.
pub fn mttf_for(availability: f64, mttr: f64) -> f64 {
    mttr * availability / (1.0 - availability)
}

/// Downtime within a `period`, of its unit.
pub fn downtime(availability: f64, period: f64) -> f64 {
    (1.0 - availability) * period
}

/// Of parts that are all needed: the product. It is below each of them.
pub fn serial(parts: &[f64]) -> f64 {
    parts.iter().product()
}

/// Of `copies` of the same availability, of which `needed` must work.
pub fn k_of_n(needed: u32, copies: u32, each: f64) -> f64 {
    binomial::at_least(copies, needed, each)
}

/// Of copies of different availability, of which `needed` must work.
pub fn k_of_mixed(needed: usize, copies: &[f64]) -> f64 {
    // The probability of each number of copies that work, copy by copy.
    let mut working = vec![1.0];
    for up in copies {
        let mut next = vec![0.0; working.len() + 1];
        for (count, probability) in working.iter().enumerate() {
            next[count] += probability * (1.0 - up);
            next[count + 1] += probability * up;
        }
        working = next;
    }
    working.iter().skip(needed).sum::<f64>().min(1.0)
}

/// The unavailability of `needed` of `copies` if a share `beta` of what makes a copy unavailable
/// strikes all of them at once: of a pair `((1 − β)·q)² + β·q`.
///
/// `unavailability` q of a copy and `beta` in `[0, 1]`; usual values are 1 to 10 %.
///
/// Source: the beta-factor model, Fleming 1975; IEC 61508-6, annex D.
pub fn with_common_cause(needed: u32, copies: u32, unavailability: f64, beta: f64) -> f64 {
    let own = (1.0 - beta) * unavailability;
    // The smaller of the two tails is summed: too many copies are down.
    binomial::at_least(copies, copies - needed + 1, own) + beta * unavailability
}

/// The largest share of common causes with which a pair that needs one still has at most `target`
/// unavailability; `None` if it cannot have, or has with any.
///
/// Solves `((1 − β)·q)² + β·q = U` for β.
pub fn largest_common_cause(unavailability: f64, target: f64) -> Option<f64> {
    let q = unavailability;
    let (a, b, c) = (q * q, q - 2.0 * q * q, q * q - target);
    let beta = -2.0 * c / (b + (b * b - 4.0 * a * c).sqrt());
    (0.0..=1.0).contains(&beta).then_some(beta)
}

/// The unavailability that switching alone brings, if each failure costs a `gap` and nothing else:
/// `T/(MTTF + T)`.
pub fn of_failovers(mttf: f64, gap: f64) -> f64 {
    gap / (mttf + gap)
}

/// The share of requests lost while traffic drains away from copies that fail: `failures` in all
/// within a `period`, each of which carried a `share` of the traffic, for `drain` of time.
///
/// Two failures at once are left out.
pub fn of_drains(failures: f64, share: f64, drain: f64, period: f64) -> f64 {
    failures * share * drain / period
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let (three, minutes) = (0.999, 60.0 * HOURS_PER_YEAR);
        let with_beta = |beta| 1.0 - with_common_cause(1, 2, 0.001, beta);
        let beta = largest_common_cause(0.001, 1e-4).unwrap();
        let rows = [
            ("rec-A1", downtime(three, HOURS_PER_YEAR), 8.76),
            ("rec-A2", downtime(0.9999, minutes), 52.56),
            ("rec-A3", downtime(0.999, HOURS_PER_YEAR) - downtime(0.9995, HOURS_PER_YEAR), 4.38),
            ("rec-A4", k_of_n(1, 2, three), 0.999_999),
            ("rec-A5_1", with_beta(0.01), 0.999_989_019_9),
            ("rec-A5_5", with_beta(0.05), 0.999_949_097_5),
            ("rec-A5_10", with_beta(0.1), 0.999_899_19),
            ("rec-A6", beta, 0.099_188_538_71),
            ("rec-A7", serial(&[three; 12]), 0.988_065_780_5),
            ("rec-A8", k_of_n(2, 3, three), 0.999_997_002),
            ("rec-A9", of_part(720.0, 0.5), 0.999_306_037_5),
            ("rec-A14", of_failovers(730.0 * 3_600.0, 35.2), 1.339_403_673e-5),
            ("rec-A15", k_of_n(3, 5, 0.99), 0.999_990_149_4),
            ("rec-A16", of_drains(2.0 * 8.76, 0.5, 120.0, 60.0 * minutes), 3.333_333_333e-5),
            ("rec-E9", mttf_for(0.9999, 5.0) / 1_440.0, 34.718_75),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn a_pair_with_the_largest_common_cause_is_just_good_enough() {
        let beta = largest_common_cause(0.001, 1e-4).unwrap();
        assert_rows(&[("there and back", with_common_cause(1, 2, 0.001, beta), 1e-4)], 1e-12);
        assert_eq!(largest_common_cause(0.001, 1e-7), None, "worse without any");
        assert_eq!(largest_common_cause(0.001, 0.01), None, "better with all");
    }

    #[test]
    fn mixed_copies_are_as_equal_ones_where_they_are_equal() {
        let rows = [
            ("2 of 3", k_of_mixed(2, &[0.9; 3]), k_of_n(2, 3, 0.9)),
            ("one of two", k_of_mixed(1, &[0.9, 0.5]), 0.95),
            ("none needed", k_of_mixed(0, &[0.1]), 1.0),
            ("more than there are", k_of_mixed(2, &[0.5]), 0.0),
        ];
        assert_rows(&rows, 1e-14);
    }
}
