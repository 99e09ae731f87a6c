//! `rec-B*`, `rec-C*` and `rec-T*` of `recovery.json`: backups, restores, runbooks and failovers, each
//! from the text of a scenario to the report of its disasters.

use sim_core::experiment::Plan;
use sim_core::report::DisasterReport;
use sim_core::scenario::{NoFiles, parse};
use sim_core::statistics::Moments;

use super::row;

/// Runs of one disaster, again with other seeds.
const SEEDS: u64 = 25;
const RUNS: u32 = 2_000;

/// A row, the text of a store and its disaster, and what of the report the row is about.
struct Case {
    id: &'static str,
    text: String,
    see: fn(&DisasterReport) -> f64,
    /// How far the row may be off beside what chance allows, of its value: 0 where it is exact.
    slack: f64,
}

/// The rows that are simulated here.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
    cases().into_iter().map(|it| it.id)
}

/// Those that the simulator does not agree with, and how far it is off.
pub(crate) fn disagreements() -> Vec<String> {
    cases().iter().filter_map(disagreement).collect()
}

fn disagreement(case: &Case) -> Option<String> {
    let value = row::value(case.id);
    let source = parse(&case.text).unwrap_or_else(|it| panic!("{}: {it:#?}", case.id));
    let plan = Plan::new(&source, &NoFiles, |_| true);
    let mut plan = plan.unwrap_or_else(|it| panic!("{}: {it:#?}", case.id));
    let mut seen = Moments::new();
    for seed in 0..SEEDS {
        plan.seed = seed;
        seen.push((case.see)(&plan.run().variants[0].disasters[0]));
    }
    let mean = seen.mean().expect("there are some");
    let error = seen.std_error().expect("there are several");
    let allowed = 4.0 * error + (case.slack + 1e-9) * value.abs();
    println!("{:10} {value:14.6} {mean:14.6} ± {error:.6}", case.id);
    let apart = (mean - value).abs();
    (apart > allowed).then(|| {
        format!("{}: {mean} instead of {value}, {apart} apart, {allowed} allowed", case.id)
    })
}

const MINUTE: f64 = 60.0;

fn cases() -> Vec<Case> {
    let snapshot = |rest: &str, target: &str| {
        lost(&format!(
            "target = {{ rpo = \"{target}\" }}\n\
             backup = [{{ kind = \"snapshot\", every = \"60m\", keep = \"7d\"{rest} }}]"
        ))
    };
    let slow = ", takes = \"10m\"";
    let failing = ", takes = \"10m\", fails = \"5%\"";
    let case = |id, text, see| Case { id, text, see, slack: 0.0 };
    // The worst of 2 000 runs lies a two-thousandth of an interval below the worst there is.
    let worst = |id, text, see, slack| Case { id, text, see, slack };
    vec![
        case("rec-B1", snapshot("", "5m"), |it| rpo(it) / MINUTE),
        case("rec-B2", snapshot(slow, "60m"), |it| rpo(it) / MINUTE),
        worst("rec-B3", snapshot(slow, "60m"), |it| worst_rpo(it) / MINUTE, 1e-3),
        case("rec-B4", snapshot(slow, "60m"), missed_rpo),
        case("rec-B5", snapshot("", "5m"), missed_rpo),
        case("rec-B6", snapshot(failing, "130m"), |it| rpo(it) / MINUTE),
        case("rec-B7", snapshot(failing, "130m"), missed_rpo),
        case("rec-B8", log("10kB/s", "every = \"60s\", upload = \"5s\""), rpo),
        worst("rec-B9", log("10kB/s", "upload = \"0s\""), worst_rpo, 2e-3),
        worst("rec-B10", log("1MB/s", "every = \"60s\""), worst_rpo, 2e-3),
        case("rec-B11", burst("00:01:00"), rpo),
        // It is 44 s after the burst, and four seconds of log go out in each.
        case("rec-B12", burst("00:01:44"), |it| 44.0 + rpo(it) / 4.0),
        case("rec-C1", chain("incremental"), met_rpo),
        case("rec-C2", chain("differential"), met_rpo),
        case("rec-C3", three_backups(), recoverable),
        case("rec-C4", drilled("91.25d"), |it| 1.0 - recoverable(it)),
        case("rec-C5", drilled("365d"), |it| 1.0 - recoverable(it)),
        case("rec-T1", copied("512000MB", "0s"), rto),
        case("rec-T2", copied("500GB", "0s"), rto),
        case("rec-T3", copied("500GiB", "0s"), rto),
        // The drill of 40 GB took 18 min 24 s: what is not copying is the row.
        case("rec-T4", copied("40960MB", "694.4s"), |it| rto(it) - 409.6),
        case("rec-T5", copied("512000MB", "694.4s"), rto),
        case("rec-T6", replayed(), rto),
        case("rec-T7", runbook(), |it| rto(it) / MINUTE),
        case("rec-T8", runbook(), |it| it.rto.met.expect("there is a target").mean),
        case("rec-T9", failover("detect = \"lease(ttl=30s, renew=10s)\""), rto),
        case("rec-T10", failover("dns_ttl = \"5s\""), rto),
        case("rec-T11", failover("clients = 20, reconnect = \"uniform(0s..5s)\""), rto),
    ]
}

