//! Architectures side by side: what each loses and when it is back, what it costs, whether it keeps
//! its targets, and why not.

use serde_json::{Value, json};
use sim_core::report::{DisasterReport, Report, SpanReport, Unit, VariantReport};
use sim_core::scenario::harmless;
use sim_core::schema::Scenario;
use sim_core::schema::cost::Cost;

use super::figure::{NONE, estimate, exact, given};
use super::grid::{Cell, Grid, Tone};
use super::markdown;
use super::stretch::{or_everything, or_never, stretch};
use super::style::{BAD, FAINT, GOOD, STRONG, WARN, paint};
use super::wrap::hanging;

/// Architectures of one scenario.
#[derive(Debug)]
pub(crate) struct Architectures<'r> {
    title: &'r str,
    /// The share of disasters that must keep a target.
    share: f64,
    all: Vec<Architecture<'r>>,
}

/// A variant against its targets.
#[derive(Debug)]
pub(crate) struct Architecture<'r> {
    report: &'r VariantReport,
    cost: Option<Cost>,
    /// The targets that are not surely met.
    misses: Vec<Miss>,
}

/// A target that is not surely met.
#[derive(Clone, Debug, PartialEq)]
struct Miss {
    standing: Standing,
    /// `region-lost: lost 23.5 h (p95), 60 min promised, kept by 1.6 %`.
    why: String,
}

/// What became of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Surely kept.
    Pass,
    /// Neither is sure.
    Open,
    /// Surely not kept.
    Fail,
}

impl Standing {
    /// As it is told.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Open => "INCONCLUSIVE",
            Self::Fail => "FAIL",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Pass => Tone::Plain,
            Self::Open => Tone::Warn,
            Self::Fail => Tone::Bad,
        }
    }

    /// Of something that lies between these, and must be as large as `least`.
    fn of(low: f64, high: f64, least: f64) -> Self {
        match () {
            () if low >= least => Self::Pass,
            () if high < least => Self::Fail,
            () => Self::Open,
        }
    }
}

impl<'r> Architecture<'r> {
    /// Of a variant's report and what it says, where so large a share of disasters must keep a target.
    pub(crate) fn of(report: &'r VariantReport, scenario: &Scenario, share: f64) -> Self {
        let of_disaster = |it: &'r DisasterReport| {
            [
                miss(it, "lost", &it.rpo, or_everything, share),
                miss(it, "back in", &it.rto, or_never, share),
            ]
        };
        let disasters = report.disasters.iter().flat_map(of_disaster).flatten();
        let promised = scenario.systems.iter().filter_map(|it| Some((&*it.name, it.slo?)));
        let systems = promised.filter_map(|(name, slo)| unavailable(report, name, slo));
        let misses = disasters.chain(systems).collect();
        Self { report, cost: scenario.cost, misses }
    }

    /// The worst of what became of its targets.
    pub(crate) fn standing(&self) -> Standing {
        self.misses.iter().map(|it| it.standing).max().unwrap_or(Standing::Pass)
    }

    fn month(&self) -> Option<f64> {
        self.cost.map(|it| it.month())
    }

    /// What keeps it from passing; nothing where it does.
    fn why(&self) -> String {
        let whys: Vec<&str> = self.misses.iter().map(|it| &*it.why).collect();
        if whys.is_empty() { "all targets are kept".to_owned() } else { whys.join("; ") }
    }
}

/// A promise that is not kept, if it is not; `shown` says how a span is, which may be endless.
fn miss(
    disaster: &DisasterReport,
    what: &str,
    span: &SpanReport,
    shown: fn(Option<f64>) -> String,
    share: f64,
) -> Option<Miss> {
    let (promised, met) = (span.target?, span.met?);
    // What all of them kept is not to be surer than so many can be.
    let low = if met.mean >= 1.0 { 1.0 } else { met.low };
    let standing = Standing::of(low, met.high, share);
    let why = format!(
        "{}: {what} {} (p95), {} promised, kept by {}",
        harmless(&disaster.name),
        shown(span.percentile(95)),
        stretch(promised),
        exact(met.mean, Unit::Share),
    );
    (standing != Standing::Pass).then_some(Miss { standing, why })
}

