//! Text from elsewhere, made safe to show: scenario files are text from anywhere, and terminals obey
//! some of it.

/// `text` without what a terminal would obey or what turns the direction of writing; each such
/// character is replaced by one of as many bytes, so that places in the text stay where they are.
pub fn harmless(text: &str) -> String {
    text.chars().map(harmless_char).collect()
}

/// The same, but lines and tabs stay.
pub fn harmless_lines(text: &str) -> String {
    let keeps = |char| matches!(char, '\n' | '\t');
    text.chars().map(|it| if keeps(it) { it } else { harmless_char(it) }).collect()
}

/// One character of it.
pub(super) fn harmless_char(char: char) -> char {
    let turns = matches!(
        char,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    match (char.is_control() || turns, char.len_utf8()) {
        (false, _) => char,
        (true, 1) => '?',
        (true, 2) => '¿',
        (true, _) => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_for_a_terminal_to_obey() {
        let nasty = "a\u{1b}[31mb\u{9b}c\u{202e}d\r\n\te";
        assert_eq!(harmless(nasty), "a?[31mb¿c\u{fffd}d???e");
        assert_eq!(harmless_lines(nasty), "a?[31mb¿c\u{fffd}d?\n\te");
        assert_eq!(harmless(nasty).len(), nasty.len());
    }
}
