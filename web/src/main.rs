//! The playground: stormglass in the browser.
//!
//! One program for the page and for its worker. The worker runs the engine; the page shows what it
//! tells, and asks for more. Neither asks the network for anything once it is there, but for the texts
//! and the data of scenarios that are wanted.
#![forbid(unsafe_code)]

mod app;
mod charts;
mod edit;
mod gallery;
mod motion;
mod play;
mod protocol;
mod range;
mod run;
mod share;
mod stage;
mod validation;
mod view;
mod worker;

use gloo_worker::Registrable;

fn main() {
    if web_sys::window().is_some() {
        view::put_style(sim_plot::STYLE);
        yew::Renderer::<app::App>::new().render();
    } else {
        worker::Engine::registrar().register();
    }
}
