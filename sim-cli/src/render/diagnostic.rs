//! What is wrong with a scenario, drawn: with the line and the place on a terminal, as plain text
//! elsewhere.

use std::fmt::{self, Write};

use miette::{
    Diagnostic as Drawable, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource,
    SourceCode, SourceSpan,
};
use sim_core::scenario::{Diagnostic, SourceText, render};

use super::look::Look;
use sim_core::scenario::{harmless, harmless_lines};

/// More than these are counted, not drawn.
const MOST: usize = 50;
/// A text with longer lines than this is not drawn but excerpted.
const LONGEST_LINE: usize = 400;

/// All `diagnostics`, one after the other.
pub(crate) fn draw(diagnostics: &[Diagnostic], sources: &[SourceText], look: &Look) -> String {
    let (shown, rest) = diagnostics.split_at(diagnostics.len().min(MOST));
    let picture = look.terminal && !sources.iter().any(has_long_lines);
    let mut out = if picture { pictures(shown, sources, look) } else { render(shown, sources) };
    if !rest.is_empty() {
        writeln!(out, "\n… and {} more faults", rest.len()).expect("a string takes all");
    }
    out
}

fn has_long_lines(source: &SourceText) -> bool {
    source.text.lines().any(|it| it.len() > LONGEST_LINE)
}

fn pictures(diagnostics: &[Diagnostic], sources: &[SourceText], look: &Look) -> String {
    let theme = if look.unicode { GraphicalTheme::unicode() } else { GraphicalTheme::ascii() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(look.width).with_links(false);
    let sources: Vec<_> = sources.iter().map(named).collect();
    let mut out = String::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        out.push_str(if index > 0 { "\n" } else { "" });
        let drawing = Drawing { diagnostic, source: sources.get(diagnostic.source.index()) };
        handler.render_report(&mut out, &drawing).expect("a string takes all that is written");
    }
    out
}

fn named(source: &SourceText) -> NamedSource<String> {
    NamedSource::new(harmless(&source.name), harmless_lines(&source.text))
}

/// A diagnostic with the text that it points into.
struct Drawing<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<&'a NamedSource<String>>,
}

impl fmt::Debug for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&harmless(&self.diagnostic.message))
    }
}

impl std::error::Error for Drawing<'_> {}

impl Drawable for Drawing<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.diagnostic.help.as_ref()?;
        Some(Box::new(harmless(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.map(|it| it as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.diagnostic.span.clone();
        let span = SourceSpan::from((span.start, span.end.saturating_sub(span.start)));
        let label = LabeledSpan::new_primary_with_span(None, span);
        Some(Box::new(std::iter::once(label)))
    }
}

#[cfg(test)]
mod tests {
    use sim_core::scenario::parse;

    use super::*;

    fn drawn(look: &Look) -> String {
        let text = "format = 1\ntitle = \"\u{7f}x\n";
        let diagnostics = parse(text).unwrap_err();
        let sources = [SourceText { name: "a\u{1b}b.toml".to_owned(), text: text.to_owned() }];
        draw(&diagnostics, &sources, look)
    }

    #[test]
    fn drawings_mark_the_place_and_hide_control_characters() {
        let terminal = Look { terminal: true, ..Look::of_file() };
        for look in [terminal, Look { unicode: false, ..terminal }, Look::of_file()] {
            let plain = anstream::adapter::strip_str(&drawn(&look)).to_string();
            assert!(plain.contains("S001") && plain.contains(".toml:2"), "{plain}");
            assert!(!plain.contains(|it: char| it.is_control() && it != '\n'), "{plain:?}");
        }
    }
}
