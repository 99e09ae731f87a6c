//! Rounds in which all sides run in turn in one thread, and CPU time is taken, so that whatever else
//! the machine does falls on all of them.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

const ROUNDS: u32 = 7;

/// One side: told the number of the round, it returns how many units of work it has done.
pub type Side<'a> = Box<dyn FnMut(u32) -> u64 + 'a>;

/// What one side took, by rounds.
#[derive(Clone, Debug)]
pub struct Took(Vec<f64>);

impl Took {
    /// The median of nanoseconds per unit.
    pub fn nanos(&self) -> f64 {
        median(self.0.clone())
    }

    /// The median of the rounds' ratios to another side.
    pub fn over(&self, other: &Self) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(mine, theirs)| mine / theirs).collect())
    }
}

/// Lets all sides run in each round.
pub fn in_turn<const N: usize>(mut sides: [Side<'_>; N]) -> [Took; N] {
    let mut took = [const { Took(Vec::new()) }; N];
    for round in 0..ROUNDS {
        for (side, took) in sides.iter_mut().zip(&mut took) {
            took.0.push(timed(|| side(round)));
        }
    }
    took
}

fn timed(run: impl FnOnce() -> u64) -> f64 {
    let start = ThreadTime::now();
    let units = black_box(run());
    let took: Duration = start.elapsed();
    took.as_secs_f64() * 1e9 / units as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How many rounds there are.
pub fn rounds() -> u32 {
    ROUNDS
}

/// Panics where what one side has worked out is further than `tolerance`, a share, from what the
/// other has.
pub fn assert_close(name: &str, what: &str, got: f64, want: f64, tolerance: f64) {
    let off = (got - want).abs() / want;
    assert!(off <= tolerance, "{name}: {what} is {got}, not {want} as on the other side");
}
