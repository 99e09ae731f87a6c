//! Systems: names of what they depend on become ids, all the way down.

use std::collections::BTreeMap;

use super::SystemId;
use crate::id::{Id, Table};
use crate::order;
use crate::scenario::schema::system;

/// A system, with all that it takes to work.
#[derive(Clone, Debug)]
pub struct System {
    /// What it is by itself.
    pub own: system::System,
    /// Itself and all systems that it depends on, also by way of others, each once.
    pub parts: Vec<SystemId>,
}

/// Resolves what systems depend on.
pub(super) fn compile(systems: &[system::System]) -> Table<SystemId, System> {
    let ids = systems.iter().enumerate().map(|(index, it)| (&*it.name, SystemId::new(index)));
    let ids: BTreeMap<&str, SystemId> = order::map(ids);
    let resolve = |it: &system::System| -> Vec<SystemId> {
        it.depends_on.iter().map(|name| ids[&**name]).collect()
    };
    let direct: Table<SystemId, Vec<SystemId>> = systems.iter().map(resolve).collect();
    let system = |(index, own): (usize, &system::System)| System {
        own: own.clone(),
        parts: parts(SystemId::new(index), &direct),
    };
    systems.iter().enumerate().map(system).collect()
}

fn parts(of: SystemId, direct: &Table<SystemId, Vec<SystemId>>) -> Vec<SystemId> {
    let mut parts = order::set([of]);
    let mut found = vec![of];
    while let Some(part) = found.pop() {
        found.extend(direct[part].iter().filter(|it| parts.insert(**it)));
    }
    parts.into_iter().collect()
}
