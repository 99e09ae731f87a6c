//! The arithmetic of deadlines in call chains: what a hop that keeps a share back leaves to the
//! next, and what is wasted where nobody tells.

/// When the timer of a hop fires that takes a share of what is left to an unchanged absolute
/// deadline: `t + s·(D − t)`, seconds after the start.
///
/// The later a hop is entered, the later its timer fires: it outlives its caller, whose timer
/// fired at `s·D` or so. Cutting the deadline itself at each hop mends that, see
/// [`nested_budget`].
///
/// `deadline` `D` and `entered` `t` in seconds after the start, `0 ≤ t ≤ D`; `share` in `[0, 1]`,
/// usually 0.9.
pub fn absolute_timer(deadline: f64, entered: f64, share: f64) -> f64 {
    debug_assert!((0.0..=deadline).contains(&entered) && (0.0..=1.0).contains(&share));
    entered + share * (deadline - entered)
}

/// What is left for the last of `hops`, each of which hands on a share of its own budget:
/// `B·s^hops`, in seconds.
///
/// `budget` ≥ 0 in seconds, `share` in `[0, 1]`.
pub fn nested_budget(budget: f64, share: f64, hops: u32) -> f64 {
    debug_assert!(budget >= 0.0 && (0.0..=1.0).contains(&share));
    (0..hops).fold(budget, |left, _| left * share)
}

/// Seconds that hops go on waiting, all together, after their client has given up, while the
/// last dependency hangs: the excess of each hop's timeout over the client's.
///
/// All timeouts in seconds, ≥ 0, counted from the same moment.
pub fn wasted_hop_time(client: f64, hops: &[f64]) -> f64 {
    hops.iter().map(|timeout| (timeout - client).max(0.0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-D1", absolute_timer(10.0, 2.0, 0.9), 9.2),
            ("its parent", absolute_timer(10.0, 0.0, 0.9), 9.0),
            ("rec-D2", nested_budget(10.0, 0.9, 4), 6.561),
            ("no hops", nested_budget(10.0, 0.9, 0), 10.0),
            ("rec-D3", wasted_hop_time(10.0, &[30.0, 30.0]), 40.0),
            ("shorter hops", wasted_hop_time(10.0, &[5.0, 12.0]), 2.0),
        ];
        assert_rows(&rows, 1e-12);
    }
}
