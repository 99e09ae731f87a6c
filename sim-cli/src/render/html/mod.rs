//! A report as one page: HTML that needs nothing from elsewhere, reads without scripts, prints, and
//! follows the reader's light or dark.
//!
//! [`page`] puts the sections together, each of which is a file here; the charts are `sim-plot`'s.
//! All text goes through [`sim_plot::markup`], which escapes it. The same report gives the same
//! bytes: nothing here knows what time it is.

mod amplification;
mod architectures;
mod breakers;
mod calls;
mod comebacks;
mod disasters;
mod glyph;
mod happened;
mod head;
mod headline;
mod key_figures;
mod latency;
mod log;
mod numbers;
mod outcomes;
mod pools;
mod provenance;
mod queues;
mod remarks;
mod scenario_text;
mod stage;
mod topology;
mod verdicts;

use std::io::{self, Write};

use sim_core::model::Model;
use sim_core::report::{Report, VariantReport};
use sim_core::scenario::{Checked, SourceText};
use sim_plot::markup::{Element, Markup, el};

use self::stage::Stage;
use super::architectures::Architectures;
use super::limits::Limits;

/// All that a page is made of.
#[derive(Debug)]
pub(crate) struct Dossier<'a> {
    /// What was found.
    pub(crate) report: &'a Report,
    /// What was run, in the report's order.
    pub(crate) variants: Vec<Variant<'a>>,
    /// The scenario file, then the overrides.
    pub(crate) texts: &'a [SourceText],
    /// The command that gives the same page.
    pub(crate) command: String,
}

/// One variant: what it is, and what was found.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    /// What was found.
    pub(crate) report: &'a VariantReport,
    /// Sizes and limits.
    pub(crate) limits: &'a Limits,
    /// As it was compiled.
    pub(crate) model: &'a Model,
    /// As it was written.
    pub(crate) scenario: Checked,
}

/// Writes the page.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn write(dossier: &Dossier<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_page(&page(dossier, None), out)
}

/// Writes the page with the architectures side by side before all else.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn write_architectures(
    dossier: &Dossier<'_>,
    architectures: &Architectures<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let first = section("Architectures", architectures::architectures(architectures));
    write_page(&page(dossier, first), out)
}

fn write_page(page: &Markup, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"<!DOCTYPE html>\n")?;
    out.write_all(page.as_str().as_bytes())?;
    out.write_all(b"\n")
}

/// All sections, after `first` if there is one.
fn page(dossier: &Dossier<'_>, first: Option<Element>) -> Markup {
    let mut sections = vec![first];
    // Where there are only disasters, nothing happened over time.
    let ran = dossier.variants.iter().any(|it| it.report.replications > 0);
    if ran {
        let stage = Stage::of(dossier);
        sections.push(section("Who calls whom", topology::topology(dossier)));
        sections.push(section("What happened", charts(dossier, &stage)));
        sections.push(section("What to know", remarks::remarks(dossier)));
    }
    sections.push(section("Verdicts", verdicts::verdicts(dossier)));
    sections.push(section("Failovers and restores", comebacks::comebacks(dossier)));
    sections.push(section("Disasters", disasters::disasters(dossier)));
    if ran {
        sections.push(section("Key figures", key_figures::table(dossier)));
        sections.push(section("In the first run", log::log(dossier)));
    }
    sections.push(section("Scenario", scenario_text::text(dossier)));
    let main = el("main").child(head::header()).child(headline::headline(dossier));
    let main = main.children(sections.into_iter().flatten()).child(provenance::footer(dossier));
    let body = el("body").child(main).child(head::script());
    el("html").attr("lang", "en").child(head::head(&dossier.report.title)).child(body).into()
}

/// A section with a heading; none where it has nothing to say.
fn section(heading: &str, content: Markup) -> Option<Element> {
    let some = !content.is_empty();
    some.then(|| el("section").child(el("h2").text(heading)).child(content))
}

/// What happened in words, then everything over one time line.
fn charts(dossier: &Dossier<'_>, stage: &Stage<'_>) -> Markup {
    let mut all = happened::table(dossier);
    all.push(stage.lead());
    for load in stage.loads() {
        all.push(outcomes::row(stage, &load));
        all.push(latency::row(stage, &load));
    }
    all.push(pools::row(stage));
    all.push(queues::row(stage));
    all.push(breakers::row(stage));
    all.push(amplification::row(stage));
    let grid = if stage.variants.len() == 1 { "rows two" } else { "rows" };
    el("div").class(grid).child(all).into()
}
