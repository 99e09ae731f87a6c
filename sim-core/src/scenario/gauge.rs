//! What is asked of a scenario from outside its file: a metric in a phase, and a bound on one.
//!
//! ```text
//! gauge      = address [ "@" phase ]            users.latency.p99   fraud.fallback_rate@fraud-slow
//! constraint = a statement, with "@" phase behind the address or at the end
//! ```

use std::ops::Range;

use super::Source;
use super::address::{self, Topic};
use super::diagnostic::{Code, Refused};
use super::files::NoFiles;
use super::outline::Outline;
use super::place::{Place, SourceId, trimmed};
use super::reader::{Read, Reader};
use super::sections::{During, PlacedExpect};
use super::tree::{self, Entry, Node, Table, Value};
use crate::metric::{self, EntityKind, Metric};
use crate::schema::{Expect, Fact, When};

/// The phase that is meant where none is named.
const ALWAYS: &str = "always";

/// What cannot be measured cannot be compared over points.
const NO_NUMBER: &str = "a state is no number: take `breaker.open_share`";

/// A metric in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// What it is of, by the name that reports give it.
    pub entity: String,
    /// Which metric.
    pub metric: &'static Metric,
    /// In which phase.
    pub during: String,
}

/// A bound on a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// As it was written.
    pub text: String,
    /// What must hold, judged as what a scenario expects is.
    pub expect: Expect,
    /// The metric that is bound.
    pub gauge: Gauge,
}

impl Gauge {
    /// `users.latency.p99`.
    pub fn address(&self) -> String {
        format!("{}.{}", self.entity, self.metric.name)
    }

    /// The address, and the phase unless that is the whole run: `users.latency.p99@slow`.
    pub fn label(&self) -> String {
        let phase = if self.during == ALWAYS { "" } else { &self.during };
        let at = if phase.is_empty() { "" } else { "@" };
        format!("{}{at}{phase}", self.address())
    }
}

impl Source {
    /// Reads a metric of this scenario: `shoppers.latency.p99`, or in a phase,
    /// `shoppers.latency.p99@fraud-slow`.
    ///
    /// `argument` is what the text is called in diagnostics.
    ///
    /// # Errors
    ///
    /// If the scenario has no such metric or phase.
    pub fn gauge(&self, argument: &str, text: &str) -> Result<Gauge, Refused> {
        self.asked(argument, text, |reader| {
            let (address, phase) = match text.rfind('@') {
                Some(at) => (0..at, at + 1..text.len()),
                None => (0..text.len(), text.len()..text.len()),
            };
            let address = trimmed(text, address);
            let place = Place::new(SourceId::FILE, address.clone());
            let found = address::resolve(&text[address], place, reader);
            let phase = during(text, phase, reader);
            let ((named, topic), during) = (found?, phase?);
            match topic {
                Topic::Metric(metric) => Some(Gauge { entity: named.name, metric, during }),
                Topic::Breaker => reader.refuse(Code::Conflict, place, NO_NUMBER),
            }
        })
    }

    /// Reads a bound on a metric of this scenario: `shoppers.error_rate < 1%`, or of a phase,
    /// `shoppers.error_rate@fraud-slow < 1%`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or the scenario has no such metric or phase.
    pub fn constraint(&self, text: &str) -> Result<Constraint, Refused> {
        self.asked("--where", text, |reader| {
            let phase = phase(text);
            let statement = blanked(text, phase.clone());
            let statement =
                tree::bare_text(&statement, trimmed(&statement, 0..text.len()), SourceId::FILE);
            let mut entries = vec![entry("that", statement)];
            if !phase.is_empty() {
                let name = tree::bare_text(text, phase.start + 1..phase.end, SourceId::FILE);
                entries.push(entry("during", name));
            }
            let place = Place::new(SourceId::FILE, 0..text.len());
            let node = Node::new(Value::Table(Table { entries }), place);
            let expect = PlacedExpect::read(&node, reader)?.expect;
            let (Fact::Metric(that), When::During(during)) = (&expect.that, &expect.when) else {
                return reader.refuse(Code::Conflict, place, NO_NUMBER);
            };
            let gauge =
                Gauge { entity: that.entity.clone(), metric: that.metric, during: during.clone() };
            Some(Constraint { text: text.trim().to_owned(), expect, gauge })
        })
    }

    /// What is measured of each load where nothing else is said: useful answers, failures, and how
    /// long answers took.
    pub fn gauges_of_loads(&self) -> Vec<Gauge> {
        const NAMES: [&str; 3] = ["goodput", "error_rate", "latency.p99"];
        let outline = Outline::of(&self.tree);
        let of = |load: &String| {
            let metrics = metric::of(EntityKind::Load).filter(|it| NAMES.contains(&it.name));
            let (entity, during) = (load.clone(), ALWAYS.to_owned());
            metrics.map(move |metric| Gauge {
                entity: entity.clone(),
                metric,
                during: during.clone(),
            })
        };
        outline.loads.iter().flat_map(of).collect()
    }

