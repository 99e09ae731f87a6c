//! What is kept of a system's years: constant in size, however many there are.

use crate::analytic::availability::{HOURS_PER_30_DAYS, HOURS_PER_MONTH, HOURS_PER_YEAR};
use crate::time::{SimDuration, SimTime};

const HOUR: f64 = 3_600.0;
/// A twelfth of a year of 365 days.
const MONTH: SimDuration = SimDuration::from_secs(730 * 3_600);
/// 365 days.
const YEAR: SimDuration = SimDuration::from_secs(8_760 * 3_600);

/// The downtime and the outages of a system.
///
/// Downtime is weighted by traffic: an hour in which a tenth of it is lost are six minutes. An outage
/// lasts as long as any of it is lost.
#[derive(Clone, Debug)]
pub struct Record {
    /// The share that is lost now, and since when.
    lost: f64,
    since: SimTime,
    down: f64,
    outages: u64,
    /// When the present outage began.
    began: SimTime,
    out: f64,
    longest: SimDuration,
    first: Option<SimTime>,
    objective: Option<f64>,
    months: Stretches,
    years: Stretches,
}

impl Record {
    /// In order, from time zero on.
    pub fn new(objective: Option<f64>) -> Self {
        Self {
            lost: 0.0,
            since: SimTime::ZERO,
            down: 0.0,
            outages: 0,
            began: SimTime::ZERO,
            out: 0.0,
            longest: SimDuration::ZERO,
            first: None,
            objective,
            months: Stretches::new(MONTH, objective),
            years: Stretches::new(YEAR, objective),
        }
    }

    /// From `at` on, this share of the traffic is lost.
    pub(super) fn set(&mut self, at: SimTime, lost: f64) {
        if lost == self.lost {
            return;
        }
        self.go_to(at);
        if self.lost == 0.0 {
            self.outages += 1;
            self.began = at;
            self.first = self.first.or(Some(at));
        } else if lost == 0.0 {
            self.over(at);
        }
        self.lost = lost;
    }

    /// All is over at `at`; an outage that is not is cut short.
    pub(super) fn end(&mut self, at: SimTime) {
        self.go_to(at);
        if self.lost > 0.0 {
            self.over(at);
        }
    }

    fn over(&mut self, at: SimTime) {
        let outage = at.since(self.began);
        self.out += outage.as_secs_f64();
        self.longest = self.longest.max(outage);
    }

    fn go_to(&mut self, at: SimTime) {
        self.down += self.lost * at.since(self.since).as_secs_f64();
        self.months.go_to(at, self.lost);
        self.years.go_to(at, self.lost);
        self.since = at;
    }

    /// All metrics in the order of [`crate::metric`]; NaN where one is not defined.
    pub fn metrics(&self) -> [(&'static str, f64); 11] {
        let seconds = self.since.as_secs_f64();
        let share = self.down / seconds;
        let outages = self.outages as f64;
        let within = |hours: f64| share * hours * HOUR;
        let burn = self.objective.map_or(f64::NAN, |it| share / (1.0 - it));
        [
            ("availability", 1.0 - share),
            ("downtime.year", within(HOURS_PER_YEAR)),
            ("downtime.month", within(HOURS_PER_MONTH)),
            ("downtime.30d", within(HOURS_PER_30_DAYS)),
            ("outages.year", outages * HOURS_PER_YEAR * HOUR / seconds),
            ("outage.mean", self.out / outages),
            ("outage.longest", self.longest.as_secs_f64()),
            ("outage.first", self.first.map_or(f64::NAN, SimTime::as_secs_f64)),
            ("slo.burn", burn),
            ("slo.months", self.months.share_kept()),
            ("slo.years", self.years.share_kept()),
        ]
    }
}

/// Stretches of equal length, of which each keeps what was promised or does not.
#[derive(Clone, Debug)]
pub struct Stretches {
    length: SimDuration,
    /// Downtime that each may have, s; none where nothing was promised.
    budget: Option<f64>,
    now: SimTime,
    /// The end of the present one.
    ends: SimTime,
    /// Downtime in it so far, s.
    spent: f64,
    whole: u64,
    kept: u64,
}

impl Stretches {
    fn new(length: SimDuration, objective: Option<f64>) -> Self {
        Self {
            length,
            budget: objective.map(|it| (1.0 - it) * length.as_secs_f64()),
            now: SimTime::ZERO,
            ends: SimTime::ZERO + length,
            spent: 0.0,
            whole: 0,
            kept: 0,
        }
    }

    /// Until `at` this share was lost.
    fn go_to(&mut self, at: SimTime, lost: f64) {
        let Some(budget) = self.budget else { return };
        while self.ends <= at {
            self.spent += lost * self.ends.since(self.now).as_secs_f64();
            self.whole += 1;
            self.kept += u64::from(self.spent <= budget);
            self.spent = 0.0;
            self.now = self.ends;
            self.ends += self.length;
        }
        self.spent += lost * at.since(self.now).as_secs_f64();
        self.now = at;
    }

    /// Of the whole ones; NaN where there is none, or nothing was promised.
    fn share_kept(&self) -> f64 {
        self.kept as f64 / self.whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_secs(3_600 * hours)
    }

    fn metric(record: &Record, name: &str) -> f64 {
        record.metrics().into_iter().find(|it| it.0 == name).expect("a metric").1
    }

    #[test]
    fn downtime_is_weighted_and_an_outage_is_not() {
        let mut record = Record::new(Some(0.999));
        record.set(at(100), 0.5);
        record.set(at(102), 1.0);
        record.set(at(103), 0.0);
        record.set(at(5_000), 0.1);
        record.set(at(5_001), 0.0);
        record.end(at(8_760));
        let close = |name, want: f64| {
            let got = metric(&record, name);
            assert!((got - want).abs() <= 1e-9 * want, "{name}: {got}, not {want}");
        };
        close("downtime.year", 2.1 * 3_600.0);
        close("availability", 1.0 - 2.1 / 8_760.0);
        close("outages.year", 2.0);
        close("outage.mean", 2.0 * 3_600.0);
        close("outage.longest", 3.0 * 3_600.0);
        close("outage.first", 100.0 * 3_600.0);
        close("slo.burn", 2.1 / 8.76);
        // 2 h of the first month are too many, six minutes of another are not.
        close("slo.months", 11.0 / 12.0);
        close("slo.years", 1.0);
    }

    #[test]
    fn an_outage_goes_on_over_the_end_of_a_month() {
        let mut record = Record::new(Some(0.999));
        record.set(at(729), 1.0);
        record.set(at(2 * 730 + 1), 0.0);
        record.end(at(4 * 730));
        assert!(metric(&record, "slo.months") == 0.25);
        assert!(metric(&record, "slo.years").is_nan(), "no year was whole");
    }

    #[test]
    fn what_was_never_out_has_no_first_outage() {
        let mut record = Record::new(None);
        record.end(at(8_760));
        for name in ["outage.mean", "outage.first", "slo.burn", "slo.months", "slo.years"] {
            assert!(metric(&record, name).is_nan(), "{name}");
        }
        assert!(metric(&record, "availability") == 1.0);
    }

    #[test]
    fn the_names_are_those_of_the_catalogue() {
        let names: Vec<_> = Record::new(None).metrics().iter().map(|it| it.0).collect();
        let known: Vec<_> =
            crate::metric::of(crate::metric::EntityKind::System).map(|it| it.name).collect();
        assert_eq!(names, known);
    }
}
