//! `[[disaster]]`: what is lost, and what is expected then.

use super::expect::{Fallen, STATEMENTS_MAX};
use super::run::Moment;
use crate::distribution::Distribution;
use crate::order;
use crate::scenario::diagnostic::Code;
use crate::scenario::outline::StoreOutline;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::statement;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, List, Name, OneOf, Positive, Word, text};
use crate::schema::{Corruption, Disaster, Lost, Statement, Strikes};
use crate::time::SimDuration;

/// Simulated disasters of one kind.
type Runs = Count<1, 10_000_000>;

section! {
    /// `[[disaster]]`: something that is lost, and what is expected of the way back.
    ///
    /// `rpo` is the time whose writes are gone: from the moment that is restored to the disaster; of
    /// what was corrupted, to the moment at which that was noticed, because all that was written since
    /// goes too. `rto` is the time until everything is back: from the disaster; of what was corrupted,
    /// from when that was noticed. A run that never comes back counts as endless in both.
    struct DisasterTable {
        /// What reports call it.
        required name: At<Name>,
        /// The `[store.NAME]` that it strikes.
        required store: At<Name>,
        /// The `[runbook.NAME]` that is followed. Without one, a standby that is left takes over; if
        /// there is none, the newest backup is restored at once.
        optional runbook: At<Name>,
        /// What is gone: `"primary"`, a standby by its name, `"backups"`, `"zone b"`, `"region eu"`.
        default lose: List<LostText> = List(Vec::new()),
        /// What is wrong with the data: `"logical"`: all copies that follow have it at once.
        /// `"ransomware"`: all of them are gone, and all backups that can be deleted.
        optional corrupt: OneOf<Corruption>,
        /// When: `"uniform"`, at any time, which is the default; or by the clock, `"14:58"`.
        default at: StrikesText = StrikesText(Strikes::Uniform),
        /// How long from now: the store has grown by then.
        default after: SimDuration = SimDuration::ZERO,
        /// From one to the next: `"exp(2y)"` strikes every other year at random. `strikes`,
        /// `downtime` and `loss` are then what the disasters of `over` come to; they strike whether or
        /// not the last one is over.
        optional every: At<Distribution>,
        /// The years that `every` is looked at for; ten, where this is not said.
        optional over: At<Positive<SimDuration>>,
        /// How long nobody notices.
        default noticed_after: Distribution = Distribution::constant(SimDuration::ZERO),
        /// How many of them are simulated; of one that recurs, as many stretches of `over` too.
        default runs: Runs = Runs::new(10_000),
        /// What is expected: `"rpo.max <= 25s"`, `"rto.p95 <= 30m"`, `"recoverable >= 99.9%"`.
        default expect: List<StatementText, STATEMENTS_MAX> = List(Vec::new()),
        /// Variants, `base` among them, in which that is known to be false.
        default fails_in: List<Fallen> = List(Vec::new()),
        /// Why.
        optional because: String,
    }
}

/// A disaster and where its parts stand, for the checks that need the whole scenario.
#[derive(Clone, Debug)]
pub(crate) struct PlacedDisaster {
    pub(crate) disaster: Disaster,
    pub(crate) name: Place,
    pub(crate) runbook: Place,
    /// Where each statement stands.
    pub(crate) expects: Vec<Place>,
}

impl Read for PlacedDisaster {
    const EXPECTED: &'static str = DisasterTable::EXPECTED;

    fn shape() -> Shape {
        DisasterTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = DisasterTable::read(node, reader)?;
        let outline = reader.outline;
        let store = known("store", &table.store, outline.stores.keys(), reader)?;
        let runbook = match &table.runbook {
            Some(it) => Some(known("runbook", it, outline.runbooks.iter(), reader)?),
            None => None,
        };
        let lose = lost(&table.lose.0, &store, &outline.stores[&store], reader)?;
        let nothing = lose == Lost::default();
        if nothing && table.corrupt.is_none() {
            let message = "a disaster in which nothing is lost";
            let help = "say what: lose = [\"primary\"], or corrupt = \"logical\"";
            return reader.refuse_with(Code::MissingKey, node.place, message, help);
        }
        let (every, over) = recurrence(&table, reader)?;
        let name = table.name.value.0;
        let statements = table.expect.0.iter();
        let read: Vec<_> = statements
            .filter_map(|it| statement::of_disaster(&it.value.0, &name, reader))
            .collect();
        if read.len() < table.expect.0.len() {
            return None;
        }
        let of_stretches = |it: &Statement| STRETCHES.contains(&it.metric.family());
        let mut placed = read.iter().zip(&table.expect.0);
        if every.is_none()
            && let Some((statement, at)) = placed.find(|it| of_stretches(it.0))
        {
            let message = format!("`{}` is of a disaster that recurs", statement.metric.name);
            let help = "say how often it strikes: every = \"exp(2y)\"";
            return reader.refuse_with(Code::Conflict, at.place, message, help);
        }
        let disaster = Disaster {
            name,
            store,
            runbook,
            lose,
            corrupt: table.corrupt.map(|it| it.0),
            at: table.at.0,
            after: table.after,
            every,
            over,
            noticed_after: table.noticed_after,
            runs: table.runs.get(),
            expects: read,
            fails_in: table.fails_in.0.into_iter().map(|it| it.value.0).collect(),
            because: table.because,
        };
        let place = table.runbook.as_ref().map_or(table.store.place, |it| it.place);
        let expects = table.expect.0.iter().map(|it| it.place).collect();
        Some(Self { disaster, name: table.name.place, runbook: place, expects })
    }
}

