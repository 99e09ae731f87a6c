//! The explanation as text.

use sim_core::distribution::Distribution;
use sim_core::report::Unit;
use sim_core::schema::{Call, Capacity, Fault, Operation, Run, Scenario, Service, Target};
use sim_core::time::SimDuration;
use std::fmt::Write as _;

use super::advice::{Advice, advice};
use super::flow::{Flow, target};
use super::needs::{Effect, Need, needs};
use super::rejection::Method;
use super::{fault, load, network, policy, recovery, shed, system};
use crate::render::figure::{NONE, exact, given, whole};
use crate::render::grid::{Cell, Grid, Tone};
use crate::render::instant::{instant, span};
use crate::render::style::{FAINT, STRONG, WARN, paint};
use crate::render::wrap::hanging;
use sim_core::scenario::harmless;

/// All of it, tables no wider than `width`.
///
/// `line` tells on which line of the file the value of a path stands.
pub(crate) fn text(
    scenario: &Scenario,
    variant: Option<&str>,
    line: &dyn Fn(&str) -> Option<usize>,
    width: usize,
) -> String {
    let flow = Flow::of(scenario);
    let needs = needs(scenario, &flow);
    let parts = [
        title(scenario, variant),
        section("Loads", &loads(scenario, width)),
        section(
            "Services",
            &if scenario.services.is_empty() {
                String::new()
            } else {
                services(scenario, &flow, width)
            },
        ),
        section("Calls", &calls(scenario, &flow, width)),
        section("Pools", &pools(&needs, width)),
        section("Systems", &system::table(scenario, width)),
        section("Faults", &faults(scenario, width)),
        section("Stores", &recovery::stores(scenario, width)),
        section("Runbooks", &recovery::runbooks(scenario, width)),
        section("Disasters", &recovery::disasters(scenario, width)),
        section("Advice", &advised(scenario, &flow, line, width)),
    ];
    parts.concat()
}

fn section(name: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\n{}\n{text}", paint(STRONG, name)) }
}

fn title(scenario: &Scenario, variant: Option<&str>) -> String {
    let run = &scenario.run;
    if scenario.loads.is_empty() {
        let below = paint(FAINT, format!("disasters only, seed {}", scenario.seed));
        return format!("{}\n{below}\n", paint(STRONG, harmless(&scenario.title)));
    }
    let warmup = if run.warmup.is_zero() {
        String::new()
    } else {
        format!(" after a warm-up of {}", time(run.warmup))
    };
    let variant = variant.map_or(String::new(), |it| format!(", variant {}", harmless(it)));
    let limits = format!(
        "stopped beyond {} in flight or {} events",
        whole(u64::from(run.max_in_flight)),
        whole(run.max_events),
    );
    format!(
        "{}{variant}\n{}\n",
        paint(STRONG, harmless(&scenario.title)),
        paint(
            FAINT,
            format!(
                "{}{warmup}, {}, seed {}; {limits}",
                time(run.duration),
                replications(run),
                scenario.seed,
            )
        ),
    )
}

fn replications(run: &Run) -> String {
    match run.precision {
        None => format!("{} replications", run.replications),
        Some(precision) => format!(
            "replications until what is expected is known to ± {}, {} at most",
            given(precision, Unit::Share),
            whole(u64::from(run.max_replications)),
        ),
    }
}

fn time(duration: SimDuration) -> String {
    span(duration.as_secs_f64())
}

fn op_name(target: &Target) -> String {
    if target.op.is_empty() {
        target.service.clone()
    } else {
        format!("{}.{}", target.service, target.op)
    }
}

fn loads(scenario: &Scenario, width: usize) -> String {
    let line = |it: &sim_core::schema::Load| {
        let words = load::in_words(it, &scenario.run);
        let head = format!("  {} to {}: ", it.name, op_name(&it.to));
        hanging(&head, 6, &harmless(&words), width)
    };
    scenario.loads.iter().map(line).collect()
}

const COUNTED: &str = "Held: own work and the calls waited for, at their mean times and made once; \
    of calls that\nstart together the slowest counts. Queues, retries, timeouts and faults are left out.\n\
    Needed: offered × held, the workers busy at a time.\n";

fn services(scenario: &Scenario, flow: &Flow, width: usize) -> String {
    let peaks = scenario.loads.iter().any(|it| {
        let (mean, peak) = load::rates(it, &scenario.run);
        peak > mean * 1.001
    });
    let mut header = vec!["offered", "own time", "held", "needed", "has", "used"];
    header.extend(peaks.then_some("at peak"));
    let mut grid = Grid::new(header.into_iter().map(str::to_owned));
    for service in scenario.asked() {
        service_rows(&mut grid, service, flow, peaks);
    }
    let counted = paint(FAINT, COUNTED.trim_end()) + "\n";
    let refusals: String = scenario.services.iter().filter_map(|it| refusals(it, width)).collect();
    let measured: String = scenario.asked().flat_map(|it| measured(it, width)).collect();
    format!("{}{counted}{measured}{refusals}", grid.render(width))
}

