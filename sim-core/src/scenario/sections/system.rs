//! `[system.NAME]`: copies that fail, are mended and stand in for each other, over years.

use crate::distribution::{Distribution, Exponential};
use crate::quantity::Share;
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, List, Name, Named, OneOf, Places, Positive, Word};
use crate::schema::Capacity;
use crate::schema::system::{Canary, CommonCause, Component, Deploy, Failover, Mode, System};
use crate::time::SimDuration;

/// Copies of a system at most.
const COPIES_MAX: usize = 10_000;
/// Systems that one depends on at most.
const DEPENDENCIES_MAX: usize = 100;

type Copies = Count<1, { COPIES_MAX as u64 }>;
type Weight = Count<1, 1_000_000>;

section! {
    /// `[system.NAME]`: what serves all requests while enough of its copies work.
    ///
    /// It is looked at over years: how long it is down, how often, and whether that is what was
    /// promised. A copy fails when its `mtbf` is over, and is in order again after its `mttr`, which
    /// begins when a crew is free.
    struct SystemTable {
        /// Copies that do the same, each able to do all of the work that falls to it.
        optional copies: At<Copies>,
        /// Copies by name, where they differ.
        default copy: Named<CopyTable, COPIES_MAX> = Named::default(),
        /// How many copies must work; with fewer nobody is served.
        default needs: At<Copies> = At { value: Copies::new(1), place: Place::default() },
        /// How long a copy works until it fails: a law whose mean is the MTBF without the repair.
        optional mtbf: At<Distribution>,
        /// The share of time in which a copy works, instead of `mtbf`; it fails at random.
        optional availability: At<Share>,
        /// How long it takes until a copy that failed works again: a law whose mean is the MTTR.
        optional mttr: At<Distribution>,
        /// How many copies can be mended at one time, or `"unlimited"`.
        default crews: Places<1> = Places(Capacity::Unlimited),
        /// Whether all copies carry traffic, or as many as are needed.
        default mode: OneOf<Mode> = OneOf(Mode::ActiveActive),
        /// What it takes to let others carry the traffic of a copy that failed; nothing by default.
        optional failover: Failover,
        /// The share of a copy's failures that strikes all copies at once (beta factor), or
        /// `{ share = "10%", mttr = "2h" }`.
        optional common_cause: At<CommonText>,
        /// New versions as faults.
        optional deploy: Deploy,
        /// Systems without which it does not work.
        default depends_on: List<Name, DEPENDENCIES_MAX> = List(Vec::new()),
        /// The availability that was promised: `"99.99%"`.
        optional slo: At<Share>,
    }
    later { "zone", "region", "price" }
}

section! {
    /// `[system.NAME.copy.NAME]`: a copy that differs from the others.
    struct CopyTable {
        /// How long it works until it fails; that of the system where this is not said.
        optional mtbf: At<Distribution>,
        /// The share of time in which it works, instead of `mtbf`.
        optional availability: At<Share>,
        /// How long it takes until it works again; that of the system where this is not said.
        optional mttr: At<Distribution>,
        /// Its part of the traffic, in relation to those of the others: 60 beside 40.
        default traffic: Weight = Weight::new(1),
    }
}

section! {
    /// `failover = { takes = "35s", coverage = "95%", by_hand = "1h" }`.
    ///
    /// The traffic of a copy that fails is lost until others carry it, or until the copy works again,
    /// if that is sooner. A failover that does not work by itself is done by hand; the copy is mended
    /// when that is over, by the same people.
    struct CopyFailoverTable {
        /// How long it takes if it works by itself: to see the failure and to move the traffic.
        default takes: Distribution = Distribution::constant(SimDuration::ZERO),
        /// How likely that is.
        optional coverage: At<Share>,
        /// How long it takes by hand otherwise.
        optional by_hand: At<Distribution>,
        /// What stands still until a failover by hand is over.
        default stops: OneOf<Stops> = OneOf(Stops::Share),
    }
}

