//! The way to a callee in words.

use sim_core::report::Unit;
use sim_core::schema::{Leg, Network};
use sim_core::time::SimDuration;

use crate::render::figure::given;
use crate::render::instant::span;

/// What there is to say of it, part by part.
pub(crate) fn in_words(network: &Network) -> impl Iterator<Item = String> {
    let Network { latency, loss, dns, connect } = network;
    let latency = latency.as_ref().map(|it| format!("network {it} each way"));
    let loss = (*loss > 0.0).then(|| format!("{} lost each way", given(*loss, Unit::Share)));
    let [dns, connect] = [("lookup", dns), ("connection", connect)].map(leg_in_words);
    [latency, loss, dns, connect].into_iter().flatten()
}

fn leg_in_words((name, leg): (&str, &Option<Leg>)) -> Option<String> {
    let Leg { time, timeout } = leg.as_ref()?;
    Some(match *timeout {
        SimDuration::MAX => format!("{name} {time}, without a timeout"),
        limit => format!("{name} {time}, given up after {}", span(limit.as_secs_f64())),
    })
}
