//! Diagnostics as text: the faulty line, the place marked, and the help.
//!
//! The text shown is whatever somebody wrote: control characters, and those that change the
//! direction of writing, are replaced; long lines are cut.

use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::diagnostic::Diagnostic;
use super::harmless::{harmless, harmless_char};
use super::place::SourceText;

const TAB: usize = 4;
/// Columns shown of a line at most, and of them before the marked place.
const COLUMNS_MAX: usize = 160;
const COLUMNS_BEFORE: usize = 60;

/// All `diagnostics`, one after the other, without colours.
///
/// ```text
/// error[S004]: unknown service `chekout`
///   --> retry-storm.toml:14:10
///    |
/// 14 |   to = "chekout"
///    |        ^^^^^^^^^
///    = help: did you mean `checkout`?
/// ```
pub fn render(diagnostics: &[Diagnostic], sources: &[SourceText]) -> String {
    let parts: Vec<_> = diagnostics.iter().map(|it| render_one(it, sources)).collect();
    parts.join("\n")
}

fn render_one(diagnostic: &Diagnostic, sources: &[SourceText]) -> String {
    let mut out = format!("error[{}]: {}\n", diagnostic.code, harmless(&diagnostic.message));
    let mut gutter = 1;
    if let Some(source) = sources.get(diagnostic.source.index()) {
        gutter = excerpt(&mut out, source, &diagnostic.span);
    }
    if let Some(help) = &diagnostic.help {
        let pad = " ".repeat(gutter);
        writeln!(out, "{pad} = help: {}", harmless(help)).expect("a String takes all");
    }
    out
}

/// The line in which `span` begins, with the part of it in that line marked; returns how wide the
/// line's number is.
fn excerpt(out: &mut String, source: &SourceText, span: &Range<usize>) -> usize {
    let start = floor(&source.text, span.start);
    let end = floor(&source.text, span.end).max(start);
    let line_start = source.text[..start].rfind('\n').map_or(0, |it| it + 1);
    let line = source.text[line_start..].lines().next().unwrap_or_default();
    let marked = start - line_start..(end - line_start).min(line.len()).max(start - line_start);
    let (number, column) = source.line_and_column(start);

    let line = Line::new(line, &marked);
    let gutter = number.to_string();
    let pad = " ".repeat(gutter.len());
    let name = harmless(&source.name);
    write!(
        out,
        "{pad}--> {name}:{number}:{column}\n{pad} |\n{gutter} | {}\n{pad} | {}{}\n",
        line.text,
        " ".repeat(line.indent),
        "^".repeat(line.marks.max(1)),
    )
    .expect("a String takes all");
    gutter.len()
}

/// A line as shown, and what of it is marked, in columns.
#[derive(Default)]
struct Line {
    text: String,
    indent: usize,
    marks: usize,
}

impl Line {
    fn new(line: &str, marked: &Range<usize>) -> Self {
        let before = line.get(..marked.start).unwrap_or(line);
        let skip = before.chars().count().saturating_sub(COLUMNS_BEFORE);
        let mut shown = Self::default();
        let mut columns = 0;
        if skip > 0 {
            shown.text.push('…');
            columns = 1;
        }
        shown.indent = columns;
        for (index, char) in line.char_indices().skip(skip) {
            let width = shown.push(char);
            columns += width;
            if index < marked.start {
                shown.indent += width;
            } else if index < marked.end {
                shown.marks += width;
            }
            if columns >= COLUMNS_MAX {
                shown.text.push('…');
                break;
            }
        }
        shown.text.truncate(shown.text.trim_end().len());
        shown
    }

    /// Appends `char` as it may be shown; returns its columns.
    fn push(&mut self, char: char) -> usize {
        if char == '\t' {
            self.text.push_str(&" ".repeat(TAB));
            return TAB;
        }
        let char = harmless_char(char);
        self.text.push(char);
        char.width().unwrap_or(0)
    }
}

/// The character boundary at or before `index`.
fn floor(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Code;
    use super::super::place::Place;
    use super::super::place::SourceId;
    use super::*;

    fn rendered(text: &str, span: Range<usize>, help: Option<&str>) -> String {
        let place = Place::new(SourceId::FILE, span);
        let diagnostic = Diagnostic::new(Code::UnknownName, place, "unknown service `chekout`")
            .maybe_help(help.map(str::to_owned));
        let source = SourceText { name: "storm.toml".to_owned(), text: text.to_owned() };
        render(&[diagnostic], &[source])
    }

    #[test]
    fn shows_the_line_and_marks_the_place() {
        let text = "[[service.shop.call]]\n  to = \"chekout\"\n";
        assert_eq!(
            rendered(text, 29..38, Some("did you mean `checkout`?")),
            "error[S004]: unknown service `chekout`
 --> storm.toml:2:8
  |
2 |   to = \"chekout\"
  |        ^^^^^^^^^
  = help: did you mean `checkout`?
"
        );
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_marks_in_place() {
        let shown = rendered("\tto = \"商店\" # x", 6..14, None);
        assert!(shown.contains("1 |     to = \"商店\" # x\n  |          ^^^^^^\n"), "{shown}");
    }

    #[test]
    fn only_the_first_of_several_lines_is_shown() {
        let shown = rendered("a = [\n1,\n2]", 4..11, None);
        assert!(shown.contains("1 | a = [\n  |     ^\n"), "{shown}");
    }

    #[test]
    fn hostile_text_loses_its_power() {
        let shown = rendered("a = \"\u{1b}[31m\u{202e}\"", 4..9, None);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}!{}", "x".repeat(5_000), "y".repeat(5_000));
        let shown = rendered(&text, 5_000..5_001, None);
        assert!(shown.len() < 600 && shown.contains("x!y"), "{shown}");
    }

    #[test]
    fn spans_outside_the_text_do_no_harm() {
        for span in [0..0, Range { start: 3, end: 2 }, 900..1_000, 1..2] {
            let _ = rendered("é", span.clone(), None);
            let _ = rendered("", span, None);
        }
    }
}
