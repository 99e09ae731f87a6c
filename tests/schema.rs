//! The file format as a JSON Schema, judged by a validator of others, and held against what the reader
//! takes.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use sim_core::scenario::{Code, NoFiles, json_schema, parse};
use sim_tests::{Story, as_json, stories};

fn validator() -> Validator {
    jsonschema::draft202012::new(&json_schema()).expect("the schema is one")
}

#[test]
fn the_schema_is_of_draft_2020_12() {
    let schema = json_schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{schema:#}");
}

#[test]
fn every_scenario_of_the_library_validates() {
    let validator = validator();
    let stories = stories();
    assert!(stories.len() > 30, "{} scenarios", stories.len());
    for path in stories {
        let file = as_json(Story::open(&path).text());
        let faults: Vec<_> = validator
            .iter_errors(&file)
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{path}: {faults:#?}");
    }
}

/// What a value by itself can show is caught by the schema too, where it is the whole of the fault.
#[test]
fn what_a_schema_can_see_it_catches() {
    const SEEN: [Code; 4] =
        [Code::UnknownKey, Code::MissingKey, Code::WrongType, Code::UnknownWord];
    let validator = validator();
    let mut caught = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("bad")).expect("bad files")
    {
        let path = entry.expect("it can be listed").path();
        let text = fs::read_to_string(&path).expect("a bad file is readable");
        let Ok(source) = parse(&text) else { continue };
        let faults = source.check_all(&NoFiles).expect_err("a bad file is refused");
        let seen = faults.iter().any(|it| SEEN.contains(&it.code));
        if seen {
            assert!(!validator.is_valid(&as_json(&text)), "{}: {faults:#?}", path.display());
            caught += 1;
        }
    }
    assert!(caught >= 3, "{caught}");
}

/// One fault of each kind that a schema can catch, put into a file without faults.
#[test]
fn each_class_of_fault_is_caught_by_both() {
    let validator = validator();
    let good = "format = 1\ntitle = \"t\"\nrun = { duration = \"1m\" }\n\
                load.users = { to = \"app\", rate = \"10/s\" }\n\
                [service.app]\nworkers = 4\ntime = \"exp(20ms)\"\n[[service.app.call]]\nto = \"db\"\n\
                timeout = \"1s\"\nbulkhead = { slots = 4 }\n[service.db]\nworkers = 4\ntime = \"1ms\"\n\
                [[fault]]\nname = \"f\"\nkind = \"slow\"\non = \"db\"\nfactor = 2\nat = \"1s\"\n";
    assert!(validator.is_valid(&as_json(good)));
    let faults = [
        ("workers = 4\ntime = \"exp(20ms)\"", "wrokers = 4"),
        ("workers = 4\ntime = \"exp(20ms)\"", "time = \"exp(20ms)\""),
        ("workers = 4", "workers = 0"),
        ("workers = 4", "workers = \"four\""),
        ("workers = 4", "workers = 4\nbalance = \"robin\""),
        ("workers = 4", "workers = 4\ndrop_expired = \"yes\""),
        ("workers = 4", "workers = 4\nqueue = { overflow = { block = \"0s\" } }"),
        ("\"exp(20ms)\"", "\"exq(20ms)\""),
        ("\"exp(20ms)\"", "250"),
        ("timeout = \"1s\"", "timeout = \"1\""),
        ("timeout = \"1s\"", "timeout = \"0s\""),
        ("timeout = \"1s\"", "when = \"half\""),
        ("timeout = \"1s\"", "fallback = \"fail:999\""),
        ("timeout = \"1s\"", "policy = [\"tiemout\"]"),
        ("timeout = \"1s\"", "breaker = { open_at = \"five\", open_for = \"1s\" }"),
        ("timeout = \"1s\"", "retry = { attempts = 3, delay = \"jitter(1s)\" }"),
        ("slots = 4", "slots = 4, max_wiat = \"1s\""),
        ("rate = \"10/s\"", "rate = \"10\""),
        ("rate = \"10/s\"", "rate = []"),
        ("rate = \"10/s\"", "rate = \"10/s\", arrivals = \"posson\""),
        ("factor = 2", "factor = -2"),
        ("factor = 2", "factor = 2\nslots = 3"),
        ("factor = 2", "factor = 2\nblast = \"0\""),
        ("kind = \"slow\"", "kind = \"lsow\""),
        ("name = \"f\"", "name = \"f f\""),
        ("format = 1", "format = 2"),
        ("duration = \"1m\"", "duration = \"1m\", clock = \"25:00:00\""),
    ];
    for (from, to) in faults {
        assert!(good.contains(from), "{from}");
        let bad = good.replace(from, to);
        let read = parse(&bad).expect("it is TOML").check(None, &NoFiles);
        assert!(read.is_err(), "the reader takes {to}");
        assert!(!validator.is_valid(&as_json(&bad)), "the schema takes {to}");
    }
}
