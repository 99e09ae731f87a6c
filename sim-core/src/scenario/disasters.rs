//! What stores, runbooks and disasters show together: copies that are not there, targets that
//! nobody set.

use std::collections::BTreeSet;

use super::Placed;
use super::diagnostic::{Code, Diagnostic};
use super::reader::Reader;
use super::sections::{PlacedDisaster, PlacedRunbook};
use crate::schema::{Runbook, Scenario, Store, Takes};

/// Tells all that does not fit together.
pub(super) fn check(placed: &Placed, reader: &mut Reader<'_>) {
    for it in &placed.runbooks {
        check_runbook(&placed.scenario, it, reader);
    }
    let mut names = BTreeSet::new();
    for it in &placed.disasters {
        if !names.insert(&it.disaster.name) {
            let message = format!("there is another disaster `{}`", it.disaster.name);
            reader.tell(Diagnostic::new(Code::Duplicate, it.name, message));
        }
        check_disaster(&placed.scenario, it, reader);
    }
}

/// What is restored has backups, what fails over has a standby.
fn check_runbook(scenario: &Scenario, placed: &PlacedRunbook, reader: &mut Reader<'_>) {
    for (step, place) in placed.runbook.steps.iter().zip(&placed.takes) {
        let (name, missing, help) = match &step.takes {
            Takes::Law(_) => continue,
            Takes::Restore(name) => {
                let none = store(scenario, name).is_some_and(|it| it.backups.is_empty());
                let help = "give it one: backup = [{ kind = \"snapshot\", every = \"24h\", \
                            keep = \"7d\" }]";
                (name, none.then_some("backup to restore"), help)
            }
            Takes::Failover(name) => {
                let none = |it: &Store| it.standbys.is_empty() || it.failover.is_none();
                let none = store(scenario, name).is_some_and(none);
                let help = "give it both: standby = { mode = \"sync\" }, failover = { promote = \
                            \"20s\" }";
                (name, none.then_some("standby with a `failover`"), help)
            }
        };
        if let Some(missing) = missing {
            let message = format!("the store `{name}` has no {missing}");
            reader.tell(Diagnostic::new(Code::Conflict, *place, message).help(help));
        }
    }
}

fn check_disaster(scenario: &Scenario, placed: &PlacedDisaster, reader: &mut Reader<'_>) {
    let disaster = &placed.disaster;
    let Some(store) = store(scenario, &disaster.store) else { return };
    let runbook = |it: &&Runbook| Some(&it.name) == disaster.runbook.as_ref();
    for step in scenario.runbooks.iter().find(runbook).into_iter().flat_map(|it| &it.steps) {
        let (Takes::Restore(other) | Takes::Failover(other)) = &step.takes else { continue };
        if *other != disaster.store {
            let message = format!(
                "this runbook brings `{other}` back, and the disaster is of `{}`",
                disaster.store
            );
            let help = "write another runbook for it, or name that store";
            reader.tell(Diagnostic::new(Code::Conflict, placed.runbook, message).help(help));
        }
    }
    let steps = scenario.runbooks.iter().find(runbook).into_iter().flat_map(|it| &it.steps);
    let fails_over = steps.into_iter().any(|it| matches!(it.takes, Takes::Failover(_)));
    let none_left = disaster.lose.standbys.len() == store.standbys.len();
    if fails_over && (none_left || disaster.corrupt.is_some()) {
        let message =
            "this runbook fails over to a standby, and the disaster leaves none that is well";
        let help = "follow another runbook, one that restores";
        reader.tell(Diagnostic::new(Code::Conflict, placed.runbook, message).help(help));
    }
    for (statement, place) in disaster.expects.iter().zip(&placed.expects) {
        let (key, missing) = match statement.metric.name {
            "rpo.met" => ("target = { rpo = \"5m\" }", store.target.rpo.is_none()),
            "rto.met" => ("target = { rto = \"30m\" }", store.target.rto.is_none()),
            name if name.starts_with("lost_writes") => {
                ("writes = \"400/s\"", store.writes.is_none())
            }
            _ => continue,
        };
        if missing {
            let message =
                format!("`{}` needs more of the store `{}`", statement.metric.name, store.name);
            let help = format!("write {key} there");
            reader.tell(Diagnostic::new(Code::Conflict, *place, message).help(help));
        }
    }
}

fn store<'s>(scenario: &'s Scenario, name: &str) -> Option<&'s Store> {
    scenario.stores.iter().find(|it| it.name == name)
}
