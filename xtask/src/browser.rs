//! The playground in a real browser: built, looked at, and held to what it must show.

use anyhow::{Result, bail};

use crate::step::{exists, run, run_patiently};
use crate::web;

/// Builds the site and runs the tests that look at it.
pub(crate) fn look() -> Result<()> {
    web::build()?;
    if !install()? {
        let text = "NO BROWSER: Chromium and chromedriver are missing and cannot be installed here. \
            THE PLAYGROUND WAS NOT LOOKED AT.";
        if std::env::var_os("CI").is_some_and(|it| it == "true") {
            bail!(text);
        }
        eprintln!("\n{}\n{text}\n{}\n", "!".repeat(79), "!".repeat(79));
        return Ok(());
    }
    if !exists("npm") && exists("apt-get") {
        run_patiently("apt-get", &["install", "--yes", "--no-install-recommends", "npm"])?;
    }
    run_patiently("npm", &["ci", "--no-fund", "--no-audit", "--prefix", "tests/browser"])?;
    // Optimised and without assertions: speed there is held against speed here.
    run(
        "cargo",
        &[
            "test",
            "--package",
            "sim-browser-tests",
            "--features",
            "browser",
            "--profile",
            "wasm",
            "--locked",
            "--",
            "--test-threads",
            "1",
        ],
    )
}

/// Installs Chromium and its driver where they are missing and can be; whether they are there.
fn install() -> Result<bool> {
    let there = || (exists("chromium") || exists("google-chrome")) && exists("chromedriver");
    if !there() && exists("apt-get") {
        run_patiently("apt-get", &["update"])?;
        run_patiently(
            "apt-get",
            &[
                "install",
                "--yes",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
                "fonts-dejavu-core",
                "brotli",
            ],
        )?;
    }
    Ok(there())
}
