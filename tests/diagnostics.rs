//! What authors read when their file is wrong: each mistake in `bad/`, rendered.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::scenario::{NoFiles, parse, render};

fn bad_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of bad files is there")
        .map(|it| it.expect("its entries are readable").path())
        .collect();
    files.sort();
    files
}

/// Everything that is wrong with a file in the folder of bad ones.
fn told(path: &Path) -> (usize, String) {
    let text = fs::read_to_string(path).expect("a bad file is readable");
    let name = path.file_name().expect("a file has a name").to_string_lossy();
    match parse(&text) {
        Err(faults) => {
            let source = sim_core::scenario::SourceText { name: name.into_owned(), text };
            (faults.len(), render(&faults, &[source]))
        }
        Ok(source) => {
            let source = source.named(&name);
            let faults = source.check_all(&NoFiles).expect_err("a bad file is refused");
            (faults.len(), render(&faults, source.sources()))
        }
    }
}

#[test]
fn every_mistake_is_told_with_its_place_and_remedy() {
    let files = bad_files();
    assert!(files.len() >= 15, "{} files", files.len());
    for path in files {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        insta::assert_snapshot!(name, told(&path).1);
    }
}

#[test]
fn five_mistakes_are_told_at_once() {
    let five = bad_files().into_iter().find(|it| it.ends_with("15-five-mistakes.toml"));
    let (count, text) = told(&five.expect("the file is there"));
    assert_eq!(count, 5, "{text}");
}

#[test]
fn nothing_from_the_file_reaches_the_terminal_raw() {
    for path in bad_files() {
        let (_, text) = told(&path);
        let control = text.chars().find(|it| it.is_control() && *it != '\n');
        assert_eq!(control, None, "{}: {text:?}", path.display());
    }
}

/// What is wrong with a scenario of one service that calls another, with these settings.
fn refused(service: &str, call: &str) -> String {
    let text = format!(
        "format = 1\ntitle = \"large\"\nrun = {{ duration = \"1m\" }}\n\
         [load.users]\nto = \"app\"\nrate = \"1/s\"\n\
         [service.app]\nworkers = 1\n{service}\n[[service.app.call]]\nto = \"db\"\n{call}\n\
         [service.db]\nworkers = 1\ntime = \"1ms\"\n"
    );
    let source = parse(&text).expect("it is TOML");
    match source.check(None, &NoFiles) {
        Ok(_) => String::new(),
        Err(faults) => render(&faults, source.sources()),
    }
}

#[test]
fn what_is_small_in_the_file_and_huge_in_memory_is_refused() {
    let window = "breaker = { open_at = \"50% of last 10000\", open_for = \"1s\" }";
    assert_eq!(refused("", window), "", "one of them is fine");
    let many = refused("instances = 10000", window);
    assert!(many.contains("100000000 results in the windows of breakers"), "{many}");
    let instances = refused("instances = 100000", "timeout = \"1s\"");
    assert!(instances.contains("100001 instances"), "{instances}");
}

#[test]
fn a_scenario_without_load_is_refused() {
    let text = "format = 1\ntitle = \"idle\"\nrun = { duration = \"1m\" }\n\
                [service.app]\nworkers = 1\ntime = \"1ms\"\n";
    let source = parse(text).expect("it is TOML");
    let faults = source.check(None, &NoFiles).expect_err("nothing would happen");
    assert_eq!(faults[0].message, "there is no load: nothing would happen");
}
