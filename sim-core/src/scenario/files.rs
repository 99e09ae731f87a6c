//! The one door to a scenario's files: samples, logs.
//!
//! The core opens nothing. The command line serves files from the scenario's own folder, the
//! playground from memory.

use crate::order;
use std::collections::BTreeMap;

/// Serves the files that a scenario names.
pub trait Files {
    /// The text of the file at `path`, which is relative, uses `/` and has no `..`.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it cannot be read as text.
    fn read(&self, path: &str) -> Result<String, FilesError>;
}

/// Why a file is not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// There is no file of that name.
    #[error("there is no such file")]
    NotFound,
    /// The path leads, or may lead, out of the scenario's folder.
    #[error("a scenario reads files of its own folder only")]
    Outside,
    /// It is there but cannot be read; the reason is a lower-case sentence.
    #[error("{0}")]
    Unreadable(String),
}

/// A door that leads nowhere: for scenarios that need no files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Result<String, FilesError> {
        Err(FilesError::NotFound)
    }
}

/// Files in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, String>,
}

impl<P: Into<String>, T: Into<String>> FromIterator<(P, T)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.into(), text.into()));
        Self { files: order::map(files) }
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<String, FilesError> {
        self.files.get(path).cloned().ok_or(FilesError::NotFound)
    }
}

/// Reads through the door, but only what lies in the scenario's folder on every system.
pub(crate) fn read(files: &dyn Files, path: &str) -> Result<String, FilesError> {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    let inside = path.split('/').all(plain)
        && !path.contains(|c: char| c == '\\' || c == ':' || c.is_control());
    if inside { files.read(path) } else { Err(FilesError::Outside) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_inside_the_folder_reach_the_door() {
        let files: MemoryFiles =
            [("data/a.csv", "x"), ("/etc/passwd", "secret")].into_iter().collect();
        assert_eq!(read(&files, "data/a.csv"), Ok("x".to_owned()));
        assert_eq!(read(&files, "data/b.csv"), Err(FilesError::NotFound));
        for path in
            ["/etc/passwd", "../a", "data/../../a", "C:/a", "a\\b", "", "a//b", "./a", "a\0"]
        {
            assert_eq!(read(&files, path), Err(FilesError::Outside), "{path:?}");
        }
        assert_eq!(read(&NoFiles, "a"), Err(FilesError::NotFound));
    }
}
