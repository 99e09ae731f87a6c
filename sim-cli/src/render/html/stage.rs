//! What all charts of the page share: the time line, the width, and how series are made to fit.

use sim_core::report::{EntityKind, Series, Unit};
use sim_plot::markup::{Element, Markup, el};
use sim_plot::thin::{self, Fold, factor};
use sim_plot::{Fault, Frame, TimeLine, Windows};

use super::numbers;
use super::{Dossier, Variant};
use crate::render::figure::exact;

/// Pixels of a chart: two in a row, or three.
const WIDE: f64 = 494.0;
const NARROW: f64 = 322.0;
/// Pixels of a window that can be told from its neighbours.
const FINEST: f64 = 2.0;

/// The charts' common ground.
pub(super) struct Stage<'a> {
    pub(super) variants: Vec<Track<'a>>,
    width: f64,
    columns: usize,
}

/// One variant on the stage.
pub(super) struct Track<'a> {
    pub(super) variant: &'a Variant<'a>,
    pub(super) time: TimeLine,
    /// Of the values that [`Track::thin`] gives.
    pub(super) windows: Windows,
    /// Windows of the warm-up, which is not shown.
    skipped: usize,
    factor: usize,
}

/// One series behind a chart, in all its windows.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) fold: Fold,
    pub(super) values: Vec<f64>,
}

/// A chart with what is behind it; where there is nothing to draw, a sentence that says so.
pub(super) struct Figure {
    pub(super) drawn: Result<Markup, String>,
    /// What else is to be said, beside its name.
    pub(super) aside: String,
    pub(super) columns: Vec<Column>,
}

/// What a row of charts shows.
pub(super) struct Heading<'a> {
    pub(super) title: String,
    pub(super) note: &'a str,
}

impl<'a> Stage<'a> {
    pub(super) fn of(dossier: &'a Dossier<'a>) -> Self {
        let count = dossier.variants.len();
        let (width, columns) = match count {
            1 => (WIDE, 1),
            2 | 4 => (WIDE, 2),
            _ => (NARROW, 3),
        };
        let ends = dossier.variants.iter().filter_map(|it| it.report.phases.last());
        let end = ends.map(|it| it.to).fold(0.0, f64::max);
        let most = (width / FINEST) as usize;
        let variants = dossier.variants.iter().map(|it| Track::of(it, end, most)).collect();
        Self { variants, width, columns }
    }

    /// What is to be known of all charts.
    pub(super) fn lead(&self) -> Element {
        let runs = self.variants.iter().map(|it| it.variant.report.replications).max().unwrap_or(0);
        let lines = if runs > 1 {
            format!("Lines are means of {runs} runs, bands their 95 % intervals, window by window.")
        } else {
            "Lines are of one run.".to_owned()
        };
        let same =
            if self.variants.len() > 1 { "All variants meet the same arrivals. " } else { "" };
        let text = format!("{same}{lines} Grey columns are faults.");
        el("p").class("lead wide").text(&text)
    }

    /// The names of all loads.
    pub(super) fn loads(&self) -> Vec<String> {
        let mut loads = Vec::new();
        for entity in self.variants.iter().flat_map(|it| &it.variant.report.entities) {
            if entity.kind == EntityKind::Load && !loads.contains(&entity.name) {
                loads.push(entity.name.clone());
            }
        }
        loads
    }

    /// A row with a chart for each variant, and the numbers behind them; nothing where no variant
    /// has anything to draw.
    pub(super) fn row(&self, heading: &Heading<'_>, figures: &[Figure]) -> Markup {
        if figures.iter().all(|it| it.drawn.is_err()) {
            return Markup::default();
        }
        let title = el("h3").text(&heading.title).child(el("span").text(heading.note));
        let shown = self.variants.iter().zip(figures).enumerate();
        let shown = shown.map(|(index, (track, figure))| self.figure(index, track, figure));
        let pair = el("div").class(&format!("pair c{}", self.columns)).children(shown);
        let numbers = numbers::table(&self.variants, figures);
        el("div").class("kind").child(title).child(pair).child(numbers).into()
    }

