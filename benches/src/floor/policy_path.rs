//! A client that guards its calls with retry, breaker, bulkhead and timeout.
//!
//! Written for these parameters alone, it knows more than an engine can: the server never queues,
//! so an attempt that will time out needs no event for the answer that nobody waits for; all
//! callers wait equally long, so the line for the pool is sorted by deadline and one look at its
//! head replaces all its timers.

use std::collections::VecDeque;

use rand::RngExt;
use rand_distr::{Distribution, LogNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{ARRIVAL, Agenda, exponential};
use crate::workload::policy_path::{
    ATTEMPTS, BACKOFF, BACKOFF_CAP, BREAKER_MIN_CALLS, BREAKER_OPEN, BREAKER_PROBES, BREAKER_SHARE,
    BREAKER_WINDOW, DURATION, MAX_WAIT, RATE, SERVICE_CV, SERVICE_MEAN, SLOTS, SLOW_FACTOR,
    SLOW_FROM, SLOW_TO, TIMEOUT,
};

/// What became of the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Came.
    pub requests: u64,
    /// Answered.
    pub answered: u64,
    /// Failed because the last of their attempts timed out.
    pub timed_out: u64,
    /// Failed because the pool had no place in time.
    pub pool_full: u64,
    /// Failed because the breaker was open.
    pub breaker_open: u64,
    /// Attempts sent to the server.
    pub attempts: u64,
    /// How often the breaker opened.
    pub opened: u64,
    /// Sojourns of the answered requests together, ns.
    pub sojourns: u64,
}

impl Counts {
    /// Adds another run's counts.
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.answered += other.answered;
        self.timed_out += other.timed_out;
        self.pool_full += other.pool_full;
        self.breaker_open += other.breaker_open;
        self.attempts += other.attempts;
        self.opened += other.opened;
        self.sojourns += other.sojourns;
    }
}

/// One run.
pub fn run(seed: u64) -> Counts {
    let mut client = Client::new(seed);
    client.agenda.schedule(exponential(1e9 / RATE, &mut client.rng), ARRIVAL);
    while let Some(now) = client.agenda.next_time() {
        match client.line.front() {
            Some(&(until, slot)) if until < now.min(DURATION) => {
                client.line.pop_front();
                client.pool_full(until, slot);
            }
            _ if now >= DURATION => break,
            _ => client.next_event(),
        }
    }
    client.counts
}

struct Client {
    rng: Xoshiro256PlusPlus,
    service: LogNormal<f64>,
    agenda: Agenda,
    requests: Vec<Request>,
    free: Vec<u32>,
    in_use: u32,
    /// Who waits for a place, and until when.
    line: VecDeque<(u64, u32)>,
    breaker: Breaker,
    counts: Counts,
}

#[derive(Clone, Copy)]
struct Request {
    came: u64,
    tries: u32,
    /// Which of the breaker's states let it through.
    epoch: u32,
    next: Next,
}

/// What its event means.
#[derive(Clone, Copy)]
enum Next {
    Answer,
    Timeout,
    Try,
}

impl Client {
    fn new(seed: u64) -> Self {
        Self {
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            service: LogNormal::from_mean_cv(SERVICE_MEAN as f64, SERVICE_CV)
                .expect("the law exists"),
            agenda: Agenda::default(),
            requests: Vec::new(),
            free: Vec::new(),
            in_use: 0,
            line: VecDeque::new(),
            breaker: Breaker::default(),
            counts: Counts::default(),
        }
    }

    #[inline]
    fn next_event(&mut self) {
        let Some((now, slot)) = self.agenda.pop() else { return };
        if slot == ARRIVAL {
            return self.arrival(now);
        }
        match self.requests[slot as usize].next {
            Next::Answer => self.attempt_ended(now, slot, false),
            Next::Timeout => self.attempt_ended(now, slot, true),
            Next::Try => self.try_it(now, slot),
        }
    }

    fn arrival(&mut self, now: u64) {
        self.agenda.schedule(now + exponential(1e9 / RATE, &mut self.rng), ARRIVAL);
        self.counts.requests += 1;
        let request = Request { came: now, tries: 0, epoch: 0, next: Next::Try };
        let slot = if let Some(slot) = self.free.pop() {
            self.requests[slot as usize] = request;
            slot
        } else {
            self.requests.push(request);
            self.requests.len() as u32 - 1
        };
        self.try_it(now, slot);
    }

    fn try_it(&mut self, now: u64, slot: u32) {
        if !self.breaker.admits(now) {
            self.counts.breaker_open += 1;
            return self.free.push(slot);
        }
        let request = &mut self.requests[slot as usize];
        request.tries += 1;
        request.epoch = self.breaker.epoch;
        if self.in_use < SLOTS {
            self.in_use += 1;
            self.attempt(now, slot);
        } else {
            self.line.push_back((now + MAX_WAIT, slot));
        }
    }

