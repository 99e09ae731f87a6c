//! `[runbook.NAME]`: what is done when something is lost, by whom, in which order.

use crate::distribution::Distribution;
use crate::quantity::Share;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::expression::{self, Form};
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::{Entry, Node};
use crate::scenario::values::{List, Name, OneOf, Places, Word, check_name, text};
use crate::scenario::{nearest::did_you_mean, shortened::shortened};
use crate::schema::Capacity;
use crate::schema::{FirstTimer, OnFail, Runbook, Step, Takes, Who};

use super::fault::Factor;

/// Steps of one runbook at most.
const STEPS_MAX: usize = 200;

section! {
    /// What a runbook says beside its steps.
    struct RunbookTable {
        /// People that there are: a step with `who = "human"` takes one.
        default people: Places<1> = Places(Capacity::Unlimited),
        /// Machines that there are: a step with `who = "machine"` takes one.
        default machines: Places<1> = Places(Capacity::Unlimited),
        /// Somebody who has never done it: `{ share = "30%", slower = 2.0 }`.
        optional first_timer: FirstTimer,
    }
}

/// A runbook, and where what concerns a store stands in each of its steps.
#[derive(Clone, Debug)]
pub(crate) struct PlacedRunbook {
    pub(crate) runbook: Runbook,
    pub(crate) takes: Vec<Place>,
}

impl Read for PlacedRunbook {
    const EXPECTED: &'static str = "a table of steps";

    /// Its steps are keys beside its own.
    fn shape() -> Shape {
        Shape::Overrides
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(table) = node.as_table() else { return reader.wrong_type(node, Self::EXPECTED) };
        let own = |it: &&Entry| RunbookTable::KEYS.iter().any(|key| key.name == it.key);
        let steps: Vec<&Entry> = table.entries.iter().filter(|it| !own(it)).collect();
        let settings = RunbookTable::read(&node.only(is_own), reader);
        if steps.is_empty() {
            let help = "add a step: restore = { who = \"auto\", takes = \"restore(orders)\" }";
            let message = "a runbook without steps";
            return reader.refuse_with(Code::MissingKey, node.place, message, help);
        }
        if steps.len() > STEPS_MAX {
            let message = format!("{} steps; at most {STEPS_MAX}", steps.len());
            return reader.refuse(Code::TooLarge, node.place, message);
        }
        let names: Vec<&str> = steps.iter().map(|it| &*it.key).collect();
        let read: Vec<_> = steps.iter().filter_map(|it| placed_step(it, &names, reader)).collect();
        let (settings, true) = (settings?, read.len() == steps.len()) else { return None };
        if let Some(fault) = circle(&read, &names) {
            reader.tell(fault);
            return None;
        }
        for (index, (step, places)) in read.iter().enumerate() {
            if let OnFail::Rework(to) = step.on_fail
                && !reaches(&read, index, to)
            {
                let message = format!("`{}` does not come before `{}`", names[to], names[index]);
                let help =
                    "what is done again is a step that this one needs, or one that those need";
                return reader.refuse_with(Code::Conflict, places.on_fail, message, help);
            }
        }
        let (steps, places): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let limit = |it: Places<1>| match it.0 {
            Capacity::Limited(count) => Some(count),
            Capacity::Unlimited => None,
        };
        let runbook = Runbook {
            name: String::new(),
            people: limit(settings.people),
            machines: limit(settings.machines),
            first_timer: settings.first_timer,
            steps,
        };
        Some(Self { runbook, takes: places.into_iter().map(|it| it.takes).collect() })
    }
}

fn is_own(key: &str) -> bool {
    RunbookTable::KEYS.iter().any(|it| it.name == key)
}

