//! What is asked of a scenario from outside its file: a metric in a phase.
//!
//! ```text
//! gauge = address [ "@" phase ]            users.latency.p99   fraud.fallback_rate@fraud-slow
//! ```

use std::ops::Range;

use super::diagnostic::Refused;
use super::files::NoFiles;
use super::outline::Outline;
use super::place::{Place, SourceId, trimmed};
use super::reader::{Read, Reader};
use super::sections::During;
use super::tree;
use super::{Source, address};
use crate::metric::Metric;

/// The phase that is meant where none is named.
const ALWAYS: &str = "always";

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
            let ((named, metric), during) = (found?, phase?);
            Some(Gauge { entity: named.name, metric, during })
        })
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

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
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
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(users|db)\\.(goodput|error_rate)[@<>=a-z0-9 %/.-]{0,20}|\\PC{0,60}") {
            let refused = source().gauge("--metric", &text).err();
            for fault in refused.into_iter().flat_map(|it| it.diagnostics) {
                prop_assert!(text.get(fault.span.clone()).is_some(), "{:?}", fault);
            }
        }
    }
}