section! {
    /// `common_cause = { share = "10%", mttr = "2h" }`.
    struct CommonTable {
        /// The share of a copy's failures that strikes all copies at once.
        required share: Share,
        /// How long that takes to be mended; as long as a copy where this is not said.
        optional mttr: Distribution,
    }
}

section! {
    /// `deploy = { every = "7d", bad = "5%", detect = "4m", rollback = "1m" }`.
    struct DeployTable {
        /// From one deploy to the next.
        required every: At<Distribution>,
        /// The share of deploys that are bad.
        required bad: Share,
        /// The share of requests that a bad one fails, of those that reach it.
        default impact: Share = ALL,
        /// How long until it is seen that it is bad.
        required detect: Distribution,
        /// How long it then takes to undo it.
        default rollback: Distribution = Distribution::constant(SimDuration::ZERO),
        /// It begins with a part of the traffic.
        optional canary: CanaryTable,
    }
}

section! {
    /// `canary = { share = "5%", lasts = "10m" }`.
    struct CanaryTable {
        /// The part of the traffic that it begins with.
        required share: Share,
        /// For how long; then it goes everywhere, unless it was seen to be bad.
        required lasts: Positive<SimDuration>,
    }
}

const ALL: Share = Share::ALL;

/// What stands still until a failover by hand is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stops {
    /// The traffic of the copy.
    Share,
    /// All traffic.
    All,
}

impl Word for Stops {
    const KIND: &'static str = "extent";
    const WORDS: &'static [(&'static str, Self)] = &[("share", Self::Share), ("all", Self::All)];
}

impl Word for Mode {
    const KIND: &'static str = "mode";
    const WORDS: &'static [(&'static str, Self)] =
        &[("active_active", Self::ActiveActive), ("active_passive", Self::ActivePassive)];
}

/// A system and where the systems stand that it depends on, for the checks that need them all.
#[derive(Clone, Debug)]
pub(crate) struct PlacedSystem {
    pub(crate) system: System,
    pub(crate) depends_on: Vec<(String, Place)>,
}

impl PlacedSystem {
    /// The same under its name.
    pub(crate) fn named(self, name: String) -> Self {
        Self { system: System { name, ..self.system }, ..self }
    }
}

impl Read for PlacedSystem {
    const EXPECTED: &'static str = SystemTable::EXPECTED;

    fn shape() -> Shape {
        SystemTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = SystemTable::read(node, reader)?;
        let depends_on = dependencies(&table.depends_on, reader);
        let copies = copies(&table, node.place, reader)?;
        let needs = needs(&table, copies.len(), node.place, reader)?;
        let common_cause = common_cause(&table, reader)?;
        if copies.is_empty() && depends_on.as_ref()?.is_empty() && table.deploy.is_none() {
            let message = "nothing can happen to this system";
            let help = "write how long a copy works and how long it takes to mend it: \
                        `mtbf = \"exp(30d)\"` and `mttr = \"exp(1h)\"`";
            return reader.refuse_with(Code::MissingKey, node.place, message, help);
        }
        let slo = match table.slo {
            Some(slo) => Some(below_all(slo, reader)?),
            None => None,
        };
        let depends_on = depends_on?;
        let system = System {
            name: String::new(),
            copies,
            needs,
            crews: match table.crews.0 {
                Capacity::Limited(crews) => Some(crews),
                Capacity::Unlimited => None,
            },
            mode: table.mode.0,
            failover: table.failover,
            common_cause,
            deploy: table.deploy,
            depends_on: depends_on.iter().map(|it| it.0.clone()).collect(),
            slo,
        };
        Some(Self { system, depends_on })
    }
}

fn dependencies(
    names: &List<Name, DEPENDENCIES_MAX>,
    reader: &mut Reader<'_>,
) -> Option<Vec<(String, Place)>> {
    let mut known = Vec::with_capacity(names.0.len());
    for it in &names.0 {
        let name = &it.value.0;
        if reader.outline.systems.contains(name) {
            known.push((name.clone(), it.place));
        } else {
            let outline = reader.outline;
            let systems = outline.systems.iter().map(String::as_str);
            let _: Option<()> =
                reader.unknown(Code::UnknownName, it.place, ("system", name), systems);
        }
    }
    (known.len() == names.0.len()).then_some(known)
}

