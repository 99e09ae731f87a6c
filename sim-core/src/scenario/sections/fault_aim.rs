//! What a fault strikes, and how much of it: `on`, `blast`, `slots`.

use crate::quantity::{self, Share};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::outline::Outline;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::shortened::shortened;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::{Count, List, text};
use crate::schema::{Blast, FaultTarget, Held};

use super::fault::Kind;

/// What the fault strikes, if its kind can strike that.
pub(super) fn target(kind: Kind, on: &At<OnText>, reader: &mut Reader<'_>) -> Option<FaultTarget> {
    let found = resolve(kind, &on.value, on.place, reader)?;
    let fits = match found {
        FaultTarget::Service(_) => {
            !matches!(kind, Kind::Surge | Kind::Loss | Kind::Dns) && !of_stores(kind)
        }
        FaultTarget::Call { .. } => kind != Kind::Surge && !of_instances(kind) && !of_stores(kind),
        FaultTarget::Load(_) => kind == Kind::Surge,
        FaultTarget::Pool(_) => kind == Kind::PoolExhaust,
        FaultTarget::Store(_) => of_stores(kind),
    };
    if fits {
        return Some(found);
    }
    let takes = match kind {
        Kind::Surge => "a load",
        _ if of_stores(kind) => "a store",
        _ if of_instances(kind) => "a service",
        Kind::Loss | Kind::Dns => "a call such as \"checkout -> fraud\"",
        Kind::PoolExhaust => "a pool, a service's workers, or a call's own bulkhead",
        _ => "a service or a call such as \"checkout -> fraud\"",
    };
    let message = format!("a fault of the kind `{}` cannot strike this", kind.name());
    reader.refuse_with(Code::Misfit, on.place, message, format!("it strikes {takes}"))
}

/// Whether only instances can have it.
fn of_instances(kind: Kind) -> bool {
    use Kind::{ConsumerStop, Cpu, Gc, Kill, Memory, Slow};
    matches!(kind, Kill | Slow | ConsumerStop | Cpu | Gc | Memory)
}

/// Whether only a store can have it, rather than what answers for it.
fn of_stores(kind: Kind) -> bool {
    matches!(kind, Kind::DbFailover | Kind::Restore | Kind::ReplicationPause)
}

fn resolve(kind: Kind, on: &OnText, place: Place, reader: &mut Reader<'_>) -> Option<FaultTarget> {
    let outline: &Outline = reader.outline;
    match on {
        OnText::Thing(name) if outline.services.contains_key(name) => {
            Some(FaultTarget::Service(name.clone()))
        }
        OnText::Thing(name) if outline.loads.contains(name) => {
            Some(FaultTarget::Load(name.clone()))
        }
        OnText::Thing(name) if outline.pools.contains(name) => {
            Some(FaultTarget::Pool(name.clone()))
        }
        OnText::Thing(name) if outline.stores.contains_key(name) => {
            // To all other faults its primary is a service with one instance.
            let store = FaultTarget::Store(name.clone());
            Some(if of_stores(kind) { store } else { FaultTarget::Service(name.clone()) })
        }
        OnText::Thing(name) => {
            let known = outline.services.keys().chain(&outline.loads).chain(&outline.pools);
            let known = known.chain(outline.stores.keys());
            let name = ("service, store, load or pool", name.as_str());
            reader.unknown(Code::UnknownName, place, name, known.map(String::as_str))
        }
        OnText::Call { from, .. } if !outline.services.contains_key(from) => {
            let known = outline.services.keys().map(String::as_str);
            reader.unknown(Code::UnknownName, place, ("service", from), known)
        }
        OnText::Call { from, call } if outline.calls(from).any(|it| it == call) => {
            Some(FaultTarget::Call { from: from.clone(), call: call.clone() })
        }
        OnText::Call { from, call } => {
            let what = format!("call of `{}`:", shortened(from));
            reader.unknown(Code::UnknownName, place, (&what, call), outline.calls(from))
        }
    }
}

/// How much of its target the fault strikes, stage by stage, where that can be said of such a target.
pub(super) fn blast(
    kind: Kind,
    on: &OnText,
    blast: Option<&At<Stages>>,
    reader: &mut Reader<'_>,
) -> Option<Vec<Blast>> {
    let Some(stages) = blast else { return Some(vec![Blast::All]) };
    stages.value.0.iter().map(|it| one_blast(kind, on, *it, reader)).collect()
}

