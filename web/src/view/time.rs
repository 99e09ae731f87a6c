//! The time line, and all charts under it.

use std::rc::Rc;

use sim_plot::Frame;
use sim_plot::figure::counted;
use web_sys::{Element, HtmlSelectElement, PointerEvent};
use yew::prelude::*;

use super::browser::{width_of, window_width};
use super::drag::{Held, capture, grip};
use super::{Column, Drawn, Link, clock_text, markup, unasked};
use crate::app::{App, Dialog, Msg, Show};
use crate::charts::{self, Chart, Scales, Wanted};
use crate::play::SPEEDS;
use crate::protocol::{Facts, FaultFacts};
use crate::run::Variant;
use crate::stage::Stage;

/// Pixels of the numbers beside the charts.
const READ: f64 = 158.0;
/// From here on down a page is a phone's.
const PHONE: f64 = 760.0;

/// The load that outcomes and latency are of.
pub(super) fn load(app: &App, facts: &Facts) -> String {
    let load = facts.loads.get(app.load).or(facts.loads.first());
    load.map_or(String::new(), |it| it.name.clone())
}

/// Draws what has changed.
pub(super) fn draw(app: &App) {
    if app.drawn.borrow().version == Some(app.version) {
        return;
    }
    let shown = shown(app);
    let facts = app.facts();
    let load = load(app, &facts);
    let columns = shown.len().max(1) as f64;
    let room = width_of("time", 0.72 * window_width()) - 16.0;
    let phone = window_width() <= PHONE;
    let each = if phone { room } else { (room - 12.0 * (columns - 1.0)) / columns };
    let width = if phone || columns > 1.0 { each } else { each - READ };
    let wanted = Wanted { load: &load, width: width.max(280.0).floor(), span: app.span() };
    let ghosts = |it: &Variant| {
        let ghost = app.ghost.as_ref()?;
        ghost.variants.iter().find(|old| old.facts.name == it.facts.name)
    };
    let pairs: Vec<_> = shown.iter().map(|it| (it.1, ghosts(it.1))).collect();
    let scales = Scales::of(&pairs, &wanted);
    let columns = shown.iter().zip(&pairs).map(|((letter, variant), pair)| Column {
        name: variant.facts.name.clone(),
        letter,
        width: wanted.width,
        charts: charts::charts(variant, pair.1, &wanted, &scales),
    });
    let columns = Rc::new(columns.collect());
    let stage = app.shown().map_or_else(Rc::default, |it| Rc::new(Stage::of(&it.facts)));
    app.drawn.replace(Drawn { version: Some(app.version), columns, stage });
}

fn shown(app: &App) -> Vec<(&'static str, &Variant)> {
    let a = app.run.variants.first().map(|it| ("A", it));
    let b = app.beside().map(|it| ("B", it));
    let wanted = match app.show {
        Show::A => [a, None],
        Show::B => [b.or(a), None],
        Show::Both => [a, b],
    };
    wanted.into_iter().flatten().collect()
}

pub(super) fn time(app: &App, link: &Link) -> Html {
    let columns = app.drawn.borrow().columns.clone();
    let facts = app.facts();
    let style = columns.first().map_or(String::new(), |it| format!("--w:{}px", it.width));
    let both = columns.len() > 1;
    html! {
        <section class="time" id="time" tabindex="-1" aria-label="Time line and charts" {style}>
            { transport(app, link, &facts) }
            <div class={if both { "cols two" } else { "cols" }}>
                { for columns.iter().map(|it| column(app, link, it, both)) }
            </div>
            { numbers(app) }
            { unasked::drawn(app) }
            { provenance(app) }
        </section>
    }
}

