//! JUnit's XML, read by a parser that others use and held to the schema that Jenkins holds it to.

use std::collections::BTreeMap;

use junit_parser::{TestStatus, TestSuites};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::*;

/// An element: what may be in it, and its attributes, those first that it must have.
struct Element {
    name: &'static str,
    children: &'static [&'static str],
    required: &'static [&'static str],
    optional: &'static [&'static str],
    text: bool,
}

const fn ending(name: &'static str) -> Element {
    Element { name, children: &[], required: &[], optional: &["type", "message"], text: true }
}

/// `junit-10.xsd` of Jenkins's xUnit plugin, without the elements of reruns and output.
const SCHEMA: [Element; 6] = [
    Element {
        name: "testsuites",
        children: &["testsuite"],
        required: &[],
        optional: &["name", "time", "tests", "failures", "errors"],
        text: false,
    },
    Element {
        name: "testsuite",
        children: &["testsuite", "testcase"],
        required: &["name", "tests", "failures", "errors"],
        optional: &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
        text: false,
    },
    Element {
        name: "testcase",
        children: &["skipped", "error", "failure"],
        required: &["name"],
        optional: &["time", "classname", "group"],
        text: false,
    },
    ending("skipped"),
    ending("error"),
    ending("failure"),
];

/// The text of all troubles, or the first thing that is not as the schema has it.
fn held_to_schema(xml: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(xml);
    let mut said = String::new();
    let mut open: Vec<&Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|it| it.to_string())?;
        match event {
            Event::Decl(_) => {}
            Event::Start(start) => open.push(opened(&start, open.last().copied())?),
            Event::Empty(start) => drop(opened(&start, open.last().copied())?),
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                let blank = text.trim().is_empty();
                if !blank && !open.last().is_some_and(|it| it.text) {
                    return Err(format!("text {:?}", &*text));
                }
            }
            Event::CData(text) if open.last().is_some_and(|it| it.text) => said.push_str(&text),
            Event::Eof if open.is_empty() => return Ok(said),
            other => return Err(format!("{other:?}")),
        }
    }
}

fn opened(start: &BytesStart, parent: Option<&Element>) -> Result<&'static Element, String> {
    let name = start.name().0.to_owned();
    let allowed = parent.map_or(&["testsuites"][..], |it| it.children);
    if !allowed.contains(&&*name) {
        return Err(format!("<{name}> in <{}>", parent.map_or("nothing", |it| it.name)));
    }
    let element = SCHEMA.iter().find(|it| it.name == name).expect("what is allowed is there");
    let attribute =
        |it: Result<quick_xml::events::attributes::Attribute, _>| it.map(|it| it.key.0.to_owned());
    let attributes: Result<Vec<String>, _> = start.attributes().map(attribute).collect();
    let attributes = attributes.map_err(|it| it.to_string())?;
    let known = |it: &&String| {
        let it = it.as_str();
        element.required.contains(&it) || element.optional.contains(&it)
    };
    if let Some(unknown) = attributes.iter().find(|it| !known(it)) {
        return Err(format!("<{name} {unknown}>"));
    }
    match element.required.iter().find(|it| !attributes.iter().any(|has| has == **it)) {
        Some(missing) => Err(format!("<{name}> without {missing}")),
        None => Ok(element),
    }
}

/// What a test writes, held to the schema and read.
fn tested(folder: &Folder, args: &[&str]) -> (String, TestSuites) {
    let args = [&["test", "--junit", "verdicts.xml", "."], args].concat();
    folder.run(&args);
    let xml = fs::read_to_string(folder.path("verdicts.xml")).unwrap();
    assert!(held_to_schema(&xml).is_ok(), "{xml}");
    let suites = junit_parser::from_reader(xml.as_bytes()).expect(&xml);
    (xml, suites)
}

/// Tests, failures, errors and skipped, counted case by case.
fn counted<'s>(suites: impl Iterator<Item = &'s junit_parser::TestSuite>) -> [u64; 4] {
    let mut counts = [0; 4];
    for case in suites.flat_map(|it| &it.cases) {
        counts[0] += 1;
        match case.status {
            TestStatus::Success => {}
            TestStatus::Failure(_) => counts[1] += 1,
            TestStatus::Error(_) => counts[2] += 1,
            TestStatus::Skipped(_) => counts[3] += 1,
        }
    }
    counts
}

