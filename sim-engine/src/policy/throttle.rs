//! A client that stops asking a backend which turns most of its requests away.

use crate::policy::recent::Recent;
use crate::rng::Stream;
use crate::time::{SimDuration, SimTime};

/// Adaptive throttling by the client: it counts what it was asked to send and what the backend
/// accepted, over a window, and turns requests away itself with probability
/// `max(0, (requests − k · accepts) / (requests + 1))`.
///
/// So the backend gets `k` times what it accepts. Requests count when they begin, turned away here
/// or not: counted at their end, or over a window shorter than they take, the client would forget
/// what it has out.
///
/// | symbol   | meaning                                     | unit | range |
/// |----------|---------------------------------------------|------|-------|
/// | `k`      | requests sent for each that is accepted     | -    | ≥ 1   |
/// | `window` | how far back it counts, in ten buckets      | ns   | > 0   |
///
/// Source: Google, "Site Reliability Engineering", 2016, chapter 21, "Client-Side Throttling", with
/// `k` of 2 and a window of two minutes.
#[derive(Clone, Debug)]
pub struct Throttle {
    k: f64,
    requests: Recent<u64>,
    accepts: Recent<u64>,
}

impl Throttle {
    /// Nothing counted yet.
    pub fn new(k: f64, window: SimDuration) -> Self {
        Self { k, requests: Recent::new(window), accepts: Recent::new(window) }
    }

    /// A request begins: whether it may go out. Draws only where that is a matter of chance.
    pub fn admits(&mut self, now: SimTime, stream: &mut Stream) -> bool {
        self.requests.forget(now);
        self.accepts.forget(now);
        let refuses = rejection(self.requests.total(), self.accepts.total(), self.k);
        self.requests.add(now, 1);
        !stream.chance(refuses)
    }

    /// The backend has accepted a request.
    pub fn accepted(&mut self, now: SimTime) {
        self.accepts.add(now, 1);
    }
}

/// The probability with which a request is turned away.
fn rejection(requests: u64, accepts: u64, k: f64) -> f64 {
    let (requests, accepts) = (requests as f64, accepts as f64);
    ((requests - k * accepts) / (requests + 1.0)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn it_turns_away_what_the_formula_says() {
        #[rustfmt::skip]
        let cases = [(100, 100, 0.0), (100, 50, 0.0), (100, 49, 0.0198), (100, 25, 0.4950), (100, 0, 0.9901)];
        for (requests, accepts, want) in cases {
            let got = rejection(requests, accepts, 2.0);
            assert!((got - want).abs() < 1e-4, "{requests}, {accepts}: {got}");
        }
    }

    /// A backend that accepts a fifth of what is offered gets two fifths: 1 − 2 · 0.2 are turned
    /// away here.
    #[test]
    fn the_backend_gets_k_times_what_it_accepts() {
        let mut stream = Stream::new(Seed { root: 1, replication: 0 }, Purpose::Throttle, "test");
        let mut throttle = Throttle::new(2.0, SimDuration::from_secs(120));
        let (mut sent, mut accepted) = (0u32, 0u32);
        for request in 0..60_000u64 {
            // 100/s for ten minutes; the backend takes 20 of each second.
            let now = SimTime::from_nanos(request * 10_000_000);
            if request % 100 == 0 {
                accepted = 0;
            }
            if throttle.admits(now, &mut stream) {
                sent += u32::from(request >= 30_000);
                if accepted < 20 {
                    accepted += 1;
                    throttle.accepted(now);
                }
            }
        }
        let share = f64::from(sent) / 30_000.0;
        assert!((share - 0.4).abs() < 0.02, "{share}");
    }
}