fn transport(app: &App, link: &Link, facts: &Facts) -> Html {
    let play = *app.play.borrow();
    let speeds = SPEEDS.iter().enumerate().map(|(index, it)| {
        let pressed = (index == play.speed).to_string();
        html! { <button aria-pressed={pressed} onclick={link.callback(move |_| Msg::Speed(index))}>{ it.name() }</button> }
    });
    let now =
        facts.faults.iter().find(|it| it.from <= app.at() && it.to.is_none_or(|to| app.at() < to));
    let window = facts.window;
    let at = play.at;
    let zoom = app.zoom.map(|_| html! { <button class="tgl" onclick={link.callback(|_| Msg::Zoom(None))}>{ "Show all" }</button> });
    let undo = app.is_changed().then(|| html! { <button class="tgl" onclick={link.callback(|_| Msg::Undo)} title="Undo (z)">{ "Undo" }</button> });
    let ghost =
        app.ghost.as_ref().map(|_| html! { <span class="gh"><i></i>{ "the run before" }</span> });
    html! {
        <div class="tp">
            { play_button(app, link) }
            <button class="tgl ico" aria-label="Back one window" title="Back (←)" onclick={link.callback(move |_| Msg::Step(-window))}>{ icon("M11 3v10L4.5 8zM3 3h1.5v10H3z") }</button>
            <button class="tgl ico" aria-label="On one window" title="On (→)" onclick={link.callback(move |_| Msg::Step(window))}>{ icon("M5 3v10l6.5-5zM11.5 3H13v10h-1.5z") }</button>
            <button class="tgl ico" aria-label="Restart" title="From the beginning (home)" onclick={link.callback(|_| Msg::Restart)}>{ icon("M8 3a5 5 0 1 1-4.7 3.3l1.4.5A3.5 3.5 0 1 0 8 4.5V7L4 3.7 8 .5z") }</button>
            <span class="clk"><b id="clock">{ clock_text(at) }</b><span>{ format!(" of {}", sim_plot::instant(app.run.duration())) }</span></span>
            <span class="spd" role="group" aria-label="Speed">{ for speeds }</span>
            { match now {
                Some(fault) => html! { <span class="phs">{ format!("in {}", fault.name) }</span> },
                None => html! {},
            } }
            <button class="tgl" id="break" onclick={link.callback(move |_| Msg::Dialog(Some(Dialog::Break(None, at))))} aria-haspopup="dialog" title="Break a part (x)">{ "Break a part" }</button>
            { for zoom }{ for undo }
            <span class="sp"></span>
            { loads(app, link, facts) }{ for ghost }{ progress(app) }
        </div>
    }
}

fn icon(path: &'static str) -> Html {
    html! { <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={path} fill="currentColor" /></svg> }
}

pub(super) fn play_button(app: &App, link: &Link) -> Html {
    let playing = app.play.borrow().playing;
    let (name, path) = if playing {
        ("Pause", "M4 3h3v10H4zM9 3h3v10H9z")
    } else {
        ("Play", "M4 2.5l9 5.5-9 5.5z")
    };
    html! {
        <button class="play" aria-label={name} title={format!("{name} (space)")} onclick={link.callback(|_| Msg::Toggle)}>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={path} fill="currentColor" /></svg>
        </button>
    }
}

fn loads(app: &App, link: &Link, facts: &Facts) -> Html {
    if facts.loads.len() < 2 {
        return html! {};
    }
    let change = link.callback(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Msg::Load(select.value().parse().unwrap_or(0))
    });
    html! {
        <select aria-label="Load shown" onchange={change}>
            { for facts.loads.iter().enumerate().map(|(index, it)| html! { <option value={index.to_string()} selected={index == app.load}>{ &it.name }</option> }) }
        </select>
    }
}

pub(super) fn progress(app: &App) -> Html {
    let (done, all) = app.run.progress();
    let text = match &app.run.done {
        // Disasters are no runs of requests.
        Some(it) if done == 0 => format!("done in {} ms", it.millis.round()),
        Some(it) => {
            format!("{} in {} ms", counted(u64::from(done), "run"), it.millis.round())
        }
        None if done > 0 => format!("run {} of {all}", (done + 1).min(all)),
        None => {
            let share = app.run.variants.first().map_or(0.0, |it| it.share);
            format!("running {} … {:.0} %", sim_plot::instant(app.run.duration()), 100.0 * share)
        }
    };
    let state = if app.run.done.is_some() { "done" } else { "running" };
    html! { <span class="prog" id="progress" data-state={state}>{ text }</span> }
}

fn column(app: &App, link: &Link, column: &Column, both: bool) -> Html {
    let facts =
        app.run.variants.iter().find(|it| it.facts.name == column.name).map(|it| it.facts.clone());
    let Some(facts) = facts else { return html! {} };
    let span = app.span();
    let hover = app.hover.map(|at| (at - span.0) / (span.1 - span.0));
    let style = hover.map_or("--hover:-1".to_owned(), |it| format!("--hover:{it:.4}"));
    let (over, out) =
        (pointed(link, column, span), link.callback(|_: PointerEvent| Msg::Hover(None)));
    let (down, up) = brush(app, link, column, span);
    html! {
        <div class="col" {style}>
            { if both { html! { <p class="which"><b>{ column.letter }</b>{ " " }{ &column.name }</p> } } else { html! {} } }
            { line(app, link, &facts, column) }
            <div class="plots" onpointermove={over} onpointerleave={out} onpointerdown={down} onpointerup={up}>
                { for column.charts.iter().map(|it| chart(app, it, both)) }
                <i class="head"></i>
                { if hover.is_some() { html! { <><i class="cross"></i>{ tooltip(app, column) }</> } } else { html! {} } }
            </div>
        </div>
    }
}

