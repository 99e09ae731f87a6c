//! Optimistic concurrency control: clients contend for one row.
//!
//! Each client reads the row's version, then writes the row if it is still of that version. Of all
//! who have read the same version the first to write wins; the others have worked in vain, wait,
//! and begin anew. What do they save by waiting?
//!
//! A scenario cannot say it: what a write comes to depends on what others have written.
//!
//! The back-offs are those of [`policy::backoff`](sim_core::policy::backoff). Two of the source's
//! terms differ in words alone: its exponent starts at 1, so that its base of 5 ms is a first delay
//! (or ceiling) of 10 ms here; and its decorrelated jitter never resets what it remembers, which a
//! client that stops with its first success could not tell.
//!
//! Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015;
//! `aws-samples/aws-arch-backoff-simulator`.

use std::fmt;

use rayon::prelude::*;
use serde::Deserialize;
use sim_core::distribution::standard_normal;
use sim_core::engine::agenda::Agenda;
use sim_core::policy::backoff::{Backoff, Drawn};
use sim_core::report::Estimate;
use sim_core::rng::{Purpose, Seed, Stream};
use sim_core::statistics::Moments;
use sim_core::time::{SimDuration, SimTime};

use super::published;

/// The row of `published.json`.
pub const ID: &str = "aws-backoff-occ";

/// A message's time on its way, seconds: normal, and folded at zero.
const DELAY_MEAN: f64 = 0.010;
const DELAY_DEVIATION: f64 = 0.002;

/// What is on its way.
#[derive(Clone, Copy, Debug)]
enum Message {
    /// A client asks for the row.
    Read { client: usize },
    /// The row, as it was.
    Row { client: usize, version: u32 },
    /// A client writes it, if it is still of this version.
    Write { client: usize, version: u32 },
    /// Whether it was.
    Written { client: usize, success: bool },
}

/// What a client remembers of its failures.
#[derive(Clone, Copy, Debug)]
struct Client {
    retries: u32,
    wait: SimDuration,
}

/// The row, its clients, and the network between them.
struct World {
    agenda: Agenda<Message>,
    backoff: Backoff,
    clients: Vec<Client>,
    version: u32,
    writes: u64,
    network: Stream,
    jitter: Stream,
}

/// What it takes until every client has written once.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// When the last client hears of its success.
    pub end: SimTime,
    /// Writes, those in vain included; reads are not counted.
    pub writes: u64,
}

/// Lets `clients` clients, who all begin at once, write one row once each.
pub fn run(clients: usize, backoff: Backoff, seed: Seed) -> Trial {
    let mut world = World {
        agenda: Agenda::default(),
        backoff,
        clients: vec![Client { retries: 0, wait: SimDuration::ZERO }; clients],
        version: 0,
        writes: 0,
        network: Stream::new(seed, Purpose::Network, "row"),
        jitter: Stream::new(seed, Purpose::Backoff, "row"),
    };
    (0..clients).for_each(|client| world.send(SimTime::ZERO, Message::Read { client }));
    let mut end = SimTime::ZERO;
    while let Some((now, message)) = world.agenda.pop_before(SimTime::NEVER) {
        world.deliver(now, message);
        end = now;
    }
    Trial { end, writes: world.writes }
}

impl World {
    fn send(&mut self, at: SimTime, message: Message) {
        let delay = DELAY_MEAN + DELAY_DEVIATION * standard_normal(&mut self.network);
        self.agenda.schedule(at + SimDuration::from_secs_f64(delay.abs()), message);
    }

    fn deliver(&mut self, now: SimTime, message: Message) {
        match message {
            Message::Read { client } => {
                self.send(now, Message::Row { client, version: self.version });
            }
            Message::Row { client, version } => self.send(now, Message::Write { client, version }),
            Message::Write { client, version } => {
                let success = version == self.version;
                self.version += u32::from(success);
                self.writes += 1;
                self.send(now, Message::Written { client, success });
            }
            Message::Written { success: true, .. } => {}
            Message::Written { client, success: false } => {
                let wait = self.wait(client);
                self.send(now + wait, Message::Read { client });
            }
        }
    }

