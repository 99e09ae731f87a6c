//! The head of the page: style, theme, and a policy that lets nothing else in.

use sha2::{Digest, Sha256};
use sim_plot::markup::{Element, Markup, el};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Title, style, and what the browser may do: use this style and this script, and nothing else.
pub(super) fn head(title: &str) -> Element {
    let policy = format!(
        "default-src 'none'; style-src {} {}; script-src {}; base-uri 'none'; form-action 'none'",
        source(sim_plot::STYLE),
        source(STYLE),
        source(SCRIPT),
    );
    let meta =
        |name: &'static str, content: &str| el("meta").attr("name", name).attr("content", content);
    el("head")
        .child(el("meta").attr("charset", "utf-8"))
        .child(el("meta").attr("http-equiv", "Content-Security-Policy").attr("content", policy))
        .child(meta("viewport", "width=device-width,initial-scale=1"))
        .child(meta("color-scheme", "light dark"))
        .child(meta("generator", concat!("stormglass ", env!("CARGO_PKG_VERSION"))))
        .child(el("title").text(&format!("{title} – stormglass")))
        .child(el("style").child(Markup::verbatim(sim_plot::STYLE)))
        .child(el("style").child(Markup::verbatim(STYLE)))
}

/// Theme and read-out; the page is complete without it.
pub(super) fn script() -> Element {
    el("script").child(Markup::verbatim(SCRIPT))
}

/// Name and theme.
pub(super) fn header() -> Element {
    let name = el("div").class("logo").child(el("b").text("Stormglass"));
    let name = name.child(el("span").text("report of a simulation"));
    let theme = el("button").attr("id", "theme").attr("type", "button").attr("hidden", "hidden");
    el("header").child(name).child(theme.text("Light or dark"))
}

/// How a policy names a style or script that it allows.
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= chunk.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let cases = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let want = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        assert_eq!(cases.map(|it| base64(it.as_bytes())), want);
    }

    #[test]
    fn style_and_script_need_no_escaping() {
        for text in [sim_plot::STYLE, STYLE, SCRIPT] {
            assert!(!text.contains(['<', '&']) && !text.contains("://"), "{text}");
        }
    }
}
