//! The scenario file: from text to [`schema::Scenario`], or to everything that is wrong with it.
//!
//! ```text
//! text ─ parse ─▶ Source ─ set (overrides) ─ check (variant, files) ─▶ Checked
//!                   │                          │
//!                   └──────── Diagnostic ◀─────┘   code, place, sentence, help
//! ```
//!
//! [`parse`] makes a tree in which every value knows its place in the text. Overrides put other
//! values where paths lead. [`Source::check`] reads the tree, section by section, into the schema;
//! each section's table is declared once (`section!`), and reading goes on after a fault, so that
//! one fault hides no other. Files come through [`Files`] alone.

mod access_log;
mod address;
mod axis;
mod backoff;
mod check;
mod column;
mod depends;
mod diagnostic;
mod disasters;
mod expression;
mod extent;
mod files;
mod gauge;
mod harmless;
mod hdr_log;
mod json_schema;
mod law;
mod measured;
mod moment;
mod nearest;
mod outline;
mod overlay;
mod path;

mod reader;
mod render;

mod sections;
mod settings;
pub mod shape;
mod shortened;
mod stamp;
mod statement;
mod table;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tree;
mod trip;
mod unseen;
mod values;

use std::ops::Deref;

use sim_engine::place;

use self::diagnostic::sorted;
use self::outline::{Outline, item_name};
use self::overlay::{Override, WEIGHT_MAX};
use self::path::{Path, Step};
use self::reader::{Read, Reader};
use self::sections::{
    Document, PlacedAbort, PlacedDisaster, PlacedExpect, PlacedFault, PlacedRunbook, PlacedSystem,
};
use self::tree::{Entry, Node};
use self::unseen::Guards;
use self::values::Named;
use crate::schema::{self, Scenario};

pub use self::axis::Axis;
pub use self::column::Unit;
pub use self::diagnostic::{Code, Diagnostic, Refused};
pub use self::files::{Files, FilesError, MemoryFiles, NoFiles};
pub use self::gauge::{Constraint, Gauge};
pub use self::harmless::{harmless, harmless_lines};
pub use self::json_schema::json_schema;
pub use self::measured::Measurement;
pub use self::render::render;
pub use self::settings::Setting;
pub use sim_engine::place::{Place, SourceId, SourceText};

/// The name of the scenario without any variant's overrides.
pub const BASE: &str = "base";

/// A scenario as it was written: its texts, and the tree of its values.
#[derive(Clone, Debug)]
pub struct Source {
    sources: Vec<SourceText>,
    tree: Node,
    sets: Vec<Override>,
}

/// A scenario without faults: only [`Source::check`] makes one.
#[derive(Clone, Debug)]
pub struct Checked(Scenario);

impl Deref for Checked {
    type Target = Scenario;

    fn deref(&self) -> &Scenario {
        &self.0
    }
}

/// Reads the text of a scenario file as far as TOML goes.
///
/// # Errors
///
/// All places at which the text is not TOML. They point into [`SourceId::FILE`].
///
/// ```
/// use sim_core::scenario::{NoFiles, parse, render};
///
/// let source = parse(
///     r#"
/// format = 1
/// title = "One service, enough workers"
/// run = { duration = "5m" }
/// load.users = { to = "shop", rate = "120/s" }
/// service.shop = { workers = 16, time = "exp(80ms)" }
/// "#,
/// )?;
/// let scenario = source.check(None, &NoFiles)?;
/// assert_eq!(scenario.services[0].name, "shop");
///
/// let mut source = source.named("shop.toml");
/// source.set("load.users.to=shob")?;
/// let faults = source.check(None, &NoFiles).unwrap_err();
/// assert_eq!(
///     render(&faults, source.sources()),
///     "error[S004]: unknown service `shob`
///  --> --set:1:15
///   |
/// 1 | load.users.to=shob
///   |               ^^^^
///   = help: did you mean `shop`?
/// "
/// );
/// # Ok::<(), Vec<sim_core::scenario::Diagnostic>>(())
/// ```
pub fn parse(text: &str) -> Result<Source, Vec<Diagnostic>> {
    let tree = tree::parse_document(text, SourceId::FILE).map_err(sorted)?;
    let file = SourceText { name: "scenario.toml".to_owned(), text: text.to_owned() };
    Ok(Source { sources: vec![file], tree, sets: Vec::new() })
}

