//! Stopping on request.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use crate::exit::Exit;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on a first Ctrl-C (or a request to terminate) is taken down, and a second one ends the
/// program at once.
///
/// # Errors
///
/// If the system does not take the handler.
pub(crate) fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            process::exit(i32::from(Exit::Interrupted as u8));
        }
    })
    .context("could not listen for Ctrl-C")
}

/// Whether to stop.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