fn chart(app: &App, chart: &Chart, both: bool) -> Html {
    let reading = |it: &charts::Reading| {
        let class = classes!("key", it.ink, it.is_line.then_some("stroke"));
        html! { <li><i {class}></i><span>{ &it.name }</span><b>{ it.at(app.at()) }</b></li> }
    };
    let most = if both { 0 } else { 5 };
    html! {
        <figure data-chart={chart.title.clone()}>
            <figcaption><b>{ &chart.title }</b>{ " " }<span>{ chart.note }</span></figcaption>
            <div class="row">
                <div class="draw">{ markup(&chart.markup) }</div>
                <ul class="read">{ for chart.readings.iter().take(most).map(reading) }</ul>
            </div>
        </figure>
    }
}

/// All numbers at the pointer.
fn tooltip(app: &App, column: &Column) -> Html {
    let Some(at) = app.hover else { return html! {} };
    let span = app.span();
    let right = (at - span.0) / (span.1 - span.0) > 0.6;
    let rows = column.charts.iter().flat_map(|it| &it.readings).take(12);
    html! {
        <div class={if right { "tip left" } else { "tip" }} aria-hidden="true">
            <b>{ sim_plot::instant((at * 10.0).round() / 10.0) }</b>
            <ul>{ for rows.map(|it| html! {
                <li><i class={classes!("key", it.ink, it.is_line.then_some("stroke"))}></i><span>{ &it.name }</span><b>{ it.at(at) }</b></li>
            }) }</ul>
        </div>
    }
}

/// The time under the pointer, on the charts or on the time line.
fn time_at(event: &MouseEvent, width: f64, span: (f64, f64)) -> Option<f64> {
    // SVG elements are no HTML elements: the way up begins at either.
    let target: Element = event.target_dyn_into()?;
    let plots = target.closest(".plots, .line").ok().flatten()?;
    let x = f64::from(event.client_x()) - plots.get_bounding_client_rect().left();
    let (left, right) = Frame::plot_of(width);
    let share = (x - left) / (right - left);
    (-0.02..=1.02).contains(&share).then(|| span.0 + share.clamp(0.0, 1.0) * (span.1 - span.0))
}

fn pointed(link: &Link, column: &Column, span: (f64, f64)) -> Callback<PointerEvent> {
    let width = column.width;
    link.callback(move |event: PointerEvent| Msg::Hover(time_at(&event, width, span)))
}

/// A click puts the play head there; a drag zooms.
fn brush(
    app: &App,
    link: &Link,
    column: &Column,
    span: (f64, f64),
) -> (Callback<PointerEvent>, Callback<PointerEvent>) {
    let width = column.width;
    let held = app.held.clone();
    let down = Callback::from(move |event: PointerEvent| {
        capture(&event);
        held.set(time_at(&event, width, span).map(Held::Charts));
    });
    let held = app.held.clone();
    let up = link.batch_callback(move |event: PointerEvent| {
        let (Some(Held::Charts(from)), Some(to)) = (held.take(), time_at(&event, width, span))
        else {
            return None;
        };
        let (low, high) = (f64::min(from, to), f64::max(from, to));
        let dragged = high - low > 0.02 * (span.1 - span.0);
        Some(if dragged { Msg::Zoom(Some((low, high))) } else { Msg::Seek(to) })
    });
    (down, up)
}

/// A fault on the time line: it is moved, and its end pulled, where the text says when that is.
fn fault(app: &App, link: &Link, fault: &FaultFacts, column: &Column, until: f64) -> Html {
    let (span, width) = (app.span(), column.width);
    let length = span.1 - span.0;
    let share = |at: f64| ((at - span.0) / length).clamp(0.0, 1.0) * 100.0;
    let (from, to) = (share(fault.from), share(fault.to.unwrap_or(until)));
    let style = format!("left:{from:.3}%;width:{:.3}%", (to - from).max(0.4));
    let (left, right) = Frame::plot_of(width);
    let seconds = length / (right - left);
    let held = |key: &str, least: f64| {
        let path = format!("fault.{}.{key}", fault.name);
        grip(app, link, &path, (seconds, least), move |it| time_at(it, width, span).map(Msg::Seek))
    };
    let (whole, end) = (held("at", 0.0), held("for", 1.0));
    let title = match (&whole, &end) {
        (None, None) => format!("{}: {}", fault.name, fault.what),
        _ => format!("{}: {}. Drag it, or its end.", fault.name, fault.what),
    };
    let end = end.map(|it| html! { <i class="end" onpointerdown={it.down} onpointermove={it.along} onpointerup={it.up}></i> });
    let name = html! { <b>{ &fault.name }</b> };
    match whole {
        Some(it) => {
            html! { <span class="fault held" {style} {title} onpointerdown={it.down} onpointermove={it.along} onpointerup={it.up}>{ name }{ for end }</span> }
        }
        None => html! { <span class="fault" {style} {title}>{ name }{ for end }</span> },
    }
}

