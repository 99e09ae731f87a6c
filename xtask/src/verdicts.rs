//! What `stormglass test` says of the library.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::step::ending;

/// All that was tested.
#[derive(Debug, Deserialize)]
pub(crate) struct Verdicts {
    /// What was run, in the order of the files.
    pub(crate) scenarios: Vec<Tested>,
}

/// A scenario and its verdicts.
#[derive(Debug, Deserialize)]
pub(crate) struct Tested {
    /// Its file, from the root of the repository.
    pub(crate) file: String,
    /// Its title.
    pub(crate) title: String,
    /// Its variants.
    pub(crate) variants: Vec<Variant>,
}

/// One variant of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Variant {
    name: String,
    /// What became of what was expected.
    verdicts: Vec<Verdict>,
}

#[derive(Debug, Deserialize)]
struct Verdict {
    statement: String,
    during: String,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Held,
    Broken,
    Open,
    Skipped,
}

/// Runs the library; fails, with what is not as expected, unless all of it holds.
pub(crate) fn verdicts() -> Result<Verdicts> {
    let (status, json) = ending(
        "cargo",
        &[
            "run",
            "--profile",
            "slow",
            "--package",
            "sim-cli",
            "--locked",
            "--",
            "test",
            "scenarios",
            "--format",
            "json",
        ],
    )?;
    let verdicts = Verdicts::read(&json)?;
    ensure!(status.success(), "the test of the library failed: {status}");
    Ok(verdicts)
}

impl Verdicts {
    /// Of the JSON of `stormglass test`, if all is as expected.
    fn read(json: &str) -> Result<Self> {
        let verdicts: Self = serde_json::from_str(json).context("the test told no verdicts")?;
        let troubles: Vec<String> = verdicts.scenarios.iter().flat_map(Tested::troubles).collect();
        ensure!(troubles.is_empty(), "not as expected:\n{}", troubles.join("\n"));
        Ok(verdicts)
    }
}

impl Tested {
    fn troubles(&self) -> impl Iterator<Item = String> {
        let verdicts = self.variants.iter().flat_map(|variant| {
            variant.verdicts.iter().map(move |verdict| (&variant.name, verdict))
        });
        let trouble =
            |it: &(&String, &Verdict)| matches!(it.1.standing, Standing::Broken | Standing::Open);
        verdicts.filter(trouble).map(|(variant, verdict)| {
            let Verdict { statement, during, standing } = verdict;
            format!("{}, {variant}: {statement} (during {during}): {standing:?}", self.file)
        })
    }

    /// Verdicts that were reached, all as expected; and those that had nothing to judge.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let verdicts = || self.variants.iter().flat_map(|it| &it.verdicts);
        let skipped = verdicts().filter(|it| it.standing == Standing::Skipped).count();
        (verdicts().count() - skipped, skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(standing: &str) -> Result<Verdicts> {
        let verdict =
            format!(r#"{{"statement": "s < 1", "during": "f", "standing": "{standing}"}}"#);
        let variants = format!(r#"[{{"name": "v", "verdicts": [{verdict}]}}]"#);
        let tested = format!(r#"{{"file": "a.toml", "title": "A", "variants": {variants}}}"#);
        Verdicts::read(&format!(r#"{{"scenarios": [{tested}], "unreadable": []}}"#))
    }

    #[test]
    fn what_is_as_expected_is_counted() {
        let counts = |standing| read(standing).expect("as expected").scenarios[0].counts();
        assert_eq!((counts("held"), counts("skipped")), ((1, 0), (0, 1)));
    }

    #[test]
    fn what_is_not_as_expected_is_told() {
        for (standing, want) in [
            ("broken", "a.toml, v: s < 1 (during f): Broken"),
            ("open", "a.toml, v: s < 1 (during f): Open"),
        ] {
            let fault = read(standing).expect_err(want).to_string();
            assert!(fault.contains(want), "{fault}");
        }
        assert!(Verdicts::read("").is_err(), "nothing was told");
    }
}
