//! Clients that try again, or not, at a server that fails a share of all attempts.
//!
//! Three retries always; a bucket of tokens that lets one call in ten try again; a breaker that
//! stops retries while more than a tenth of what was ever sent has failed. What do they add to the
//! load, and what do they save?
//!
//! A scenario says the first alone (`oracles/published.rs` runs it as one). The bucket is not
//! [`Budget`](sim_core::policy::retry::Budget): it starts full, keeps what it has for ever, and
//! wants more than a token, not a token, to give one. The breaker is none of
//! [`breaker`](sim_core::policy::breaker)'s: it stops retries, never calls, and forgets nothing.
//! And the clients that wait for an answer make up for the time that it took, where the users of a
//! load think for as long as ever.
//!
//! Tokens are whole tenths here; the source adds up 0.1 in binary, and may give one a call sooner
//! or later. Its clients stop one event later, which may be one more call of one of them.
//!
//! Source: Brooker, "Fixing retries with token buckets and circuit breakers", 2022;
//! `mbrooker/simulator_example`, folder `retry_sim`.

use std::fmt;

use rayon::prelude::*;
use serde::Deserialize;
use sim_core::distribution::{Distribution, Exponential};
use sim_core::engine::agenda::Agenda;
use sim_core::policy::backoff::{Backoff, Drawn};
use sim_core::report::Estimate;
use sim_core::rng::{Purpose, Seed, Stream};
use sim_core::statistics::Moments;
use sim_core::time::{SimDuration, SimTime};

use super::published;

/// The row of `published.json`.
pub const ID: &str = "brooker-retry-strategies";

/// Calls begin before this.
const END: SimTime = SimTime::from_nanos(50_000_000_000);
/// The mean of a message's time on its way.
const DELAY: SimDuration = SimDuration::from_millis(10);
/// Retries of one call at most, unless tokens alone decide.
const RETRIES: u32 = 3;

/// What a client goes by; its calls share it.
#[derive(Clone, Copy, Debug)]
pub enum Strategy {
    /// So many retries of each call.
    Retries(u32),
    /// Retries while there are tokens.
    Tokens {
        /// Tenths of a token.
        tenths: u32,
    },
    /// `RETRIES` while at most a tenth has failed.
    Breaker {
        /// Calls begun so far.
        calls: u64,
        /// Attempts failed so far.
        failures: u64,
    },
}

impl Strategy {
    const TOKENS: Self = Self::Tokens { tenths: Self::FULL };
    const BREAKER: Self = Self::Breaker { calls: 0, failures: 0 };
    /// The bucket's size, tenths of a token.
    const FULL: u32 = 50;
    /// A token.
    const TOKEN: u32 = 10;

    /// A call begins.
    fn on_call(&mut self) {
        match self {
            Self::Retries(_) => {}
            Self::Tokens { tenths } => *tenths = (*tenths + 1).min(Self::FULL),
            Self::Breaker { calls, .. } => *calls += 1,
        }
    }

    /// An attempt of a call has failed: whether to try again, for the `retry`th time.
    fn retries(&mut self, retry: u32) -> bool {
        match self {
            Self::Retries(most) => retry <= *most,
            Self::Tokens { tenths } => {
                let some = *tenths > Self::TOKEN;
                *tenths -= if some { Self::TOKEN } else { 0 };
                some
            }
            Self::Breaker { calls, failures } => {
                *failures += 1;
                10 * *failures <= *calls && retry <= RETRIES
            }
        }
    }
}

/// A population of clients.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// How many there are.
    pub clients: usize,
    /// The mean time between two calls of one.
    pub gap: SimDuration,
    /// Whether a client waits for the end of a call before the next, which then begins at once if
    /// it is late.
    pub serial: bool,
    /// What each goes by.
    pub strategy: Strategy,
    /// How long a call waits before it tries again.
    pub backoff: Backoff,
}

/// What was asked of the server and what came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Calls.
    pub calls: u64,
    /// Attempts, the first ones included.
    pub attempts: u64,
    /// Calls that succeeded in the end.
    pub successes: u64,
}

/// A call under way.
#[derive(Clone, Copy, Debug)]
struct Call {
    client: usize,
    retries: u32,
    wait: SimDuration,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// A client thinks of its next call.
    Ready { client: usize },
    /// A client begins a call.
    Begin { client: usize },
    /// An attempt is at the server.
    Arrive(Call),
    /// Its answer is back.
    Answer { call: Call, success: bool },
}

/// Of one client.
#[derive(Clone, Copy, Debug)]
struct Client {
    strategy: Strategy,
    /// When its last call began or will.
    last: SimTime,
}

