//! States of breakers over time.

use sim_core::report::Unit;
use sim_plot::markup::Markup;
use sim_plot::strip::{Row, Strip};
use sim_plot::thin::Fold;

use super::stage::{Column, Figure, Heading, Stage, Track, description};

/// One row for all breakers; nothing where there are none.
pub(super) fn row(stage: &Stage<'_>) -> Markup {
    let figures: Vec<_> = stage.variants.iter().map(|it| figure(stage, it)).collect();
    let note = "line closed, half block half-open, full block open; the share of callers and runs";
    stage.row(&Heading { title: "Breakers".to_owned(), note }, &figures)
}

fn figure(stage: &Stage<'_>, track: &Track<'_>) -> Figure {
    let breakers = breakers(track);
    let rows: Vec<_> = breakers.iter().map(|it| it.row(track)).collect();
    let columns: Vec<_> = breakers.iter().flat_map(|it| it.columns(track)).collect();
    let title = format!("States of breakers, {}", track.variant.report.name);
    let described = description(&columns);
    let frame = stage.frame(track, &title, &described, 30.0);
    let drawn =
        (!rows.is_empty()).then(|| Strip { frame, windows: track.windows, rows: &rows }.draw());
    let drawn = drawn.ok_or_else(|| format!("{} has no breaker.", track.variant.report.name));
    Figure { drawn, aside: String::new(), columns }
}

/// The breakers of a call.
struct Breakers {
    name: String,
    /// One, or one for each calling instance.
    count: f64,
}

fn breakers(track: &Track<'_>) -> Vec<Breakers> {
    let model = track.variant.model;
    let guarded = model.edges.entries().filter(|it| it.1.has_breaker);
    guarded
        .map(|(id, edge)| Breakers {
            name: edge.name.clone(),
            count: model.breakers.iter().filter(|it| it.edge == id).count() as f64,
        })
        .collect()
}

impl Breakers {
    /// The share of them in a state.
    fn share(&self, track: &Track<'_>, series: &str) -> Vec<f64> {
        let series = track.series(&self.name, series);
        let values = series.map_or(&[][..], |it| track.shown(&it.values));
        values.iter().map(|it| it / self.count).collect()
    }

    fn row(&self, track: &Track<'_>) -> Row {
        let thin = |series| track.thin_shown(&self.share(track, series), Fold::Mean);
        Row {
            name: self.name.clone(),
            open: thin("breakers_open"),
            half_open: thin("breakers_half_open"),
        }
    }

    fn columns(&self, track: &Track<'_>) -> [Column; 2] {
        [("breakers_open", "open"), ("breakers_half_open", "half open")].map(|(series, state)| {
            let name = format!("{} {state}", self.name);
            let values = self.share(track, series);
            Column { name, unit: Unit::Share, fold: Fold::Mean, values }
        })
    }
}
