//! What a scenario says an architecture costs.

use crate::time::SimDuration;

/// The hours of a month: a twelfth of a year of 365 days.
const HOURS_PER_MONTH: f64 = 730.0;
const GIGABYTE: f64 = 1e9;

/// What an architecture takes, and what that costs, in whatever money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Instances that run all the time.
    pub instances: u32,
    /// The price of one for an hour.
    pub instance_hour: f64,
    /// Bytes that are kept, backups and copies among them.
    pub stored: u64,
    /// The price of 10⁹ bytes for a month.
    pub gb_month: f64,
    /// Bytes that are sent in a month, to other regions and archives.
    pub transfer: u64,
    /// The price of 10⁹ bytes sent.
    pub gb_transfer: f64,
    /// People's time in a month.
    pub people: SimDuration,
    /// The price of an hour of it.
    pub person_hour: f64,
}

impl Cost {
    /// What it costs in a month of 730 h, part by part: instances, storage, transfer, people.
    pub fn parts(&self) -> [(&'static str, f64); 4] {
        let hours = self.people.as_secs_f64() / 3_600.0;
        [
            ("instances", f64::from(self.instances) * self.instance_hour * HOURS_PER_MONTH),
            ("storage", self.stored as f64 / GIGABYTE * self.gb_month),
            ("transfer", self.transfer as f64 / GIGABYTE * self.gb_transfer),
            ("people", hours * self.person_hour),
        ]
    }

    /// What it costs in a month.
    pub fn month(&self) -> f64 {
        self.parts().iter().map(|it| it.1).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_730_hours() {
        let cost = Cost {
            instances: 2,
            instance_hour: 0.5,
            stored: 2_000_000_000_000,
            gb_month: 0.1,
            transfer: 500_000_000_000,
            gb_transfer: 0.02,
            people: SimDuration::from_secs(3 * 3_600),
            person_hour: 90.0,
        };
        assert_eq!(cost.parts().map(|it| it.1), [730.0, 200.0, 10.0, 270.0]);
        assert!((cost.month() - 1_210.0).abs() < 1e-9);
    }
}
