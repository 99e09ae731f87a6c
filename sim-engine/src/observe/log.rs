//! What happened that is worth a line: breakers and faults.

use super::comeback::Comeback;
use crate::model::{BreakerId, FaultId, InstanceId, Model, Struck};
use crate::policy::breaker::State;
use crate::time::SimDuration;

/// Something worth a line in the report.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A breaker changed its state.
    Breaker {
        /// Which one.
        breaker: BreakerId,
        /// From what.
        from: State,
        /// To what.
        to: State,
    },
    /// An instance ran out of memory.
    OutOfMemory(InstanceId),
    /// A fault started (strength > 0) or ended (0).
    Fault {
        /// Which one.
        fault: FaultId,
        /// Whether it starts.
        starts: bool,
        /// The instances that it strikes.
        victims: Vec<InstanceId>,
    },
    /// The primary of a store died.
    PrimaryLost {
        /// Which fault it is.
        fault: FaultId,
        /// How it comes back.
        comeback: Comeback,
        /// Acknowledged writes that are lost.
        lost: u64,
    },
    /// A fault widened.
    Widened {
        /// Which one.
        fault: FaultId,
        /// To which of its stages, the first of which is 0.
        stage: usize,
        /// The instances that it strikes now.
        victims: Vec<InstanceId>,
    },
}

impl Entry {
    /// What happened, as logs tell it.
    pub fn in_words(&self, model: &Model) -> String {
        match self {
            Self::Breaker { breaker, from, to } => {
                let breaker = &model.breakers[*breaker];
                let edge = &model.edges[breaker.edge];
                let whose = breaker.instance.map_or(String::new(), |it| format!(" (caller #{it})"));
                format!("breaker {}{whose}: {} to {}", edge.name, from.name(), to.name())
            }
            Self::OutOfMemory(instance) => {
                format!("{} ran out of memory", model.instance_name(*instance))
            }
            Self::PrimaryLost { fault, comeback, lost } => {
                let comeback = coming_back(&model.faults[*fault].name, comeback);
                format!("{comeback}; acknowledged writes lost: {lost}")
            }
            Self::Fault { fault, starts: false, .. } => {
                format!("fault {} ends", model.faults[*fault].name)
            }
            Self::Fault { fault, victims, .. } => {
                let name = &model.faults[*fault].name;
                let victims: Vec<String> =
                    victims.iter().map(|it| model.instance_name(*it)).collect();
                if victims.is_empty() {
                    format!("fault {name} starts")
                } else {
                    format!("fault {name} starts on {}", victims.join(", "))
                }
            }
            Self::Widened { fault, stage, victims } => {
                let fault = &model.faults[*fault];
                let now = match &fault.on {
                    Struck::Edges(_, shares) => format!("{} % of attempts", 100.0 * shares[*stage]),
                    _ => victims
                        .iter()
                        .map(|it| model.instance_name(*it))
                        .collect::<Vec<_>>()
                        .join(", "),
                };
                format!("fault {} widens to stage {}: {now}", fault.name, stage + 1)
            }
        }
    }
}

fn coming_back(fault: &str, comeback: &Comeback) -> String {
    match comeback {
        Comeback::Failover(phases) => {
            format!("failover {fault} takes {}", parts_of(phases.took(), comeback))
        }
        Comeback::Restore(restored) => format!(
            "restore {fault} takes {}, to what was there {:.1} s before",
            parts_of(restored.took(), comeback),
            restored.point.as_secs_f64()
        ),
        Comeback::Never(why) => format!("restore {fault} never ends: {}", why.name()),
    }
}

/// The time, and the parts that it is made of, one after the other.
fn parts_of(took: SimDuration, comeback: &Comeback) -> String {
    let parts = comeback.parts().into_iter().filter(|it| !it.1.is_zero());
    let parts: Vec<_> =
        parts.map(|(name, span)| format!("{name} {:.1} s", span.as_secs_f64())).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    format!("{:.1} s{parts}", took.as_secs_f64())
}

/// No more log entries than this are kept; the rest is counted.
pub const LONGEST_LOG: usize = 10_000;