impl Source {
    /// Names the file in rendered diagnostics.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.sources[0].name);
        self
    }

    /// The texts that diagnostics point into, by [`SourceId::index`].
    pub fn sources(&self) -> &[SourceText] {
        &self.sources
    }

    /// The names of the variants, in the file's order.
    pub fn variants(&self) -> Vec<String> {
        self.variant_entries().map(|it| it.key.clone()).collect()
    }

    /// Overrides a value: `path=value`, as in `service.checkout.call.fraud.timeout=250ms`.
    ///
    /// The value is read as TOML where it is TOML, and as a string without quotes where not. Of two
    /// overrides of one value the later holds, and both hold over a variant's. Its text becomes one
    /// of the [`sources`](Self::sources), also if it is refused.
    ///
    /// # Errors
    ///
    /// If the path cannot be read, or leads nowhere in this scenario.
    pub fn set(&mut self, assignment: &str) -> Result<(), Vec<Diagnostic>> {
        self.put("--set", assignment)
    }

    /// The same, by what the override is called in diagnostics.
    pub(crate) fn put(&mut self, name: &str, assignment: &str) -> Result<(), Vec<Diagnostic>> {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let text = assignment.to_owned();
        self.sources.push(SourceText { name: name.to_owned(), text });
        let set = assign(assignment, source).map_err(sorted)?;
        set.apply(&mut self.tree.clone(), &mut { WEIGHT_MAX }).map_err(sorted)?;
        self.sets.push(set);
        Ok(())
    }

    /// Adds a pool of a name that the scenario does not have yet, with these settings, lines of TOML.
    ///
    /// No override can: in one, a name that is not in the file is most likely mistyped.
    ///
    /// # Errors
    ///
    /// If the settings are not TOML.
    pub(crate) fn add_pool(&mut self, name: &str, settings: &str) -> Result<(), Vec<Diagnostic>> {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let text = format!("[pool.{name}]\n{settings}");
        let added = tree::parse_document(&text, source).map_err(sorted)?;
        self.sources.push(SourceText { name: "added".to_owned(), text });
        self.tree.merge(added);
        Ok(())
    }

    /// Reads the scenario, or one of its variants, and checks that it has a meaning.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, as far as it can be told at once, in the order of the
    /// text.
    pub fn check(
        &self,
        variant: Option<&str>,
        files: &dyn Files,
    ) -> Result<Checked, Vec<Diagnostic>> {
        let (tree, mut faults) = self.overlaid(variant);
        let read = read(&tree, files);
        match read {
            Ok(scenario) if faults.is_empty() => Ok(Checked(scenario)),
            Ok(_) => Err(sorted(faults)),
            Err(more) => {
                faults.extend(more);
                Err(sorted(faults))
            }
        }
    }

    /// Checks the scenario and all its variants; files are read anew for each.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of them, each fault once.
    pub fn check_all(&self, files: &dyn Files) -> Result<(), Vec<Diagnostic>> {
        let mut variants = self.variants();
        // More than these are a fault of the base, which is told without the work of them all.
        variants.truncate(sections::VARIANTS_MAX);
        let each = std::iter::once(None).chain(variants.iter().map(|it| Some(it.as_str())));
        let (mut faults, mut guards) = (Vec::new(), Guards::default());
        for variant in each {
            match self.check(variant, files) {
                Ok(checked) => guards.add(&checked),
                Err(more) => faults.extend(more),
            }
        }
        // Who takes a guard away by hand wants to see what that does, not to be told that it is gone.
        if faults.is_empty() && self.sets.is_empty() {
            faults.extend(guards.faults());
        }
        if faults.is_empty() { Ok(()) } else { Err(sorted(faults)) }
    }

    /// Where the value of a path stands, with a variant's overrides, or the nearest thing around it
    /// that is there.
    pub fn place(&self, variant: Option<&str>, path: &str) -> Option<Place> {
        let (tree, _) = self.overlaid(variant);
        let path = Path::parse(path).ok()?;
        let mut found = &tree;
        let mut place = None;
        for segment in &path.segments {
            let Step::Name(name) = &segment.step else { break };
            let Some((next, at)) = found.part(name) else { break };
            (found, place) = (next, Some(at));
        }
        place
    }

    fn variant_entries(&self) -> impl Iterator<Item = &Entry> {
        self.tree.get("variant").and_then(Node::as_table).into_iter().flat_map(|it| &it.entries)
    }

    /// The tree with a variant's overrides and then those of [`Source::set`], and their faults.
    fn overlaid(&self, variant: Option<&str>) -> (Node, Vec<Diagnostic>) {
        let mut tree = self.tree.clone();
        let mut weight = WEIGHT_MAX;
        let mut faults = Vec::new();
        let entry = variant.map(|name| (name, self.variant_entries().find(|it| it.key == name)));
        match entry {
            Some((_, Some(entry))) => apply_variant(entry, &mut tree, &mut weight, &mut faults),
            Some((name, None)) => faults.push(self.unknown_variant(name)),
            None => {}
        }
        for set in &self.sets {
            faults.extend(set.apply(&mut tree, &mut weight).err().into_iter().flatten());
        }
        (tree, faults)
    }

    fn unknown_variant(&self, name: &str) -> Diagnostic {
        let names = self.variants();
        let help = nearest::did_you_mean(name, names.iter().map(String::as_str));
        let message = format!("unknown variant `{}`", shortened::shortened(name));
        let place = self.tree.get("variant").map(|it| it.place).unwrap_or_default();
        Diagnostic::new(Code::UnknownName, place, message).maybe_help(help)
    }
}

