/// A retry budget of what is in flight: retries under way are at most a share of the calls under way,
/// or a fixed number where that is more.
///
/// A retry holds its place from before its back-off until what it sent has ended. The number of
/// calls counts those that wait between two tries.
///
/// | symbol  | meaning                                   | unit | range  |
/// |---------|-------------------------------------------|------|--------|
/// | `share` | retries for each call under way           | -    | 0 to 1 |
/// | `min`   | retries that are allowed in any case      | -    | ≥ 0    |
///
/// Source: Envoy, `RetryBudget` of a cluster's circuit breakers (`budget_percent` of 20,
/// `min_retry_concurrency` of 3).
#[derive(Clone, Debug)]
pub struct InFlightBudget {
    share: f64,
    min: u32,
    calls: u32,
    retries: u32,
}

impl InFlightBudget {
    /// Nothing under way.
    pub fn new(share: f64, min: u32) -> Self {
        Self { share, min, calls: 0, retries: 0 }
    }

    /// A call begins.
    pub fn begin(&mut self) {
        self.calls += 1;
    }

    /// A call has ended.
    pub fn end(&mut self) {
        self.calls -= 1;
    }

    /// Takes a place for a retry; false if there is none.
    pub fn try_take(&mut self) -> bool {
        let may = self.retries < self.allowed();
        self.retries += u32::from(may);
        may
    }

    /// A retry has ended.
    pub fn give_back(&mut self) {
        self.retries -= 1;
    }

    /// Retries that may be under way.
    fn allowed(&self) -> u32 {
        // 20 % of 5 are 1, however they are rounded.
        ((f64::from(self.calls) * self.share + 1e-9) as u32).max(self.min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of Envoy's own tests and of the issue that brought it.
    #[test]
    fn it_allows_a_share_of_what_is_active() {
        let rows = [(0, 3), (2, 3), (10, 3), (15, 3), (20, 4), (25, 5), (50, 10), (100, 20)];
        for (active, want) in rows {
            let mut budget = InFlightBudget::new(0.2, 3);
            (0..active).for_each(|_| budget.begin());
            let taken = (0..1_000).filter(|_| budget.try_take()).count();
            assert_eq!(taken, want, "{active}");
            budget.give_back();
            assert!(budget.try_take() && !budget.try_take(), "{active}");
        }
    }
}