#[test]
fn the_schema_can_be_broken() {
    let cases = [
        ("<a/>", "<a> in <nothing>"),
        ("<testsuites skipped=\"0\"/>", "<testsuites skipped>"),
        ("<testsuites><testsuite name=\"x\"/></testsuites>", "<testsuite> without tests"),
        ("<testsuites>x</testsuites>", "text"),
        ("<testsuites><failure/></testsuites>", "<failure> in <testsuites>"),
        ("<testsuites>", "Eof"),
        ("<testsuites name=\"a\" name=\"b\"/>", "duplicated"),
    ];
    for (xml, want) in cases {
        let got = held_to_schema(xml).unwrap_err();
        assert!(got.contains(want), "{xml}: {got}");
    }
}

#[test]
fn counts_agree_with_the_cases() {
    let more = "[[expect]]\nthat = \"shop.crashes > 0\"\n\
                [[expect]]\nthat = \"stock.pool.rejected >= 0\"\n";
    let folder = expecting(&format!("{TRUE}{more}"));
    fs::write(folder.path("bad.toml"), "format = 2\ntitel = 1").unwrap();
    fs::write(folder.path("empty.toml"), SHOP).unwrap();
    let (xml, suites) = tested(&folder, &[]);
    let all = counted(suites.suites.iter());
    assert_eq!(all, [11, 2, 1, 1], "{xml}");
    let sums = [suites.tests, suites.failures, suites.errors];
    assert_eq!(sums, [all[0], all[1], all[2]]);
    for suite in &suites.suites {
        let told = [suite.tests, suite.failures, suite.errors, suite.skipped];
        assert_eq!(told, counted(std::iter::once(suite)), "{}", suite.name);
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for suite in &suites.suites {
        *names.entry(&suite.name).or_default() += 1;
    }
    assert!(names.len() == 5 && names.values().all(|it| *it == 1), "{names:?}");
    assert!(!xml.contains("time="), "no clock: the same test gives the same bytes");
    assert_eq!(tested(&folder, &["--threads", "1"]).0, xml);
}

#[test]
fn hostile_text_arrives_as_it_is_shown() {
    let because = r#"]]> <b>&amp; "quoted" 'so' é 🌩 \u0000 \u001b[31m \u202e end"#;
    let because = because.replace('"', "\\\"");
    let folder =
        expecting(&format!("[[expect]]\nthat = \"shop.crashes > 0\"\nbecause = \"{because}\"\n"));
    let odd = "<shop> & \"co\" ]]>\u{1b}\n.toml";
    fs::rename(folder.path("shop.toml"), folder.path(odd)).unwrap();
    let (xml, suites) = tested(&folder, &[]);
    let suite = &suites.suites[0];
    assert_eq!(suite.name, "./<shop> & \"co\" ]]>??.toml (base)", "{xml}");
    let TestStatus::Failure(failure) = &suite.cases[0].status else { panic!("{xml}") };
    assert_eq!(failure.failure_type, "✗ FAIL");
    let said = held_to_schema(&xml).unwrap();
    assert_has(&said, &["because ]]> <b>&amp; \"quoted\" 'so' é 🌩 ? ?[31m \u{fffd} end\n"]);
    assert_has(&failure.text, &["<b>&amp; \"quoted\" 'so' é 🌩 "]);
    assert!(!xml.contains(|it: char| it.is_control() && it != '\n'), "{xml}");
}

#[test]
fn a_baseline_is_a_suite_of_its_own() {
    let folder = expecting(TRUE);
    folder.says(&["test", "shop.toml", "--update-baseline"]);
    let suites = tested(&folder, &[]).1;
    assert_eq!(suites.suites[2].name, "./shop.toml (baseline)");
    assert!(suites.suites[2].cases[0].status.is_success());
    let suites = tested(&folder, &["--set", "load.shoppers.rate=90/s"]).1;
    let TestStatus::Failure(moved) = &suites.suites[2].cases[0].status else { panic!("it moved") };
    assert_has(&moved.text, &["shoppers.goodput", " → "]);
    assert_eq!(suites.failures, 1);
}