fn unavailable(report: &VariantReport, system: &str, slo: f64) -> Option<Miss> {
    let seen = availability(report, system)?;
    let half = seen.half_width.unwrap_or(0.0);
    let standing = Standing::of(seen.mean - half, seen.mean + half, slo);
    let why = format!(
        "{}: up {}, {} promised",
        harmless(system),
        estimate(seen, Unit::Share),
        given(slo, Unit::Share),
    );
    (standing != Standing::Pass).then_some(Miss { standing, why })
}

fn availability<'r>(
    report: &'r VariantReport,
    system: &str,
) -> Option<&'r sim_core::report::Estimate> {
    report.metric("always", &format!("{system}.availability"))
}

impl<'r> Architectures<'r> {
    /// Of a report and the architectures in it.
    pub(crate) fn new(report: &'r Report, share: f64, all: Vec<Architecture<'r>>) -> Self {
        Self { title: &report.title, share, all }
    }

    /// Whether any of them surely breaks its targets.
    pub(crate) fn any_fails(&self) -> bool {
        self.all.iter().any(|it| it.standing() == Standing::Fail)
    }

    /// For people.
    pub(crate) fn text(&self, width: usize) -> String {
        let title = paint(STRONG, harmless(self.title));
        let head = format!("{title}\n{}\n\n", paint(FAINT, self.asked()));
        let verdicts: String = self.all.iter().map(|it| verdict(it, width)).collect();
        let cheapest = self.cheapest().map(|it| format!("\n{}\n", paint(STRONG, it)));
        let table = self.table().render(width);
        [head, table, "\n".to_owned(), verdicts, cheapest.unwrap_or_default()].concat()
    }

