//! What happened when: faults with their victims, and breakers.

use sim_core::report::{LogLine, VariantReport};

use super::figure::whole;
use super::instant::{clock, instant};
use super::style::{FAINT, paint};
use sim_core::scenario::harmless;

/// Lines shown at most.
const MOST: usize = 24;

/// What is one line of the log.
pub(crate) struct Group {
    /// When it began, s after time zero.
    pub(crate) at: f64,
    /// In words.
    pub(crate) text: String,
    /// Lines of the report that it stands for.
    pub(crate) lines: usize,
}

/// The log of the first replication. What several callers' breakers do one after the other is one
/// line.
pub(crate) fn groups(variant: &VariantReport) -> Vec<Group> {
    variant.log.chunk_by(|a, b| same_but_caller(&a.text, &b.text)).filter_map(group).collect()
}

fn group(lines: &[LogLine]) -> Option<Group> {
    let (first, last) = (lines.first()?, lines.last()?);
    let text = if lines.len() == 1 {
        first.text.clone()
    } else {
        let (what, until) = (without_caller(&first.text), instant(last.at));
        format!("{what} ({} callers, until {until})", lines.len())
    };
    Some(Group { at: first.at, text, lines: lines.len() })
}

/// The log as lines, with clock times if the scenario has a clock.
pub(crate) fn log(variant: &VariantReport, zero: Option<u32>) -> String {
    let groups = groups(variant);
    let mut out: String = groups.iter().take(MOST).map(|it| line(it, zero)).collect();
    let rest: usize = groups.iter().skip(MOST).map(|it| it.lines).sum();
    let more = rest as u64 + variant.log_dropped;
    if more > 0 {
        out.extend([format!("{:>10}  and {} more\n", "…", whole(more))]);
    }
    out
}

fn line(group: &Group, zero: Option<u32>) -> String {
    let clock = zero.map_or(String::new(), |zero| format!("  {}", clock(group.at, zero)));
    let at = instant(group.at);
    format!("{at:>10}{}  {}\n", paint(FAINT, clock), harmless(&group.text))
}

fn same_but_caller(a: &str, b: &str) -> bool {
    a.contains(CALLER) && b.contains(CALLER) && without_caller(a) == without_caller(b)
}

const CALLER: &str = " (caller #";

/// `breaker a -> b (caller #3): closed to open` without the caller.
fn without_caller(text: &str) -> String {
    match text.split_once(CALLER) {
        Some((start, rest)) => format!("{start}{}", rest.split_once(')').map_or("", |it| it.1)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: f64, text: &str) -> LogLine {
        LogLine { at, text: text.to_owned() }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn callers_that_do_the_same_are_one_line() {
        let a = "breaker a -> b (caller #0): closed to open";
        let b = "breaker a -> b (caller #1): closed to open";
        assert!(same_but_caller(a, b) && !same_but_caller(a, "fault x ends"));
        let both = group(&[at(61.0, a), at(62.5, b)]).unwrap();
        let shown = plain(&line(&both, Some(0)));
        assert_eq!(
            shown,
            "      1:01  00:01:01  breaker a -> b: closed to open (2 callers, until 1:02.5)\n"
        );
        let alone = plain(&line(&group(&[at(1.0, "fault x ends")]).unwrap(), None));
        assert_eq!(alone.trim_start(), "0:01  fault x ends\n");
    }
}
