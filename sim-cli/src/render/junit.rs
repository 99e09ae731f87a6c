//! Verdicts as JUnit's XML, which build servers read: a suite for each scenario and variant, a case
//! for each expectation, an error for each abort and for each file that could not be read.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use sim_core::report::{Standing, Verdict};
use sim_core::scenario::harmless;

use super::tested::{Outcome, Tested, TestedVariant};
use super::verdict::{because, claim, evidence, word};

/// Writes what was tested.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let Outcome { scenarios: tested, unreadable } = outcome;
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let variants = || tested.iter().flat_map(|it| &it.variants);
    let aborts = variants().flat_map(TestedVariant::aborted).count();
    let all = || variants().flat_map(|it| &it.verdicts);
    let suites = counted(BytesStart::new("testsuites"), unreadable.len() + aborts, all);
    xml.write_event(Event::Start(suites))?;
    for scenario in tested {
        for variant in &scenario.variants {
            suite(&mut xml, scenario, variant)?;
        }
    }
    for file in unreadable {
        error(&mut xml, &harmless(file))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(xml.get_mut())
}

fn suite(
    xml: &mut Writer<&mut dyn Write>,
    scenario: &Tested,
    variant: &TestedVariant,
) -> io::Result<()> {
    let name = harmless(&format!("{} ({})", scenario.file, variant.name));
    let mut suite = BytesStart::new("testsuite");
    suite.push_attribute(("name", &*name));
    let aborts: Vec<_> = variant.aborted().collect();
    xml.write_event(Event::Start(counted(suite, aborts.len(), || variant.verdicts.iter())))?;
    for abort in aborts {
        failed_to(xml, &name, "it is not aborted", &harmless(abort))?;
    }
    for verdict in &variant.verdicts {
        case(xml, &name, verdict, &scenario.again(variant))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn error(xml: &mut Writer<&mut dyn Write>, file: &str) -> io::Result<()> {
    let mut suite = BytesStart::new("testsuite");
    suite.push_attribute(("name", file));
    xml.write_event(Event::Start(counted(suite, 1, std::iter::empty)))?;
    failed_to(xml, file, "it can be read", "the scenario cannot be read")?;
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

/// A case that is no expectation.
fn failed_to(
    xml: &mut Writer<&mut dyn Write>,
    suite: &str,
    name: &str,
    message: &str,
) -> io::Result<()> {
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("name", name));
    case.push_attribute(("classname", suite));
    xml.write_event(Event::Start(case))?;
    let mut error = BytesStart::new("error");
    error.push_attribute(("message", message));
    xml.write_event(Event::Empty(error))?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn counted<'v, V: Iterator<Item = &'v Verdict>>(
    mut element: BytesStart<'static>,
    errors: usize,
    all: impl Fn() -> V,
) -> BytesStart<'static> {
    let count = |is: fn(Standing) -> bool| all().filter(|it| is(it.standing)).count().to_string();
    element.push_attribute(("tests", &*(all().count() + errors).to_string()));
    element.push_attribute(("failures", &*count(is_trouble)));
    element.push_attribute(("errors", &*errors.to_string()));
    element.push_attribute(("skipped", &*count(|it| it == Standing::Skipped)));
    element
}

fn is_trouble(standing: Standing) -> bool {
    matches!(standing, Standing::Broken | Standing::Open)
}

fn case(
    xml: &mut Writer<&mut dyn Write>,
    suite: &str,
    verdict: &Verdict,
    again: &str,
) -> io::Result<()> {
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("name", &*claim(verdict)));
    case.push_attribute(("classname", suite));
    if verdict.standing == Standing::Held {
        return xml.write_event(Event::Empty(case));
    }
    xml.write_event(Event::Start(case))?;
    let message = evidence(verdict);
    if is_trouble(verdict.standing) {
        let mut failure = BytesStart::new("failure");
        failure.push_attribute(("type", word(verdict)));
        failure.push_attribute(("message", &*message));
        let because = because(verdict).map_or(String::new(), |it| format!("because {it}\n"));
        xml.write_event(Event::Start(failure))?;
        xml.write_event(Event::Text(BytesText::new(&format!("{because}{again}"))))?;
        xml.write_event(Event::End(BytesEnd::new("failure")))?;
    } else {
        let mut skipped = BytesStart::new("skipped");
        skipped.push_attribute(("message", &*message));
        xml.write_event(Event::Empty(skipped))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}