    /// Tables for a pull request.
    pub(crate) fn markdown(&self) -> String {
        let head = format!("### {}\n\n{}\n\n", markdown::text(self.title), self.asked());
        let rows = self
            .verdicts()
            .map(|(name, standing, why)| [name.to_owned(), standing.word().to_owned(), why]);
        let rows: Vec<_> = rows.collect();
        let verdicts = markdown::table(["architecture", "targets", "why"], &rows);
        let cheapest = self.cheapest().map(|it| format!("\n{}\n", markdown::text(&it)));
        let table = self.table().markdown();
        [head, table, "\n".to_owned(), verdicts, cheapest.unwrap_or_default()].concat()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let architecture = |it: &Architecture<'_>| {
            json!({
                "name": it.report.name,
                "targets": it.standing().word(),
                "why": it.misses.iter().map(|it| &*it.why).collect::<Vec<_>>(),
                "cost": it.cost.map(|it| json!({
                    "month": it.month(),
                    "parts": it.parts().iter().map(|it| (it.0, it.1)).collect::<Vec<_>>(),
                })),
                "disasters": it.report.disasters,
            })
        };
        json!({
            "title": self.title,
            "share": self.share,
            "architectures": self.all.iter().map(architecture).collect::<Value>(),
        })
    }

    /// Each with what became of its targets, and why.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = (&str, Standing, String)> {
        self.all.iter().map(|it| (&*it.report.name, it.standing(), it.why()))
    }

    /// What is asked of all.
    pub(crate) fn asked(&self) -> String {
        format!("Targets are to be kept by {} of disasters.", given(self.share, Unit::Share))
    }

    /// The one that passes at the least cost, in a sentence.
    pub(crate) fn cheapest(&self) -> Option<String> {
        let passing = self.all.iter().filter(|it| it.standing() == Standing::Pass);
        let priced = passing.filter_map(|it| Some((it, it.month()?)));
        let (it, month) = priced.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let (name, month) = (harmless(&it.report.name), money(month));
        Some(format!("{name} keeps its targets at the least cost: {month} a month."))
    }

    /// A column an architecture.
    pub(crate) fn table(&self) -> Grid {
        let all = &self.all;
        let mut grid = Grid::new(all.iter().map(|it| harmless(&it.report.name)));
        for name in self.disasters() {
            grid.heading(harmless(name));
            let mut row = |label: &str, of: &dyn Fn(&DisasterReport) -> String| {
                let cell = |it: &Architecture<'_>| {
                    let disaster = it.report.disasters.iter().find(|it| it.name == name);
                    disaster.map_or(NONE.to_owned(), of).into()
                };
                grid.row(label, all.iter().map(cell).collect());
            };
            row("lost, median", &|it| or_everything(it.rpo.percentile(50)));
            row("lost, p95", &|it| or_everything(it.rpo.percentile(95)));
            row("lost, at most", &|it| or_everything(it.rpo.percentile(100)));
            row("back in, median", &|it| or_never(it.rto.percentile(50)));
            row("back in, p95", &|it| or_never(it.rto.percentile(95)));
            let comes_back = |it: &DisasterReport| {
                it.recoverable.map_or(NONE.to_owned(), |it| exact(it.mean, Unit::Share))
            };
            row("comes back", &comes_back);
        }
        grid.heading("In all");
        for system in self.systems() {
            let of = |it: &Architecture<'_>| {
                let seen = availability(it.report, system);
                seen.map_or(NONE.to_owned(), |it| estimate(it, Unit::Share)).into()
            };
            grid.row(format!("{} is up", harmless(system)), all.iter().map(of).collect());
        }
        self.costs(&mut grid);
        let standings = all.iter().map(|it| {
            let standing = it.standing();
            Cell { text: standing.word().to_owned(), tone: standing.tone() }
        });
        grid.row("targets", standings.collect());
        grid
    }

    /// Part by part, and together.
    fn costs(&self, grid: &mut Grid) {
        let all = &self.all;
        let parts = all.iter().filter_map(|it| it.cost).map(|it| it.parts());
        let names = parts.clone().next().map(|it| it.map(|it| it.0)).into_iter().flatten();
        for (part, name) in names.enumerate() {
            if parts.clone().any(|it| it[part].1 > 0.0) {
                let of = |it: &Architecture<'_>| it.cost.map(|it| it.parts()[part].1);
                let cell = |it| of(it).map_or(NONE.to_owned(), money).into();
                grid.row(format!("  {name}"), all.iter().map(cell).collect());
            }
        }
        if all.iter().any(|it| it.cost.is_some()) {
            let cost = |it: &Architecture<'_>| it.month().map_or(NONE.to_owned(), money).into();
            grid.row("cost a month", all.iter().map(cost).collect());
        }
    }

    /// All that strike any of them, each once.
    fn disasters(&self) -> Vec<&'r str> {
        let mut names: Vec<&str> = Vec::new();
        for disaster in self.all.iter().flat_map(|it| &it.report.disasters) {
            if !names.contains(&&*disaster.name) {
                names.push(&disaster.name);
            }
        }
        names
    }

    fn systems(&self) -> impl Iterator<Item = &'r str> {
        let first = self.all.first().into_iter().flat_map(|it| &it.report.entities);
        let is_system = |kind| kind == sim_core::report::EntityKind::System;
        first.filter(move |it| is_system(it.kind)).map(|it| &*it.name)
    }
}

fn money(amount: f64) -> String {
    exact(amount.round(), Unit::Count)
}

fn verdict(it: &Architecture<'_>, width: usize) -> String {
    let standing = it.standing();
    let style = match standing {
        Standing::Pass => GOOD,
        Standing::Open => WARN,
        Standing::Fail => BAD,
    };
    let word = paint(style, standing.word());
    let line = format!("{word} {}: {}", harmless(&it.report.name), it.why());
    hanging("", 4, &line, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sure_stays_open() {
        let cases = [
            (0.96, 0.98, Standing::Pass),
            (0.94, 0.98, Standing::Open),
            (0.90, 0.94, Standing::Fail),
        ];
        for (low, high, want) in cases {
            assert_eq!(Standing::of(low, high, 0.95), want, "{low} to {high}");
        }
    }
}
