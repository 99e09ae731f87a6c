//! The scenario, A and B, seed and runs, theme and sharing.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Link;
use crate::app::{App, Dialog, Msg, Show};
use crate::worker::MOST_RUNS;

pub(super) fn header(app: &App, link: &Link) -> Html {
    let dialog = |it: Dialog| link.callback(move |_: MouseEvent| Msg::Dialog(Some(it)));
    let (title, rest) = app.run.title.split_once(": ").unwrap_or((&app.run.title, ""));
    html! {
        <header>
            <span class="logo">{ flask() }<b>{ "Stormglass" }</b></span>
            <button class="gal" onclick={dialog(Dialog::Gallery)} aria-haspopup="dialog" title="Gallery (g)">
                <b id="title">{ title }</b><span>{ rest }</span><span aria-hidden="true">{ "▾" }</span>
                <span class="vh">{ "Open the gallery" }</span>
            </button>
            <span class="sp"></span>
            { variants(app, link) }
            { numbers(app, link) }
            <button class="tgl ico" onclick={link.callback(|_| Msg::Theme)} aria-label="Light or dark" title="Light or dark (d)">{ half() }</button>
            <button class="tgl" onclick={dialog(Dialog::Validation)} aria-haspopup="dialog"><span class="wide">{ "Why " }</span>{ "believe it" }</button>
            <button class="tgl ico" onclick={dialog(Dialog::Keys)} aria-haspopup="dialog" aria-label="Keyboard" title="Keyboard (?)">{ "?" }</button>
            <button class="tgl pri" onclick={dialog(Dialog::Share)} aria-haspopup="dialog" title="Share (s)">{ "Share" }</button>
        </header>
    }
}

fn variants(app: &App, link: &Link) -> Html {
    if app.run.variants.len() < 2 {
        return html! {};
    }
    let name =
        |it: Option<&crate::run::Variant>| it.map_or(String::new(), |it| it.facts.name.clone());
    let choice = |show: Show, letter: &'static str, name: String| {
        let pressed = (app.show == show).to_string();
        html! {
            <button aria-pressed={pressed} onclick={link.callback(move |_| Msg::Show(show))}>
                <b>{ letter }</b>{ " " }{ name }
            </button>
        }
    };
    let others = app.run.variants.iter().enumerate().skip(1);
    let select = (app.run.variants.len() > 2).then(|| {
        let change = link.callback(|event: Event| {
            let select: web_sys::HtmlSelectElement = event.target_unchecked_into();
            Msg::Beside(select.value().parse().unwrap_or(1))
        });
        html! {
            <select aria-label="Variant shown as B" onchange={change}>
                { for others.map(|(index, it)| html! {
                    <option value={index.to_string()} selected={index == app.b}>{ &it.facts.name }</option>
                }) }
            </select>
        }
    });
    html! {
        <span class="ab" role="group" aria-label="Variants">
            { choice(Show::A, "A", name(app.run.variants.first())) }
            { choice(Show::B, "B", name(app.beside())) }
            { choice(Show::Both, "A | B", String::new()) }
            { select }
        </span>
    }
}

fn numbers(app: &App, link: &Link) -> Html {
    let seed = link.callback(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Msg::Seed(input.value().trim().parse().ok())
    });
    let runs = link.callback(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Msg::Runs(input.value().trim().parse().ok())
    });
    let replications = app.runs.unwrap_or(app.run.progress().1);
    html! {
        <span class="seed">
            <label>{ "seed" }<input id="seed" inputmode="numeric" value={app.seed.unwrap_or(app.run.seed).to_string()} onchange={seed} /></label>
            <label>{ "runs" }<input id="runs" type="number" min="1" max={MOST_RUNS.to_string()} value={replications.to_string()} onchange={runs} /></label>
        </span>
    }
}

fn flask() -> Html {
    html! {
        <svg width="20" height="22" viewBox="0 0 20 22" aria-hidden="true">
            <path d="M7 1.5h6M8 2v5.5L3.5 16A3 3 0 0 0 6 20.5h8a3 3 0 0 0 2.5-4.5L12 7.5V2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
            <path class="sea" d="M5.5 13c2-1.5 3 1 5 0s3-.8 4 0l1.5 3A2.5 2.5 0 0 1 14 19.5H6A2.5 2.5 0 0 1 3.900 16z" />
        </svg>
    }
}

fn half() -> Html {
    html! {
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
            <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
        </svg>
    }
}
