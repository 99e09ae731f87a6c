//! Where results go: standard output, or a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::render::look::Look;
use crate::render::style::{WARN, paint};

/// Says something on standard error, if anybody is there to hear it.
pub(crate) fn remark(text: &str) {
    let fitted = Look::of_stderr().fit(text);
    // Where even this fails there is nobody left to tell.
    let _ = anstream::stderr().write_all(fitted.as_bytes());
}

/// Says that some of the work was not done.
pub(crate) fn interrupted(done: u64, runs: u64) {
    let text = format!("Interrupted: {done} of {runs} runs were finished and are reported.");
    remark(&(paint(WARN, text) + "\n"));
}

/// A place to write results to.
#[derive(Debug)]
pub(crate) enum Output {
    /// Standard output.
    Stdout,
    /// A file, opened before the work so that a wrong path is known early, emptied after it.
    File(File, PathBuf),
}

impl Output {
    /// Standard output, or the file at `path`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.with_context(|| format!("could not open `{}`", path.display()))?;
        Ok(Self::File(file, path.to_owned()))
    }

    /// How text for it is laid out.
    pub(crate) fn look(&self) -> Look {
        match self {
            Self::Stdout => Look::of_stdout(),
            Self::File(..) => Look::of_file(),
        }
    }

    /// Writes text for people; colours reach terminals only.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        let fitted = self.look().fit(text);
        let written = match self {
            Self::Stdout => {
                let mut out = anstream::stdout().lock();
                out.write_all(fitted.as_bytes()).and_then(|()| out.flush())
            }
            Self::File(file, _) => emptied(file)
                .and_then(|file| anstream::StripStream::new(file).write_all(fitted.as_bytes())),
        };
        written.with_context(|| self.failure())
    }

    /// Has data for programs written.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn data(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = match self {
            Self::Stdout => buffered(io::stdout().lock(), write),
            Self::File(file, _) => emptied(file).and_then(|file| buffered(file, write)),
        };
        written.with_context(|| self.failure())
    }

    /// Empties it for what is then written piece by piece.
    ///
    /// # Errors
    ///
    /// If it cannot be emptied.
    pub(crate) fn clear(&mut self) -> anyhow::Result<()> {
        let cleared = match self {
            Self::Stdout => Ok(()),
            Self::File(file, _) => emptied(file).map(|_| ()),
        };
        cleared.with_context(|| self.failure())
    }

    /// Writes a piece of data, for readers to see at once.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn append(&mut self, piece: &[u8]) -> anyhow::Result<()> {
        let written = match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(piece).and_then(|()| out.flush())
            }
            Self::File(file, _) => file.write_all(piece),
        };
        written.with_context(|| self.failure())
    }

    fn failure(&self) -> String {
        match self {
            Self::Stdout => "could not write to standard output".to_owned(),
            Self::File(_, path) => format!("could not write `{}`", path.display()),
        }
    }
}

fn buffered(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    write(&mut out)?;
    out.flush()
}

/// What the file held before goes; devices and pipes hold nothing.
fn emptied(file: &mut File) -> io::Result<&mut File> {
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    Ok(file)
}
