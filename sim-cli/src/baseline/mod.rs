//! The numbers that a scenario had, kept in a file beside it, so that a change of them is noticed.
//!
//! A baseline holds what users see of each load (and class), and one number of each mechanism
//! behind it: how much calls are amplified, how busy services are, what pools reject. All the
//! numbers of a report would drown a change in chance. The same report gives the same bytes.

mod drift;
mod layout;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};
use sim_core::report::{EntityKind, Estimate, Report, Unit, VariantReport};

pub(crate) use drift::{Drift, Moved};

use crate::files::read_at_most;

/// The version of the file's format.
const FORMAT: u32 = 1;
/// Baselines larger than this are not read.
const LARGEST: u64 = 64 << 20;

/// A scenario's numbers, and where they came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Baseline {
    format: u32,
    /// The version that made it.
    stormglass: String,
    /// SHA-256 of the scenario's text and overrides.
    scenario: String,
    /// Root seed.
    seed: u64,
    variants: BTreeMap<String, Variant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    replications: u32,
    /// By phase and address: `fraud-slow`, `checkout.goodput`.
    phases: BTreeMap<String, BTreeMap<String, Kept>>,
}

/// A mean over replications, as far as a difference from it needs it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    mean: f64,
    std_error: Option<f64>,
    n: u64,
}

/// The metrics that are kept of a kind of entity.
fn kept(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::Load | EntityKind::Class => {
            &["success_rate", "full_rate", "goodput", "latency.p50", "latency.p99"]
        }
        EntityKind::Call => &["amplification"],
        EntityKind::Service => &["utilisation"],
        EntityKind::Store => &["lost_acked_writes"],
        EntityKind::Pool => &["rejection_rate"],
        EntityKind::System => &["availability", "downtime.year"],
        // Its service and the calls to it say as much.
        EntityKind::Op | EntityKind::Disaster => &[],
    }
}

/// One number of a report that a baseline keeps.
struct Number<'r> {
    phase: &'r str,
    address: String,
    unit: Unit,
    estimate: &'r Estimate,
}

fn numbers(variant: &VariantReport) -> impl Iterator<Item = Number<'_>> {
    let metrics = variant.entities.iter().flat_map(|entity| {
        let kept = kept(entity.kind);
        let metrics = entity.metrics.iter().filter(|it| kept.contains(&it.name));
        metrics.map(move |it| (format!("{}.{}", entity.name, it.name), it))
    });
    metrics.flat_map(|(address, metric)| {
        let phases = variant.phases.iter().zip(&metric.phases);
        phases.filter_map(move |(phase, estimate)| {
            let (address, estimate) = (address.clone(), estimate.as_ref()?);
            Some(Number { phase: &phase.name, address, unit: metric.unit, estimate })
        })
    })
}

impl Baseline {
    /// The numbers of a report.
    pub(crate) fn of(report: &Report) -> Self {
        let variant = |it: &VariantReport| {
            let mut phases: BTreeMap<String, BTreeMap<String, Kept>> = BTreeMap::new();
            for Number { phase, address, estimate, .. } in numbers(it) {
                let Estimate { mean, std_error, n, .. } = *estimate;
                let phase = phases.entry(phase.to_owned()).or_default();
                phase.insert(address, Kept { mean, std_error, n });
            }
            (it.name.clone(), Variant { replications: it.replications, phases })
        };
        Self {
            format: FORMAT,
            stormglass: report.version.to_owned(),
            scenario: report.scenario.clone(),
            seed: report.seed,
            variants: report.variants.iter().map(variant).collect(),
        }
    }

    /// Reads the file at `path`; none where there is no file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no baseline that this version reads.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let shown = path.display();
        let bytes = match read_at_most(path, LARGEST) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.with_context(|| format!("could not read the baseline `{shown}`"))?,
        };
        let Some(bytes) = bytes else {
            bail!("the baseline `{shown}` is larger than {} MiB", LARGEST >> 20);
        };
        let parsed = parse(&bytes).map_err(|why| {
            anyhow!("`{shown}` is no baseline: {why}; write it anew with --update-baseline")
        });
        parsed.map(Some)
    }

    /// Writes it to the file at `path`, in a folder that is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let made = folder.map_or(Ok(()), fs::create_dir_all);
        let written = made.and_then(|()| fs::write(path, layout::text(self)));
        written.with_context(|| format!("could not write the baseline `{}`", path.display()))
    }

    /// How many numbers it holds.
    pub(crate) fn len(&self) -> usize {
        let phases = self.variants.values().flat_map(|it| it.phases.values());
        phases.map(BTreeMap::len).sum()
    }
}