/// Faults and times; the play head is moved here.
fn line(app: &App, link: &Link, facts: &Facts, column: &Column) -> Html {
    let span = app.span();
    let seen = |it: &&FaultFacts| it.from < span.1 && it.to.is_none_or(|to| to > span.0);
    let faults = facts.faults.iter().filter(seen);
    let faults = faults.map(|it| fault(app, link, it, column, facts.duration));
    let width = column.width;
    let seek = link.batch_callback(move |event: PointerEvent| {
        (event.buttons() == 1).then(|| time_at(&event, width, span)).flatten().map(Msg::Seek)
    });
    let add = link.batch_callback(move |event: MouseEvent| {
        time_at(&event, width, span).map(|at| Msg::Dialog(Some(Dialog::Break(None, at))))
    });
    let ticks = charts::times(span, column.width).into_iter().map(|(share, text)| {
        html! { <span style={format!("left:{:.3}%", 100.0 * share)}>{ text }</span> }
    });
    let at = app.play.borrow().at;
    let slide = link.batch_callback(|event: InputEvent| {
        let input: web_sys::HtmlInputElement = event.target_unchecked_into();
        input.value().parse().ok().map(Msg::Seek)
    });
    let none = facts
        .faults
        .is_empty()
        .then(|| html! { <em>{ "No faults yet. Double click to break something." }</em> });
    html! {
        <div class="line" onpointerdown={seek.clone()} onpointermove={seek} ondblclick={add}>
            <div class="faults">{ for faults }{ for none }<i class="knob"></i></div>
            <div class="ticks" aria-hidden="true">{ for ticks }</div>
            <input class="vh scrub" type="range" min="0" max={format!("{:.1}", app.run.duration())} step={facts.window.to_string()} value={format!("{at:.1}")}
                aria-label="Play head" aria-valuetext={clock_text(at)} oninput={slide} />
        </div>
    }
}

/// The main numbers by phase: the accessible form of the charts.
fn numbers(app: &App) -> Html {
    let shown = shown(app);
    let Some((_, variant)) = shown.first() else { return html! {} };
    let Some(outcome) = &variant.outcome else { return html! {} };
    let load = load(app, &variant.facts);
    let Some(numbers) = outcome.numbers.iter().find(|it| it.load == load) else { return html! {} };
    let at = app.at();
    let rows = outcome.phases.iter().zip(&numbers.phases);
    let heads = ["answered", "in full", "goodput", "p50", "p99"];
    html! {
        <details class="numbers" id="numbers" open=true>
            <summary>{ format!("Numbers of {load}, {}", variant.facts.name) }<span>{ format!("{}, 95 % intervals", counted(u64::from(outcome.replications), "run")) }</span></summary>
            <div class="wrap"><table>
                <thead><tr><th scope="col">{ "phase" }</th>{ for heads.map(|it| html! { <th scope="col">{ it }</th> }) }</tr></thead>
                <tbody>{ for rows.map(|((name, from, to), values)| {
                    let now = name != "always" && (*from..*to).contains(&at);
                    html! {
                        <tr class={now.then_some("now")} data-phase={name.clone()}>
                            <th scope="row">{ name }{ if now { html! { <em>{ " now" }</em> } } else { html! {} } }</th>
                            { for values.iter().map(|it| html! { <td>{ it }</td> }) }
                        </tr>
                    }
                }) }</tbody>
            </table></div>
        </details>
    }
}

pub(super) fn provenance(app: &App) -> Html {
    let Some(done) = &app.run.done else { return html! { <p class="prov" id="hash"></p> } };
    html! {
        <p class="prov" id="hash" data-hash={done.hash.clone()} data-millis={done.millis.to_string()} data-events={done.events.to_string()}>
            { format!("{} requests, {} events, report ", sim_plot::figure::whole(done.requests), sim_plot::figure::whole(done.events)) }
            <code title="The command line gives the same">{ &done.hash[..16.min(done.hash.len())] }</code>
        </p>
    }
}

/// Play, time and break at the foot of a phone.
pub(super) fn dock(app: &App, link: &Link) -> Html {
    let at = app.play.borrow().at;
    html! {
        <div class="dock">
            { play_button(app, link) }
            <span class="clk"><b id="clock-small">{ clock_text(at) }</b></span>
            <span class="sp"></span>
            <button class="tgl" onclick={link.callback(move |_| Msg::Dialog(Some(Dialog::Break(None, at))))}>{ "Break a part" }</button>
        </div>
    }
}
