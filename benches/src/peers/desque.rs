//! On `desque`: boxed events in a binary heap, exclusive access to the state.

use desque::SimState;
use desque::serial::{OkEvent, Simulation};

use super::{Bank, Service, mean};

type Sim = Simulation<Bank, u64>;

impl SimState<u64> for Bank {}

#[derive(Debug)]
struct Arrival;

#[derive(Debug)]
struct Departure {
    came: u64,
}

impl OkEvent<Bank, u64> for Arrival {
    fn execute(&mut self, sim: &mut Sim) {
        let now = *sim.current_time();
        schedule_arrival(sim);
        let service = sim.state_mut().arrives(now);
        schedule_departure(sim, service);
    }
}

impl OkEvent<Bank, u64> for Departure {
    fn execute(&mut self, sim: &mut Sim) {
        let now = *sim.current_time();
        let service = sim.state_mut().departs(now, self.came);
        schedule_departure(sim, service);
    }
}

fn schedule_arrival(sim: &mut Sim) {
    let now = *sim.current_time();
    if let Some(gap) = sim.state_mut().next_gap() {
        sim.schedule(Arrival, now + gap).expect("it is not in the past");
    }
}

fn schedule_departure(sim: &mut Sim, service: Option<Service>) {
    let now = *sim.current_time();
    if let Some(Service { came, span }) = service {
        sim.schedule(Departure { came }, now + span).expect("it is not in the past");
    }
}

/// The mean sojourn of so many customers, in seconds.
pub fn mean_sojourn(servers: u32, customers: u64, seed: u64) -> f64 {
    let mut sim = Sim::new(Bank::new(servers, customers, seed), 0);
    schedule_arrival(&mut sim);
    sim.run().expect("no event fails");
    mean(sim.state().sojourns, customers)
}
