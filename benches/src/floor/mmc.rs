//! M/M/c, first come, first served.

use std::collections::VecDeque;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{ARRIVAL, Agenda, exponential};
use crate::workload::{RATE, mean_service};

/// The mean sojourn of so many customers, in seconds.
pub fn mean_sojourn(servers: u32, customers: u64, seed: u64) -> f64 {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (gap, service) = (1e9 / RATE, 1e9 * mean_service(servers));
    let mut agenda = Agenda::default();
    // When the customer of each server came.
    let mut in_service = vec![0u64; servers as usize];
    let mut free: Vec<u32> = (0..servers).collect();
    let mut queue: VecDeque<u64> = VecDeque::new();
    let (mut to_come, mut sojourns) = (customers, 0u64);
    agenda.schedule(exponential(gap, &mut rng), ARRIVAL);
    while let Some((now, what)) = agenda.pop() {
        let (server, came) = if what == ARRIVAL {
            to_come -= 1;
            if to_come > 0 {
                agenda.schedule(now + exponential(gap, &mut rng), ARRIVAL);
            }
            let Some(server) = free.pop() else {
                queue.push_back(now);
                continue;
            };
            (server, now)
        } else {
            sojourns += now - in_service[what as usize];
            let Some(came) = queue.pop_front() else {
                free.push(what);
                continue;
            };
            (what, came)
        };
        in_service[server as usize] = came;
        agenda.schedule(now + exponential(service, &mut rng), server);
    }
    sojourns as f64 / customers as f64 / 1e9
}
