//! What only the whole scenario shows: names that clash, circles of calls, faults that miss.

use crate::order;
use std::collections::{BTreeMap, BTreeSet};

use super::Placed;
use super::depends;
use super::diagnostic::{Code, Diagnostic};
use super::disasters;
use super::extent::too_large;
use super::moment;
use super::outline::{CallOutline, Outline};
use super::place::Place;
use super::reader::Reader;
use super::sections::PlacedFault;
use super::tree::{Entry, Node};
use crate::schema::{
    Arrivals, Blast, Bulkhead, Capacity, Fault, FaultKind, FaultTarget, Held, Policy, Scenario,
    Service, Target,
};

/// Operations and calls at most.
const STEPS_MAX: usize = 10_000;

/// What the names alone show; reported also where other parts cannot be read.
pub(super) fn check_names(tree: &Node, reader: &mut Reader<'_>) {
    unique_names(tree, reader);
    no_variant_is_the_base(tree, reader);
    classes_are_of_loads(tree, reader);
    let operations: usize = reader.outline.all_ops().map(|it| it.1.len()).sum();
    let calls: usize = reader.outline.all_ops().flat_map(|it| it.1.values()).map(Vec::len).sum();
    if operations + calls > STEPS_MAX {
        let message = format!("{operations} operations and {calls} calls; at most {STEPS_MAX}");
        reader.tell(Diagnostic::new(Code::TooLarge, tree.place, message));
        return;
    }
    if let Some(fault) = call_cycle(reader.outline) {
        reader.tell(fault);
    }
}

/// Metrics are addressed by names: loads, services, pools and systems share one space of them.
fn unique_names(tree: &Node, reader: &mut Reader<'_>) {
    let mut seen = BTreeMap::new();
    for kind in ["load", "service", "pool", "system", "store"] {
        let entries =
            tree.get(kind).and_then(Node::as_table).into_iter().flat_map(|it| &it.entries);
        for entry in entries {
            if let Some(other) = seen.insert(&entry.key, kind) {
                let message = format!("there is a {other} `{}` already", entry.key);
                let help = "metrics are addressed by these names: give one of them another";
                reader.tell(Diagnostic::new(Code::Duplicate, entry.place, message).help(help));
            }
        }
    }
}

/// `base` is what the scenario without a variant is called.
fn no_variant_is_the_base(tree: &Node, reader: &mut Reader<'_>) {
    let variants = tree.get("variant").and_then(Node::as_table);
    let base = variants.and_then(|it| it.entries.iter().find(|entry| entry.key == "base"));
    if let Some(entry) = base {
        let message = "`base` is the scenario without a variant";
        reader.tell(Diagnostic::new(Code::BadName, entry.place, message));
    }
}

/// A class of which something is said is a class of some load.
fn classes_are_of_loads(tree: &Node, reader: &mut Reader<'_>) {
    fn entries(node: Option<&Node>) -> std::slice::Iter<'_, Entry> {
        node.and_then(Node::as_table).map(|it| &*it.entries).unwrap_or_default().iter()
    }
    let loads = entries(tree.get("load"));
    let known: BTreeSet<&str> =
        order::set(loads.flat_map(|it| entries(it.node.get("classes"))).map(|it| &*it.key));
    for class in entries(tree.get("class")).filter(|it| !known.contains(&*it.key)) {
        let what = ("class", &*class.key);
        let _: Option<()> =
            reader.unknown(Code::UnknownName, class.place, what, known.iter().copied());
    }
}

/// A circle of operations that call each other, if there is one.
///
/// Operations that call only what is known to end are taken away until none is left, or only
/// circles and what leads to them (Kahn, CACM 5(11), 1962).
fn call_cycle(outline: &Outline) -> Option<Diagnostic> {
    let mut waiting: BTreeMap<Target, usize> = BTreeMap::new();
    let mut called_by: BTreeMap<&Target, Vec<Target>> = BTreeMap::new();
    for (operation, calls) in operations(outline) {
        let known = calls.iter().filter_map(|it| it.to.as_ref()).filter(|it| outline.has(it));
        let callees = order::set(known);
        waiting.insert(operation.clone(), callees.len());
        for callee in callees {
            called_by.entry(callee).or_default().push(operation.clone());
        }
    }
    let mut ending: Vec<_> =
        waiting.iter().filter(|it| *it.1 == 0).map(|it| it.0.clone()).collect();
    while let Some(operation) = ending.pop() {
        waiting.remove(&operation);
        for caller in called_by.get(&operation).into_iter().flatten() {
            let Some(left) = waiting.get_mut(caller) else { continue };
            *left -= 1;
            if *left == 0 {
                ending.push(caller.clone());
            }
        }
    }
    walk_cycle(outline, &waiting)
}

