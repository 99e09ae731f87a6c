//! A door into sim-core for the test that WebAssembly gives the same bytes as the native build.
//!
//! The host writes a request as JSON into memory that [`reserve`] gives, calls [`run`], and reads
//! the report's hash. The same function serves both sides: [`report_hash`].

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sim_core::experiment::Plan;
use sim_core::scenario::{MemoryFiles, parse};

/// What to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The scenario's text.
    pub scenario: String,
    /// Its files, by path.
    pub files: BTreeMap<String, String>,
    /// Replications to run.
    pub replications: u32,
}

/// The hash of the report of all variants, or what is wrong with the scenario.
pub fn report_hash(request: &Request) -> String {
    let files: MemoryFiles = request.files.clone().into_iter().collect();
    let plan = parse(&request.scenario).and_then(|it| Plan::new(&it, &files, |_| true));
    match plan {
        Ok(mut plan) => {
            plan.replications = Some(request.replications);
            plan.run().hash()
        }
        Err(faults) => format!("{faults:?}"),
    }
}

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for `length` bytes of request and returns where.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: u32) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.resize(length as usize, 0);
        buffer.as_mut_ptr()
    })
}

/// Runs the request in the buffer, leaves the answer there and returns its length.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> u32 {
    BUFFER.with_borrow_mut(|buffer| {
        let answer = match serde_json::from_slice(buffer) {
            Ok(request) => report_hash(&request),
            Err(error) => error.to_string(),
        };
        *buffer = answer.into_bytes();
        u32::try_from(buffer.len()).expect("an answer is short")
    })
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    BUFFER.with_borrow(Vec::as_ptr)
}
