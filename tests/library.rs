//! The scenario files of the product, as tests load them.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::experiment::Plan;
use sim_core::report::{Report, VariantReport};
use sim_core::scenario::{Checked, Files, FilesError, Source, parse};

/// A scenario file, perhaps with overrides.
pub struct Story {
    source: Source,
    folder: Folder,
}

/// The files beside a scenario.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, FilesError> {
        fs::read_to_string(self.0.join(path)).map_err(|it| FilesError::Unreadable(it.to_string()))
    }
}

/// All scenario files, as paths below `scenarios/`, in order.
pub fn stories() -> Vec<String> {
    let mut found = Vec::new();
    for family in entries(&root()).iter().filter(|it| it.is_dir()) {
        let files = entries(family);
        let scenarios = files.iter().filter(|it| it.extension().is_some_and(|it| it == "toml"));
        found.extend(scenarios.map(|it| {
            it.strip_prefix(root()).expect("it is below").to_str().expect("plain name").to_owned()
        }));
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|it| it.expect("it can be listed").path()).collect()
}

impl Story {
    /// Opens `scenarios/<path>`.
    pub fn open(path: &str) -> Self {
        let file = root().join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|it| panic!("{path}: {it}"));
        let source = parse(&text).unwrap_or_else(|it| panic!("{path}: {it:#?}"));
        let folder = Folder(file.parent().expect("a file is in a folder").to_owned());
        Self { source: source.named(path), folder }
    }

    /// Overrides values: `path=value`.
    #[must_use]
    pub fn with(mut self, assignments: &[&str]) -> Self {
        for assignment in assignments {
            self.source.set(assignment).unwrap_or_else(|it| panic!("{assignment}: {it:#?}"));
        }
        self
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.source.sources()[0].text
    }

    /// A variant as it was read, or the base.
    pub fn read(&self, variant: Option<&str>) -> Checked {
        self.source.check(variant, &self.folder).unwrap_or_else(|it| panic!("{it:#?}"))
    }

    /// The plan of the variants with these names; `base` is one.
    pub fn plan(&self, variants: &[&str]) -> Plan {
        let wanted = |name: &str| variants.contains(&name);
        Plan::new(&self.source, &self.folder, wanted).unwrap_or_else(|it| panic!("{it:#?}"))
    }

    /// The plan of all variants.
    pub fn whole_plan(&self) -> Plan {
        let plan = Plan::new(&self.source, &self.folder, |_| true);
        plan.unwrap_or_else(|it| panic!("{it:#?}"))
    }

    /// Runs all variants.
    pub fn run(&self) -> Report {
        self.whole_plan().run()
    }

    /// Runs one variant.
    pub fn run_one(&self, variant: &str) -> VariantReport {
        self.plan(&[variant]).run().variants.swap_remove(0)
    }
}