impl Node {
    /// What a table has at this key, or an array under this name, and where its key stands.
    fn part(&self, name: &str) -> Option<(&Self, Place)> {
        if let Some(items) = self.as_array() {
            let item = items.iter().find(|it| item_name(it) == Some(name))?;
            return Some((item, item.place));
        }
        let entry = self.as_table()?.entries.iter().find(|it| it.key == name)?;
        Some((&entry.node, entry.place))
    }
}

/// `path=value`.
fn assign(assignment: &str, source: SourceId) -> Result<Override, Vec<Diagnostic>> {
    tree::check_size(assignment, source)?;
    let whole = Place::new(source, 0..assignment.len());
    let Some(equals) = assignment.find('=') else {
        let fault = Diagnostic::new(Code::BadPath, whole, "an override is `path=value`");
        return Err(vec![fault.help("write it like `service.checkout.instances=4`")]);
    };
    let path = assignment[..equals].trim_end();
    let value = match assignment[equals + 1..].trim() {
        "" => return Err(vec![Diagnostic::new(Code::BadPath, whole, "the value is missing")]),
        value => value,
    };
    let start = assignment.trim_end().len() - value.len();
    let range = start..start + value.len();
    let value = match tree::parse_value(assignment, range.clone(), source) {
        Some(value) => value?,
        None => tree::bare_text(assignment, range, source),
    };
    Override::new(path, |range| Place::new(source, range), value).map_err(|it| vec![it])
}

fn apply_variant(
    variant: &Entry,
    tree: &mut Node,
    weight: &mut usize,
    faults: &mut Vec<Diagnostic>,
) {
    for entry in variant.node.as_table().into_iter().flat_map(|it| &it.entries) {
        let set = Override::new(&entry.key, |range| entry.place_of(range), entry.node.clone());
        let applied = set.map_err(|it| vec![it]).and_then(|it| it.apply(tree, weight));
        faults.extend(applied.err().into_iter().flatten());
    }
}