/// All copies, those by number or those by name.
fn copies(table: &SystemTable, whole: Place, reader: &mut Reader<'_>) -> Option<Vec<Component>> {
    let own = (&table.mtbf, &table.availability, &table.mttr);
    if let (Some(copies), [_, ..]) = (&table.copies, &*table.copy.entries) {
        let message = "the copies have names: their number follows from them";
        return reader.refuse_with(Code::Conflict, copies.place, message, "take `copies` out");
    }
    if table.copy.entries.is_empty() {
        let said = table.mtbf.is_some() || table.availability.is_some() || table.mttr.is_some();
        if !said && table.copies.is_none() {
            return Some(Vec::new());
        }
        let (mtbf, mttr) = laws(own, (&None, &None, &None), whole, reader)?;
        let copy = |number: u32| Component {
            name: number.to_string(),
            mtbf: mtbf.clone(),
            mttr: mttr.clone(),
            traffic: 1.0,
        };
        let count = table.copies.map_or(1, |it| it.value.get());
        return Some((1..=count).map(copy).collect());
    }
    let read = table.copy.entries.iter().filter_map(|(name, it)| {
        let copy = &it.value;
        let (mtbf, mttr) =
            laws((&copy.mtbf, &copy.availability, &copy.mttr), own, it.place, reader)?;
        let traffic = f64::from(copy.traffic.get());
        Some(Component { name: name.clone(), mtbf, mttr, traffic })
    });
    let read: Vec<_> = read.collect();
    (read.len() == table.copy.entries.len()).then_some(read)
}

/// `mtbf`, `availability` and `mttr`, as far as they are said.
type Said<'t> = (&'t Option<At<Distribution>>, &'t Option<At<Share>>, &'t Option<At<Distribution>>);

/// How long a copy works and how long it takes to mend it: its own, else the system's.
fn laws(
    own: Said<'_>,
    others: Said<'_>,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<(Distribution, Distribution)> {
    let mttr = own.2.as_ref().or(others.2.as_ref());
    let Some(mttr) = mttr else {
        let help = "write how long it takes to mend a copy: `mttr = \"exp(1h)\"`";
        return reader.refuse_with(Code::MissingKey, place, "`mttr` is missing", help);
    };
    // What a copy says of itself goes before what the system says, in either form.
    let said = if own.0.is_some() || own.1.is_some() { own } else { others };
    let mtbf = match (said.0, said.1) {
        (Some(mtbf), None) => not_at_once(mtbf, reader)?,
        (None, Some(share)) => from_availability(share, &mttr.value, reader)?,
        (Some(_), Some(share)) => {
            let message = "`mtbf` and `availability` are two ways to say how long a copy works";
            return reader.refuse_with(
                Code::Conflict,
                share.place,
                message,
                "take one of them out",
            );
        }
        (None, None) => {
            let help = "write how long a copy works: `mtbf = \"exp(30d)\"`, or what share of time: \
                        `availability = \"99.9%\"`";
            return reader.refuse_with(Code::MissingKey, place, "`mtbf` is missing", help);
        }
    };
    Some((mtbf, mttr.value.clone()))
}

fn not_at_once(law: &At<Distribution>, reader: &mut Reader<'_>) -> Option<Distribution> {
    if law.value.is_zero() {
        return reader.refuse(Code::OutOfRange, law.place, "this must be more than zero");
    }
    Some(law.value.clone())
}

/// The memoryless law that gives this availability with such repairs: `MTTR·A/(1 − A)` on average.
fn from_availability(
    share: &At<Share>,
    mttr: &Distribution,
    reader: &mut Reader<'_>,
) -> Option<Distribution> {
    let availability = below_all(*share, reader)?;
    let mean = mttr.mean_secs() * availability / (1.0 - availability);
    match Exponential::new(SimDuration::from_secs_f64(mean)) {
        Ok(law) if mean.is_finite() && mean > 0.0 => Some(law.into()),
        _ => {
            let message = "with these repairs no copy has such an availability";
            let help = "write `mtbf` instead, or an `mttr` that has a mean above zero";
            reader.refuse_with(Code::OutOfRange, share.place, message, help)
        }
    }
}