    fn asked<T>(
        &self,
        argument: &str,
        text: &str,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Refused> {
        let refused = |faults| Refused::argument(argument, text, faults);
        tree::check_size(text, SourceId::FILE).map_err(refused)?;
        let outline = Outline::of(&self.tree);
        let mut reader = Reader::new(&outline, &NoFiles);
        read(&mut reader).ok_or_else(|| refused(reader.into_faults()))
    }
}

/// The phase that stands at `range`; the whole run where nothing does.
fn during(text: &str, range: Range<usize>, reader: &mut Reader<'_>) -> Option<String> {
    if range.is_empty() && !text.ends_with('@') {
        return Some(ALWAYS.to_owned());
    }
    let name = tree::bare_text(text, trimmed(text, range), SourceId::FILE);
    During::read(&name, reader).map(|it| it.0)
}

/// Where `@slow` stands; nowhere, at the end, where no phase is named.
fn phase(text: &str) -> Range<usize> {
    let Some(at) = text.find('@') else { return text.len()..text.len() };
    let ends = |char: char| char.is_whitespace() || "<>=".contains(char);
    let end = text[at..].find(ends).map_or(text.len(), |it| at + it);
    at..end
}

/// `text` with blanks in `range`, so that the rest keeps its places.
fn blanked(text: &str, range: Range<usize>) -> String {
    format!("{}{}{}", &text[..range.start], " ".repeat(range.len()), &text[range.end..])
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.to_owned(), place: node.place, node }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::schema::Bound;
    use proptest::prelude::*;

    fn source() -> Source {
        let text = "load.users = { to = \"shop\" }\n[[service.shop.call]]\nto = \"db\"\n\
                    [service.db]\n[[fault]]\nname = \"slow\"\n";
        parse(text).expect("it is TOML")
    }

    #[test]
    fn metrics_have_a_phase() {
        let label = |text: &str| source().gauge("--metric", text).map(|it| it.label());
        #[rustfmt::skip]
        let cases = [
            ("users.latency.p99", "users.latency.p99"),
            ("users.latency.p99@always", "users.latency.p99"),
            ("db.fallback_rate @ slow", "shop -> db.fallback_rate@slow"),
            (" shop->db.pool.rejected@before", "shop -> db.pool.rejected@before"),
        ];
        for (text, want) in cases {
            assert_eq!(label(text).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn loads_are_measured_where_nothing_is_said() {
        let labels: Vec<_> = source().gauges_of_loads().iter().map(Gauge::label).collect();
        assert_eq!(labels, ["users.goodput", "users.error_rate", "users.latency.p99"]);
    }

    #[test]
    fn bounds_have_a_phase_too() {
        let forms = [
            "users.error_rate@slow < 1%",
            "users.error_rate < 1% @slow",
            "users.error_rate@slow<1%",
        ];
        for text in forms {
            let constraint =
                source().constraint(text).unwrap_or_else(|it| panic!("{text}: {it:?}"));
            assert_eq!(constraint.gauge.label(), "users.error_rate@slow", "{text}");
            let Fact::Metric(that) = constraint.expect.that else { panic!("{text}: a bound") };
            assert_eq!(that.bound, Bound::Value(0.01), "{text}");
            assert_eq!(constraint.text, text);
        }
        let always = source().constraint("users.goodput > 5/s").expect("it is right");
        assert_eq!(always.gauge.during, ALWAYS);
    }

    #[test]
    fn what_is_not_there_is_marked() {
        #[rustfmt::skip]
        let metrics = [
            ("user.goodput", "user.goodput", Some("did you mean `users`?")),
            ("users.godput", "users.godput", Some("did you mean `goodput`?")),
            ("users.goodput@slw", "slw", Some("did you mean `slow`?")),
            ("users.goodput@", "", None),
            ("", "", None),
        ];
        for (text, marked, help) in metrics {
            let fault =
                source().gauge("--metric", text).expect_err(text).diagnostics.swap_remove(0);
            assert_eq!((&text[fault.span], fault.help.as_deref()), (marked, help), "{text}");
        }
        let bounds = [
            ("users.goodput", "users.goodput"),
            ("db.breaker == open", "db.breaker == open"),
            ("users.goodput@slw > 5/s", "slw"),
            ("users.goodput@slow > 5", "5"),
            ("usrs.goodput@slow > 5/s", "usrs.goodput"),
        ];
        for (text, marked) in bounds {
            let fault = source().constraint(text).expect_err(text).diagnostics.swap_remove(0);
            assert_eq!(&text[fault.span], marked, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(users|db)\\.(goodput|error_rate)[@<>=a-z0-9 %/.-]{0,20}|\\PC{0,60}") {
            let refused = [source().gauge("--metric", &text).err(), source().constraint(&text).err()];
            for fault in refused.into_iter().flatten().flat_map(|it| it.diagnostics) {
                prop_assert!(text.get(fault.span.clone()).is_some(), "{:?}", fault);
            }
        }
    }
}
