//! M/M/1, first come, first served.

use std::collections::VecDeque;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{ARRIVAL, Agenda, exponential};
use crate::workload::{RATE, mean_service};

const DEPARTURE: u32 = 0;

/// The mean sojourn of so many customers, in seconds.
pub fn mean_sojourn(customers: u64, seed: u64) -> f64 {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (gap, service) = (1e9 / RATE, 1e9 * mean_service(1));
    let mut agenda = Agenda::default();
    // When they came; the first is in service.
    let mut queue: VecDeque<u64> = VecDeque::new();
    let (mut to_come, mut sojourns) = (customers, 0u64);
    agenda.schedule(exponential(gap, &mut rng), ARRIVAL);
    while let Some((now, what)) = agenda.pop() {
        if what == ARRIVAL {
            to_come -= 1;
            if to_come > 0 {
                agenda.schedule(now + exponential(gap, &mut rng), ARRIVAL);
            }
            queue.push_back(now);
            if queue.len() > 1 {
                continue;
            }
        } else if let Some(came) = queue.pop_front() {
            sojourns += now - came;
            if queue.is_empty() {
                continue;
            }
        }
        agenda.schedule(now + exponential(service, &mut rng), DEPARTURE);
    }
    sojourns as f64 / customers as f64 / 1e9
}
