//! The play head: where it is, whether it moves, and how fast.

/// Simulated seconds a second; the last shows a whole run in ten seconds.
pub(crate) const SPEEDS: [Speed; 4] =
    [Speed::Times(1.0), Speed::Times(10.0), Speed::Times(60.0), Speed::Most];
/// Real seconds of a run at the highest speed.
const WHOLE: f64 = 6.0;
/// A pause between two pictures is at most taken for so long: who hides the page does not miss the run.
const LONGEST_FRAME: f64 = 0.25;

/// How fast the play head moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Speed {
    /// So many times as fast as the clock.
    Times(f64),
    /// The whole run in a few seconds.
    Most,
}

impl Speed {
    /// Its name.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Times(times) => format!("{times}×"),
            Self::Most => "max".to_owned(),
        }
    }

    /// Simulated seconds a second.
    pub(crate) fn times(self, duration: f64) -> f64 {
        match self {
            Self::Times(times) => times,
            Self::Most => (duration / WHOLE).max(1.0),
        }
    }
}

/// The play head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Play {
    /// Where it is, s.
    pub(crate) at: f64,
    /// Whether it moves.
    pub(crate) playing: bool,
    /// Which of [`SPEEDS`].
    pub(crate) speed: usize,
    /// When it was moved last, ms.
    last: f64,
}

impl Play {
    /// At the beginning, moving.
    pub(crate) fn new() -> Self {
        Self { at: 0.0, playing: true, speed: 1, last: f64::NAN }
    }

    /// Moves it to where it is at `now`, ms.
    pub(crate) fn frame(&mut self, now: f64, duration: f64) {
        let passed = ((now - self.last) / 1e3).clamp(0.0, LONGEST_FRAME);
        let first = self.last.is_nan();
        self.last = now;
        if !self.playing || first {
            return;
        }
        self.at += passed * SPEEDS[self.speed].times(duration);
        if self.at >= duration {
            self.at = duration;
            self.playing = false;
        }
    }

    /// Puts it somewhere.
    pub(crate) fn seek(&mut self, at: f64, duration: f64) {
        self.at = if at.is_finite() { at.clamp(0.0, duration) } else { 0.0 };
    }

    /// Starts or stops it; at the end it starts from the beginning.
    pub(crate) fn toggle(&mut self, duration: f64) {
        self.playing = !self.playing;
        if self.playing && self.at >= duration {
            self.at = 0.0;
        }
    }

    /// The next speed up or down.
    pub(crate) fn shift_speed(&mut self, up: bool) {
        let speed = if up { self.speed + 1 } else { self.speed.saturating_sub(1) };
        self.speed = speed.min(SPEEDS.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_with_the_clock_and_stops_at_the_end() {
        let mut play = Play::new();
        play.frame(1000.0, 60.0);
        assert_eq!(play.at, 0.0, "nothing has passed before the first picture");
        play.frame(1100.0, 60.0);
        assert!((play.at - 1.0).abs() < 1e-9);
        play.frame(99_000.0, 60.0);
        assert!((play.at - 3.5).abs() < 1e-9, "a hidden page does not run away");
        play.seek(59.0, 60.0);
        play.frame(99_200.0, 60.0);
        assert_eq!((play.at, play.playing), (60.0, false));
        play.toggle(60.0);
        assert_eq!((play.at, play.playing), (0.0, true));
        play.seek(f64::NAN, 60.0);
        assert_eq!(play.at, 0.0);
    }
}
