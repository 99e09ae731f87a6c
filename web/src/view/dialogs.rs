//! What lies over the page: gallery, sharing, keys, validation, breaking.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::browser::copy;
use super::{Download, Link, markup};
use crate::app::{App, Dialog, Msg};
use crate::edit::Part;
use crate::gallery;

pub(super) fn dialog(app: &App, link: &Link) -> Html {
    // Browsers tell of it a little later: by then another may be open.
    let close = link.batch_callback(|event: Event| {
        let dialog: HtmlDialogElement = event.target_unchecked_into();
        (!dialog.open()).then_some(Msg::Dialog(None))
    });
    let (title, inside) = match app.dialog {
        None => ("", html! {}),
        Some(Dialog::Gallery) => ("Scenarios", scenarios(app, link)),
        Some(Dialog::Share) => ("Share", share(app, link)),
        Some(Dialog::Keys) => ("Keyboard", keys()),
        Some(Dialog::Validation) => ("Why believe it", validation(app)),
        Some(Dialog::Break(part, at)) => ("Break a part", breaking(app, link, part, at)),
    };
    html! {
        <dialog id="dialog" onclose={close} aria-labelledby="dialog-title">
            <div class="dh"><h2 id="dialog-title">{ title }</h2>
                <button class="tgl" aria-label="Close" onclick={link.callback(|_| Msg::Dialog(None))}>{ "Close" }</button></div>
            { inside }
        </dialog>
    }
}

fn scenarios(app: &App, link: &Link) -> Html {
    let mut family = "";
    let cards = gallery::ALL.iter().map(|path| {
        let (of, story) = path.split_once('/').unwrap_or(("", path));
        let heading = (of != family).then(|| html! { <h3>{ of.replace('-', " ") }</h3> });
        family = of;
        let open = link.callback(|_| Msg::Open((*path).to_owned()));
        let picture = app.aside.pictures.get(*path);
        let text = app.texts.get(path);
        let title = text.map_or(story, gallery::title).to_owned();
        let current = (app.origin.as_deref() == Some(*path)).to_string();
        html! {
            <>
            { for heading }
            <button class="card" data-path={*path} aria-current={current} onclick={open}>
                <span class="thumb">{ for picture.map(|it| markup(it)) }</span>
                <span><b>{ title }</b><small>{ text.map(gallery::sentence) }</small></span>
            </button>
            </>
        }
    });
    html! { <div class="gallery">{ for cards }</div> }
}

fn share(app: &App, link: &Link) -> Html {
    let (address, command) = (app.address.clone().unwrap_or_default(), command(app));
    let copied = |what: &'static str| if app.copied == Some(what) { "Copied" } else { "Copy" };
    let button = |what: &'static str, text: String| {
        let click = link.callback(move |_| {
            copy(&text);
            Msg::Copied(what)
        });
        html! { <button class="tgl" onclick={click}>{ copied(what) }</button> }
    };
    let save = |wanted: Download, name: &'static str| {
        html! {
            <button class="tgl" onclick={link.callback(move |_| Msg::Download(wanted))}>{ name }</button>
        }
    };
    let done = app.run.done.as_ref().filter(|_| app.wrong.is_empty());
    let hash = done.map(|it| html! { <p class="hp">{ "Both give the report " }<code>{ &it.hash[..16.min(it.hash.len())] }</code>{ "." }</p> });
    html! {
        <>
        { card(app) }
        <h3>{ "Address" }</h3>
        <div class="copy"><input id="address" readonly=true aria-label="Address" value={address.clone()} />{ button("address", address) }</div>
        <p class="hp">{ "It holds the scenario, seed, runs and view, compressed. Nothing is sent anywhere." }</p>
        <h3>{ "Command" }</h3>
        <div class="copy"><textarea id="command" readonly=true aria-label="Command" rows="4" value={command.clone()} />{ button("command", command) }</div>
        { for hash }
        <h3>{ "Downloads" }</h3>
        <p class="saves">
            { save(Download::Toml, "Scenario, TOML") }{ save(Download::Csv, "Series, CSV") }{ save(Download::Json, "Report, JSON") }
            { save(Download::Svg, "Charts, SVG") }{ save(Download::Png, "Charts, PNG") }
        </p>
        </>
    }
}