fn one_blast(kind: Kind, on: &OnText, blast: At<Blast>, reader: &mut Reader<'_>) -> Option<Blast> {
    let call = matches!(on, OnText::Call { .. });
    let pool = matches!(on, OnText::Thing(name) if reader.outline.pools.contains(name));
    let message = match blast.value {
        Blast::All => return Some(Blast::All),
        Blast::Count(_) if call => "a count is of instances, but this strikes a call's attempts",
        _ if kind == Kind::Surge => "a surge strikes all of a load",
        _ if of_stores(kind) => "this strikes all of a store",
        _ if kind == Kind::PoolExhaust && (call || pool) => "`slots` says how much is held",
        blast => return Some(blast),
    };
    reader.refuse(Code::Misfit, blast.place, message)
}

/// `on` as it is written.
#[derive(Clone, Debug)]
pub(crate) enum OnText {
    /// `"fraud"`.
    Thing(String),
    /// `"checkout -> fraud"`.
    Call { from: String, call: String },
}

impl Read for OnText {
    const EXPECTED: &'static str =
        "a name such as \"fraud\", or a call such as \"checkout -> fraud\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Struck, "", &["fraud", "checkout -> fraud"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        if text.starts_with("zone ") || text.starts_with("region ") {
            return reader.not_yet(node.place, "a fault on a zone or region");
        }
        Some(match text.split_once("->") {
            Some((from, call)) => {
                Self::Call { from: from.trim().to_owned(), call: call.trim().to_owned() }
            }
            None => Self::Thing(text.to_owned()),
        })
    }
}

impl Read for Blast {
    const EXPECTED: &'static str = "\"1\", \"20%\" or \"all\"";

    fn shape() -> Shape {
        let pattern = format!("all|0*[1-9][0-9]*|{}", quantity::share_pattern());
        Shape::text(Meaning::Blast, &pattern, &["1", "20%", "all"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        if text == "all" {
            return Some(Self::All);
        }
        if text.starts_with("zone:") {
            return reader.not_yet(node.place, "a blast on a zone");
        }
        if let Some(count) = whole(text) {
            if count == 0 {
                return reader.refuse(Code::OutOfRange, node.place, "this strikes nothing");
            }
            return Some(Self::Count(count));
        }
        share(text, Self::EXPECTED, node, reader).map(Self::Share)
    }
}

/// Stages of a fault at most.
const STAGES_MAX: usize = 20;

/// One blast, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Stages(pub(super) Vec<At<Blast>>);

impl Read for Stages {
    const EXPECTED: &'static str = "\"1\", \"20%\" or \"all\", or a list of such";

    fn shape() -> Shape {
        let item = Box::new(Blast::shape());
        Shape::Either(vec![Blast::shape(), Shape::List { item, least: 1, most: STAGES_MAX }])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_array().is_none() {
            return At::read(node, reader).map(|only| Self(vec![only]));
        }
        let List(stages) = List::<Blast, STAGES_MAX>::read(node, reader)?;
        if stages.is_empty() {
            return reader.refuse(Code::OutOfRange, node.place, "this strikes nothing");
        }
        Some(Self(stages))
    }
}

/// Slots or workers that a fault holds at most.
const HELD_MAX: u64 = 1_000_000;

impl Read for Held {
    const EXPECTED: &'static str = "a whole number, \"80%\" or \"all\"";

    fn shape() -> Shape {
        let share = Share::shape().above_zero();
        Shape::Either(vec![Count::<1, HELD_MAX>::shape(), share]).or_words("amount", &["all"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Integer(_) = node.value {
            return Count::<1, HELD_MAX>::read(node, reader).map(|it| Self::Count(it.get()));
        }
        let text = text(node, Self::EXPECTED, reader)?;
        if text == "all" {
            return Some(Self::Share(1.0));
        }
        share(text, Self::EXPECTED, node, reader).map(Self::Share)
    }
}

fn whole(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|it| it.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A share of something that is struck: more than nothing.
fn share(text: &str, expected: &str, node: &Node, reader: &mut Reader<'_>) -> Option<f64> {
    match text.parse::<Share>() {
        Ok(share) if share.fraction() > 0.0 => Some(share.fraction()),
        Ok(_) => reader.refuse(Code::OutOfRange, node.place, "this strikes nothing"),
        Err(error) => {
            let fault = Diagnostic::new(Code::BadQuantity, node.place, error.message);
            reader.tell(fault.help(format!("it takes {expected}")));
            None
        }
    }
}