/// Families of metrics that are of stretches of years.
const STRETCHES: [&str; 3] = ["strikes", "downtime", "loss"];
const TEN_YEARS: SimDuration = SimDuration::from_secs(3_650 * 86_400);
/// Disasters in all stretches together, at most.
const STRIKES_MAX: f64 = 10_000_000.0;

/// From one disaster to the next, and for how long that is looked at.
fn recurrence(
    table: &DisasterTable,
    reader: &mut Reader<'_>,
) -> Option<(Option<Distribution>, SimDuration)> {
    let over = table.over.map_or(TEN_YEARS, |it| it.value.0);
    let Some(At { value: every, place }) = &table.every else {
        let Some(over) = table.over else { return Some((None, TEN_YEARS)) };
        let message = "it is not said how often this strikes in that time";
        let help = "add from one to the next: every = \"exp(2y)\", or take `over` out";
        return reader.refuse_with(Code::Conflict, over.place, message, help);
    };
    if every.is_zero() {
        let message = "this must be more than zero";
        let help = "write how long it is from one to the next on average: \"exp(2y)\"";
        return reader.refuse_with(Code::OutOfRange, *place, message, help);
    }
    let strikes = over.as_secs_f64() / every.mean_secs() * f64::from(table.runs.get());
    if strikes > STRIKES_MAX {
        let message =
            format!("some {strikes:.0} disasters would be simulated; at most {STRIKES_MAX}");
        let help = "let it strike less often, or say fewer `runs` or a shorter `over`";
        return reader.refuse_with(Code::TooLarge, *place, message, help);
    }
    Some((Some(every.clone()), over))
}

fn known<'n>(
    what: &str,
    name: &At<Name>,
    names: impl Iterator<Item = &'n String> + Clone,
    reader: &mut Reader<'_>,
) -> Option<String> {
    if names.clone().any(|it| *it == name.value.0) {
        return Some(name.value.0.clone());
    }
    let names = names.map(String::as_str);
    reader.unknown(Code::UnknownName, name.place, (what, &name.value.0), names)
}

/// `"primary"`, `"backups"`, a standby's name, `"zone b"`, `"region eu"`.
#[derive(Clone, Debug)]
pub(crate) struct LostText(String);

impl Read for LostText {
    const EXPECTED: &'static str = "\"primary\", a standby's name, \"backups\" or \"zone b\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Struck, "", &["primary", "backups", "zone b"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        text(node, Self::EXPECTED, reader).map(|it| Self(it.trim().to_owned()))
    }
}

fn lost(
    words: &[At<LostText>],
    store: &str,
    outline: &StoreOutline,
    reader: &mut Reader<'_>,
) -> Option<Lost> {
    let mut lost = Lost::default();
    for At { value: LostText(word), place } in words {
        let standbys = || outline.standbys.iter().enumerate();
        let site = |it: &StoreOutlineSite, word: &str| {
            let of = |key: &str, value: &Option<String>| {
                word.strip_prefix(key).is_some_and(|it| value.as_deref() == Some(it.trim()))
            };
            of("zone ", &it.0) || of("region ", &it.1)
        };
        let before = lost.clone();
        match &**word {
            "primary" => lost.primary = true,
            "backups" => lost.backups = true,
            word => {
                lost.primary |= site(&outline.site, word);
                let named = standbys().filter(|it| it.1.0 == word || site(&it.1.1, word));
                lost.standbys.extend(named.map(|it| it.0));
            }
        }
        if lost == before {
            let message = format!(
                "the store `{store}` has no `{}` to lose, or it is lost already",
                crate::scenario::shortened::shortened(word)
            );
            let names = outline.standbys.iter().map(|it| &*it.0);
            let all: Vec<_> = ["primary", "backups"].into_iter().chain(names).collect();
            let help = format!("it has {}; a zone is written \"zone b\"", all.join(", "));
            return reader.refuse_with(Code::UnknownName, *place, message, help);
        }
    }
    order::sort_by_key(&mut lost.standbys, |it| *it);
    lost.standbys.dedup();
    Some(lost)
}

type StoreOutlineSite = (Option<String>, Option<String>);

impl Word for Corruption {
    const KIND: &'static str = "corruption";
    const WORDS: &'static [(&'static str, Self)] =
        &[("logical", Self::Logical), ("ransomware", Self::Ransomware)];
}

/// `"uniform"`, or `"14:58"`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StrikesText(Strikes);

impl Read for StrikesText {
    const EXPECTED: &'static str = "\"uniform\", or a time of day such as \"14:58\"";

    fn shape() -> Shape {
        Moment::shape().or_words("moment", &["uniform"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.as_text() {
            Some("uniform") => Some(Self(Strikes::Uniform)),
            _ => Moment::read(node, reader).map(|it| Self(Strikes::Clock(it.0))),
        }
    }
}

/// A statement, which is read when the disaster's name is known.
#[derive(Clone, Debug)]
pub(crate) struct StatementText(Node);

impl Read for StatementText {
    const EXPECTED: &'static str = "a statement such as \"rpo.max <= 25s\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Statement, "", &["rpo.max <= 25s"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        text(node, Self::EXPECTED, reader).map(|_| Self(node.clone()))
    }
}
