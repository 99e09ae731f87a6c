//! The way to a callee in words.

use sim_core::report::Unit;
use sim_core::scenario::schema::{Network, Step};
use sim_core::time::SimDuration;

use crate::render::figure::given;
use crate::render::instant::span;

/// What there is to say of it, part by part.
pub(crate) fn in_words(network: &Network) -> impl Iterator<Item = String> {
    let Network { latency, loss, dns, connect } = network;
    let latency = latency.as_ref().map(|it| format!("network {it} each way"));
    let loss = (*loss > 0.0).then(|| format!("{} lost each way", given(*loss, Unit::Share)));
    let [dns, connect] = [("lookup", dns), ("connection", connect)].map(step);
    [latency, loss, dns, connect].into_iter().flatten()
}

fn step((name, step): (&str, &Option<Step>)) -> Option<String> {
    let Step { time, timeout } = step.as_ref()?;
    Some(match *timeout {
        SimDuration::MAX => format!("{name} {time}, without a timeout"),
        limit => format!("{name} {time}, given up after {}", span(limit.as_secs_f64())),
    })
}
