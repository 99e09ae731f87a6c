//! The settings of a call's policies: `retry`, `breaker`, `limit`, `bulkhead`, `fallback`.

use crate::policy::backoff::Backoff;
use crate::policy::breaker::{self, SlowCalls, Trip};
use crate::policy::failure::{Reason, Reasons};
use crate::policy::retry::RetryAfter;
use crate::quantity::{Rate, Share};
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::trip::TripText;
use crate::scenario::values::{
    Count, List, Name, OneOf, OrNone, Places, Positive, Some1, Word, text,
};
use crate::schema::{Breaker, Bulkhead, Cache, Capacity, Fallback, Limit, Retry, Scope};
use crate::time::SimDuration;

use super::pool;
use super::service::Status;

type Attempts = Count<1, 1_000>;
type Retries = Count<0, 999>;

section! {
    /// `retry`: tries again.
    struct RetryTable {
        /// All tries, the first included.
        optional attempts: At<Attempts>,
        /// The tries after the first.
        optional retries: At<Retries>,
        /// How long to wait before each further try.
        default delay: Backoff = Backoff::FullJitter {
            base: SimDuration::from_millis(100),
            cap: SimDuration::from_secs(10),
        },
        /// Which failures are tried again. Who waits in vain cannot tell a slow callee from a lost
        /// message: `timeout` means both. `reset` means a connection that broke or that nobody
        /// took: `crashed` and `refused`.
        optional on: List<OneOf<Reasons>>,
        /// Retries allowed as a share of calls, or `{ in_flight = "20%", min = 3 }`: as a share of the
        /// calls under way; `"none"` for as many as there are attempts.
        optional budget: OrNone<RetryBudget>,
        /// Whose budget it is.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
        /// What it makes of a callee's `retry_after`: `"at_least"`, `"instead"`, `"add"`, `"ignore"`.
        default retry_after: OneOf<RetryAfter> = OneOf(RetryAfter::AtLeast),
        /// Whether all attempts carry one key, so that an effect is executed once.
        default idempotency_key: bool = false,
        /// Whose semantics.
        default like: OneOf<Like> = OneOf(Like::Textbook),
    }
}

section! {
    /// `breaker`: fails fast while the callee is presumed down.
    struct BreakerTable {
        /// What opens it: `"5 consecutive"`, `"50% of last 20"`, `"50% of last 10s"`.
        required open_at: TripText,
        /// How many results must be there before a share opens it.
        optional min_calls: At<Some1>,
        /// A result that took longer is slow.
        optional slow: At<Positive<SimDuration>>,
        /// The share of slow results that opens it.
        optional slow_at: At<Positive<Share>>,
        /// How long it stays open before it lets probes through.
        required open_for: Positive<SimDuration>,
        /// Calls let through half-open, which decide.
        default probes: Some1 = Some1::new(1),
        /// Whether each calling instance has its own.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
        /// Whose semantics.
        default like: OneOf<Like> = OneOf(Like::Textbook),
    }
}

section! {
    /// `limit`: a token bucket.
    struct LimitTable {
        /// Tokens per second.
        required rate: Positive<Rate>,
        /// Tokens that the bucket holds; it starts full.
        required burst: Some1,
        /// Whether each calling instance has its own.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
        /// Whose semantics.
        default like: OneOf<Like> = OneOf(Like::Textbook),
    }
}

section! {
    /// `bulkhead`: a limit on calls in flight, by slots of its own.
    struct BulkheadTable {
        /// Calls in flight at most.
        required slots: Some1,
        /// How long a call waits for a slot; `"none"`: without end.
        default max_wait: OrNone<SimDuration> = OrNone(Some(SimDuration::ZERO)),
        /// How many may wait.
        default queue: Places<0> = Places(Capacity::Unlimited),
        /// Whether each calling instance has its own.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
        /// Whose semantics.
        default like: OneOf<Like> = OneOf(Like::Textbook),
    }
}

section! {
    /// `bulkhead = { pool = "NAME" }`: slots of a pool, shared with other calls.
    struct SharedTable {
        /// The pool.
        required pool: PoolName,
    }
}

section! {
    /// `fallback = { static = ".." }`: an answer that is there already.
    struct FallbackTable {
        /// What is answered.
        required answer as "static": String,
        /// It is a copy, which is served up to this age, or `"none"` for any.
        optional max_age: OrNone<Positive<SimDuration>>,
        /// How often the copy is fetched anew. Where this is not said, each answer renews it.
        optional refresh_every: Positive<SimDuration>,
        /// Whether each calling instance has a copy of its own.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
    }
}

