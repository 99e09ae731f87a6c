//! Erlang's two formulas: how often all servers are taken.
//!
//! Poisson arrivals, offered load `a` = rate × mean service time, `c` equal servers. B is for
//! callers who are turned away and holds for any law of service times; C is for callers who
//! wait without end and needs exponential ones.
//!
//! Source: Erlang 1917; Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory*
//! (4th ed., 2008), sections 2.3 and 2.5.

/// Erlang B: the share of callers that find all `servers` taken and are turned away (M/G/c/c).
///
/// `load` is the offered load, ≥ 0. By the recursion `B(c) = a·B(c−1) / (c + a·B(c−1))`, which
/// neither overflows nor cancels; it takes `servers` steps.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    debug_assert!(load >= 0.0);
    (1..=servers).fold(1.0, |blocked, c| next_b(blocked, c, load))
}

/// One step of the recursion: from the blocking of `servers − 1` to that of `servers`.
pub(super) fn next_b(blocked: f64, servers: u32, load: f64) -> f64 {
    load * blocked / (f64::from(servers) + load * blocked)
}

/// Erlang C: the share of callers that must wait (M/M/c).
///
/// `load` is the offered load, ≥ 0. `None` when there is no steady state: `load ≥ servers`.
pub fn erlang_c(servers: u32, load: f64) -> Option<f64> {
    let utilisation = load / f64::from(servers);
    if servers == 0 || utilisation >= 1.0 {
        return None;
    }
    let blocked = erlang_b(servers, load);
    Some(blocked / (1.0 - utilisation * (1.0 - blocked)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let c = |servers, load| erlang_c(servers, load).unwrap();
        let rows = [
            ("erlB-5-3", erlang_b(5, 3.0), 0.110_054_347_8),
            ("erlB-10-10", erlang_b(10, 10.0), 0.214_582_343),
            ("erlB-50-45", erlang_b(50, 45.0), 0.054_104_472_2),
            ("erlB-100-100, rec-P1", erlang_b(100, 100.0), 0.075_700_452_71),
            ("mmc2-C", c(2, 1.6), 0.711_111_111),
            ("mmc3-C", c(3, 2.0), 0.444_444_444),
            ("mmc10-C", c(10, 9.0), 0.668_731_524),
            ("mmc50-C", c(50, 45.0), 0.363_864_467),
            ("mmc100-C", c(100, 80.0), 0.019_646_426_6),
            ("rec-P7", c(20, 17.0), 0.385_056_229_9),
        ];
        assert_rows(&rows, 1e-8);
    }

    #[test]
    fn thousands_of_servers_do_not_overflow() {
        // For a = c the blocking tends to √(2 / (π c)); the next term is 2/(3c)-ish.
        let c = 10_000;
        let limit = (2.0 / (std::f64::consts::PI * f64::from(c))).sqrt();
        assert!((erlang_b(c, f64::from(c)) / limit - 1.0).abs() < 0.01);
        assert!(erlang_b(100_000, 10.0) == 0.0);
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!((erlang_b(0, 3.0), erlang_b(3, 0.0)), (1.0, 0.0));
        assert_eq!((erlang_c(3, 0.0), erlang_c(3, 3.0), erlang_c(0, 0.0)), (Some(0.0), None, None));
    }
}
