//! Tables declared once: the struct, its keys, what they take and their documentation.
//!
//! `section!` makes from one declaration a struct, the list of its keys, its shape for editors and
//! forms, and a reader that finds every fault of a table: unknown and missing keys, wrong types, bad
//! values.

use super::diagnostic::{Code, Diagnostic};
use super::nearest::nearest;
use super::reader::{Read, Reader};
use super::shape::{self, Shape};
use super::shortened::shortened;
use super::tree::{Entry, Node, Table};

/// A key that a table takes, as it is declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// The lines of its documentation.
    pub(crate) doc: &'static [&'static str],
    pub(crate) required: bool,
    /// What its value must be.
    pub(crate) expected: &'static str,
    /// What its value may be.
    pub(crate) shape: fn() -> Shape,
    /// What holds where it is not there, if that can be written.
    pub(crate) default: fn() -> Option<serde_json::Value>,
}

impl Key {
    fn described(&self) -> shape::Key {
        shape::Key {
            name: self.name,
            doc: paragraphs(self.doc),
            required: self.required,
            expected: self.expected,
            shape: (self.shape)(),
            default: (self.default)(),
        }
    }
}

/// The shape of a table, from its declaration.
pub(crate) fn described(table: &'static str, doc: &[&str], keys: &[Key]) -> Shape {
    Shape::Table(shape::Table {
        name: table.strip_suffix("Table").unwrap_or(table),
        doc: paragraphs(doc),
        keys: keys.iter().map(Key::described).collect(),
        kinds: None,
    })
}

/// Lines of documentation as text: those of a paragraph become one.
fn paragraphs(lines: &[&str]) -> String {
    let lines = lines.iter().map(|it| it.trim());
    let mut text = String::new();
    for line in lines {
        let glue = match (text.is_empty() || text.ends_with('\n'), line.is_empty()) {
            (_, true) => "\n\n",
            (true, false) => "",
            (false, false) => " ",
        };
        text.push_str(glue);
        text.push_str(line);
    }
    text
}

