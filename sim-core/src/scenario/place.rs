//! Which text, and where in it.

use std::ops::Range;

/// A text that diagnostics point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// What to call it: a file's path, or `--set`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// One of the texts that a scenario is made of, see [`Source::sources`](super::Source::sources).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub(crate) u32);

impl SourceId {
    /// The scenario file itself.
    pub const FILE: Self = Self(0);

    /// Its row in [`Source::sources`](super::Source::sources).
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where in which text something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: SourceId,
    start: u32,
    end: u32,
}

impl Place {
    /// `range` lies within a text of at most [`TEXT_MAX`](super::tree::TEXT_MAX) bytes.
    pub(crate) fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, start: range.start as u32, end: range.end as u32 }
    }

    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// `range` without blanks at its ends.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}
