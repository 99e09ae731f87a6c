//! How text is laid out: how wide, and with which characters.

use std::io::{self, IsTerminal};

use supports_unicode::Stream;
use terminal_size::{Width, terminal_size_of};

/// Columns where there is no terminal to fit.
const WIDTH: usize = 100;
const NARROWEST: usize = 60;
const WIDEST: usize = 160;

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Columns.
    pub(crate) width: usize,
    /// Whether more than ASCII can be shown.
    pub(crate) unicode: bool,
    /// Whether it is a terminal.
    pub(crate) terminal: bool,
}

impl Look {
    /// For standard output.
    pub(crate) fn of_stdout() -> Self {
        let size = terminal_size_of(io::stdout());
        Self::of(io::stdout().is_terminal(), size.map(|it| it.0), Stream::Stdout)
    }

    /// For standard error.
    pub(crate) fn of_stderr() -> Self {
        let size = terminal_size_of(io::stderr());
        Self::of(io::stderr().is_terminal(), size.map(|it| it.0), Stream::Stderr)
    }

    /// For a file: the same whatever the terminal and the locale.
    pub(crate) const fn of_file() -> Self {
        Self { width: WIDTH, unicode: true, terminal: false }
    }

    fn of(terminal: bool, width: Option<Width>, stream: Stream) -> Self {
        if !terminal {
            return Self::of_file();
        }
        let width = width.map_or(WIDTH, |it| usize::from(it.0));
        Self {
            width: width.clamp(NARROWEST, WIDEST),
            unicode: supports_unicode::on(stream),
            terminal,
        }
    }

    /// `text` in the characters that can be shown. Each is replaced by one other, so that columns
    /// stay columns.
    pub(crate) fn fit(&self, text: &str) -> String {
        if self.unicode { text.to_owned() } else { text.chars().map(ascii).collect() }
    }
}

fn ascii(char: char) -> char {
    match char {
        '\0'..='\x7f' => char,
        '±' => '~',
        '–' | '—' | '─' | '━' | '▃' => '-',
        '·' => '.',
        '▂' => ':',
        '×' | '✗' => 'x',
        'µ' => 'u',
        '…' | '▁' => '_',
        '≤' => '<',
        '≥' | '→' => '>',
        '▄' => '=',
        '▅' | '✓' => '+',
        '▆' => '*',
        '▇' | '▒' => '%',
        '█' => '#',
        '│' | '├' | '┤' => '|',
        '└' => '`',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_keeps_the_columns() {
        let plain = Look { unicode: false, ..Look::of_file() };
        assert_eq!(plain.fit("41.2 ± 0.3 % ▁▄█ ü"), "41.2 ~ 0.3 % _=# ?");
        assert_eq!(Look::of_file().fit("±"), "±");
    }
}
