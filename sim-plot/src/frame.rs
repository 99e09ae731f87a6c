//! What all charts over time have in common: size, margins, grid, ticks and faults.

use std::convert::Infallible;

use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, IntoFont, TRANSPARENT, TextStyle};

use crate::axis::Axis;
use crate::canvas::{Canvas, GRAINS, LABEL, TICK, grains};
use crate::ink::Ink;
use crate::label::{Patch, Room};
use crate::markup::{Markup, el};
use crate::time_line::TimeLine;

/// Pixels left of the plot, for ticks.
const LEFT: f64 = 52.0;
/// Pixels right of it, for half of the last tick.
const RIGHT: f64 = 14.0;
/// Pixels above it.
const TOP: f64 = 6.0;
/// Pixels for a row of names of faults.
const NAME: f64 = 13.0;
/// Pixels below it, with and without times.
const BOTTOM: (f64, f64) = (20.0, 5.0);

/// A chart to draw over a time line.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// What it shows, for who cannot see it.
    pub title: &'a str,
    /// What is to be seen in it.
    pub description: &'a str,
    /// Pixels.
    pub width: f64,
    /// Pixels of the plot itself.
    pub height: f64,
    /// The time that it shows.
    pub time: &'a TimeLine,
    /// Whether faults have their names above it.
    pub names_faults: bool,
    /// Whether times stand below it.
    pub shows_times: bool,
}

pub(crate) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

/// A chart in the making. Values are seconds and what the chart is of.
pub(crate) struct Plot<'c, 'o> {
    root: DrawingArea<Canvas<'o>, Shift>,
    chart: ChartContext<'c, Canvas<'o>, Cartesian2d<Axis, Axis>>,
    /// Room for labels.
    pub(crate) room: Room,
}

impl Frame<'_> {
    /// From which pixel to which the plot of a chart `width` wide reaches: the time line's ends.
    pub fn plot_of(width: f64) -> (f64, f64) {
        (LEFT, width - RIGHT)
    }

    /// The chart that `draw` draws into the frame.
    pub(crate) fn draw(
        &self,
        values: Axis,
        draw: impl FnOnce(&mut Plot<'_, '_>) -> Drawn,
    ) -> Markup {
        let (top, bottom) = (self.top(), self.bottom());
        let height = top + self.height + bottom;
        let mut content = String::new();
        let canvas = Canvas::new(&mut content, self.width, height).into_drawing_area();
        self.plot(&canvas, values, draw).expect("a canvas in memory takes all that is drawn");
        drop(canvas);
        let title = el("title").text(self.title);
        let description = el("desc").text(self.description);
        let svg = el("svg").class("chart").attr("role", "img");
        let svg = svg.attr("viewBox", format!("0 0 {} {height}", self.width));
        svg.child(title).child(description).child(Markup::drawn(content)).into()
    }

    fn plot(
        &self,
        root: &DrawingArea<Canvas<'_>, Shift>,
        values: Axis,
        draw: impl FnOnce(&mut Plot<'_, '_>) -> Drawn,
    ) -> Drawn {
        let (top, bottom) = (self.top(), self.bottom());
        let base = values.low();
        let times = self.time.axis(self.pixels());
        let times = if self.shows_times { times } else { times.unlabelled() };
        let mut builder = ChartBuilder::on(root);
        builder.margin_top(grains(top)).margin_right(grains(RIGHT));
        builder.set_label_area_size(LabelAreaPosition::Left, grains(LEFT));
        builder.set_label_area_size(LabelAreaPosition::Bottom, grains(bottom));
        let chart = builder.build_cartesian_2d(times, values)?;
        let right = grains(self.width);
        let bottom = grains(top + self.height);
        let bounds = Patch { left: grains(LEFT), right, top: grains(top - 8.0), bottom };
        let mut plot = Plot { root: root.clone(), chart, room: Room::new(bounds) };
        plot.faults(self)?;
        plot.grid()?;
        draw(&mut plot)?;
        plot.path(&[(self.time.from, base), (self.time.to, base)], Ink::Border, GRAINS as u32)
    }

    /// Pixels of the plot.
    fn pixels(&self) -> f64 {
        self.width - LEFT - RIGHT
    }

    fn top(&self) -> f64 {
        let names = if self.names_faults { self.time.names(self.pixels()) } else { Vec::new() };
        TOP + names.iter().map(|it| it.row + 1).max().map_or(0.0, |it| it as f64 * NAME)
    }

    fn bottom(&self) -> f64 {
        if self.shows_times { BOTTOM.0 } else { BOTTOM.1 }
    }
}

