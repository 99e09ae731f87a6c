//! Sliders and text: two ways to change the scenario, in step.

use sim_core::order;
use sim_core::scenario::Setting;
use sim_plot::figure::counted;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Link;
use super::browser::lowercase;
use crate::app::{App, Msg, Tab};
use crate::protocol::Wrong;
use crate::range::{Range, STEPS};

/// Sections that are open at first.
const OPEN: usize = 2;
/// What a first visit is pointed at.
const FIRST: &str = "service.checkout.call.fraud.timeout";
/// Lines of text around the one that a slider writes.
const AROUND: usize = 2;

pub(super) fn aside(app: &App, link: &Link) -> Html {
    let tab = |tab: Tab, name: Html| {
        let selected = (app.tab == tab).to_string();
        let id = if tab == Tab::Controls { "tab-controls" } else { "tab-text" };
        html! {
            <button {id} role="tab" aria-selected={selected} aria-controls="pane" onclick={link.callback(move |_| Msg::Tab(tab))}>{ name }</button>
        }
    };
    let changed = changed(app).count();
    let count = (changed > 0)
        .then(|| html! { <span class="n" id="changed">{ format!("{changed} changed") }</span> });
    let label = if app.tab == Tab::Controls { "tab-controls" } else { "tab-text" };
    html! {
        <aside aria-label="Scenario">
            <div class="tabs" role="tablist">
                { tab(Tab::Controls, html! { <>{ "Controls" }{ for count }</> }) }
                { tab(Tab::Text, html! { "Scenario text" }) }
            </div>
            <div class="pane" id="pane" role="tabpanel" aria-labelledby={label} tabindex="-1">
                { if app.tab == Tab::Controls { controls(app, link) } else { editor(app, link) } }
            </div>
            { if app.tab == Tab::Controls { excerpt(app, link) } else { html! {} } }
        </aside>
    }
}

fn changed(app: &App) -> impl Iterator<Item = &Setting> {
    app.settings.iter().filter(|it| was(app, it).is_some())
}

/// The number that a setting had, where it has another.
fn was(app: &App, setting: &Setting) -> Option<f64> {
    let was = app.ranges.get(&(setting.path.clone(), setting.index))?.1;
    (was != setting.number).then_some(was)
}

fn controls(app: &App, link: &Link) -> Html {
    let find = link.callback(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Msg::Find(input.value())
    });
    let wanted = lowercase(app.find.trim());
    let shown =
        |it: &&(usize, &Setting)| wanted.is_empty() || lowercase(&it.1.path).contains(&wanted);
    let all: Vec<_> = app.settings.iter().enumerate().collect();
    let pointed = all.iter().find(|it| it.1.path == FIRST && wanted.is_empty());
    let pointed = pointed.map(|it| it.1.section.clone());
    let mut sections: Vec<(String, Vec<(usize, &Setting)>)> = Vec::new();
    for entry in all.iter().filter(shown) {
        match sections.iter_mut().find(|it| it.0 == entry.1.section) {
            Some(section) => section.1.push(*entry),
            None => sections.push((entry.1.section.clone(), vec![*entry])),
        }
    }
    order::sort_by_key(&mut sections, |it| rank(&it.0, pointed.as_deref()));
    let none = sections
        .is_empty()
        .then(|| html! { <p key="none" class="hp">{ "Nothing is called so." }</p> });
    let open = |index: usize| index < OPEN || !wanted.is_empty();
    // Each child has a key, or else the field in which somebody writes would not stay the same.
    html! {
        <>
        <label key="find" class="find"><span class="vh">{ "Find a setting" }</span>
            <input id="find" type="search" placeholder="Find a setting" value={app.find.clone()} oninput={find} /><kbd aria-hidden="true">{ "/" }</kbd>
        </label>
        { for sections.iter().enumerate().map(|(index, (name, settings))| html! {
            <details key={name.clone()} open={open(index) || settings.iter().any(|it| Some(it.0) == app.focus)}>
                <summary>{ heading(name) }<span>{ counted(settings.len() as u64, "setting") }</span></summary>
                { for settings.iter().map(|(index, it)| control(app, link, *index, it)) }
            </details>
        }) }
        { for none }
        </>
    }
}

