/// A quantile of a stream of numbers, estimated as they come, in constant memory.
///
/// Five markers follow the minimum, the quantile, the points half-way to it, and the maximum; each
/// moves by a parabola through its neighbours. With five numbers or fewer it is exact.
///
/// Source: Jain and Chlamtac, "The P² Algorithm for Dynamic Calculation of Quantiles and Histograms
/// Without Storing Observations", CACM 28(10), 1985.
#[derive(Clone, Debug)]
pub struct RunningQuantile {
    q: f64,
    n: u64,
    heights: [f64; 5],
    /// Ranks of the markers, from 1.
    ranks: [f64; 5],
}

impl RunningQuantile {
    /// Of no numbers yet; `q` is in `(0, 1)`.
    pub fn new(q: f64) -> Self {
        debug_assert!(0.0 < q && q < 1.0);
        Self { q, n: 0, heights: [0.0; 5], ranks: [1.0, 2.0, 3.0, 4.0, 5.0] }
    }

    /// How many numbers there are.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The estimate; none of no numbers.
    pub fn value(&self) -> Option<f64> {
        match self.n {
            0 => None,
            1..5 => {
                let rank = (self.q * self.n as f64).ceil() as usize;
                Some(self.heights[rank.clamp(1, self.n as usize) - 1])
            }
            _ => Some(self.heights[2]),
        }
    }

    /// Adds a finite number.
    pub fn push(&mut self, value: f64) {
        self.n += 1;
        if self.n <= 5 {
            let n = self.n as usize;
            self.heights[n - 1] = value;
            self.heights[..n].sort_by(f64::total_cmp);
            return;
        }
        let cell = self.cell(value);
        self.ranks[cell + 1..].iter_mut().for_each(|it| *it += 1.0);
        for marker in 1..4 {
            self.adjust(marker);
        }
    }

    /// Between which markers a number falls; the outer ones move with it.
    fn cell(&mut self, value: f64) -> usize {
        if value < self.heights[0] {
            self.heights[0] = value;
            return 0;
        }
        if value >= self.heights[4] {
            self.heights[4] = value;
            return 3;
        }
        (1..4).find(|it| value < self.heights[*it]).unwrap_or(4) - 1
    }

    fn adjust(&mut self, marker: usize) {
        let shares = [0.0, self.q / 2.0, self.q, f64::midpoint(1.0, self.q), 1.0];
        let wanted = 1.0 + (self.n - 1) as f64 * shares[marker];
        let [left, rank, right] = [marker - 1, marker, marker + 1].map(|it| self.ranks[it]);
        let off = wanted - rank;
        let step = if off >= 1.0 && right - rank > 1.0 {
            1.0
        } else if off <= -1.0 && left - rank < -1.0 {
            -1.0
        } else {
            return;
        };
        let parabola = self.parabola(marker, step);
        let between = self.heights[marker - 1] < parabola && parabola < self.heights[marker + 1];
        self.heights[marker] = if between { parabola } else { self.line(marker, step) };
        self.ranks[marker] += step;
    }

    fn parabola(&self, at: usize, step: f64) -> f64 {
        let [left, rank, right] = [at - 1, at, at + 1].map(|it| self.ranks[it]);
        let [low, height, high] = [at - 1, at, at + 1].map(|it| self.heights[it]);
        let up = (rank - left + step) * (high - height) / (right - rank);
        let down = (right - rank - step) * (height - low) / (rank - left);
        height + step / (right - left) * (up + down)
    }

    fn line(&self, at: usize, step: f64) -> f64 {
        let to = if step > 0.0 { at + 1 } else { at - 1 };
        let slope = (self.heights[to] - self.heights[at]) / (self.ranks[to] - self.ranks[at]);
        self.heights[at] + step * slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the paper: the median of twenty numbers.
    #[test]
    fn the_example_of_the_paper() {
        let numbers = [
            0.02, 0.15, 0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92, 34.60, 10.28, 1.47,
            0.40, 0.05, 11.39, 0.27, 0.42, 0.09, 11.37,
        ];
        let mut median = RunningQuantile::new(0.5);
        for number in numbers {
            median.push(number);
        }
        let got = median.value().expect("there are numbers");
        assert!((got - 4.44).abs() < 0.005, "{got}");
    }

    #[test]
    fn few_numbers_are_exact() {
        let mut median = RunningQuantile::new(0.5);
        assert_eq!(median.value(), None);
        for (number, want) in [(5.0, 5.0), (1.0, 1.0), (3.0, 3.0), (4.0, 3.0), (2.0, 3.0)] {
            median.push(number);
            assert_eq!(median.value(), Some(want));
        }
    }
}
