//! Puts the playground into the program, where it has been built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../web");
    let dist = root.join("dist");
    // The folder around it changes when it comes to be.
    println!("cargo::rerun-if-changed={}", if dist.is_dir() { &dist } else { &root }.display());
    let mut list = String::from("&[\n");
    for file in files(&dist)? {
        let name = file.strip_prefix(&dist).expect("it was found there").display().to_string();
        let name = name.replace('\\', "/");
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.display().to_string())
            .expect("a string takes all that is written");
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("site.rs"), list)
}

/// All files below a folder, in order; none where there is no such folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}
