//! The scenario as it was written, and what was put over it.

use std::path::Path;

use sim_core::scenario::SourceText;
use sim_plot::markup::{Element, Markup, el};

use super::Dossier;
use crate::render::figure::whole;

/// The file's text, closed, after the overrides.
pub(super) fn text(dossier: &Dossier<'_>) -> Markup {
    let Some((file, overrides)) = dossier.texts.split_first() else { return Markup::default() };
    let mut all = Markup::default();
    if !overrides.is_empty() {
        all.push(el("p").class("lead").text("With these values put into it:"));
        let set = |it: &SourceText| el("li").child(el("code").text(&format!("--set {}", it.text)));
        all.push(el("ul").children(overrides.iter().map(set)));
    }
    let name = Path::new(&file.name)
        .file_name()
        .map_or(file.name.clone(), |it| it.to_string_lossy().into_owned());
    let count = whole(file.text.lines().count() as u64);
    let summary = el("summary").text(&format!("{name}, {count} lines"));
    let lines = el("pre").children(file.text.lines().enumerate().map(line));
    all.push(el("details").class("box").child(summary).child(lines));
    all
}

/// One line with its number; comments and headings look like such.
fn line((index, text): (usize, &str)) -> Element {
    let class = match text.trim_start().chars().next() {
        Some('#') => "ln c",
        Some('[') => "ln h",
        _ => "ln",
    };
    el("span").class(class).attr("data-n", index + 1).text(text)
}
