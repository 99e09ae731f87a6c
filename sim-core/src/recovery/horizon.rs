//! A disaster again and again: how often it strikes in a stretch of years, and what that comes to.
//!
//! Disasters strike whether or not the last one is over, and what is down twice is down for both: so
//! the time that is lost in a stretch is a compound process, and for a Poisson process its mean is
//! the rate times the mean of one, exactly (`analytic::recurrence`).

use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimDuration;

use super::Case;

/// What the disasters of one stretch come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// How many there were.
    pub strikes: u64,
    /// The time until all was back, of all of them; none where one never was.
    pub downtime: Option<SimDuration>,
    /// The time whose writes are gone, of all of them; none where one never came back.
    pub loss: Option<SimDuration>,
}

impl Case {
    /// Stretch `run`; none where the disaster does not recur.
    ///
    /// It begins now: the first disaster strikes when the first gap is over.
    pub fn stretch(&self, root: u64, run: u32) -> Option<Stretch> {
        let every = self.disaster.every.as_ref()?;
        let seed = Seed { root, replication: run };
        let mut stream = Stream::new(seed, Purpose::Recurrence, &self.disaster.name);
        let zero = Some(SimDuration::ZERO);
        let mut all = Stretch { strikes: 0, downtime: zero, loss: zero };
        let mut left = self.disaster.over;
        loop {
            let gap = every.sample(&mut stream);
            if gap > left {
                return Some(all);
            }
            left = left.saturating_sub(gap);
            // Each is a run of its own, as if of another scenario seed.
            let outcome = self.strike(stream.bits(), run);
            all.strikes += 1;
            all.downtime = sum(all.downtime, outcome.rto);
            all.loss = sum(all.loss, outcome.rpo);
        }
    }
}

fn sum(a: Option<SimDuration>, b: Option<SimDuration>) -> Option<SimDuration> {
    let (a, b) = (a?.as_nanos(), b?.as_nanos());
    Some(SimDuration::from_nanos(a.saturating_add(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::recurrence::{total_deviation, total_mean};
    use crate::scenario::{NoFiles, parse};
    use crate::statistics::Moments;

    /// Lost every other year at random, and restored from a nightly snapshot in 1,000 s.
    const ORDERS: &str = "format = 1\ntitle = \"t\"\n\
        [store.orders]\nsize = \"100GB\"\nrestore = { rate = \"100MB/s\" }\n\
        backup = [{ kind = \"snapshot\", every = \"24h\", keep = \"7d\" }]\n\
        [[disaster]]\nname = \"lost\"\nstore = \"orders\"\nlose = [\"primary\"]\n";

    fn case(more: &str) -> Case {
        let source = parse(&format!("{ORDERS}{more}\n")).expect("it is TOML");
        let checked = source.check(None, &NoFiles).unwrap_or_else(|it| panic!("{it:#?}"));
        Case::all(&checked).swap_remove(0)
    }

    #[test]
    fn what_strikes_at_random_adds_up_to_a_compound_poisson_sum() {
        let case = case("every = \"exp(2y)\"\nover = \"10y\"");
        let (mut strikes, mut downtime, mut loss) =
            (Moments::new(), Moments::new(), Moments::new());
        for run in 0..20_000 {
            let all = case.stretch(7, run).expect("it recurs");
            strikes.push(all.strikes as f64);
            downtime.push(all.downtime.expect("it comes back").as_secs_f64());
            loss.push(all.loss.expect("it comes back").as_secs_f64());
        }
        // A day of loss is uniform: its deviation is that of one in twelve.
        let day = 86_400.0;
        let cases = [
            (&strikes, 1.0, 0.0),
            (&downtime, 1_000.0, 0.0),
            (&loss, 0.5 * day, day / 12.0_f64.sqrt()),
        ];
        for (seen, mean, deviation) in cases {
            let want = total_mean(5.0, mean);
            let spread = total_deviation(5.0, mean, deviation);
            let (got, error) = (seen.mean().unwrap(), seen.std_error().unwrap());
            assert!((got - want).abs() < 4.0 * error, "{got} instead of {want} ± {error}");
            let scatter = error * 20_000.0_f64.sqrt();
            assert!((scatter / spread - 1.0).abs() < 0.03, "{scatter} instead of {spread}");
        }
    }

    #[test]
    fn what_does_not_recur_has_no_stretches() {
        assert_eq!(case("").stretch(7, 0), None);
        let yearly = case("every = \"365d\"\nover = \"1095d\"").stretch(7, 0);
        assert_eq!(yearly.map(|it| it.strikes), Some(3), "the last at the very end");
    }
}