section! {
    /// A step of a runbook.
    struct StepTable {
        /// `"human"`, `"machine"` or `"auto"`.
        default who: OneOf<Who> = OneOf(Who::Auto),
        /// How long: a law, `"restore(NAME)"` or `"failover(NAME)"`, which is that of the store.
        required takes: At<Takes>,
        /// Steps that must be done before.
        default needs: List<Name, STEPS_MAX> = List(Vec::new()),
        /// The share of tries that fail, which shows when the time is over.
        optional fails: At<Share>,
        /// What then: `"retry"`, which is the default, `"abort"`, or `"rework:STEP"`: that one again,
        /// and what lies between.
        optional on_fail: At<OnFailText>,
    }
}

impl Word for Who {
    const KIND: &'static str = "kind of worker";
    const WORDS: &'static [(&'static str, Self)] =
        &[("human", Self::Human), ("machine", Self::Machine), ("auto", Self::Auto)];
}

/// `retry`, `abort` or `rework:STEP`.
#[derive(Clone, Debug)]
pub(crate) enum OnFailText {
    Retry,
    Abort,
    Rework(String),
}

impl Read for OnFailText {
    const EXPECTED: &'static str = "\"retry\", \"abort\" or \"rework:STEP\"";

    fn shape() -> Shape {
        let examples = ["retry", "abort", "rework:STEP"];
        Shape::text(Meaning::Answer, r"retry|abort|rework:[\s\S]+", &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let word = text(node, Self::EXPECTED, reader)?;
        match (word, word.strip_prefix("rework:")) {
            ("retry", _) => Some(Self::Retry),
            ("abort", _) => Some(Self::Abort),
            (_, Some(step)) => Some(Self::Rework(step.trim().to_owned())),
            _ => {
                let message = format!("unknown answer to a failure `{}`", shortened(word));
                let help = did_you_mean(word, ["retry", "abort"])
                    .unwrap_or_else(|| format!("it takes {}", Self::EXPECTED));
                reader.refuse_with(Code::UnknownWord, node.place, message, help)
            }
        }
    }
}

/// Where parts of a step stand.
struct StepPlaces {
    takes: Place,
    /// The first of `needs`, or the step.
    needs: Place,
    on_fail: Place,
}

fn placed_step(
    entry: &Entry,
    names: &[&str],
    reader: &mut Reader<'_>,
) -> Option<(Step, StepPlaces)> {
    check_name(&entry.key, entry.place, reader)?;
    let table = StepTable::read(&entry.node, reader)?;
    let index = |name: &str, place: Place, reader: &mut Reader<'_>| {
        let found = names.iter().position(|it| *it == name);
        found.or_else(|| {
            reader.unknown(Code::UnknownName, place, ("step", name), names.iter().copied())
        })
    };
    let needs: Vec<_> =
        table.needs.0.iter().filter_map(|it| index(&it.value.0, it.place, reader)).collect();
    if needs.len() < table.needs.0.len() {
        return None;
    }
    let place = |it: Option<Place>| it.unwrap_or(entry.place);
    let places = StepPlaces {
        takes: table.takes.place,
        needs: place(table.needs.0.first().map(|it| it.place)),
        on_fail: place(table.on_fail.as_ref().map(|it| it.place)),
    };
    let on_fail = match table.on_fail.as_ref().map(|it| &it.value) {
        None | Some(OnFailText::Retry) => OnFail::Retry,
        Some(OnFailText::Abort) => OnFail::Abort,
        Some(OnFailText::Rework(step)) => OnFail::Rework(index(step, places.on_fail, reader)?),
    };
    let fails = table.fails.map_or(0.0, |it| it.value.fraction());
    if fails > FAILS_MAX && on_fail != OnFail::Abort {
        let place = place(table.fails.map(|it| it.place));
        let message = "a step that fails this often is tried again without end";
        let help = "write on_fail = \"abort\", or 95% at most";
        return reader.refuse_with(Code::OutOfRange, place, message, help);
    }
    let (who, takes) = (table.who.0, table.takes.value);
    Some((Step { name: entry.key.clone(), who, takes, needs, fails, on_fail }, places))
}

/// Beyond this a step is tried twenty times on average.
const FAILS_MAX: f64 = 0.95;

