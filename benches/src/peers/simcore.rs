//! On `simcore`, formerly dslab-core: components that handle events whose data is boxed.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use simcore::{Event, EventHandler, Simulation, SimulationContext, cast};

use super::{Bank, Service, mean};

#[derive(Clone, Serialize)]
struct Arrival {}

#[derive(Clone, Serialize)]
struct Departure {
    came: u64,
}

struct Queue {
    bank: Bank,
    context: SimulationContext,
}

impl Queue {
    /// Its clock is an `f64`, in which whole nanoseconds are exact up to 104 days.
    fn now(&self) -> u64 {
        self.context.time() as u64
    }

    fn schedule_arrival(&mut self) {
        if let Some(gap) = self.bank.next_gap() {
            self.context.emit_self(Arrival {}, gap as f64);
        }
    }

    fn schedule_departure(&mut self, service: Option<Service>) {
        if let Some(Service { came, span }) = service {
            self.context.emit_self(Departure { came }, span as f64);
        }
    }
}

impl EventHandler for Queue {
    fn on(&mut self, event: Event) {
        let now = self.now();
        cast!(match event.data {
            Arrival {} => {
                self.schedule_arrival();
                let service = self.bank.arrives(now);
                self.schedule_departure(service);
            }
            Departure { came } => {
                let service = self.bank.departs(now, came);
                self.schedule_departure(service);
            }
        });
    }
}

/// The mean sojourn of so many customers, in seconds.
pub fn mean_sojourn(servers: u32, customers: u64, seed: u64) -> f64 {
    let mut sim = Simulation::new(seed);
    let context = sim.create_context("queue");
    let bank = Bank::new(servers, customers, seed);
    let queue = Rc::new(RefCell::new(Queue { bank, context }));
    sim.add_handler("queue", queue.clone());
    queue.borrow_mut().schedule_arrival();
    sim.step_until_no_events();
    let sojourns = queue.borrow().bank.sojourns;
    mean(sojourns, customers)
}
