//! Where one value of a list ends and the next begins.

use std::ops::Range;

use super::fault;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::place::trimmed;

/// What stands in the one pair of square brackets around it all, or all.
pub(super) fn unbracketed(text: &str, range: Range<usize>) -> Result<Range<usize>, Diagnostic> {
    let mut outside = Vec::new();
    scan(text, range.clone(), |at, char| outside.push((at, char)))?;
    match outside[..] {
        [(open, '['), (close, ']')] => Ok(trimmed(text, open + 1..close)),
        _ => Ok(range),
    }
}

/// The parts of `range` between commas.
pub(super) fn items(text: &str, range: Range<usize>) -> Result<Vec<Range<usize>>, Diagnostic> {
    let mut items = Vec::new();
    let mut start = range.start;
    scan(text, range.clone(), |at, char| {
        if char == ',' {
            items.push(trimmed(text, start..at));
            start = at + 1;
        }
    })?;
    items.push(trimmed(text, start..range.end));
    Ok(items)
}

/// Where the first `..` stands that is in no brackets and quotes.
pub(super) fn dots(text: &str, range: &Range<usize>) -> Result<Option<usize>, Diagnostic> {
    let (mut found, mut before) = (None, None);
    scan(text, range.clone(), |at, char| {
        let follows = before.is_some_and(|it| it + 1 == at);
        if char == '.' && follows && found.is_none() {
            found = before;
        }
        before = (char == '.').then_some(at);
    })?;
    Ok(found)
}

/// Tells each character that is in no brackets and quotes, these themselves included.
fn scan(
    text: &str,
    range: Range<usize>,
    mut outside: impl FnMut(usize, char),
) -> Result<(), Diagnostic> {
    let offset = range.start;
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut chars = text[range].char_indices().map(|(at, char)| (offset + at, char));
    while let Some((at, char)) = chars.next() {
        match char {
            '"' | '\'' => skip_quoted(&mut chars, at, char)?,
            '(' | '[' | '{' => {
                if open.is_empty() {
                    outside(at, char);
                }
                open.push((at, closing(char)));
            }
            ')' | ']' | '}' => {
                if open.pop().is_none_or(|it| it.1 != char) {
                    return Err(wrong(at, "this bracket was not opened"));
                }
                if open.is_empty() {
                    outside(at, char);
                }
            }
            _ if open.is_empty() => outside(at, char),
            _ => {}
        }
    }
    match open.first() {
        Some((at, _)) => Err(wrong(*at, "this bracket is not closed")),
        None => Ok(()),
    }
}

/// To the end of what is quoted; a backslash quotes the next character in double quotes.
fn skip_quoted(
    chars: &mut impl Iterator<Item = (usize, char)>,
    start: usize,
    quote: char,
) -> Result<(), Diagnostic> {
    while let Some((_, char)) = chars.next() {
        if char == quote {
            return Ok(());
        }
        if char == '\\' && quote == '"' {
            chars.next();
        }
    }
    Err(wrong(start, "this quote is not closed"))
}

fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn wrong(at: usize, message: &str) -> Diagnostic {
    fault(Code::BadExpression, at..at + 1, message)
}
