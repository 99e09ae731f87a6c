//! The library of scenarios: `cargo xtask scenarios` runs it, and writes the page that lists it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::header::Header;
use crate::inventory::{self, Row};
use crate::{page, verdicts};

/// Where the library is, from the root of the repository.
pub(crate) const FOLDER: &str = "scenarios";
const PAGE: &str = "scenarios/README.md";

/// Whether the page is written anew, or must be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Written anew.
    Write,
    /// Fails if it would be another.
    Check,
}

/// Runs all scenarios, holds them to their verdicts, and writes or checks the page.
pub(crate) fn list(mode: Mode) -> Result<()> {
    let headers = headers(Path::new(FOLDER))?;
    let explained = inventory::explained(inventory::UNSHOWN)?;
    inventory::cover(&shown(&headers), &explained)?;
    let page = page::render(&headers, &verdicts::verdicts()?, inventory::UNSHOWN)?;
    if mode == Mode::Write {
        return fs::write(PAGE, page).with_context(|| format!("could not write {PAGE}"));
    }
    let there = fs::read_to_string(PAGE).with_context(|| format!("could not read {PAGE}"))?;
    ensure!(there == page, "{PAGE} is stale: `cargo xtask scenarios` writes it anew");
    Ok(())
}

/// The headers of all scenarios, by their files from the root of the repository.
fn headers(folder: &Path) -> Result<BTreeMap<String, Header>> {
    let header = |path: PathBuf| {
        let name = path.display().to_string();
        let header = Header::read(&fs::read_to_string(&path)?).context(name.clone())?;
        Ok((name, header))
    };
    files(folder, "toml")?.into_iter().map(header).collect()
}

fn shown(headers: &BTreeMap<String, Header>) -> BTreeSet<Row> {
    headers.values().flat_map(|it| &it.rows).copied().collect()
}

/// The files with this extension in the folders of the library, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for family in sorted(folder)?.into_iter().filter(|it| it.is_dir()) {
        let own = sorted(&family)?.into_iter();
        files.extend(own.filter(|it| it.extension().is_some_and(|it| it == extension)));
    }
    Ok(files)
}

/// The files in the folders of the library that scenarios read: all but scenarios and pages. They
/// lie beside the scenario, where the playground looks for them.
pub(crate) fn data(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for family in sorted(folder)?.into_iter().filter(|it| it.is_dir()) {
        let other = |it: &PathBuf| it.extension().is_none_or(|it| it != "toml" && it != "md");
        for file in sorted(&family)?.into_iter().filter(other) {
            ensure!(
                file.is_file(),
                "{} is a folder: data lies beside its scenario",
                file.display()
            );
            files.push(file);
        }
    }
    Ok(files)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut paths = entries.map(|it| Ok(it?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_shown_by_a_scenario_or_has_a_reason() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FOLDER);
        let headers = headers(&folder).expect("every header is right");
        let explained = inventory::explained(inventory::UNSHOWN).expect("lines begin with rows");
        inventory::cover(&shown(&headers), &explained).expect("no row is forgotten");
    }
}
