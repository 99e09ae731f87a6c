//! What single values are: times, counts, words, names.

use crate::quantity::{self, QuantityError, Rate, Share, Size, Throughput};
use crate::time::SimDuration;

use super::diagnostic::{Code, Diagnostic};
use super::reader::{At, Read, Reader};
use super::shape::{Meaning, Shape};
use super::shortened::shortened;
use super::tree::{Entry, Node, Value};
use crate::schema::{Capacity, Scope};

/// Things of one kind (services, loads, …) at most.
pub(crate) const THINGS_MAX: usize = 1_000;
const NAME_MAX: usize = 64;
/// Places of a limited capacity at most.
const PLACES_MAX: u64 = 1_000_000_000;

/// The text of a string node.
pub(crate) fn text<'n>(node: &'n Node, expected: &str, reader: &mut Reader<'_>) -> Option<&'n str> {
    match node.as_text() {
        Some(text) => Some(text),
        None => reader.wrong_type(node, expected),
    }
}

/// A quantity that stands in a string; a bare number is told which unit may be meant.
fn quantity<T>(node: &Node, expected: &str, reader: &mut Reader<'_>) -> Option<T>
where
    T: std::str::FromStr<Err = QuantityError>,
{
    let bare = match &node.value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    };
    let parsed = match (&bare, node.as_text()) {
        (Some(number), _) => number.parse(),
        (None, Some(text)) => text.parse(),
        (None, None) => return reader.wrong_type(node, expected),
    };
    match parsed {
        Ok(_) if bare.is_some() => reader.wrong_type(node, expected),
        Ok(value) => Some(value),
        Err(QuantityError { message, help }) => {
            reader.tell(Diagnostic::new(Code::BadQuantity, node.place, message).maybe_help(help));
            None
        }
    }
}

impl Read for SimDuration {
    const EXPECTED: &'static str = "a time such as \"250ms\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Time, &quantity::time_pattern(), &["250ms", "1m30s"])
    }

    fn written(&self) -> Option<serde_json::Value> {
        Some(quantity::exact(*self).into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        quantity(node, Self::EXPECTED, reader)
    }
}

impl Read for Rate {
    const EXPECTED: &'static str = "a rate such as \"120/s\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Rate, &quantity::rate_pattern(), &["120/s", "6000/min"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        quantity(node, Self::EXPECTED, reader)
    }
}

impl Read for Share {
    const EXPECTED: &'static str = "a share such as \"20%\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Share, &quantity::share_pattern(), &["20%"])
    }

    fn written(&self) -> Option<serde_json::Value> {
        Some(format!("{}%", self.fraction() * 100.0).into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        quantity(node, Self::EXPECTED, reader)
    }
}

impl Read for Size {
    const EXPECTED: &'static str = "a size such as \"64KiB\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Size, &quantity::size_pattern(), &["64KiB", "500MB"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        quantity(node, Self::EXPECTED, reader)
    }
}

impl Read for Throughput {
    const EXPECTED: &'static str = "a size per time such as \"100MB/s\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Size, "", &["100MB/s"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        quantity(node, Self::EXPECTED, reader)
    }
}

impl Read for bool {
    const EXPECTED: &'static str = "true or false";

    fn shape() -> Shape {
        Shape::Flag
    }

