//! Puts the list of the library's scenarios into the program: `gallery.rs` says what each is, `data.rs`
//! names the files of data. Texts and data are files of the site, which the page asks for when they are
//! needed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../scenarios");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("&[\n");
    let mut data = String::from("&[\n");
    for family in sorted(&root)?.into_iter().filter(|it| it.is_dir()) {
        println!("cargo::rerun-if-changed={}", family.display());
        for file in sorted(&family)? {
            let name = format!("{}/{}", named(&family), named(&file));
            let extension = file.extension().unwrap_or_default();
            if extension == "toml" {
                let text = fs::read_to_string(&file)?;
                let (title, sentence) = (title(&text), sentence(&text));
                writeln!(
                    list,
                    "    Entry {{ path: {name:?}, title: {title:?}, sentence: {sentence:?} }},"
                )
                .expect("a string takes all that is written");
            } else if extension != "md" && file.is_file() {
                writeln!(data, "    {name:?},").expect("a string takes all that is written");
            }
        }
    }
    list.push_str("]\n");
    data.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("gallery.rs"), list)?;
    fs::write(Path::new(&out).join("data.rs"), data)
}

/// The title that a scenario's text gives itself.
fn title(text: &str) -> &str {
    let line = text.lines().find_map(|it| it.strip_prefix("title"));
    let value = line.and_then(|it| it.split_once('=')).map_or("", |it| it.1);
    value.trim().trim_matches('"')
}

/// What it shows, in a sentence: the first of `SHOWS` in its header.
fn sentence(text: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for line in text.lines().map_while(|it| it.strip_prefix('#')) {
        let (word, rest) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
        if word == "SHOWS" {
            inside = true;
            words.push_str(rest.trim());
        } else if inside && line.starts_with("        ") {
            words.push(' ');
            words.push_str(line.trim());
        } else {
            inside = false;
        }
    }
    let end = words.find([';', ':']).or_else(|| words.find(". ")).unwrap_or(words.len());
    words.truncate(end);
    words.trim_end_matches('.').to_owned() + "."
}

fn named(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
