//! Everything that a change must pass.

use anyhow::Result;

use crate::library::{self, Mode};
use crate::step::{exists, run, run_patiently, run_with};
use crate::{browser, licences, wasm};

/// All checks, cheapest first.
pub(crate) fn all() -> Result<()> {
    install_components()?;
    run("cargo", &["fmt", "--all", "--check"])?;
    licences::check()?;
    run(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"],
    )?;
    run("cargo", &["test", "--workspace", "--locked"])?;
    slow_profile()?;
    library::list(Mode::Check)?;
    wasm::same_hashes()?;
    browser::look()?;
    run_with(
        "cargo",
        &["doc", "--workspace", "--no-deps", "--locked"],
        &[("RUSTDOCFLAGS", "--deny warnings")],
    )
}

/// The heavy cases, optimised.
fn slow_profile() -> Result<()> {
    run(
        "cargo",
        &[
            "test",
            "--profile",
            "slow",
            "--package",
            "sim-tests",
            "--features",
            "slow",
            "--tests",
            "--locked",
        ],
    )
}

/// A minimal toolchain comes without these.
fn install_components() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !exists(program) {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

/// Installs a component of the toolchain or a target where it is missing.
pub(crate) fn rustup(args: &[&str]) -> Result<()> {
    run_patiently("rustup", args)
}
