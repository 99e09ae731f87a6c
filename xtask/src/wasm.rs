//! The same scenarios natively and in WebAssembly under Node: same hashes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use sim_wasm_entry::{Request, report_hash};

use crate::check::rustup;
use crate::library;
use crate::step::{exists, output, run, run_patiently};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const MODULE: &str = "target/wasm32-unknown-unknown/wasm/sim_wasm_entry.wasm";

/// Builds the core for WebAssembly, runs every scenario there and here, and compares the reports.
pub(crate) fn same_hashes() -> Result<()> {
    install()?;
    run(
        "cargo",
        &[
            "build",
            "--package",
            "sim-wasm-entry",
            "--profile",
            "wasm",
            "--target",
            TARGET,
            "--locked",
        ],
    )?;
    let scenarios = scenarios()?;
    ensure!(!scenarios.is_empty(), "there are no scenarios to compare");
    for (name, request) in &scenarios {
        let (here, there) = (report_hash(request), in_node(request)?);
        ensure!(here.len() == 64, "{name} does not run: {here}");
        ensure!(here == there, "{name}: natively {here}, in WebAssembly {there}");
        eprintln!("same natively and in WebAssembly: {name} {}", &here[..16]);
    }
    Ok(())
}

/// Adds the target where it is missing.
pub(crate) fn install_target() -> Result<()> {
    if output("rustup", &["target", "list", "--installed"])?.contains(TARGET) {
        return Ok(());
    }
    rustup(&["target", "add", TARGET])
}

fn install() -> Result<()> {
    install_target()?;
    if exists("node") {
        return Ok(());
    }
    if !exists("apt-get") {
        bail!("Node.js is needed to run WebAssembly: install it and try again");
    }
    run_patiently("apt-get", &["update"])?;
    run_patiently("apt-get", &["install", "--yes", "--no-install-recommends", "nodejs"])
}

/// Every scenario of the library with the files in its folder, one replication each.
fn scenarios() -> Result<Vec<(String, Request)>> {
    let library = Path::new(library::FOLDER);
    let data = library::data(library)?;
    let mut found = Vec::new();
    for path in library::files(library, "toml")? {
        let beside = data.iter().filter(|it| it.parent() == path.parent());
        let files = beside.map(|it| content(it)).collect::<Result<BTreeMap<_, _>>>()?;
        let scenario = fs::read_to_string(&path)?;
        found.push((path.display().to_string(), Request { scenario, files, replications: 1 }));
    }
    Ok(found)
}

/// The name of a file and what is in it.
fn content(path: &Path) -> Result<(String, String)> {
    let name = path.file_name().context("a file has a name")?;
    Ok((name.to_string_lossy().into_owned(), fs::read_to_string(path)?))
}

fn in_node(request: &Request) -> Result<String> {
    let mut node = Command::new("node")
        .args(["tests/wasm/run.mjs", MODULE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start `node`")?;
    let input = serde_json::to_vec(request)?;
    node.stdin.take().context("node has a standard input")?.write_all(&input)?;
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "node failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
