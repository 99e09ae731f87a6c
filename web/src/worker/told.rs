//! Results as the page shows them.

use sim_core::metric::Nature;
use sim_core::model::{ClassId, Model};
use sim_core::observe::reel::{self, Reel};
use sim_core::report::{
    self, DisasterReport, EntityKind, EntityReport, Series, Unit, VariantReport,
};
use sim_core::scenario::{Diagnostic, SourceText};
use sim_plot::disaster;
use sim_plot::figure::{self, exact};
use sim_plot::markup::Markup;
use sim_plot::stretch::{or_never, stretch};

use crate::protocol::{
    Estimate, Film, Mark, Motion, Numbers, Outcome, SystemNumbers, Track, Verdict, Way, Wrong,
};

/// A diagnostic with its place.
pub(super) fn wrong(fault: &Diagnostic, texts: &[SourceText]) -> Wrong {
    let at =
        texts.get(fault.source.index()).map_or((1, 1), |it| it.line_and_column(fault.span.start));
    Wrong {
        code: fault.code.to_string(),
        message: fault.message.clone(),
        help: fault.help.clone(),
        at,
        span: (fault.span.start, fault.span.end),
    }
}

/// A series.
pub(super) fn track(series: &Series) -> Track {
    Track {
        entity: series.entity.clone(),
        name: series.name.clone(),
        values: series.values.clone(),
        half_widths: series.half_widths.clone(),
    }
}

/// A film, by places in the lists of the facts, without the warm-up.
pub(super) fn film(model: &Model, reel: &Reel) -> Film {
    let zero = model.timeline.zero.as_nanos();
    let way = |way: reel::Way| match way {
        reel::Way::Class(class) => Way::Load(model.classes[ClassId(class)].load.0 as u16),
        reel::Way::Edge(edge) => Way::Call(edge as u16),
    };
    let motion = |motion: reel::Motion| match motion {
        reel::Motion::Sent => Motion::Sent,
        reel::Motion::Full => Motion::Full,
        reel::Motion::Degraded => Motion::Degraded,
        reel::Motion::Failed => Motion::Failed,
        reel::Motion::Refused => Motion::Refused,
    };
    let shown = reel.marks().iter().filter(|it| it.at.as_nanos() >= zero);
    let mark = |it: &reel::Mark| {
        let millis = (it.at.as_nanos() - zero) / 1_000_000;
        (u32::try_from(millis).unwrap_or(u32::MAX), way(it.way), motion(it.motion))
    };
    Film { every: reel.every(), marks: shown.map(mark).collect() }
}

/// What is known of a variant.
pub(super) fn outcome(report: &VariantReport, watch: &[String]) -> Outcome {
    let loads = report.entities.iter().filter(|it| it.kind == EntityKind::Load);
    Outcome {
        replications: report.replications,
        phases: report.phases.iter().map(|it| (it.name.clone(), it.from, it.to)).collect(),
        series: report.series.iter().map(track).collect(),
        verdicts: report.verdicts.iter().map(verdict).collect(),
        numbers: loads.map(|it| numbers(it, report.phases.len())).collect(),
        systems: systems(report).map(system).collect(),
        disasters: report.disasters.iter().map(drawn).collect(),
        gist: gist(report),
        log: report.log.iter().map(|it| (it.at, it.text.clone())).collect(),
        stopped: report.stopped.first().map(|it| (it.limit.to_owned(), it.at)),
        watched: watch.iter().map(|it| watched(report, it)).collect(),
    }
}

fn systems(report: &VariantReport) -> impl Iterator<Item = &EntityReport> {
    report.entities.iter().filter(|it| it.kind == EntityKind::System)
}

const LASTING: [&str; 4] = ["availability", "downtime.year", "outages.year", "outage.longest"];

fn system(entity: &EntityReport) -> SystemNumbers {
    SystemNumbers { name: entity.name.clone(), numbers: LASTING.map(|it| lasting(entity, it)) }
}

/// A metric over all the time.
fn lasting(entity: &EntityReport, name: &str) -> String {
    let metric = entity.metrics.iter().find(|it| it.name == name);
    let estimate = metric.and_then(|it| Some((it.phases.last()?.as_ref()?, it.unit)));
    estimate.map_or(figure::NONE.to_owned(), |(it, unit)| match unit {
        Unit::Seconds => stretch(it.mean),
        _ => figure::estimate(it, unit),
    })
}

fn drawn(report: &DisasterReport) -> String {
    let mut markup = Markup::default();
    markup.push(disaster::article(report, &report.name));
    markup.as_str().to_owned()
}

/// `99.99 %` of the first system, or how soon its store is back after the first disaster.
fn gist(report: &VariantReport) -> Option<String> {
    let first = systems(report).next().map(|it| lasting(it, "availability"));
    let struck = report.disasters.first();
    first.or_else(|| struck.map(|it| format!("p95 {}", or_never(it.rto.percentile(95)))))
}

fn watched(report: &VariantReport, address: &str) -> Option<Estimate> {
    let it = report.metric("always", address)?;
    Some(Estimate { mean: it.mean, half_width: it.half_width, std_error: it.std_error })
}

const MAIN: [&str; 5] = ["success_rate", "full_rate", "goodput", "latency.p50", "latency.p99"];

fn numbers(entity: &EntityReport, phases: usize) -> Numbers {
    let text = |name: &str, phase: usize| {
        let metric = entity.metrics.iter().find(|it| it.name == name);
        let estimate = metric.and_then(|it| Some((it.phases.get(phase)?.as_ref()?, it.unit)));
        estimate.map_or(figure::NONE.to_owned(), |(it, unit)| figure::estimate(it, unit))
    };
    let phases = (0..phases).map(|phase| MAIN.map(|it| text(it, phase))).collect();
    Numbers { load: entity.name.clone(), phases }
}

fn verdict(it: &report::Verdict) -> Verdict {
    let mark = match (it.outcome, it.fails_here) {
        (report::Outcome::Pass, false) => Mark::Pass,
        (report::Outcome::Pass, true) => Mark::PassesAnyway,
        (report::Outcome::Fail, false) => Mark::Fail,
        (report::Outcome::Fail, true) => Mark::FailsAsStated,
        (report::Outcome::Inconclusive, _) => Mark::Open,
        (report::Outcome::Skipped, _) => Mark::Skipped,
    };
    let seen = match (&it.observed, it.nature) {
        (None, _) => figure::NONE.to_owned(),
        (Some(seen), Nature::Mean) => figure::estimate(seen, it.unit),
        (Some(seen), _) if seen.min < seen.max => {
            format!("{} to {}", exact(seen.min, it.unit), exact(seen.max, it.unit))
        }
        (Some(seen), _) => exact(seen.max, it.unit),
    };
    let runs = (it.nature != Nature::Mean && it.of > 0).then_some((it.holds_in, it.of));
    let more = match (it.why, runs) {
        (Some(why), _) => why.to_owned(),
        (None, Some((holds, of))) => format!("holds in {holds} of {of} runs"),
        (None, None) => String::new(),
    };
    let mean = it.observed.filter(|_| it.nature == Nature::Mean);
    let above = it.statement.contains('>');
    Verdict {
        statement: it.statement.clone(),
        during: match it.moment {
            Some(_) => format!("within {}", it.during),
            None => it.during.clone(),
        },
        steady: it.steady,
        because: it.because.clone(),
        mark,
        seen,
        more,
        interval: mean.and_then(|seen| Some((seen.mean, seen.half_width, it.bound?, above))),
        runs,
        needs: it.needs,
    }
}
