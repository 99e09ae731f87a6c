//! What the parts of a failover take: the lease that must run out, the caches that must forget, the
//! slowest of the clients. Seconds.

/// The mean time from the death of a leader until its lease runs out, if it renews every `renewal`:
/// `ttl − renewal/2`, since the last renewal is of an age between none and `renewal`, all equally
/// likely. It is never less than `ttl − renewal`.
///
/// Source: Patroni documentation, `ttl` and `loop_wait`.
pub fn lease_expiry(ttl: f64, renewal: f64) -> f64 {
    debug_assert!(renewal <= ttl);
    ttl - renewal / 2.0
}

/// The mean time for which a client goes on using a name's old address, cached at any time within
/// its `ttl`: half of it.
pub fn cached_address(ttl: f64) -> f64 {
    ttl / 2.0
}

/// The mean of the slowest of `clients`, each of which takes anything up to `longest`, equally
/// likely and independently: `longest·n/(n + 1)`.
///
/// Source: David and Nagaraja, *Order Statistics* (3rd ed., 2003), section 2.2.
pub fn slowest(clients: u32, longest: f64) -> f64 {
    let n = f64::from(clients);
    longest * n / (n + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-T9", lease_expiry(30.0, 10.0), 25.0),
            ("rec-T10", cached_address(5.0), 2.5),
            ("rec-T11", slowest(20, 5.0), 4.761_904_762),
        ];
        assert_rows(&rows, 1e-9);
    }
}
