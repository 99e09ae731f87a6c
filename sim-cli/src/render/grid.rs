//! Tables without lines: a column of labels, columns of figures, groups with headings.
//!
//! Where the columns do not fit side by side, the table is broken: the labels again, then the
//! columns that are left.

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell as TableCell, CellAlignment, Color, ContentArrangement, Row as TableRow, Table,
};

use sim_plot::markup::{Markup, el};

use super::markdown::text;
use super::style::{STRONG, paint};

/// How a figure is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// There for completeness.
    Faint,
    /// A degraded answer, a warning.
    Warn,
    /// A failure.
    Bad,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// As shown.
    pub(crate) text: String,
    /// How to take it.
    pub(crate) tone: Tone,
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Row {
    Heading(String),
    Figures(String, Vec<Cell>),
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    header: Vec<String>,
    rows: Vec<Row>,
}

impl Grid {
    /// A table with these columns, the labels' not counted.
    pub(crate) fn new(header: impl IntoIterator<Item = String>) -> Self {
        Self { header: header.into_iter().collect(), rows: Vec::new() }
    }

    /// Begins a group of rows.
    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.rows.push(Row::Heading(text.into()));
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, label: impl Into<String>, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.header.len());
        self.rows.push(Row::Figures(label.into(), cells));
    }

    /// Whether there are no figures.
    pub(crate) fn is_empty(&self) -> bool {
        !self.rows.iter().any(|it| matches!(it, Row::Figures(..)))
    }

    /// As text, no wider than `width` if at all possible.
    pub(crate) fn render(&self, width: usize) -> String {
        let parts = self.parts(width);
        let tables = parts.into_iter().map(|it| self.table(it));
        tables.collect::<Vec<_>>().join("\n")
    }

    /// As a table of GitHub's Markdown, figures at the right.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let header = std::iter::once(String::new()).chain(self.header.iter().map(|it| text(it)));
        let rule = self.header.iter().map(|_| "---:".to_owned());
        let mut out = line(header.collect());
        out.push_str(&line(std::iter::once("---".to_owned()).chain(rule).collect()));
        for row in &self.rows {
            let (label, cells) = match row {
                Row::Heading(heading) => (format!("**{}**", text(heading)), Vec::new()),
                Row::Figures(label, cells) => {
                    (text(label.trim()), cells.iter().map(|it| text(&it.text)).collect())
                }
            };
            let mut cells: Vec<_> = std::iter::once(label).chain(cells).collect();
            cells.resize(self.header.len() + 1, String::new());
            out.push_str(&line(cells));
        }
        out
    }

    /// As a table of a page.
    pub(crate) fn markup(&self) -> Markup {
        let head = self.header.iter().map(|it| el("th").attr("scope", "col").class("r").text(it));
        let head = el("tr").child(el("th").attr("scope", "col")).children(head);
        let line = |row: &Row| match row {
            Row::Heading(heading) => {
                let cell = el("th").attr("colspan", self.header.len() + 1);
                el("tr").class("group").child(cell.attr("scope", "rowgroup").text(heading))
            }
            Row::Figures(label, cells) => {
                let cells = cells.iter().map(|it| el("td").class("r").text(&it.text));
                let label = el("th").attr("scope", "row").text(label.trim());
                el("tr").child(label).children(cells)
            }
        };
        let body = el("tbody").children(self.rows.iter().map(line));
        let table = el("table").class("calls").child(el("thead").child(head)).child(body);
        el("div").class("wrap").child(table).into()
    }

    /// Which columns stand side by side.
    fn parts(&self, width: usize) -> Vec<std::ops::Range<usize>> {
        let widths = self.build(0..self.header.len()).column_max_content_widths();
        let widths: Vec<usize> = widths.into_iter().map(usize::from).collect();
        let labels = widths.first().copied().unwrap_or(0);
        let mut parts = Vec::new();
        let (mut first, mut used) = (0, labels);
        for (column, width_of) in widths.iter().skip(1).enumerate() {
            if used + GAP + width_of > width && column > first {
                parts.push(first..column);
                (first, used) = (column, labels);
            }
            used += GAP + width_of;
        }
        parts.push(first..self.header.len());
        parts
    }

    /// The table of figures, with the headings put between its lines: a long heading must not
    /// widen the column of labels.
    fn table(&self, columns: std::ops::Range<usize>) -> String {
        let table = self.build(columns);
        let mut lines = table.lines().map(|it| format!("{}\n", it.trim_end()));
        let mut out: String = lines.by_ref().take(self.header_lines()).collect();
        for row in &self.rows {
            match row {
                Row::Heading(text) => out.extend([paint(STRONG, text), "\n".to_owned()]),
                Row::Figures(..) => out.extend(lines.next()),
            }
        }
        out
    }

    fn header_lines(&self) -> usize {
        self.header.iter().map(|it| it.lines().count()).max().unwrap_or(0).max(1)
    }

    fn build(&self, columns: std::ops::Range<usize>) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.enforce_styling();
        table.style_text_only();
        let header = self.header[columns.clone()].iter();
        let header = std::iter::once("").chain(header.map(String::as_str));
        table.set_header(header.map(|it| TableCell::new(it).add_attribute(Attribute::Bold)));
        for row in &self.rows {
            if let Row::Figures(label, cells) = row {
                table.add_row(table_row(label, &cells[columns.clone()]));
            }
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { 0 } else { GAP as u16 }, 0));
            column.set_cell_alignment(if index == 0 {
                CellAlignment::Left
            } else {
                CellAlignment::Right
            });
        }
        table
    }
}

/// Space between columns.
const GAP: usize = 2;

fn table_row(label: &str, cells: &[Cell]) -> TableRow {
    let label = TableCell::new(format!("  {label}"));
    let cells = cells.iter().map(table_cell);
    TableRow::from(std::iter::once(label).chain(cells).collect::<Vec<_>>())
}

fn table_cell(cell: &Cell) -> TableCell {
    let shown = TableCell::new(&cell.text);
    match cell.tone {
        Tone::Plain => shown,
        Tone::Faint => shown.add_attribute(Attribute::Dim),
        Tone::Warn => shown.fg(Color::DarkYellow),
        Tone::Bad => shown.fg(Color::DarkRed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(["before".to_owned(), "slow".to_owned(), "after".to_owned()]);
        grid.heading("shop");
        grid.row("offered", vec!["120 /s".into(), "119 ± 1 /s".into(), "1 /s".into()]);
        grid
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn figures_stand_at_the_right() {
        let want = "\
            \x20          before        slow  after\n\
            shop\n\
            \x20 offered  120 /s  119 ± 1 /s   1 /s\n";
        assert_eq!(plain(&grid().render(80)), want);
    }

    #[test]
    fn the_same_in_markdown() {
        let want = "|  | before | slow | after |\n| --- | ---: | ---: | ---: |\n\
                    | **shop** |  |  |  |\n| offered | 120 /s | 119 ± 1 /s | 1 /s |\n";
        assert_eq!(grid().markdown(), want);
    }

    #[test]
    fn what_does_not_fit_is_put_below() {
        let want = "\
            \x20          before\n\
            shop\n\
            \x20 offered  120 /s\n\
            \n\
            \x20                slow\n\
            shop\n\
            \x20 offered  119 ± 1 /s\n\
            \n\
            \x20          after\n\
            shop\n\
            \x20 offered   1 /s\n";
        assert_eq!(plain(&grid().render(20)), want);
    }
}