struct World {
    agenda: Agenda<Event>,
    setup: Setup,
    /// The share of attempts that fail.
    failing: f64,
    clients: Vec<Client>,
    counts: Counts,
    gap: Distribution,
    delay: Distribution,
    arrivals: Stream,
    network: Stream,
    errors: Stream,
    jitter: Stream,
}

/// Lets clients call for 50 s and their calls end.
pub fn run(setup: Setup, failing: f64, seed: Seed) -> Counts {
    let stream = |purpose| Stream::new(seed, purpose, "clients");
    let law = |mean| Exponential::new(mean).expect("more than no time").into();
    let mut world = World {
        agenda: Agenda::default(),
        setup,
        failing,
        clients: vec![Client { strategy: setup.strategy, last: SimTime::ZERO }; setup.clients],
        counts: Counts::default(),
        gap: law(setup.gap),
        delay: law(DELAY),
        arrivals: stream(Purpose::Arrival),
        network: stream(Purpose::Network),
        errors: stream(Purpose::Error),
        jitter: stream(Purpose::Backoff),
    };
    (0..setup.clients).for_each(|client| world.send(SimTime::ZERO, Event::Ready { client }));
    while let Some((now, event)) = world.agenda.pop_before(SimTime::NEVER) {
        world.handle(now, event);
    }
    world.counts
}

impl World {
    /// Lets an event happen a message's time after `at`.
    fn send(&mut self, at: SimTime, event: Event) {
        let delay = self.delay.sample(&mut self.network);
        self.agenda.schedule(at + delay, event);
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Ready { client } => self.go_on(now, client),
            Event::Begin { client } => self.begin(now, client),
            Event::Arrive(call) => {
                let success = !self.errors.chance(self.failing);
                self.send(now, Event::Answer { call, success });
            }
            Event::Answer { call, success: true } => {
                self.counts.successes += 1;
                self.end(now, call.client);
            }
            Event::Answer { call, success: false } => self.retry(now, call),
        }
    }

    /// A client plans its next call, if it is not too late.
    fn go_on(&mut self, now: SimTime, client: usize) {
        if now > END {
            return;
        }
        let gap = self.gap.sample(&mut self.arrivals);
        if self.setup.serial {
            let last = &mut self.clients[client].last;
            *last = now.max(*last + gap);
            self.agenda.schedule(*last, Event::Begin { client });
        } else {
            self.begin(now, client);
            self.agenda.schedule(now + gap, Event::Ready { client });
        }
    }

    fn begin(&mut self, now: SimTime, client: usize) {
        self.counts.calls += 1;
        self.clients[client].strategy.on_call();
        self.attempt(now, Call { client, retries: 0, wait: SimDuration::ZERO });
    }

    fn attempt(&mut self, at: SimTime, call: Call) {
        self.counts.attempts += 1;
        self.send(at, Event::Arrive(call));
    }

    fn retry(&mut self, now: SimTime, mut call: Call) {
        call.retries += 1;
        if !self.clients[call.client].strategy.retries(call.retries) {
            self.end(now, call.client);
            return;
        }
        let mut drawn = Drawn { own: call.wait, ..Drawn::default() };
        call.wait = self.setup.backoff.delay(call.retries, &mut drawn, &mut self.jitter);
        self.attempt(now + call.wait, call);
    }

    fn end(&mut self, now: SimTime, client: usize) {
        if self.setup.serial {
            self.go_on(now, client);
        }
    }
}

/// A row of the published table: one run.
#[derive(Clone, Debug, Deserialize)]
pub struct Cell {
    /// Which of the source's four experiments.
    pub exp: String,
    /// The share of attempts that fail.
    pub failure_rate: f64,
    /// The strategy and what is special, by the source's name.
    pub name: String,
    /// Attempts a call.
    pub amplification: f64,
    /// The share of calls that succeed.
    pub success_rate: f64,
    /// Calls.
    pub unique: f64,
}

/// The published table.
pub fn published() -> Vec<Cell> {
    published::expected(ID)
}

impl Cell {
    /// The clients of this row: 1,000 calls a second in all, 100 where their number is looked at.
    pub fn setup(&self) -> Setup {
        let (strategy, special) = self.words();
        let (clients, rate) = match special {
            "10clients" => (10, 10.0),
            "100clients" => (100, 1.0),
            "1000clients" => (1_000, 0.1),
            _ => (100, 10.0),
        };
        let waits = matches!(special, "large_backoff" | "unbounded" | "100_serial");
        let (base, cap) = (SimDuration::from_millis(100), SimDuration::MAX);
        let at_once = Backoff::Constant { delay: SimDuration::ZERO };
        Setup {
            clients,
            gap: SimDuration::from_secs_f64(1.0 / rate),
            serial: special == "100_serial",
            strategy,
            backoff: if waits { Backoff::Exponential { base, cap } } else { at_once },
        }
    }

