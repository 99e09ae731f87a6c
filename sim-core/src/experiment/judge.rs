//! Who judges a claim: by the counts of a phase over all replications, or each replication by itself.

use super::claim::claims;
use super::verdict::{self, Row};
use super::{Replication, watched};
use crate::model::Model;
use crate::report::{Verdict, Width};
use crate::schema::{Fact, When};

/// A claim, and what the replications so far say of it.
#[derive(Clone, Debug)]
pub(super) enum Judge {
    /// By the metrics of a phase.
    OfPhase(Box<verdict::Judge>),
    /// By what was seen while each replication ran.
    Watched(Box<watched::Judge>),
}

impl Judge {
    /// One for each claim of the model, in order; `rows` are those of a replication.
    pub(super) fn all(model: &Model, rows: &[Row]) -> Vec<Self> {
        let mut watches = 0..;
        let mut judge = |(index, claim): (usize, super::claim::Claim)| {
            if let (Fact::Metric(statement), When::During(during)) = (&claim.fact, &claim.when) {
                let (statement, during) = (statement.clone(), during.clone());
                let judge = verdict::Judge::new(&claim, index, statement, during, model, rows);
                return Self::OfPhase(Box::new(judge));
            }
            let watch = watches.next().expect("there are more numbers than claims");
            Self::Watched(Box::new(watched::Judge::new(claim, index, watch)))
        };
        claims(model).into_iter().enumerate().map(&mut judge).collect()
    }

    /// Adds the next replication.
    pub(super) fn push(&mut self, replication: &Replication, model: &Model) {
        match self {
            Self::OfPhase(it) => it.push(replication, model),
            Self::Watched(it) => it.push(replication, model),
        }
    }

    /// How wide the interval is that it is judged by, if it is judged by one.
    pub(super) fn width(&self) -> Option<Width> {
        match self {
            Self::OfPhase(it) => it.width(),
            Self::Watched(_) => None,
        }
    }

    /// The verdict in the variant of that name, of so many replications.
    pub(super) fn verdict(self, variant: &str, replications: u32) -> Verdict {
        match self {
            Self::OfPhase(it) => it.verdict(variant, replications),
            Self::Watched(it) => it.verdict(variant, replications),
        }
    }
}