/// The finding in a few words, as people send it on.
fn card(app: &App) -> Html {
    let first = app.drawn.borrow().columns.first().and_then(|it| it.charts.first().cloned());
    html! {
        <div class="share-card">
            <b>{ &app.run.title }</b><span>{ super::verdicts::summary(app) }</span>
            { for first.map(|it| markup(&it.markup)) }
        </div>
    }
}

/// The command that gives the same report.
fn command(app: &App) -> String {
    let seed = app.seed.map_or(String::new(), |it| format!(" --seed {it}"));
    let runs = app.runs.map_or(String::new(), |it| format!(" --replications {it}"));
    let options = format!("{seed}{runs}");
    match &app.origin {
        Some(path) if !app.is_changed() => format!("stormglass run scenarios/{path}{options}"),
        _ => {
            let name = app.origin.as_deref().map_or("scenario.toml".to_owned(), |it| {
                let folder = it.split('/').next().unwrap_or_default();
                format!("scenarios/{folder}/shared.toml")
            });
            let end = terminator(&app.text);
            // The shell adds no line, and takes none away.
            let text = &app.text;
            let tail = if text.ends_with('\n') { "" } else { "\n" };
            let cut = if text.ends_with('\n') { "cat" } else { "head -c -1" };
            format!("{cut} > {name} <<'{end}'\n{text}{tail}{end}\nstormglass run {name}{options}")
        }
    }
}

/// A word that is no line of the text.
fn terminator(text: &str) -> String {
    let words = (0..).map(|it| if it == 0 { "END".to_owned() } else { format!("END{it}") });
    words.into_iter().find(|word| text.lines().all(|it| it != word)).unwrap_or_default()
}

fn keys() -> Html {
    html! {
        <dl class="keymap">{ for super::keys::ALL.iter().map(|(key, what)| html! { <><dt>{ for key.split(' ').map(|it| html! { <kbd>{ it }</kbd> }) }</dt><dd>{ *what }</dd></> }) }</dl>
    }
}

fn validation(app: &App) -> Html {
    let rows = app.aside.checks();
    let state = |it: &super::aside::Row| match &it.seen {
        None => html! { <td colspan="3">{ if it.running { "running …" } else { "waiting" } }</td> },
        Some(seen) => html! {
            <>
            <td class="r">{ &seen.text }</td>
            <td>{ markup(&seen.strip) }</td>
            <td class={if seen.agrees { "okd" } else { "bad" }}>{ if seen.agrees { "agrees" } else { "outside" } }</td>
            </>
        },
    };
    html! {
        <>
        <p class="lead">{ "Closed forms against the engine, run in this page now. Each interval is 95 %: of a dozen, about one in two visits has one that lies just outside. Agreement is held at 4 standard errors." }</p>
        <div class="wrap"><table class="valid" id="validation">
            <thead><tr><th scope="col">{ "what" }</th><th scope="col">{ "by" }</th><th scope="col" class="r">{ "theory" }</th><th scope="col" class="r">{ "simulated" }</th><th scope="col">{ "interval around theory" }</th><th scope="col"></th></tr></thead>
            <tbody>{ for rows.iter().map(|it| html! {
                <tr data-agrees={it.seen.as_ref().map(|it| it.agrees.to_string())}><th scope="row">{ it.what }</th><td>{ it.source }</td><td class="r">{ &it.theory }</td>{ state(it) }</tr>
            }) }</tbody>
        </table></div>
        <p class="hp">{ "The command line holds the engine to many more: cargo test -p sim-tests --test oracles." }</p>
        </>
    }
}

fn breaking(app: &App, link: &Link, part: Option<Part>, at: f64) -> Html {
    let facts = app.facts();
    let at = (at * 10.0).round() / 10.0;
    let parts = part.map_or_else(|| Part::all(&facts), |it| vec![it]);
    html! {
        <>
        <p class="lead">{ format!("From {} on, for a minute. It is written into the scenario, where you can change it.", sim_plot::instant(at)) }</p>
        { for parts.into_iter().map(|part| html! {
            <div class="breakable">
                <b>{ part.name(&facts) }</b>
                <span>{ for part.breakages().iter().map(|what| html! {
                    <button class="tgl" data-part={part.name(&facts)} onclick={link.callback(move |_| Msg::Break(part, what, at))}>{ what.name }</button>
                }) }</span>
            </div>
        }) }
        </>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_line_of_the_text_ends_it() {
        assert_eq!(super::terminator("END\nEND1\n x END2"), "END2");
        assert_eq!(super::terminator(""), "END");
    }
}
