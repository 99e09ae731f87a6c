use crate::policy::recent::Recent;
use crate::time::{SimDuration, SimTime};

/// A retry budget: retries are at most a share of calls.
///
/// Each call deposits `share` tokens and each retry spends one. The budget starts empty and holds
/// at most what was deposited in the last ten seconds (whole seconds of the run, the current one
/// included), so that a quiet night saves nothing for a storm. Over any span `T` the retries are
/// therefore at most `share` × (the calls in `T` and in the ten seconds before it).
///
/// Tokens are whole millionths: `share` is rounded to the nearest, and sums are exact.
///
/// The window of ten seconds is that of Finagle's `RetryBudget` and of tower's and Linkerd's
/// `TpsBudget`. They differ in three ways: they also grant a reserve (10 retries a second by
/// default) whatever the calls; their *spending* is forgotten after ten seconds like their
/// deposits, where here a token once spent stays spent and only unspent ones expire; and tower
/// clears old slots up to one slot late.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Deposit of one call, in millionths of a token.
    deposit: u64,
    /// Unspent, in millionths of a token; may count expired ones until `expire` is called.
    tokens: u64,
    calls: Recent<u64>,
}

const TOKEN: u64 = 1_000_000;
const WINDOW: SimDuration = SimDuration::from_secs(10);

impl Budget {
    /// An empty budget; `share` is retries per call, 0 to 1 (more is possible, if odd).
    pub fn new(share: f64) -> Self {
        debug_assert!(share >= 0.0);
        let deposit = (share * TOKEN as f64).round() as u64;
        Self { deposit, tokens: 0, calls: Recent::new(WINDOW) }
    }

    /// A call begins (not a retry): deposits its share.
    #[inline]
    pub fn on_call(&mut self, now: SimTime) {
        self.calls.add(now, 1);
        self.tokens += self.deposit;
        self.cap();
    }

    /// Spends a token on a retry; false if there is none.
    #[inline]
    pub fn try_spend(&mut self, now: SimTime) -> bool {
        self.expire(now);
        let affordable = self.tokens >= TOKEN;
        if affordable {
            self.tokens -= TOKEN;
        }
        affordable
    }

    /// What the budget holds at `now`, in tokens.
    pub fn tokens(&self, now: SimTime) -> f64 {
        let mut then = self.clone();
        then.expire(now);
        then.tokens as f64 / TOKEN as f64
    }

    fn expire(&mut self, now: SimTime) {
        self.calls.forget(now);
        self.cap();
    }

    fn cap(&mut self) {
        self.tokens = self.tokens.min(self.calls.total() * self.deposit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(at: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(at)
    }

    #[test]
    fn pays_out_a_share_of_recent_calls() {
        // (name, share, (at ms, calls) …, asked at ms, retries granted)
        #[rustfmt::skip]
        let cases = [
            ("starts empty",                    0.2, vec![],                          0, 0),
            ("a fifth of 4 is not a token",     0.2, vec![(0, 4)],                    0, 0),
            ("a fifth of 5 is one",             0.2, vec![(0, 5)],                    0, 1),
            ("tenths add up exactly",           0.1, vec![(0, 30)],                   0, 3),
            ("kept for ten buckets",            0.5, vec![(0, 10)],               9_999, 5),
            ("gone with the eleventh",          0.5, vec![(0, 10)],              10_000, 0),
            ("late in its second lives less",   0.5, vec![(999, 10)],            10_000, 0),
            ("only the old part goes",          0.5, vec![(0, 10), (1_000, 4)],  10_000, 2),
            ("a share of 1 grants every retry", 1.0, vec![(0, 7)],                    0, 7),
            ("a share of 0 grants none",        0.0, vec![(0, 1_000)],                0, 0),
        ];
        for (name, share, calls, asked, want) in cases {
            let mut budget = Budget::new(share);
            for (at, count) in calls {
                (0..count).for_each(|_| budget.on_call(ms(at)));
            }
            let tokens = budget.tokens(ms(asked));
            let granted = (0..100).filter(|_| budget.try_spend(ms(asked))).count();
            assert_eq!(granted, want as usize, "{name}");
            assert!(
                tokens >= f64::from(want) && tokens < f64::from(want) + 1.0,
                "{name}: {tokens}"
            );
        }
    }

    #[test]
    fn a_spent_token_stays_spent() {
        let mut budget = Budget::new(0.5);
        (0..4).for_each(|_| budget.on_call(ms(0)));
        assert!(budget.try_spend(ms(0)) && budget.try_spend(ms(0)) && !budget.try_spend(ms(0)));
        (0..2).for_each(|_| budget.on_call(ms(5_000)));
        // At 10 s the first four calls are forgotten, and so is nothing that they paid for.
        assert!(budget.try_spend(ms(10_000)) && !budget.try_spend(ms(10_000)));
    }

    #[test]
    fn asking_changes_nothing() {
        let mut budget = Budget::new(0.5);
        (0..10).for_each(|_| budget.on_call(ms(0)));
        assert!(budget.tokens(ms(60_000)).abs() < 1e-9);
        assert!((budget.tokens(ms(9_000)) - 5.0).abs() < 1e-9);
        assert!(budget.try_spend(ms(9_000)));
    }

    #[test]
    fn under_steady_load_retries_are_the_share_of_calls() {
        let mut budget = Budget::new(0.1);
        let mut granted = 0;
        for call in 0..100_000 {
            budget.on_call(ms(call));
            granted += u32::from(budget.try_spend(ms(call)));
        }
        assert_eq!(granted, 10_000);
    }
}
