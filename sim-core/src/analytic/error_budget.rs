//! Error budgets: what an objective allows, how fast it is spent, and when an alert tells.
//!
//! An objective (SLO) is the share of good events, such as 0.999, over a window such as 30 days. Its
//! error budget is what is left to 1. Errors at a share `e` burn the budget `e/(1 − SLO)` times as
//! fast as would spend it in just the window. Times in any unit, the same for all of a formula.
//!
//! Source: Google, *The Site Reliability Workbook* (2018), chapter 5, "Alerting on SLOs".

/// What may fail of a `window`, if everything fails at once: `(1 − SLO)·window`.
pub fn budget(objective: f64, window: f64) -> f64 {
    (1.0 - objective) * window
}

/// How many times as fast as allowed a share of errors burns.
pub fn burn_rate(errors: f64, objective: f64) -> f64 {
    errors / (1.0 - objective)
}

/// The burn rate that spends a `share` of the budget of a `window` within a `stretch` of it.
pub fn burn_rate_to_spend(share: f64, window: f64, stretch: f64) -> f64 {
    share * window / stretch
}

/// How long the budget of a `window` lasts at a burn rate, > 0.
pub fn exhaustion(window: f64, burn_rate: f64) -> f64 {
    window / burn_rate
}

/// The share of the budget of a `window` that an incident spends: it fails an `impact` of all events
/// for `outage`. May be above 1.
pub fn spent(objective: f64, window: f64, outage: f64, impact: f64) -> f64 {
    impact * outage / budget(objective, window)
}

/// An alert on a burn rate, over a long window and a short one: both must burn that fast. The short
/// one lets it end soon after the errors do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurnAlert {
    /// It fires at this burn rate or more.
    pub burn_rate: f64,
    /// The long window, hours.
    pub long: f64,
    /// The short window, hours.
    pub short: f64,
    /// Whether somebody is called, or a ticket written.
    pub page: bool,
}

/// The alerts that the workbook recommends for a budget of 30 days: 2 % of it in an hour, 5 % in
/// six hours, 10 % in three days.
pub const WORKBOOK: [BurnAlert; 3] = [
    BurnAlert { burn_rate: 14.4, long: 1.0, short: 5.0 / 60.0, page: true },
    BurnAlert { burn_rate: 6.0, long: 6.0, short: 0.5, page: true },
    BurnAlert { burn_rate: 1.0, long: 72.0, short: 6.0, page: false },
];

impl BurnAlert {
    /// How long a constant share of `errors` that begins now goes on before it fires, hours; `None`
    /// if it never does.
    pub fn time_to_fire(&self, objective: f64, errors: f64) -> Option<f64> {
        let long = time_to_reach(self.long, self.burn_rate, objective, errors)?;
        let short = time_to_reach(self.short, self.burn_rate, objective, errors)?;
        Some(long.max(short))
    }

    /// How long after the errors end it goes on firing at most, hours: until the short window is
    /// below the burn rate, if the errors filled it.
    pub fn time_to_reset(&self, objective: f64, errors: f64) -> Option<f64> {
        let reached = time_to_reach(self.short, self.burn_rate, objective, errors)?;
        Some(self.short - reached)
    }
}

/// When the errors of a window that slides over their beginning are as many as the burn rate allows:
/// `window·burn·(1 − SLO)/e`; never, if that is more than the window.
pub fn time_to_reach(window: f64, burn_rate: f64, objective: f64, errors: f64) -> Option<f64> {
    let time = window * burn_rate * (1.0 - objective) / errors;
    // Not quite, so that errors at just the burn rate fire at the window's end.
    (time <= window * (1.0 + 1e-12)).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let page = WORKBOOK[0];
        let outage = page.time_to_fire(0.999, 1.0).unwrap();
        let short = time_to_reach(300.0, 14.4, 0.999, 1.0).unwrap();
        let rows = [
            ("rec-E1", budget(0.9999, 43_200.0), 4.32),
            ("rec-E2", burn_rate_to_spend(0.02, 720.0, 1.0), 14.4),
            ("rec-E3", burn_rate_to_spend(0.05, 720.0, 6.0), 6.0),
            ("rec-E4", burn_rate_to_spend(0.1, 720.0, 72.0), 1.0),
            ("rec-E5", 3_600.0 * outage, 51.84),
            ("its short window", short, 4.32),
            ("rec-E7", exhaustion(720.0, 14.4), 50.0),
            ("rec-E8", spent(0.9999, 43_800.0, 5.0, 1.0), 1.141_552_511),
            ("a canary", spent(0.9999, 43_800.0, 1.0, 0.05), 0.011_415_525_11),
            ("errors of 1 %", burn_rate(0.01, 0.999), 10.0),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn errors_below_the_burn_rate_never_fire() {
        let fires = |errors| WORKBOOK.map(|it| it.time_to_fire(0.999, errors).is_some());
        assert_eq!(fires(0.01), [false, true, true], "rec-E6: they burn at 10");
        assert_eq!(fires(0.0144), [true; 3], "just at the burn rate");
        assert_eq!(fires(0.000_9), [false; 3]);
        let reset = WORKBOOK[0].time_to_reset(0.999, 1.0).unwrap();
        assert_rows(&[("5 min less 4.32 s", 3_600.0 * reset, 295.68)], 1e-9);
    }

    #[test]
    fn the_workbooks_alerts_spend_what_they_say() {
        for (alert, share) in WORKBOOK.iter().zip([0.02, 0.05, 0.1]) {
            let burn = burn_rate_to_spend(share, 720.0, alert.long);
            assert_rows(&[("burn rate", alert.burn_rate, burn)], 1e-12);
        }
    }
}