section! {
    /// `fallback = { call = ".." }`: another call instead.
    struct StandInTable {
        /// A call of the same operation, with its own policies. It is made only as a fallback.
        required call: Name,
    }
}

/// Whose semantics a policy has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Like {
    Textbook,
}

impl Word for Like {
    const KIND: &'static str = "library";
    const WORDS: &'static [(&'static str, Self)] = &[("textbook", Self::Textbook)];
    const LATER: &'static [&'static str] = &[
        "resilience4j",
        "hystrix",
        "polly",
        "gobreaker",
        "failsafe",
        "envoy",
        "istio",
        "grpc",
        "finagle",
        "linkerd",
        "aws",
    ];
}

/// What a word of `on` stands for: as a caller sees it.
impl Word for Reasons {
    const KIND: &'static str = "outcome";
    const WORDS: &'static [(&'static str, Self)] = &{
        let mut words = [("reset", Self::RESET); Reason::ALL.len() + 1];
        let mut index = 0;
        while index < Reason::ALL.len() {
            let reason = Reason::ALL[index];
            words[index] = (reason.name(), Self::seen_as(reason));
            index += 1;
        }
        words
    };
}

impl Read for Retry {
    const EXPECTED: &'static str = "a table such as { attempts = 3 }";

    fn shape() -> Shape {
        RetryTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = RetryTable::read(node, reader)?;
        let attempts = match (table.attempts, table.retries) {
            (Some(attempts), None) => attempts.value.get(),
            (None, Some(retries)) => retries.value.get() + 1,
            (Some(_), Some(retries)) => {
                let message = "`attempts` and `retries` say the same in two ways";
                let help = "keep one: `attempts = 3` is the first try and two retries";
                return reader.refuse_with(Code::Conflict, retries.place, message, help);
            }
            (None, None) => {
                let message = "`attempts` is missing";
                let help = "`attempts = 3` is the first try and two retries";
                return reader.refuse_with(Code::MissingKey, node.place, message, help);
            }
        };
        let budget = table.budget.and_then(|it| it.0);
        Some(Self {
            attempts,
            backoff: table.delay,
            on: table.on.map_or(Reasons::TRANSIENT, |on| {
                on.0.iter().flat_map(|it| it.value.0.iter()).collect()
            }),
            budget: match budget {
                Some(RetryBudget::OfCalls(share)) => Some(share),
                _ => None,
            },
            in_flight: match budget {
                Some(RetryBudget::InFlight(share, min)) => Some((share, min)),
                _ => None,
            },
            scope: table.scope.0,
            retry_after: table.retry_after.0,
            idempotency_key: table.idempotency_key,
        })
    }
}

section! {
    /// `retry.budget = { in_flight = "20%" }`.
    struct InFlightTable {
        /// Retries under way, as a share of the calls under way.
        required in_flight: Share,
        /// Retries that are allowed in any case.
        default min: Count<0, 1_000_000> = Count::new(3),
    }
}

/// A retry budget as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RetryBudget {
    /// Of calls.
    OfCalls(f64),
    /// Of what is under way, and how many in any case.
    InFlight(f64, u32),
}

impl Read for RetryBudget {
    const EXPECTED: &'static str = "a share such as \"10%\", or { in_flight = \"20%\", min = 3 }";

    fn shape() -> Shape {
        Shape::Either(vec![Share::shape(), InFlightTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            return Share::read(node, reader).map(|it| Self::OfCalls(it.fraction()));
        }
        let table = InFlightTable::read(node, reader)?;
        Some(Self::InFlight(table.in_flight.fraction(), table.min.get()))
    }
}

impl Word for RetryAfter {
    const KIND: &'static str = "way to take a Retry-After";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("at_least", Self::AtLeast),
        ("instead", Self::Instead),
        ("add", Self::Add),
        ("ignore", Self::Ignore),
    ];
}

impl Read for Breaker {
    const EXPECTED: &'static str =
        "a table such as { open_at = \"50% of last 20\", open_for = \"10s\" }";

    fn shape() -> Shape {
        BreakerTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = BreakerTable::read(node, reader)?;
        let trip = trip(&table, reader);
        let slow = slow(&table, reader);
        let config = breaker::Config {
            trip: trip?,
            slow: slow?,
            open_for: table.open_for.0,
            probes: table.probes.get(),
        };
        Some(Self { config, scope: table.scope.0 })
    }
}

