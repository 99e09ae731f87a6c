//! Fewer values for a long run: neighbouring windows become one.

/// How neighbouring windows become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// By their mean: of rates and levels.
    Mean,
    /// By the highest: of what must not be hidden.
    Highest,
}

/// How many neighbours become one, so that no more than `most` are left.
pub fn factor(count: usize, most: usize) -> usize {
    count.div_ceil(most.max(1)).max(1)
}

/// One value for each `factor` neighbours; none (NaN) where none of them has one.
pub fn thin(values: &[f64], factor: usize, fold: Fold) -> Vec<f64> {
    values.chunks(factor).map(|it| one(it, fold)).collect()
}

fn one(values: &[f64], fold: Fold) -> f64 {
    let all = values.iter().copied().filter(|it| it.is_finite());
    match fold {
        Fold::Highest => all.fold(f64::NAN, f64::max),
        Fold::Mean => {
            let (sum, count) = all.fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
            sum / count
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_keep_the_area_and_gaps_stay_gaps() {
        let values = [1.0, 3.0, f64::NAN, 5.0, f64::NAN, f64::NAN];
        assert_eq!(thin(&values, 2, Fold::Mean)[..2], [2.0, 5.0]);
        assert_eq!(thin(&values, 2, Fold::Highest)[..2], [3.0, 5.0]);
        assert!(thin(&values, 2, Fold::Mean)[2].is_nan());
        assert_eq!((factor(480, 240), factor(481, 240), factor(0, 240)), (2, 3, 1));
    }
}
