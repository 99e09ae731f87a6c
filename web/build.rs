//! Puts into the program which scenarios the library has (`gallery.rs`) and which files of data
//! (`data.rs`). What is in them are files of the site, which the page asks for.

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
            let to = match file.extension().unwrap_or_default().to_str() {
                Some("toml") => &mut list,
                Some("md") => continue,
                _ if !file.is_file() => continue,
                _ => &mut data,
            };
            writeln!(to, "    {name:?},").expect("a string takes all that is written");
        }
    }
    list.push_str("]\n");
    data.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("gallery.rs"), list)?;
    fs::write(Path::new(&out).join("data.rs"), data)
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
