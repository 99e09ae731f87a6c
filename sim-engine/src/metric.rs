//! The catalogue of metrics: what each kind of entity has, by which name, in which unit.
//!
//! Scenario files state expectations of these names, and `sim_core::report` measures them: that both
//! speak of the same is kept by a test there.

use serde::Serialize;

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Per second.
    PerSecond,
    /// A share, 0 to 1.
    Share,
    /// A number of things.
    Count,
    /// A quotient of numbers.
    Ratio,
}

/// The kinds of entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// A load.
    Load,
    /// A class of a load.
    Class,
    /// A service.
    Service,
    /// An operation.
    Op,
    /// A call.
    Call,
    /// A pool or bulkhead.
    Pool,
    /// A store that requests ask.
    Store,
    /// A system of copies, looked at over years.
    System,
    /// A disaster.
    Disaster,
}

impl EntityKind {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Class => "class",
            Self::Service => "service",
            Self::Op => "operation",
            Self::Call => "call",
            Self::Pool => "pool",
            Self::Store => "store",
            Self::System => "system",
            Self::Disaster => "disaster",
        }
    }
}

/// What a statement about a metric is about, when there are several replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// The mean over replications: of a rate, a share, a mean or a quantile.
    Mean,
    /// Each replication: of a count or a maximum, whose mean would hide the worst.
    Extreme,
    /// Each replication: of a state, at all times of a phase.
    State,
    /// Each replication: of something that comes true by a moment.
    Moment,
}

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The more, the better.
    More,
    /// The less, the better.
    Less,
}

/// One metric of one kind of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, such as `latency.p99`.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What statements about it are about.
    pub nature: Nature,
    /// Whether it has a value in a window of time, which knows only what happened in it.
    pub windowed: bool,
}

impl Metric {
    /// The part of its name before the first dot: `latency` of `latency.p99`.
    pub fn family(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// Which way it is better; none where neither is: more calls are no merit.
    pub fn better(&self) -> Option<Better> {
        match self.name {
            "success_rate" | "full_rate" | "throughput" | "goodput" | "availability"
            | "slo.months" | "slo.years" => Some(Better::More),
            "degraded_rate"
            | "error_rate"
            | "unfinished_rate"
            | "timeout_rate"
            | "rejection_rate"
            | "rejected"
            | "amplification"
            | "wasted"
            | "crashes"
            | "lost_acked_writes"
            | "outage.longest"
            | "outage.mean"
            | "outages.year"
            | "slo.burn"
            | "copy.missed"
            | "effects.repeated"
            | "effects.repeated_rate"
            | "effects.of_failed"
            | "effects.of_failed_rate" => Some(Better::Less),
            name if name.starts_with("latency.")
                || name.starts_with("failed.")
                || name.starts_with("downtime.")
                || name.starts_with("copy.age.") =>
            {
                Some(Better::Less)
            }
            _ => None,
        }
    }
}

/// The metrics of a kind of entity, in the order of the report. A call without a breaker does not
/// have those that begin with `breaker.`, one whose fallback keeps no copy not those with `copy.`, and what has no effect not those with
/// `effects.`.
pub fn of(kind: EntityKind) -> impl Iterator<Item = &'static Metric> + Clone {
    let groups: &[&[Metric]] = match kind {
        EntityKind::Load => &[FLOW, OUTCOMES, LATENCY, OUTAGE],
        EntityKind::Class => &[FLOW, OUTCOMES, LATENCY],
        EntityKind::Op => &[FLOW, OUTCOMES, LATENCY, EFFECTS],
        EntityKind::Service => &[FLOW, OUTCOMES, LATENCY, SERVICE, EFFECTS, OUTAGE],
        EntityKind::Store => &[FLOW, OUTCOMES, LATENCY, SERVICE, STORE, OUTAGE],
        EntityKind::Call => &[CALL, OUTCOMES, LATENCY, COPY, BREAKER],
        EntityKind::Pool => &[POOL],
        EntityKind::System => &[SYSTEM],
        EntityKind::Disaster => &[RECOVERY, RECURRENCE],
    };
    groups.iter().flat_map(|it| it.iter())
}

