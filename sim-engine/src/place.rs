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

impl SourceText {
    /// The line and the column, both counted from 1, of the character at byte `at`.
    pub fn line_and_column(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// One of the texts that a scenario is made of, see `scenario::Source::sources`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The scenario file itself.
    pub const FILE: Self = Self(0);

    /// Its row in `scenario::Source::sources`.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where in which text something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// In which text.
    pub source: SourceId,
    start: u32,
    end: u32,
}

impl Place {
    /// `range` lies within a text of at most 4 GiB bytes.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, start: range.start as u32, end: range.end as u32 }
    }

    /// At which byte it begins.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// From which byte to which.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// `range` without blanks at its ends.
pub fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = SourceText { name: String::new(), text: "a\nüb\n\nc".to_owned() };
        let places = [0, 1, 2, 3, 4, 6, 7, 99].map(|at| text.line_and_column(at));
        let want = [(1, 1), (1, 2), (2, 1), (2, 1), (2, 2), (3, 1), (4, 1), (4, 2)];
        assert_eq!(places, want);
    }
}
