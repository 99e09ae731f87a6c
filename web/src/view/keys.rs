//! What keys do.

use sim_core::order;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::browser::{element, focus};
use crate::app::{App, Dialog, Msg, Show, Tab};
use crate::edit::Part;

/// All keys, with what they do.
pub(super) const ALL: [(&str, &str); 19] = [
    ("space", "play or pause"),
    ("← →", "a window back or on"),
    ("shift ← →", "10 s back or on"),
    ("home end", "the beginning, the end"),
    ("+ −", "faster, slower"),
    ("a b c", "variant A, B, or both"),
    ("v", "the next variant as B"),
    ("f", "to the next fault"),
    ("x", "break a part here"),
    ("/", "find a setting"),
    ("e", "the scenario text"),
    ("g", "the gallery"),
    ("s", "share"),
    ("d", "light or dark"),
    ("z", "undo"),
    ("r", "run again"),
    ("?", "these keys"),
    ("escape", "close, and back to where you were"),
    ("arrows on a slider", "step it; page up and page down step by ten"),
];

/// What a key asks for; nothing where somebody writes, or turns a slider.
pub(crate) fn key(app: &App, event: &KeyboardEvent) -> Option<Msg> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || app.dialog.is_some() {
        return None;
    }
    let key = event.key();
    let target: Option<HtmlElement> = event.target().and_then(|it| it.dyn_into().ok());
    let tag = target.as_ref().map_or(String::new(), |it| it.tag_name());
    let kind = target.as_ref().and_then(|it| it.get_attribute("type")).unwrap_or_default();
    if key == "Escape" && matches!(&*tag, "INPUT" | "TEXTAREA") {
        target.and_then(|it| it.blur().ok());
        return None;
    }
    let writes = matches!(&*tag, "TEXTAREA" | "SELECT") || tag == "INPUT" && kind != "range";
    let turns = kind == "range" && (key.starts_with("Arrow") || matches!(&*key, "Home" | "End"));
    let presses = matches!(&*tag, "BUTTON" | "SUMMARY" | "A") && key == " ";
    if writes || turns || presses {
        return None;
    }
    let window = app.facts().window;
    let duration = app.run.duration();
    let step = if event.shift_key() { 10.0_f64.max(window) } else { window };
    let at = app.play.borrow().at;
    Some(match &*key {
        " " => Msg::Toggle,
        "ArrowLeft" => Msg::Step(-step),
        "ArrowRight" => Msg::Step(step),
        "Home" => Msg::Seek(0.0),
        "End" => Msg::Seek(duration),
        "+" | "=" => Msg::Speed(faster(app, true)),
        "-" => Msg::Speed(faster(app, false)),
        "a" => Msg::Show(Show::A),
        "b" => Msg::Show(Show::B),
        "c" => Msg::Show(Show::Both),
        "v" => Msg::Beside(1 + app.b % app.run.variants.len().saturating_sub(1).max(1)),
        "f" => Msg::Seek(next_fault(app, at)),
        "x" => Msg::Dialog(Some(Dialog::Break(None::<Part>, at))),
        "/" => {
            focus("find");
            Msg::Tab(Tab::Controls)
        }
        "e" => {
            let there = element("text").is_some();
            if there {
                focus("text");
            }
            Msg::Tab(Tab::Text)
        }
        "g" => Msg::Dialog(Some(Dialog::Gallery)),
        "s" => Msg::Dialog(Some(Dialog::Share)),
        "d" => Msg::Theme,
        "z" => Msg::Undo,
        "r" => Msg::Restart,
        "?" => Msg::Dialog(Some(Dialog::Keys)),
        _ => return None,
    })
}

fn faster(app: &App, up: bool) -> usize {
    let mut play = *app.play.borrow();
    play.shift_speed(up);
    play.speed
}

/// The beginning of the next fault; of the first after the last.
fn next_fault(app: &App, at: f64) -> f64 {
    let facts = app.facts();
    let mut starts: Vec<f64> = facts.faults.iter().map(|it| it.from).collect();
    order::sort_by(&mut starts, f64::total_cmp);
    let next = starts.iter().copied().find(|it| *it > at + 1e-6);
    next.or(starts.first().copied()).unwrap_or(0.0)
}
