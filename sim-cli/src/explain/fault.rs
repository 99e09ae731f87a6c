//! Faults in words.

use sim_core::report::Unit;
use sim_core::schema::{Blast, Fault, FaultKind, FaultTarget, Held};

use crate::render::figure::given;
use crate::render::instant::span;

/// What a fault does to what.
pub(crate) fn in_words(fault: &Fault) -> String {
    let ramp = if fault.ramp.is_zero() {
        String::new()
    } else {
        format!(", growing over {}", span(fault.ramp.as_secs_f64()))
    };
    format!("{}: {}{ramp}", struck(fault), effect(&fault.kind))
}

fn struck(fault: &Fault) -> String {
    match &fault.on {
        FaultTarget::Service(name) => format!("{}{name}", blasts(&fault.blast, "instances")),
        FaultTarget::Call { from, call } => {
            format!("{}{from} -> {call}", blasts(&fault.blast, "attempts"))
        }
        FaultTarget::Load(name) => format!("load {name}"),
        FaultTarget::Pool(name) => format!("pool {name}"),
        FaultTarget::Store(name) => format!("store {name}"),
    }
}

/// How much is struck: by a fault in stages, by one after the other.
fn blasts(blasts: &[Blast], of: &str) -> String {
    match blasts {
        [Blast::All] => String::new(),
        stages => {
            let stages: Vec<_> = stages.iter().map(|it| blast(*it, of)).collect();
            format!("{} of ", stages.join(", then "))
        }
    }
}

fn blast(blast: Blast, of: &str) -> String {
    match blast {
        Blast::All => format!("all {of}"),
        Blast::Count(1) => "1 instance".to_owned(),
        Blast::Count(count) => format!("{count} {of}"),
        Blast::Share(share) => format!("{} of {of}", given(share, Unit::Share)),
    }
}

fn effect(kind: &FaultKind) -> String {
    let share = |it: f64| given(it, Unit::Share);
    match kind {
        FaultKind::Latency(law) => format!("messages take {law} longer"),
        FaultKind::Slow(factor) => {
            format!("work takes {} times as long", given(*factor, Unit::Count))
        }
        FaultKind::Error(rate) => {
            format!("{} of answers are errors {}", share(rate.share), rate.code)
        }
        FaultKind::Blackhole(it) => format!("{} of attempts get no answer", share(*it)),
        FaultKind::Refuse(it) => format!("{} of attempts are refused", share(*it)),
        FaultKind::Kill => "killed".to_owned(),
        FaultKind::Surge(factor) => format!("{} times the arrivals", given(*factor, Unit::Count)),
        FaultKind::PoolExhaust(Held::Count(count)) => format!("{count} slots are held from use"),
        FaultKind::PoolExhaust(Held::Share(it)) => {
            format!("{} of slots are held from use", share(*it))
        }
        FaultKind::Loss(it) => format!("{} of messages are lost, each way", share(*it)),
        FaultKind::ConsumerStop => "nothing is taken from the queue".to_owned(),
        FaultKind::Cpu(it) => format!("{} of workers are taken away", share(*it)),
        FaultKind::Throttle(it) => {
            let rate = given(it.rate, Unit::PerSecond);
            format!("what comes faster than {rate} (bursts of {}) is turned away", it.burst)
        }
        FaultKind::Gc(it) => {
            let [pause, every] = [it.pause, it.every].map(|it| span(it.as_secs_f64()));
            format!("stands still for {pause} every {every}")
        }
        FaultKind::Memory(it) => {
            let lasts = span(it.lasts().as_secs_f64());
            format!("leaks its memory, and dies of it after {lasts}")
        }
        FaultKind::SlowDns(law) => format!("lookups take {law} longer"),
        FaultKind::Dns(it) => format!("{} of lookups get no answer", share(*it)),
        FaultKind::Failover => {
            "the primary dies, and a standby takes over within this time".to_owned()
        }
        FaultKind::Restore(hangs) => {
            let meanwhile = if *hangs { "gets no answer" } else { "is refused" };
            format!(
                "it is lost with its standbys, and restored within this time, if it can be; what \
                 comes until then {meanwhile}"
            )
        }
        FaultKind::ReplicationPause => "nothing reaches its standbys".to_owned(),
    }
}

/// The key of its kind in a scenario file.
pub(crate) const fn kind(kind: &FaultKind) -> &'static str {
    match kind {
        FaultKind::Latency(_) => "latency",
        FaultKind::Slow(_) => "slow",
        FaultKind::Error(_) => "error",
        FaultKind::Blackhole(_) => "blackhole",
        FaultKind::Refuse(_) => "refuse",
        FaultKind::Kill => "kill",
        FaultKind::Surge(_) => "surge",
        FaultKind::PoolExhaust(_) => "pool_exhaust",
        FaultKind::Loss(_) => "loss",
        FaultKind::ConsumerStop => "consumer_stop",
        FaultKind::Cpu(_) => "cpu",
        FaultKind::Throttle(_) => "throttle",
        FaultKind::Gc(_) => "gc",
        FaultKind::Memory(_) => "memory",
        FaultKind::SlowDns(_) | FaultKind::Dns(_) => "dns",
        FaultKind::Failover => "db_failover",
        FaultKind::Restore(_) => "restore",
        FaultKind::ReplicationPause => "replication_pause",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_one_after_the_other() {
        let [one, some, all] = [Blast::Count(1), Blast::Share(0.5), Blast::All];
        assert_eq!(blasts(&[all], "instances"), "");
        assert_eq!(blasts(&[one], "instances"), "1 instance of ");
        let want = "1 instance, then 50 % of instances, then all instances of ";
        assert_eq!(blasts(&[one, some, all], "instances"), want);
    }
}