/// Follows calls among `endless` operations until one comes again.
fn walk_cycle(outline: &Outline, endless: &BTreeMap<Target, usize>) -> Option<Diagnostic> {
    let mut path: Vec<Target> = vec![endless.keys().next()?.clone()];
    let mut position = order::map([(path[0].clone(), 0)]);
    loop {
        let here = path.last()?;
        let calls = outline.ops(&here.service)?.get(&here.op)?;
        let (to, place) = calls
            .iter()
            .filter_map(|call| Some((call.to.as_ref()?, call.place)))
            .find(|(to, _)| endless.contains_key(to))?;
        if let Some(start) = position.get(to) {
            return Some(cycle(&path[*start..], place));
        }
        position.insert(to.clone(), path.len());
        path.push(to.clone());
    }
}

fn cycle(path: &[Target], place: Place) -> Diagnostic {
    const SHOWN: usize = 8;
    let name = |it: &Target| {
        if it.op.is_empty() { it.service.clone() } else { format!("{}.{}", it.service, it.op) }
    };
    let mut names: Vec<_> = path.iter().take(SHOWN).map(name).collect();
    if path.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.extend(path.first().map(name));
    let message = format!("this call closes a circle: {}", names.join(" -> "));
    Diagnostic::new(Code::CallCycle, place, message)
        .help("a request would never end; break the circle, or call another operation")
}

fn operations(outline: &Outline) -> impl Iterator<Item = (Target, &Vec<CallOutline>)> {
    outline.all_ops().flat_map(|(service, ops)| {
        ops.iter().map(|(op, calls)| (Target { service: service.clone(), op: op.clone() }, calls))
    })
}

/// What the parts show together, once all of them are read.
pub(super) fn check_whole(placed: &Placed, whole: Place, reader: &mut Reader<'_>) {
    let Placed { scenario, systems, faults, expects, aborts, .. } = placed;
    if let Some(message) = too_large(scenario) {
        reader.tell(Diagnostic::new(Code::TooLarge, whole, message));
    }
    what_happens(placed, whole, reader);
    disasters::check(placed, reader);
    check_faults(scenario, faults, reader);
    depends::check(scenario, systems, whole, reader);
    for it in expects {
        if let Some(fault) = moment::of_expectation(scenario, it) {
            reader.tell(fault);
        }
    }
    for it in aborts {
        if let Some(fault) = moment::of_abort(scenario, it) {
            reader.tell(fault);
        }
    }
}

/// There are loads or systems, and a run for them; or there are only disasters, which need neither.
fn what_happens(placed: &Placed, whole: Place, reader: &mut Reader<'_>) {
    let Placed { scenario, faults, expects, aborts, .. } = placed;
    let of_loads = !scenario.services.is_empty()
        || !faults.is_empty()
        || !aborts.is_empty()
        || scenario.steady.is_some();
    let of_any = of_loads || !expects.is_empty();
    let idle = if scenario.systems.is_empty() {
        of_any || scenario.disasters.is_empty()
    } else {
        of_loads
    };
    if scenario.loads.is_empty() && idle {
        let help = "add a `[load.NAME]` with `to` and `rate`";
        let message = "there is no load: nothing would happen";
        reader.tell(Diagnostic::new(Code::MissingKey, whole, message).help(help));
    }
    let runs = of_any || !scenario.loads.is_empty() || !scenario.systems.is_empty();
    if !placed.has_run && runs {
        let message = "`run` is missing";
        let help = "it takes a table such as { duration = \"5m\" }";
        reader.tell(Diagnostic::new(Code::MissingKey, whole, message).help(help));
    }
}

fn check_faults(scenario: &Scenario, faults: &[PlacedFault], reader: &mut Reader<'_>) {
    let mut names = BTreeSet::new();
    for placed in faults {
        if !names.insert(&placed.fault.name) {
            let message = format!("there is another fault `{}`", placed.fault.name);
            reader.tell(Diagnostic::new(Code::Duplicate, placed.name, message));
        }
        if placed.fault.at >= scenario.run.duration {
            let message = format!("the run is over after {}", scenario.run.duration);
            reader.tell(Diagnostic::new(Code::OutOfRange, placed.at, message));
        }
        let misfits = [too_wide, narrows, surge_without_a_rate, holds_too_much, no_standby];
        for misfit in misfits {
            if let Some((place, message)) = misfit(scenario, placed) {
                reader.tell(Diagnostic::new(Code::Misfit, place, message));
            }
        }
        if let Some(fault) = restores_nothing(scenario, placed) {
            reader.tell(fault);
        }
    }
}

/// A restore of what has no backup, or one that takes no time.
fn restores_nothing(scenario: &Scenario, placed: &PlacedFault) -> Option<Diagnostic> {
    let (FaultTarget::Store(name), FaultKind::Restore(_)) = (&placed.fault.on, &placed.fault.kind)
    else {
        return None;
    };
    let store = scenario.store(name)?;
    let (message, help) = if store.backups.is_empty() {
        let message = format!("the store `{name}` has no `backup` to restore");
        (message, "give it one: backup = [{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }]")
    } else if placed.fault.lasts.is_zero() {
        let message = format!("a restore of the store `{name}` takes no time");
        (
            message,
            "say how fast it is: restore = { overhead = \"5m\", rate = \"100MB/s\" }, and `size`",
        )
    } else {
        return None;
    };
    Some(Diagnostic::new(Code::Misfit, placed.on, message).help(help))
}

