//! Who calls whom, how full everything is, and what moves.

use sim_core::report::Unit;
use sim_plot::figure::{exact, whole};
use yew::prelude::*;

use super::{Link, glyph};
use crate::app::{App, Dialog, Msg};
use crate::edit::Part;
use crate::protocol::{CallFacts, FaultFacts};
use crate::run::Variant;
use crate::stage::{Lane, Placed};

/// Pools with more slots than this are bars.
const MOST_CELLS: u32 = 400;
/// Pixels of the cells of a pool.
const POOL: (f64, f64) = (92.0, 27.0);
/// Wider bars are no longer read.
const BAR: f64 = 56.0;

/// What is seen at one time.
struct Moment<'a> {
    variant: &'a Variant,
    at: f64,
    window: usize,
}

impl Moment<'_> {
    fn value(&self, entity: &str, name: &str) -> f64 {
        let track = self.variant.first(entity, name);
        let value = track.and_then(|it| it.values.get(self.window)).copied().unwrap_or(0.0);
        if value.is_finite() { value } else { 0.0 }
    }

    /// The highest so far.
    fn peak(&self, entity: &str, name: &str) -> f64 {
        let values = self.variant.first(entity, name).map(|it| &it.values[..]).unwrap_or_default();
        let seen = values.iter().take(self.window + 1).copied();
        seen.filter(|it| it.is_finite()).fold(0.0, f64::max)
    }

    fn faults(&self, part: Part) -> Vec<&FaultFacts> {
        let facts = &self.variant.facts;
        let now = |it: &&FaultFacts| it.from <= self.at && it.to.is_none_or(|to| self.at < to);
        let here = |it: &&FaultFacts| part.is_struck(&it.on, facts);
        facts.faults.iter().filter(now).filter(here).collect()
    }
}

pub(super) fn picture(app: &App, link: &Link) -> Html {
    let Some(variant) = app.shown() else {
        return html! { <section id="stage"><p class="lead">{ "Starting …" }</p></section> };
    };
    let stage = app.drawn.borrow().stage.clone();
    let facts = &variant.facts;
    let at = app.at();
    let window = ((at - facts.series_from) / facts.window).max(0.0) as usize;
    let moment = Moment { variant, at, window };
    let size = format!("0 0 {:.0} {:.0}", stage.width, stage.height);
    let shape = format!(
        "aspect-ratio:{:.0}/{:.0};max-width:{:.0}px",
        stage.width,
        stage.height,
        1.15 * stage.width
    );
    let calls = facts.calls.iter().enumerate().zip(&stage.calls);
    let loads = facts.loads.iter().enumerate().zip(stage.loads.iter().zip(&stage.asks));
    let services = facts.services.iter().enumerate().zip(&stage.services);
    let every =
        crate::motion::requests_a_dot(&variant.film, *app.play.borrow(), app.run.duration());
    html! {
        <section id="stage" aria-label="Picture">
            <div class="sh"><h2>{ headline(&moment, app) }</h2><p>{ beside(&moment) }</p></div>
            <div class="scroll">
            <div class="board" style={shape}>
                <svg class="chart topology" viewBox={size.clone()} aria-label="Loads, services and calls" role="group">
                    { for loads.clone().map(|((_, _), (_, lane))| way(lane, false)) }
                    { for calls.clone().map(|((index, _), lane)| way(lane, !moment.faults(Part::Call(index)).is_empty())) }
                    { for calls.map(|((index, it), lane)| call(&moment, link, index, it, lane)) }
                    { for loads.map(|((index, it), (placed, _))| load(&moment, link, index, &it.name, &it.note, *placed)) }
                    { for services.map(|((index, _), placed)| service(&moment, link, index, *placed)) }
                </svg>
                <canvas id="dots" aria-hidden="true"></canvas>
            </div>
            </div>
            <p class="legend">
                <span><i class="dot full"></i>{ "full" }</span><span><i class="dot deg"></i>{ "degraded" }</span>
                <span><i class="dot fail"></i>{ "failed" }</span>
                { if every > 1 { html! { <span>{ format!("1 dot = {every} requests") }</span> } } else { html! {} } }
                <span class="hint2">{ "Click a part to break it." }</span>
            </p>
            { list(&moment) }
        </section>
    }
}

