//! The order of the modules: each imports only from those before it. Between crates Cargo forbids
//! cycles; within the two that make the library, this test does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates and their modules from the ground up. `ARCHITECTURE.md` says what each is.
const ORDER: [(&str, &[&str]); 2] = [
    (
        "sim-engine",
        &[
            "id",
            "math",
            "order",
            "time",
            "quantity",
            "rng",
            "statistics",
            "distribution",
            "policy",
            "fault",
            "backup",
            "metric",
            "place",
            "schema",
            "replication",
            "recovery",
            "model",
            "observe",
            "engine",
        ],
    ),
    ("sim-core", &["analytic", "scenario", "compile", "availability", "report", "experiment"]),
];

#[test]
fn every_module_imports_only_from_those_before_it() {
    let found = violations(&sources());
    assert!(found.is_empty(), "imports that point upwards:\n{}", found.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let modules: BTreeSet<String> = sources().into_iter().map(|it| it.module).collect();
    let known: BTreeSet<String> =
        ORDER.iter().flat_map(|it| it.1).map(|it| (*it).to_owned()).collect();
    assert_eq!(modules, known);
}

#[test]
fn an_upward_import_would_be_found() {
    let canary = |text: &str| Source {
        module: "policy".to_owned(),
        path: "policy/canary.rs".into(),
        text: text.to_owned(),
    };
    let upward = [
        "use crate::engine::World;",
        "use crate::{time::SimTime, model::{Model, Op}};",
        "fn f(it: &crate::report::Report) {}",
    ];
    for text in upward {
        assert_eq!(violations(&[canary(text)]).len(), 1, "{text}");
    }
    let downward = "use crate::{time::SimTime, rng::Stream};\n// crate::engine in a comment";
    assert_eq!(violations(&[canary(downward)]), Vec::<String>::new());
    let in_tests = "fn f() {}\n#[cfg(test)]\nmod tests { use crate::engine::World; }";
    assert_eq!(violations(&[canary(in_tests)]), Vec::<String>::new());
}

struct Source {
    module: String,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    ORDER.iter().flat_map(|(name, _)| sources_of(name)).collect()
}

fn sources_of(name: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let module = |path: &Path| {
        let inside = path.strip_prefix(&root).expect("found below the root");
        let first = inside.iter().next().expect("a file has a name").to_string_lossy();
        first.trim_end_matches(".rs").to_owned()
    };
    let source = |path: PathBuf| Source {
        module: module(&path),
        text: fs::read_to_string(&path).expect("a source file is readable"),
        path,
    };
    files.into_iter().map(source).filter(|it| it.module != "lib").collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder is readable") {
        let path = entry.expect("a folder's entry is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn violations(sources: &[Source]) -> Vec<String> {
    let place = |module: &str| ORDER.iter().flat_map(|it| it.1).position(|it| *it == module);
    let mut found = Vec::new();
    for source in sources {
        for import in imports(&source.text) {
            if import != source.module && place(&import) > place(&source.module) {
                found.push(format!("{}: crate::{import}", source.path.display()));
            }
        }
    }
    found
}

/// The modules that a file names after `crate::`, its tests and comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default()
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut modules = BTreeSet::new();
    for (index, _) in code.match_indices("crate::") {
        let rest = &code[index + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => modules.extend(heads(group)),
            None => modules.extend(head(rest)),
        }
    }
    modules
}

/// The first words of the top-level entries of `{a::b, c::{d, e}}`, from after the brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut start) = (0, Vec::new(), 0);
    for (index, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                words.extend(head(&group[start..index]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                words.extend(head(&group[start..index]));
                start = index + 1;
            }
            _ => {}
        }
    }
    words
}

fn head(path: &str) -> Option<String> {
    let word = path.trim_start();
    let end = word.find(|it: char| !it.is_ascii_lowercase() && it != '_').unwrap_or(word.len());
    (end > 0).then(|| word[..end].to_owned())
}