/// Where, and why, a fault cannot strike its target as it says.
type Misfit = (Place, String);

/// More instances than there are.
fn too_wide(scenario: &Scenario, placed: &PlacedFault) -> Option<Misfit> {
    let service = struck_service(scenario, &placed.fault)?;
    let message = format!("`{}` has {} instances only", service.name, service.instances);
    let too_many = |it: &Blast| matches!(it, Blast::Count(count) if *count > service.instances);
    placed.fault.blast.iter().any(too_many).then_some((placed.blast, message))
}

/// A stage that strikes less than the one before.
fn narrows(scenario: &Scenario, placed: &PlacedFault) -> Option<Misfit> {
    let all = struck_service(scenario, &placed.fault).map(|it| it.instances);
    let struck = |it: Blast| all.map_or(it.attempts(), |all| f64::from(it.instances(all)));
    let narrower = |it: &[Blast]| struck(it[1]) < struck(it[0]);
    let message = "a stage strikes less than the one before: stages widen".to_owned();
    placed.fault.blast.windows(2).any(narrower).then_some((placed.blast, message))
}

/// A surge of a load that has no rate.
fn surge_without_a_rate(scenario: &Scenario, placed: &PlacedFault) -> Option<Misfit> {
    let FaultTarget::Load(name) = &placed.fault.on else { return None };
    let load = scenario.loads.iter().find(|it| it.name == *name)?;
    let why = match load.arrivals {
        Arrivals::Replay(_) => "is replayed",
        Arrivals::Closed { .. } => "is a closed loop",
        Arrivals::Poisson(_) | Arrivals::Constant(_) | Arrivals::Bursty(..) => return None,
    };
    Some((placed.on, format!("`{name}` {why}: a surge needs a rate")))
}

/// More slots or workers than there are, or none that can be counted.
fn holds_too_much(scenario: &Scenario, placed: &PlacedFault) -> Option<Misfit> {
    let held = match placed.fault.kind {
        FaultKind::PoolExhaust(held) => held,
        FaultKind::ConsumerStop => Held::Share(1.0),
        FaultKind::Cpu(load) => Held::Share(load),
        _ => return None,
    };
    match held_from(scenario, &placed.fault.on) {
        Err(why) => Some((placed.on, why)),
        Ok(all) => matches!(held, Held::Count(count) if count > all)
            .then(|| (placed.slots, format!("there are only {all} to hold"))),
    }
}

/// A failover to nothing, or a pause of what is not there.
fn no_standby(scenario: &Scenario, placed: &PlacedFault) -> Option<Misfit> {
    let (FaultTarget::Store(name) | FaultTarget::Service(name)) = &placed.fault.on else {
        return None;
    };
    let store = scenario.store(name)?;
    let missing = match placed.fault.kind {
        _ if store.serves.is_none() => "`write` and no `read` time: no request would notice",
        FaultKind::Failover if store.failover.is_none() => "`failover`: nothing takes over",
        FaultKind::Failover if store.standbys.is_empty() => "`standby` that could take over",
        FaultKind::ReplicationPause if store.standbys.is_empty() => "`standby` to replicate to",
        _ => return None,
    };
    Some((placed.on, format!("the store `{name}` has no {missing}")))
}

fn struck_service<'s>(scenario: &'s Scenario, fault: &Fault) -> Option<&'s Service> {
    let FaultTarget::Service(name) = &fault.on else { return None };
    scenario.asked().find(|it| it.name == *name)
}

/// How many slots or workers a `pool_exhaust` of this target holds from, the fewest of each.
fn held_from(scenario: &Scenario, on: &FaultTarget) -> Result<u32, String> {
    match on {
        FaultTarget::Service(name) => {
            let service = scenario.asked().find(|it| it.name == *name);
            match service.map(|it| it.workers) {
                Some(Capacity::Limited(workers)) => Ok(workers),
                _ => Err(format!("`{name}` has workers without limit: none can be held")),
            }
        }
        FaultTarget::Pool(name) => {
            let pool = scenario.pools.iter().find(|it| it.name == *name);
            pool.map(|it| it.slots.slots).ok_or_else(|| format!("there is no pool `{name}`"))
        }
        FaultTarget::Call { from, call } => {
            let service = scenario.services.iter().find(|it| it.name == *from);
            let calls = service.into_iter().flat_map(|it| &it.ops).flat_map(|it| &it.calls);
            let policies = calls.filter(|it| it.name == *call).flat_map(|it| &it.policies);
            let own = policies.filter_map(|it| match it {
                Policy::Bulkhead(Bulkhead::Own(slots)) => Some(slots.slots),
                _ => None,
            });
            own.min()
                .ok_or_else(|| format!("the call `{from} -> {call}` has no bulkhead of its own"))
        }
        FaultTarget::Load(name) => Err(format!("the load `{name}` has nothing to hold")),
        FaultTarget::Store(name) => Err(format!("the store `{name}` has nothing to hold")),
    }
}
