//! Where the rows of a sweep come from, on top of them.

use serde::Serialize;
use sim_core::scenario::harmless;

/// All that decides the rows: threads and clocks do not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Provenance {
    /// Version of stormglass.
    #[serde(rename = "stormglass")]
    pub(crate) version: &'static str,
    /// SHA-256 of the scenario's text and overrides, in hexadecimal.
    pub(crate) scenario: String,
    /// Root seed.
    pub(crate) seed: u64,
    /// Points of the grid.
    pub(crate) points: u64,
    /// The command that gives the same rows.
    pub(crate) command: String,
}

impl Provenance {
    /// On one line.
    pub(crate) fn line(&self) -> String {
        let Self { version, scenario, seed, points, command } = self;
        let command = harmless(command);
        format!(
            "stormglass {version}, scenario {scenario}, seed {seed}, {points} points: {command}"
        )
    }
}
