//! How wide text is, without a font to ask: as in the widest of those that pages fall back to.

/// The width of a text in sizes of its font.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(of).sum()
}

/// Of `DejaVu Sans`, rounded up; ideographs are as wide as they are high.
fn of(char: char) -> f64 {
    match char {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | 'I' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' | '"' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.96,
        'A'..='Z' => 0.7,
        '\u{2e80}'..='\u{ffef}' | '\u{1f000}'.. => 1.0,
        _ => 0.63,
    }
}
