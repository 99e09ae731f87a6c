//! M/M/c/K: as M/M/c, but at most `K` requests waiting or in service; the others are turned away.
//!
//! Source: Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory* (4th ed., 2008),
//! section 2.4.

/// An M/M/c/K queue in its steady state, which it always has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmck {
    rate: f64,
    loss: f64,
    number: f64,
    waiting: f64,
}

impl Mmck {
    /// Arrivals per second, ≥ 0; mean service in seconds, > 0; servers, ≥ 1; `capacity` for
    /// waiting and service together, at least the servers. `None` when the last two are out of
    /// range. It takes `capacity` steps.
    pub fn new(rate: f64, mean_service: f64, servers: u32, capacity: u32) -> Option<Self> {
        debug_assert!(rate >= 0.0 && mean_service > 0.0);
        if servers == 0 || capacity < servers {
            return None;
        }
        let load = rate * mean_service;
        // Sums over the states of weight, number × weight and waiting × weight; the weight of the
        // empty state is 1.
        let (mut weight, mut all, mut number, mut waiting) = (1.0, 1.0, 0.0, 0.0);
        for n in 1..=capacity {
            weight *= load / f64::from(n.min(servers));
            all += weight;
            number += f64::from(n) * weight;
            waiting += f64::from(n.saturating_sub(servers)) * weight;
            if all > 1e200 {
                for sum in [&mut weight, &mut all, &mut number, &mut waiting] {
                    *sum *= 1e-200;
                }
            }
        }
        Some(Self { rate, loss: weight / all, number: number / all, waiting: waiting / all })
    }

    /// The share of requests that find all places taken.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The mean number of requests waiting or in service.
    pub fn mean_number(&self) -> f64 {
        self.number
    }

    /// The mean wait in seconds of the requests that are let in; 0 when none come.
    pub fn mean_wait(&self) -> f64 {
        let accepted = self.rate * (1.0 - self.loss);
        if accepted > 0.0 { self.waiting / accepted } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;
    use crate::analytic::erlang::erlang_b;

    #[test]
    fn known_values() {
        let one = Mmck::new(9.0, 0.1, 1, 11).unwrap();
        let many = Mmck::new(50.0, 1.0, 50, 70).unwrap();
        let rows = [
            ("mm1k11-block", one.loss(), 0.043_732_373_6),
            ("mm1k11-L", one.mean_number(), 4.276_903_65),
            ("mm23-N", Mmck::new(3.0, 0.25, 2, 3).unwrap().mean_number(), 0.762_340_037),
            ("mmck-50-70-loss", many.loss(), 0.033_848_820_4),
            ("mmck-50-70-Wq", many.mean_wait(), 0.147_145_756),
            ("rec-Q2", Mmck::new(0.9, 1.0, 1, 10).unwrap().loss(), 0.050_813_731_33),
            ("no queue", Mmck::new(45.0, 1.0, 50, 50).unwrap().loss(), erlang_b(50, 45.0)),
        ];
        assert_rows(&rows, 1e-8);
    }

    #[test]
    fn heavy_overload_does_not_overflow() {
        let queue = Mmck::new(1e6, 1.0, 1000, 20_000).unwrap();
        assert!((queue.loss() - 0.999).abs() < 1e-9);
        assert!((queue.mean_wait() - 19.0).abs() < 0.01, "{}", queue.mean_wait());
    }

    #[test]
    fn too_few_places_are_no_queue() {
        assert_eq!((Mmck::new(1.0, 1.0, 3, 2), Mmck::new(1.0, 1.0, 0, 2)), (None, None));
        let idle = Mmck::new(0.0, 1.0, 3, 5).unwrap();
        assert_eq!((idle.loss(), idle.mean_number(), idle.mean_wait()), (0.0, 0.0, 0.0));
    }
}
