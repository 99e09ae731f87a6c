//! How far load may grow before some of it is shed, and how much then. Loads are shares of capacity.

/// The least share of the offered load that must be shed to hold a threshold: `1 − s/a`, 0 where
/// the load is below it.
pub fn least_shed(offered: f64, threshold: f64) -> f64 {
    (1.0 - threshold / offered).max(0.0)
}

/// How much traffic may grow from a load, > 0, before it reaches the threshold: `s/a − 1`, as a
/// share of what it is. From 70 % to 85 % are 15 points, but 21 % of growth.
pub fn growth_before(load: f64, threshold: f64) -> f64 {
    threshold / load - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-L1", least_shed(1.4, 0.85), 0.392_857_142_9),
            ("rec-L2", growth_before(0.7, 0.85), 0.214_285_714_3),
            ("below the threshold", least_shed(0.7, 0.85), 0.0),
        ];
        assert_rows(&rows, 1e-9);
    }
}