const fn mean(name: &'static str, unit: Unit) -> Metric {
    Metric { name, unit, nature: Nature::Mean, windowed: true }
}

const fn share(name: &'static str) -> Metric {
    mean(name, Unit::Share)
}

const fn extreme(name: &'static str, unit: Unit) -> Metric {
    Metric { name, unit, nature: Nature::Extreme, windowed: true }
}

/// Of a whole phase only.
const fn of_phases(metric: Metric) -> Metric {
    Metric { windowed: false, ..metric }
}

const FLOW: &[Metric] = &[
    mean("offered", Unit::PerSecond),
    mean("throughput", Unit::PerSecond),
    mean("goodput", Unit::PerSecond),
];

const OUTCOMES: &[Metric] = &[
    share("success_rate"),
    share("full_rate"),
    share("degraded_rate"),
    share("error_rate"),
    of_phases(share("unfinished_rate")),
    share("failed.timeout"),
    share("failed.bulkhead"),
    share("failed.breaker"),
    share("failed.queue_full"),
    share("failed.shed"),
    share("failed.limited"),
    share("failed.error"),
    share("failed.client_error"),
    share("failed.refused"),
    share("failed.lost"),
    share("failed.deadline"),
    share("failed.crashed"),
    share("failed.abandoned"),
    share("failed.superseded"),
];

const LATENCY: &[Metric] = &[
    mean("latency.mean", Unit::Seconds),
    mean("latency.p50", Unit::Seconds),
    mean("latency.p90", Unit::Seconds),
    mean("latency.p95", Unit::Seconds),
    mean("latency.p99", Unit::Seconds),
    mean("latency.p99.9", Unit::Seconds),
    extreme("latency.max", Unit::Seconds),
];

const OUTAGE: &[Metric] = &[of_phases(extreme("outage.longest", Unit::Seconds))];

const SERVICE: &[Metric] = &[
    share("utilisation"),
    mean("busy.mean", Unit::Count),
    mean("queue.mean", Unit::Count),
    extreme("queue.max", Unit::Count),
    mean("in_flight.mean", Unit::Count),
    extreme("in_flight.max", Unit::Count),
    mean("wait.mean", Unit::Seconds),
    share("waited_rate"),
    share("wasted"),
    extreme("crashes", Unit::Count),
];

const STORE: &[Metric] = &[extreme("lost_acked_writes", Unit::Count)];

const CALL: &[Metric] = &[
    extreme("calls", Unit::Count),
    extreme("attempts", Unit::Count),
    mean("attempt_rate", Unit::PerSecond),
    mean("amplification", Unit::Ratio),
    share("timeout_rate"),
    share("fallback_rate"),
];

const EFFECTS: &[Metric] = &[
    of_phases(extreme("effects.executed", Unit::Count)),
    of_phases(extreme("effects.repeated", Unit::Count)),
    of_phases(share("effects.repeated_rate")),
    of_phases(extreme("effects.recognised", Unit::Count)),
    of_phases(extreme("effects.of_failed", Unit::Count)),
    of_phases(share("effects.of_failed_rate")),
];

const COPY: &[Metric] = &[
    of_phases(extreme("copy.served", Unit::Count)),
    of_phases(extreme("copy.missed", Unit::Count)),
    of_phases(share("copy.hit_rate")),
    of_phases(mean("copy.age.mean", Unit::Seconds)),
    of_phases(mean("copy.age.p50", Unit::Seconds)),
    of_phases(mean("copy.age.p99", Unit::Seconds)),
    of_phases(extreme("copy.age.max", Unit::Seconds)),
];

const BREAKER: &[Metric] = &[extreme("breaker.opened", Unit::Count), share("breaker.open_share")];

