//! What is not as expected, as annotations that GitHub puts beside the lines of a change.
//!
//! Source of the form and of its escapes: "Workflow commands for GitHub Actions" in GitHub's
//! documentation, and `command.ts` in actions/toolkit.

use sim_core::report::{Standing, Verdict};
use sim_core::scenario::harmless;

use super::drift;
use super::tested::{Placed, Tested, TestedVariant, Unreadable, is_trouble};
use super::verdict::{because, claim, evidence, word};

/// One line for each expectation that is broken or undecided, and one for what moved.
pub(crate) fn annotations(tested: &Tested) -> String {
    let mut out = String::new();
    for variant in &tested.variants {
        let troubles = variant.verdicts.iter().filter(|it| is_trouble(&it.verdict));
        out.extend(troubles.map(|it| of_verdict(tested, variant, it)));
    }
    let drift = tested.baseline.as_ref().filter(|it| !it.moved.is_empty());
    if let Some(drift) = drift.filter(|_| tested.kept.is_none()) {
        let title = format!("✗ MOVED: {}", drift::counts(drift));
        out.push_str(&command("error", &tested.file, None, &title, &tested.told_moves(drift)));
    }
    out
}

/// One line for each fault of a file.
pub(crate) fn faults(unreadable: &Unreadable) -> String {
    let of = |it: &crate::failure::Fault| {
        let title = "✗ the scenario cannot be tested";
        command("error", &unreadable.file, it.line, title, &harmless(&it.message))
    };
    unreadable.faults.iter().map(of).collect()
}

fn of_verdict(tested: &Tested, variant: &TestedVariant, placed: &Placed) -> String {
    let verdict = &placed.verdict;
    let title = format!("{} in {}", word(verdict), harmless(&variant.name));
    let because = because(verdict).map_or(String::new(), |it| format!("\nexpected because {it}"));
    let seen = format!("{}: {}", claim(verdict), evidence(verdict));
    let message = format!("{seen}{because}\nto see more: {}", tested.again(variant));
    command(level(verdict), &tested.file, placed.line, &title, &message)
}

fn level(verdict: &Verdict) -> &'static str {
    if verdict.standing == Standing::Open { "warning" } else { "error" }
}

/// The path of the file is that from the folder in which GitHub runs the step.
fn command(level: &str, file: &str, line: Option<usize>, title: &str, message: &str) -> String {
    let file = property(&harmless(file.strip_prefix("./").unwrap_or(file)));
    let line = line.map_or(String::new(), |it| format!(",line={it}"));
    format!("::{level} file={file}{line},title={}::{}\n", property(title), data(message))
}

fn data(text: &str) -> String {
    let text = text.replace(OLD_FORM, OLD_FORM_DEFUSED);
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// How commands of old begin, anywhere in a line.
const OLD_FORM: &str = "##[";
const OLD_FORM_DEFUSED: &str = "## [";

/// Text in which no line is a command: a scenario's words must not command the server.
pub(crate) fn defused(text: &str) -> String {
    let line = |line: &str| {
        let start = line.len() - line.trim_start().len();
        let rest = &line[start..];
        let line = match rest.strip_prefix("::") {
            Some(rest) => format!("{}: :{rest}", &line[..start]),
            None => line.to_owned(),
        };
        line.replace(OLD_FORM, OLD_FORM_DEFUSED)
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_a_command_is_escaped() {
        let got = command("error", "./a,b:c%.toml", Some(7), "x: y, z", "1 %\r\nnow: a, b");
        let want =
            "::error file=a%2Cb%3Ac%25.toml,line=7,title=x%3A y%2C z::1 %25%0D%0Anow: a, b\n";
        assert_eq!(got, want);
        assert_eq!(command("warning", "a", None, "t", "m"), "::warning file=a,title=t::m\n");
    }

    #[test]
    fn a_scenarios_words_are_no_command() {
        let text = "  ::stop-commands::x\nok a::b\n##[error]x\n::\n";
        assert_eq!(defused(text), "  : :stop-commands::x\nok a::b\n## [error]x\n: :\n");
    }
}
