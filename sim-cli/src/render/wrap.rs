//! Long lines.

use textwrap::{Options, WordSplitter, wrap};

/// `text` after `head`, broken to `width`; the lines that follow are indented. Ends the line.
pub(crate) fn hanging(head: &str, indent: usize, text: &str, width: usize) -> String {
    let indent = " ".repeat(indent);
    let options = Options::new(width.max(indent.len() + 30))
        .initial_indent(head)
        .subsequent_indent(&indent)
        .word_splitter(WordSplitter::NoHyphenation);
    wrap(text, options).join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_indented() {
        let text = "gives up an attempt after 300 ms; the callee goes on working";
        let want = "  1. timeout gives up an attempt after\n           300 ms; the callee goes on\n           working\n";
        assert_eq!(hanging("  1. timeout ", 11, text, 41), want);
    }
}
