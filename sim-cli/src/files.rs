//! The door to a scenario's files: its own folder, and nothing else.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sim_core::scenario::{Files, FilesError};

/// Files larger than this are not read.
const LARGEST: u64 = 256 << 20;

/// The folder that a scenario lies in.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder of the scenario at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        Self { root: parent.unwrap_or_else(|| Path::new(".")).to_owned() }
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, FilesError> {
        let root = self.root.canonicalize().map_err(|it| refused(&it))?;
        // Symbolic links are followed first, then judged by where they lead.
        let file = root.join(path).canonicalize().map_err(|it| refused(&it))?;
        if !file.starts_with(&root) {
            return Err(FilesError::Outside);
        }
        let bytes = read_at_most(&file, LARGEST).map_err(|it| refused(&it))?;
        let bytes = bytes.ok_or_else(|| {
            FilesError::Unreadable(format!("it is larger than {} MiB", LARGEST >> 20))
        })?;
        String::from_utf8(bytes).map_err(|_| FilesError::Unreadable("it is not UTF-8 text".into()))
    }
}

/// The bytes of a file, or `None` if there are more than `most`.
///
/// # Errors
///
/// If it is not a file that can be read.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

fn refused(error: &io::Error) -> FilesError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FilesError::NotFound,
        _ => FilesError::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_door_leads_into_the_folder_only() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("inner");
        fs::create_dir_all(inner.join("data")).unwrap();
        fs::write(inner.join("data/a.csv"), "ms\n1\n").unwrap();
        fs::write(inner.join("bytes"), [0xff]).unwrap();
        fs::write(outer.path().join("secret"), "secret").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret"), inner.join("link")).unwrap();

        let folder = Folder::of(&inner.join("scenario.toml"));
        assert_eq!(folder.read("data/a.csv").unwrap(), "ms\n1\n");
        assert_eq!(folder.read("data/b.csv"), Err(FilesError::NotFound));
        assert_eq!(folder.read("../secret"), Err(FilesError::Outside));
        assert!(matches!(folder.read("bytes"), Err(FilesError::Unreadable(_))));
        assert!(matches!(folder.read("data"), Err(FilesError::Unreadable(_))));
        #[cfg(unix)]
        assert_eq!(folder.read("link"), Err(FilesError::Outside));
    }

    #[test]
    fn large_files_are_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "12345").unwrap();
        assert_eq!(read_at_most(file.path(), 5).unwrap().unwrap(), b"12345");
        assert_eq!(read_at_most(file.path(), 4).unwrap(), None);
    }
}
