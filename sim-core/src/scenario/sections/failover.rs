//! `failover`: how a standby takes over, phase by phase.

use crate::distribution::{Distribution, Uniform};
use crate::scenario::diagnostic::Code;
use crate::scenario::expression::{self, Form};
use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, OneOf, Word};
use crate::schema::{Detection, Failover};
use crate::time::SimDuration;

/// Clients of which the last counts, at most.
type Clients = Count<1, 10_000>;

section! {
    /// `failover`: how a standby takes over. Each phase begins when the one before it has ended.
    struct FailoverTable {
        /// Somebody's published figures, which the keys beside it override.
        optional like: OneOf<Like>,
        /// From the failure until it is known: a law, or `"lease(ttl=30s, renew=10s)"`, a lock that
        /// the primary renews and that expires when it no longer does.
        optional detect: Detection,
        /// Until it is decided, and the old primary can do no harm.
        optional fence: Distribution,
        /// Until the standby takes writes.
        optional promote: Distribution,
        /// Until its name leads there.
        optional name: Distribution,
        /// For how long a client remembers where the name led: it asks again at some moment of that.
        optional dns_ttl: SimDuration,
        /// Until a client that knows has connected again.
        optional reconnect: Distribution,
        /// Until it answers as before.
        optional warm_up: Distribution,
        /// Clients: it is over for the last of them.
        optional clients: Clients,
    }
}

/// Whose failover it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Like {
    RdsInstance,
    RdsCluster,
    Aurora,
    Patroni,
}

impl Word for Like {
    const KIND: &'static str = "failover";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("rds-instance", Self::RdsInstance),
        ("rds-cluster", Self::RdsCluster),
        ("aurora", Self::Aurora),
        ("patroni", Self::Patroni),
    ];
}

impl Read for Failover {
    const EXPECTED: &'static str = FailoverTable::EXPECTED;

    fn shape() -> Shape {
        FailoverTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = FailoverTable::read(node, reader)?;
        let base = table.like.map_or_else(nothing, |it| preset(it.0));
        Some(Self {
            detect: table.detect.unwrap_or(base.detect),
            fence: table.fence.unwrap_or(base.fence),
            promote: table.promote.unwrap_or(base.promote),
            name: table.name.unwrap_or(base.name),
            dns_ttl: table.dns_ttl.unwrap_or(base.dns_ttl),
            reconnect: table.reconnect.unwrap_or(base.reconnect),
            warm_up: table.warm_up.unwrap_or(base.warm_up),
            clients: table.clients.map_or(base.clients, Clients::get),
        })
    }
}

/// Phases that take no time.
fn nothing() -> Failover {
    let none = || Distribution::constant(SimDuration::ZERO);
    Failover {
        detect: Detection::Law(none()),
        fence: none(),
        promote: none(),
        name: none(),
        dns_ttl: SimDuration::ZERO,
        reconnect: none(),
        warm_up: none(),
        clients: 1,
    }
}

/// What has been published, in the words of the vendors:
///
/// - RDS Multi-AZ instance: "Failover times are typically 60–120 seconds", and the name's time to
///   live is 5 s (Amazon RDS User Guide, "Failing over a Multi-AZ DB instance for Amazon RDS").
/// - RDS Multi-AZ cluster: "typically under 35 seconds" (the same guide, "Failing over a Multi-AZ DB
///   cluster for Amazon RDS"); the same name.
/// - Aurora: "typically restored in less than 60 seconds, and often less than 30 seconds" where there
///   is a replica (Amazon Aurora User Guide, "High availability for Amazon Aurora"); the storage is
///   shared and there is no log to replay.
/// - Patroni: `ttl` 30 s, `loop_wait` 10 s (Patroni documentation, "Dynamic Configuration Settings");
///   the election takes the rest of a `loop_wait` of the standby.
///
/// None of the vendors says where the time goes: their figure is the whole of `promote` here.
fn preset(like: Like) -> Failover {
    let uniform = |low, high| {
        let span = SimDuration::from_secs;
        Uniform::new(span(low), span(high)).map_or_else(|_| unreachable!("low < high"), Into::into)
    };
    let dns_ttl = SimDuration::from_secs(5);
    match like {
        Like::RdsInstance => Failover { promote: uniform(60, 120), dns_ttl, ..nothing() },
        Like::RdsCluster => Failover { promote: uniform(20, 35), dns_ttl, ..nothing() },
        Like::Aurora => Failover { promote: uniform(15, 60), dns_ttl, ..nothing() },
        Like::Patroni => Failover {
            detect: Detection::Lease {
                ttl: SimDuration::from_secs(30),
                renew: SimDuration::from_secs(10),
            },
            promote: uniform(0, 10),
            ..nothing()
        },
    }
}

impl Read for Detection {
    const EXPECTED: &'static str = "a law, or \"lease(ttl=30s, renew=10s)\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Law, "", &["10s", "exp(10s)", "lease(ttl=30s, renew=10s)"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if !node.as_text().is_some_and(|it| it.trim_start().starts_with("lease")) {
            return Distribution::read(node, reader).map(Self::Law);
        }
        let form = "lease(ttl=30s, renew=10s)";
        expression::read(node, Self::EXPECTED, reader, |it, context, reader| {
            let place = context.place(it);
            let Form::Call("lease", arguments) = &it.form else {
                let message = "this is no lease";
                return reader.refuse_with(Code::BadExpression, place, message, form);
            };
            let mut arguments = expression::Arguments::new("lease", arguments, context, place);
            let (Some(ttl), Some(renew)) = (arguments.key("ttl"), arguments.key("renew")) else {
                return arguments.refuse(form, reader);
            };
            let ttl: SimDuration = context.quantity(ttl, reader)?;
            let renew: SimDuration = context.quantity(renew, reader)?;
            arguments.finish(form, reader)?;
            if renew > ttl {
                let message = "a lock that is renewed later than it expires is lost all the time";
                return reader.refuse(Code::OutOfRange, place, message);
            }
            Some(Self::Lease { ttl, renew })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::value_of;

    #[test]
    fn a_failover_takes_the_longest_of_each_phase_at_most() {
        let secs = SimDuration::from_secs;
        let failover: Failover = value_of(
            "{ detect = \"uniform(3s..8s)\", promote = \"uniform(15s..25s)\", dns_ttl = \"5s\", \
             reconnect = \"uniform(0s..5s)\" }",
        );
        assert_eq!(failover.longest(), secs(8 + 25 + 5 + 5));
        let patroni: Failover = value_of("{ like = \"patroni\" }");
        assert_eq!(patroni.longest(), secs(30 + 10));
        let open_ended: Failover = value_of("{ promote = \"exp(10s)\", warm_up = \"1s\" }");
        let passed_once_in_a_thousand = 10.0 * crate::math::ln(1000.0) + 1.0;
        assert!((open_ended.longest().as_secs_f64() - passed_once_in_a_thousand).abs() < 1e-6);
    }
}
