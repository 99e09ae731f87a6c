//! `concurrency` of a call or a service: a limit on what is in flight that finds itself.

use crate::policy::concurrency::{Algorithm, Bounds, Config};
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{OneOf, OrNone, Positive, Some1, Word};
use crate::schema::{Concurrency, Scope};
use crate::time::SimDuration;

section! {
    /// `concurrency` of a service.
    struct AdaptiveTable {
        /// By which algorithm: `"aimd"`, `"gradient2"`, `"vegas"`.
        required limit: OneOf<Algorithm>,
        /// The limit at first.
        optional initial: Some1,
        /// The limit at least.
        optional min: Some1,
        /// The limit at most.
        optional max: Some1,
        /// Results are averaged over windows of this length, or `"none"`.
        optional window: OrNone<Positive<SimDuration>>,
    }
}

section! {
    /// `concurrency` of a call.
    struct ConcurrencyTable {
        /// By which algorithm: `"aimd"`, `"gradient2"`, `"vegas"`.
        required limit: OneOf<Algorithm>,
        /// The limit at first.
        optional initial: Some1,
        /// The limit at least.
        optional min: Some1,
        /// The limit at most.
        optional max: Some1,
        /// Results are averaged over windows of this length, or `"none"`.
        optional window: OrNone<Positive<SimDuration>>,
        /// Whether each calling instance has its own.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
    }
}

/// The limit of a service, which is each instance's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adaptive(pub(crate) Config);

impl Word for Algorithm {
    const KIND: &'static str = "adaptive limit";
    const WORDS: &'static [(&'static str, Self)] =
        &[("aimd", Self::Aimd), ("gradient2", Self::Gradient2), ("vegas", Self::Vegas)];
}

impl Read for Adaptive {
    const EXPECTED: &'static str = "a word such as \"vegas\", or { limit = \"vegas\", max = 100 }";

    fn shape() -> Shape {
        Shape::Either(vec![OneOf::<Algorithm>::shape(), AdaptiveTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            return OneOf::read(node, reader).map(|it| Self(plain(it.0)));
        }
        let table = AdaptiveTable::read(node, reader)?;
        let said = (table.initial, table.min, table.max);
        config(table.limit.0, said, table.window, node.place, reader).map(Self)
    }
}

impl Read for Concurrency {
    const EXPECTED: &'static str = Adaptive::EXPECTED;

    fn shape() -> Shape {
        Shape::Either(vec![OneOf::<Algorithm>::shape(), ConcurrencyTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            let config = OneOf::read(node, reader).map(|it| plain(it.0))?;
            return Some(Self { config, scope: Scope::Instance });
        }
        let table = ConcurrencyTable::read(node, reader)?;
        let said = (table.initial, table.min, table.max);
        let config = config(table.limit.0, said, table.window, node.place, reader)?;
        Some(Self { config, scope: table.scope.0 })
    }
}

/// With the library's own bounds and window.
fn plain(algorithm: Algorithm) -> Config {
    let window = match algorithm {
        Algorithm::Gradient2 => SimDuration::from_secs(1),
        Algorithm::Aimd | Algorithm::Vegas => SimDuration::ZERO,
    };
    Config { algorithm, bounds: algorithm.bounds(), window }
}

/// Of bounds that are not said, the library's are taken as far as they fit those that are.
fn config(
    algorithm: Algorithm,
    (initial, min, max): (Option<Some1>, Option<Some1>, Option<Some1>),
    window: Option<OrNone<Positive<SimDuration>>>,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<Config> {
    let usual = plain(algorithm);
    let [said, low, high] = [initial, min, max].map(|it| it.map(Some1::get));
    let first = said.or(low).or(high);
    let min = low.unwrap_or(usual.bounds.min.min(first.unwrap_or(u32::MAX)));
    let max = high.unwrap_or(usual.bounds.max.max(first.unwrap_or(1)));
    let initial = said.unwrap_or_else(|| usual.bounds.initial.max(min).min(max));
    if !(min <= initial && initial <= max) {
        let message = format!("a limit of {initial} is not between {min} and {max}");
        let help = "`min` is at most `initial`, and `initial` at most `max`";
        return reader.refuse_with(Code::OutOfRange, place, message, help);
    }
    let window = window.map_or(usual.window, |it| it.0.map_or(SimDuration::ZERO, |it| it.0));
    Some(Config { algorithm, bounds: Bounds { initial, min, max }, window })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn a_word_or_a_table() {
        let vegas: Concurrency = value_of("\"vegas\"");
        let bounds = Bounds { initial: 20, min: 1, max: 1_000 };
        assert_eq!((vegas.config.bounds, vegas.config.window), (bounds, SimDuration::ZERO));
        assert_eq!(value_of::<Concurrency>("{ limit = \"vegas\" }"), vegas);
        let few: Adaptive = value_of("{ limit = \"gradient2\", max = 8, window = \"none\" }");
        let bounds = Bounds { initial: 8, min: 8, max: 8 };
        assert_eq!((few.0.bounds, few.0.window), (bounds, SimDuration::ZERO));
        let low: Adaptive = value_of("{ limit = \"aimd\", min = 2, max = 8 }");
        assert_eq!(low.0.bounds, Bounds { initial: 8, min: 2, max: 8 });
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("\"vegs\"", Code::UnknownWord),
            ("{}", Code::MissingKey),
            ("{ limit = \"aimd\", initial = 5, min = 9 }", Code::OutOfRange),
            ("{ limit = \"aimd\", min = 9, max = 5 }", Code::OutOfRange),
            ("{ limit = \"aimd\", scope = \"service\" }", Code::UnknownKey),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Adaptive>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
