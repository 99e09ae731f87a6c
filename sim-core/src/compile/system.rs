//! Systems: names of what they depend on become ids, all the way down.

use std::collections::BTreeMap;

use crate::id::{Id, Table};
use crate::model::{System, SystemId};
use crate::order;
use crate::schema::system;

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
