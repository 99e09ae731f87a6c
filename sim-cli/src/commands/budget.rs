//! `stormglass budget`.

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};
use sim_core::analytic::availability::{HOURS_PER_30_DAYS, HOURS_PER_MONTH, HOURS_PER_YEAR};
use sim_core::analytic::error_budget::{BurnAlert, WORKBOOK, budget, burn_rate, exhaustion, spent};
use sim_core::quantity::Share;
use sim_core::report::Unit;
use sim_core::time::SimDuration;

use super::format::Summary as Format;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::figure::{NONE, exact, given};
use crate::render::grid::{Cell, Grid, Tone};
use crate::render::instant::span;
use crate::render::style::{FAINT, STRONG, paint};
use crate::render::wrap::hanging;

const HOUR: f64 = 3_600.0;

/// Tell what an objective allows, how fast it is spent, and when alerts on it fire.
///
/// An objective of 99.9 % leaves 43.2 minutes in 30 days. Errors burn that budget as many times as
/// fast as they exceed 0.1 %; the alerts are the pairs of windows of the Site Reliability Workbook.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass budget --slo 99.9%\n  \
    stormglass budget --slo 99.99% --outage 5m\n  \
    stormglass budget --slo 99.99% --outage 60s --impact 5% --format json\n  \
    stormglass budget --slo 99.9% --errors 1% --format markdown")]
