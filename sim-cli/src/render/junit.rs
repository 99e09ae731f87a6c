//! Verdicts as JUnit's XML, which build servers read: a suite for each scenario and variant, a case
//! for each expectation and one for the baseline, an error for each abort and for each file that
//! could not be tested.
//!
//! There is no `time`: the same test gives the same bytes.
//!
//! Source of the form: the schema that Jenkins holds such files to (`junit-10.xsd` of its xUnit
//! plugin), the strictest of those in use.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, Event};
use sim_core::report::Standing;
use sim_core::scenario::harmless;

use super::drift;
use super::tested::{Outcome, Placed, Tested, TestedVariant, Unreadable};
use super::verdict::{because, claim, evidence, word};
use crate::baseline::Drift;

/// A suite and its cases.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    ending: Ending,
}

enum Ending {
    Held,
    /// What kept it from being judged.
    Skipped(String),
    Failure(Trouble),
    Error(Trouble),
}

struct Trouble {
    kind: &'static str,
    message: String,
    more: String,
}

/// Writes what was tested.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let suites: Vec<_> = outcome
        .scenarios
        .iter()
        .flat_map(suites)
        .chain(outcome.unreadable.iter().map(error))
        .collect();
    let cases = || suites.iter().flat_map(|it| &it.cases);
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = counted(BytesStart::new("testsuites"), cases);
    xml.write_event(Event::Start(all))?;
    for suite in &suites {
        write_suite(&mut xml, suite)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(xml.get_mut())
}

/// One for each variant, and one for the baseline where there is one.
fn suites(scenario: &Tested) -> impl Iterator<Item = Suite> {
    let suite = |of: &str, cases| {
        let name = harmless(&format!("{} ({of})", scenario.file));
        Suite { name, cases }
    };
    let variants = scenario.variants.iter().map(move |variant| {
        let verdicts = variant.verdicts.iter().map(|it| expectation(it, scenario, variant));
        suite(&variant.name, variant.aborted().map(abort).chain(verdicts).collect())
    });
    let baseline = scenario.baseline.iter();
    variants.chain(baseline.map(move |it| suite("baseline", vec![numbers(it, scenario)])))
}

fn abort(told: &str) -> Case {
    let trouble = Trouble { kind: "✗ ABORTED", message: harmless(told), more: String::new() };
    Case { name: "it is not aborted".to_owned(), ending: Ending::Error(trouble) }
}

fn expectation(placed: &Placed, scenario: &Tested, variant: &TestedVariant) -> Case {
    let verdict = &placed.verdict;
    let message = evidence(verdict);
    let ending = match verdict.standing {
        Standing::Held => Ending::Held,
        Standing::Skipped => Ending::Skipped(message),
        Standing::Broken | Standing::Open => {
            let because = because(verdict).map_or(String::new(), |it| format!("because {it}\n"));
            let more = format!("{because}{}", scenario.again(variant));
            Ending::Failure(Trouble { kind: word(verdict), message, more })
        }
    };
    Case { name: claim(verdict), ending }
}

fn numbers(drift: &Drift, scenario: &Tested) -> Case {
    let accepted = scenario.kept.is_some() || drift.moved.is_empty();
    let ending = if accepted {
        Ending::Held
    } else {
        let (message, more) = (drift::counts(drift), scenario.told_moves(drift));
        Ending::Failure(Trouble { kind: "✗ MOVED", message, more })
    };
    Case { name: "the numbers are those of the baseline".to_owned(), ending }
}

fn error(unreadable: &Unreadable) -> Suite {
    let line = |it: Option<usize>| it.map_or(String::new(), |it| format!("line {it}: "));
    let faults = unreadable.faults.iter().map(|it| line(it.line) + &harmless(&it.message));
    let trouble = Trouble {
        kind: "✗ UNREADABLE",
        message: "the scenario cannot be tested".to_owned(),
        more: faults.collect::<Vec<_>>().join("\n"),
    };
    let case = Case { name: "it can be read".to_owned(), ending: Ending::Error(trouble) };
    Suite { name: harmless(&unreadable.file), cases: vec![case] }
}

fn counted<'c, C: Iterator<Item = &'c Case>>(
    mut element: BytesStart<'static>,
    cases: impl Fn() -> C,
) -> BytesStart<'static> {
    let count = |is: fn(&Ending) -> bool| cases().filter(|it| is(&it.ending)).count().to_string();
    element.push_attribute(("tests", &*cases().count().to_string()));
    element.push_attribute(("failures", &*count(|it| matches!(it, Ending::Failure(_)))));
    element.push_attribute(("errors", &*count(|it| matches!(it, Ending::Error(_)))));
    element
}

fn write_suite(xml: &mut Writer<&mut dyn Write>, suite: &Suite) -> io::Result<()> {
    let mut element = BytesStart::new("testsuite");
    element.push_attribute(("name", &*suite.name));
    let mut element = counted(element, || suite.cases.iter());
    let skipped = suite.cases.iter().filter(|it| matches!(it.ending, Ending::Skipped(_))).count();
    element.push_attribute(("skipped", &*skipped.to_string()));
    xml.write_event(Event::Start(element))?;
    for case in &suite.cases {
        write_case(xml, case, &suite.name)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn write_case(xml: &mut Writer<&mut dyn Write>, case: &Case, suite: &str) -> io::Result<()> {
    let mut element = BytesStart::new("testcase");
    element.push_attribute(("name", &*case.name));
    element.push_attribute(("classname", suite));
    if matches!(case.ending, Ending::Held) {
        return xml.write_event(Event::Empty(element));
    }
    xml.write_event(Event::Start(element))?;
    match &case.ending {
        Ending::Held => {}
        Ending::Skipped(message) => {
            let mut skipped = BytesStart::new("skipped");
            skipped.push_attribute(("message", &**message));
            xml.write_event(Event::Empty(skipped))?;
        }
        Ending::Failure(trouble) => write_trouble(xml, "failure", trouble)?,
        Ending::Error(trouble) => write_trouble(xml, "error", trouble)?,
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn write_trouble(
    xml: &mut Writer<&mut dyn Write>,
    name: &str,
    trouble: &Trouble,
) -> io::Result<()> {
    let mut element = BytesStart::new(name);
    element.push_attribute(("type", trouble.kind));
    element.push_attribute(("message", &*trouble.message));
    xml.write_event(Event::Start(element))?;
    // Not escaped, which some readers of such files get wrong between words.
    for part in BytesCData::escaped(&trouble.more) {
        xml.write_event(Event::CData(part))?;
    }
    xml.write_event(Event::End(BytesEnd::new(name)))
}