/// The first step that waits for itself, and the way round.
fn circle(steps: &[(Step, StepPlaces)], names: &[&str]) -> Option<Diagnostic> {
    let waiting: Vec<usize> = endless(steps);
    let mut path = vec![*waiting.first()?];
    loop {
        let here = *path.last()?;
        let next = *steps[here].0.needs.iter().find(|it| waiting.contains(it))?;
        if let Some(start) = path.iter().position(|it| *it == next) {
            let round = path[start..].iter().chain([&next]).map(|it| names[*it]);
            let round: Vec<_> = round.collect();
            let message = format!("these steps wait for each other: {}", round.join(" needs "));
            let help = "none of them could ever begin: take one out of `needs`";
            return Some(Diagnostic::new(Code::StepCycle, steps[here].1.needs, message).help(help));
        }
        path.push(next);
    }
}

/// What is left when steps that wait only for what ends are taken away until there is none.
fn endless(steps: &[(Step, StepPlaces)]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..steps.len()).collect();
    loop {
        let before = left.len();
        let rest = left.clone();
        left.retain(|it| steps[*it].0.needs.iter().any(|need| rest.contains(need)));
        if left.len() == before {
            return left;
        }
    }
}

/// Whether `to` is this step or one that it needs, or one that those need.
fn reaches(steps: &[(Step, StepPlaces)], from: usize, to: usize) -> bool {
    let mut seen = vec![false; steps.len()];
    let mut open = vec![from];
    while let Some(step) = open.pop() {
        if step == to {
            return true;
        }
        if !std::mem::replace(&mut seen[step], true) {
            open.extend(&steps[step].0.needs);
        }
    }
    false
}

impl Read for Takes {
    const EXPECTED: &'static str = "a time, a law, \"restore(NAME)\" or \"failover(NAME)\"";

    fn shape() -> Shape {
        let examples = ["20m", "exp(20m)", "restore(db)", "failover(db)"];
        Shape::text(Meaning::Law, "", &examples)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = node.as_text().unwrap_or_default().trim_start();
        let word = ["restore", "failover"].into_iter().find(|it| text.starts_with(it));
        let Some(word) = word else { return Distribution::read(node, reader).map(Self::Law) };
        expression::read(node, Self::EXPECTED, reader, |it, context, reader| {
            let place = context.place(it);
            let form = format!("{word}(NAME)");
            let Form::Call(name, arguments) = &it.form else {
                let message = format!("`{word}` is of a store");
                let help = format!("write \"{form}\"");
                return reader.refuse_with(Code::BadExpression, place, message, help);
            };
            let mut arguments = expression::Arguments::new(name, arguments, context, place);
            let Some(store) = arguments.plain().filter(|_| *name == word) else {
                return arguments.refuse(&form, reader);
            };
            let (store, place) = (context.name(store, reader)?, context.place(store));
            arguments.finish(&form, reader)?;
            let known = reader.outline.stores.keys().map(String::as_str);
            if !known.clone().any(|it| it == store) {
                return reader.unknown(Code::UnknownName, place, ("store", store), known);
            }
            let store = store.to_owned();
            Some(if word == "restore" { Self::Restore(store) } else { Self::Failover(store) })
        })
    }
}

section! {
    /// `first_timer`: somebody who has never done it.
    struct FirstTimerTable {
        /// How often it is one.
        required share: Share,
        /// By how much what people do then takes longer.
        required slower: At<Factor>,
    }
}

impl Read for FirstTimer {
    const EXPECTED: &'static str = FirstTimerTable::EXPECTED;

    fn shape() -> Shape {
        FirstTimerTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = FirstTimerTable::read(node, reader)?;
        let slower = table.slower.value.get();
        if slower < 1.0 {
            let message = "who has never done it is not faster: this is 1 at least";
            return reader.refuse(Code::OutOfRange, table.slower.place, message);
        }
        Some(Self { share: table.share.fraction(), slower })
    }
}
