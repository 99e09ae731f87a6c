//! stormglass on the command line: run, test, compare, sweep and explain scenarios, and size
//! pools.
//!
//! The engine (`sim-core`) knows nothing of files, threads, clocks and terminals; all of that is
//! here. [`commands`] holds one file for each command; they read through [`input`], simulate
//! through [`simulate`], and write what [`render`] makes of the results through [`output`].
#![forbid(unsafe_code)]

mod baseline;
mod cases;
mod commands;
mod disasters;
mod exit;
mod explain;
mod failure;
mod files;
mod input;
mod interrupt;
mod job;
mod output;
mod pairs;
mod points;
mod progress;
mod render;
mod rounds;
mod rows;
mod simulate;
mod suite;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Cli;

/// Whatever went wrong below is told here, once.
fn main() -> ExitCode {
    let exit = Cli::parse().command.run().unwrap_or_else(|error| failure::tell(&error));
    exit.into()
}