const POOL: &[Metric] = &[
    extreme("asked", Unit::Count),
    mean("in_flight.mean", Unit::Count),
    extreme("in_flight.max", Unit::Count),
    share("saturation"),
    mean("waiting.mean", Unit::Count),
    extreme("waiting.max", Unit::Count),
    extreme("rejected", Unit::Count),
    share("rejection_rate"),
    extreme("cancelled", Unit::Count),
    share("waited_rate"),
    mean("wait.mean", Unit::Seconds),
    mean("wait.p99", Unit::Seconds),
    mean("wait_of_all.mean", Unit::Seconds),
];

const SYSTEM: &[Metric] = &[
    of_phases(share("availability")),
    of_phases(mean("downtime.year", Unit::Seconds)),
    of_phases(mean("downtime.month", Unit::Seconds)),
    of_phases(mean("downtime.30d", Unit::Seconds)),
    of_phases(mean("outages.year", Unit::Count)),
    of_phases(mean("outage.mean", Unit::Seconds)),
    of_phases(extreme("outage.longest", Unit::Seconds)),
    of_phases(mean("outage.first", Unit::Seconds)),
    of_phases(mean("slo.burn", Unit::Ratio)),
    of_phases(share("slo.months")),
    of_phases(share("slo.years")),
];

/// Of the runs of a disaster, not of replications.
const RECOVERY: &[Metric] = &[
    mean("rpo.mean", Unit::Seconds),
    mean("rpo.p50", Unit::Seconds),
    mean("rpo.p90", Unit::Seconds),
    mean("rpo.p95", Unit::Seconds),
    mean("rpo.p99", Unit::Seconds),
    mean("rpo.p99.9", Unit::Seconds),
    extreme("rpo.max", Unit::Seconds),
    share("rpo.met"),
    mean("rto.mean", Unit::Seconds),
    mean("rto.p50", Unit::Seconds),
    mean("rto.p90", Unit::Seconds),
    mean("rto.p95", Unit::Seconds),
    mean("rto.p99", Unit::Seconds),
    mean("rto.p99.9", Unit::Seconds),
    extreme("rto.max", Unit::Seconds),
    share("rto.met"),
    share("recoverable"),
    mean("lost_writes.mean", Unit::Count),
    mean("lost_writes.p50", Unit::Count),
    mean("lost_writes.p90", Unit::Count),
    mean("lost_writes.p95", Unit::Count),
    mean("lost_writes.p99", Unit::Count),
    mean("lost_writes.p99.9", Unit::Count),
    extreme("lost_writes.max", Unit::Count),
];

/// Of the stretches of years in which a disaster recurs.
const RECURRENCE: &[Metric] = &[
    mean("strikes.mean", Unit::Count),
    mean("strikes.p50", Unit::Count),
    mean("strikes.p90", Unit::Count),
    mean("strikes.p95", Unit::Count),
    mean("strikes.p99", Unit::Count),
    extreme("strikes.max", Unit::Count),
    mean("downtime.mean", Unit::Seconds),
    mean("downtime.p50", Unit::Seconds),
    mean("downtime.p90", Unit::Seconds),
    mean("downtime.p95", Unit::Seconds),
    mean("downtime.p99", Unit::Seconds),
    extreme("downtime.max", Unit::Seconds),
    mean("loss.mean", Unit::Seconds),
    mean("loss.p50", Unit::Seconds),
    mean("loss.p90", Unit::Seconds),
    mean("loss.p95", Unit::Seconds),
    mean("loss.p99", Unit::Seconds),
    extreme("loss.max", Unit::Seconds),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_want_goodput_and_no_latency() {
        let better = |name: &str| of(EntityKind::Load).find(|it| it.name == name)?.better();
        assert_eq!(better("goodput"), Some(Better::More));
        assert_eq!(better("latency.p99"), Some(Better::Less));
        assert_eq!(better("failed.breaker"), Some(Better::Less));
        assert_eq!(better("offered"), None);
    }

    #[test]
    fn names_are_unique_within_a_kind() {
        use EntityKind::{Call, Class, Disaster, Load, Op, Pool, Service, Store, System};
        for kind in [Load, Class, Service, Op, Call, Pool, Store, System, Disaster] {
            let mut names: Vec<_> = of(kind).map(|it| it.name).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{kind:?}");
        }
    }
}
