//! A rate over time and its integral.

use super::sine::SineCurve;
use crate::schema::RateProfile;
use crate::time::{SimDuration, SimTime};

/// A rate over time, per nanosecond.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve(Shape);

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Pieces(Pieces),
    Sine(SineCurve),
}

/// Piecewise linear; the last piece goes on for ever.
#[derive(Clone, Debug, PartialEq)]
struct Pieces(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: SimTime,
    /// Rate at `from`, per ns.
    rate: f64,
    /// Change of the rate, per ns².
    slope: f64,
}

impl RateCurve {
    /// The curve of a profile whose time zero is at `zero` of the run, where the clock shows
    /// `clock` seconds after midnight.
    pub fn of(profile: &RateProfile, zero: SimTime, clock: Option<u32>) -> Self {
        match profile {
            RateProfile::Steps(changes) => {
                Self::new(changes.iter().map(|it| (zero + it.at, it.rate, it.over)))
            }
            RateProfile::Sine(sine) => {
                let peak = zero + sine.peak_after(clock);
                Self(Shape::Sine(SineCurve::new(sine.mean, sine.swing, sine.period, peak)))
            }
        }
    }

    /// The curve through `changes`: at each instant the rate starts to go to `per_sec` and is there
    /// after `over`. Instants do not decrease, ramps do not overlap; before the first change its
    /// rate holds.
    pub fn new(changes: impl IntoIterator<Item = (SimTime, f64, SimDuration)>) -> Self {
        Self(Shape::Pieces(Pieces::new(changes)))
    }

    /// The integral of the rate from `from` to `to`: the expected number of arrivals.
    pub fn between(&self, from: SimTime, to: SimTime) -> f64 {
        match &self.0 {
            Shape::Pieces(pieces) => pieces.between(from, to),
            Shape::Sine(sine) => sine.between(from, to),
        }
    }

    /// When the integral from `from` on, times `factor`, reaches `area`; `NEVER` if it does not.
    #[inline]
    pub fn after(&self, from: SimTime, area: f64, factor: f64) -> SimTime {
        // Where nothing is left to wait for, 0 / 0 must not ask.
        if factor == 0.0 {
            return SimTime::NEVER;
        }
        match &self.0 {
            Shape::Pieces(pieces) => pieces.after(from, area, factor),
            Shape::Sine(sine) => sine.after(from, area / factor),
        }
    }

    /// Arrivals per second at an instant.
    pub fn per_sec(&self, at: SimTime) -> f64 {
        match &self.0 {
            Shape::Pieces(pieces) => pieces.per_sec(at),
            Shape::Sine(sine) => sine.per_sec(at),
        }
    }

    /// Whether the rate never changes; that of a sine does, if it swings at all.
    pub fn is_flat(&self) -> bool {
        match &self.0 {
            Shape::Pieces(pieces) => pieces.is_flat(),
            Shape::Sine(_) => false,
        }
    }

    /// The most arrivals per second at any time.
    pub fn peak(&self) -> f64 {
        match &self.0 {
            Shape::Pieces(pieces) => pieces.peak(),
            Shape::Sine(sine) => sine.peak(),
        }
    }
}

impl Pieces {
    fn new(changes: impl IntoIterator<Item = (SimTime, f64, SimDuration)>) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut current = 0.0;
        for (from, per_sec, over) in changes {
            let target = per_sec / 1e9;
            let from = if pieces.is_empty() { SimTime::ZERO } else { from };
            if !over.is_zero() && !pieces.is_empty() {
                let slope = (target - current) / over.as_nanos() as f64;
                pieces.push(Piece { from, rate: current, slope });
            }
            pieces.push(Piece { from: from + over, rate: target, slope: 0.0 });
            current = target;
        }
        Self(pieces)
    }

    fn between(&self, from: SimTime, to: SimTime) -> f64 {
        let mut sum = 0.0;
        let mut at = from;
        while at < to {
            let index = self.piece_at(at);
            let end = self.end_of(index).min(to);
            sum += self.0[index].area(at, end);
            at = end;
        }
        sum
    }

    #[inline]
    fn after(&self, from: SimTime, area: f64, factor: f64) -> SimTime {
        if let [only] = self.0[..] {
            return from + SimDuration::from_nanos_f64(area / (only.rate * factor));
        }
        self.after_several(from, area / factor)
    }

    fn after_several(&self, from: SimTime, area: f64) -> SimTime {
        let (mut at, mut left) = (from, area);
        loop {
            let index = self.piece_at(at);
            let end = self.end_of(index);
            let piece = &self.0[index];
            let here = piece.area(at, end);
            if left <= here {
                return at + SimDuration::from_nanos_f64(piece.span_of(at, left));
            }
            if end == SimTime::NEVER {
                return SimTime::NEVER;
            }
            left -= here;
            at = end;
        }
    }

    fn per_sec(&self, at: SimTime) -> f64 {
        self.0[self.piece_at(at)].rate_at(at) * 1e9
    }

    /// Ramps go to where the next piece begins: the highest beginning is the highest of all.
    fn peak(&self) -> f64 {
        self.0.iter().map(|it| it.rate).fold(0.0, f64::max) * 1e9
    }

    fn is_flat(&self) -> bool {
        self.0.iter().all(|it| it.slope == 0.0 && it.rate == self.0[0].rate)
    }

    fn piece_at(&self, at: SimTime) -> usize {
        self.0.partition_point(|it| it.from <= at).max(1) - 1
    }

    fn end_of(&self, index: usize) -> SimTime {
        self.0.get(index + 1).map_or(SimTime::NEVER, |it| it.from)
    }
}

