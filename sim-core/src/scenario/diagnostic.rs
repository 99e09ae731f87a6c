//! What is wrong with a scenario: where it is, what it is, and how to mend it.

use crate::order;
use std::ops::Range;

use super::place::{Place, SourceId, SourceText};

/// One thing wrong with a scenario.
///
/// The code is stable: tests and editors match on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub code: Code,
    /// The text that it lies in: the file, or one of the overrides.
    pub source: SourceId,
    /// Byte range in that text.
    pub span: Range<usize>,
    /// Lower case, no full stop: reads on from "error: ".
    pub message: String,
    /// How to mend it, where that can be said.
    pub help: Option<String>,
}

/// Declares the codes: number and meaning stand at the variant, once.
macro_rules! codes {
    ($($number:literal $name:ident: $meaning:literal),+ $(,)?) => {
        /// The kind of a [`Diagnostic`]; its number never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $name,)+
        }

        impl Code {
            /// All codes in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As it is printed: `S004`.
            pub const fn number(self) -> &'static str {
                match self { $(Self::$name => $number,)+ }
            }

            /// One sentence on what it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }
        }
    };
}

codes! {
    "S001" Syntax: "The text is not TOML.",
    "S002" UnknownKey: "A table has a key that the format does not know there.",
    "S003" MissingKey: "A key that must be there is not.",
    "S004" UnknownName: "A name refers to nothing in this scenario.",
    "S005" WrongType: "A value is of another type than its key takes.",
    "S006" BadQuantity: "A time, rate, size or share cannot be read, or lacks its unit.",
    "S007" BadExpression: "A law, a back-off or another expression cannot be read.",
    "S008" UnknownWord: "A word is none of those that its key takes.",
    "S009" OutOfRange: "A value can be read but is impossible there.",
    "S010" Duplicate: "Two things that are addressed by their names share one.",
    "S011" Conflict: "Two settings exclude each other, or one needs another that is missing.",
    "S012" CallCycle: "Operations call each other in a circle: a request would never end.",
    "S013" NotYet: "Part of the format, but not of this version yet.",
    "S014" BadPath: "The path of an override cannot be read or leads nowhere.",
    "S015" BadFile: "A file that the scenario names cannot be read, or not in the way that it asks.",
    "S016" TooLarge: "The scenario is larger than this version takes.",
    "S017" Misfit: "A fault cannot strike what it is aimed at.",
    "S018" PolicyOrder: "A call's policy list and its settings do not agree.",
    "S019" BadName: "A name has characters that names do not have, or is reserved.",
    "S020" StepCycle: "Steps of a runbook wait for each other in a circle: none could begin.",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.number())
    }
}

impl Diagnostic {
    pub(crate) fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            source: place.source,
            span: place.range(),
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

/// What was refused, with the texts that it is wrong in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Vec<SourceText>,
}

impl Refused {
    /// An argument of the command line, which the diagnostics point into as if it were the file.
    pub(crate) fn argument(name: &str, text: &str, diagnostics: Vec<Diagnostic>) -> Self {
        let source = SourceText { name: name.to_owned(), text: text.to_owned() };
        Self { diagnostics, sources: vec![source] }
    }

    /// Adds what is wrong elsewhere. What is said of the same words at the same place of two
    /// overrides is told once, whatever else they say.
    pub(crate) fn merge(&mut self, other: &Self) {
        for diagnostic in &other.diagnostics {
            if !self.diagnostics.iter().any(|it| self.says(it) == other.says(diagnostic)) {
                let source = self.source(&other.sources[diagnostic.source.index()]);
                self.diagnostics.push(Diagnostic { source, ..diagnostic.clone() });
            }
        }
    }

    /// What a diagnostic says, of which words, where in which text.
    fn says<'a>(&'a self, it: &'a Diagnostic) -> (&'a str, &'a str, usize, &'a str) {
        let SourceText { name, text } = &self.sources[it.source.index()];
        (&it.message, text.get(it.span.clone()).unwrap_or_default(), it.span.start, name)
    }

    fn source(&mut self, source: &SourceText) -> SourceId {
        let known = self.sources.iter().position(|it| it == source);
        let index = known.unwrap_or_else(|| {
            self.sources.push(source.clone());
            self.sources.len() - 1
        });
        SourceId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// Puts diagnostics in the order of the text, each once.
pub(crate) fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    order::sort_by(&mut diagnostics, |a, b| {
        let key = |it: &Diagnostic| (it.source, it.span.start, it.span.end, it.code);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    diagnostics.dedup();
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_in_order() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn what_is_said_of_the_same_words_is_told_once() {
        let refused = |text: &str| {
            let diagnostic = Diagnostic::new(Code::BadPath, Place::new(SourceId::FILE, 0..1), "x");
            Refused::argument("--vary", text, vec![diagnostic])
        };
        let mut all = refused("a=1");
        for text in ["b=1", "a=1", "a=2", "b=2"] {
            all.merge(&refused(text));
        }
        let texts: Vec<_> =
            all.diagnostics.iter().map(|it| &*all.sources[it.source.index()].text).collect();
        assert_eq!(texts, ["a=1", "b=1"], "of the words that are marked, not of the rest");
    }

    #[test]
    fn sorting_goes_by_place_and_drops_repetitions() {
        let at = |start, message: &str| {
            Diagnostic::new(Code::UnknownKey, Place::new(SourceId::FILE, start..start + 1), message)
        };
        let sorted = sorted(vec![at(7, "b"), at(3, "a"), at(7, "b")]);
        assert_eq!(sorted, [at(3, "a"), at(7, "b")]);
    }
}