/// What there is to say of this moment.
fn headline(moment: &Moment<'_>, app: &App) -> String {
    let load = super::time::load(app, &moment.variant.facts);
    let of = |name: &str| moment.value(&load, name);
    let (full, degraded) = (of("full"), of("degraded"));
    let first = moment
        .variant
        .first
        .iter()
        .filter(|it| it.entity == load && it.name.starts_with("failed."));
    let failed = first.map(|it| (it.values.get(moment.window).copied().unwrap_or(0.0), &it.name));
    let worst = failed.clone().filter(|it| it.0 > 0.0).max_by(|a, b| a.0.total_cmp(&b.0));
    let failed: f64 = failed.map(|it| it.0).sum();
    let all = full + degraded + failed;
    let offered = of("started");
    match worst {
        _ if all == 0.0 && offered > 0.0 => "Nothing comes back".to_owned(),
        _ if all == 0.0 => "Nothing is asked".to_owned(),
        Some((_, reason)) if failed > 0.01 * all => {
            let reason = reason.trim_start_matches("failed.").replace('_', " ");
            format!("{} of requests fail: {reason}", exact(failed / all, Unit::Share))
        }
        _ if degraded > 0.99 * all => "Every request is answered, with less".to_owned(),
        _ if degraded > 0.01 * all => {
            format!("{} of requests are answered with less", exact(degraded / all, Unit::Share))
        }
        _ if all < 0.8 * offered => "More is asked than answered".to_owned(),
        _ => "Every request is answered in full".to_owned(),
    }
}

fn beside(moment: &Moment<'_>) -> String {
    let facts = &moment.variant.facts;
    let open = facts.calls.iter().filter(|it| moment.value(&it.name, "breakers_open") > 0.5);
    let open: Vec<_> = open.map(|it| crate::charts::callee(&it.name)).collect();
    let run = format!("{}, first run", facts.name);
    match &open[..] {
        [] => run,
        [one] => format!("{run}; breaker of {one} open"),
        many => format!("{run}; breakers open: {}", many.join(", ")),
    }
}

fn way(lane: &Lane, faulted: bool) -> Html {
    let class = if faulted { "l k-fail-l" } else { "l k-line2" };
    html! { <path {class} stroke-width="1.4" d={lane.path.clone()} /> }
}

/// A part that can be broken by a click or a key.
fn part(link: &Link, part: Part, name: &str, at: f64, inside: Html) -> Html {
    let open = link.callback(move |()| Msg::Dialog(Some(Dialog::Break(Some(part), at))));
    let click = open.reform(|_: MouseEvent| ());
    let key = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            open.emit(());
        }
    });
    html! { <g class="part" tabindex="0" role="button" data-part={name.to_owned()} onclick={click} onkeydown={key}><title>{ format!("Break {name}") }</title>{ inside }</g> }
}

fn load(
    moment: &Moment<'_>,
    link: &Link,
    index: usize,
    name: &str,
    note: &str,
    at: Placed,
) -> Html {
    let rate = moment.value(name, "started");
    let faults = moment.faults(Part::Load(index));
    let class = if faults.is_empty() { "node k-line2" } else { "node k-fail-l" };
    let middle = at.x + at.width / 2.0;
    let inside = html! {
        <>
        <rect {class} x={px(at.x)} y={px(at.top)} width={px(at.width)} height={px(at.height)} rx="23" />
        <text class="t b k-ink" x={px(middle)} y={px(at.top + 19.0)} text-anchor="middle">{ shortened(name, 15) }</text>
        <text class="t s k-ink3" x={px(middle)} y={px(at.top + 34.0)} text-anchor="middle">{ format!("{}, {note}", exact(rate, Unit::PerSecond)) }</text>
        { for faults.iter().map(|it| tag(&it.what, at.x + 8.0, at.top + at.height + 4.0)) }
        </>
    };
    part(link, Part::Load(index), name, moment.at, inside)
}

