use crate::time::{SimDuration, SimTime};

/// Controlled delay: a queue that has not been short for an interval is one that stands, and sheds
/// from its head, faster and faster, until waits are short again.
///
/// It looks at who is next. When waits have been above the target for an interval it drops one;
/// then, while they stay above it, the `n`-th comes `interval / √n` after the one before. Who is
/// alone in the queue is never dropped. Falling back into dropping soon after it has ended, it goes
/// on at about the pace at which it was.
///
/// | symbol     | meaning                              | unit | range |
/// |------------|--------------------------------------|------|-------|
/// | `target`   | a wait that is acceptable            | ns   | > 0   |
/// | `interval` | for how long it may be passed        | ns   | > 0   |
///
/// Source: Nichols, Jacobson, `McGregor`, Iyengar, "Controlled Delay Active Queue Management",
/// RFC 8289, 2018, section 5, with requests for packets.
#[derive(Clone, Debug)]
pub struct Codel {
    target: SimDuration,
    interval: SimDuration,
    /// Waits above the target from now on to then are a standing queue.
    above_until: Option<SimTime>,
    dropping: bool,
    drop_next: SimTime,
    /// Drops of this dropping state, and of the last one when it began.
    count: u32,
    last_count: u32,
}

impl Codel {
    /// Of an empty queue.
    pub fn new(target: SimDuration, interval: SimDuration) -> Self {
        Self {
            target,
            interval,
            above_until: None,
            dropping: false,
            drop_next: SimTime::ZERO,
            count: 0,
            last_count: 0,
        }
    }

    /// Nobody waits.
    pub fn empty(&mut self) {
        self.above_until = None;
        self.dropping = false;
    }

    /// Whether who is next, after this wait, is dropped; `alone` if nobody else waits. Ask for the
    /// one behind until it says no.
    pub fn drops(&mut self, now: SimTime, waited: SimDuration, alone: bool) -> bool {
        let stands = self.stands(now, waited, alone);
        if !stands {
            self.dropping = false;
            return false;
        }
        if !self.dropping {
            self.begin(now);
            return true;
        }
        let due = now >= self.drop_next;
        if due {
            self.count += 1;
            self.drop_next = self.next(self.drop_next);
        }
        due
    }

    fn stands(&mut self, now: SimTime, waited: SimDuration, alone: bool) -> bool {
        if waited < self.target || alone {
            self.above_until = None;
            return false;
        }
        match self.above_until {
            None => {
                self.above_until = Some(now + self.interval);
                false
            }
            Some(until) => now >= until,
        }
    }

    fn begin(&mut self, now: SimTime) {
        let recent = now.saturating_since(self.drop_next) < self.interval.saturating_mul(16);
        let delta = self.count.saturating_sub(self.last_count);
        self.dropping = true;
        self.count = if recent && delta > 1 { delta } else { 1 };
        self.last_count = self.count;
        self.drop_next = self.next(now);
    }

    fn next(&self, from: SimTime) -> SimTime {
        from + self.interval.mul_f64(1.0 / f64::from(self.count).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: SimDuration = SimDuration::from_millis(5);
    const INTERVAL: SimDuration = SimDuration::from_millis(100);
    const LONG: SimDuration = SimDuration::from_millis(20);

    fn micros(at: u64) -> SimTime {
        SimTime::from_nanos(at * 1_000)
    }

    /// When it drops, µs, asked each 10 µs for so long.
    fn drops(codel: &mut Codel, from: u64, to: u64) -> Vec<u64> {
        (from..to).step_by(10).filter(|at| codel.drops(micros(*at), LONG, false)).collect()
    }

    #[test]
    fn drops_come_closer_with_the_square_root() {
        let mut codel = Codel::new(TARGET, INTERVAL);
        let times = drops(&mut codel, 0, 700_000);
        assert_eq!(times[0], 100_000, "an interval above the target");
        let gaps: Vec<f64> = times.windows(2).map(|it| (it[1] - it[0]) as f64 / 1e3).collect();
        let want = [100.0, 70.711, 57.735, 50.0, 44.721, 40.825, 37.796];
        for (gap, want) in gaps.iter().zip(want) {
            assert!((gap - want).abs() <= 0.02, "{gaps:?}");
        }
        assert!(gaps.len() >= want.len());
    }

    #[test]
    fn a_short_wait_or_a_queue_of_one_ends_it() {
        let mut codel = Codel::new(TARGET, INTERVAL);
        assert_eq!(drops(&mut codel, 0, 100_010), [100_000]);
        assert!(!codel.drops(micros(300_000), SimDuration::from_millis(4), false));
        assert_eq!(
            drops(&mut codel, 300_010, 400_000),
            [0; 0],
            "it must stand for an interval anew"
        );
        assert!(!codel.drops(micros(500_000), LONG, true), "alone");
        assert_eq!(drops(&mut codel, 500_010, 600_000), [0; 0]);
        codel.empty();
        assert_eq!(drops(&mut codel, 700_000, 799_990), [0; 0]);
    }

    #[test]
    fn soon_after_it_goes_on_at_its_pace() {
        let mut codel = Codel::new(TARGET, INTERVAL);
        let first = drops(&mut codel, 0, 1_000_000).len() as u32;
        assert!(!codel.drops(micros(1_000_000), SimDuration::ZERO, false));
        drops(&mut codel, 1_000_010, 1_100_020);
        assert_eq!(codel.count, first - 1, "all but the one with which it began");
        assert!(!codel.drops(micros(1_200_000), SimDuration::ZERO, false));
        // Sixteen intervals later it begins anew.
        drops(&mut codel, 9_000_000, 9_100_010);
        assert_eq!(codel.count, 1);
    }
}
