//! The best points of a sweep so far.
//!
//! Only so many of each kind are kept, however long the sweep is.

use super::{Feasibility, Grid, Objective, PointReport};

/// The best points so far; the first, where nothing says what is better.
#[derive(Clone, Debug)]
pub struct Ranking {
    objective: Option<Objective>,
    most: usize,
    feasible: Kept,
    undecided: Kept,
    infeasible: Kept,
}

/// Some of the points of a kind, in order.
#[derive(Clone, Debug, Default)]
struct Kept {
    points: Vec<(f64, PointReport)>,
    all: u64,
}

impl Kept {
    /// Equal ones stay in the order in which they came.
    fn push(&mut self, cost: f64, report: PointReport, most: usize) {
        self.all += 1;
        let place = self.points.partition_point(|it| it.0 <= cost);
        self.points.insert(place, (cost, report));
        self.points.truncate(most);
    }

    fn better_than(&self, cost: f64, sign: f64) -> impl Iterator<Item = &PointReport> {
        self.points.iter().filter(move |it| sign * it.0 < cost).map(|it| &it.1)
    }
}

impl Ranking {
    /// Keeps `most` points of each kind, ≥ 1.
    pub fn new(objective: Option<Objective>, most: usize) -> Self {
        let [feasible, undecided, infeasible] = [const { Kept { points: vec![], all: 0 } }; 3];
        Self { objective, most: most.max(1), feasible, undecided, infeasible }
    }

    /// Takes in the next point.
    pub fn push(&mut self, grid: &Grid, report: PointReport) {
        let cost = self.objective.as_ref().map(|it| it.cost(grid, &report));
        // What is not defined comes last.
        let cost = cost.map_or(0.0, |it| it.unwrap_or(f64::INFINITY));
        match report.feasibility() {
            Feasibility::Feasible => self.feasible.push(cost, report, self.most),
            Feasibility::Undecided => self.undecided.push(cost, report, self.most),
            // The dearest first: those just on the other side of what holds.
            Feasibility::Infeasible => self.infeasible.push(-cost, report, self.most),
        }
    }

    /// The best of those that hold all constraints, the best first.
    pub fn feasible(&self) -> impl ExactSizeIterator<Item = &PointReport> {
        self.feasible.points.iter().map(|it| &it.1)
    }

    /// Those of which that cannot be told and that would be better than the best that holds, were
    /// it so.
    pub fn undecided(&self) -> impl Iterator<Item = &PointReport> {
        self.undecided.better_than(self.least(), 1.0)
    }

    /// Those that would be better than the best, but break a constraint; the nearest first.
    pub fn infeasible(&self) -> impl Iterator<Item = &PointReport> {
        self.infeasible.better_than(self.least(), -1.0)
    }

    /// How many points hold all constraints, of how many that cannot be told, and how many break one.
    pub fn counts(&self) -> [u64; 3] {
        [self.feasible.all, self.undecided.all, self.infeasible.all]
    }

    /// The best of all; none where nothing holds, or nothing says what is better.
    pub fn best(&self) -> Option<&PointReport> {
        let first = self.feasible.points.first().filter(|it| it.0.is_finite())?;
        self.objective.as_ref().map(|_| &first.1)
    }

    /// The cost of the first that holds.
    fn least(&self) -> f64 {
        self.feasible.points.first().map_or(f64::INFINITY, |it| it.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Aim, Sweep};
    use super::*;
    use crate::metric::{Nature, Unit};
    use crate::report::{Outcome, Standing, Verdict};
    use crate::scenario::{Place, parse};
    use Outcome::{Fail, Inconclusive, Pass};

    fn verdict(outcome: Outcome) -> Verdict {
        Verdict {
            statement: String::new(),
            place: Place::default(),
            during: String::new(),
            because: None,
            steady: false,
            outcome,
            fails_here: false,
            standing: Standing::of(outcome, false),
            unit: Unit::Share,
            nature: Nature::Mean,
            observed: None,
            bound: None,
            holds_in: 0,
            moment: None,
            runs: None,
            of: 0,
            share: 1.0,
            needs: None,
            why: None,
        }
    }

    fn report(point: u64, outcomes: &[Outcome]) -> PointReport {
        PointReport {
            point,
            replications: 1,
            stopped: 0,
            metrics: vec![],
            constraints: outcomes.iter().map(|it| verdict(*it)).collect(),
            verdicts: vec![],
        }
    }

    /// Points of an axis 8, 7, … 1, ranked by its value.
    fn ranked(outcomes: &[&[Outcome]], most: usize) -> Ranking {
        let source = parse("[service.a]\n").expect("it is TOML");
        let axis = source.axis("service.a.workers=8,7,6,5,4,3,2,1").expect("it is there");
        let grid = Grid::new(vec![axis]).expect("one axis");
        let mut sweep = Sweep::new(source, grid, vec![], vec![]);
        let objective = sweep.objective(Aim::Least, "workers").expect("an axis");
        let mut ranking = Ranking::new(Some(objective), most);
        for (point, outcomes) in outcomes.iter().enumerate() {
            ranking.push(&sweep.grid, report(point as u64, outcomes));
        }
        ranking
    }

    fn points<'a>(reports: impl Iterator<Item = &'a PointReport>) -> Vec<u64> {
        reports.map(|it| it.point).collect()
    }

    #[test]
    fn the_best_come_first_and_what_may_be_better_is_told_apart() {
        let all: [&[Outcome]; 8] = [
            &[Pass],
            &[Inconclusive],
            &[Pass, Pass],
            &[Pass],
            &[Pass, Inconclusive],
            &[Fail, Pass],
            &[Fail],
            &[Fail],
        ];
        let ranking = ranked(&all, 2);
        assert_eq!(points(ranking.feasible()), [3, 2]);
        assert_eq!(points(ranking.best().into_iter()), [3]);
        assert_eq!(points(ranking.undecided()), [4], "the other one is dearer");
        assert_eq!(points(ranking.infeasible()), [5, 6], "the nearest first");
        assert_eq!(ranking.counts(), [3, 2, 3]);
    }

    #[test]
    fn without_an_objective_the_first_are_kept() {
        let mut ranking = Ranking::new(None, 2);
        let grid = Grid::new(vec![]).expect("no axes");
        (0..5).for_each(|it| ranking.push(&grid, report(it, &[])));
        assert_eq!(points(ranking.feasible()), [0, 1]);
        assert_eq!(ranking.best(), None);
    }

    #[test]
    fn what_is_not_defined_is_never_the_best() {
        let source = parse("load.users.rate = \"1/s\"\n").expect("it is TOML");
        let mut sweep = Sweep::new(source, Grid::new(vec![]).expect("no axes"), vec![], vec![]);
        let objective = sweep.objective(Aim::Most, "users.latency.p99").expect("a metric");
        let mut ranking = Ranking::new(Some(objective), 2);
        ranking.push(&sweep.grid, PointReport { metrics: vec![None], ..report(0, &[]) });
        assert_eq!((points(ranking.feasible()), ranking.best()), (vec![0], None));
    }

    #[test]
    fn where_nothing_holds_all_the_rest_is_told() {
        let ranking = ranked(&[&[Fail], &[Inconclusive], &[Fail, Inconclusive]], 9);
        assert_eq!(points(ranking.feasible()), [0; 0]);
        assert_eq!(
            (points(ranking.undecided()), points(ranking.infeasible())),
            (vec![1], vec![0, 2])
        );
    }
}
