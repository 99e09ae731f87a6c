//! What recurs at random adds up: a compound Poisson sum.
//!
//! If something strikes `n` times on average, at random and independently, and each time costs `X`,
//! all of it costs `n·E[X]` on average, with variance `n·E[X²]` (Ross, *Introduction to Probability
//! Models*, 12th ed., 2019, section 5.4.2).

/// What all of it costs, if it strikes `strikes` times on average and one costs `mean`.
pub fn total_mean(strikes: f64, mean: f64) -> f64 {
    strikes * mean
}

/// The standard deviation of that, if one also scatters by `deviation`.
pub fn total_deviation(strikes: f64, mean: f64, deviation: f64) -> f64 {
    (strikes * (mean * mean + deviation * deviation)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery::Case;
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
    fn five_times_in_ten_years_for_two_hours_each() {
        assert_eq!(total_mean(5.0, 2.0), 10.0);
        // Of a constant it is that of a Poisson number, the root of its mean.
        assert!((total_deviation(5.0, 1.0, 0.0) - 5.0_f64.sqrt()).abs() < 1e-12);
        assert!((total_deviation(5.0, 2.0, 2.0) - 40.0_f64.sqrt()).abs() < 1e-12);
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
