//! A mixture: each draw comes from one of several laws, such as cache hits and misses.

use std::fmt;

use super::error::{LawError, not_negative, percent};
use super::{Distribution, Law};
use crate::rng::Stream;
use crate::time::SimDuration;

/// A mixture of laws with shares that sum to 1.
///
/// A draw takes one number to choose the law, then what that law takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    parts: Box<[Part]>,
}

#[derive(Clone, Debug, PartialEq)]
struct Part {
    /// The sum of the shares up to and with this one; above 1 for the last.
    up_to: f64,
    share: f64,
    law: Distribution,
}

impl Mixture {
    /// The mixture of `(share, law)`, in this order; laws with share 0 are left out.
    ///
    /// # Errors
    /// When there are no laws, a share is negative or not finite, or the shares do not sum to 1
    /// within 1e-9.
    pub fn new(parts: Vec<(f64, Distribution)>) -> Result<Self, LawError> {
        if parts.is_empty() {
            return Err(LawError::Empty("law"));
        }
        let mut up_to = 0.0;
        let mut kept = Vec::with_capacity(parts.len());
        for (share, law) in parts {
            up_to += not_negative("a share", share)?;
            if share > 0.0 {
                kept.push(Part { up_to, share, law });
            }
        }
        match kept.last_mut() {
            Some(last) if (up_to - 1.0).abs() <= 1e-9 => last.up_to = f64::INFINITY,
            _ => return Err(LawError::Shares(up_to)),
        }
        Ok(Self { parts: kept.into() })
    }

    /// The laws with their shares, all positive.
    pub fn parts(&self) -> impl Iterator<Item = (f64, &Distribution)> {
        self.parts.iter().map(|part| (part.share, &part.law))
    }
}

impl Law for Mixture {
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        let unit = stream.unit();
        let chosen = self.parts.iter().find(|part| unit < part.up_to);
        chosen.expect("the last part takes all that is left").law.sample(stream)
    }

    fn mean_secs(&self) -> f64 {
        self.parts().map(|(share, law)| share * law.mean_secs()).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean_secs();
        if mean.is_infinite() {
            return f64::INFINITY;
        }
        let about_the_mean = |(share, law): (f64, &Distribution)| {
            let apart = law.mean_secs() - mean;
            share * (law.variance() + apart * apart)
        };
        self.parts().map(about_the_mean).sum()
    }

    fn longest(&self) -> SimDuration {
        self.parts().map(|it| it.1.longest()).max().expect("it has parts")
    }
}

impl fmt::Display for Mixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mix(")?;
        for (i, (share, law)) in self.parts().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}%: {law}", percent(share))?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Exponential;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Exp};

    fn exponential(millis: u64) -> Distribution {
        Exponential::new(SimDuration::from_millis(millis)).unwrap().into()
    }

    #[test]
    fn draws_follow_the_law() {
        let (hit, miss) = (Exp::new(500.0).unwrap(), Exp::new(12.5).unwrap());
        let law = Mixture::new(vec![(0.7, exponential(2)), (0.3, exponential(80))]).unwrap();
        assert_law(law, |x| 0.7 * hit.cdf(x) + 0.3 * miss.cdf(x));
    }

    #[test]
    fn shares_are_of_one_whole() {
        let mix = |shares: &[f64]| {
            Mixture::new(shares.iter().map(|&share| (share, exponential(1))).collect())
        };
        #[rustfmt::skip]
        let cases: [(&[f64], &str); 5] = [
            (&[], "there must be at least one law"),
            (&[0.5, 0.4], "the shares must add up to 100 %, not to 90 %"),
            (&[0.0], "the shares must add up to 100 %, not to 0 %"),
            (&[1.5, -0.5], "a share must be a number of at least zero, not -0.5"),
            (&[f64::NAN], "a share must be a number of at least zero, not NaN"),
        ];
        for (shares, want) in cases {
            assert_eq!(mix(shares).unwrap_err().to_string(), want);
        }
        assert!(mix(&[0.1; 10]).is_ok());
        assert_eq!(mix(&[0.0, 1.0, 0.0]).unwrap().parts().count(), 1);
    }
}