impl Piece {
    fn rate_at(&self, at: SimTime) -> f64 {
        self.slope.mul_add(at.since(self.from).as_nanos() as f64, self.rate)
    }

    /// Integral over `from..to`, both within the piece.
    fn area(&self, from: SimTime, to: SimTime) -> f64 {
        let span = to.since(from).as_nanos() as f64;
        let start = self.rate_at(from);
        // A constant rate of zero without end has no area, and 0 · ∞ must not ask.
        if start == 0.0 && self.slope == 0.0 {
            0.0
        } else {
            (start + 0.5 * self.slope * span) * span
        }
    }

    /// The span in ns from `from` in which the integral reaches `area` (which it does).
    ///
    /// Solves `½·slope·x² + rate·x = area` in the form that does not cancel.
    fn span_of(&self, from: SimTime, area: f64) -> f64 {
        let rate = self.rate_at(from);
        let root = (2.0 * self.slope).mul_add(area, rate * rate).max(0.0).sqrt();
        2.0 * area / (rate + root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: f64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs_f64(secs)
    }

    /// 100/s, from 60 s over 20 s to 300/s, at 180 s down to 0/s.
    fn curve() -> RateCurve {
        let ramp = SimDuration::from_secs(20);
        RateCurve::new([
            (at(0.0), 100.0, SimDuration::ZERO),
            (at(60.0), 300.0, ramp),
            (at(180.0), 0.0, SimDuration::ZERO),
        ])
    }

    #[test]
    fn integrates_steps_and_ramps() {
        #[rustfmt::skip]
        let cases = [
            (0.0, 60.0, 6_000.0),
            (60.0, 80.0, 4_000.0),
            (60.0, 70.0, 1_500.0),
            (70.0, 90.0, 2_500.0 + 3_000.0),
            (0.0, 200.0, 6_000.0 + 4_000.0 + 30_000.0),
            (180.0, 500.0, 0.0),
        ];
        for (from, to, want) in cases {
            let got = curve().between(at(from), at(to));
            assert!((got - want).abs() < 1e-6 * (1.0 + want), "{from}..{to}: {got} for {want}");
        }
    }

    #[test]
    fn inverts_its_integral() {
        for from in [0.0, 59.0, 65.0, 79.9, 100.0] {
            for area in [0.5, 10.0, 3_000.0, 9_000.0] {
                let then = curve().after(at(from), area, 1.0);
                let back = curve().between(at(from), then);
                assert!((back - area).abs() < 1e-5, "{area} from {from}: {back}");
                assert_eq!(curve().after(at(from), 2.0 * area, 2.0), then, "twice the rate");
            }
        }
        assert_eq!(curve().after(at(179.0), 301.0, 1.0), SimTime::NEVER, "the load has ended");
    }

    #[test]
    fn a_rate_that_never_changes_has_one_piece() {
        let flat = RateCurve::new([(at(0.0), 50.0, SimDuration::ZERO)]);
        assert_eq!(flat.after(at(1.0), 1.0, 1.0), at(1.02));
        assert!(flat.is_flat() && !curve().is_flat());
        let silent = RateCurve::new([(at(0.0), 0.0, SimDuration::ZERO)]);
        assert_eq!(silent.after(at(1.0), 1.0, 1.0), SimTime::NEVER);
        for curve in [flat, curve()] {
            assert_eq!(curve.after(at(1.0), 0.0, 0.0), SimTime::NEVER, "an arrival due is held");
        }
    }
}
