//! What the file format takes, as data: for editors, forms and manuals.
//!
//! Made from the declarations that the reader reads by: a key that is unknown to one is unknown to
//! the other. A shape says what can be said of one value by itself. What needs more (names that
//! must exist, keys that go together, files) only [`Source::check`](super::Source::check) can tell.

use serde_json::Value;

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count {
        /// The least, included.
        least: u64,
        /// The most, included.
        most: u64,
    },
    /// A number without a unit.
    Number {
        /// The least, included.
        least: f64,
        /// The most, included.
        most: f64,
    },
    /// One word of a list.
    Word {
        /// What it names: `balancing`.
        of: &'static str,
        /// All of them.
        words: Vec<&'static str>,
    },
    /// A string with a meaning.
    Text(Text),
    /// An array.
    List {
        /// What each item is.
        item: Box<Self>,
        /// The fewest items.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A table whose keys are names that the file gives.
    Named {
        /// What each entry is.
        each: Box<Self>,
        /// The most entries.
        most: usize,
    },
    /// A table with these keys.
    Table(Table),
    /// One of several.
    Either(Vec<Self>),
    /// A table of paths and values: the overrides of a variant.
    Overrides,
    /// Anything.
    Any,
}

/// A string with a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it means.
    pub meaning: Meaning,
    /// A regular expression that each such text matches as a whole, of the syntax that ECMA-262 and
    /// the `fancy-regex` crate share. Not all that match have a meaning.
    pub pattern: Option<String>,
    /// How it may be written.
    pub examples: Vec<String>,
}

/// What a string means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Words for people.
    Prose,
    /// A name that the file gives: letters, digits, `_` and `-`.
    Name,
    /// A span of time, with its unit: ns, us, ms, s, min, h, d.
    Time,
    /// Something per time: /s, /min, /h, /d.
    Rate,
    /// A share of a whole, in %.
    Share,
    /// An amount of bytes: B, kB, MB, GB, KiB, MiB, GiB, …
    Size,
    /// A time of day.
    TimeOfDay,
    /// A span of time, or a law that spans follow.
    Law,
    /// How long to wait before each further try.
    Backoff,
    /// How many requests come, as a constant or by an expression.
    Profile,
    /// One change of a rate.
    RateChange,
    /// By which process requests come.
    Arrivals,
    /// What opens a breaker.
    Trip,
    /// A statement about a run, that is true or false of it.
    Statement,
    /// By when something comes true.
    Moment,
    /// The service, or the operation of one, that is asked.
    Target,
    /// The name of a pool.
    Pool,
    /// The name of a phase.
    Phase,
    /// The name of a variant.
    Variant,
    /// What a fault strikes.
    Struck,
    /// How much of its target a fault strikes.
    Blast,
    /// What a fallback answers.
    Answer,
}

/// A table with its keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// A name of its own: `Run`, `Service`.
    pub name: &'static str,
    /// What it is; Markdown.
    pub doc: String,
    /// In the order in which they are told.
    pub keys: Vec<Key>,
    /// Some of the keys belong to some kinds of such tables only.
    pub kinds: Option<Kinds>,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it is; Markdown.
    pub doc: String,
    /// Whether it must be there.
    pub required: bool,
    /// What its value must be, in a few words: `a time such as "250ms"`.
    pub expected: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// What holds where it is not there, if that can be written.
    pub default: Option<Value>,
}

/// Which keys belong to which kinds of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// The key whose word says the kind.
    pub by: &'static str,
    /// The keys of each kind beside those that all have: a key that is with none is with all.
    pub own: Vec<(&'static str, Vec<&'static str>)>,
}

impl Shape {
    /// A string of this meaning, of which `pattern` describes the whole.
    pub(crate) fn text(meaning: Meaning, pattern: &str, examples: &[&str]) -> Self {
        let pattern = (!pattern.is_empty()).then(|| format!("^(?:{pattern})$"));
        let examples = examples.iter().map(|it| (*it).to_owned()).collect();
        Self::Text(Text { meaning, pattern, examples })
    }

    /// This, or one of these words.
    #[must_use]
    pub(crate) fn or_words(self, of: &'static str, words: &[&'static str]) -> Self {
        Self::Either(vec![Self::Word { of, words: words.to_vec() }, self])
    }

    /// The same, but a text of zeros only is none of it.
    #[must_use]
    pub(crate) fn above_zero(self) -> Self {
        match self {
            Self::Text(Text { meaning, pattern: Some(pattern), examples }) => {
                let pattern = Some(format!("^(?=.*[1-9]){}", pattern.trim_start_matches('^')));
                Self::Text(Text { meaning, pattern, examples })
            }
            other => other,
        }
    }

    /// A table of which some keys belong to some kinds only.
    #[must_use]
    pub(crate) fn by_kind(self, kinds: Kinds) -> Self {
        match self {
            Self::Table(table) => Self::Table(Table { kinds: Some(kinds), ..table }),
            other => other,
        }
    }
}

impl Shape {
    /// The key that a path leads to, as overrides write paths: names of things and of entries are
    /// passed over, as they are the file's own.
    pub fn key_at(&self, path: &[&str]) -> Option<&Key> {
        let (first, rest) = path.split_first()?;
        match self {
            Self::Table(table) => match table.key(first) {
                Some(key) if rest.is_empty() => Some(key),
                Some(key) => key.shape.key_at(rest),
                None => None,
            },
            Self::Named { each, .. } | Self::List { item: each, .. } => each.key_at(rest),
            Self::Either(all) => all.iter().find_map(|it| it.key_at(path)),
            _ => None,
        }
    }
}

impl Table {
    /// The key that a path leads to: see [`Shape::key_at`].
    pub fn key_at(&self, path: &str) -> Option<&Key> {
        let path: Vec<&str> = path.split('.').collect();
        let (first, rest) = path.split_first()?;
        let key = self.key(first)?;
        if rest.is_empty() { Some(key) } else { key.shape.key_at(rest).or(Some(key)) }
    }

    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|it| it.name == name)
    }
}
