//! Who is there: the names in a scenario, known before anything is read.
//!
//! A reference resolves against the outline, so that a fault inside a service does not make the
//! service unknown, and a circle of calls is found even among faulty ones.

use crate::order;
use std::collections::{BTreeMap, BTreeSet};

use super::address::{self, Named};
use super::place::Place;
use super::tree::{Entry, Node};
use crate::schema::{Store, Target};

/// The names in a scenario.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Services with their operations.
    pub(crate) services: BTreeMap<String, Operations>,
    pub(crate) loads: BTreeSet<String>,
    pub(crate) pools: BTreeSet<String>,
    pub(crate) systems: BTreeSet<String>,
    /// Stores with their standbys.
    pub(crate) stores: BTreeMap<String, StoreOutline>,
    pub(crate) runbooks: BTreeSet<String>,
    /// `load[class]` of the loads that have several.
    pub(crate) classes: BTreeSet<String>,
    /// The classes of all loads.
    pub(crate) class_names: BTreeSet<String>,
    pub(crate) faults: BTreeSet<String>,
    pub(crate) variants: BTreeSet<String>,
    /// All that has metrics.
    pub(crate) named: Vec<Named>,
}

/// The operations of a service by name; one without a name where it has no `op` tables.
pub(crate) type Operations = BTreeMap<String, Vec<CallOutline>>;

/// A call as far as it can be told without reading it.
#[derive(Debug)]
pub(crate) struct CallOutline {
    pub(crate) name: String,
    pub(crate) to: Option<Target>,
    pub(crate) place: Place,
}

/// What of a store a disaster can take away.
#[derive(Debug, Default)]
pub(crate) struct StoreOutline {
    /// Zone and region of the primary.
    pub(crate) site: SiteOutline,
    /// The standbys, each with its zone and region.
    pub(crate) standbys: Vec<(String, SiteOutline)>,
    /// What requests can ask of it.
    pub(crate) ops: Operations,
    /// Whether it has a pool of connections.
    pub(crate) has_pool: bool,
}

/// Zone and region.
type SiteOutline = (Option<String>, Option<String>);

impl StoreOutline {
    fn of(store: &Node) -> Self {
        let standby = store.get("standby");
        let nodes = standby.map(|it| it.as_array().unwrap_or(std::slice::from_ref(it)));
        let names = standby.map(standby_names).unwrap_or_default();
        let sites = nodes.unwrap_or_default().iter().map(site);
        let ops = [Store::WRITE, Store::READ].into_iter().filter(|it| store.get(it).is_some());
        Self {
            site: site(store),
            standbys: names.into_iter().zip(sites).collect(),
            ops: order::map(ops.map(|it| (it.to_owned(), Vec::new()))),
            has_pool: store.get("pool").is_some(),
        }
    }
}

fn site(node: &Node) -> SiteOutline {
    let text = |key| node.get(key).and_then(Node::as_text).map(str::to_owned);
    (text("zone"), text("region"))
}

/// What the standbys of a store are called: by their names, else `standby`, with a number where there
/// are several.
pub(crate) fn standby_names(node: &Node) -> Vec<String> {
    let nodes = node.as_array().unwrap_or(std::slice::from_ref(node));
    let name = |(index, it): (usize, &Node)| match it.get("name").and_then(Node::as_text) {
        Some(name) => name.to_owned(),
        None if nodes.len() == 1 => "standby".to_owned(),
        None => format!("standby-{}", index + 1),
    };
    nodes.iter().enumerate().map(name).collect()
}

impl Outline {
    pub(crate) fn of(tree: &Node) -> Self {
        let mut outline = Self {
            services: order::map(
                named(tree, "service").map(|it| (it.key.clone(), operations(&it.node))),
            ),
            loads: names(tree, "load"),
            pools: names(tree, "pool"),
            systems: names(tree, "system"),
            stores: order::map(
                named(tree, "store").map(|it| (it.key.clone(), StoreOutline::of(&it.node))),
            ),
            runbooks: names(tree, "runbook"),
            classes: order::set(named(tree, "load").flat_map(classes)),
            class_names: order::set(named(tree, "load").flat_map(|it| names(&it.node, "classes"))),
            faults: fault_names(tree),
            variants: names(tree, "variant"),
            named: Vec::new(),
        };
        outline.named = address::all(&outline);
        outline
    }

    /// Whether `service` makes a call of this name in any of its operations.
    pub(crate) fn calls<'a>(&'a self, service: &str) -> impl Iterator<Item = &'a str> {
        let operations = self.services.get(service).into_iter().flatten();
        operations.flat_map(|(_, calls)| calls).map(|call| call.name.as_str())
    }

    /// The operations of a service, or of a store.
    pub(crate) fn ops(&self, name: &str) -> Option<&Operations> {
        self.services.get(name).or_else(|| self.stores.get(name).map(|it| &it.ops))
    }

    /// All that have operations.
    pub(crate) fn all_ops(&self) -> impl Iterator<Item = (&String, &Operations)> {
        self.services.iter().chain(self.stores.iter().map(|it| (it.0, &it.1.ops)))
    }

    /// Whether this operation exists.
    pub(crate) fn has(&self, target: &Target) -> bool {
        self.ops(&target.service).is_some_and(|ops| ops.contains_key(&target.op))
    }
}

fn named<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Entry> {
    node.get(key).and_then(Node::as_table).into_iter().flat_map(|table| &table.entries)
}

fn names(node: &Node, key: &str) -> BTreeSet<String> {
    order::set(named(node, key).map(|entry| entry.key.clone()))
}

fn classes(load: &Entry) -> Vec<String> {
    let classes = names(&load.node, "classes");
    let several = classes.len() > 1;
    classes.into_iter().filter(|_| several).map(|it| format!("{}[{it}]", load.key)).collect()
}

fn fault_names(tree: &Node) -> BTreeSet<String> {
    let faults = tree.get("fault").and_then(Node::as_array).unwrap_or_default();
    let name = |it: &Node| it.get("name").and_then(Node::as_text).map(str::to_owned);
    order::set(faults.iter().filter_map(name))
}

fn operations(service: &Node) -> Operations {
    if service.get("op").is_some() {
        order::map(named(service, "op").map(|entry| (entry.key.clone(), calls(&entry.node))))
    } else {
        order::map([(String::new(), calls(service))])
    }
}

fn calls(operation: &Node) -> Vec<CallOutline> {
    let items = operation.get("call").and_then(Node::as_array).unwrap_or_default();
    items.iter().filter_map(call).collect()
}

fn call(node: &Node) -> Option<CallOutline> {
    let name = item_name(node)?.to_owned();
    let to = node.get("to");
    let place = to.map_or(node.place, |it| it.place);
    let op = node.get("op").and_then(Node::as_text);
    let to = to.and_then(Node::as_text).map(target).map(|it| match op {
        Some(op) => Target { op: op.to_owned(), ..it },
        None => it,
    });
    Some(CallOutline { name, to, place })
}

/// `"svc"` or `"svc.op"`.
pub(crate) fn target(text: &str) -> Target {
    let (service, op) = text.split_once('.').unwrap_or((text, ""));
    Target { service: service.to_owned(), op: op.to_owned() }
}

/// What an element of a list is called: its `name`, else the service that it calls.
pub(crate) fn item_name(node: &Node) -> Option<&str> {
    let text = |key| node.get(key).and_then(Node::as_text);
    text("name").or_else(|| text("to").map(callee))
}

/// The service of `"svc"` or `"svc.op"`.
fn callee(to: &str) -> &str {
    to.split_once('.').map_or(to, |it| it.0)
}
