//! What metrics are of.

use crate::metric::EntityKind;
use crate::model::{ClassId, EdgeId, LoadId, Model, OpId, PoolId, ServiceId, SystemId};

/// Something that has metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A load, all its classes together.
    Load(LoadId),
    /// A class of a load that has several.
    Class(ClassId),
    /// A service, all its operations and instances together.
    Service(ServiceId),
    /// An operation of a service that has several.
    Op(OpId),
    /// A call.
    Call(EdgeId),
    /// A pool, or a call's own bulkhead.
    Pool(PoolId),
    /// A store that requests ask, as the service that its primary is.
    Store(ServiceId),
    /// A system that is looked at over years.
    System(SystemId),
}

impl Entity {
    /// All entities of a model that reports speak of, in the order of the report.
    pub fn all(model: &Model) -> Vec<Self> {
        let several = |rows: &std::ops::Range<u32>| rows.len() > 1;
        let mut all = Vec::new();
        for (id, load) in model.loads.entries() {
            all.push(Self::Load(id));
            let classes = load.classes.clone().filter(|_| several(&load.classes));
            all.extend(classes.map(|it| Self::Class(ClassId(it))));
        }
        for (id, service) in model.services.entries() {
            all.push(if service.store.is_some() { Self::Store(id) } else { Self::Service(id) });
            let ops = service.ops.clone().filter(|_| several(&service.ops));
            all.extend(ops.map(|it| Self::Op(OpId(it))));
        }
        all.extend(model.edges.ids().map(Self::Call));
        all.extend(model.pools.ids().map(Self::Pool));
        all.extend(model.systems.ids().map(Self::System));
        all
    }

    /// What it is.
    pub fn kind(self) -> EntityKind {
        match self {
            Self::Load(_) => EntityKind::Load,
            Self::Class(_) => EntityKind::Class,
            Self::Service(_) => EntityKind::Service,
            Self::Op(_) => EntityKind::Op,
            Self::Call(_) => EntityKind::Call,
            Self::Pool(_) => EntityKind::Pool,
            Self::Store(_) => EntityKind::Store,
            Self::System(_) => EntityKind::System,
        }
    }

    /// Its name, as metrics address it. A call's own bulkhead is `caller -> callee.pool`.
    pub fn name(self, model: &Model) -> String {
        match self {
            Self::Load(id) => model.loads[id].name.clone(),
            Self::Class(id) => model.class_name(id),
            Self::Service(id) | Self::Store(id) => model.services[id].name.clone(),
            Self::Op(id) => model.ops[id].name.clone(),
            Self::Call(id) => model.edges[id].name.clone(),
            Self::System(id) => model.systems[id].own.name.clone(),
            Self::Pool(id) => {
                let name = &model.pools[id].name;
                if name.contains(" -> ") { format!("{name}.pool") } else { name.clone() }
            }
        }
    }
}
