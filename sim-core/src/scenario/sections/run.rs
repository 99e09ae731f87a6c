//! `run`: how long, how often, and how much at most.

use crate::quantity::Share;
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, Positive, text};
use crate::schema::Run;
use crate::time::SimDuration;

type Replications = Count<1, 1_000_000>;
/// The agenda tells 2^40 events apart, cancelled ones included.
type Events = Count<1, 100_000_000_000>;
/// The agenda holds 2^24 events, of which each of these has at most three.
type InFlight = Count<1, 4_000_000>;

section! {
    /// `run`: how long a run is, and how much of it there may be.
    struct RunTable {
        /// Comes first and is not reported; time zero is its end. A run starts empty, so without a
        /// warm-up its first requests find shorter lines than later ones do; the report says where
        /// that shows.
        default warmup: SimDuration = SimDuration::ZERO,
        /// The reported time.
        required duration: Positive<SimDuration>,
        /// For how long systems are looked at in each replication, from all in order on; `duration`
        /// where there are no loads.
        optional horizon: Positive<SimDuration>,
        /// Independent replications; the fewest (and at least 10), if there is a precision.
        default replications: Replications = Replications::new(5),
        /// Replications are added until every interval that an expectation needs has at most half
        /// this width, as a share of its mean (of a share less than its bound: of the bound).
        optional precision: Precision,
        /// With a precision: replications end here, also if it is not reached.
        optional max_replications: At<Replications>,
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

    fn shape() -> Shape {
        RunTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = RunTable::read(node, reader)?;
        let replications = table.replications.get();
        let most = table
            .max_replications
            .map_or(Some(replications.max(MOST)), |it| at_least(it, replications, reader))?;
        Some(Self {
            warmup: table.warmup,
            duration: table.duration.0,
            horizon: table.horizon.map(|it| it.0),
            replications,
            precision: table.precision.map(|it| it.0),
            max_replications: most,
            clock: table.clock.map(|it| it.0),
            max_events: table.max_events.wide(),
            max_in_flight: table.max_in_flight.get(),
        })
    }
}

/// The most replications where nothing else is said.
const MOST: u32 = 1_000;

fn at_least(most: At<Replications>, least: u32, reader: &mut Reader<'_>) -> Option<u32> {
    let At { value, place } = most;
    if value.get() < least {
        let message = format!("this is less than the {least} replications to begin with");
        let help = "make it more, or `replications` less";
        return reader.refuse_with(Code::OutOfRange, place, message, help);
    }
    Some(value.get())
}

/// `"2%"`: a relative half-width, at most one half.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Precision(f64);

impl Read for Precision {
    const EXPECTED: &'static str = "a share such as \"2%\"";

    fn shape() -> Shape {
        Positive::<Share>::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let share = Positive::<Share>::read(node, reader)?.0.fraction();
        if share > 0.5 {
            let message = "this is no precision: it goes up to 50%";
            return reader.refuse(Code::OutOfRange, node.place, message);
        }
        Some(Self(share))
    }
}

/// `"14:00:00"`: seconds after midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(u32);

impl Read for Clock {
    const EXPECTED: &'static str = "a time of day in quotes such as \"14:00:00\"";

    fn shape() -> Shape {
        let pattern = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
        Shape::text(Meaning::TimeOfDay, pattern, &["14:00:00"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        if let Some(seconds) = time_of_day(text) {
            return Some(Self(seconds));
        }
        let message = "this is not a time of day";
        reader.refuse_with(Code::BadQuantity, node.place, message, "write it like \"14:00:00\"")
    }
}

/// `"14:58"` or `"14:58:30"`: seconds after midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) u32);

impl Read for Moment {
    const EXPECTED: &'static str = "a time of day in quotes such as \"14:58\"";

    fn shape() -> Shape {
        let pattern = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?";
        Shape::text(Meaning::TimeOfDay, pattern, &["14:58"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = text(node, Self::EXPECTED, reader)?;
        let whole =
            if text.len() == "14:58".len() { format!("{text}:00") } else { text.to_owned() };
        if let Some(seconds) = time_of_day(&whole) {
            return Some(Self(seconds));
        }
        let message = "this is not a time of day";
        reader.refuse_with(Code::BadQuantity, node.place, message, "write it like \"14:58\"")
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
        assert_eq!((run.precision, run.max_replications), (None, 1_000));
        assert_eq!((run.max_events, run.max_in_flight), (2_000_000_000, 1_000_000));
    }

    #[test]
    fn a_precision_is_a_share_and_has_a_maximum() {
        let run: Run = value_of(
            "{ duration = \"8m\", replications = 20, precision = \"2%\", max_replications = 20 }",
        );
        assert_eq!((run.precision, run.max_replications), (Some(0.02), 20));
        let many: Run = value_of("{ duration = \"8m\", replications = 5000 }");
        assert_eq!(many.max_replications, 5_000);
        for wrong in ["precision = \"0%\"", "precision = \"60%\"", "max_replications = 4"] {
            let faults = faults_of::<Run>(&format!("{{ duration = \"8m\", {wrong} }}"));
            assert_eq!((faults.len(), faults[0].code), (1, Code::OutOfRange), "{wrong}");
        }
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