/// What service times are known from measurements, and how well.
fn measured(service: &Service, width: usize) -> Vec<String> {
    let is_measured =
        |it: &&Operation| matches!(it.time, Distribution::Fitted(_) | Distribution::Samples(_));
    let line = |it: &Operation| {
        let head = format!("  {} takes ", op_name(&target(service, it)));
        hanging(&head, 6, &harmless(&it.time.to_string()), width)
    };
    service.ops.iter().filter(is_measured).map(line).collect()
}

/// What a service turns away though there might be a place for it.
fn refusals(service: &Service, width: usize) -> Option<String> {
    let shed = service.shed.as_ref().map(shed::in_words);
    let told = service.retry_after.as_ref();
    let told = told.map(|it| format!("tells those whom it turns away to come again after {it}"));
    let codel = service.queue.codel.map(|it| {
        let (target, interval) = (time(it.target), time(it.interval));
        format!("drops who is next while waits stay above {target} for more than {interval}")
    });
    let adaptive = service.concurrency.map(policy::adaptive);
    let words: Vec<_> = shed.into_iter().chain(codel).chain(adaptive).chain(told).collect();
    let head = format!("  {} ", service.name);
    (!words.is_empty()).then(|| hanging(&head, 6, &harmless(&words.join("; ")), width))
}

fn service_rows(grid: &mut Grid, service: &Service, flow: &Flow, peaks: bool) {
    let (needed, at_peak) = flow.busy(service);
    let has = match service.workers {
        Capacity::Limited(workers) => Some(f64::from(workers) * f64::from(service.instances)),
        Capacity::Unlimited => None,
    };
    let places = match service.workers {
        Capacity::Limited(workers) => {
            format!("{} × {}", service.instances, whole(u64::from(workers)))
        }
        Capacity::Unlimited => "no limit".to_owned(),
    };
    let places = match service.cores {
        Some(1) => format!("{places} on 1 core"),
        Some(cores) => format!("{places} on {cores} cores"),
        None => places,
    };
    let used = |busy: f64| has.map_or(NONE.into(), |has| usage(busy / has));
    let sum = |label: &str, offered: Cell, own: Cell, held: Cell| {
        let mut cells = vec![
            offered,
            own,
            held,
            number(needed, Unit::Count),
            places.clone().into(),
            used(needed),
        ];
        cells.extend(peaks.then(|| used(at_peak)));
        (label.to_owned(), cells)
    };
    if let [only] = &service.ops[..] {
        let [offered, own, held] = op_cells(service, only, flow);
        let (label, cells) = sum(&op_name(&target(service, only)), offered, own, held);
        grid.row(label, cells);
        return;
    }
    let (label, cells) = sum(&service.name, Cell::default(), Cell::default(), Cell::default());
    grid.row(label, cells);
    for op in &service.ops {
        let mut cells = op_cells(service, op, flow).to_vec();
        cells.resize(if peaks { 7 } else { 6 }, Cell::default());
        grid.row(format!("  .{}", op.name), cells);
    }
}

fn op_cells(service: &Service, op: &Operation, flow: &Flow) -> [Cell; 3] {
    let it = flow.op(&target(service, op));
    [
        number(it.rate, Unit::PerSecond),
        number(it.own, Unit::Seconds),
        number(it.held, Unit::Seconds),
    ]
}

fn number(value: f64, unit: Unit) -> Cell {
    if value.is_finite() { exact(value, unit).into() } else { "infinite".into() }
}

/// More than all, and there is no steady state; more than four fifths, and queues are long.
fn usage(share: f64) -> Cell {
    let tone = match share {
        1.0.. => Tone::Bad,
        0.8.. => Tone::Warn,
        _ => Tone::Plain,
    };
    Cell { tone, ..number(share, Unit::Share) }
}

fn calls(scenario: &Scenario, flow: &Flow, width: usize) -> String {
    let mut out = String::new();
    for service in &scenario.services {
        for op in &service.ops {
            let from = target(service, op);
            for call in &op.calls {
                out.push_str(&self::call(&from, call, flow, width));
            }
        }
    }
    out
}