fn service(moment: &Moment<'_>, link: &Link, index: usize, at: Placed) -> Html {
    let facts = &moment.variant.facts.services[index];
    let faults = moment.faults(Part::Service(index));
    let killed = faults.iter().any(|it| it.what == "killed");
    let class = classes!(
        "node",
        if faults.is_empty() { "k-line2" } else { "k-fail-l" },
        killed.then_some("killed")
    );
    let (busy, queue) = (moment.value(&facts.name, "busy"), moment.value(&facts.name, "queue"));
    let in_flight = moment.value(&facts.name, "in_flight");
    let workers = match facts.workers {
        Some(each) if facts.instances == 1 => format!("{} workers", whole(u64::from(each))),
        Some(each) => format!("{} × {} workers", facts.instances, whole(u64::from(each))),
        None if facts.instances == 1 => "no limit".to_owned(),
        None => format!("{} × no limit", facts.instances),
    };
    let all = facts.workers.map(|it| f64::from(it) * f64::from(facts.instances));
    let share = all.map(|all| (busy / all).min(1.0));
    let bar = share.map(|share| html! {
        <>
        <rect class="sunken" x={px(at.x + 10.0)} y={px(at.top + 40.0)} width={px(BAR)} height="5" rx="2" />
        <rect class={if share > 0.98 { "a k-fail" } else { "a k-full-l" }} x={px(at.x + 10.0)} y={px(at.top + 40.0)} width={px((BAR * share).max(if share > 0.0 { 1.0 } else { 0.0 }))} height="5" rx="2" />
        <text class="t s k-ink3" x={px(at.x + at.width - 10.0)} y={px(at.top + 46.0)} text-anchor="end">{ format!("{} % busy", figure(100.0 * share)) }</text>
        </>
    });
    let unlimited = share.is_none().then(|| html! {
        <text class="t s k-ink3" x={px(at.x + 10.0)} y={px(at.top + 46.0)}>{ format!("{} in flight", figure(in_flight)) }</text>
    });
    let waits = (queue >= 0.5).then(|| {
        // Each doubling is one step: queues have no end.
        let length = ((queue + 1.0).log2_steps() * 9.0).min(BAR);
        html! {
            <>
            <rect class="a k-deg-l" x={px(at.x + 10.0)} y={px(at.top + 51.0)} width={px(length)} height="5" rx="2" />
            <text class="t s k-deg-t" x={px(at.x + at.width - 10.0)} y={px(at.top + 57.0)} text-anchor="end">{ format!("{} wait", figure(queue)) }</text>
            </>
        }
    });
    let name_class = classes!("t", "b", "k-ink", killed.then_some("struck"));
    let inside = html! {
        <>
        <rect {class} x={px(at.x)} y={px(at.top)} width={px(at.width)} height={px(at.height)} rx="6" />
        <text class={name_class} x={px(at.x + 10.0)} y={px(at.top + 18.0)}>{ shortened(&facts.name, 18) }</text>
        <text class="t s k-ink3" x={px(at.x + 10.0)} y={px(at.top + 32.0)}>{ workers }</text>
        { for bar }{ for unlimited }{ for waits }
        { for faults.iter().map(|it| tag(&it.what, at.x + 8.0, at.top - 8.0)) }
        </>
    };
    part(link, Part::Service(index), &facts.name, moment.at, inside)
}

/// Doublings.
trait Doublings {
    fn log2_steps(self) -> f64;
}

impl Doublings for f64 {
    fn log2_steps(self) -> f64 {
        sim_core::math::ln(self.max(1.0)) / std::f64::consts::LN_2
    }
}