/// A share above none and below all.
fn below_all(share: At<Share>, reader: &mut Reader<'_>) -> Option<f64> {
    let At { value, place } = share;
    let fraction = value.fraction();
    if fraction <= 0.0 || fraction >= 1.0 {
        let message = "this must be more than 0% and less than 100%";
        let help = "write a share in between, such as \"99.9%\" or \"10%\", or leave it out";
        return reader.refuse_with(Code::OutOfRange, place, message, help);
    }
    Some(fraction)
}

fn needs(table: &SystemTable, copies: usize, whole: Place, reader: &mut Reader<'_>) -> Option<u32> {
    let needs = table.needs.value.get();
    if needs as usize <= copies || copies == 0 {
        return Some(needs);
    }
    let place = if table.needs.place == Place::default() { whole } else { table.needs.place };
    let message = format!("{needs} copies are needed, and there are {copies}");
    let help = format!("write `needs = {copies}` at most, or give it more `copies`");
    reader.refuse_with(Code::OutOfRange, place, message, help)
}

/// `"10%"`, or a table.
#[derive(Clone, Debug)]
pub(crate) struct CommonText {
    share: Share,
    mttr: Option<Distribution>,
}

impl Read for CommonText {
    const EXPECTED: &'static str = "a share such as \"10%\", or { share = \"10%\", mttr = \"2h\" }";

    fn shape() -> Shape {
        Shape::Either(vec![Share::shape(), CommonTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            return Share::read(node, reader).map(|share| Self { share, mttr: None });
        }
        let table = CommonTable::read(node, reader)?;
        Some(Self { share: table.share, mttr: table.mttr })
    }
}

#[expect(clippy::option_option, reason = "absent and faulty are two different things")]
fn common_cause(table: &SystemTable, reader: &mut Reader<'_>) -> Option<Option<CommonCause>> {
    let Some(At { value, place }) = &table.common_cause else { return Some(None) };
    let share = below_all(At { value: value.share, place: *place }, reader)?;
    if table.mtbf.is_none() && table.availability.is_none() {
        let message = "a common cause is a share of how often a copy fails, which is not said here";
        let help = "write `mtbf` or `availability` for the system, not for each copy alone";
        return reader.refuse_with(Code::Conflict, *place, message, help);
    }
    let own = (&table.mtbf, &table.availability, &table.mttr);
    let (mtbf, mttr) = laws(own, (&None, &None, &None), *place, reader)?;
    let mttr = value.mttr.clone().unwrap_or(mttr);
    Some(Some(CommonCause { share, mtbf, mttr }))
}

impl Read for Failover {
    const EXPECTED: &'static str = CopyFailoverTable::EXPECTED;

    fn shape() -> Shape {
        CopyFailoverTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = CopyFailoverTable::read(node, reader)?;
        let coverage = table.coverage.map_or(1.0, |it| it.value.fraction());
        let by_hand = match (table.by_hand, table.coverage) {
            (Some(by_hand), _) => by_hand.value,
            (None, Some(it)) if coverage < 1.0 => {
                let message = "not every failover works by itself, and the others take no time";
                let help = "add how long one takes by hand: `by_hand = \"1h\"`";
                return reader.refuse_with(Code::Conflict, it.place, message, help);
            }
            (None, _) => Distribution::constant(SimDuration::ZERO),
        };
        Some(Self { takes: table.takes, coverage, by_hand, stops_all: table.stops.0 == Stops::All })
    }
}

impl Read for Deploy {
    const EXPECTED: &'static str = DeployTable::EXPECTED;