/// The whole file format as data, with the documentation of every key.
pub fn describe() -> shape::Table {
    match Document::shape() {
        shape::Shape::Table(table) => table,
        _ => unreachable!("a file is a table"),
    }
}

/// The tree as a scenario.
fn read(tree: &Node, files: &dyn Files) -> Result<Scenario, Vec<Diagnostic>> {
    let outline = Outline::of(tree);
    let mut reader = Reader::new(&outline, files);
    check::check_names(tree, &mut reader);
    let scenario = Document::read(tree, &mut reader).map(|document| {
        let placed = assemble(document);
        check::check_whole(&placed, tree.place, &mut reader);
        placed.scenario
    });
    let faults = reader.into_faults();
    match scenario {
        Some(scenario) if faults.is_empty() => Ok(scenario),
        _ => Err(faults),
    }
}

/// A scenario and where those of its parts stand that are checked against the whole.
struct Placed {
    scenario: Scenario,
    systems: Vec<PlacedSystem>,
    faults: Vec<PlacedFault>,
    expects: Vec<PlacedExpect>,
    aborts: Vec<PlacedAbort>,
    runbooks: Vec<PlacedRunbook>,
    disasters: Vec<PlacedDisaster>,
    /// Whether it says how long a run is.
    has_run: bool,
}

/// Gives the things their names, which are their keys.
fn assemble(document: Document) -> Placed {
    let faults: Vec<_> = document.fault.0.into_iter().map(|it| it.value).collect();
    let expects: Vec<_> = document.expect.0.into_iter().map(|it| it.value).collect();
    let aborts: Vec<_> = document.abort.0.into_iter().map(|it| it.value).collect();
    let systems = named(document.system, |name, it: PlacedSystem| it.named(name));
    let disasters: Vec<_> = document.disaster.0.into_iter().map(|it| it.value).collect();
    let runbooks: Vec<_> = named(document.runbook, |name, it| PlacedRunbook {
        runbook: schema::Runbook { name, ..it.runbook },
        ..it
    });
    let has_run = document.run.is_some();
    let stores = named(document.store, named_store);
    let run = document.run.unwrap_or_default();
    let faults: Vec<_> = faults.into_iter().map(|it| it.lasting(&stores, &run)).collect();
    let scenario = Scenario {
        title: document.title,
        seed: document.seed.wide(),
        run,
        loads: named(document.load, |name, load| schema::Load { name, ..load }),
        classes: named(document.class, |name, class| schema::Class { name, ..class }),
        services: named(document.service, |name, service| schema::Service { name, ..service }),
        pools: named(document.pool, |name, pool| schema::Pool { name, ..pool }),
        systems: systems.iter().map(|it| it.system.clone()).collect(),
        faults: faults.iter().map(|it| it.fault.clone()).collect(),
        expects: expects.iter().map(|it| it.expect.clone()).collect(),
        steady: document.steady,
        aborts: aborts.iter().map(|it| it.abort.clone()).collect(),
        runbooks: runbooks.iter().map(|it| it.runbook.clone()).collect(),
        disasters: disasters.iter().map(|it| it.disaster.clone()).collect(),
        cost: document.cost.map(|it| it.of(&stores)),
        stores,
    };
    Placed { scenario, systems, faults, expects, aborts, runbooks, disasters, has_run }
}

fn named_store(name: String, store: schema::Store) -> schema::Store {
    let serves = store.serves.map(|it| schema::Service { name: name.clone(), ..it });
    schema::Store { name, serves, ..store }
}

fn named<T>(things: Named<T>, name: impl Fn(String, T) -> T) -> Vec<T> {
    things.entries.into_iter().map(|(key, thing)| name(key, thing.value)).collect()
}