/// Declares a table.
///
/// ```text
/// section! {
///     /// `[run]`.
///     struct RunTable {
///         /// Comes first and is not reported.
///         default warmup: SimDuration = SimDuration::ZERO,
///         /// The reported time.
///         required duration: Positive<SimDuration>,
///         /// A key that is a word of Rust.
///         optional lasts as "for": SimDuration,
///     }
///     later { "units" }
/// }
/// ```
///
/// Keys under `later` belong to the format but not to this version: each is refused as such.
macro_rules! section {
    (
        $(#[doc = $table_doc:literal])+
        struct $table:ident {
            $(
                $(#[doc = $doc:literal])+
                $mode:ident $field:ident $(as $name:literal)? : $type:ty $(= $default:expr)?
            ),+ $(,)?
        }
        $(later { $($later:literal),+ $(,)? })?
    ) => {
        $(#[doc = $table_doc])+
        #[derive(Debug)]
        #[allow(dead_code, reason = "some keys have one possible value: they are checked, not used")]
        pub(crate) struct $table {
            $($(#[doc = $doc])+ pub(crate) $field: $crate::scenario::table::section!(@type $mode $type),)+
        }

        impl $table {
            /// Every key, in the order of the declaration.
            pub(crate) const KEYS: &[$crate::scenario::table::Key] = &[$(
                $crate::scenario::table::Key {
                    name: $crate::scenario::table::section!(@name $field $($name)?),
                    doc: &[$($doc),+],
                    required: $crate::scenario::table::section!(@required $mode),
                    expected: <$type as $crate::scenario::reader::Read>::EXPECTED,
                    shape: <$type as $crate::scenario::reader::Read>::shape,
                    default: $crate::scenario::table::section!(@default $mode $type $(, $default)?),
                },
            )+];
            pub(crate) const LATER: &[&str] = &[$($($later),+)?];
        }

        impl $crate::scenario::reader::Read for $table {
            const EXPECTED: &'static str = "a table";

            fn shape() -> $crate::scenario::shape::Shape {
                let (name, doc) = (stringify!($table), &[$($table_doc),+]);
                $crate::scenario::table::described(name, doc, Self::KEYS)
            }

            fn read(
                node: &$crate::scenario::tree::Node,
                reader: &mut $crate::scenario::reader::Reader<'_>,
            ) -> Option<Self> {
                let mut keys = $crate::scenario::table::Keys::of(node, Self::KEYS, Self::LATER, reader)?;
                $(
                    let $field = $crate::scenario::table::section!(
                        @read $mode keys reader
                        $crate::scenario::table::section!(@name $field $($name)?), $type $(, $default)?
                    );
                )+
                keys.finish()?;
                // At once, and not each with a way out of its own: that is half the code.
                match ($($field,)+) {
                    ($(Some($field),)+) => Some(Self { $($field),+ }),
                    _ => None,
                }
            }
        }
    };
    (@type optional $type:ty) => { Option<$type> };
    (@type $mode:ident $type:ty) => { $type };
    (@required required) => { true };
    (@required $mode:ident) => { false };
    (@default default $type:ty, $default:expr) => {
        || <$type as $crate::scenario::reader::Read>::written(&$default)
    };
    (@default $mode:ident $type:ty) => { || None };
    (@name $field:ident $name:literal) => { $name };
    (@name $field:ident) => { stringify!($field) };
    (@read required $keys:ident $reader:ident $name:expr, $type:ty) => {
        $keys.required::<$type>($name, $reader)
    };
    (@read optional $keys:ident $reader:ident $name:expr, $type:ty) => {
        $keys.optional::<$type>($name, $reader)
    };
    (@read default $keys:ident $reader:ident $name:expr, $type:ty, $default:expr) => {
        $keys.optional::<$type>($name, $reader).map(|it| it.unwrap_or_else(|| $default))
    };
}
pub(crate) use section;

/// The keys of one table while it is read.
pub(crate) struct Keys<'a> {
    node: &'a Node,
    table: &'a Table,
    /// Known keys that unknown ones are probably meant to be.
    meant: Vec<&'a str>,
    /// Whether every key of the table is known.
    known: bool,
}

impl<'a> Keys<'a> {
    /// Tells every key that is not `known`, and those that are left for `later`.
    pub(crate) fn of(
        node: &'a Node,
        known: &[Key],
        later: &[&'static str],
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        let Some(table) = node.as_table() else {
            return reader.wrong_type(node, "a table");
        };
        let mut keys = Self { node, table, meant: Vec::new(), known: true };
        for entry in &table.entries {
            if later.contains(&entry.key.as_str()) {
                keys.known = false;
                reader.not_yet::<()>(entry.place, &format!("`{}`", entry.key));
            } else if !known.iter().any(|key| key.name == entry.key) {
                keys.known = false;
                keys.tell_unknown(entry, known, later, reader);
            }
        }
        Some(keys)
    }

    fn tell_unknown(
        &mut self,
        entry: &Entry,
        known: &[Key],
        later: &[&'static str],
        reader: &mut Reader<'_>,
    ) {
        let names = known.iter().map(|key| key.name);
        let near = self.near(&entry.key, names.clone().chain(later.iter().copied()), reader);
        self.meant.extend(near);
        let help = near.map_or_else(
            || format!("the keys here are {}", names.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("unknown key `{}`", shortened(&entry.key));
        reader.tell(Diagnostic::new(Code::UnknownKey, entry.place, message).help(help));
    }

    /// The name nearest to `key`, rather one that the table does not have yet.
    fn near(
        &self,
        key: &str,
        names: impl Iterator<Item = &'static str> + Clone,
        reader: &Reader<'_>,
    ) -> Option<&'static str> {
        if !reader.has_time_for_hints() {
            return None;
        }
        let unused = names.clone().filter(|it| self.table.get(it).is_none());
        nearest(key, unused).or_else(|| nearest(key, names))
    }

    /// Nothing where there are keys that do not belong: what follows from them is no news.
    pub(crate) fn finish(&self) -> Option<()> {
        self.known.then_some(())
    }

    /// The value of a key that must be there.
    #[inline(never)]
    pub(crate) fn required<T: Read>(&mut self, name: &str, reader: &mut Reader<'_>) -> Option<T> {
        if let Some(node) = self.table.get(name) {
            return T::read(node, reader);
        }
        self.tell_missing(name, T::EXPECTED, reader);
        None
    }

    #[cold]
    fn tell_missing(&self, name: &str, expected: &str, reader: &mut Reader<'_>) {
        if !self.meant.contains(&name) {
            let message = format!("`{name}` is missing");
            let fault = Diagnostic::new(Code::MissingKey, self.node.place, message);
            reader.tell(fault.help(format!("it takes {expected}")));
        }
    }

    /// The value of a key that may be there; the outer `None` is a fault.
    #[expect(clippy::option_option, reason = "absent and faulty are two different things")]
    #[inline(never)]
    pub(crate) fn optional<T: Read>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_>,
    ) -> Option<Option<T>> {
        match self.table.get(name) {
            Some(node) => T::read(node, reader).map(Some),
            None => Some(None),
        }
    }
}