impl Plot<'_, '_> {
    /// Columns where something is broken, with their names if they are wanted.
    fn faults(&mut self, frame: &Frame<'_>) -> Drawn {
        let (low, high) = self.bounds();
        for fault in &frame.time.faults {
            let from = fault.from.clamp(frame.time.from, frame.time.to);
            let to = fault.to.clamp(from, frame.time.to);
            let column = Rectangle::new([(from, high), (to, low)], Ink::Fault.filled());
            self.chart.plotting_area().draw(&column)?;
        }
        if !frame.names_faults {
            return Ok(());
        }
        for name in frame.time.names(frame.pixels()) {
            let (x, y) = self.at((name.at.max(frame.time.from), high));
            let base = y - grains(4.0 + name.row as f64 * NAME);
            let flag = vec![(x, y), (x, base - grains(8.0))];
            self.root.draw(&PathElement::new(flag, Ink::Border.stroke(GRAINS as u32)))?;
            // A name that would leave the picture ends where it begins.
            let text_width = crate::label::label_width(&name.text);
            let fits = x + grains(4.0) + text_width <= grains(frame.width);
            let (x, anchor) =
                if fits { (x + grains(4.0), HPos::Left) } else { (x - grains(4.0), HPos::Right) };
            let style = text(Ink::Tick, TICK).pos(Pos::new(anchor, VPos::Bottom));
            self.root.draw_text(&name.text, &style, (x, base))?;
        }
        Ok(())
    }

    fn grid(&mut self) -> Drawn {
        let label = text(Ink::Tick, TICK);
        self.chart
            .configure_mesh()
            .axis_style(TRANSPARENT)
            .set_all_tick_mark_size(3 * GRAINS)
            .bold_line_style(Ink::Grid.stroke(GRAINS as u32))
            .light_line_style(TRANSPARENT)
            .label_style(label)
            .draw()
    }

    /// The least and greatest value.
    fn bounds(&self) -> (f64, f64) {
        let values = self.chart.as_coord_spec().y_spec();
        (values.low(), values.high())
    }

    /// Where a point is, in grains.
    pub(crate) fn at(&self, point: (f64, f64)) -> (i32, i32) {
        self.chart.backend_coord(&point)
    }

    /// A line through points.
    pub(crate) fn path(&self, points: &[(f64, f64)], ink: Ink, width: u32) -> Drawn {
        self.chart.plotting_area().draw(&PathElement::new(points, ink.stroke(width)))
    }

    /// An area between points.
    pub(crate) fn area(&self, corners: &[(f64, f64)], ink: Ink) -> Drawn {
        self.chart.plotting_area().draw(&Polygon::new(corners, ink.filled()))
    }

    /// A label whose left end of the base line is at a place in grains.
    pub(crate) fn label(&self, label: &str, ink: Ink, place: (i32, i32)) -> Drawn {
        self.label_from(HPos::Left, label, ink, place)
    }

    /// A label whose right end of the base line is at a place in grains.
    pub(crate) fn label_left_of(&self, label: &str, ink: Ink, place: (i32, i32)) -> Drawn {
        self.label_from(HPos::Right, label, ink, place)
    }

    fn label_from(&self, end: HPos, label: &str, ink: Ink, place: (i32, i32)) -> Drawn {
        let style = text(ink, LABEL).pos(Pos::new(end, VPos::Bottom));
        // The canvas puts the bottom of letters a fifth below the base line.
        self.root.draw_text(label, &style, (place.0, place.1 + LABEL / 5))
    }
}

fn text(ink: Ink, size: i32) -> TextStyle<'static> {
    let style = TextStyle::from((FontFamily::SansSerif, size).into_font());
    TextStyle { color: ink.sentinel().to_backend_color(), ..style }
}
