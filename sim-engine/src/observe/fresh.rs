//! What was counted since the counts were last settled, which is where a window or a segment begins.
//!
//! Nearly all that a run tells is of the present: it is counted here, once, in one place for each
//! entity. From here it goes to the counts of its segment and to the series of its window.

use super::counts::{CallCounts, Flow, PoolCounts, ServiceCounts};
use super::gauges::{BreakerGauges, PoolGauges, ServiceGauges};
use crate::id::Table;
use crate::model::{ClassId, EdgeId, Model, OpId, PoolId, ServiceId};
use crate::time::SimDuration;

/// Counts of what began in the present window and segment.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) classes: Table<ClassId, Requests>,
    pub(super) ops: Table<OpId, Flow>,
    pub(super) calls: Table<EdgeId, Calls>,
    pub(super) services: Table<ServiceId, Station>,
    pub(super) pools: Table<PoolId, Slots>,
}

/// The requests of a class.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    pub(super) counts: Flow,
    /// Within which an answer is a good one.
    pub(super) deadline: SimDuration,
}

/// The calls by one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) counts: CallCounts,
    pub(super) breakers: BreakerGauges,
}

/// A service.
#[derive(Clone, Debug, Default)]
pub(super) struct Station {
    pub(super) counts: ServiceCounts,
    pub(super) gauges: ServiceGauges,
}

/// A pool.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    pub(super) counts: PoolCounts,
    pub(super) gauges: PoolGauges,
}

impl Fresh {
    /// Nothing counted, everything at rest.
    pub(super) fn new(model: &Model) -> Self {
        let requests =
            |load| Requests { counts: Flow::default(), deadline: model.loads[load].deadline };
        let slots =
            |it| Slots { counts: PoolCounts::default(), gauges: PoolGauges::new(model, it) };
        Self {
            classes: model.classes.iter().map(|it| requests(it.load)).collect(),
            ops: model.ops.iter().map(|_| Flow::default()).collect(),
            calls: model.edges.iter().map(|_| Calls::default()).collect(),
            services: model.services.iter().map(|_| Station::default()).collect(),
            pools: model.pools.iter().map(slots).collect(),
        }
    }
}