/// What people turn first stands first.
fn rank(section: &str, pointed: Option<&str>) -> u8 {
    match section {
        _ if Some(section) == pointed => 0,
        _ if section.starts_with("fault") => 1,
        _ if section.contains(".call.") => 2,
        _ if section.starts_with("load") => 3,
        _ if section.starts_with("pool") => 4,
        _ if section.starts_with("service") => 5,
        _ => 6,
    }
}

/// `checkout → fraud` for `service.checkout.call.fraud`.
fn heading(section: &str) -> String {
    let plain = |it: &str| it.replace('.', " ");
    let Some(rest) = section.strip_prefix("service.") else {
        return if section.is_empty() { "scenario".to_owned() } else { plain(section) };
    };
    match rest.split_once(".call.") {
        Some((from, to)) => format!("{} → {}", plain(&from.replace(".op", "")), plain(to)),
        None => format!("service {}", plain(rest)),
    }
}

fn control(app: &App, link: &Link, index: usize, setting: &Setting) -> Html {
    let key = (setting.path.clone(), setting.index);
    let range = app.ranges.get(&key).map_or_else(|| Range::of(setting), |it| it.0);
    let turn = link.batch_callback(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        input.value().parse().ok().map(|place: f64| Msg::Turn(index, range.number(place)))
    });
    let settle = link.callback(|_: Event| Msg::Settled);
    let write = link.batch_callback(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let number =
            input.value().trim().parse::<f64>().ok().filter(|it| it.is_finite() && *it >= 0.0);
        // Each number that is written is a step of its own.
        number.map_or_else(Vec::new, |number| vec![Msg::Turn(index, number), Msg::Settled])
    });
    let focused = app.focus == Some(index);
    let was = was(app, setting);
    let number = setting.number.to_string();
    // As wide as it is long, from 44 pixels on.
    let width = format!("width:max(44px,{}ch)", number.len() + 1);
    let id = format!("s{index}");
    let name = label(setting);
    let spoken = format!("{} {name}", heading(&setting.section));
    let class = classes!("ctl", focused.then_some("on"), was.is_some().then_some("changed"));
    let before =
        was.map(|it| html! { <span class="chg">{ format!("was {it} {}", setting.unit) }</span> });
    let mark = was.map(|it| html! { <i class="was" style={format!("left:{:.1}%", range.place(it) / STEPS * 100.0)}></i> });
    let hint = (setting.path == FIRST && setting.index == 0 && !app.is_changed()).then(
        || html! { <p class="hint">{ "Drag this: give the fraud check more time, or less." }</p> },
    );
    html! {
        <div {class} data-path={setting.path.clone()} data-index={setting.index.to_string()} onfocusin={link.callback(move |_| Msg::Focus(Some(index)))}>
            { for hint }
            <div class="r1">
                <label for={id.clone()}>{ &name }</label>
                { for before }
                <span class="num"><input aria-label={format!("{spoken}, value")} inputmode="decimal" style={width} value={number} onchange={write} /><span>{ unit(&setting.unit) }</span></span>
            </div>
            <div class="trk">
                <input {id} type="range" min="0" max={STEPS.to_string()} step="1" value={range.place(setting.number).round().to_string()} oninput={turn} onchange={settle} aria-valuetext={format!("{} {}", setting.number, setting.unit)} />
                { for mark }
            </div>
            { if focused { help(setting, range) } else { html! {} } }
        </div>
    }
}

fn unit(unit: &str) -> String {
    if unit == "us" { "µs".to_owned() } else { unit.to_owned() }
}

/// `breaker opens at`, as far as keys are words.
fn label(setting: &Setting) -> String {
    let key = setting.key.replace(['_', '.'], " ");
    let part = if setting.part.is_empty() { String::new() } else { format!(" {}", setting.part) };
    let number = if setting.index > 0 && setting.part.is_empty() {
        format!(" ({})", setting.index + 1)
    } else {
        String::new()
    };
    format!("{key}{part}{number}")
}

