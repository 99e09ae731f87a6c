//! What piles up when more comes in than goes out, as a fluid: queues without a consumer, the lag
//! of an asynchronous replica.
//!
//! Rates in things or bytes per second. Nothing here is random: the fluid limit of any queue in
//! overload, which is exact for steady flows.

/// The time until `room` is full; `None` if it never is.
pub fn time_to_fill(room: f64, inflow: f64, outflow: f64) -> Option<f64> {
    (inflow > outflow).then(|| room / (inflow - outflow))
}

/// A stretch in which more comes in than goes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burst {
    /// What comes in.
    pub inflow: f64,
    /// What goes out: of a replica, its link.
    pub outflow: f64,
    /// How long it lasts, s.
    pub span: f64,
}

impl Burst {
    /// What has piled up at its end: `(w − b)·τ`.
    pub fn backlog(&self) -> f64 {
        ((self.inflow - self.outflow) * self.span).max(0.0)
    }

    /// How old the oldest of it is then: `τ·(1 − b/w)`, seconds. Of a replica this is what is lost
    /// if the primary dies now.
    pub fn age(&self) -> f64 {
        if self.inflow > 0.0 { self.backlog() / self.inflow } else { 0.0 }
    }

    /// How long it takes to drain while `base` still comes in; `None` if it does not.
    pub fn drain_time(&self, base: f64) -> Option<f64> {
        (self.outflow > base).then(|| self.backlog() / (self.outflow - base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let burst = Burst { inflow: 40e6, outflow: 25e6, span: 60.0 };
        let filled = time_to_fill(1024.0 * 1_048_576.0, 2_000.0 * 1024.0, 0.0);
        let rows = [
            ("rec-Q1", filled.unwrap(), 524.288),
            ("rec-B11, bytes", burst.backlog(), 900e6),
            ("rec-B11", burst.age(), 22.5),
            ("rec-B12", burst.drain_time(5e6).unwrap(), 45.0),
        ];
        assert_rows(&rows, 1e-12);
    }

    #[test]
    fn what_keeps_up_has_no_backlog() {
        let calm = Burst { inflow: 5e6, outflow: 25e6, span: 60.0 };
        assert_eq!((calm.backlog(), calm.age(), calm.drain_time(5e6)), (0.0, 0.0, Some(0.0)));
        assert_eq!(calm.drain_time(30e6), None);
        assert_eq!(time_to_fill(1.0, 3.0, 3.0), None);
        assert_eq!(Burst { inflow: 0.0, outflow: 0.0, span: 1.0 }.age(), 0.0);
    }
}
