//! Measured spans of time from files: a column of a CSV file, or an `HdrHistogram` log.

use super::column::{self, Unit};
use super::hdr_log;
use crate::time::SimDuration;

/// Which numbers of a file are the spans.
#[derive(Clone, Copy, Debug)]
pub struct Measurement<'a> {
    /// Its name: what ends in `.hlog` is an `HdrHistogram` log.
    pub file: &'a str,
    /// The column of a CSV file, which has a header.
    pub column: Option<&'a str>,
    /// The tag of the intervals of a log; those without one, where it is not said.
    pub tag: Option<&'a str>,
    /// What one of them counts.
    pub unit: Unit,
}

impl Measurement<'_> {
    /// Whether the file is an `HdrHistogram` log.
    pub fn is_log(&self) -> bool {
        self.file.rsplit_once('.').is_some_and(|it| it.1 == "hlog")
    }

    /// The spans in the file's order, at most so many.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, as a lower-case sentence.
    pub fn read(&self, text: &str, most: usize) -> Result<Vec<SimDuration>, String> {
        match (self.is_log(), self.column, self.tag) {
            (true, None, tag) => spans_of_log(text, tag, self.unit, most),
            (true, Some(_), _) => Err("an HdrHistogram log has no columns".to_owned()),
            (false, Some(column), None) => column::spans(text, column, self.unit, most),
            (false, _, Some(_)) => Err("only HdrHistogram logs (.hlog) have tags".to_owned()),
            (false, None, None) => Err("say which `column` of it".to_owned()),
        }
    }
}

fn spans_of_log(
    text: &str,
    tag: Option<&str>,
    unit: Unit,
    most: usize,
) -> Result<Vec<SimDuration>, String> {
    let recorded = hdr_log::recorded(text, tag)?;
    let count = recorded.iter().fold(0_u64, |sum, it| sum.saturating_add(it.1));
    if count > most as u64 {
        return Err(format!("it has {count} values, more than the {most} that are still allowed"));
    }
    let mut spans = Vec::with_capacity(count as usize);
    for (value, times) in recorded {
        let nanos = value.checked_mul(u64::from(unit.nanos()));
        let nanos = nanos.ok_or_else(|| format!("{value} is longer than can be"))?;
        spans.extend(std::iter::repeat_n(SimDuration::from_nanos(nanos), times as usize));
    }
    Ok(spans)
}
