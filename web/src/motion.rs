//! What moves on the page sixty times a second: the play head and the dots on their ways.
//!
//! It writes to the page by itself, past the tree of elements, which is drawn anew only ten times a
//! second.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};
use yew::Callback;

use crate::app::App;
use crate::play::{Play, SPEEDS};
use crate::protocol::{Film, Motion as Moves};
use crate::stage::Stage;
use crate::view;

/// Milliseconds between two drawings of the whole page while it plays.
const TICK: f64 = 100.0;
/// The same where people want little to move.
const SLOW_TICK: f64 = 1000.0;
/// Real seconds that a dot takes for its way.
const TRAVEL: f64 = 0.9;
/// Dots at a time.
const MOST_DOTS: usize = 500;

/// What is drawn in a frame.
#[derive(Default)]
struct Scene {
    film: Rc<Film>,
    stage: Rc<Stage>,
    span: (f64, f64),
    duration: f64,
    colours: [String; 5],
    still: bool,
}

/// The loop.
pub(crate) struct Motion {
    scene: Rc<RefCell<Scene>>,
}

impl Motion {
    /// Starts the loop; `tick` is told when the page is to be drawn anew.
    pub(crate) fn start(play: Rc<RefCell<Play>>, tick: Callback<()>) -> Self {
        let scene = Rc::new(RefCell::new(Scene::default()));
        let shown = scene.clone();
        let frame: Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>> = Rc::default();
        let again = frame.clone();
        let mut ticked = 0.0;
        *frame.borrow_mut() = Some(Closure::new(move |now: f64| {
            let scene = shown.borrow();
            let was = (play.borrow().at, play.borrow().playing);
            play.borrow_mut().frame(now, scene.duration);
            let is = (play.borrow().at, play.borrow().playing);
            if !scene.still {
                show_head(&scene, is.0);
                draw_dots(&scene, *play.borrow());
            }
            let pause = if scene.still { SLOW_TICK } else { TICK };
            if was != is && (now - ticked > pause || was.1 != is.1) {
                ticked = now;
                if scene.still {
                    show_head(&scene, is.0);
                }
                tick.emit(());
            }
            drop(scene);
            again.borrow().as_ref().map(request);
        }));
        frame.borrow().as_ref().map(request);
        Self { scene }
    }

    /// What is to be drawn from now on.
    pub(crate) fn set(&self, app: &App) {
        let Ok(mut scene) = self.scene.try_borrow_mut() else { return };
        if let Some(shown) = app.shown() {
            scene.film = shown.film.clone();
        }
        scene.stage = app.drawn.borrow().stage.clone();
        scene.span = app.span();
        scene.duration = app.run.duration();
        scene.still = view::reduced_motion();
        scene.colours = view::colours();
        show_head(&scene, app.play.borrow().at);
        draw_dots(&scene, *app.play.borrow());
    }
}

fn request(frame: &Closure<dyn FnMut(f64)>) {
    if let Some(window) = web_sys::window() {
        // Without frames nothing moves, and nothing else is lost.
        let _ = window.request_animation_frame(frame.as_ref().unchecked_ref());
    }
}

/// Puts the play head where it is.
fn show_head(scene: &Scene, at: f64) {
    let share = (at - scene.span.0) / (scene.span.1 - scene.span.0);
    let Some(time) = view::element("time") else { return };
    let Ok(time) = time.dyn_into::<HtmlElement>() else { return };
    let inside = (0.0..=1.0).contains(&share);
    let style = time.style();
    // A browser that does not take a property draws the page without it.
    let _ = style.set_property("--at", &format!("{share:.5}"));
    let _ = style.set_property("--head", if inside { "visible" } else { "hidden" });
    for id in ["clock", "clock-small"] {
        if let Some(clock) = view::element(id) {
            clock.set_text_content(Some(&view::clock_text(at)));
        }
    }
}

/// Draws what is on its way.
fn draw_dots(scene: &Scene, play: Play) {
    let Some(canvas) = view::element("dots") else { return };
    let Ok(canvas) = canvas.dyn_into::<HtmlCanvasElement>() else { return };
    let Some(pen) = canvas.get_context("2d").ok().flatten() else { return };
    let Ok(pen) = pen.dyn_into::<CanvasRenderingContext2d>() else { return };
    let ratio = web_sys::window().map_or(1.0, |it| it.device_pixel_ratio());
    let size = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
    let pixels = ((size.0 * ratio) as u32, (size.1 * ratio) as u32);
    if (canvas.width(), canvas.height()) != pixels {
        canvas.set_width(pixels.0);
        canvas.set_height(pixels.1);
    }
    let scale = size.0 / scene.stage.width.max(1.0);
    let _ = pen.set_transform(ratio * scale, 0.0, 0.0, ratio * scale, 0.0, 0.0);
    pen.clear_rect(0.0, 0.0, scene.stage.width, scene.stage.height);
    if scene.still {
        return;
    }
    let travel = TRAVEL * SPEEDS[play.speed].times(scene.duration).min(60.0);
    let marks = &scene.film.marks;
    let millis = |it: f64| (it.max(0.0) * 1e3) as u32;
    let first = marks.partition_point(|it| it.0 < millis(play.at - travel));
    let last = marks.partition_point(|it| it.0 <= millis(play.at));
    let each = (last - first).div_ceil(MOST_DOTS).max(1);
    // Counted from the beginning of the film, so that a dot does not vanish on its way.
    for (index, (at, way, motion)) in marks[first..last].iter().enumerate() {
        if !(first + index).is_multiple_of(each.next_power_of_two()) {
            continue;
        }
        let Some(lane) = scene.stage.lane(*way) else { continue };
        let share = (play.at - f64::from(*at) / 1e3) / travel;
        let share = if *motion == Moves::Sent { share } else { 1.0 - share };
        dot(&pen, lane.at(share), *motion, &scene.colours);
    }
}

/// A request is a ring, a whole answer a disc, a degraded one a triangle, a failure a cross.
fn dot(pen: &CanvasRenderingContext2d, (x, y): (f64, f64), motion: Moves, colours: &[String; 5]) {
    pen.begin_path();
    match motion {
        Moves::Sent => {
            pen.set_fill_style_str(&colours[0]);
            let _ = pen.arc(x, y, 2.6, 0.0, std::f64::consts::TAU);
            pen.fill();
        }
        Moves::Full => {
            pen.set_fill_style_str(&colours[1]);
            let _ = pen.arc(x, y, 3.2, 0.0, std::f64::consts::TAU);
            pen.fill();
        }
        Moves::Degraded => {
            pen.set_fill_style_str(&colours[2]);
            pen.move_to(x, y - 4.4);
            pen.line_to(x + 4.4, y + 3.4);
            pen.line_to(x - 4.4, y + 3.4);
            pen.fill();
        }
        Moves::Failed | Moves::Refused => {
            pen.set_stroke_style_str(&colours[if motion == Moves::Failed { 3 } else { 4 }]);
            pen.set_line_width(2.2);
            for side in [1.0, -1.0] {
                pen.move_to(x - 3.4, y - 3.4 * side);
                pen.line_to(x + 3.4, y + 3.4 * side);
            }
            pen.stroke();
        }
    }
}
