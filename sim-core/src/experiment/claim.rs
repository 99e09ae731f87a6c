//! What a scenario claims, in the order in which reports tell what became of it.

use crate::model::Model;
use crate::schema::{Expect, Fact, When};

/// Something that is expected of every replication of a variant.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) fact: Fact,
    pub(super) when: When,
    pub(super) because: Option<String>,
    pub(super) fails_in: Vec<String>,
    /// The share of replications in which it must hold, where each is judged by itself.
    pub(super) share: f64,
    /// Whether it says what is steady.
    pub(super) steady: bool,
}

/// First what is steady, `before` and `after`, then the expectations, in the file's order.
pub(super) fn claims(model: &Model) -> Vec<Claim> {
    let steady = model.steady.iter().flat_map(|it| &it.expects);
    let steady = steady.flat_map(|it| ["before", "after"].map(|during| (it, during)));
    let steady = steady.map(|(fact, during)| Claim {
        fact: fact.clone(),
        when: When::During(during.to_owned()),
        because: None,
        fails_in: Vec::new(),
        share: 1.0,
        steady: true,
    });
    steady.chain(model.expects.iter().map(Claim::of)).collect()
}

impl Claim {
    fn of(expect: &Expect) -> Self {
        Self {
            fact: expect.that.clone(),
            when: expect.when.clone(),
            because: expect.because.clone(),
            fails_in: expect.fails_in.clone(),
            share: expect.share,
            steady: false,
        }
    }

    /// Whether it is about this phase.
    pub(super) fn is_during(&self, phase: &str) -> bool {
        matches!(&self.when, When::During(during) if during == phase)
    }

    /// Whether it must be looked at while a run goes on: the counts of phases do not tell it.
    pub(super) fn is_watched(&self) -> bool {
        matches!((&self.fact, &self.when), (Fact::State(_), _) | (_, When::Within(_)))
    }
}
