//! Markup that holds no text unescaped: well-formed as XML, valid in HTML.
//!
//! Text from elsewhere can only come in through [`Markup::text`] and [`Element::attr`]; there it is
//! made harmless (nothing that turns the direction of writing, no control characters) and escaped.

use std::fmt::{Display, Write as _};

use sim_core::scenario::harmless_lines;

/// A piece of a page or picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Text to be shown as it is.
    pub fn text(text: &str) -> Self {
        Self(escaped(text))
    }

    /// Markup that stands in the program: it cannot have come from elsewhere.
    pub fn verbatim(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// Adds a piece.
    pub fn push(&mut self, piece: impl Into<Self>) {
        self.0.push_str(&piece.into().0);
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a canvas has drawn.
    pub(crate) fn drawn(content: String) -> Self {
        Self(content)
    }
}

impl<M: Into<Markup>> FromIterator<M> for Markup {
    fn from_iter<I: IntoIterator<Item = M>>(pieces: I) -> Self {
        let mut all = Self::default();
        pieces.into_iter().for_each(|it| all.push(it));
        all
    }
}

/// An element in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

/// A new element.
pub fn el(name: &'static str) -> Element {
    Element { name, attributes: String::new(), content: String::new() }
}

impl Element {
    /// Gives it an attribute.
    pub fn attr(mut self, name: &'static str, value: impl Display) -> Self {
        let value = escaped(&value.to_string());
        write!(self.attributes, " {name}=\"{value}\"").expect("a string takes all that is written");
        self
    }

    /// Gives it its classes.
    pub fn class(self, classes: &str) -> Self {
        self.attr("class", classes)
    }

    /// Puts text into it.
    pub fn text(self, text: &str) -> Self {
        self.child(Markup::text(text))
    }

    /// Puts a piece into it.
    pub fn child(mut self, piece: impl Into<Markup>) -> Self {
        self.content.push_str(piece.into().as_str());
        self
    }

    /// Puts pieces into it.
    pub fn children<M: Into<Markup>>(self, pieces: impl IntoIterator<Item = M>) -> Self {
        pieces.into_iter().fold(self, Self::child)
    }
}

/// Elements that HTML never closes, and shapes, which have no content worth an end tag.
const CLOSED_AT_ONCE: [&str; 8] = ["meta", "link", "br", "input", "path", "circle", "rect", "line"];

impl From<Element> for Markup {
    fn from(element: Element) -> Self {
        let Element { name, attributes, content } = element;
        if content.is_empty() && CLOSED_AT_ONCE.contains(&name) {
            return Self(format!("<{name}{attributes}/>"));
        }
        Self(format!("<{name}{attributes}>{content}</{name}>"))
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in harmless_lines(text).chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not characters, by Unicode; XML has none of them.
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_in_unescaped() {
        let nasty = "</text><script>'\"&]]>\u{202e}\u{7}\u{ffff}";
        let shown = Markup::from(el("p").attr("title", nasty).text(nasty));
        let want = "&lt;/text&gt;&lt;script&gt;&#39;&quot;&amp;]]&gt;\u{fffd}?\u{fffd}";
        assert_eq!(shown.as_str(), format!("<p title=\"{want}\">{want}</p>"));
    }

    #[test]
    fn only_shapes_and_void_elements_are_closed_at_once() {
        let shown: Markup =
            [el("td"), el("br"), el("path").child(el("title"))].into_iter().collect();
        assert_eq!(shown.as_str(), "<td></td><br/><path><title></title></path>");
    }
}