fn rpo(it: &DisasterReport) -> f64 {
    it.rpo.mean.expect("all came back")
}

fn rto(it: &DisasterReport) -> f64 {
    it.rto.mean.expect("all came back")
}

fn worst_rpo(it: &DisasterReport) -> f64 {
    it.rpo.max.expect("all came back")
}

fn met_rpo(it: &DisasterReport) -> f64 {
    it.rpo.met.expect("there is a target").mean
}

fn missed_rpo(it: &DisasterReport) -> f64 {
    1.0 - met_rpo(it)
}

fn recoverable(it: &DisasterReport) -> f64 {
    it.recoverable.expect("there are runs").mean
}

/// A store of which the primary is lost.
fn lost(store: &str) -> String {
    struck(store, "lose = [\"primary\"]")
}

fn struck(store: &str, disaster: &str) -> String {
    format!(
        "format = 1\ntitle = \"a row\"\n[store.s]\n{store}\n[[disaster]]\nname = \"d\"\n\
         store = \"s\"\nruns = {RUNS}\n{disaster}\n"
    )
}

fn log(wal: &str, archive: &str) -> String {
    lost(&format!(
        "wal = \"{wal}\"\nbackup = [{{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }}, \
         {{ kind = \"wal\", keep = \"7d\", {archive} }}]"
    ))
}

fn burst(at: &str) -> String {
    let store = "wal = \"5MB/s\"\nburst = { wal = \"40MB/s\", every = \"1h\", for = \"60s\" }\n\
                 standby = { mode = \"async\", link = \"25MB/s\" }\nfailover = {}";
    struck(store, &format!("lose = [\"primary\"]\nat = \"{at}\""))
}

/// A snapshot at midnight, and six more until eight in the evening.
fn chain(kind: &str) -> String {
    let store = format!(
        "target = {{ rpo = \"2h\" }}\nbackup = [\
         {{ kind = \"snapshot\", every = \"24h\", keep = \"7d\", bad = \"1%\" }}, \
         {{ kind = \"{kind}\", every = \"3h\", keep = \"7d\", bad = \"1%\" }}]"
    );
    struck(&store, "lose = [\"primary\"]\nat = \"20:00\"")
}

/// Three, none of which knows of the others.
fn three_backups() -> String {
    let store =
        "backup = [{ kind = \"snapshot\", every = \"24h\", keep = \"72h\", bad = \"10%\" }]";
    struck(store, "lose = [\"primary\"]\nat = \"12:00\"")
}

fn drilled(every: &str) -> String {
    lost(&format!(
        "backup = [{{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }}]\n\
         drill = {{ every = \"{every}\", breaks = \"exp(365d)\" }}"
    ))
}

fn copied(size: &str, overhead: &str) -> String {
    lost(&format!(
        "size = \"{size}\"\nrestore = {{ overhead = \"{overhead}\", rate = \"100MB/s\" }}\n\
         backup = [{{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }}]"
    ))
}

/// A table dropped at noon, twelve hours after the snapshot.
fn replayed() -> String {
    let store = "size = \"512000MB\"\nwal = \"1MB/s\"\n\
                 restore = { overhead = \"694.4s\", rate = \"100MB/s\", replay = \"30MB/s\" }\n\
                 backup = [{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }, \
                 { kind = \"wal\", every = \"60s\", keep = \"7d\" }]";
    struck(store, "corrupt = \"logical\"\nat = \"12:00\"")
}

fn runbook() -> String {
    let store = "standby = { mode = \"sync\" }\ntarget = { rto = \"30m\" }";
    let steps = "\n[runbook.r]\na = { takes = \"exp(10m)\" }\nb = { takes = \"exp(10m)\" }\n\
                 c = { takes = \"exp(5m)\", needs = [\"a\", \"b\"] }";
    struck(store, &format!("lose = [\"primary\"]\nrunbook = \"r\"\n{steps}"))
}

fn failover(phases: &str) -> String {
    lost(&format!("standby = {{ mode = \"sync\" }}\nfailover = {{ {phases} }}"))
}