    fn shape() -> Shape {
        DeployTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = DeployTable::read(node, reader)?;
        let canary =
            table.canary.map(|it| Canary { share: it.share.fraction(), lasts: it.lasts.0 });
        Some(Self {
            every: not_at_once(&table.every, reader)?,
            bad: table.bad.fraction(),
            impact: table.impact.fraction(),
            detect: table.detect,
            rollback: table.rollback,
            canary,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    fn system(text: &str) -> System {
        value_of::<PlacedSystem>(text).system
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let one = system("{ mtbf = \"exp(30d)\", mttr = \"1h\" }");
        assert_eq!((one.copies.len(), one.needs, one.crews), (1, 1, None));
        assert_eq!((one.mode, one.slo), (Mode::ActiveActive, None));
        assert!(one.failover.is_none() && one.common_cause.is_none() && one.deploy.is_none());
        let failover =
            system("{ copies = 2, mtbf = \"30d\", mttr = \"1h\", failover = { takes = \"35s\" } }");
        let failover = failover.failover.expect("it is there");
        assert!(failover.coverage == 1.0 && !failover.stops_all);
    }

    #[test]
    fn an_availability_is_a_mean_time_between_failures() {
        let pair = system(
            "{ copies = 2, availability = \"99.9%\", mttr = \"1h\", common_cause = \"10%\" }",
        );
        let mean = pair.copies[1].mtbf.mean_secs();
        assert!((mean - 999.0 * 3_600.0).abs() < 1e-3, "{mean}");
        assert_eq!(pair.common_cause.map(|it| it.share), Some(0.1));
    }

    #[test]
    fn copies_differ_in_what_they_say_of_themselves() {
        let regions = system(
            "{ mtbf = \"exp(30d)\", mttr = \"1h\", copy = { eu = { traffic = 60 }, \
             us = { traffic = 40, availability = \"99%\", mttr = \"2h\" } } }",
        );
        let [eu, us] = &*regions.copies else { panic!("{regions:?}") };
        assert_eq!((&*eu.name, eu.traffic, &*us.name), ("eu", 60.0, "us"));
        assert!((us.mtbf.mean_secs() - 99.0 * 7_200.0).abs() < 1e-3);
        assert!((eu.mtbf.mean_secs() - 30.0 * 86_400.0).abs() < 1e-3);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        #[rustfmt::skip]
        let cases = [
            ("mtbf = \"30d\"", Code::MissingKey, "mttr ="),
            ("mttr = \"1h\"", Code::MissingKey, "mtbf ="),
            ("copies = 2", Code::MissingKey, "mttr ="),
            ("slo = \"99%\"", Code::MissingKey, "mtbf ="),
            ("mtbf = \"0s\", mttr = \"1h\"", Code::OutOfRange, ""),
            ("availability = \"100%\", mttr = \"1h\"", Code::OutOfRange, ""),
            ("availability = \"99%\", mttr = \"0s\"", Code::OutOfRange, "write `mtbf`"),
            ("mtbf = \"30d\", availability = \"99%\", mttr = \"1h\"", Code::Conflict, "one of them"),
            ("mtbf = \"30d\", mttr = \"1h\", copies = 2, needs = 3", Code::OutOfRange, ""),
            ("mtbf = \"30d\", mttr = \"1h\", copies = 2, copy = { a = {} }", Code::Conflict, "out"),
            ("mtbf = \"30d\", mttr = \"1h\", slo = \"100%\"", Code::OutOfRange, ""),
            ("mtbf = \"30d\", mttr = \"1h\", common_cause = \"0%\"", Code::OutOfRange, ""),
            ("mtbf = \"30d\", mttr = \"1h\", depends_on = [\"nobody\"]", Code::UnknownName, ""),
            ("mtbf = \"30d\", mttr = \"1h\", failover = { coverage = \"95%\" }", Code::Conflict, "by_hand"),
            ("mtbf = \"30d\", mttr = \"1h\", mode = \"active\"", Code::UnknownWord, "active_active"),
            ("mtbf = \"30\", mttr = \"1h\"", Code::BadQuantity, "30"),
        ];
        for (text, code, help) in cases {
            let fault = faults_of::<PlacedSystem>(&format!("{{ {text} }}")).swap_remove(0);
            assert_eq!(fault.code, code, "{text}: {fault:?}");
            assert!(fault.help.unwrap_or_default().contains(help), "{text}");
        }
    }
}
