//! On `nexosim`: an asynchronous model that schedules its own inputs, on one thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use super::{Bank, Service, mean};

const NOT_SAVED: &str = "the state is there from the start: it is never saved and restored";

/// Models can be saved and restored; what this one has in it is not asked to.
#[derive(Serialize, Deserialize)]
struct Queue {
    #[serde(skip)]
    bank: Option<Bank>,
    #[serde(skip)]
    sojourns: Arc<AtomicU64>,
}

#[Model]
impl Queue {
    #[nexosim(init)]
    #[expect(clippy::unused_async, reason = "an initialiser is asked to be")]
    async fn init(&mut self, context: &Context<Self>) {
        self.schedule_arrival(context);
    }

    #[nexosim(schedulable)]
    fn arrival(&mut self, (): (), context: &Context<Self>) {
        self.schedule_arrival(context);
        let service = self.bank().arrives(now(context));
        Self::schedule_departure(service, context);
    }

    #[nexosim(schedulable)]
    fn departure(&mut self, came: u64, context: &Context<Self>) {
        let service = self.bank().departs(now(context), came);
        let sojourns = self.bank().sojourns;
        self.sojourns.store(sojourns, Ordering::Relaxed);
        Self::schedule_departure(service, context);
    }

    fn bank(&mut self) -> &mut Bank {
        self.bank.as_mut().expect(NOT_SAVED)
    }

    fn schedule_arrival(&mut self, context: &Context<Self>) {
        if let Some(gap) = self.bank().next_gap() {
            let gap = Duration::from_nanos(gap.max(1));
            context.schedule_event(gap, schedulable!(Self::arrival), ()).expect("it is not past");
        }
    }

    fn schedule_departure(service: Option<Service>, context: &Context<Self>) {
        if let Some(Service { came, span }) = service {
            let span = Duration::from_nanos(span.max(1));
            let departure = schedulable!(Self::departure);
            context.schedule_event(span, departure, came).expect("it is not past");
        }
    }
}

fn now(context: &Context<Queue>) -> u64 {
    context.time().duration_since(MonotonicTime::EPOCH).as_nanos() as u64
}

/// The mean sojourn of so many customers, in seconds.
pub fn mean_sojourn(servers: u32, customers: u64, seed: u64) -> f64 {
    let sojourns = Arc::new(AtomicU64::new(0));
    let bank = Some(Bank::new(servers, customers, seed));
    let queue = Queue { bank, sojourns: sojourns.clone() };
    let mut sim = SimInit::with_num_threads(1)
        .add_model(queue, Mailbox::new(), "queue")
        .init(MonotonicTime::EPOCH)
        .expect("the bench is complete");
    sim.run().expect("no event fails");
    mean(sojourns.load(Ordering::Relaxed), customers)
}
