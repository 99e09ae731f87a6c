//! The playground from end to end, in headless Chromium: what people do, with what they then see.
//!
//! `cargo xtask web && cargo test -p sim-browser-tests --features browser` runs them; each leaves its
//! pictures in `target/browser`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use sim_browser_tests::{Look, Page, visit};
use sim_core::experiment::Plan;
use sim_core::scenario::{MemoryFiles, parse};

const FIRST: &str = "checkout/checkout.toml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The hash of the report that the command line gives for a scenario.
fn native_hash(path: &str, text: &str) -> Result<String> {
    let folder =
        root().join("scenarios").join(path).parent().context("it is in a folder")?.to_owned();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|it| it == "csv") {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(file)?));
        }
    }
    let files: MemoryFiles = files.into_iter().collect();
    let plan = parse(text).and_then(|it| Plan::new(&it, &files, |_| true));
    Ok(plan.map_err(|it| anyhow::anyhow!("{path}: {it:?}"))?.run().hash())
}

fn scenario(path: &str) -> Result<String> {
    fs::read_to_string(root().join("scenarios").join(path)).context(path.to_owned())
}

/// The value that a row of the numbers shows.
async fn number_of(page: &Page, phase: &str, column: usize) -> Result<String> {
    let row = format!("document.querySelector('#numbers tr[data-phase=\"{phase}\"]')");
    page.text(&format!("{row}.querySelectorAll('td')[{column}].textContent")).await
}

#[tokio::test]
async fn a_scenario_is_already_running_and_comes_to_its_end() -> Result<()> {
    visit("", Look::default(), async |page| {
        page.until("document.querySelector('.board svg .part')", "there is a picture").await?;
        page.until("document.querySelector('.draw svg path')", "there are charts").await?;
        ensure!(page.text("document.querySelector('#title').textContent").await? == "Checkout");
        let hash = page.run_to_the_end().await?;
        ensure!(hash == native_hash(FIRST, &scenario(FIRST)?)?, "not the command line's report");
        let charts = page.number("document.querySelectorAll('figure .draw svg').length").await?;
        ensure!(charts >= 4.0, "{charts} charts");
        ensure!(page.number("document.querySelectorAll('.fault').length").await? >= 2.0);
        let verdicts = page.text("document.querySelector('#verdicts').textContent").await?;
        ensure!(verdicts.contains("hold") && !verdicts.contains("fail"), "{verdicts}");
        page.picture("first-visit").await
    })
    .await
}