    /// The strategy, and the rest of the name.
    fn words(&self) -> (Strategy, &str) {
        let strategies = [
            ("no_retries", Strategy::Retries(0)),
            ("three_retries", Strategy::Retries(RETRIES)),
            ("adaptive_10pct", Strategy::TOKENS),
            ("breaker_10pct", Strategy::BREAKER),
        ];
        let found = strategies.into_iter().find_map(|(name, strategy)| {
            Some((strategy, self.name.strip_prefix(name)?.trim_start_matches('_')))
        });
        found.unwrap_or_else(|| panic!("the source has no strategy `{}`", self.name))
    }

    fn compare(&self, root: u64, trials: u32) -> Comparison {
        let mut moments = [Moments::new(); 3];
        for replication in 0..trials {
            let counts = run(self.setup(), self.failure_rate, Seed { root, replication });
            let calls = counts.calls as f64;
            let numbers = [counts.attempts as f64 / calls, counts.successes as f64 / calls, calls];
            moments.iter_mut().zip(numbers).for_each(|(it, number)| it.push(number));
        }
        let [amplification, success, calls] =
            moments.map(|it| Estimate::of(&it).expect("there are trials"));
        Comparison { cell: self.clone(), amplification, success, calls }
    }
}

/// A cell beside what is simulated here.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was published.
    pub cell: Cell,
    /// Attempts a call.
    pub amplification: Estimate,
    /// The share of calls that succeed.
    pub success: Estimate,
    /// Calls.
    pub calls: Estimate,
}

/// Simulates the cells, each in so many trials with random numbers of its own.
pub fn compare(cells: &[Cell], trials: u32) -> Vec<Comparison> {
    let compare = |(root, cell): (usize, &Cell)| cell.compare(root as u64, trials);
    cells.par_iter().enumerate().map(compare).collect()
}

impl Comparison {
    /// How far amplification, success and calls are from what was published, as shares of what
    /// they may be.
    ///
    /// The table's tolerances, which for success is four standard errors of a run's count of
    /// independent calls, and so for calls; here of the difference between that and the mean of
    /// these trials. Two things are added. Calls that share a breaker are not independent: where
    /// as many fail as it allows, runs differ twice as much, and what they are seen to differ by
    /// counts. And where nearly all succeed, a run's failures are none or one: one call is always
    /// allowed, and what the table's five digits have lost.
    pub fn distances(&self) -> [f64; 3] {
        let Cell { exp, amplification, success_rate, unique, .. } = &self.cell;
        let amplified = if exp == "clients" { 0.05 } else { 0.02 };
        let p = self.success.mean;
        let of_calls = four_errors(p * (1.0 - p) / unique, &self.success) + 1.0 / unique + 5e-6;
        let of_runs = four_errors(between_runs(&self.success), &self.success);
        [
            (self.amplification.mean - amplification).abs() / amplified,
            (p - success_rate).abs() / of_calls.max(of_runs),
            (self.calls.mean - unique).abs() / four_errors(*unique, &self.calls),
        ]
    }

    /// Whether all are as near as they should be.
    pub fn agrees(&self) -> bool {
        self.distances().iter().all(|it| *it <= 1.0)
    }
}

/// Four standard errors of the difference between a run of this variance and the mean of `here`.
fn four_errors(variance: f64, here: &Estimate) -> f64 {
    4.0 * (variance * (1.0 + 1.0 / here.n as f64)).sqrt()
}

/// The variance of one run, from those seen; zero of one.
fn between_runs(here: &Estimate) -> f64 {
    here.std_error.map_or(0.0, |it| it * it * here.n as f64)
}

/// Experiment, share of failures and strategy; then attempts a call, successes in per cent and
/// calls: what is simulated, what was published, the difference as a share of the tolerance.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { exp, failure_rate, name, amplification, success_rate, unique } = &self.cell;
        write!(f, "{exp:<8}  {:>6} %  {name:<28}", 100.0 * failure_rate)?;
        let [first, second, third] = self.distances();
        let half_width = |it: &Estimate| it.half_width.unwrap_or(f64::NAN);
        let (here, width) = (self.amplification.mean, half_width(&self.amplification));
        write!(f, "  {here:.4} ± {width:.4} {amplification:.4} {first:.2}")?;
        let (here, width) = (100.0 * self.success.mean, 100.0 * half_width(&self.success));
        write!(f, "  {here:>7.3} ± {width:.3} {:>7.3} {second:.2}", 100.0 * success_rate)?;
        let (here, width) = (self.calls.mean, half_width(&self.calls));
        write!(f, "  {here:>6.0} ± {width:<4.0} {unique:>5} {third:.2}")?;
        if self.agrees() { Ok(()) } else { f.write_str("  DISAGREES") }
    }
}