    fn written(&self) -> Option<serde_json::Value> {
        Some((*self).into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

impl Read for String {
    const EXPECTED: &'static str = "a string";

    fn shape() -> Shape {
        Shape::text(Meaning::Prose, "", &[])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        text(node, Self::EXPECTED, reader).map(str::to_owned)
    }
}

/// Values that may be zero where they must not.
pub(crate) trait Zero {
    fn is_zero(&self) -> bool;
}

impl Zero for SimDuration {
    fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl Zero for Rate {
    fn is_zero(&self) -> bool {
        self.per_sec() == 0.0
    }
}

impl Zero for Size {
    fn is_zero(&self) -> bool {
        self.bytes() == 0
    }
}

impl Zero for Throughput {
    fn is_zero(&self) -> bool {
        self.bytes_per_sec() == 0.0
    }
}

impl Zero for Share {
    fn is_zero(&self) -> bool {
        self.fraction() == 0.0
    }
}

/// More than zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Positive<T>(pub(crate) T);

impl<T: Read + Zero> Read for Positive<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn shape() -> Shape {
        T::shape().above_zero()
    }

    fn written(&self) -> Option<serde_json::Value> {
        self.0.written()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let value = T::read(node, reader)?;
        if value.is_zero() {
            return reader.refuse(Code::OutOfRange, node.place, "this must be more than zero");
        }
        Some(Self(value))
    }
}

/// A whole number from `LOW` to `HIGH`, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count<const LOW: u64, const HIGH: u64>(u64);

impl<const LOW: u64, const HIGH: u64> Count<LOW, HIGH> {
    /// For defaults.
    pub(crate) const fn new(count: u64) -> Self {
        assert!(Self::holds(count));
        Self(count)
    }

    /// Whether `count` is in range.
    pub(crate) const fn holds(count: u64) -> bool {
        LOW <= count && count <= HIGH
    }

    pub(crate) const fn wide(self) -> u64 {
        self.0
    }

    /// Where `HIGH` fits into 32 bits.
    pub(crate) const fn get(self) -> u32 {
        const { assert!(HIGH <= u32::MAX as u64) };
        self.0 as u32
    }
}

impl<const LOW: u64, const HIGH: u64> Read for Count<LOW, HIGH> {
    const EXPECTED: &'static str = "a whole number";

    fn shape() -> Shape {
        Shape::Count { least: LOW, most: HIGH }
    }

    fn written(&self) -> Option<serde_json::Value> {
        Some(self.0.into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        count(node, (LOW, HIGH), reader).map(Self)
    }
}

/// A whole number between two, both included.
fn count(node: &Node, (low, high): (u64, u64), reader: &mut Reader<'_>) -> Option<u64> {
    let Value::Integer(number) = node.value else {
        return reader.wrong_type(node, "a whole number");
    };
    match u64::try_from(number) {
        Ok(number) if low <= number && number <= high => Some(number),
        _ => {
            let message = format!("{number} is out of range: it goes from {low} to {high}");
            let help = if number < i128::from(low) {
                format!("write {low} or more")
            } else {
                format!("write {high} or less")
            };
            reader.refuse_with(Code::OutOfRange, node.place, message, help)
        }
    }
}

/// Any whole number that a `u64` holds.
pub(crate) type Wide = Count<0, { u64::MAX }>;
/// How many of something: at least one, at most a million.
pub(crate) type Some1 = Count<1, 1_000_000>;

/// `"none"`, or a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrNone<T>(pub(crate) Option<T>);

impl<T: Read> Read for OrNone<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn shape() -> Shape {
        T::shape().or_words("lack", &["none"])
    }

    fn written(&self) -> Option<serde_json::Value> {
        self.0.as_ref().map_or_else(|| Some("none".into()), T::written)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.as_text() {
            Some("none") => Some(Self(None)),
            _ => T::read(node, reader).map(|value| Self(Some(value))),
        }
    }
}

/// Places from `LOW` on, or `"unlimited"`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<const LOW: u64>(pub(crate) Capacity);

impl<const LOW: u64> Read for Places<LOW> {
    const EXPECTED: &'static str = "a whole number or \"unlimited\"";

    fn shape() -> Shape {
        Shape::Count { least: LOW, most: PLACES_MAX }.or_words("capacity", &["unlimited"])
    }

    fn written(&self) -> Option<serde_json::Value> {
        Some(match self.0 {
            Capacity::Limited(places) => places.into(),
            Capacity::Unlimited => "unlimited".into(),
        })
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match (&node.value, node.as_text()) {
            (_, Some("unlimited")) => Some(Self(Capacity::Unlimited)),
            (Value::Integer(_), _) => {
                let count = Count::<LOW, PLACES_MAX>::read(node, reader)?;
                Some(Self(Capacity::Limited(count.get())))
            }
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

/// A word out of a closed list.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// What it names, for messages: "balancing".
    const KIND: &'static str;
    /// Every word and what it stands for.
    const WORDS: &'static [(&'static str, Self)];
    /// Words of the format that this version does not take.
    const LATER: &'static [&'static str] = &[];
}

/// A [`Word`] in a string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneOf<W>(pub(crate) W);

impl<W: Word> Read for OneOf<W> {
    const EXPECTED: &'static str = "a word in quotes";

    fn shape() -> Shape {
        Shape::Word { of: W::KIND, words: W::WORDS.iter().map(|it| it.0).collect() }
    }

    fn written(&self) -> Option<serde_json::Value> {
        W::WORDS.iter().find(|it| it.1 == self.0).map(|it| it.0.into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let words: Vec<_> = W::WORDS.iter().map(|it| it.0).collect();
        word(node, W::KIND, &words, W::LATER, reader).map(|it| Self(W::WORDS[it].1))
    }
}

/// Which of the words of a kind stands here; some are for `later`.
fn word(
    node: &Node,
    kind: &str,
    words: &[&str],
    later: &[&str],
    reader: &mut Reader<'_>,
) -> Option<usize> {
    let word = text(node, "a word in quotes", reader)?;
    if later.contains(&word) {
        return reader.not_yet(node.place, &format!("the {kind} `{word}`"));
    }
    match words.iter().position(|it| *it == word) {
        None => unknown_word(word, node, kind, words.iter().copied(), reader),
        found => found,
    }
}

/// A word that is none of the known ones: the nearest, else all of them, are the help.
pub(crate) fn unknown_word<'w, T>(
    word: &str,
    node: &Node,
    kind: &str,
    known: impl Iterator<Item = &'w str> + Clone,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let help = super::nearest::did_you_mean(word, known.clone()).unwrap_or_else(|| {
        let all: Vec<_> = known.collect();
        format!("it takes {}", all.join(", "))
    });
    let message = format!("unknown {kind} `{}`", shortened(word));
    reader.refuse_with(Code::UnknownWord, node.place, message, help)
}