fn help(setting: &Setting, range: Range) -> Html {
    let ends = |it: f64| format!("{it} {}", unit(&setting.unit));
    html! {
        <>
        <div class="r3"><span>{ ends(range.low) }</span><span>{ ends(range.high) }</span></div>
        <p class="hp"><code>{ &setting.path }</code>{ crate::edit::doc(setting) }</p>
        </>
    }
}

/// The lines around what the slider in focus writes.
fn excerpt(app: &App, link: &Link) -> Html {
    let setting = app.focus.and_then(|it| app.settings.get(it));
    let setting = setting.or_else(|| app.settings.iter().find(|it| it.path == FIRST));
    let Some(setting) = setting.or(app.settings.first()) else { return html! {} };
    let before = app.text.get(..setting.place.start).unwrap_or_default();
    let line = before.matches('\n').count();
    let first = line.saturating_sub(AROUND);
    let lines = app.text.lines().enumerate().skip(first).take(2 * AROUND + 1);
    let state = match app.wrong.first() {
        None => html! { <span class="okd">{ "in step" }</span> },
        Some(_) => html! { <span class="bad">{ "the picture shows the last good run" }</span> },
    };
    html! {
        <div class="inst">
            <div class="ih"><span>{ format!("scenario text, line {}", line + 1) }</span>{ state }</div>
            <pre>{ for lines.map(|(number, text)| html! {
                <span class={classes!("ln", (number == line).then_some("hl"))} data-n={(number + 1).to_string()}>{ text }</span>
            }) }</pre>
            { wrongs(app, link) }
        </div>
    }
}

fn editor(app: &App, link: &Link) -> Html {
    let edit = link.callback(|event: InputEvent| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        Msg::Edit(area.value())
    });
    let lines = app.text.lines().count() + 1;
    let state =
        if app.wrong.is_empty() { "in step" } else { "the picture shows the last good run" };
    html! {
        <>
        { wrongs(app, link) }
        <div class="ed">
            <pre class="back" aria-hidden="true">{ marked(&app.text, &app.wrong) }</pre>
            <textarea id="text" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off" rows={lines.to_string()}
                aria-label="Scenario text" aria-describedby="wrong" aria-invalid={(!app.wrong.is_empty()).to_string()}
                value={app.text.clone()} oninput={edit} />
        </div>
        <p class={if app.wrong.is_empty() { "okd" } else { "bad" }}>{ state }</p>
        </>
    }
}

/// The text with marks where something is wrong.
fn marked(text: &str, wrong: &[Wrong]) -> Html {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut spans: Vec<_> = wrong.iter().map(|it| it.span).collect();
    order::sort_by_key(&mut spans, |it| *it);
    for (start, end) in spans {
        let end = end.max(start + 1).min(text.len());
        if start < from || start >= end || text.get(start..end).is_none() {
            continue;
        }
        pieces.push(html! { text[from..start].to_owned() });
        pieces.push(html! { <mark>{ text[start..end].to_owned() }</mark> });
        from = end;
    }
    pieces.push(html! { format!("{}\n", &text[from..]) });
    pieces.into_iter().collect()
}

/// What is wrong, where, and how to mend it.
fn wrongs(app: &App, link: &Link) -> Html {
    if app.wrong.is_empty() {
        return html! { <div id="wrong"></div> };
    }
    let one = |it: &Wrong| {
        html! {
            <li>
                <button class="lk" onclick={link.callback(|_| Msg::Tab(Tab::Text))}>{ format!("Line {}", it.at.0) }</button>
                { ": " }{ &it.message }{ " " }<code>{ &it.code }</code>
                { for it.help.iter().map(|help| html! { <small>{ help }</small> }) }
            </li>
        }
    };
    html! { <div id="wrong"><ul class="wrong">{ for app.wrong.iter().take(6).map(one) }</ul></div> }
}