    fn wait(&mut self, client: usize) -> SimDuration {
        let client = &mut self.clients[client];
        client.retries += 1;
        let mut drawn = Drawn { own: client.wait, ..Drawn::default() };
        client.wait = self.backoff.delay(client.retries, &mut drawn, &mut self.jitter);
        client.wait
    }
}

/// A row of the published table: so many clients with one strategy, over 100 trials.
#[derive(Clone, Debug, Deserialize)]
pub struct Cell {
    /// How many contend.
    pub clients: usize,
    /// How they wait, by the source's name.
    pub strategy: String,
    /// Mean time until all are done, ms.
    pub time_mean: f64,
    /// Its standard deviation between trials.
    pub time_sd: f64,
    /// Mean number of writes.
    pub calls_mean: f64,
    /// Its standard deviation between trials.
    pub calls_sd: f64,
}

/// The published table.
pub fn published() -> Vec<Cell> {
    published::expected(ID)
}

impl Cell {
    /// The strategy as a policy.
    pub fn backoff(&self) -> Backoff {
        let (base, cap) = (SimDuration::from_millis(5), SimDuration::from_secs(2));
        let doubled = SimDuration::from_millis(10);
        match &*self.strategy {
            "None" => Backoff::Constant { delay: SimDuration::ZERO },
            "Exponential" => Backoff::Exponential { base: doubled, cap },
            "EqualJitter" => Backoff::EqualJitter { base: doubled, cap },
            "FullJitter" => Backoff::FullJitter { base: doubled, cap },
            "Decorr" => Backoff::DecorrelatedJitter { base, cap },
            other => panic!("the source has no strategy `{other}`"),
        }
    }

    fn compare(&self, root: u64, trials: u32) -> Comparison {
        let (mut time, mut writes) = (Moments::new(), Moments::new());
        for replication in 0..trials {
            let trial = run(self.clients, self.backoff(), Seed { root, replication });
            time.push(1e3 * trial.end.as_secs_f64());
            writes.push(trial.writes as f64);
        }
        let estimate = |it| Estimate::of(&it).expect("there are trials");
        Comparison { cell: self.clone(), time: estimate(time), writes: estimate(writes) }
    }
}

/// A cell beside what is simulated here.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was published.
    pub cell: Cell,
    /// Time until all are done, ms.
    pub time: Estimate,
    /// Writes until then.
    pub writes: Estimate,
}

/// Simulates the cells, each in so many trials with random numbers of its own.
pub fn compare(cells: &[Cell], trials: u32) -> Vec<Comparison> {
    let compare = |(root, cell): (usize, &Cell)| cell.compare(root as u64, trials);
    cells.par_iter().enumerate().map(compare).collect()
}

/// Trials behind each published mean.
const PUBLISHED_TRIALS: f64 = 100.0;

impl Comparison {
    /// How far time and writes are from what was published, in standard errors of the difference.
    pub fn z(&self) -> [f64; 2] {
        let z = |here: &Estimate, mean: f64, deviation: f64| {
            let error = deviation * (1.0 / PUBLISHED_TRIALS + 1.0 / here.n as f64).sqrt();
            (here.mean - mean) / error
        };
        let Cell { time_mean, time_sd, calls_mean, calls_sd, .. } = self.cell;
        [z(&self.time, time_mean, time_sd), z(&self.writes, calls_mean, calls_sd)]
    }

    /// Whether both are within four of them.
    pub fn agrees(&self) -> bool {
        self.z().iter().all(|it| it.abs() <= 4.0)
    }
}

/// Clients and strategy; then, for time in ms and for writes, what is simulated, what was published
/// and the difference in standard errors.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { clients, strategy, time_mean, calls_mean, .. } = &self.cell;
        write!(f, "{clients:>7}  {strategy:<11}")?;
        let pairs = [(&self.time, time_mean), (&self.writes, calls_mean)];
        for ((here, published), z) in pairs.into_iter().zip(self.z()) {
            let half_width = here.half_width.unwrap_or(f64::NAN);
            write!(f, "  {:>8.1} ± {half_width:<6.1} {published:>9.2} {z:>+5.1}", here.mean)?;
        }
        if self.agrees() { Ok(()) } else { f.write_str("  DISAGREES") }
    }
}