fn parse(bytes: &[u8]) -> Result<Baseline, String> {
    /// Read first, so that another format is told to be one.
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|it| it.to_string())?;
    if head.format != FORMAT {
        return Err(format!("it is of format {}, this version reads {FORMAT}", head.format));
    }
    let baseline: Baseline = serde_json::from_slice(bytes).map_err(|it| it.to_string())?;
    let phases = baseline.variants.values().flat_map(|it| it.phases.values());
    let impossible = |it: &&Kept| it.n == 0 || it.std_error.is_some_and(|it| it < 0.0);
    match phases.flat_map(BTreeMap::values).find(impossible) {
        Some(_) => Err("it has a mean of nothing, or a negative error".to_owned()),
        None => Ok(baseline),
    }
}

/// Where the scenario at `path` has its baseline: beside it, `shop.baseline.json` for `shop.toml`;
/// or below `folder`, at the scenario's own path.
pub(crate) fn path_of(path: &Path, folder: Option<&Path>) -> PathBuf {
    let Some(folder) = folder else { return path.with_extension("baseline.json") };
    let inside = path.components().filter(|it| matches!(it, Component::Normal(_)));
    folder.join(inside.collect::<PathBuf>()).with_extension("baseline.json")
}

/// Where each scenario has its baseline.
///
/// # Errors
///
/// If two would have the same.
pub(crate) fn paths_of(paths: &[PathBuf], folder: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
    let mut owners: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut own = Vec::new();
    for path in paths {
        let place = path_of(path, folder);
        if let Some(other) = owners.insert(place.clone(), path).filter(|it| it != path) {
            let (path, other, place) = (path.display(), other.display(), place.display());
            bail!("`{other}` and `{path}` would have the same baseline, `{place}`");
        }
        own.push(place);
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: &str = r#"{"format":1,"stormglass":"0.1.0","scenario":"ab","seed":7,"variants":
        {"base":{"replications":3,"phases":{"always":{"l.goodput":
        {"mean":0.1,"std_error":null,"n":1}}}}}}"#;

    #[test]
    fn what_is_no_baseline_is_told() {
        assert_eq!(parse(WELL.as_bytes()).map(|it| it.len()), Ok(1));
        #[rustfmt::skip]
        let cases = [
            ("", "EOF"),
            ("[1, 2]", "trailing characters"),
            ("{}", "missing field `format`"),
            ("{\"format\":2,\"more\":1}", "format 2, this version reads 1"),
            (&WELL.replace("seed", "sead"), "unknown field `sead`"),
            (&WELL.replace("0.1,", "1e999,"), "number out of range"),
            (&WELL.replace("0.1,", "\"x\","), "invalid type"),
            (&WELL.replace("null", "-1"), "negative error"),
            (&WELL.replace("\"n\":1", "\"n\":0"), "mean of nothing"),
        ];
        for (text, want) in cases {
            let got = parse(text.as_bytes()).unwrap_err();
            assert!(got.contains(want), "{text}: {got}");
        }
    }

    #[test]
    fn it_comes_back_bit_by_bit_and_in_the_same_bytes() {
        let mut baseline = parse(WELL.as_bytes()).unwrap();
        let phase = baseline.variants.get_mut("base").unwrap().phases.get_mut("always").unwrap();
        for (index, mean) in [0.1 + 0.2, f64::MIN_POSITIVE, 1.0 / 3.0, 9.007e15].iter().enumerate()
        {
            let kept = Kept { mean: *mean, std_error: Some(mean / 7.0), n: 30 };
            phase.insert(format!("l.{index}"), kept);
        }
        let text = layout::text(&baseline);
        let back = parse(&text).unwrap();
        assert_eq!(back, baseline);
        assert_eq!(layout::text(&back), text);
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.contains("\n          \"l.goodput\": {\"mean\":0.1,\"std_error\":null,\"n\":1}")
        );
    }

    #[test]
    fn each_scenario_has_its_own_place() {
        let place = |path: &str, folder: Option<&str>| {
            path_of(Path::new(path), folder.map(Path::new)).display().to_string()
        };
        assert_eq!(place("a/shop.toml", None), "a/shop.baseline.json");
        assert_eq!(place("./a/shop.toml", Some("kept")), "kept/a/shop.baseline.json");
        assert_eq!(place("../../etc/shop.toml", Some("kept")), "kept/etc/shop.baseline.json");
        let two = [PathBuf::from("a.toml"), PathBuf::from("../a.toml")];
        assert!(paths_of(&two, None).is_ok());
        assert!(paths_of(&[two[0].clone(), two[0].clone()], None).is_ok(), "named twice");
        assert!(paths_of(&two, Some(Path::new("kept"))).is_err());
    }
}
