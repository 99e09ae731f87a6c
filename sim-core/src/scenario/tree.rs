//! The text as a tree in which every value knows its place.

use crate::order;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Code, Diagnostic};
use super::place::{Place, SourceId};

/// Bytes of one text at most.
pub(crate) const TEXT_MAX: usize = 4 << 20;
/// Tables and arrays inside each other at most.
const DEPTH_MAX: usize = 24;
/// Syntax errors told at most; past the first few they follow from each other.
const SYNTAX_ERRORS_MAX: usize = 20;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
    /// Whether an override put it here.
    pub(crate) overlaid: bool,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Text),
    Integer(i128),
    Float(f64),
    Bool(bool),
    Datetime,
    Array(Vec<Node>),
    Table(Table),
}

/// A string, and where its characters stand.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) value: String,
    /// Where the first character stands, if all stand in the source as they are here (no escapes).
    verbatim: Option<u32>,
}

/// Keys in the order of the text; each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

impl Entry {
    /// The place of `range` within the key; the whole key where that is not known.
    pub(crate) fn place_of(&self, range: Range<usize>) -> Place {
        let whole = self.place.range();
        match whole.len().checked_sub(self.key.len()) {
            // Bare, or in quotes and without escapes.
            Some(quotes @ (0 | 2)) => {
                let start = whole.start + quotes / 2;
                Place::new(self.place.source, start + range.start..start + range.end)
            }
            _ => self.place,
        }
    }
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }
}

impl Node {
    pub(crate) fn new(value: Value, place: Place) -> Self {
        Self { value, place, overlaid: false }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(&text.value),
            _ => None,
        }
    }

    pub(crate) fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The value of `key`, if this is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.as_table()?.get(key)
    }

    /// A table with only some of its keys.
    pub(crate) fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let entries = self.as_table().into_iter().flat_map(|it| &it.entries);
        let entries = entries.filter(|it| wanted(&it.key)).cloned().collect();
        Self { value: Value::Table(Table { entries }), ..*self }
    }

    /// Takes in what another table holds: tables of one key become one. Of what only one of the two
    /// can say, this one's stays.
    pub(crate) fn merge(&mut self, other: Self) {
        let (Value::Table(table), Value::Table(more)) = (&mut self.value, other.value) else {
            return;
        };
        for entry in more.entries {
            match table.get_mut(&entry.key) {
                Some(node) => node.merge(entry.node),
                None => table.entries.push(entry),
            }
        }
    }

    /// What it is, for "expected …, found …".
    pub(crate) fn found(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Integer(_) | Value::Float(_) => "a bare number",
            Value::Bool(_) => "true or false",
            Value::Datetime => "a bare date or time",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The place of `range` within a text node; the whole node where that is not known.
    pub(crate) fn place_of(&self, range: Range<usize>) -> Place {
        match &self.value {
            Value::Text(Text { verbatim: Some(start), .. }) => {
                let start = *start as usize;
                Place::new(self.place.source, start + range.start..start + range.end)
            }
            _ => self.place,
        }
    }

    /// Roughly its bytes in memory: bounds what overrides may multiply.
    pub(crate) fn weight(&self) -> usize {
        let inside = match &self.value {
            Value::Text(text) => text.value.len(),
            Value::Array(items) => items.iter().map(Self::weight).sum(),
            Value::Table(table) => {
                table.entries.iter().map(|it| it.key.len() + it.node.weight()).sum()
            }
            _ => 0,
        };
        inside + size_of::<Entry>()
    }
}

/// Reads a whole file.
pub(crate) fn parse_document(text: &str, source: SourceId) -> Result<Node, Vec<Diagnostic>> {
    check_size(text, source)?;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .take(SYNTAX_ERRORS_MAX)
            .map(|it| syntax(text, source, it))
            .collect());
    }
    let mut convert = Convert { text, base: 0, source, faults: Vec::new() };
    let table = convert.table(table.into_inner(), 0);
    convert.finish(Node::new(Value::Table(table), Place::new(source, 0..0)))
}

/// Reads one value, that of an override, which stands at `range` in `text`. `None` if it is no
/// TOML.
pub(crate) fn parse_value(
    text: &str,
    range: Range<usize>,
    source: SourceId,
) -> Option<Result<Node, Vec<Diagnostic>>> {
    let base = range.start;
    let value = DeValue::parse(text.get(range)?).ok()?;
    let mut convert = Convert { text, base, source, faults: Vec::new() };
    let node = convert.node(value, 0);
    Some(convert.finish(node))
}

/// A string that stands in `text` without quotes.
pub(crate) fn bare_text(text: &str, range: Range<usize>, source: SourceId) -> Node {
    let value = text.get(range.clone()).unwrap_or_default().to_owned();
    let verbatim = Some(range.start as u32);
    Node::new(Value::Text(Text { value, verbatim }), Place::new(source, range))
}

/// Refuses a text that is longer than [`TEXT_MAX`].
pub(crate) fn check_size(text: &str, source: SourceId) -> Result<(), Vec<Diagnostic>> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    let message = format!("the text has {} bytes; at most {TEXT_MAX} are read", text.len());
    Err(vec![Diagnostic::new(Code::TooLarge, Place::new(source, 0..0), message)])
}

