//! Scenarios from files, with overrides from the command line.

use std::path::Path;

use anyhow::{Context, bail};
use sim_core::experiment::{Plan, digest};
pub(crate) use sim_core::scenario::BASE;
use sim_core::scenario::{self, Checked, Diagnostic, Source, SourceId, SourceText};

use crate::failure::Rejected;
use crate::files::{Folder, read_at_most};

/// Scenario files larger than this are not read.
const LARGEST: u64 = 64 << 20;

/// A scenario file that was read, not yet checked.
#[derive(Debug)]
pub(crate) struct Input {
    source: Source,
    files: Folder,
}

impl Input {
    /// Reads the file at `path` and applies overrides.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not TOML, or an override leads nowhere.
    pub(crate) fn read(path: &Path, sets: &[String]) -> anyhow::Result<Self> {
        let text = text_of(path)?;
        let name = path.display().to_string();
        let reject = |diagnostics| Rejected {
            diagnostics,
            sources: vec![SourceText { name: name.clone(), text: text.clone() }],
        };
        let mut source = scenario::parse(&text).map_err(reject)?.named(&name);
        for set in sets {
            let refused = source.set(set).err();
            refused.map_or(Ok(()), |it| Err(rejected(it, &source)))?;
        }
        Ok(Self { source, files: Folder::of(path) })
    }

    /// As it was written, with the overrides.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The same with another source, which reads the same files.
    pub(crate) fn with(&self, source: Source) -> Self {
        Self { source, files: self.files.clone() }
    }

    /// SHA-256 of its text and overrides.
    pub(crate) fn hash(&self) -> String {
        digest(&self.source)
    }

    /// The file's text, without overrides.
    pub(crate) fn text(&self) -> &SourceText {
        &self.source.sources()[SourceId::FILE.index()]
    }

    /// The line of the file on which the value of a path stands, or the nearest thing around it that
    /// is there; none for what an override put.
    pub(crate) fn line(&self, variant: Option<&str>, path: &str) -> Option<usize> {
        let place = self.source.place(variant, path)?;
        let inside = place.source == SourceId::FILE;
        inside.then(|| self.text().line_and_column(place.range().start).0)
    }

    /// The text of the file, then those of the overrides.
    pub(crate) fn texts(&self) -> &[SourceText] {
        self.source.sources()
    }

    /// All variants by name, [`BASE`] first.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = vec![BASE.to_owned()];
        names.extend(self.source.variants());
        names
    }

    /// Checks the variant of that name.
    ///
    /// # Errors
    ///
    /// If there is something wrong with it, or no such variant.
    pub(crate) fn check(&self, name: &str) -> anyhow::Result<Checked> {
        let variant = (name != BASE).then_some(name);
        let checked = self.source.check(variant, &self.files);
        checked.map_err(|it| rejected(it, &self.source).into())
    }

    /// The variants that are wanted, ready to run.
    ///
    /// # Errors
    ///
    /// If there is something wrong with one of them.
    pub(crate) fn plan(&self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Plan> {
        let plan = Plan::new(&self.source, &self.files, wanted);
        plan.map_err(|it| rejected(it, &self.source).into())
    }

    /// Refuses a file of disasters alone: they are drawn, and nothing runs that could be measured.
    ///
    /// # Errors
    ///
    /// If there is no load and no system, or something wrong with the scenario.
    pub(crate) fn must_run(&self) -> anyhow::Result<()> {
        let scenario = self.check(BASE)?;
        if scenario.loads.is_empty() && scenario.systems.is_empty() {
            bail!(
                "nothing runs in `{}` that could be measured: it has no load and no system. \
                 `stormglass run` tells what its disasters come to",
                self.text().name
            );
        }
        Ok(())
    }

    /// The door to the files of its folder.
    pub(crate) fn files(&self) -> &Folder {
        &self.files
    }

    /// Checks all variants.
    ///
    /// # Errors
    ///
    /// If there is something wrong with any.
    pub(crate) fn check_all(&self) -> anyhow::Result<()> {
        self.source.check_all(&self.files).map_err(|it| rejected(it, &self.source).into())
    }
}

fn rejected(diagnostics: Vec<Diagnostic>, source: &Source) -> Rejected {
    Rejected { diagnostics, sources: source.sources().to_vec() }
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let bytes = read_at_most(path, LARGEST)
        .with_context(|| format!("could not read the scenario `{shown}`"))?;
    let Some(bytes) = bytes else {
        bail!("the scenario `{shown}` is larger than {} MiB", LARGEST >> 20);
    };
    String::from_utf8(bytes).ok().with_context(|| format!("`{shown}` is not UTF-8 text"))
}
