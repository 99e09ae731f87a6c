//! Architectures side by side, each with PASS or FAIL and why.

use sim_plot::markup::{Element, Markup, el};

use super::glyph::Glyph;
use crate::render::architectures::{Architectures, Standing};

/// What became of the targets of each, then the numbers.
pub(super) fn architectures(all: &Architectures<'_>) -> Markup {
    let head = ["", "architecture", "targets", "why"];
    let head = head.map(|it| el("th").attr("scope", "col").text(it));
    let head = el("thead").child(el("tr").children(head));
    let body = el("tbody").children(all.verdicts().map(row));
    let mut out = Markup::from(el("p").class("lead").text(&all.asked()));
    out.push(el("div").class("wrap").child(el("table").class("ver").child(head).child(body)));
    if let Some(cheapest) = all.cheapest() {
        out.push(el("p").child(el("b").text(&cheapest)));
    }
    out.push(all.table().markup());
    out
}

fn row((name, standing, why): (&str, Standing, String)) -> Element {
    let glyph = match standing {
        Standing::Pass => Glyph::Pass,
        Standing::Open => Glyph::Undecided,
        Standing::Fail => Glyph::Fail,
    };
    let cells = [name, standing.word(), &why].map(|it| el("td").text(it));
    el("tr").child(el("td").class("g").child(glyph.draw(16))).children(cells)
}
