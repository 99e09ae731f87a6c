//! Scripts for the tests of all breakers.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tally::Outcome;
use super::{Breaker, Config, Permit, State};
use crate::rng::{Purpose, Seed, Stream};
use crate::time::{SimDuration, SimTime};

/// Plays `script` on a new breaker, word by word; a call longer than 20 ms is meant to be slow.
///
/// | word               | meaning                                                             |
/// |--------------------|---------------------------------------------------------------------|
/// | `@12.5`            | it is now 12.5 ms                                                   |
/// | `ok` `err`         | a call is admitted and at once has this result                      |
/// | `slow` `just`      | a success that takes 1 ns longer than 20 ms, or exactly 20 ms       |
/// | `no`               | a call is rejected                                                  |
/// | `+p`               | a call is admitted and is under way by the name of `p`              |
/// | `p:ok` …, `p:drop` | it has this result, or ends without one                             |
/// | `=open` …          | the breaker's state by name                                         |
pub(super) fn follow(config: Config, name: &str, script: &str) {
    let mut player =
        Player { breaker: Breaker::new(config), now: SimTime::ZERO, under_way: BTreeMap::new() };
    for (place, word) in script.split_whitespace().enumerate() {
        player.play(word, &format!("{name}: word {place}, `{word}`, of `{script}`"));
    }
}

struct Player<'a> {
    breaker: Breaker,
    now: SimTime,
    under_way: BTreeMap<&'a str, Permit>,
}

impl<'a> Player<'a> {
    fn play(&mut self, word: &'a str, context: &str) {
        if let Some(ms) = word.strip_prefix('@') {
            let ms: f64 = ms.parse().expect(context);
            self.now = SimTime::ZERO + SimDuration::from_secs_f64(ms / 1e3);
        } else if let Some(state) = word.strip_prefix('=') {
            assert_eq!(self.breaker.state().name(), state, "{context}");
        } else if let Some(call) = word.strip_prefix('+') {
            let permit = self.breaker.admit(self.now).expect(context);
            assert!(self.under_way.insert(call, permit).is_none(), "{context}");
        } else if word == "no" {
            assert_eq!(self.breaker.admit(self.now), None, "{context}");
        } else if let Some((call, end)) = word.split_once(':') {
            let permit = self.under_way.remove(call).expect(context);
            self.end(permit, end, context);
        } else {
            let permit = self.breaker.admit(self.now).expect(context);
            self.end(permit, word, context);
        }
    }

    fn end(&mut self, permit: Permit, end: &str, context: &str) {
        let limit = SimDuration::from_millis(20);
        let (failure, took) = match end {
            "ok" => (false, SimDuration::ZERO),
            "err" => (true, SimDuration::ZERO),
            "just" => (false, limit),
            "slow" => (false, limit + SimDuration::from_nanos(1)),
            "drop" => return self.breaker.release(permit),
            _ => panic!("no such word: {context}"),
        };
        self.breaker.record(self.now, permit, failure, took);
    }
}

/// Makes calls one after the other, each failing with probability `p`, until the state changes or
/// `limit` calls are made: how many.
fn call_until(breaker: &mut Breaker, now: SimTime, p: f64, stream: &mut Stream, limit: u32) -> u32 {
    let from = breaker.state();
    let mut calls = 0;
    while calls < limit && breaker.state() == from {
        let permit = breaker.admit(now).expect("a call comes only where one is admitted");
        breaker.record(now, permit, stream.chance(p), SimDuration::ZERO);
        calls += 1;
    }
    calls
}

fn stream() -> Stream {
    Stream::new(Seed { root: 2, replication: 0 }, Purpose::Error, "breaker")
}

/// Mean, and its standard error, of the calls to the first trip, from `runs` runs.
pub(super) fn calls_to_trip(config: Config, p: f64, runs: u32) -> [f64; 2] {
    let mut stream = stream();
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..runs {
        let mut breaker = Breaker::new(config);
        let calls = f64::from(call_until(&mut breaker, SimTime::ZERO, p, &mut stream, u32::MAX));
        sum += calls;
        squares += calls * calls;
    }
    let mean = sum / f64::from(runs);
    [mean, ((squares / f64::from(runs) - mean * mean) / f64::from(runs)).sqrt()]
}

/// Share of `runs` new breakers that trip within their first `calls` calls.
pub(super) fn share_that_trip(config: Config, calls: u32, p: f64, runs: u32) -> f64 {
    let mut stream = stream();
    let trips = (0..runs).filter(|_| {
        let mut breaker = Breaker::new(config);
        call_until(&mut breaker, SimTime::ZERO, p, &mut stream, calls);
        breaker.state() == State::Open
    });
    trips.count() as f64 / f64::from(runs)
}

/// Share of `runs` half-open breakers that close rather than open again.
pub(super) fn share_that_close(config: Config, p: f64, runs: u32) -> f64 {
    let mut stream = stream();
    let mut tripped = Breaker::new(config);
    call_until(&mut tripped, SimTime::ZERO, 1.0, &mut stream, u32::MAX);
    let later = SimTime::ZERO + config.open_for;
    let closes = (0..runs).filter(|_| {
        let mut breaker = tripped.clone();
        breaker.admit(later).map(|permit| breaker.release(permit)).expect("it is time");
        call_until(&mut breaker, later, p, &mut stream, u32::MAX);
        breaker.state() == State::Closed
    });
    closes.count() as f64 / f64::from(runs)
}

/// Failed or not, slow or not.
pub(super) fn any_outcome() -> impl Strategy<Value = Outcome> {
    (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Outcome { failed, slow })
}
