//! `run`: how long, how often, and how much at most.

use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::schema::Run;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, Positive, text};
use crate::time::SimDuration;

type Replications = Count<1, 1_000_000>;
/// The agenda tells 2^40 events apart, cancelled ones included.
type Events = Count<1, 100_000_000_000>;
/// The agenda holds 2^24 events, of which each of these has at most three.
type InFlight = Count<1, 4_000_000>;

section! {
    /// `run`: how long a run is, and how much of it there may be.
    struct RunTable {
        /// Comes first and is not reported; time zero is its end.
        default warmup: SimDuration = SimDuration::ZERO,
        /// The reported time.
        required duration: Positive<SimDuration>,
        /// Independent replications.
        default replications: Replications = Replications::new(5),
        /// What the clock shows at time zero.
        optional clock: Clock,
        /// A run stops, and says so, after this many events.
        default max_events: Events = Events::new(2_000_000_000),
        /// A run stops, and says so, with this many requests, calls and attempts in flight.
        default max_in_flight: InFlight = InFlight::new(1_000_000),
    }
}

impl Read for Run {
    const EXPECTED: &'static str = "a table such as { duration = \"5m\" }";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = RunTable::read(node, reader)?;
        Some(Self {
            warmup: table.warmup,
            duration: table.duration.0,
            replications: table.replications.get(),
            clock: table.clock.map(|it| it.0),
            max_events: table.max_events.wide(),
            max_in_flight: table.max_in_flight.get(),
        })
    }
}

/// `"14:00:00"`: seconds after midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(u32);

impl Read for Clock {
    const EXPECTED: &'static str = "a time of day in quotes such as \"14:00:00\"";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        if let Some(seconds) = time_of_day(text) {
            return Some(Self(seconds));
        }
        let message = "this is not a time of day";
        reader.refuse_with(Code::BadQuantity, node.place, message, "write it like \"14:00:00\"")
    }
}

pub(super) fn time_of_day(clock: &str) -> Option<u32> {
    let mut fields = clock.split(':').map(|field| {
        let digits = field.len() == 2 && field.bytes().all(|byte| byte.is_ascii_digit());
        if digits { field.parse::<u32>().ok() } else { None }
    });
    let (hours, minutes, seconds) = (fields.next()??, fields.next()??, fields.next()??);
    let valid = fields.next().is_none() && hours < 24 && minutes < 60 && seconds < 60;
    valid.then_some(hours * 3_600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_has_its_default() {
        let run: Run = value_of("{ duration = \"8m\" }");
        assert_eq!((run.warmup, run.duration), (SimDuration::ZERO, SimDuration::from_secs(480)));
        assert_eq!((run.replications, run.clock), (5, None));
        assert_eq!((run.max_events, run.max_in_flight), (2_000_000_000, 1_000_000));
    }

    #[test]
    fn clocks_are_times_of_day() {
        let run: Run = value_of("{ duration = \"8m\", clock = \"14:00:30\" }");
        assert_eq!(run.clock, Some(50_430));
        for clock in ["24:00:00", "14:00", "14:60:00", "1:2:3", "14:00:00:00", "", "+1:00:00"] {
            let faults = faults_of::<Run>(&format!("{{ duration = \"8m\", clock = \"{clock}\" }}"));
            assert_eq!(faults[0].code, Code::BadQuantity, "{clock}");
        }
        assert_eq!(
            faults_of::<Run>("{ duration = \"8m\", clock = 14:00:00 }")[0].code,
            Code::WrongType
        );
    }

    #[test]
    fn a_misspelt_key_is_one_fault_not_two() {
        let faults = faults_of::<Run>("{ duratoin = \"8m\" }");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].help.as_deref(), Some("did you mean `duration`?"));
    }
}