fn call(moment: &Moment<'_>, link: &Link, index: usize, facts: &CallFacts, lane: &Lane) -> Html {
    let faults = moment.faults(Part::Call(index));
    let mut x = lane.x + 8.0;
    let mut pieces = Vec::new();
    if facts.breakers > 0 {
        pieces.push(glyph::breaker(breaker_state(moment, facts), x + 8.0, lane.y));
        x += 34.0;
    }
    if let Some(index) = facts.pool {
        pieces.push(pool(moment, index, x, lane.y));
    }
    let words: Vec<_> = facts
        .layers
        .iter()
        .filter(|it| !matches!(&***it, "breaker" | "bulkhead"))
        .map(String::as_str)
        .collect();
    let tall = facts.pool.is_some() || facts.breakers > 0;
    let retries = retries(moment, facts);
    let words = match retries {
        Some(times) => format!("{} × tried", exact(times, Unit::Count)),
        None => words.join(", "),
    };
    let class = if retries.is_some() { "t s k-fail-t" } else { "t s k-ink3" };
    let words_y = if tall { lane.y + 31.0 } else { lane.y - 5.0 };
    let words_x = if facts.breakers > 0 && tall { lane.x + 42.0 } else { lane.x + 2.0 };
    let inside = html! {
        <>
        <rect class="hit" x={px(lane.x - 8.0)} y={px(lane.y - if tall { 26.0 } else { 13.0 })} width={px(lane.end - lane.x)} height={if tall { "58" } else { "26" }} rx="6" />
        { for pieces }
        { if facts.pool.is_none() || !words.is_empty() { html! { <text {class} x={px(words_x)} y={px(words_y)}>{ shortened(&words, 24) }</text> } } else { html! {} } }
        { for faults.iter().map(|it| tag(&it.what, lane.end - 14.0 - tag_width(&it.what), lane.y - 7.0)) }
        </>
    };
    part(link, Part::Call(index), &facts.name, moment.at, inside)
}

/// How often a call is tried now, where that is more than once.
fn retries(moment: &Moment<'_>, facts: &CallFacts) -> Option<f64> {
    let (calls, attempts) =
        (moment.value(&facts.name, "calls"), moment.value(&facts.name, "attempts"));
    let times = attempts / calls;
    (facts.layers.iter().any(|it| it == "retry") && times > 1.05 && times.is_finite())
        .then_some(times)
}

fn breaker_state(moment: &Moment<'_>, facts: &CallFacts) -> glyph::Breaker {
    let share = |name: &str| moment.value(&facts.name, name) / f64::from(facts.breakers);
    if share("breakers_open") >= 0.5 {
        glyph::Breaker::Open
    } else if share("breakers_half_open") > 0.0 || share("breakers_open") > 0.0 {
        glyph::Breaker::HalfOpen
    } else {
        glyph::Breaker::Closed
    }
}

/// One cell a slot, filled as they are taken, with a mark at the peak; a bar where there are many.
fn pool(moment: &Moment<'_>, index: usize, x: f64, y: f64) -> Html {
    let pool = &moment.variant.facts.pools[index];
    let used = moment.value(&pool.name, "in_flight").round() as u32;
    let (peak, waiting) =
        (moment.peak(&pool.name, "in_flight").round() as u32, moment.value(&pool.name, "waiting"));
    let full = used >= pool.slots;
    let text = html! {
        <text class={if full { "t s k-fail-t" } else { "t s k-ink2" }} x={px(x)} y={px(y - 18.0)}>
            <tspan class="b">{ whole(u64::from(used)) }</tspan>{ format!(" of {} slots", whole(u64::from(pool.slots))) }
            { if waiting >= 0.5 { format!(", {} wait", figure(waiting)) } else { String::new() } }
        </text>
    };
    let taken = if full { "a k-fail" } else { "a k-full-l" };
    let shape = if pool.slots > MOST_CELLS {
        let width = |slots: u32| POOL.0 * f64::from(slots) / f64::from(pool.slots);
        html! {
            <>
            <rect class="ground" x={px(x)} y={px(y - 5.0)} width={px(POOL.0)} height="10" />
            <rect class="sunken" x={px(x)} y={px(y - 5.0)} width={px(POOL.0)} height="10" />
            <rect class={taken} x={px(x)} y={px(y - 5.0)} width={px(width(used))} height="10" />
            <path class="l k-ink" stroke-width="1.5" d={format!("M{} {}v16", px(x + width(peak)), px(y - 8.0))} />
            </>
        }
    } else {
        cells(pool.slots, used, peak, (x, y), taken)
    };
    html! { <g data-pool={pool.name.clone()} data-used={used.to_string()}>{ text }{ shape }</g> }
}

