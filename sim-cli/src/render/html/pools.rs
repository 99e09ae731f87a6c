//! How full pools are: slots in use, as shares of their sizes.

use sim_core::report::{EntityKind, EntityReport, Series, Unit};
use sim_plot::Ink;
use sim_plot::axis::Axis;
use sim_plot::lines::{Limit, Line, Lines};
use sim_plot::markup::Markup;
use sim_plot::thin::Fold;

use super::stage::{Column, Figure, Heading, Stage, Track, description, highest};
use crate::render::figure::{exact, whole};

/// Inks of lines that are of one kind.
pub(super) const INKS: [Ink; 4] = [Ink::FullEdge, Ink::DegradedText, Ink::RefusedText, Ink::Strong];

/// A pool with its size.
struct Pool<'a> {
    name: &'a str,
    slots: f64,
    series: &'a Series,
}

impl Pool<'_> {
    fn highest(&self, track: &Track<'_>) -> f64 {
        highest(track.shown(&self.series.values)) / self.slots
    }

    fn share(&self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|it| it / self.slots).collect()
    }

    fn column(&self, track: &Track<'_>) -> Column {
        let values = self.share(track.shown(&self.series.values));
        Column { name: self.name.to_owned(), unit: Unit::Share, fold: Fold::Mean, values }
    }

    fn line(&self, track: &Track<'_>, ink: Ink) -> Line {
        let thin = |values: &[f64]| self.share(&track.thin(values, Fold::Mean));
        Line {
            name: format!("{}, of {}", callee(self.name), whole(self.slots as u64)),
            ink,
            main: true,
            values: thin(&self.series.values),
            half_widths: thin(&self.series.half_widths),
        }
    }
}

/// One row for all pools.
pub(super) fn row(stage: &Stage<'_>) -> Markup {
    let figures: Vec<_> = stage.variants.iter().map(|track| figure(stage, track)).collect();
    let title = "Slots in use".to_owned();
    stage.row(&Heading { title, note: "share of the size of each pool" }, &figures)
}

fn figure(stage: &Stage<'_>, track: &Track<'_>) -> Figure {
    let mut pools = pools(track);
    let columns: Vec<_> = pools.iter().map(|it| it.column(track)).collect();
    let rest = fewer(&mut pools, |it| it.highest(track));
    let aside = rest.map_or(String::new(), |(count, most)| {
        format!("{count} more are never fuller than {}", exact(most, Unit::Share))
    });
    let lines: Vec<_> = pools.iter().zip(INKS).map(|(it, ink)| it.line(track, ink)).collect();
    let title = format!("Slots in use as shares of pool sizes, {}", track.variant.report.name);
    let described = description(&columns);
    let frame = stage.frame(track, &title, &described, 96.0);
    let limits = [Limit { name: String::new(), at: 1.0 }];
    let (windows, axis) = (track.windows, Axis::share(1.0));
    let chart = || Lines { frame, windows, lines: &lines, limits: &limits, axis }.draw();
    let drawn = (!lines.is_empty()).then(chart);
    let drawn = drawn.ok_or_else(|| "No slot of a pool is ever taken here.".to_owned());
    Figure { drawn, aside, columns }
}

/// Those of which a slot was ever taken.
fn pools<'a>(track: &Track<'a>) -> Vec<Pool<'a>> {
    let entities = track.variant.report.entities.iter().zip(&track.variant.limits.places);
    let pool = |(entity, places): (&'a EntityReport, &Option<f64>)| {
        let series = track.series(&entity.name, "in_flight")?;
        let slots = places.filter(|it| *it > 0.0)?;
        let name = entity.name.strip_suffix(".pool").unwrap_or(&entity.name);
        Some(Pool { name, slots, series })
    };
    let pools = entities.filter(|it| it.0.kind == EntityKind::Pool).filter_map(pool);
    pools.filter(|it| it.highest(track) > 0.0).collect()
}

/// What is called, of `caller -> callee`.
pub(super) fn callee(name: &str) -> &str {
    name.split_once(" -> ").map_or(name, |it| it.1)
}

/// Keeps as many as there are inks, the highest, in their order; tells how many are left out, and the
/// highest of those.
pub(super) fn fewer<T>(all: &mut Vec<T>, most: impl Fn(&T) -> f64) -> Option<(usize, f64)> {
    let mut tops: Vec<f64> = all.iter().map(&most).collect();
    tops.sort_by(|a, b| b.total_cmp(a));
    let (kept, rest) = tops.split_at_checked(INKS.len())?;
    let (least, next) = (*kept.last()?, *rest.first()?);
    let left_out = rest.len();
    let mut level = kept.iter().filter(|it| **it == least).count();
    all.retain(|it| {
        let (higher, equal) = (most(it) > least, most(it) == least && level > 0);
        level -= usize::from(equal);
        higher || equal
    });
    Some((left_out, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_are_kept_in_their_order() {
        let mut few = vec![1.0, 2.0];
        assert_eq!(fewer(&mut few, |it| *it), None);
        let mut many = vec![0.1, 0.9, 0.5, 0.5, 0.2, 0.5, 0.5];
        assert_eq!(fewer(&mut many, |it| *it), Some((3, 0.5)));
        assert_eq!(many, [0.9, 0.5, 0.5, 0.5]);
    }
}
