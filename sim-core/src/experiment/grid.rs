//! All combinations of the values of several axes, by number.
//!
//! A point's number is read as digits, one an axis, the last turning fastest: so it means the same
//! wherever the grid is, and nothing that is as long as the grid is ever kept.

use crate::scenario::{Axis, Refused};

/// The combinations of several axes' values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<Axis>,
}

impl Grid {
    /// All combinations of the axes' values.
    ///
    /// # Errors
    ///
    /// If two axes vary the same.
    pub fn new(axes: Vec<Axis>) -> Result<Self, Refused> {
        for (index, axis) in axes.iter().enumerate() {
            if axes[..index].iter().any(|it| it.path() == axis.path()) {
                return Err(axis.repeated());
            }
        }
        Ok(Self { axes })
    }

    /// The axes, as they were given.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many points there are; none if that is more than 2⁶⁴.
    pub fn points(&self) -> Option<u64> {
        self.axes.iter().try_fold(1_u64, |points, it| points.checked_mul(it.values().len() as u64))
    }

    /// The point's value on each axis, by index; `point` is below the number of points.
    pub fn digits(&self, point: u64) -> Vec<usize> {
        let mut rest = point;
        let mut digits = vec![0; self.axes.len()];
        for (digit, axis) in digits.iter_mut().zip(&self.axes).rev() {
            let values = axis.values().len() as u64;
            *digit = (rest % values) as usize;
            rest /= values;
        }
        digits
    }

    /// The number of the point with these values, by index.
    pub fn point(&self, digits: &[usize]) -> u64 {
        let digits = self.axes.iter().zip(digits);
        digits.fold(0, |point, (axis, digit)| point * axis.values().len() as u64 + *digit as u64)
    }

    /// The point's value on each axis, as it was written.
    pub fn values(&self, point: u64) -> impl Iterator<Item = &str> {
        let values = self.axes.iter().zip(self.digits(point));
        values.map(|(axis, digit)| axis.values()[digit].as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;
    use proptest::prelude::*;

    fn grid(axes: &[&str]) -> Result<Grid, Refused> {
        let source = parse("run = { duration = \"1m\" }\n[service.a]\n[service.b]\n[service.c]\n");
        let source = source.expect("it is TOML");
        Grid::new(axes.iter().map(|it| source.axis(it).expect("it is there")).collect())
    }

    #[test]
    fn the_last_axis_turns_fastest() {
        let grid = grid(&["service.a.workers=1,2", "service.b.workers=1..3:1"]).expect("two");
        let points: Vec<String> = (0..grid.points().expect("few"))
            .map(|it| grid.values(it).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(points, ["1 1", "1 2", "1 3", "2 1", "2 2", "2 3"]);
        assert_eq!(self::grid(&[]).expect("none").points(), Some(1));
    }

    #[test]
    fn no_two_axes_vary_the_same() {
        let twice = ["service.a.workers=1,2", "service.a.workers=3,4"];
        let refused = grid(&twice).expect_err("twice the same");
        assert_eq!(refused.diagnostics[0].span, 0..17);
        assert_eq!(refused.sources[0].text, twice[1]);
    }

    #[test]
    fn more_points_than_numbers_are_none() {
        let of = |name: &str| format!("service.{name}.workers=1..1000000:1");
        let axes = ["a", "b", "c"].map(of);
        let grid = grid(&axes.each_ref().map(String::as_str)).expect("three");
        assert_eq!(grid.points(), Some(1_000_000_000_000_000_000));
        let more = Grid { axes: [grid.axes.clone(), grid.axes].concat() };
        assert_eq!(more.points(), None);
    }

    proptest! {
        #[test]
        fn numbers_and_digits_say_the_same(sizes in prop::collection::vec(1_usize..6, 3), point in 0_u64..1_000) {
            let axes: Vec<_> = ["a", "b", "c"].iter().zip(&sizes)
                .map(|(name, size)| format!("service.{name}.workers=1..{size}:1")).collect();
            let grid = grid(&axes.iter().map(String::as_str).collect::<Vec<_>>()).expect("three");
            let point = point % grid.points().expect("few");
            let digits = grid.digits(point);
            prop_assert!(digits.iter().zip(&sizes).all(|(digit, size)| digit < size));
            prop_assert_eq!(grid.point(&digits), point);
        }
    }
}
