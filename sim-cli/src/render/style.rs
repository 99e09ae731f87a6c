//! The few styles of text. Colour never says anything that the words do not.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Headings, and what counts most.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is there for completeness.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Failures.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Degraded answers, and warnings.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();

/// `text` in a style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
