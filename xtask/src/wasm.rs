//! The same scenarios natively and in WebAssembly under Node: same hashes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use sim_wasm_entry::{Request, report_hash};

use crate::check::rustup;
use crate::step::{exists, output, run, run_patiently};

const TARGET: &str = "wasm32-unknown-unknown";
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
    let scenarios = scenarios(Path::new("scenarios"))?;
    ensure!(!scenarios.is_empty(), "there are no scenarios to compare");
    for (name, request) in &scenarios {
        let (here, there) = (report_hash(request), in_node(request)?);
        ensure!(here.len() == 64, "{name} does not run: {here}");
        ensure!(here == there, "{name}: natively {here}, in WebAssembly {there}");
        eprintln!("same natively and in WebAssembly: {name} {}", &here[..16]);
    }
    Ok(())
}

fn install() -> Result<()> {
    if !output("rustup", &["target", "list", "--installed"])?.contains(TARGET) {
        rustup(&["target", "add", TARGET])?;
    }
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
fn scenarios(folder: &Path) -> Result<Vec<(String, Request)>> {
    let mut found = Vec::new();
    for family in sorted(folder)? {
        if !family.is_dir() {
            continue;
        }
        let files = data_of(&family)?;
        for path in
            sorted(&family)?.into_iter().filter(|it| it.extension() == Some("toml".as_ref()))
        {
            let scenario = fs::read_to_string(&path)?;
            let request = Request { scenario, files: files.clone(), replications: 1 };
            found.push((path.display().to_string(), request));
        }
    }
    Ok(found)
}

fn data_of(family: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in sorted(family)?.into_iter().filter(|it| it.extension() == Some("csv".as_ref())) {
        let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        files.insert(name, fs::read_to_string(&path)?);
    }
    Ok(files)
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut paths = entries.map(|it| Ok(it?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
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
