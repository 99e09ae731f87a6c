//! An estimate against its bound: the bound in the middle, the passing side shaded, a bar for the
//! interval, a dot for the estimate, an arrow where it lies beyond.

use crate::markup::{Element, Markup, el};

/// What is held against a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// Half the width of its interval; nothing where there is none.
    pub half_width: Option<f64>,
    /// The bound.
    pub bound: f64,
    /// How far from the bound the strip reaches, > 0.
    pub reach: f64,
    /// On which side of the bound it passes.
    pub passes: Side,
    /// Whether the whole of it passes, fails, or neither.
    pub verdict: Verdict,
}

/// Where what passes lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Below the bound.
    Below,
    /// Above it.
    Above,
    /// On it alone.
    At,
}

/// How an interval lies to its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On the passing side.
    Pass,
    /// On the other.
    Fail,
    /// On both.
    Open,
}

impl Verdict {
    const fn class(self) -> &'static str {
        match self {
            Self::Pass => "k-ok",
            Self::Fail => "k-fail-t",
            Self::Open => "k-inc",
        }
    }
}

const WIDTH: f64 = 110.0;
const MIDDLE: f64 = 55.0;
/// Pixels from the bound to the end of the strip, where arrows begin.
const HALF: f64 = 48.0;

/// The strip of an estimate against its bound. It repeats numbers that stand beside it.
pub fn strip(interval: &Interval) -> Markup {
    let x = |value: f64| {
        let share = (value - interval.bound) / interval.reach;
        MIDDLE + HALF * share.clamp(-1.0, 1.0)
    };
    let (from, width) = match interval.passes {
        Side::Below => (2.0, MIDDLE - 2.0),
        Side::Above => (MIDDLE, MIDDLE - 2.0),
        Side::At => (MIDDLE - 2.0, 4.0),
    };
    let shade = el("rect").class("sunken").attr("x", from).attr("y", 3).attr("width", width);
    let shade = shade.attr("height", 8);
    let bound = el("path").class("l k-ink2").attr("stroke-width", 1.25).attr("d", "M55,0v14");
    picture("strip").child(shade).child(bound).children(bar(interval, x)).into()
}

fn bar(interval: &Interval, x: impl Fn(f64) -> f64) -> Vec<Element> {
    let Interval { estimate, half_width, bound, reach, verdict, .. } = *interval;
    let class = verdict.class();
    let half = half_width.unwrap_or(0.0);
    let (from, to) = (x(estimate - half), x(estimate + half));
    let mut marks = Vec::new();
    if to - from > 0.5 {
        let line = el("path").class(&format!("l {class}")).attr("stroke-width", 3.5);
        marks.push(line.attr("d", format!("M{from:.1},7H{to:.1}")));
    }
    marks.push(match (estimate - bound) / reach {
        share if share > 1.0 => arrow(class, "M103,3l6,4l-6,4z"),
        share if share < -1.0 => arrow(class, "M7,3l-6,4l6,4z"),
        _ => {
            let dot = el("circle").class(&format!("a {class}")).attr("cy", 7).attr("r", 3);
            dot.attr("cx", format!("{:.1}", x(estimate)))
        }
    });
    marks
}

fn arrow(class: &str, data: &str) -> Element {
    el("path").class(&format!("a {class}")).attr("d", data)
}

/// More dots than these are one bar.
const DOTS: u64 = 20;

/// A dot for each replication: full where the statement holds, else a ring.
pub fn dots(holds: u64, of: u64) -> Markup {
    if of > DOTS {
        let held = (holds as f64 / of as f64 * (WIDTH - 4.0)).round();
        let all = el("rect").class("a k-fail-t").attr("x", 2).attr("y", 5).attr("height", 4);
        let part = el("rect").class("a k-ok").attr("x", 2).attr("y", 5).attr("height", 4);
        let (all, part) = (all.attr("width", WIDTH - 4.0), part.attr("width", held));
        return picture("strip").child(all).child(part).into();
    }
    let step = ((WIDTH - 8.0) / of.max(1) as f64).min(12.0);
    let first = MIDDLE - step * (of.saturating_sub(1)) as f64 / 2.0;
    let dot = |index: u64| {
        let class = if index < holds { "a k-ok" } else { "l k-fail-t" };
        let x = format!("{:.1}", first + step * index as f64);
        el("circle").class(class).attr("cx", x).attr("cy", 7).attr("r", (step / 2.0 - 1.0).min(3.0))
    };
    picture("strip").children((0..of).map(dot)).into()
}

fn picture(class: &str) -> Element {
    let svg = el("svg").class(class).attr("viewBox", format!("0 0 {WIDTH} 14"));
    svg.attr("width", WIDTH).attr("height", 14).attr("aria-hidden", "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Interval = Interval {
        estimate: 0.5,
        half_width: Some(0.25),
        bound: 1.0,
        reach: 1.0,
        passes: Side::Below,
        verdict: Verdict::Pass,
    };

    #[test]
    fn the_bar_lies_where_the_interval_does() {
        let drawn = strip(&INTERVAL);
        // Half of the reach below the bound, a quarter of it to either side.
        assert!(drawn.as_str().contains("M19.0,7H43.0"), "{drawn:?}");
        assert!(drawn.as_str().contains("cx=\"31.0\""), "{drawn:?}");
    }

    #[test]
    fn what_lies_beyond_is_an_arrow() {
        let far = strip(&Interval { estimate: 9.0, verdict: Verdict::Fail, ..INTERVAL });
        assert!(far.as_str().contains("M103,3") && !far.as_str().contains("circle"), "{far:?}");
    }

    #[test]
    fn each_replication_has_a_dot() {
        let drawn = dots(3, 5);
        assert_eq!(drawn.as_str().matches("a k-ok").count(), 3);
        assert_eq!(drawn.as_str().matches("l k-fail-t").count(), 2);
    }
}
