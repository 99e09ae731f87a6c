//! What is dragged with the pointer: a stretch of the charts, to zoom to it, and a fault or its end along
//! the time line.
//!
//! What is held outlives the drawing of the page, which comes ten times a second while it plays: the page
//! keeps it.

use std::f64::consts::LN_10;

use sim_core::math;
use sim_core::time::SimDuration;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use super::Link;
use crate::app::{App, Msg};

/// Pixels that a hand may tremble in a click.
const STILL: f64 = 3.0;

/// What is held since the pointer went down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Held {
    /// The charts, from this time on, s.
    Charts(f64),
    /// A time of the text.
    Time {
        /// The place of its setting in the list.
        index: usize,
        /// The number that it had.
        number: f64,
        /// Where the pointer went down, pixels.
        x: f64,
    },
}

/// What a part of the page does when it is held, moved and let go.
pub(super) struct Grip {
    pub(super) down: Callback<PointerEvent>,
    pub(super) along: Callback<PointerEvent>,
    pub(super) up: Callback<PointerEvent>,
}

/// Turns the time at `path`, by so many seconds for each pixel and not below `least` steps; `click` says
/// what a click does. `None` where the text has no such time.
pub(super) fn grip(
    app: &App,
    link: &Link,
    path: &str,
    (seconds, least): (f64, f64),
    click: impl Fn(&PointerEvent) -> Option<Msg> + 'static,
) -> Option<Grip> {
    let index = app.settings.iter().position(|it| it.path == path && it.index == 0)?;
    let setting = &app.settings[index];
    let unit: SimDuration = format!("1{}", setting.unit).parse().ok()?;
    let (number, each) = (setting.number, seconds / unit.as_secs_f64());
    let held = app.held.clone();
    let down = Callback::from(move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        // The play head stays where it is.
        event.stop_propagation();
        capture(&event);
        held.set(Some(Held::Time { index, number, x: f64::from(event.client_x()) }));
    });
    let held = app.held.clone();
    let along = link.batch_callback(move |event: PointerEvent| {
        // Where nobody heard that it was let go, it is not held any more.
        let (number, by) = moved(held.get(), index, &event).filter(|_| event.buttons() == 1)?;
        event.stop_propagation();
        let to = to_the_step(number + by * each, each, least);
        (by.abs() >= STILL).then_some(Msg::Turn(index, to))
    });
    let held = app.held.clone();
    let up = link.batch_callback(move |event: PointerEvent| {
        let (_, by) = moved(held.take(), index, &event)?;
        if by.abs() < STILL { click(&event) } else { Some(Msg::Settled) }
    });
    Some(Grip { down, along, up })
}

/// The number that the setting of that place had, and how many pixels the pointer has gone since.
fn moved(held: Option<Held>, index: usize, event: &PointerEvent) -> Option<(f64, f64)> {
    match held {
        Some(Held::Time { index: it, number, x }) if it == index => {
            Some((number, f64::from(event.client_x()) - x))
        }
        _ => None,
    }
}

/// To the nearest of steps of 1, 2 or 5 times a power of ten, none of which is less than `each`.
fn to_the_step(number: f64, each: f64, least: f64) -> f64 {
    let decade = (math::ln(each) / LN_10).floor();
    let power = math::pow(10.0, decade);
    let step = [1.0, 2.0, 5.0, 10.0].map(|it| it * power);
    let step = step.into_iter().find(|it| *it >= 0.999 * each).unwrap_or(10.0 * power);
    let steps = (number / step).round().max(least);
    // As somebody would write it, who does not think in binary.
    let digits = (-decade).max(0.0) as usize;
    format!("{:.digits$}", steps * step).parse().unwrap_or(number)
}

/// Sees to it that the pointer is heard of wherever it goes.
pub(super) fn capture(event: &PointerEvent) {
    if let Some(target) = event.target_dyn_into::<Element>() {
        // One that cannot be captured is heard of as long as it is over the part.
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

#[cfg(test)]
mod tests {
    use super::to_the_step;

    #[test]
    fn a_step_is_at_least_a_pixel() {
        let cases = [
            (215.3, 0.53, 0.0, 215.0),
            (3.587, 0.53 / 60.0, 0.0, 3.59),
            (104.0, 1.2, 0.0, 104.0),
            (105.1, 1.2, 0.0, 106.0),
            (1234.0, 30.0, 0.0, 1250.0),
            (-40.0, 0.53, 0.0, 0.0),
            (-40.0, 0.53, 1.0, 1.0),
            (2.0 / 3.0, 0.1, 0.0, 0.7),
        ];
        for (number, each, least, want) in cases {
            assert_eq!(to_the_step(number, each, least), want, "{number} by {each}");
        }
    }
}
