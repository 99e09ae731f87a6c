//! The one grammar that names any value: `service.checkout.call.fraud.bulkhead.slots`.
//!
//! Names are separated by points; `*` stands for every element of a list or table of named
//! things; odd names are quoted: `load."black friday".rate`.

use std::fmt;
use std::ops::Range;

use winnow::Parser;
use winnow::combinator::{alt, delimited, separated};
use winnow::error::EmptyError;
use winnow::stream::LocatingSlice;
use winnow::token::take_while;

/// Segments of a path at most.
const SEGMENTS_MAX: usize = 16;

/// A path to a value, or with `*` to several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<Segment>,
}

/// One step of a path, and where it stands in the path's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) step: Step,
    pub(crate) range: Range<usize>,
}

/// Where one step goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the key or the element of this name.
    Name(String),
    /// To every element.
    Every,
}

/// Where a text stops being a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError {
    pub(crate) range: Range<usize>,
    pub(crate) message: &'static str,
}

impl Path {
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let segments: Vec<Segment> = separated(1.., segment, '.')
            .parse(LocatingSlice::new(text))
            .map_err(|error| wrong(text, error.offset()))?;
        if segments.len() > SEGMENTS_MAX {
            return Err(PathError { range: 0..text.len(), message: "this path is too long" });
        }
        Ok(Self { segments })
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.step {
            Step::Name(name) => f.write_str(name),
            Step::Every => f.write_str("*"),
        }
    }
}

fn segment(input: &mut LocatingSlice<&str>) -> Result<Segment, EmptyError> {
    alt((
        '*'.map(|_| Step::Every),
        bare.map(|name: &str| Step::Name(name.to_owned())),
        quoted('"'),
        quoted('\''),
    ))
    .with_span()
    .map(|(step, range)| Segment { step, range })
    .parse_next(input)
}

fn bare<'a>(input: &mut LocatingSlice<&'a str>) -> Result<&'a str, EmptyError> {
    take_while(1.., |c: char| c.is_alphanumeric() || c == '_' || c == '-').parse_next(input)
}

fn quoted<'a>(quote: char) -> impl Parser<LocatingSlice<&'a str>, Step, EmptyError> {
    delimited(quote, take_while(0.., move |c| c != quote), quote)
        .map(|name: &str| Step::Name(name.to_owned()))
}

fn wrong(text: &str, offset: usize) -> PathError {
    // After a point, what is missing is the name behind it.
    let point = offset > 0 && text.get(offset..).is_some_and(|it| it.starts_with('.'));
    let offset = offset + usize::from(point);
    let length = text.get(offset..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
    let message = if length == 0 {
        "this path ends too early: a name is missing"
    } else {
        "a path is made of names and points; other characters are quoted"
    };
    PathError { range: offset..offset + length, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<String> {
        let path = Path::parse(text).expect(text);
        path.segments.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn reads_names_stars_and_quotes() {
        assert_eq!(steps("seed"), ["seed"]);
        assert_eq!(steps("fault.fraud-slow.for"), ["fault", "fraud-slow", "for"]);
        assert_eq!(
            steps("service.checkout.call.*.retry.attempts"),
            ["service", "checkout", "call", "*", "retry", "attempts"]
        );
        assert_eq!(steps("load.\"black. friday\".rate"), ["load", "black. friday", "rate"]);
        assert_eq!(steps("load.'*'.rate")[1], "*");
        assert_eq!(Path::parse("a.'*'").expect("quoted").segments[1].step, Step::Name("*".into()));
    }

    #[test]
    fn says_where_a_text_stops_being_a_path() {
        let cases = [
            ("", 0..0),
            ("a.", 2..2),
            ("a b", 1..2),
            ("a..b", 2..3),
            ("a.*x", 3..4),
            ("\"a", 0..1),
        ];
        for (text, range) in cases {
            assert_eq!(Path::parse(text).expect_err(text).range, range, "{text}");
        }
        assert!(Path::parse(&"a.".repeat(100_000)).is_err());
    }
}
