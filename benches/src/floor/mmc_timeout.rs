//! M/M/c, first come, first served, with a timer for each customer that is nearly always cancelled.
//!
//! A cancelled timer stays in the heap as a tombstone and is dropped when its time comes: what
//! `BinaryHeap`, which removes nothing but its head, leads to.

use std::collections::VecDeque;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{ARRIVAL, Agenda, exponential};
use crate::workload::{RATE, TIMEOUT, mean_service};

/// What became of the customers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Mean sojourn of those served in time, s.
    pub mean_sojourn: f64,
    /// Those whose timer went off.
    pub timed_out: u64,
}

/// A customer in the system.
#[derive(Clone, Copy, Default)]
struct Customer {
    came: u64,
    /// The sequence of the timer; none when it has gone off.
    timer: Option<u64>,
}

/// So many customers.
pub fn run(servers: u32, customers: u64, seed: u64) -> Counts {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (gap, service) = (1e9 / RATE, 1e9 * mean_service(servers));
    let mut agenda = Agenda::default();
    let mut inside: Vec<Customer> = Vec::new();
    let mut places: Vec<u32> = Vec::new();
    let mut in_service = vec![0u32; servers as usize];
    let mut free: Vec<u32> = (0..servers).collect();
    let mut queue: VecDeque<u32> = VecDeque::new();
    let (mut to_come, mut sojourns, mut timed_out) = (customers, 0u64, 0u64);
    agenda.schedule(exponential(gap, &mut rng), ARRIVAL);
    while let Some((now, sequence, what)) = agenda.pop_with_sequence() {
        let (server, customer) = if what == ARRIVAL {
            to_come -= 1;
            if to_come > 0 {
                agenda.schedule(now + exponential(gap, &mut rng), ARRIVAL);
            }
            let place = places.pop().unwrap_or_else(|| {
                inside.push(Customer::default());
                inside.len() as u32 - 1
            });
            let timer = agenda.schedule(now + TIMEOUT, servers + place);
            inside[place as usize] = Customer { came: now, timer: Some(timer) };
            let Some(server) = free.pop() else {
                queue.push_back(place);
                continue;
            };
            (server, place)
        } else if what < servers {
            let place = in_service[what as usize];
            let customer = &mut inside[place as usize];
            if customer.timer.take().is_some() {
                sojourns += now - customer.came;
            }
            places.push(place);
            let Some(next) = queue.pop_front() else {
                free.push(what);
                continue;
            };
            (what, next)
        } else {
            let customer = &mut inside[(what - servers) as usize];
            if customer.timer == Some(sequence) {
                customer.timer = None;
                timed_out += 1;
            }
            continue;
        };
        in_service[server as usize] = customer;
        agenda.schedule(now + exponential(service, &mut rng), server);
    }
    let mean_sojourn = sojourns as f64 / (customers - timed_out) as f64 / 1e9;
    Counts { mean_sojourn, timed_out }
}
