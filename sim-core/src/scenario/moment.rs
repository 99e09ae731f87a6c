//! Whether the moments that expectations and aborts name come within the run.

use super::diagnostic::{Code, Diagnostic};
use super::place::Place;
use super::sections::{PlacedAbort, PlacedExpect, WINDOWS_MAX};
use crate::schema::{Anchor, Fact, Fault, FaultKind, Scenario, When};
use crate::time::SimDuration;

/// What keeps an expectation from ever being judged.
pub(super) fn of_expectation(scenario: &Scenario, placed: &PlacedExpect) -> Option<Diagnostic> {
    let When::Within(within) = &placed.expect.when else { return None };
    let duration = scenario.run.duration;
    let fault = |name: &str| scenario.faults.iter().find(|it| it.name == name);
    let (anchor, endless) = match &within.anchor {
        Anchor::Zero => (SimDuration::ZERO, None),
        Anchor::Start(name) => (fault(name)?.at, None),
        Anchor::End(name) => (end(fault(name)?), Some(name)),
    };
    if let Some(name) = endless.filter(|_| anchor >= duration) {
        let message =
            format!("`{name}` does not end within the run, which is over after {duration}");
        let help = match fault(name)?.kind {
            // How long they last is not for them to say.
            FaultKind::Failover | FaultKind::Restore(_) => {
                format!("make the run longer, or count from the start of `{name}`")
            }
            _ => format!("give `{name}` an end with `for`, or count from its start"),
        };
        return Some(Diagnostic::new(Code::OutOfRange, placed.within, message).help(help));
    }
    let windowed = matches!(placed.expect.that, Fact::Metric(_));
    let lasting = if windowed { within.lasting.max(within.over) } else { within.lasting };
    let needed = anchor + within.bound + lasting;
    if needed > duration {
        let message = format!("this may take until {needed}, and the run is over after {duration}");
        let help = "`within` and `for` together must end before the run does";
        return Some(Diagnostic::new(Code::OutOfRange, placed.within, message).help(help));
    }
    let rest = duration.saturating_sub(anchor);
    if windowed { too_many_windows(rest, within.over, placed.over) } else { None }
}

/// What keeps an abort from ever coming about.
pub(super) fn of_abort(scenario: &Scenario, placed: &PlacedAbort) -> Option<Diagnostic> {
    let (abort, duration) = (&placed.abort, scenario.run.duration);
    let needed = abort.after + abort.lasting.max(abort.over);
    if needed > duration {
        let message =
            format!("this takes until {needed} at least, and the run is over after {duration}");
        return Some(Diagnostic::new(Code::OutOfRange, placed.lasts, message));
    }
    too_many_windows(duration, abort.over, placed.over)
}

fn too_many_windows(span: SimDuration, over: SimDuration, place: Place) -> Option<Diagnostic> {
    let windows = span.div_floor(over);
    let message = format!("these are {windows} windows; at most {WINDOWS_MAX}");
    let fault = Diagnostic::new(Code::TooLarge, place, message).help("make `over` longer");
    (windows > WINDOWS_MAX).then_some(fault)
}

fn end(fault: &Fault) -> SimDuration {
    fault.at + fault.lasts
}