fn call(from: &Target, call: &Call, flow: &Flow, width: usize) -> String {
    let rate = exact(flow.op(from).rate * call.when, Unit::PerSecond);
    let mut head = vec![rate];
    let to = op_name(&call.to);
    head.extend((to != call.name).then(|| format!("to {to}")));
    head.extend(
        (call.when < 1.0 && !call.reserve)
            .then(|| format!("for {} of requests", exact(call.when, Unit::Share))),
    );
    head.extend(call.reserve.then(|| "made only as a fallback".to_owned()));
    head.extend(call.group.as_ref().map(|it| format!("together with group {it}")));
    head.extend(network::in_words(&call.network));
    let name = format!("  {} -> {}: ", op_name(from), call.name);
    let mut out = hanging(&name, 6, &harmless(&head.join(", ")), width);
    if call.policies.is_empty() {
        out.push_str("      no policies: waits as long as it takes\n");
    }
    for (index, layer) in call.policies.iter().enumerate() {
        let words = harmless(&policy::in_words(layer));
        let head = format!("    {}. {:<13} ", index + 1, layer.name());
        out.push_str(&hanging(&head, 21, &words, width));
    }
    if !call.inactive.is_empty() {
        let names = call.inactive.join(", ");
        out.push_str(&paint(FAINT, format!("       inactive in this variant: {names}")));
        out.push('\n');
    }
    out
}

fn pools(needs: &[Need], width: usize) -> String {
    if needs.is_empty() {
        return String::new();
    }
    let header = ["calls", "held", "in use", "slots", "by theory"].map(str::to_owned);
    let mut grid = Grid::new(header);
    let mut methods = Vec::new();
    for need in needs {
        let effect = need.effect();
        if let Effect::Rejects(_, method) = effect
            && !methods.contains(&method)
        {
            methods.push(method);
        }
        grid.row(&need.name, pool_cells(need, effect));
    }
    let mut out = grid.render(width);
    let little = "In use: calls × held of each copy, by Little's law.".to_owned();
    for note in std::iter::once(little).chain(methods.into_iter().map(Method::in_words)) {
        out.push_str(&hanging("", 0, &paint(FAINT, note), width));
    }
    out
}

fn pool_cells(need: &Need, effect: Effect) -> Vec<Cell> {
    let slots = whole(u64::from(need.slots.slots));
    let slots = if need.copies == 1 { slots } else { format!("{} × {slots}", need.copies) };
    vec![
        number(need.rate, Unit::PerSecond),
        number(need.held, Unit::Seconds),
        number(need.in_use(), Unit::Count),
        slots.into(),
        effect_cell(effect),
    ]
}

fn effect_cell(effect: Effect) -> Cell {
    let share = |it: f64| exact(it, Unit::Share);
    match effect {
        Effect::Idle => NONE.into(),
        Effect::Rejects(share, _) if share < 1e-6 => "turns nobody away".into(),
        Effect::Rejects(it, _) => {
            let tone = if it > 0.01 { Tone::Bad } else { Tone::Plain };
            Cell { text: format!("turns {} away", share(it)), tone }
        }
        Effect::Delays(waits, _) if waits < 1e-6 => "nobody waits".into(),
        Effect::Delays(waits, mean) => {
            format!("{} wait, {} on average", share(waits), exact(mean, Unit::Seconds)).into()
        }
        Effect::Overflows => Cell { text: "more come than it can serve".into(), tone: Tone::Bad },
    }
}

fn advised(
    scenario: &Scenario,
    flow: &Flow,
    line: &dyn Fn(&str) -> Option<usize>,
    width: usize,
) -> String {
    let mut out = String::new();
    for Advice { rule, path, reason, remedy } in advice(scenario, flow) {
        let at = line(&path).map_or(String::new(), |it| format!(", line {it}"));
        let place = harmless(&format!("{path}{at}"));
        writeln!(out, "  {} {place}", paint(WARN, rule)).expect("a string takes all");
        out.push_str(&hanging("    ", 4, &harmless(&reason), width));
        out.push_str(&hanging("    → ", 6, &harmless(&remedy), width));
    }
    out
}

fn faults(scenario: &Scenario, width: usize) -> String {
    scenario.faults.iter().map(|it| fault_line(it, scenario, width)).collect()
}

fn fault_line(fault: &Fault, scenario: &Scenario, width: usize) -> String {
    let from = instant(fault.at.as_secs_f64());
    let to = match fault.lasts {
        SimDuration::MAX => "the end".to_owned(),
        lasts => instant(fault.at.as_secs_f64() + lasts.as_secs_f64()),
    };
    let late = if fault.at >= scenario.run.duration { " (after the end of the run)" } else { "" };
    let head = format!("  {from} to {to}{late}  {}: ", fault.name);
    hanging(&head, 6, &harmless(&fault::in_words(fault)), width)
}