fn trip(table: &BreakerTable, reader: &mut Reader<'_>) -> Option<Trip> {
    const TIME_WINDOW_MIN_CALLS: u32 = 20;
    let min_calls = table.min_calls.map(|it| it.value.get());
    let place = table.min_calls.map(|it| it.place).unwrap_or_default();
    match table.open_at {
        TripText::Consecutive(failures) if min_calls.is_none() => {
            Some(Trip::Consecutive { failures })
        }
        TripText::Consecutive(_) => {
            let message = "`min_calls` needs a share, not a run of failures";
            reader.refuse(Code::Conflict, place, message)
        }
        TripText::OfCalls(share, window) => {
            let min_calls = min_calls.unwrap_or(window);
            if min_calls > window {
                let message = format!("the last {window} results are never {min_calls}");
                return reader.refuse(Code::OutOfRange, place, message);
            }
            Some(Trip::OfLastCalls { share, window, min_calls })
        }
        TripText::OfTime(share, window) => {
            let min_calls = min_calls.unwrap_or(TIME_WINDOW_MIN_CALLS);
            Some(Trip::OfLastTime { share, window, min_calls })
        }
    }
}

/// A share of slow results; with a run of failures each slow result is one of them.
#[expect(clippy::option_option, reason = "absent and faulty are two different things")]
fn slow(table: &BreakerTable, reader: &mut Reader<'_>) -> Option<Option<SlowCalls>> {
    let run = matches!(table.open_at, TripText::Consecutive(_));
    match (table.slow, table.slow_at) {
        (None, None) => Some(None),
        (Some(slow), None) if run => Some(Some(SlowCalls { after: slow.value.0, share: 1.0 })),
        (Some(slow), None) => reader.refuse(Code::Conflict, slow.place, "`slow` needs `slow_at`"),
        (_, Some(slow_at)) if run => {
            let message = "`slow_at` is a share, but `open_at` counts failures in a row";
            let help = "leave it out: each slow result counts as a failure then";
            reader.refuse_with(Code::Conflict, slow_at.place, message, help)
        }
        (None, Some(slow_at)) => {
            reader.refuse(Code::Conflict, slow_at.place, "`slow_at` needs `slow`")
        }
        (Some(slow), Some(slow_at)) => {
            Some(Some(SlowCalls { after: slow.value.0, share: slow_at.value.0.fraction() }))
        }
    }
}

impl Read for Limit {
    const EXPECTED: &'static str = "a table such as { rate = \"80/s\", burst = 20 }";

    fn shape() -> Shape {
        LimitTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = LimitTable::read(node, reader)?;
        let (rate, burst) = (table.rate.0.per_sec(), table.burst.get());
        Some(Self { rate, burst, scope: table.scope.0 })
    }
}

impl Read for Bulkhead {
    const EXPECTED: &'static str = "a table such as { slots = 16 } or { pool = \"http\" }";

