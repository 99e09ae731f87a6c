//! M/M/c on other simulation libraries, as their examples show how to write it.
//!
//! What they are to do is the same, [`Bank`]; each keeps its events and its clock its own way.

pub mod desque;
pub mod nexosim;
pub mod simcore;

use std::collections::VecDeque;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::floor::exponential;
use crate::workload::{RATE, mean_service};

/// A queue with its servers, first come, first served, whoever keeps its events. Times are in ns.
struct Bank {
    rng: Xoshiro256PlusPlus,
    gap: f64,
    service: f64,
    free: u32,
    /// When those who wait came.
    queue: VecDeque<u64>,
    to_come: u64,
    /// Of all who have left, together.
    sojourns: u64,
}

/// A service that begins: it ends after `span`.
#[derive(Clone, Copy)]
struct Service {
    came: u64,
    span: u64,
}

impl Bank {
    fn new(servers: u32, customers: u64, seed: u64) -> Self {
        Self {
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            gap: 1e9 / RATE,
            service: 1e9 * mean_service(servers),
            free: servers,
            queue: VecDeque::new(),
            to_come: customers,
            sojourns: 0,
        }
    }

    /// How long after now the next customer comes, if there is one.
    fn next_gap(&mut self) -> Option<u64> {
        self.to_come = self.to_come.checked_sub(1)?;
        Some(exponential(self.gap, &mut self.rng))
    }

    fn arrives(&mut self, now: u64) -> Option<Service> {
        if self.free == 0 {
            self.queue.push_back(now);
            return None;
        }
        self.free -= 1;
        Some(self.serve(now))
    }

    fn departs(&mut self, now: u64, came: u64) -> Option<Service> {
        self.sojourns += now - came;
        let Some(next) = self.queue.pop_front() else {
            self.free += 1;
            return None;
        };
        Some(self.serve(next))
    }

    fn serve(&mut self, came: u64) -> Service {
        Service { came, span: exponential(self.service, &mut self.rng) }
    }
}

/// The mean sojourn in seconds, from all sojourns together in ns.
fn mean(sojourns: u64, customers: u64) -> f64 {
    sojourns as f64 / customers as f64 / 1e9
}
