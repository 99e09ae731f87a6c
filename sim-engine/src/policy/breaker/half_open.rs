use super::State;
use super::tally::{Outcome, Shares, Tally};

/// The trial of a callee: a fixed number of probes, whose results decide.
#[derive(Clone, Debug)]
pub(super) struct HalfOpen {
    /// How many probes decide, ≥ 1.
    probes: u32,
    /// Admitted and not answered yet.
    under_way: u32,
    answered: Tally,
}

impl HalfOpen {
    pub(super) fn new(probes: u32) -> Self {
        Self { probes, under_way: 0, answered: Tally::default() }
    }

    /// Takes a call as a probe, if one is still wanted.
    pub(super) fn admit(&mut self) -> bool {
        let wanted = self.under_way < self.probes - self.answered.total;
        self.under_way += u32::from(wanted);
        wanted
    }

    /// A probe ended without a result.
    pub(super) fn release(&mut self) {
        debug_assert!(self.under_way > 0, "a permit was handed back twice");
        self.under_way -= 1;
    }

    /// Takes a probe's result in: the state to go to, if it is decided.
    ///
    /// Without `shares` any failed probe reopens at once; with them all must have answered.
    pub(super) fn record(&mut self, outcome: Outcome, shares: Option<Shares>) -> Option<State> {
        self.release();
        self.answered += outcome.into();
        let complete = self.answered.total == self.probes;
        let reopens = match shares {
            None => outcome.failed,
            Some(shares) => complete && shares.reached(self.answered),
        };
        if reopens { Some(State::Open) } else { complete.then_some(State::Closed) }
    }
}
