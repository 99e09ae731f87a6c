//! The worker: runs what the page asks for, in slices, so that it hears when that changes.

mod batch;
mod facts;
mod told;

use gloo_timers::callback::Timeout;
use gloo_worker::{HandlerId, Worker, WorkerScope};
use wasm_bindgen::JsCast;
use web_sys::{Performance, WorkerGlobalScope};

use self::batch::Batch;
pub(crate) use self::batch::MOST_RUNS;
use crate::protocol::{Ask, Tell};

/// Milliseconds of work before the worker listens again.
const SLICE: f64 = 24.0;

/// The worker.
pub(crate) struct Engine {
    page: Option<HandlerId>,
    batch: Option<Batch>,
    /// Wakes it for the next slice.
    next: Option<Timeout>,
    report: Option<String>,
}

/// The worker tells itself to go on.
pub(crate) struct GoOn;

impl Worker for Engine {
    type Message = GoOn;
    type Input = Ask;
    type Output = Tell;

    fn create(_: &WorkerScope<Self>) -> Self {
        Self { page: None, batch: None, next: None, report: None }
    }

    fn update(&mut self, scope: &WorkerScope<Self>, _: GoOn) {
        self.slice(scope);
    }

    fn received(&mut self, scope: &WorkerScope<Self>, ask: Ask, page: HandlerId) {
        self.page = Some(page);
        match ask {
            Ask::Run(job) => {
                // What ran before is dropped, wherever it was.
                self.batch = None;
                let id = job.id;
                match Batch::new(job) {
                    Ok((batch, begun)) => {
                        scope.respond(page, begun);
                        self.batch = Some(batch);
                        self.slice(scope);
                    }
                    Err(faults) => scope.respond(page, Tell::Refused { id, faults }),
                }
            }
            Ask::Json => {
                scope.respond(page, Tell::Json(self.report.clone().unwrap_or_default()));
            }
        }
    }
}

impl Engine {
    fn slice(&mut self, scope: &WorkerScope<Self>) {
        let (Some(batch), Some(page)) = (&mut self.batch, self.page) else { return };
        let going = batch.work(SLICE, &mut |it| scope.respond(page, it));
        if !going {
            self.report = self.batch.take().map(Batch::into_json);
            return;
        }
        let scope = scope.clone();
        self.next = Some(Timeout::new(0, move || scope.send_message(GoOn)));
    }
}

thread_local! {
    /// Asked for once: the clock is looked at a thousand times in a run.
    static CLOCK: Option<Performance> =
        js_sys::global().unchecked_into::<WorkerGlobalScope>().performance();
}

/// Milliseconds by a clock that only runs forwards.
pub(crate) fn clock() -> f64 {
    CLOCK.with(|it| it.as_ref().map_or(0.0, Performance::now))
}
