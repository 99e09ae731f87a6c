//! What happened when: faults with their victims, and breakers.

use sim_core::report::{LogLine, VariantReport};

use super::figure::whole;
use super::instant::{clock, instant};
use super::style::{FAINT, paint};
use sim_core::scenario::harmless;

/// Lines shown at most.
const MOST: usize = 24;

/// The log of the first replication, with clock times if the scenario has a clock. What several
/// callers' breakers do one after the other is one line.
pub(crate) fn log(variant: &VariantReport, zero: Option<u32>) -> String {
    let groups: Vec<_> = variant.log.chunk_by(|a, b| same_but_caller(&a.text, &b.text)).collect();
    let shown = groups.iter().take(MOST).map(|it| line(it, zero));
    let mut out: String = shown.collect();
    let rest: usize = groups.iter().skip(MOST).map(|it| it.len()).sum();
    let more = rest as u64 + variant.log_dropped;
    if more > 0 {
        out.extend([format!("{:>10}  and {} more\n", "…", whole(more))]);
    }
    out
}

fn line(group: &[LogLine], zero: Option<u32>) -> String {
    let [first, .., last] = group else {
        return group
            .first()
            .map_or(String::new(), |it| head(it, zero) + &harmless(&it.text) + "\n");
    };
    let text = harmless(&without_caller(&first.text));
    let until = instant(last.at);
    format!("{}{text} ({} callers, until {until})\n", head(first, zero), group.len())
}

fn head(line: &LogLine, zero: Option<u32>) -> String {
    let clock = zero.map_or(String::new(), |zero| format!("  {}", clock(line.at, zero)));
    format!("{:>10}{}  ", instant(line.at), paint(FAINT, clock))
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
        let group = [at(61.0, a), at(62.5, b)];
        let shown = plain(&line(&group, Some(0)));
        assert_eq!(
            shown,
            "      1:01  00:01:01  breaker a -> b: closed to open (2 callers, until 1:02.5)\n"
        );
        let alone = plain(&line(&[at(1.0, "fault x ends")], None));
        assert_eq!(alone.trim_start(), "0:01  fault x ends\n");
    }
}
