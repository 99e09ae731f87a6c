//! The playground: `cargo xtask web` builds it into `web/dist`, a folder that any file server serves
//! from any path.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::library;
use crate::step::{exists, run};
use crate::wasm::{TARGET, install_target};

/// Where the site is, from the root of the repository.
pub(crate) const DIST: &str = "web/dist";
const MODULE: &str = "target/wasm32-unknown-unknown/web/web.wasm";
const STATIC: [&str; 3] = ["main.js", "style.css", "worker.js"];

/// Builds the site.
pub(crate) fn build() -> Result<()> {
    install_target()?;
    run(
        "cargo",
        &["build", "--package", "web", "--profile", "web", "--target", TARGET, "--locked"],
    )?;
    let dist = Path::new(DIST);
    if dist.exists() {
        fs::remove_dir_all(dist).with_context(|| format!("could not empty {DIST}"))?;
    }
    fs::create_dir_all(dist)?;
    Bindgen::new()
        .input_path(MODULE)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(dist)
        .context("wasm-bindgen could not make the module")?;
    shrink(&dist.join("web_bg.wasm"))?;
    for name in STATIC {
        fs::copy(Path::new("web/static").join(name), dist.join(name))?;
    }
    fs::write(dist.join("index.html"), page(&fs::read_to_string("web/index.html")?)?)?;
    data(dist)?;
    let size = fs::metadata(dist.join("web_bg.wasm"))?.len();
    eprintln!("{DIST}: web_bg.wasm has {} kB", size / 1000);
    Ok(())
}

/// Makes the module smaller and faster where there is a program for that. It is given no features: it
/// reads from the module which of them browsers have to know.
fn shrink(module: &Path) -> Result<()> {
    let program = std::env::var("WASM_OPT").unwrap_or_else(|_| "wasm-opt".to_owned());
    if !exists(&program) {
        eprintln!("no wasm-opt, which would make the module a little smaller: go on without");
        return Ok(());
    }
    let (from, to) =
        (module.display().to_string(), module.with_extension("opt").display().to_string());
    if run(&program, &["-O3", "-o", &to, &from]).is_err() {
        eprintln!("this wasm-opt cannot read the module: go on without");
        return Ok(());
    }
    fs::rename(to, from).context("could not replace the module")
}

/// The page for who builds without Trunk: its links become one script.
fn page(source: &str) -> Result<String> {
    let lines = source.lines().filter_map(|line| match line.contains("data-trunk") {
        true if line.contains("rel=\"rust\"") => {
            Some("<script type=\"module\" src=\"main.js\"></script>")
        }
        true => None,
        false => Some(line),
    });
    let page = lines.collect::<Vec<_>>().join("\n");
    ensure!(page.contains("main.js"), "web/index.html has no line for the program");
    Ok(page)
}

/// The texts of the scenarios, and the data of those that have some.
fn data(dist: &Path) -> Result<()> {
    let folder = Path::new(library::FOLDER);
    for path in library::files(folder, "toml")?.into_iter().chain(library::data(folder)?) {
        let inside: PathBuf = path.strip_prefix(library::FOLDER)?.to_owned();
        let to = dist.join("data").join(inside);
        fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        fs::copy(&path, to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_has_one_script_and_nothing_for_trunk() {
        let source = std::fs::read_to_string("../web/index.html").expect("it is there");
        let page = super::page(&source).expect("it has a line for the program");
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("data-trunk"));
    }
}
