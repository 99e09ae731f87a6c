//! `rec-A*` and `rec-E*` of `recovery.json`, where something happens: systems over years.

use super::check::Agreement::Within;
use super::experiment::{Experiment, fixed};

const YEAR: f64 = 31_536_000.0;
/// 4,000 years in all.
const CENTURIES: u32 = 40;

pub(crate) fn experiments() -> Vec<Experiment> {
    [redundancy(), repairs(), switching(), budgets()].concat()
}

fn system(title: &'static str, runs: u32, body: impl AsRef<str>) -> Experiment {
    Experiment::new(title, fixed(100.0 * YEAR, runs), body.as_ref())
}

/// So many copies of an availability, of which so many are needed.
fn copies(needs: u32, copies: u32, availability: &str, more: &str) -> String {
    format!(
        "[system.s]\ncopies = {copies}\nneeds = {needs}\navailability = \"{availability}\"\n\
         mttr = \"exp(1h)\"\n{more}\n"
    )
}

fn redundancy() -> Vec<Experiment> {
    let of = |title, needs, n, availability, address| {
        system(title, CENTURIES, copies(needs, n, availability, "")).row(address, "s.availability")
    };
    let shared = |title, share: u32, address| {
        let cause = format!("common_cause = \"{share}%\"");
        let body = copies(1, 2, "99.9%", &cause);
        system(title, CENTURIES, body).row(address, "s.availability")
    };
    vec![
        of("two of 99.9 %", 1, 2, "99.9%", "rec-A4"),
        of("2 of 3", 2, 3, "99.9%", "rec-A8"),
        of("a quorum of five", 3, 5, "99%", "rec-A15"),
        shared("a hundredth in common", 1, "rec-A5_1"),
        shared("a twentieth in common", 5, "rec-A5_5"),
        shared("a tenth in common", 10, "rec-A5_10"),
        system("twelve dependencies", CENTURIES, dependencies(12)).row("rec-A7", "s.availability"),
    ]
}

/// A system that is itself nothing but what it depends on.
fn dependencies(number: u32) -> String {
    let names: Vec<_> = (1..=number).map(|it| format!("d{it}")).collect();
    let one =
        |it: &String| format!("[system.{it}]\navailability = \"99.9%\"\nmttr = \"exp(1h)\"\n");
    let all: String = names.iter().map(one).collect();
    format!("{all}[system.s]\ndepends_on = {names:?}\n")
}

fn repairs() -> Vec<Experiment> {
    let pair = |crews: u32, more: &str| {
        format!(
            "[system.s]\ncopies = 2\nmtbf = \"exp(720h)\"\nmttr = \"exp(4h)\"\ncrews = {crews}\n\
             {more}\n"
        )
    };
    let by_hand = "failover = { coverage = \"95%\", by_hand = \"exp(1h)\", stops = \"all\" }";
    let one = "[system.s]\nmtbf = \"exp(720h)\"\nmttr = \"exp(30m)\"\n";
    vec![
        system("one that is mended", CENTURIES, one).row("rec-A9", "s.availability"),
        lost(system("one crew", CENTURIES, pair(1, "")), "rec-A10"),
        lost(system("two crews", CENTURIES, pair(2, "")), "rec-A11"),
        system("the first total failure", 400, pair(1, "")).derived(
            "rec-A12",
            "s.outage.first, h",
            |it| it.metric("s.outage.first") / 3_600.0,
        ),
        lost(system("failovers by hand", 100, pair(1, by_hand)), "rec-A13"),
    ]
}

fn lost(experiment: Experiment, address: &'static str) -> Experiment {
    experiment.derived(address, "1 - s.availability", |it| 1.0 - it.metric("s.availability"))
}

fn switching() -> Vec<Experiment> {
    let failover = "[system.s]\ncopies = 2\nmode = \"active_passive\"\nmtbf = \"exp(730h)\"\n\
                    mttr = \"1m\"\nfailover = { takes = \"35.2s\" }\n";
    let regions = "[system.s]\ncopies = 2\navailability = \"99.9%\"\nmttr = \"1h\"\n\
                   failover = { takes = \"120s\" }\n";
    vec![
        lost(system("a failover a month", CENTURIES, failover), "rec-A14"),
        // The row leaves out that both regions are down.
        system("two regions that drain", CENTURIES, regions)
            .derived("rec-A16", "1 - s.availability - both down", |it| {
                1.0 - it.metric("s.availability") - 1e-6
            })
            .agrees(Within(0.02)),
    ]
}

fn budgets() -> Vec<Experiment> {
    let deploy = "[system.s]\nslo = \"99.99%\"\n\
                  deploy = { every = \"730h\", bad = \"100%\", detect = \"4m\", rollback = \"1m\" }\n";
    let incidents = "[system.s]\nmtbf = \"exp(833.25h)\"\nmttr = \"5m\"\n";
    vec![
        // Half a month more than 1,188: of that many deploys.
        Experiment::new("a bad deploy a month", fixed(99.0 * YEAR + 365.0 * 3_600.0, 20), deploy)
            .row("rec-E8", "s.slo.burn")
            .agrees(Within(0.001)),
        // The row is the time between failures, 34.71875 d, that gives this.
        system("five minutes every five weeks", CENTURIES, incidents)
            .row("rec-E9", "s.availability")
            .implies(0.9999),
    ]
}
