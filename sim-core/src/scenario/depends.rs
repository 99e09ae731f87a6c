//! What systems depend on, and how long they are looked at.

use crate::order;
use std::collections::BTreeMap;

use super::diagnostic::{Code, Diagnostic};
use super::place::Place;
use super::reader::Reader;
use super::sections::PlacedSystem;
use crate::schema::Scenario;

/// That no system depends on itself, and that systems beside loads say for how long.
pub(super) fn check(
    scenario: &Scenario,
    systems: &[PlacedSystem],
    whole: Place,
    reader: &mut Reader<'_>,
) {
    if let Some(fault) = circle(systems) {
        reader.tell(fault);
    }
    let both = !scenario.loads.is_empty() && !systems.is_empty();
    if both && scenario.run.horizon.is_none() {
        let message = format!(
            "systems are looked at over years, and this run is of {}",
            scenario.run.duration
        );
        let help = "add how long to look at them: `run.horizon = \"100y\"`";
        reader.tell(Diagnostic::new(Code::MissingKey, whole, message).help(help));
    }
}

/// How far a system was followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// What it depends on is being followed.
    Open,
    /// It leads to no circle.
    Done,
}

/// A circle of systems that depend on each other, if there is one.
fn circle(systems: &[PlacedSystem]) -> Option<Diagnostic> {
    let index: BTreeMap<&str, usize> =
        order::map(systems.iter().enumerate().map(|(index, it)| (&*it.system.name, index)));
    let mut seen: Vec<Option<Seen>> = vec![None; systems.len()];
    for start in 0..systems.len() {
        // Systems on the way, each with how many of what it depends on were followed.
        let mut way = vec![(start, 0)];
        if seen[start].is_some() {
            continue;
        }
        seen[start] = Some(Seen::Open);
        while let Some((at, followed)) = way.last_mut() {
            let Some((to, place)) = systems[*at].depends_on.get(*followed) else {
                seen[*at] = Some(Seen::Done);
                way.pop();
                continue;
            };
            *followed += 1;
            let Some(&to) = index.get(&**to) else { continue };
            match seen[to] {
                None => {
                    seen[to] = Some(Seen::Open);
                    way.push((to, 0));
                }
                Some(Seen::Open) => {
                    let from = way.iter().position(|it| it.0 == to).unwrap_or(0);
                    let names = way[from..].iter().map(|it| &*systems[it.0].system.name);
                    return Some(closes(names.collect(), *place));
                }
                Some(Seen::Done) => {}
            }
        }
    }
    None
}

fn closes(mut names: Vec<&str>, place: Place) -> Diagnostic {
    const SHOWN: usize = 8;
    let first = names[0];
    if names.len() > SHOWN {
        names.truncate(SHOWN);
        names.push("…");
    }
    names.push(first);
    let message = format!("this closes a circle of systems: {}", names.join(" -> "));
    Diagnostic::new(Code::Conflict, place, message)
        .help("what depends on itself never comes up: take one of them out")
}
