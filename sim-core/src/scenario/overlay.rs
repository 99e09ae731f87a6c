//! Overrides: a path and the value to put there. Variants and `--set` are made of these.

use super::diagnostic::{Code, Diagnostic};
use super::nearest::did_you_mean;
use super::outline::item_name;
use super::path::{Path, PathError, Segment, Step};
use super::place::Place;
use super::sections::Document;
use super::shortened::shortened;
use super::tree::{Entry, Node, Table, Value};

/// What overrides may add to a tree in all: bounds what `*` multiplies.
pub(crate) const WEIGHT_MAX: usize = 64 << 20;

/// Sections that hold things by their names.
const NAMED: [&str; 8] =
    ["load", "service", "pool", "system", "fault", "store", "runbook", "disaster"];

/// A value to put where a path leads.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    path: Path,
    /// Where each segment of the path stands.
    places: Vec<Place>,
    value: Node,
}

impl Override {
    /// `place_of` tells where a range of `path` stands.
    pub(crate) fn new(
        path: &str,
        place_of: impl Fn(std::ops::Range<usize>) -> Place,
        value: Node,
    ) -> Result<Self, Diagnostic> {
        let path = Path::parse(path).map_err(|PathError { range, message }| {
            Diagnostic::new(Code::BadPath, place_of(range), message)
        })?;
        let places: Vec<_> = path.segments.iter().map(|it| place_of(it.range.clone())).collect();
        let [first, rest @ ..] = path.segments.as_slice() else {
            return Err(Diagnostic::new(Code::BadPath, place_of(0..0), "an empty path"));
        };
        match &first.step {
            Step::Name(name) if rest.is_empty() && NAMED.contains(&name.as_str()) => {
                Err(whole_section(name, places[0]))
            }
            Step::Name(name) if starts().any(|it| it == name) => Ok(Self { path, places, value }),
            _ => Err(unknown_start(first, places[0])),
        }
    }

    /// Puts the value into `tree`; takes what that adds from `weight`.
    pub(crate) fn apply(&self, tree: &mut Node, weight: &mut usize) -> Result<(), Vec<Diagnostic>> {
        let mut walk = Walk { assignment: self, weight, hits: 0, misses: vec![], faults: vec![] };
        walk.descend(tree, 0);
        walk.finish()
    }

    /// Whether what follows segment `index` is a name that the file gives, not a key of the format.
    fn names_follow(&self, index: usize) -> bool {
        let key = |index: usize| match self.path.segments.get(index).map(|it| &it.step) {
            Some(Step::Name(name)) => name.as_str(),
            _ => "",
        };
        match index {
            0 => NAMED.contains(&key(0)),
            2 => key(0) == "service" && matches!(key(2), "op" | "call"),
            4 => key(0) == "service" && key(2) == "op" && key(4) == "call",
            _ => false,
        }
    }
}

/// Where a path may begin.
fn starts() -> impl Iterator<Item = &'static str> {
    Document::KEYS.iter().map(|key| key.name).filter(|it| *it != "variant")
}

fn unknown_start(segment: &Segment, place: Place) -> Diagnostic {
    let message = format!("no path begins with `{}`", shortened(&segment.to_string()));
    let help = did_you_mean(&segment.to_string(), starts())
        .unwrap_or_else(|| "paths are like `service.checkout.instances` or `run.duration`".into());
    Diagnostic::new(Code::BadPath, place, message).help(help)
}

/// Most likely a path without its quotes, which TOML reads as tables inside each other.
fn whole_section(name: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadPath, place, format!("this would replace all that `{name}` holds"))
        .help(format!("write the whole path in quotes: \"{name}.NAME.KEY\" = .."))
}