    fn shape() -> Shape {
        Shape::Either(vec![BulkheadTable::shape(), SharedTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.get("pool").is_some() {
            return SharedTable::read(node, reader).map(|it| Self::Pool(it.pool.0));
        }
        let table = BulkheadTable::read(node, reader)?;
        Some(Self::Own(pool::slots(table.slots, table.max_wait, table.queue, table.scope)))
    }
}

/// The name of a pool of this scenario.
#[derive(Clone, Debug)]
pub(crate) struct PoolName(String);

impl Read for PoolName {
    const EXPECTED: &'static str = "the name of a pool";

    fn shape() -> Shape {
        Shape::text(Meaning::Pool, "", &[])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let name = text(node, Self::EXPECTED, reader)?;
        let pools = &reader.outline.pools;
        if pools.contains(name) {
            return Some(Self(name.to_owned()));
        }
        reader.unknown(
            Code::UnknownName,
            node.place,
            ("pool", name),
            pools.iter().map(String::as_str),
        )
    }
}

impl Read for Fallback {
    const EXPECTED: &'static str =
        "an answer such as \"accept\", \"fail:503\" or { static = \"..\" }";

    fn shape() -> Shape {
        let answer =
            Shape::text(Meaning::Answer, "(?!fail:)[\\s\\S]*|fail:[45][0-9]{2}", &["fail:503"]);
        Shape::Either(vec![answer, FallbackTable::shape(), StandInTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.get("call").is_some() {
            return StandInTable::read(node, reader).map(|it| Self::Call(it.call.0));
        }
        if node.as_table().is_some() {
            return FallbackTable::read(node, reader).map(answer);
        }
        let answer = text(node, Self::EXPECTED, reader)?;
        match answer.strip_prefix("fail:") {
            None => Some(Self::Static(answer.to_owned())),
            Some(code) => fail(code, node, reader),
        }
    }
}

fn answer(table: FallbackTable) -> Fallback {
    let FallbackTable { answer, max_age, refresh_every, scope } = table;
    let refresh_every = refresh_every.map(|it| it.0);
    if max_age.is_none() && refresh_every.is_none() {
        return Fallback::Static(answer);
    }
    let max_age = max_age.and_then(|it| it.0).map_or(SimDuration::MAX, |it| it.0);
    Fallback::Cached(Cache { answer, max_age, refresh_every, scope: scope.0 })
}

/// Fallbacks in a row at most.
const FALLBACKS_MAX: usize = 5;

/// One fallback, or a list of them, each for where the one before has no answer.
#[derive(Clone, Debug)]
pub(crate) struct Fallbacks(pub(super) Vec<Fallback>);

impl Read for Fallbacks {
    const EXPECTED: &'static str = Fallback::EXPECTED;

    fn shape() -> Shape {
        let (one, chain) = (Fallback::shape(), List::<Fallback, FALLBACKS_MAX>::shape());
        Shape::Either(vec![one, chain])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_array().is_none() {
            return Fallback::read(node, reader).map(|only| Self(vec![only]));
        }
        let List(chain) = List::<Fallback, FALLBACKS_MAX>::read(node, reader)?;
        let Some((_, earlier)) = chain.split_last() else {
            return reader.refuse(
                Code::OutOfRange,
                node.place,
                "there is no fallback in this list",
            );
        };
        let last = |it: &&At<Fallback>| matches!(it.value, Fallback::Static(_) | Fallback::Fail(_));
        if let Some(end) = earlier.iter().find(last) {
            let message = "what comes after this fallback is never reached";
            let help = "put last what is always there";
            return reader.refuse_with(Code::Conflict, end.place, message, help);
        }
        Some(Self(chain.into_iter().map(|it| it.value).collect()))
    }
}

fn fail(code: &str, node: &Node, reader: &mut Reader<'_>) -> Option<Fallback> {
    let plain = code.len() == 3 && code.bytes().all(|it| it.is_ascii_digit());
    let code = if plain { code.parse().ok() } else { None };
    if let Some(code) = code.filter(|it| Status::holds(u64::from(*it))) {
        return Some(Fallback::Fail(code));
    }
    let message = "`fail:` takes a status from 400 to 599";
    reader.refuse_with(Code::OutOfRange, node.place, message, "write it like \"fail:503\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn retries_are_attempts_less_one() {
        let three: Retry = value_of("{ attempts = 3 }");
        assert_eq!(three, value_of("{ retries = 2 }"));
        assert_eq!((three.attempts, three.on, three.budget), (3, Reasons::TRANSIENT, None));
        let on: Retry =
            value_of("{ attempts = 2, on = [\"timeout\", \"lost\"], budget = \"10%\" }");
        assert_eq!(on.on, Reasons::NONE.with(Reason::Timeout).with(Reason::Lost));
        assert_eq!((on.budget, on.in_flight), (Some(0.1), None));
        let envoy: Retry = value_of("{ attempts = 2, budget = { in_flight = \"20%\" } }");
        assert_eq!((envoy.budget, envoy.in_flight), (None, Some((0.2, 3))));
    }

    #[test]
    fn breakers_have_the_windows_that_they_say() {
        let trip = |text: &str| {
            value_of::<Breaker>(&format!("{{ {text}, open_for = \"5s\" }}")).config.trip
        };
        let secs = SimDuration::from_secs;
        assert_eq!(trip("open_at = \"5 consecutive\""), Trip::Consecutive { failures: 5 });
        let calls = |min_calls| Trip::OfLastCalls { share: 0.5, window: 20, min_calls };
        assert_eq!(trip("open_at = \"50% of last 20\""), calls(20));
        assert_eq!(trip("open_at = \"50% of last 20\", min_calls = 5"), calls(5));
        let time = |min_calls| Trip::OfLastTime { share: 0.5, window: secs(10), min_calls };
        assert_eq!(trip("open_at = \"50% of last 10s\""), time(20));
        assert_eq!(trip("open_at = \"50% of last 10s\", min_calls = 7"), time(7));
    }

    #[test]
    fn bulkheads_have_slots_or_a_pool() {
        let own: Bulkhead = value_of("{ slots = 4, max_wait = \"none\", queue = 8 }");
        let Bulkhead::Own(slots) = own else { panic!("{own:?}") };
        assert_eq!((slots.slots, slots.max_wait), (4, SimDuration::MAX));
        assert_eq!((slots.queue, slots.scope), (Capacity::Limited(8), Scope::Instance));
    }

    #[test]
    fn fallbacks_answer_or_fail() {
        assert_eq!(value_of::<Fallback>("\"accept\""), Fallback::Static("accept".to_owned()));
        assert_eq!(value_of::<Fallback>("{ static = \"x\" }"), Fallback::Static("x".to_owned()));
        assert_eq!(value_of::<Fallback>("\"fail:503\""), Fallback::Fail(503));
        let copy: Fallback =
            value_of("{ static = \"x\", max_age = \"5m\", refresh_every = \"1m\" }");
        let (max_age, refresh_every) = (SimDuration::from_secs(300), SimDuration::from_secs(60));
        let refresh_every = Some(refresh_every);
        let (answer, scope) = ("x".to_owned(), Scope::Instance);
        assert_eq!(copy, Fallback::Cached(Cache { answer, max_age, refresh_every, scope }));
        let chain: Fallbacks =
            value_of("[{ static = \"x\", max_age = \"none\" }, { call = \"b\" }, \"y\"]");
        assert!(matches!(
            &chain.0[..],
            [Fallback::Cached(_), Fallback::Call(_), Fallback::Static(_)]
        ));
    }

    #[test]
    fn faults_are_told() {
        let retry = faults_of::<Retry>;
        let breaker =
            |text: &str| faults_of::<Breaker>(&format!("{{ {text}, open_for = \"5s\" }}"));
        let cases = [
            (retry("{}"), Code::MissingKey),
            (retry("{ attempts = 3, retries = 2 }"), Code::Conflict),
            (retry("{ attempts = 0 }"), Code::OutOfRange),
            (retry("{ attempts = 2, on = [\"timeot\"] }"), Code::UnknownWord),
            (retry("{ attempts = 2, on = [\"rest\"] }"), Code::UnknownWord),
            (retry("{ attempts = 2, retry_after = \"always\" }"), Code::UnknownWord),
            (retry("{ attempts = 2, idempotency_key = 1 }"), Code::WrongType),
            (retry("{ attempts = 2, budget = { min = 3 } }"), Code::MissingKey),
            (retry("{ attempts = 2, like = \"polly\" }"), Code::NotYet),
            (breaker("open_at = \"5 consecutive\", min_calls = 3"), Code::Conflict),
            (
                breaker("open_at = \"5 consecutive\", slow = \"1s\", slow_at = \"50%\""),
                Code::Conflict,
            ),
            (breaker("open_at = \"50% of last 20\", min_calls = 21"), Code::OutOfRange),
            (breaker("open_at = \"50% of last 20\", slow = \"1s\""), Code::Conflict),
            (breaker("open_at = \"50% of last 20\", slow_at = \"50%\""), Code::Conflict),
            (breaker("open_at = \"often\""), Code::BadExpression),
            (faults_of::<Limit>("{ rate = \"0/s\", burst = 1 }"), Code::OutOfRange),
            (faults_of::<Bulkhead>("{ pool = \"http\" }"), Code::UnknownName),
            (faults_of::<Bulkhead>("{ pool = \"http\", slots = 3 }"), Code::UnknownKey),
            (faults_of::<Fallback>("\"fail:200\""), Code::OutOfRange),
            (faults_of::<Fallbacks>("[\"a\", \"b\"]"), Code::Conflict),
            (faults_of::<Fallbacks>("[\"fail:503\", { call = \"b\" }]"), Code::Conflict),
            (faults_of::<Fallbacks>("[]"), Code::OutOfRange),
            (faults_of::<Fallback>("{ static = \"x\", max_age = \"0s\" }"), Code::OutOfRange),
            (faults_of::<Fallback>("{ max_age = \"5m\" }"), Code::MissingKey),
            (faults_of::<Fallback>("{ call = \"b\", max_age = \"5m\" }"), Code::UnknownKey),
        ];
        for (index, (faults, code)) in cases.into_iter().enumerate() {
            assert_eq!(faults[0].code, code, "case {index}: {faults:?}");
        }
    }
}
