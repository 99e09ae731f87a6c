//! A rate that goes up and down for ever, and its integral.

use std::f64::consts::TAU;

use crate::math;
use crate::time::{SimDuration, SimTime};

/// `mean · (1 + swing · cos(2π (t − peak) / period))`, per nanosecond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SineCurve {
    /// Per ns.
    mean: f64,
    /// 0 to 1.
    swing: f64,
    /// ns, > 0.
    period: u64,
    /// The first peak, ns, < `period`.
    peak: u64,
}

impl SineCurve {
    pub(super) fn new(per_sec: f64, swing: f64, period: SimDuration, peak: SimTime) -> Self {
        let period = period.as_nanos();
        Self { mean: per_sec / 1e9, swing, period, peak: peak.as_nanos() % period }
    }

    pub(super) fn per_sec(&self, at: SimTime) -> f64 {
        self.rate(self.angle(at)) * 1e9
    }

    pub(super) fn peak(&self) -> f64 {
        self.mean * (1.0 + self.swing) * 1e9
    }

    pub(super) fn between(&self, from: SimTime, to: SimTime) -> f64 {
        self.area(self.angle(from), to.since(from).as_nanos() as f64)
    }

    /// When the integral from `from` on reaches `area`.
    ///
    /// The integral never strays from that of the mean by more than twice its amplitude, which
    /// brackets the answer; Newton's steps that would leave the bracket halve it instead.
    pub(super) fn after(&self, from: SimTime, area: f64) -> SimTime {
        if self.mean == 0.0 {
            return SimTime::NEVER;
        }
        let angle = self.angle(from);
        let (centre, reach) = (area / self.mean, 2.0 * self.amplitude());
        let (mut low, mut high) = ((centre - reach).max(0.0), centre + reach);
        let mut span = centre;
        while high - low > 0.5 {
            let miss = self.area(angle, span) - area;
            if miss > 0.0 {
                high = span;
            } else {
                low = span;
            }
            let next = span - miss / self.rate(angle + self.turns(span));
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            if (next - span).abs() < 0.25 {
                span = next;
                break;
            }
            span = next;
        }
        from + SimDuration::from_nanos_f64(span)
    }

    /// The angle at an instant; whole periods are taken out before rounding can lose any of it.
    fn angle(&self, at: SimTime) -> f64 {
        let since_peak = (at.as_nanos() % self.period + self.period - self.peak) % self.period;
        self.turns(since_peak as f64)
    }

    fn turns(&self, span: f64) -> f64 {
        TAU * span / self.period as f64
    }

    fn rate(&self, angle: f64) -> f64 {
        self.mean * self.swing.mul_add(math::cos(angle), 1.0)
    }

    /// By how many ns of the mean the integral is ahead or behind at most.
    fn amplitude(&self) -> f64 {
        self.swing * self.period as f64 / TAU
    }

    /// The integral over `span` ns from `angle` on.
    fn area(&self, angle: f64, span: f64) -> f64 {
        let ahead = math::sin(angle + self.turns(span)) - math::sin(angle);
        self.mean * self.amplitude().mul_add(ahead, span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: f64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs_f64(secs)
    }

    /// 60/s, half up and down within a day, highest at six.
    fn day() -> SineCurve {
        SineCurve::new(60.0, 0.5, SimDuration::from_secs(86_400), at(6.0 * 3_600.0))
    }

    #[test]
    fn is_highest_at_its_peak_and_the_mean_over_a_period() {
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-9 * want, "{got} {want}");
        close(day().per_sec(at(6.0 * 3_600.0)), 90.0);
        close(day().per_sec(at(18.0 * 3_600.0)), 30.0);
        close(day().per_sec(at(3e4 * 86_400.0)), 60.0);
        close(day().between(at(1_000.0), at(87_400.0)), 60.0 * 86_400.0);
        // From a peak over a quarter: mean · (T/4 + swing · T/2π).
        let quarter = 60.0 * (21_600.0 + 0.5 * 86_400.0 / TAU);
        close(day().between(at(21_600.0), at(43_200.0)), quarter);
    }

    #[test]
    fn inverts_its_integral() {
        let silent_at_night = SineCurve::new(0.5, 1.0, SimDuration::from_secs(60), at(0.0));
        for curve in [day(), silent_at_night] {
            for from in [0.0, 29.999, 30.0, 44.5, 1e6] {
                for area in [1e-6, 0.7, 12.0, 3_000.0] {
                    let then = curve.after(at(from), area);
                    let back = curve.between(at(from), then);
                    assert!((back - area).abs() < 1e-6, "{area} from {from}: {back}");
                }
            }
        }
        assert_eq!(SineCurve { mean: 0.0, ..day() }.after(at(1.0), 1.0), SimTime::NEVER);
    }
}
