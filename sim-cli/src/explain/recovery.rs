//! Stores with their copies, runbooks, and disasters, in words and with the arithmetic of them.

use sim_core::scenario::harmless;
use sim_core::schema::{
    Archive, Backup, Corruption, Disaster, Lost, Runbook, Scenario, Standby, Step, Store, Strikes,
    Takes,
};
use sim_core::time::SimDuration;

use crate::render::instant::span;
use crate::render::stretch::stretch;
use crate::render::wrap::hanging;

/// A line for each store, and what its copies come to.
pub(super) fn stores(scenario: &Scenario, width: usize) -> String {
    scenario.stores.iter().map(|it| store(it, width)).collect()
}

fn store(store: &Store, width: usize) -> String {
    let copies = store.backups.iter().map(backup).chain(store.archive.iter().map(archive));
    let copies: Vec<_> = copies.collect();
    let copies = if copies.is_empty() { "no backups".to_owned() } else { copies.join("; ") };
    let mut text = format!("{} GB{}; {copies}", store.size as f64 / 1e9, standbys(store));
    if !store.backups.is_empty() {
        let bytes = store.size as f64;
        let copy = store.restore.rate.map_or(0.0, |it| bytes / it);
        let overhead = store.restore.overhead.mean_secs();
        text.extend([format!(
            "; a restore takes {}: {} of overhead and {} of copying, then the log",
            stretch(overhead + copy),
            stretch(overhead),
            stretch(copy)
        )]);
    }
    if let Some(loss) = worst_loss(store) {
        text.extend([format!(
            "; without a standby {} are lost at worst, if no backup fails",
            stretch(loss)
        )]);
    }
    hanging(&format!("  {} ", harmless(&store.name)), 6, &text, width)
}

/// What a write waits for, and how a standby takes over.
fn standbys(store: &Store) -> String {
    let standby = |it: &Standby| {
        let rtt = it.rtt.as_ref().filter(|_| it.mode.is_waited_for());
        let rtt = rtt.map_or(String::new(), |it| format!(", {it} more for each write"));
        format!("; {} standby{rtt}", it.mode.name())
    };
    let mut text: String = store.standbys.iter().map(standby).collect();
    if let Some(failover) = store.failover.as_ref().filter(|_| !store.standbys.is_empty()) {
        text.extend([format!("; a failover takes {} at most", time(failover.longest()))]);
    }
    harmless(&text)
}

fn backup(backup: &Backup) -> String {
    let (every, keep) = (time(backup.every), time(backup.keep));
    let takes = harmless(&backup.takes.to_string());
    format!("{} every {every}, takes {takes}, kept for {keep}", backup.kind.name())
}

fn archive(archive: &Archive) -> String {
    let timeout = archive.timeout.map_or(String::new(), |it| format!(" or after {}", time(it)));
    let (upload, keep) = (harmless(&archive.upload.to_string()), time(archive.keep));
    format!("log out when a segment is full{timeout}, upload {upload}, kept for {keep}")
}

/// The age of what can be restored when that is greatest, at mean times, s.
fn worst_loss(store: &Store) -> Option<f64> {
    let segment = store
        .archive
        .as_ref()
        .and_then(|it| Some(it.period(store.wal)?.as_secs_f64() + it.upload.mean_secs()));
    let backups = store.backups.iter().map(|it| it.every.as_secs_f64() + it.takes.mean_secs());
    segment.or_else(|| backups.min_by(f64::total_cmp))
}

/// A line for each step of each runbook.
pub(super) fn runbooks(scenario: &Scenario, width: usize) -> String {
    scenario.runbooks.iter().map(|it| runbook(it, width)).collect()
}

fn runbook(runbook: &Runbook, width: usize) -> String {
    let limit = |count: Option<u32>, what: &str| count.map(|it| format!(", {it} {what}"));
    let people = limit(runbook.people, "people").unwrap_or_default();
    let machines = limit(runbook.machines, "machines").unwrap_or_default();
    let mut out = format!("  {}{people}{machines}\n", harmless(&runbook.name));
    for step in &runbook.steps {
        let text = format!("{}, {}{}", step.who.name(), takes(step), after(runbook, step));
        out.push_str(&hanging(&format!("    {}: ", harmless(&step.name)), 8, &text, width));
    }
    out
}

fn takes(step: &Step) -> String {
    match &step.takes {
        Takes::Law(law) => harmless(&law.to_string()),
        Takes::Restore(store) => format!("the restore of {}", harmless(store)),
        Takes::Failover(store) => format!("the failover of {}", harmless(store)),
    }
}

fn after(runbook: &Runbook, step: &Step) -> String {
    let names = step.needs.iter().map(|it| harmless(&runbook.steps[*it].name));
    let names = names.collect::<Vec<_>>().join(" and ");
    if names.is_empty() { names } else { format!(", after {names}") }
}

/// A line for each disaster.
pub(super) fn disasters(scenario: &Scenario, width: usize) -> String {
    scenario.disasters.iter().map(|it| disaster(scenario, it, width)).collect()
}

fn disaster(scenario: &Scenario, disaster: &Disaster, width: usize) -> String {
    let store = scenario.stores.iter().find(|it| it.name == disaster.store);
    let what = match disaster.corrupt {
        Some(Corruption::Logical) => "is corrupt in all copies that follow it".to_owned(),
        Some(Corruption::Ransomware) => "is encrypted, and what can be deleted is".to_owned(),
        None => format!("loses {}", lost(&disaster.lose, store)),
    };
    let when = match disaster.at {
        Strikes::Uniform => "at any time".to_owned(),
        Strikes::Clock(at) => format!("at {:02}:{:02}", at / 3_600, at / 60 % 60),
    };
    let way = match &disaster.runbook {
        Some(runbook) => format!("runbook {}", harmless(runbook)),
        None => "what is left takes over, or the newest backup is restored at once".to_owned(),
    };
    let text =
        format!("{} {what} {when}; {way}; {} runs", harmless(&disaster.store), disaster.runs);
    hanging(&format!("  {}: ", harmless(&disaster.name)), 6, &text, width)
}

fn lost(lost: &Lost, store: Option<&Store>) -> String {
    let standbys = lost.standbys.iter().filter_map(|it| Some(store?.standbys[*it].name.as_str()));
    let primary = lost.primary.then_some("its primary");
    let backups = lost.backups.then_some("what backups can be deleted");
    let all = primary.into_iter().chain(standbys).chain(backups);
    all.map(harmless).collect::<Vec<_>>().join(" and ")
}

fn time(duration: SimDuration) -> String {
    span(duration.as_secs_f64())
}