pub(crate) struct BudgetArgs {
    /// The share of requests that must be good, such as `99.9%`
    #[arg(long)]
    slo: Share,
    /// Also tell what an outage of this length spends
    #[arg(long, value_name = "TIME")]
    outage: Option<SimDuration>,
    /// The share of requests that the outage fails
    #[arg(long, value_name = "SHARE", default_value = "100%")]
    impact: Share,
    /// Shares of errors for which to tell how fast they burn and when alerts fire; may be given again
    #[arg(long, value_name = "SHARE", default_values = ["100%", "10%", "1%"])]
    errors: Vec<Share>,
    /// What to write: text for people, JSON, or Markdown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Windows of a budget, in hours.
const WINDOWS: [(&str, f64); 3] = [
    ("year (365 d)", HOURS_PER_YEAR),
    ("month (730 h)", HOURS_PER_MONTH),
    ("30 days", HOURS_PER_30_DAYS),
];

/// Tells the budget.
pub(crate) fn budget_of(args: &BudgetArgs) -> anyhow::Result<Exit> {
    let slo = args.slo.fraction();
    if slo <= 0.0 || slo >= 1.0 {
        bail!("the objective must be more than 0% and less than 100%: 100% has no budget");
    }
    if args.errors.iter().any(|it| it.fraction() <= 0.0) {
        bail!("errors of 0% burn nothing: give a share above it");
    }
    let mut output = Output::open(None)?;
    match args.format {
        Format::Table => output.text(&text(args, slo, output.look().width))?,
        Format::Json => output.data(|out| writeln!(out, "{}", json(args, slo)))?,
        Format::Markdown => output.text(&markdown(args, slo))?,
    }
    Ok(Exit::Success)
}

fn text(args: &BudgetArgs, slo: f64, width: usize) -> String {
    let title = format!("An objective of {}", given(slo, Unit::Share));
    let mut parts = vec![format!("{}\n", paint(STRONG, title)), budgets(args, slo).render(width)];
    parts.push(format!("\n{}\n", paint(STRONG, "Alerts, by the burn rate in both windows")));
    parts.push(alerts(args, slo).render(width));
    let source = "Time from when the errors begin until an alert fires, for a budget of 30 days. \
                  Source: The Site Reliability Workbook (2018), chapter 5.";
    parts.push(format!("\n{}", hanging("", 0, &paint(FAINT, source), width)));
    parts.concat()
}

fn markdown(args: &BudgetArgs, slo: f64) -> String {
    let title = format!("### An objective of {}", given(slo, Unit::Share));
    let (budgets, alerts) = (budgets(args, slo).markdown(), alerts(args, slo).markdown());
    format!("{title}\n\n{budgets}\nAlerts, by the burn rate in both windows:\n\n{alerts}")
}

fn budgets(args: &BudgetArgs, slo: f64) -> Grid {
    let mut grid = Grid::new(WINDOWS.iter().map(|it| it.0.to_owned()));
    let row = |of: &dyn Fn(f64) -> Cell| WINDOWS.iter().map(|it| of(it.1)).collect();
    let time = |hours: f64| exact(hours * HOUR, Unit::Seconds).into();
    grid.row("may be down", row(&|window| time(budget(slo, window))));
    if let Some(outage) = args.outage {
        let (hours, impact) = (outage.as_secs_f64() / HOUR, args.impact.fraction());
        let label = if impact < 1.0 {
            format!("{} at {} spend", span(HOUR * hours), given(impact, Unit::Share))
        } else {
            format!("{} spend", span(HOUR * hours))
        };
        let share = |window| {
            let share = spent(slo, window, hours, impact);
            let tone = if share > 1.0 { Tone::Bad } else { Tone::Plain };
            Cell { text: exact(share, Unit::Share), tone }
        };
        grid.row(label, row(&share));
        let left = |window: f64| time((budget(slo, window) - impact * hours).max(0.0));
        grid.row("then left", row(&left));
    }
    grid
}

fn alerts(args: &BudgetArgs, slo: f64) -> Grid {
    let errors =
        args.errors.iter().map(|it| format!("{} errors", given(it.fraction(), Unit::Share)));
    let mut grid = Grid::new(errors);
    let row = |of: &dyn Fn(f64) -> String| {
        args.errors.iter().map(|it| of(it.fraction()).into()).collect()
    };
    grid.row("burn rate", row(&|errors| exact(burn_rate(errors, slo), Unit::Ratio)));
    let lasts = |errors| HOUR * exhaustion(HOURS_PER_30_DAYS, burn_rate(errors, slo));
    grid.row("30 days last", row(&|errors| exact(lasts(errors), Unit::Seconds)));
    for alert in &WORKBOOK {
        let fires = |errors| match alert.time_to_fire(slo, errors) {
            Some(hours) => exact(HOUR * hours, Unit::Seconds),
            None => NONE.to_owned(),
        };
        grid.row(name(alert), row(&fires));
    }
    grid
}

/// `page at 14.4 ×: 1 h and 5 min`.
fn name(alert: &BurnAlert) -> String {
    let what = if alert.page { "page" } else { "ticket" };
    format!(
        "{what} at {}: {} and {}",
        exact(alert.burn_rate, Unit::Ratio),
        span((HOUR * alert.long).round()),
        span((HOUR * alert.short).round()),
    )
}

/// In seconds.
fn json(args: &BudgetArgs, slo: f64) -> Value {
    let impact = args.impact.fraction();
    let window = |&(name, hours): &(&str, f64)| {
        json!({
            "window": name,
            "seconds": HOUR * hours,
            "budget": HOUR * budget(slo, hours),
            "spent": args.outage.map(|it| spent(slo, HOUR * hours, it.as_secs_f64(), impact)),
        })
    };
    let errors = |it: &Share| {
        let errors = it.fraction();
        let burn = burn_rate(errors, slo);
        json!({
            "errors": errors,
            "burn_rate": burn,
            "exhausted_after": HOUR * exhaustion(HOURS_PER_30_DAYS, burn),
            "alerts": WORKBOOK.iter().map(|it| json!({
                "burn_rate": it.burn_rate,
                "long": HOUR * it.long,
                "short": HOUR * it.short,
                "page": it.page,
                "fires_after": it.time_to_fire(slo, errors).map(|it| HOUR * it),
                "resets_after": it.time_to_reset(slo, errors).map(|it| HOUR * it),
            })).collect::<Value>(),
        })
    };
    json!({
        "slo": slo,
        "windows": WINDOWS.iter().map(window).collect::<Value>(),
        "errors": args.errors.iter().map(errors).collect::<Value>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(slo: &str, outage: Option<&str>) -> BudgetArgs {
        let share = |text: &str| text.parse::<Share>().expect("a share");
        BudgetArgs {
            slo: share(slo),
            outage: outage.map(|it| it.parse().expect("a time")),
            impact: share("100%"),
            errors: vec![share("100%"), share("1%")],
            format: Format::Json,
        }
    }

    #[test]
    fn an_outage_fires_after_52_seconds_and_one_percent_never() {
        let told = json(&args("99.9%", None), 0.999);
        let fires = |index: usize| told["errors"][index]["alerts"][0]["fires_after"].as_f64();
        assert!((fires(0).expect("it fires") - 51.84).abs() < 1e-9);
        assert_eq!(fires(1), None);
    }

    #[test]
    fn five_minutes_are_more_than_a_month_of_four_nines() {
        let told = json(&args("99.99%", Some("5m")), 0.9999);
        let month = told["windows"][1]["spent"].as_f64().expect("a share");
        assert!((month - 1.141_552_511).abs() < 1e-9, "{month}");
        let text = text(&args("99.99%", Some("5m")), 0.9999, 100);
        assert!(text.contains("114 %") && text.contains("52.6 min"), "{text}");
    }
}
