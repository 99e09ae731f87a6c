//! What nobody asks: systems over years, and the disasters of stores. Nothing moves there, and there is
//! no time to go to and fro in.

use yew::prelude::*;

use super::{markup, time};
use crate::app::App;
use crate::protocol::Outcome;

/// How systems last and what becomes of disasters, in the places of the picture and the charts.
pub(super) fn unasked(app: &App) -> Html {
    let title = match app.shown().and_then(|it| it.outcome.as_ref()) {
        None => "Starting …".to_owned(),
        Some(outcome) => counted(outcome),
    };
    let outcome = app.shown().and_then(|it| it.outcome.as_ref());
    let systems = outcome.map(|it| &it.systems[..]).unwrap_or_default();
    let heads = ["availability", "down a year", "outages a year", "longest outage"];
    html! {
        <section id="stage" aria-label="Systems and disasters">
            <div class="sh"><h2>{ title }</h2><p>{ time::progress(app) }</p></div>
            { if systems.is_empty() { html! {} } else { html! {
                <div class="wrap numbers" id="systems"><table>
                    <thead><tr><th scope="col">{ "system" }</th>{ for heads.map(|it| html! { <th scope="col">{ it }</th> }) }</tr></thead>
                    <tbody>{ for systems.iter().map(|it| html! {
                        <tr><th scope="row">{ &it.name }</th>{ for it.numbers.iter().map(|it| html! { <td>{ it }</td> }) }</tr>
                    }) }</tbody>
                </table></div>
            } } }
            <div id="time" tabindex="-1">{ drawn(app) }</div>
            { time::provenance(app) }
        </section>
    }
}

fn counted(outcome: &Outcome) -> String {
    let count = |of: usize, one: &str, more: &str| match of {
        0 => None,
        1 => Some(format!("One {one}")),
        many => Some(format!("{many} {more}")),
    };
    let systems = count(outcome.systems.len(), "system over years", "systems over years");
    let disasters = count(outcome.disasters.len(), "disaster", "disasters");
    let all: Vec<String> = [systems, disasters].into_iter().flatten().collect();
    if all.is_empty() { "Nothing is asked".to_owned() } else { all.join(", ") }
}

/// The disasters of the variant that is shown.
pub(super) fn drawn(app: &App) -> Html {
    let outcome = app.shown().and_then(|it| it.outcome.as_ref());
    let disasters = outcome.map(|it| &it.disasters[..]).unwrap_or_default();
    html! { <div class="disasters">{ for disasters.iter().map(|it| markup(it)) }</div> }
}