    fn pool_full(&mut self, now: u64, slot: u32) {
        self.counts.pool_full += 1;
        let epoch = self.requests[slot as usize].epoch;
        self.counts.opened += u64::from(self.breaker.record(now, epoch, true));
        self.free.push(slot);
    }

    #[inline]
    fn attempt(&mut self, now: u64, slot: u32) {
        self.counts.attempts += 1;
        let factor = if (SLOW_FROM..SLOW_TO).contains(&now) { SLOW_FACTOR } else { 1.0 };
        let took = (factor * self.service.sample(&mut self.rng)) as u64;
        let request = &mut self.requests[slot as usize];
        request.next = if took < TIMEOUT { Next::Answer } else { Next::Timeout };
        self.agenda.schedule(now + took.min(TIMEOUT), slot);
    }

    #[inline]
    fn attempt_ended(&mut self, now: u64, slot: u32, failed: bool) {
        let Request { came, tries, epoch, .. } = self.requests[slot as usize];
        self.counts.opened += u64::from(self.breaker.record(now, epoch, failed));
        if let Some((_, next)) = self.line.pop_front() {
            self.attempt(now, next);
        } else {
            self.in_use -= 1;
        }
        if !failed {
            self.counts.answered += 1;
            self.counts.sojourns += now - came;
            self.free.push(slot);
        } else if tries == ATTEMPTS {
            self.counts.timed_out += 1;
            self.free.push(slot);
        } else {
            let ceiling = (BACKOFF << (tries - 1)).min(BACKOFF_CAP);
            let wait = self.rng.random_range(0..ceiling);
            self.requests[slot as usize].next = Next::Try;
            self.agenda.schedule(now + wait, slot);
        }
    }
}

const BUCKETS: usize = 10;
const BUCKET: u64 = BREAKER_WINDOW / BUCKETS as u64;

/// A breaker that looks at the results of the last ten buckets of time.
#[derive(Default)]
struct Breaker {
    state: State,
    /// Counts the changes of state.
    epoch: u32,
    buckets: [Tally; BUCKETS],
    total: Tally,
    bucket: u64,
    bucket_ends: u64,
}

#[derive(Default)]
enum State {
    #[default]
    Closed,
    Open {
        until: u64,
    },
    HalfOpen {
        admitted: u32,
        answered: Tally,
    },
}

#[derive(Clone, Copy, Default)]
struct Tally {
    total: u32,
    failed: u32,
}

impl Tally {
    #[inline]
    fn count(&mut self, failed: bool) {
        self.total += 1;
        self.failed += u32::from(failed);
    }

    #[inline]
    fn is_bad(self) -> bool {
        f64::from(self.failed) >= BREAKER_SHARE * f64::from(self.total)
    }
}

impl Breaker {
    #[inline]
    fn admits(&mut self, now: u64) -> bool {
        match &mut self.state {
            State::Closed => true,
            State::Open { until } if now < *until => false,
            State::Open { .. } => {
                self.enter(State::HalfOpen { admitted: 1, answered: Tally::default() });
                true
            }
            State::HalfOpen { admitted, .. } => {
                let admits = *admitted < BREAKER_PROBES;
                *admitted += u32::from(admits);
                admits
            }
        }
    }

    /// Takes a result in; true if it opens the breaker.
    #[inline]
    fn record(&mut self, now: u64, epoch: u32, failed: bool) -> bool {
        if epoch != self.epoch {
            return false;
        }
        match &mut self.state {
            State::Closed => {
                if now >= self.bucket_ends {
                    self.forget(now);
                }
                self.buckets[self.bucket as usize % BUCKETS].count(failed);
                self.total.count(failed);
                if self.total.total < BREAKER_MIN_CALLS || !self.total.is_bad() {
                    return false;
                }
            }
            State::HalfOpen { answered, .. } => {
                answered.count(failed);
                if answered.total < BREAKER_PROBES {
                    return false;
                }
                if !answered.is_bad() {
                    (self.buckets, self.total) = Default::default();
                    self.enter(State::Closed);
                    return false;
                }
            }
            State::Open { .. } => unreachable!("an open breaker lets nobody through"),
        }
        self.enter(State::Open { until: now + BREAKER_OPEN });
        true
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.epoch += 1;
    }

    #[cold]
    fn forget(&mut self, now: u64) {
        let bucket = now / BUCKET;
        for old in 1..=(bucket - self.bucket).min(BUCKETS as u64) {
            let gone = std::mem::take(&mut self.buckets[(self.bucket + old) as usize % BUCKETS]);
            self.total.total -= gone.total;
            self.total.failed -= gone.failed;
        }
        self.bucket = bucket;
        self.bucket_ends = (bucket + 1) * BUCKET;
    }
}