    fn figure(&self, index: usize, track: &Track<'_>, figure: &Figure) -> Element {
        let name = &track.variant.report.name;
        let named = (self.variants.len() > 1).then(|| el("b").text(name));
        let aside =
            (!figure.aside.is_empty()).then(|| el("span").text(&format!(" {}", figure.aside)));
        let read = el("span").class("read");
        let caption = el("figcaption").children(named).children(aside).child(read);
        let drawn = match &figure.drawn {
            Ok(chart) => chart.clone(),
            Err(why) => el("p").class("none").text(why).into(),
        };
        let shown = el("figure").attr("data-to", track.time.to).attr("data-of", index);
        shown.child(caption).child(drawn)
    }

    /// The frame of a chart.
    pub(super) fn frame<'f>(
        &self,
        track: &'f Track<'_>,
        title: &'f str,
        description: &'f str,
        height: f64,
    ) -> Frame<'f> {
        Frame {
            title,
            description,
            width: self.width,
            height,
            time: &track.time,
            names_faults: false,
            shows_times: true,
        }
    }
}

impl<'a> Track<'a> {
    fn of(variant: &'a Variant<'a>, end: f64, most: usize) -> Self {
        let report = variant.report;
        let skipped = (-report.series_from / report.window).ceil().max(0.0) as usize;
        let count = report.series.iter().map(|it| it.values.len()).max().unwrap_or(0);
        let factor = factor(count.saturating_sub(skipped), most);
        let fault = |it: &sim_core::report::FaultReport| Fault {
            name: it.name.clone(),
            from: it.from,
            to: it.to.unwrap_or(end),
        };
        let faults = report.faults.iter().map(fault).collect();
        let from = report.series_from + skipped as f64 * report.window;
        let windows = Windows { from, width: report.window * factor as f64 };
        Self { variant, time: TimeLine { from: 0.0, to: end, faults }, windows, skipped, factor }
    }

    /// What is shown of a series, in all its windows.
    pub(super) fn shown<'s>(&self, values: &'s [f64]) -> &'s [f64] {
        values.get(self.skipped..).unwrap_or_default()
    }

    /// What is shown of a series, in no more windows than can be told apart.
    pub(super) fn thin(&self, values: &[f64], fold: Fold) -> Vec<f64> {
        self.thin_shown(self.shown(values), fold)
    }

    /// The same of what is shown of one.
    pub(super) fn thin_shown(&self, values: &[f64], fold: Fold) -> Vec<f64> {
        thin::thin(values, self.factor, fold)
    }

    /// The seconds of a window of the report, and when the first shown one begins.
    pub(super) fn grain(&self) -> (f64, f64) {
        (self.variant.report.window, self.windows.from)
    }

    pub(super) fn series(&self, entity: &str, name: &str) -> Option<&'a Series> {
        self.variant.report.series(entity, name)
    }

    /// A series as what is behind a chart.
    pub(super) fn column(&self, name: &str, series: &Series, fold: Fold) -> Column {
        let values = self.shown(&series.values).to_vec();
        Column { name: name.to_owned(), unit: series.unit, fold, values }
    }
}

/// The highest of the values.
pub(super) fn highest<'v>(values: impl IntoIterator<Item = &'v f64>) -> f64 {
    values.into_iter().copied().filter(|it| it.is_finite()).fold(0.0, f64::max)
}

/// What there is to see, for who cannot.
pub(super) fn description(columns: &[Column]) -> String {
    let most = columns.iter().map(|it| {
        let most = exact(highest(&it.values), it.unit);
        format!("{} up to {most}", it.name)
    });
    let most = most.collect::<Vec<_>>().join(", ");
    if most.is_empty() { most } else { format!("{most}.") }
}