fn cells(slots: u32, used: u32, peak: u32, (x, y): (f64, f64), taken: &'static str) -> Html {
    let size = cell(slots);
    let rows = (POOL.1 / size).floor().max(1.0) as u32;
    let columns = slots.div_ceil(rows);
    let top = y - f64::from(rows.min(slots)) * size / 2.0;
    let path = |from: u32, to: u32| {
        let one = |slot: u32| {
            let (column, row) = (slot / rows, slot % rows);
            let side = size * 0.8;
            format!(
                "M{:.1} {:.1}h{side:.1}v{side:.1}h-{side:.1}z",
                x + f64::from(column) * size,
                top + f64::from(row) * size
            )
        };
        (from..to).map(one).collect::<String>()
    };
    let mark = x + f64::from(peak.min(slots).div_ceil(rows)) * size - size * 0.1;
    html! {
        <>
        <rect class="ground" x={px(x - 3.0)} y={px(top - 2.0)} width={px(f64::from(columns) * size + 5.0)} height={px(f64::from(rows.min(slots)) * size + 4.0)} />
        <path class="sunken" d={path(used.min(slots), slots)} />
        <path class={taken} d={path(0, used.min(slots))} />
        { if peak > 0 { html! { <path class="l k-ink" stroke-width="1.5" d={format!("M{mark:.1} {:.1}v{:.1}", top - 3.0, f64::from(rows.min(slots)) * size + 6.0)} /> } } else { html! {} } }
        </>
    }
}

/// Pixels of a cell, so that all have room.
fn cell(slots: u32) -> f64 {
    let mut size = 9.0;
    while (POOL.0 / size).floor() * (POOL.1 / size).floor().max(1.0) < f64::from(slots)
        && size > 2.0
    {
        size -= 0.25;
    }
    size
}

/// A hatched tag with what is broken.
fn tag(what: &str, x: f64, top: f64) -> Html {
    let hatch =
        [3.0, 6.5, 10.0].map(|it| format!("M{:.1} {:.1}l4 -9", x + it, top + 12.0)).concat();
    html! {
        <g class="fault-tag">
            <rect class="tag" x={px(x)} y={px(top)} width={px(tag_width(what))} height="15" rx="3" />
            <path class="l k-fail-l" stroke-width="1.4" d={hatch} />
            <text class="t s k-fail-t" x={px(x + 18.0)} y={px(top + 11.0)}>{ shortened(what, 18) }</text>
        </g>
    }
}

fn tag_width(what: &str) -> f64 {
    24.0 + 6.4 * what.chars().count().min(18) as f64
}

/// The picture as a list, for who cannot see it.
fn list(moment: &Moment<'_>) -> Html {
    let facts = &moment.variant.facts;
    let loads = facts
        .loads
        .iter()
        .map(|it| format!("Load {} asks {}", it.name, facts.services[it.to].name));
    let calls = facts.calls.iter().map(|it| {
        let pool = it.pool.map(|pool| {
            let pool = &facts.pools[pool];
            format!(
                ", {} of {} slots in use",
                figure(moment.value(&pool.name, "in_flight")),
                pool.slots
            )
        });
        let breaker = (it.breakers > 0).then(|| match breaker_state(moment, it) {
            glyph::Breaker::Closed => ", breaker closed",
            glyph::Breaker::HalfOpen => ", breaker half-open",
            glyph::Breaker::Open => ", breaker open",
        });
        format!("{}{}{}", it.name, breaker.unwrap_or_default(), pool.unwrap_or_default())
    });
    html! { <ul class="vh" aria-label="The picture as a list">{ for loads.chain(calls).map(|it| html! { <li>{ it }</li> }) }</ul> }
}

fn figure(value: f64) -> String {
    if value >= 10.0 {
        whole(value.round() as u64)
    } else {
        exact((value * 10.0).round() / 10.0, Unit::Count)
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn px(pixels: f64) -> String {
    format!("{pixels:.1}")
}
