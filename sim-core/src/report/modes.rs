//! Replications that fall into two groups: some collapse, some recover.

use serde::Serialize;

use super::Unit;
use super::estimate::CONFIDENCE;
use crate::statistics::{Group, interval, two_groups};

/// A group of replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mode {
    /// How many of them there are.
    pub n: u64,
    /// Their share of the replications.
    pub share: f64,
    /// The lower end of the share's 95 % Wilson interval.
    pub share_low: f64,
    /// Its upper end.
    pub share_high: f64,
    /// The mean in these replications.
    pub mean: f64,
}

/// Groups nearer to each other than this share of the greater mean are not worth telling apart.
const APART: f64 = 0.1;
/// The same for shares, whose groups are told apart by points.
const POINTS_APART: f64 = 0.05;

/// The groups of a metric's values by replication, the lower first, if they are two and it matters.
pub(super) fn modes(values: &[f64], unit: Unit) -> Option<[Mode; 2]> {
    let groups = two_groups(values)?;
    let [low, high] = groups.map(|it| it.mean);
    let least = match unit {
        Unit::Share => POINTS_APART,
        _ => APART * low.abs().max(high.abs()),
    };
    if high - low < least {
        return None;
    }
    Some(groups.map(|it| mode(it, values.len() as u64)))
}

fn mode(group: Group, of: u64) -> Mode {
    let Group { n, mean } = group;
    let (share_low, share_high) = interval::wilson(n, of, CONFIDENCE).unwrap_or((0.0, 1.0));
    Mode { n, share: n as f64 / of as f64, share_low, share_high, mean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_their_shares_with_intervals() {
        let values = [1000.0, 998.0, 20.0, 1001.0, 22.0, 999.0, 21.0, 1000.0, 1002.0, 1000.0];
        let [low, high] = modes(&values, Unit::PerSecond).expect("three collapsed");
        assert_eq!((low.n, low.mean, high.n, high.mean), (3, 21.0, 7, 1000.0));
        // Wilson of 3 in 10.
        assert!((low.share_low - 0.107_8).abs() < 5e-5 && (low.share_high - 0.603_2).abs() < 5e-5);
        assert!((high.share_low + low.share_high - 1.0).abs() < 1e-12);
    }

    #[test]
    fn groups_that_nearly_agree_are_one() {
        let share = [1.0, 1.0, 1.0, 0.99, 0.99];
        assert_eq!(modes(&share, Unit::Share), None, "a point is not a collapse");
        assert_eq!(modes(&[100.0, 100.0, 100.0, 95.0, 95.0], Unit::PerSecond), None);
        assert!(modes(&[1.0, 1.0, 1.0, 0.9, 0.9], Unit::Share).is_some());
    }
}
