//! Results as Markdown: tables for a pull request.

use sim_core::report::{Report, Standing, VariantReport, Verdict};
use sim_core::scenario::harmless;
use std::fmt::Write as _;

use super::footer::replications;
use super::instant::span;
use super::summary;
use super::tested::{Ending, Outcome, Tested, is_trouble};
use super::verdict::{claim, evidence, word};

/// Reports: what users saw in each variant, and what became of what was expected.
pub(crate) fn reports(reports: &[Report]) -> String {
    reports.iter().map(report).collect::<Vec<_>>().join("\n")
}

fn report(report: &Report) -> String {
    let length = report.variants.iter().filter_map(|it| it.phases.last()).map(|it| it.to);
    let length = span(length.fold(0.0, f64::max));
    let mut out =
        format!("### {}\n\n{length} simulated, {}", text(&report.title), replications(report));
    write!(out, "; seed {}, scenario `{}`\n\n", report.seed, &report.scenario[..12])
        .expect("a string takes all");
    out.push_str(&summary::grid(report).markdown());
    let rows: Vec<_> = report.variants.iter().flat_map(rows_of).collect();
    if !rows.is_empty() {
        out.push('\n');
        out.push_str(&table(["variant", "verdict", "expected", "seen"], &rows));
    }
    out
}

fn rows_of(variant: &VariantReport) -> Vec<[String; 4]> {
    variant.verdicts.iter().map(|it| row(&variant.name, it)).collect()
}

fn row(variant: &str, verdict: &Verdict) -> [String; 4] {
    let code = |it: &str| format!("`{}`", it.replace('`', "'"));
    [variant.to_owned(), word(verdict).to_owned(), code(&claim(verdict)), evidence(verdict)]
}

/// What a test came to: a line for each scenario, then the evidence for what is not as expected.
pub(crate) fn tested(all: &Outcome) -> String {
    let rows: Vec<_> = all.scenarios.iter().map(of_scenario).collect();
    let unreadable = all.unreadable.iter().map(|it| {
        let faults: Vec<_> = it.faults.iter().map(|it| it.message.as_str()).collect();
        ["✗ unreadable".to_owned(), it.file.clone(), faults.join("; ")]
    });
    let rows: Vec<_> = rows.into_iter().chain(unreadable).collect();
    let mut out = table(["result", "scenario", "held"], &rows);
    for scenario in &all.scenarios {
        let rows: Vec<_> = troubles(scenario).collect();
        if !rows.is_empty() {
            write!(out, "\n#### {}\n\n", text(&scenario.file)).expect("a string takes all");
            out.push_str(&table(["variant", "verdict", "expected", "seen"], &rows));
        }
    }
    out
}

fn of_scenario(scenario: &Tested) -> [String; 3] {
    let result = match scenario.result {
        Ending::Failed => "✗ failed",
        Ending::Aborted => "✗ aborted",
        Ending::Moved => "✗ moved",
        Ending::NotSteady => "✗ not steady",
        Ending::Inconclusive => "? inconclusive",
        Ending::Ok => "✓ ok",
    };
    let verdicts = || scenario.variants.iter().flat_map(|it| &it.verdicts).map(|it| &it.verdict);
    let judged = verdicts().filter(|it| it.standing != Standing::Skipped).count();
    let held = verdicts().filter(|it| it.standing == Standing::Held).count();
    [result.to_owned(), scenario.file.clone(), format!("{held} of {judged}")]
}

fn troubles(scenario: &Tested) -> impl Iterator<Item = [String; 4]> {
    scenario.variants.iter().flat_map(|variant| {
        let troubles = variant.verdicts.iter().map(|it| &it.verdict).filter(|it| is_trouble(it));
        troubles.map(|it| row(&variant.name, it))
    })
}

/// A table of GitHub's Markdown.
pub(crate) fn table<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let line = |cells: &mut dyn Iterator<Item = String>| {
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut out = line(&mut header.iter().map(|it| text(it)));
    out.push_str(&line(&mut header.iter().map(|_| "---".to_owned())));
    out.extend(rows.iter().map(|it| line(&mut it.iter().map(|it| text(it)))));
    out
}

/// Text that stays text: no markup of its own, no end of a cell. Within back-quotes only the bar
/// means anything.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for char in harmless(&text.replace('\n', " ")).chars() {
        code ^= char == '`';
        match char {
            '|' => out.push_str("\\|"),
            '<' if !code => out.push_str("&lt;"),
            '&' if !code => out.push_str("&amp;"),
            '*' | '_' | '[' | ']' | '\\' | '#' if !code => out.extend(['\\', char]),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_is_no_markup() {
        assert_eq!(text("a|b <script> *c* `d_e|f`\ng"), "a\\|b &lt;script> \\*c\\* `d_e\\|f` g");
        let rows = [["1".to_owned(), "x|y".to_owned()]];
        assert_eq!(table(["a", "b"], &rows), "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n");
    }
}
