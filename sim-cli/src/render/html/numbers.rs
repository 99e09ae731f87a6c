//! The numbers behind a row of charts, as a table: for who cannot see them, and for the read-out.

use sim_plot::markup::{Element, Markup, el};
use sim_plot::thin::{Fold, factor, thin};

use super::stage::{Column, Figure, Track};
use crate::render::figure::{NONE, exact};
use crate::render::instant::{instant, span};

/// Rows at most.
const MOST: usize = 60;

/// A closed table with a row for each stretch of time and the columns of all figures.
pub(super) fn table(tracks: &[Track<'_>], figures: &[Figure]) -> Markup {
    let count = figures.iter().flat_map(|it| &it.columns).map(|it| it.values.len()).max();
    let (Some(count), Some(first)) = (count.filter(|it| *it > 0), tracks.first()) else {
        return Markup::default();
    };
    let factor = factor(count, MOST);
    let (window, from) = first.grain();
    let step = window * factor as f64;
    let columns: Vec<_> = figures
        .iter()
        .enumerate()
        .flat_map(|(of, figure)| figure.columns.iter().map(move |it| Shown::of(of, it, factor)))
        .collect();
    let rows = (0..count.div_ceil(factor)).map(|row| {
        let at = from + row as f64 * step;
        let when = el("th").attr("scope", "row").text(&instant(at));
        el("tr").attr("data-t", at).child(when).children(columns.iter().map(|it| it.cell(row)))
    });
    let body = el("tbody").children(rows);
    let several = tracks.len() > 1;
    let heads =
        columns.iter().map(|it| it.head(several.then(|| &*tracks[it.of].variant.report.name)));
    let head = el("tr").child(el("th").attr("scope", "col").text("from")).children(heads);
    let summary = el("summary").text(&format!("The numbers, in steps of {}", span(step)));
    let table = el("table").child(el("thead").child(head)).child(body);
    el("details").class("data").child(summary).child(el("div").class("wrap").child(table)).into()
}

/// A column in steps.
struct Shown<'c> {
    /// The number of its figure.
    of: usize,
    column: &'c Column,
    values: Vec<f64>,
}

impl<'c> Shown<'c> {
    fn of(of: usize, column: &'c Column, factor: usize) -> Self {
        Self { of, column, values: thin(&column.values, factor, column.fold) }
    }

    fn head(&self, variant: Option<&str>) -> Element {
        let most = if self.column.fold == Fold::Highest { ", highest" } else { "" };
        let variant = variant.map(|it| el("small").text(it));
        let head = el("th").attr("scope", "col").class("r").children(variant);
        head.text(&format!("{}{most}", self.column.name))
    }

    fn cell(&self, row: usize) -> Element {
        let value = self.values.get(row).copied().filter(|it| it.is_finite());
        let text = value.map_or(NONE.to_owned(), |it| exact(it, self.column.unit));
        let cell = el("td").class("r").attr("data-of", self.of);
        cell.attr("data-name", &self.column.name).text(&text)
    }
}
