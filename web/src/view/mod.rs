//! What the page looks like: one file for each of its parts.
#![allow(clippy::similar_names, reason = "to `html!` the names of elements are names too")]

mod aside;
mod browser;
mod controls;
mod dialogs;
mod drag;
mod export;
mod glyph;
mod header;
mod keys;
mod picture;
mod time;
mod unasked;
mod verdicts;

use std::rc::Rc;

use yew::html::Scope;
use yew::prelude::*;

use crate::app::App;
use crate::charts::Chart;
use crate::stage::Stage;

pub(crate) use self::aside::Aside;
pub(crate) use self::browser::{
    address, address_hash, colours, deflated, element, listen, put_style, reduced_motion, save,
    set_address, show_dialog, switch_theme,
};
pub(crate) use self::drag::Held;
pub(crate) use self::export::{Download, csv, save_png, svg};
pub(crate) use self::keys::key;

/// What is drawn once for many pictures of the page.
#[derive(Default)]
pub(crate) struct Drawn {
    /// Of which state.
    version: Option<u64>,
    /// The charts of each variant that is shown: its name, and whether it is B.
    pub(crate) columns: Rc<Vec<Column>>,
    /// Where the parts of the picture are.
    pub(crate) stage: Rc<Stage>,
}

/// The charts of a variant.
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// `A` or `B`.
    pub(crate) letter: &'static str,
    /// Pixels.
    pub(crate) width: f64,
    /// From the top.
    pub(crate) charts: Vec<Chart>,
}

type Link = Scope<App>;

/// The page.
pub(crate) fn page(app: &App, link: &Link) -> Html {
    time::draw(app);
    html! {
        <>
        <a class="skip" href="#time" onclick={skip()}>{ "Skip to the charts" }</a>
        { header::header(app, link) }
        { if app.is_asked() { html! {
            <>
            <main>
                { controls::aside(app, link) }
                { picture::picture(app, link) }
                { verdicts::verdicts(app, link) }
                { time::time(app, link) }
            </main>
            { time::dock(app, link) }
            </>
        } } else { html! {
            <main class="unasked">
                { controls::aside(app, link) }
                { unasked::unasked(app) }
                { verdicts::verdicts(app, link) }
            </main>
        } } }
        { dialogs::dialog(app, link) }
        <p class="vh" role="status" aria-live="polite">{ spoken(app) }</p>
        </>
    }
}

fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        // The address is the state: it must not change.
        event.prevent_default();
        browser::focus("time");
    })
}

/// Verdicts and state, for who cannot see them change.
fn spoken(app: &App) -> String {
    if let Some(wrong) = app.wrong.first() {
        return format!("Line {}: {}", wrong.at.0, wrong.message);
    }
    let Some(_) = app.run.done else { return String::new() };
    format!("{} has run. {}", app.run.title, verdicts::summary(app))
}

/// What the clock of the run shows.
pub(crate) fn clock_text(at: f64) -> String {
    let tenths = (at.max(0.0) * 10.0).floor() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// Markup that `sim-plot` has made, which holds no text unescaped.
fn markup(markup: &str) -> Html {
    Html::from_html_unchecked(AttrValue::from(markup.to_owned()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_shows_tenths() {
        assert_eq!(super::clock_text(96.04), "1:36.0");
        assert_eq!(super::clock_text(0.0), "0:00.0");
        assert_eq!(super::clock_text(-3.0), "0:00.0");
    }
}
