//! Pauses of an instance that come again and again, as those of a garbage collector that stops the
//! world do.
//!
//! Each cycle begins with a pause; in the rest of it work goes on. Nothing is pushed: how long some
//! work takes is known when it begins.

use crate::time::SimDuration;

/// When an instance pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pauses {
    /// From the beginning of one pause to that of the next, > `pause`.
    pub every: SimDuration,
    /// How long each is at full strength.
    pub pause: SimDuration,
}

impl Pauses {
    /// Those at some strength, 0 to 1: shorter ones.
    #[must_use]
    pub fn at(self, strength: f64) -> Self {
        Self { pause: self.pause.mul_f64(strength), ..self }
    }

    /// How long `work` takes that begins `into` the first cycle, where pauses end `left` later.
    pub fn stretch(self, into: SimDuration, work: SimDuration, left: SimDuration) -> SimDuration {
        let cut = self.cut_short(into, work, left);
        let work = work.as_nanos();
        let (every, pause) = (self.every.as_nanos(), self.pause.as_nanos());
        let at = into.as_nanos() % every;
        let first = pause.saturating_sub(at);
        let until_next = every - at.max(pause);
        let beyond = work.saturating_sub(until_next);
        let more = beyond.div_ceil(every - pause);
        let whole = SimDuration::from_nanos(work + first) + self.pause.saturating_mul(more);
        whole.min(cut)
    }

    /// How long it takes if it is not done when pauses end.
    fn cut_short(self, into: SimDuration, work: SimDuration, left: SimDuration) -> SimDuration {
        let done = self.goes_on_until(into + left) - self.goes_on_until(into);
        match u64::try_from(done) {
            Ok(done) if left != SimDuration::MAX && done <= work.as_nanos() => {
                left + SimDuration::from_nanos(work.as_nanos() - done)
            }
            _ => SimDuration::MAX,
        }
    }

    /// For how many nanoseconds of the first `span` work goes on.
    fn goes_on_until(self, span: SimDuration) -> u128 {
        let (every, pause) = (self.every.as_nanos(), self.pause.as_nanos());
        let (cycles, rest) = (span.as_nanos() / every, span.as_nanos() % every);
        u128::from(cycles) * u128::from(every - pause) + u128::from(rest.saturating_sub(pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Pauses =
        Pauses { every: SimDuration::from_millis(10), pause: SimDuration::from_millis(2) };

    #[test]
    fn work_waits_for_the_end_of_pauses() {
        let ms = SimDuration::from_millis;
        #[rustfmt::skip]
        let cases = [
            (0, 3, 5),    // begins with a pause
            (1, 3, 4),    // half of it is over
            (2, 8, 8),    // fits between two
            (2, 9, 11),   // one in the middle
            (5, 5, 5),    // ends where the next begins
            (5, 6, 8),
            (5, 14, 18),  // two more: 5 + 2 + 8 + 2 + 1
            (19, 1, 1),
            (20, 0, 2),
        ];
        for (into, work, want) in cases {
            let got = EVERY.stretch(ms(into), ms(work), SimDuration::MAX);
            assert_eq!(got, ms(want), "{work} ms from {into} ms on");
        }
    }

    #[test]
    fn none_comes_after_the_last() {
        let ms = SimDuration::from_millis;
        assert_eq!(EVERY.stretch(ms(0), ms(100), ms(12)), ms(104), "two pauses");
        assert_eq!(EVERY.stretch(ms(0), ms(100), ms(11)), ms(103), "the second is cut short");
        assert_eq!(EVERY.stretch(ms(5), ms(5), ms(5)), ms(5));
    }

    /// A millisecond at a time.
    #[test]
    fn it_is_what_walking_gives() {
        let walk = |mut at: u64, mut work: u64, end: u64| {
            let from = at;
            while work > 0 {
                work -= u64::from(at >= end || at % 10 >= 2);
                at += 1;
            }
            at - from
        };
        let ms = SimDuration::from_millis;
        for (into, work, left) in (0..23).flat_map(|a| (1..40).map(move |b| (a, b, a * 7 % 50))) {
            let got = EVERY.stretch(ms(into), ms(work), ms(left));
            assert_eq!(got, ms(walk(into, work, into + left)), "{work} from {into}, {left} left");
        }
    }
}