/// One way down the tree, or several where the path has a `*`.
struct Walk<'a> {
    assignment: &'a Override,
    weight: &'a mut usize,
    /// How many values were put.
    hits: usize,
    /// Names that are missing: faults only if no other way ends in a hit.
    misses: Vec<Diagnostic>,
    faults: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn finish(mut self) -> Result<(), Vec<Diagnostic>> {
        if self.hits == 0 && self.faults.is_empty() {
            self.faults = self.misses;
            if self.faults.is_empty() {
                let place = self.assignment.places[0];
                let message = "this path leads to nothing in this scenario";
                self.faults.push(Diagnostic::new(Code::BadPath, place, message));
            }
        }
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }

    /// `node` is what the segments before `index` lead to.
    fn descend(&mut self, node: &mut Node, index: usize) {
        let assignment = self.assignment;
        let Some(segment) = assignment.path.segments.get(index) else {
            return self.put(node);
        };
        let named = index > 0 && assignment.names_follow(index - 1);
        match (&mut node.value, &segment.step) {
            (Value::Table(table), Step::Name(name)) if named || table.get(name).is_some() => {
                self.named_entry(table, name, index);
            }
            (Value::Table(table), Step::Name(name)) => self.key(table, name, index),
            (Value::Table(table), Step::Every) if named => {
                let nodes: Vec<_> = table.entries.iter_mut().map(|it| &mut it.node).collect();
                self.every(nodes, index);
            }
            (Value::Array(items), Step::Name(name)) if named => self.named_item(items, name, index),
            (Value::Array(items), Step::Every) if named => {
                self.every(items.iter_mut().collect(), index);
            }
            (_, Step::Every) => self.fault(index, "`*` stands for named things only".to_owned()),
            (_, Step::Name(name)) => {
                let message =
                    format!("`{}` would be inside {}, not a table", shortened(name), node.found());
                self.fault(index, message);
            }
        }
    }

    fn named_entry(&mut self, table: &mut Table, name: &str, index: usize) {
        if let Some(node) = table.get_mut(name) {
            return self.descend(node, index + 1);
        }
        let help = did_you_mean(name, table.keys());
        self.unknown(name, index, help);
    }

    fn named_item(&mut self, items: &mut [Node], name: &str, index: usize) {
        let known: Vec<_> = items.iter().filter_map(item_name).map(str::to_owned).collect();
        let mut found = items.iter_mut().filter(|it| item_name(it) == Some(name)).peekable();
        if found.peek().is_none() {
            let help = did_you_mean(name, known.iter().map(String::as_str));
            return self.unknown(name, index, help);
        }
        for node in found {
            self.descend(node, index + 1);
        }
    }

    fn every(&mut self, nodes: Vec<&mut Node>, index: usize) {
        for node in nodes {
            self.descend(node, index + 1);
        }
    }

    /// A key of the format: made where it is missing, and so are the tables on the way to it, but
    /// for those that hold named things.
    fn key(&mut self, table: &mut Table, name: &str, index: usize) {
        let next = self.assignment.path.segments.get(index + 1);
        match next.map(|it| &it.step) {
            Some(Step::Every) if self.assignment.names_follow(index) => return,
            Some(Step::Name(next)) if self.assignment.names_follow(index) => {
                return self.unknown(next, index + 1, None);
            }
            _ => {}
        }
        let place = self.assignment.places[index];
        let mut node = Node::new(Value::Table(Table::default()), place);
        node.overlaid = true;
        let hits = self.hits;
        self.descend(&mut node, index + 1);
        if self.hits > hits {
            table.entries.push(Entry { key: name.to_owned(), place, node });
        }
    }

    fn put(&mut self, node: &mut Node) {
        let value = &self.assignment.value;
        match self.weight.checked_sub(value.weight()) {
            Some(rest) => {
                *self.weight = rest;
                self.hits += 1;
                *node = Node { overlaid: true, ..value.clone() };
            }
            None if self.faults.is_empty() => {
                let message = "the overrides make the scenario too large";
                self.faults.push(Diagnostic::new(Code::TooLarge, value.place, message));
            }
            None => {}
        }
    }

    fn unknown(&mut self, name: &str, index: usize, help: Option<String>) {
        let what = match &self.assignment.path.segments[index - 1].step {
            Step::Name(what) if what == "op" => "operation",
            Step::Name(what) => what,
            Step::Every => "thing",
        };
        let message = format!("there is no {what} `{}`", shortened(name));
        let miss = self.diagnostic(index, message).maybe_help(help);
        if !self.misses.contains(&miss) {
            self.misses.push(miss);
        }
    }

    /// Several ways may end in the same fault: it is told once.
    fn fault(&mut self, index: usize, message: String) {
        let fault = self.diagnostic(index, message);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn diagnostic(&self, index: usize, message: String) -> Diagnostic {
        Diagnostic::new(Code::BadPath, self.assignment.places[index], message)
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::SourceId;
    use super::super::tree::parse_document;
    use super::*;

    const BASE: &str = r#"
        seed = 1
        [service.checkout]
        time = "1ms"
        [[service.checkout.call]]
        to = "fraud"
        retry = { attempts = 3 }
        [[service.checkout.call]]
        to = "stock.reserve"
        [service.shop.op.buy]
        [[service.shop.op.buy.call]]
        name = "pay"
        to = "bank"
        [[fault]]
        name = "slow"
        for = "5s"
    "#;

    fn applied(path: &str) -> Result<Node, Vec<Diagnostic>> {
        let place_of = |range| Place::new(SourceId(1), range);
        let value = Node::new(Value::Integer(7), Place::new(SourceId(1), 0..0));
        let mut tree = parse_document(BASE, SourceId::FILE)?;
        let assignment = Override::new(path, place_of, value).map_err(|it| vec![it])?;
        assignment.apply(&mut tree, &mut { WEIGHT_MAX }).map(|()| tree)
    }

    /// How many values in the tree are the override's.
    fn sevens(node: &Node) -> usize {
        match &node.value {
            Value::Integer(7) => usize::from(node.overlaid),
            Value::Array(items) => items.iter().map(sevens).sum(),
            Value::Table(table) => table.entries.iter().map(|it| sevens(&it.node)).sum(),
            _ => 0,
        }
    }

    #[test]
    fn puts_values_where_paths_lead() {
        let cases = [
            ("seed", 1),
            ("service.checkout.instances", 1),
            ("service.checkout.call.fraud.retry.attempts", 1),
            ("service.checkout.call.fraud.bulkhead.slots", 1),
            ("service.checkout.call.stock.timeout", 1),
            ("service.checkout.call.*.retry.attempts", 2),
            ("service.*.workers", 2),
            ("service.shop.op.buy.call.pay.timeout", 1),
            ("fault.slow.for", 1),
            ("run.duration", 1),
            ("service.checkout.call", 1),
            ("service.*.call.*.timeout", 2),
            ("service.*.call.fraud.timeout", 1),
            ("service.*.op.*.time", 1),
        ];
        for (path, count) in cases {
            let tree = applied(path).unwrap_or_else(|faults| panic!("{path}: {faults:?}"));
            assert_eq!(sevens(&tree), count, "{path}");
        }
    }

    #[test]
    fn a_missing_thing_is_told_with_its_place() {
        let cases = [
            ("servce.checkout.time", 0..6, "no path begins with `servce`"),
            ("variant.x.y", 0..7, "no path begins with `variant`"),
            ("service.chekout.time", 8..15, "there is no service `chekout`"),
            ("service.checkout.call.frod.timeout", 22..26, "there is no call `frod`"),
            ("service.shop.op.by.time", 16..18, "there is no operation `by`"),
            ("service.checkout.time.x", 22..23, "`x` would be inside a string, not a table"),
            ("pool.http.slots", 5..9, "there is no pool `http`"),
            ("service.shop.call.*.timeout", 0..7, "this path leads to nothing in this scenario"),
            ("run.*", 4..5, "`*` stands for named things only"),
        ];
        for (path, span, message) in cases {
            let faults = applied(path).expect_err(path);
            assert_eq!(
                (faults[0].message.as_str(), faults[0].span.clone()),
                (message, span),
                "{path}"
            );
            assert_eq!(faults.len(), 1, "{path}");
        }
        let help = applied("service.chekout.time").expect_err("unknown")[0].help.clone();
        assert_eq!(help.as_deref(), Some("did you mean `checkout`?"));
    }

    #[test]
    fn what_a_star_multiplies_is_bounded() {
        let place_of = |range| Place::new(SourceId(1), range);
        let value = Node::new(Value::Integer(7), Place::default());
        let mut tree = parse_document(BASE, SourceId::FILE).expect("valid");
        let assignment =
            Override::new("service.*.workers", place_of, value.clone()).expect("valid");
        let faults = assignment.apply(&mut tree, &mut { value.weight() }).expect_err("too large");
        assert_eq!(faults[0].code, Code::TooLarge);
    }
}
