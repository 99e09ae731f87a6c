//! The sections of a scenario file, one file each: what keys they have, and what they mean.

mod abort;
mod arrivals;
mod backup;
mod call;
mod class;
mod concurrency;
mod cost;
mod disaster;
mod expect;
mod failover;
mod fault;
mod fault_aim;
mod hedge;
mod load;
mod patience;
mod policy;
mod pool;
mod queue;
mod rate;
mod run;
mod runbook;
mod service;
mod shed;
mod standby;
mod store;
mod system;
mod throttle;
mod within;

use super::diagnostic::Code;
use super::reader::{Read, Reader};
use super::shape::Shape;
use super::table::section;
use super::tree::{Node, Value};
use super::values::{List, Named, Wide};
use crate::schema::{Class, Load, Pool, Run, Service, Steady, Store};

use self::cost::CostText;
use self::expect::STATEMENTS_MAX;

pub(crate) use abort::PlacedAbort;
pub(crate) use disaster::PlacedDisaster;
pub(crate) use expect::{During, PlacedExpect};
pub(crate) use fault::PlacedFault;
pub(crate) use runbook::PlacedRunbook;
pub(crate) use system::PlacedSystem;
pub(crate) use within::WINDOWS_MAX;

/// Faults of a scenario at most.
const FAULTS_MAX: usize = 60;

/// Systems of a scenario at most.
const SYSTEMS_MAX: usize = 1_000;

/// Disasters of a scenario at most.
const DISASTERS_MAX: usize = 100;

/// Variants of a scenario at most.
pub(crate) const VARIANTS_MAX: usize = 100;

section! {
    /// A whole scenario file.
    struct Document {
        /// The version of the format: 1.
        required format: Format,
        /// One line for people.
        required title: String,
        /// The root of all randomness.
        default seed: Wide = Wide::new(0),
        /// How long a run is, and how much of it there may be; needed where there is load.
        optional run: Run,
        /// Where requests come from.
        default load: Named<Load> = Named::default(),
        /// How important classes of requests are.
        default class: Named<Class> = Named::default(),
        /// What works on them.
        default service: Named<Service> = Named::default(),
        /// Client pools that several calls share.
        default pool: Named<Pool> = Named::default(),
        /// What is looked at over years.
        default system: Named<PlacedSystem, SYSTEMS_MAX> = Named::default(),
        /// What breaks, and when.
        default fault: List<PlacedFault, FAULTS_MAX> = List(Vec::new()),
        /// What is true before the first fault, and again after the last.
        optional steady: Steady,
        /// What a run is expected to show.
        default expect: List<PlacedExpect, STATEMENTS_MAX> = List(Vec::new()),
        /// What ends an experiment early.
        default abort: List<PlacedAbort, STATEMENTS_MAX> = List(Vec::new()),
        /// Data, and the copies that are made of it.
        default store: Named<Store> = Named::default(),
        /// What is done when something is lost.
        default runbook: Named<PlacedRunbook> = Named::default(),
        /// What is lost, and what is expected then.
        default disaster: List<PlacedDisaster, DISASTERS_MAX> = List(Vec::new()),
        /// What it takes in a month, and what that costs.
        optional cost: CostText,
        /// Overrides that run side by side with the base, on common random numbers.
        default variant: Named<Overrides, VARIANTS_MAX> = Named::default(),
    }
    later {
        "zone", "region",
    }
}

/// `format = 1`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format;

impl Read for Format {
    const EXPECTED: &'static str = "1, the version of the format";

    fn shape() -> Shape {
        Shape::Count { least: 1, most: 1 }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Integer(1) => Some(Self),
            Value::Integer(other) => {
                let message = format!("format {other} is not known here");
                reader.refuse_with(
                    Code::OutOfRange,
                    node.place,
                    message,
                    "this version reads format 1",
                )
            }
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

/// `[variant.NAME]`: its entries are paths and values, which the overlay reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overrides;

impl Read for Overrides {
    const EXPECTED: &'static str = "a table of paths and values";

    fn shape() -> Shape {
        Shape::Overrides
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_some() { Some(Self) } else { reader.wrong_type(node, Self::EXPECTED) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_says_what_it_is_and_what_it_takes() {
        for key in Document::KEYS {
            assert!(!key.doc.concat().trim().is_empty(), "{key:?}");
            assert!(!key.expected.is_empty(), "{key:?}");
        }
        let required: Vec<_> = Document::KEYS.iter().filter(|it| it.required).collect();
        let names: Vec<_> = required.iter().map(|it| it.name).collect();
        assert_eq!(names, ["format", "title"]);
    }
}