impl Word for Scope {
    const KIND: &'static str = "scope";
    const WORDS: &'static [(&'static str, Self)] =
        &[("instance", Self::Instance), ("service", Self::Service)];
}

/// Checks that `name` is made of letters, digits, `_` and `-`.
pub(crate) fn check_name(
    name: &str,
    place: super::place::Place,
    reader: &mut Reader<'_>,
) -> Option<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
        let message = format!("`{}` cannot be a name", shortened(name));
        let help = "names are made of letters, digits, `_` and `-`, 64 of them at most";
        return reader.refuse_with(Code::BadName, place, message, help);
    }
    Some(())
}

/// What a name may be.
pub(crate) fn name_shape() -> Shape {
    Shape::text(Meaning::Name, &format!("[A-Za-z0-9_-]{{1,{NAME_MAX}}}"), &[])
}

/// A name in a string.
#[derive(Clone, Debug)]
pub(crate) struct Name(pub(crate) String);

impl Read for Name {
    const EXPECTED: &'static str = "a name in quotes";

    fn shape() -> Shape {
        name_shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let name = text(node, Self::EXPECTED, reader)?;
        check_name(name, node.place, reader)?;
        Some(Self(name.to_owned()))
    }
}

/// A list of `MAX` items at most; every item is read, also after a faulty one.
#[derive(Clone, Debug)]
pub(crate) struct List<T, const MAX: usize = THINGS_MAX>(pub(crate) Vec<At<T>>);

impl<T: Read, const MAX: usize> Read for List<T, MAX> {
    const EXPECTED: &'static str = "a list";

    fn shape() -> Shape {
        Shape::List { item: Box::new(T::shape()), least: 0, most: MAX }
    }

    fn written(&self) -> Option<serde_json::Value> {
        self.0.iter().map(At::written).collect()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let items = items(node, MAX, reader)?;
        let read: Vec<_> = items.iter().filter_map(|item| At::read(item, reader)).collect();
        (read.len() == items.len()).then_some(Self(read))
    }
}

fn items<'n>(node: &'n Node, max: usize, reader: &mut Reader<'_>) -> Option<&'n [Node]> {
    let Some(items) = node.as_array() else {
        return reader.wrong_type(node, "a list");
    };
    if items.len() > max {
        let message = format!("{} in this list; at most {max}", items.len());
        return reader.refuse(Code::TooLarge, node.place, message);
    }
    Some(items)
}

/// A table whose keys are names that the file gives, `MAX` at most: every entry is read as `T`.
#[derive(Clone, Debug)]
pub(crate) struct Named<T, const MAX: usize = THINGS_MAX> {
    pub(crate) entries: Vec<(String, At<T>)>,
}

impl<T, const MAX: usize> Default for Named<T, MAX> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T: Read, const MAX: usize> Read for Named<T, MAX> {
    const EXPECTED: &'static str = "tables with names";

    fn shape() -> Shape {
        Shape::Named { each: Box::new(T::shape()), most: MAX }
    }

    fn written(&self) -> Option<serde_json::Value> {
        let mut all = serde_json::Map::new();
        for (name, it) in &self.entries {
            all.insert(name.clone(), it.written()?);
        }
        Some(all.into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let entries = named_entries(node, MAX, reader)?;
        let read: Vec<_> = entries
            .iter()
            .filter_map(|entry| {
                let value = At::read(&entry.node, reader);
                check_name(&entry.key, entry.place, reader)?;
                Some((entry.key.clone(), At { value: value?.value, place: entry.place }))
            })
            .collect();
        (read.len() == entries.len()).then_some(Self { entries: read })
    }
}

fn named_entries<'n>(node: &'n Node, max: usize, reader: &mut Reader<'_>) -> Option<&'n [Entry]> {
    let Some(table) = node.as_table() else {
        return reader.wrong_type(node, "a table");
    };
    if table.entries.len() > max {
        let message = format!("{} of a kind; at most {max}", table.entries.len());
        return reader.refuse(Code::TooLarge, node.place, message);
    }
    Some(&table.entries)
}
