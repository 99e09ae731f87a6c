//! Reading the tree into typed values, with all faults found on the way.

use super::diagnostic::{Code, Diagnostic};
use super::files::{self, Files};
use super::nearest::did_you_mean;
use super::outline::Outline;
use super::place::Place;
use super::shape::Shape;
use super::shortened::shortened;
use super::tree::Node;

/// Faults told at most; nobody mends more in one go.
const FAULTS_MAX: usize = 1_000;
/// Faults that get a hint at most: searching for near names takes time.
const HINTS_MAX: usize = 100;
/// Rows of files read for one scenario at most, in all.
const ROWS_MAX: usize = 10_000_000;

/// A type that can be read from a node of the tree.
pub(crate) trait Read: Sized {
    /// What the value must be, for "expected …".
    const EXPECTED: &'static str;

    /// What the value may be, for editors and forms. It takes all that [`read`](Self::read) takes.
    fn shape() -> Shape {
        Shape::Any
    }

    /// How this value is written, where a default may be one.
    fn written(&self) -> Option<serde_json::Value> {
        None
    }

    /// The value, or `None` with the faults told to the reader.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

impl<T: Read> Read for At<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn shape() -> Shape {
        T::shape()
    }

    fn written(&self) -> Option<serde_json::Value> {
        self.value.written()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(|value| Self { value, place: node.place })
    }
}

/// What reading needs to know, and the faults found so far.
pub(crate) struct Reader<'a> {
    pub(crate) outline: &'a Outline,
    files: &'a dyn Files,
    rows_left: usize,
    faults: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(outline: &'a Outline, files: &'a dyn Files) -> Self {
        Self { outline, files, rows_left: ROWS_MAX, faults: Vec::new() }
    }

    pub(crate) fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    /// Tells a fault.
    #[cold]
    #[inline(never)]
    pub(crate) fn tell(&mut self, fault: Diagnostic) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    /// Tells a fault; there is no value then.
    pub(crate) fn refuse<T>(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
    ) -> Option<T> {
        self.tell_of(code, place, message.into(), None);
        None
    }

    /// Tells a fault with what mends it; there is no value then.
    pub(crate) fn refuse_with<T>(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        self.tell_of(code, place, message.into(), Some(help.into()));
        None
    }

    #[cold]
    #[inline(never)]
    fn tell_of(&mut self, code: Code, place: Place, message: String, help: Option<String>) {
        self.tell(Diagnostic::new(code, place, message).maybe_help(help));
    }

    /// The node holds another type than its key takes.
    pub(crate) fn wrong_type<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        self.tell_wrong_type(node, expected);
        None
    }

    #[cold]
    #[inline(never)]
    fn tell_wrong_type(&mut self, node: &Node, expected: &str) {
        let message = format!("expected {expected}, found {}", node.found());
        self.tell(Diagnostic::new(Code::WrongType, node.place, message));
    }

    /// ``unknown service `chekout` ``, with the nearest of the known names as help.
    pub(crate) fn unknown<'n, T>(
        &mut self,
        code: Code,
        place: Place,
        (what, name): (&str, &str),
        known: impl IntoIterator<Item = &'n str>,
    ) -> Option<T> {
        self.tell_unknown(code, place, (what, name), &mut known.into_iter());
        None
    }

    #[cold]
    #[inline(never)]
    fn tell_unknown(
        &mut self,
        code: Code,
        place: Place,
        (what, name): (&str, &str),
        known: &mut dyn Iterator<Item = &str>,
    ) {
        let hint = if self.has_time_for_hints() { did_you_mean(name, known) } else { None };
        let message = format!("unknown {what} `{}`", shortened(name));
        self.tell(Diagnostic::new(code, place, message).maybe_help(hint));
    }

    /// Whether there are still so few faults that near names are worth searching for.
    pub(crate) fn has_time_for_hints(&self) -> bool {
        self.faults.len() < HINTS_MAX
    }

    /// Part of the format that this version does not run.
    pub(crate) fn not_yet<T>(&mut self, place: Place, what: &str) -> Option<T> {
        let message = format!("{what} is part of the format but not of this version yet");
        self.refuse_with(Code::NotYet, place, message, "take it out to run the rest")
    }

    /// A column of a file of the scenario, read by `read` within the rows that are still allowed.
    pub(crate) fn column<T>(
        &mut self,
        path: &str,
        place: Place,
        read: impl FnOnce(&str, usize) -> Result<Vec<T>, String>,
    ) -> Option<Vec<T>> {
        let text = match files::read(self.files, path) {
            Ok(text) => text,
            Err(why) => {
                let message = format!("cannot read `{path}`: {why}");
                let help = "put the file beside the scenario and name it from there";
                return self.refuse_with(Code::BadFile, place, message, help);
            }
        };
        match read(&text, self.rows_left) {
            Ok(rows) => {
                self.rows_left = self.rows_left.saturating_sub(rows.len());
                Some(rows)
            }
            Err(why) => self.refuse(Code::BadFile, place, format!("cannot read `{path}`: {why}")),
        }
    }
}
