//! How a baseline is laid out: a number a line, so that a comparison of two files shows which
//! changed.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::Baseline;

/// Objects inside each other down to a number, which is the last: file, variants, variant, phases,
/// phase, number.
const NUMBER: usize = 6;

/// The bytes of the file.
pub(super) fn text(baseline: &Baseline) -> Vec<u8> {
    let mut text = Vec::new();
    let lines = Lines { pretty: PrettyFormatter::new(), depth: 0 };
    baseline
        .serialize(&mut Serializer::with_formatter(&mut text, lines))
        .expect("a baseline has string keys, and memory takes all that is written");
    text.push(b'\n');
    text
}

/// Pretty above a number, compact within.
struct Lines {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Lines {
    fn is_in_a_number(&self) -> bool {
        self.depth >= NUMBER
    }
}

impl Formatter for Lines {
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_in_a_number() {
            return CompactFormatter.begin_object(out);
        }
        self.pretty.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let compact = self.is_in_a_number();
        self.depth -= 1;
        if compact { CompactFormatter.end_object(out) } else { self.pretty.end_object(out) }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.is_in_a_number() {
            return CompactFormatter.begin_object_key(out, first);
        }
        self.pretty.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.is_in_a_number() {
            return CompactFormatter.begin_object_value(out);
        }
        self.pretty.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.is_in_a_number() {
            return CompactFormatter.end_object_value(out);
        }
        self.pretty.end_object_value(out)
    }
}
