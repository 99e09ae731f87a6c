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
