//! Systems: what they are made of, and what closed forms say of them.

use serde_json::{Value, json};
use sim_core::analytic::availability::{HOURS_PER_YEAR, downtime};
use sim_core::availability::theory::{Expected, availability};
use sim_core::compile::compile;
use sim_core::distribution::Distribution;
use sim_core::model::Model;
use sim_core::report::Unit;
use sim_core::scenario::harmless;
use sim_core::schema::Scenario;
use sim_core::schema::system::{Component, Deploy, Failover, Mode, System};

use crate::render::figure::{exact, given, theoretical};
use crate::render::instant::span;
use crate::render::style::{BAD, GOOD, paint};
use crate::render::wrap::hanging;

/// A line for each system; nothing where there is none.
pub(super) fn table(scenario: &Scenario, width: usize) -> String {
    let model = compile(scenario);
    let lines = model.systems.entries().map(|(id, it)| {
        let text = format!("{}: {}.", harmless(&it.own.name), sentence(&it.own));
        hanging("  ", 4, &format!("{text} {}", verdict(&it.own, availability(&model, id))), width)
    });
    lines.collect()
}

/// What arithmetic says about it, and whether that is what was promised.
fn verdict(system: &System, expected: Option<Expected>) -> String {
    let promised = system.slo.map(|it| format!("{} promised", given(it, Unit::Share)));
    let Some(it) = expected else {
        let promised = promised.map_or(String::new(), |it| format!("; {it}"));
        return format!("No closed form holds: run it{promised}.");
    };
    let year = 3_600.0 * downtime(it.value, HOURS_PER_YEAR);
    let nearly = it.doubt.map_or(String::new(), |it| format!(" (nearly: {it})"));
    let what = format!(
        "By arithmetic {}, {} a year ({}){nearly}",
        theoretical(it.value, Unit::Share),
        exact(year, Unit::Seconds),
        it.formula.name(),
    );
    match (system.slo, promised) {
        (Some(slo), Some(promised)) if it.value < slo => {
            format!("{what}; {}.", paint(BAD, format!("{promised}, which is more")))
        }
        (_, Some(promised)) => format!("{what}; {}.", paint(GOOD, promised)),
        (_, None) => format!("{what}."),
    }
}

fn sentence(system: &System) -> String {
    let parts = [
        Some(copies(system)).filter(|it| !it.is_empty()),
        system.crews.map(|it| format!("{it} mended at a time")),
        system.failover.as_ref().map(failover),
        system
            .common_cause
            .as_ref()
            .map(|it| format!("{} of failures strike all, {} to mend", share(it.share), it.mttr)),
        system.deploy.as_ref().map(deploy),
        (!system.depends_on.is_empty())
            .then(|| format!("needs {}", harmless(&system.depends_on.join(", ")))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn copies(system: &System) -> String {
    let Some(first) = system.copies.first() else { return String::new() };
    let many = match (system.copies.len(), system.mode) {
        (1, _) => "1 copy".to_owned(),
        (copies, Mode::ActiveActive) => {
            format!("{copies} copies, all active, {} needed", system.needs)
        }
        (copies, Mode::ActivePassive) => format!("{copies} copies, {} active", system.needs),
    };
    let equal = system.copies.iter().all(|it| it.mtbf == first.mtbf && it.mttr == first.mttr);
    if equal {
        return format!("{many}, each {}", laws(first));
    }
    let each = system.copies.iter().map(|it| format!("{} {}", harmless(&it.name), laws(it)));
    format!("{many}: {}", each.collect::<Vec<_>>().join(", "))
}

fn laws(copy: &Component) -> String {
    format!("works {} and is mended in {}", law(&copy.mtbf), law(&copy.mttr))
}

/// `exp, 41.6 d on average`: lengths of time in the unit that suits.
fn law(law: &Distribution) -> String {
    match law {
        Distribution::Constant(it) => span(it.span().as_secs_f64()),
        _ => format!("{} on average", exact(law.mean_secs(), Unit::Seconds)),
    }
}

fn failover(it: &Failover) -> String {
    let alone = format!("traffic is moved in {}", law(&it.takes));
    if it.coverage >= 1.0 {
        return alone;
    }
    let stops = if it.stops_all { ", during which all stands still" } else { "" };
    format!(
        "{} of failovers work by themselves ({alone}), the others take {} by hand{stops}",
        share(it.coverage),
        law(&it.by_hand),
    )
}

fn deploy(it: &Deploy) -> String {
    let canary = it
        .canary
        .map_or(String::new(), |it| format!(", at first for {} of the traffic", share(it.share)));
    format!(
        "a deploy every {}, {} of them bad{canary}, seen after {} and undone in {}",
        law(&it.every),
        share(it.bad),
        law(&it.detect),
        law(&it.rollback),
    )
}

fn share(fraction: f64) -> String {
    given(fraction, Unit::Share)
}

/// The systems, resolved, with what closed forms say.
pub(super) fn json(scenario: &Scenario) -> Value {
    let model = compile(scenario);
    let ids = model.systems.ids();
    ids.map(|id| of(&model.systems[id].own, availability(&model, id), &model)).collect()
}

fn of(system: &System, expected: Option<Expected>, model: &Model) -> Value {
    let copy = |it: &Component| {
        json!({
            "name": it.name,
            "mtbf": it.mtbf.to_string(),
            "mttr": it.mttr.to_string(),
            "traffic": it.traffic,
        })
    };
    json!({
        "name": system.name,
        "horizon": model.horizon.as_secs_f64(),
        "copies": system.copies.iter().map(copy).collect::<Value>(),
        "needs": system.needs,
        "crews": system.crews,
        "mode": match system.mode {
            Mode::ActiveActive => "active_active",
            Mode::ActivePassive => "active_passive",
        },
        "failover": system.failover.as_ref().map(|it| json!({
            "takes": it.takes.to_string(),
            "coverage": it.coverage,
            "by_hand": it.by_hand.to_string(),
            "stops": if it.stops_all { "all" } else { "share" },
        })),
        "common_cause": system.common_cause.as_ref().map(|it| json!({
            "share": it.share,
            "mttr": it.mttr.to_string(),
        })),
        "deploy": system.deploy.as_ref().map(|it| json!({
            "every": it.every.to_string(),
            "bad": it.bad,
            "impact": it.impact,
            "detect": it.detect.to_string(),
            "rollback": it.rollback.to_string(),
            "canary": it.canary.map(|it| json!({
                "share": it.share,
                "lasts": it.lasts.as_secs_f64(),
            })),
        })),
        "depends_on": system.depends_on,
        "slo": system.slo,
        "availability": expected.map(|it| json!({
            "value": it.value,
            "formula": it.formula.name(),
            "doubt": it.doubt,
        })),
    })
}