fn syntax(text: &str, source: SourceId, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let word = text.get(span.clone()).unwrap_or_default();
    let quoted = error.message().starts_with("string values must be quoted") && !word.is_empty();
    let help = quoted.then(|| format!("write \"{word}\""));
    Diagnostic::new(Code::Syntax, Place::new(source, span), error.message()).maybe_help(help)
}

/// From TOML's tree to ours; collects what ours does not take.
struct Convert<'a> {
    text: &'a str,
    /// Where TOML's text begins in `text`.
    base: usize,
    source: SourceId,
    faults: Vec<Diagnostic>,
}

impl Convert<'_> {
    fn finish(self, node: Node) -> Result<Node, Vec<Diagnostic>> {
        if self.faults.is_empty() { Ok(node) } else { Err(self.faults) }
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place::new(self.source, self.base + span.start..self.base + span.end)
    }

    fn node(&mut self, node: Spanned<DeValue<'_>>, depth: usize) -> Node {
        let place = self.place(&node.span());
        let value = if depth < DEPTH_MAX {
            self.value(node.into_inner(), place, depth)
        } else {
            let message = format!("more than {DEPTH_MAX} tables and lists inside each other");
            self.faults.push(Diagnostic::new(Code::TooLarge, place, message));
            Value::Bool(false)
        };
        Node::new(value, place)
    }

    fn value(&mut self, value: DeValue<'_>, place: Place, depth: usize) -> Value {
        match value {
            DeValue::String(text) => Value::Text(self.string(text.into_owned(), place)),
            DeValue::Integer(it) => self.integer(it.as_str(), it.radix(), place),
            DeValue::Float(it) => Value::Float(it.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Datetime(_) => Value::Datetime,
            DeValue::Array(items) => {
                Value::Array(items.into_iter().map(|it| self.node(it, depth + 1)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)),
        }
    }

    fn integer(&mut self, digits: &str, radix: u32, place: Place) -> Value {
        i128::from_str_radix(digits, radix).map_or_else(
            |_| {
                let message = "the number is too large";
                self.faults.push(Diagnostic::new(Code::OutOfRange, place, message));
                Value::Integer(0)
            },
            Value::Integer,
        )
    }

    fn string(&self, value: String, place: Place) -> Text {
        let range = place.range();
        let quoted = self.text.get(range.clone()).unwrap_or_default();
        let one_line =
            quoted.len() == value.len() + 2 && quoted.get(1..=value.len()) == Some(&value);
        Text { value, verbatim: one_line.then_some(range.start as u32 + 1) }
    }

    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Table {
        let mut entries: Vec<_> = table
            .into_iter()
            .map(|(key, value)| Entry {
                place: self.place(&key.span()),
                key: key.into_inner().into_owned(),
                node: self.node(value, depth + 1),
            })
            .collect();
        order::sort_by_key(&mut entries, |it| it.place.start().min(it.node.place.start()));
        Table { entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Node {
        parse_document(text, SourceId::FILE).expect("valid TOML")
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "title = \"a shop\"\n[service.checkout]\nworkers = 0x10\n";
        let tree = parse(text);
        let title = tree.get("title").expect("title");
        assert_eq!(&text[title.place.range()], "\"a shop\"");
        assert_eq!(&text[title.place_of(2..6).range()], "shop");
        let checkout = tree.get("service").and_then(|it| it.get("checkout")).expect("checkout");
        assert_eq!(&text[checkout.place.range()], "[service.checkout]");
        assert!(matches!(checkout.get("workers").map(|it| &it.value), Some(Value::Integer(16))));
    }

    #[test]
    fn a_place_inside_an_escaped_string_is_the_whole_string() {
        let tree = parse(r#"title = "a\tb""#);
        let title = tree.get("title").expect("title");
        assert_eq!(title.place_of(1..2).range(), 8..14);
    }

    #[test]
    fn keys_keep_the_order_of_the_text() {
        let tree = parse("z = 1\na = 2\n[m]\n[b]\n");
        let keys: Vec<_> = tree.as_table().expect("a table").keys().collect();
        assert_eq!(keys, ["z", "a", "m", "b"]);
    }

    #[test]
    fn all_syntax_errors_are_told_and_a_bare_quantity_is_told_to_be_quoted() {
        let faults = parse_document("a = 250ms\nb = 1\nb = 2\n", SourceId::FILE).expect_err("bad");
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert_eq!(faults[0].span, 4..9);
        assert_eq!(faults[0].help.as_deref(), Some("write \"250ms\""));
        assert!(faults[1].message.contains("duplicate key"));
    }

    #[test]
    fn size_depth_and_numbers_are_bounded() {
        let code = |text: &str| parse_document(text, SourceId::FILE).expect_err("too much")[0].code;
        assert_eq!(code(&" ".repeat(TEXT_MAX + 1)), Code::TooLarge);
        assert_eq!(code(&format!("a = {}{}", "[".repeat(40), "]".repeat(40))), Code::TooLarge);
        assert_eq!(code(&format!("a = {}", "[".repeat(100_000))), Code::Syntax);
        assert_eq!(code(&format!("a = 1{}", "0".repeat(60))), Code::OutOfRange);
    }
}
