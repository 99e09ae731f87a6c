//! Sweeps against closed forms: the smallest pool that turns away few enough.

use std::thread;

use sim_core::analytic::sizing::smallest_pool;
use sim_core::experiment::{Aim, Feasibility, Fold, Grid, PointReport, Ranking, Sweep, replicate};
use sim_core::scenario::{NoFiles, parse};

/// A pool of slots, how it is used, and for how long it is looked at.
struct Pool {
    /// Calls a second.
    rate: u32,
    /// For how long each holds its slot on average, ms.
    hold: u32,
    /// How long a call waits for one at most, ms.
    max_wait: u32,
    /// Most calls that may be turned away, in %.
    target: f64,
    /// Simulated time of each replication, s.
    duration: u32,
}

impl Pool {
    /// The smallest pool by theory.
    fn slots(&self) -> u32 {
        let seconds = |millis: u32| f64::from(millis) / 1e3;
        let (rate, hold, wait) = (f64::from(self.rate), seconds(self.hold), seconds(self.max_wait));
        smallest_pool(rate, hold, wait, self.target / 100.0)
            .expect("the target is above zero")
            .slots
    }

    fn scenario(&self) -> String {
        let Self { rate, hold, max_wait, duration, .. } = self;
        format!(
            "format = 1\ntitle = \"a pool\"\nseed = 1\n\
             run = {{ warmup = \"5s\", duration = \"{duration}s\", replications = 10 }}\n\
             load.users = {{ to = \"app\", rate = \"{rate}/s\" }}\n\
             service.db = {{ workers = \"unlimited\", time = \"exp({hold}ms)\" }}\n\
             [service.app]\nworkers = \"unlimited\"\n\
             [[service.app.call]]\nto = \"db\"\npolicy = [\"bulkhead\"]\n\
             bulkhead = {{ slots = 1, max_wait = \"{max_wait}ms\" }}\n"
        )
    }

    /// The points with so many slots; the smallest that holds is that of theory.
    fn swept(&self, slots: &str) -> Vec<PointReport> {
        let source = parse(&self.scenario()).expect("it is TOML");
        let axis = source.axis(&format!("service.app.call.db.bulkhead.slots={slots}"));
        let grid = Grid::new(vec![axis.expect("it is there")]).expect("one axis");
        let bound = format!("db.pool.rejection_rate < {}%", self.target);
        let constraint = source.constraint(&bound).expect("it is right");
        let gauges = vec![constraint.gauge.clone()];
        let mut sweep = Sweep::new(source, grid, gauges, vec![constraint]);
        sweep.check_values(&NoFiles).expect("all are right");
        let objective = sweep.objective(Aim::Least, "slots").expect("an axis of numbers");
        let points = sweep.grid.points().expect("few");
        let mut ranking = Ranking::new(Some(objective), points as usize);
        let reports: Vec<_> = (0..points).map(|it| reported(&sweep, it)).collect();
        for report in &reports {
            ranking.push(&sweep.grid, report.clone());
        }
        let best = ranking.feasible().next().expect("some pool is large enough");
        let best = sweep.grid.values(best.point).next().expect("one axis").to_owned();
        assert_eq!(best, self.slots().to_string(), "{:?}", ranking.counts());
        reports
    }
}

/// All replications of a point, side by side.
fn reported(sweep: &Sweep, point: u64) -> PointReport {
    let point = sweep.point(point, &NoFiles).expect("it is right");
    let model = &*point.model;
    let mut fold = Fold::new(point.model.clone());
    thread::scope(|scope| {
        let one = |number| scope.spawn(move || replicate(model, 1, number, |_| true));
        let all: Vec<_> = (0..model.replications).map(one).collect();
        for one in all {
            fold.push(one.join().expect("it does not panic").expect("nobody says stop"));
        }
    });
    sweep.report(&point, fold)
}

#[test]
fn a_sweep_finds_the_smallest_pool() {
    // Erlang B of 5: 7.0 % with 8 slots, 3.7 % with 9; with a wait 8.4 % with 6, 3.7 % with 7.
    for (max_wait, want, slots) in [(0, 9, "4..12:1"), (50, 7, "4..12:1")] {
        let pool = Pool { rate: 50, hold: 100, max_wait, target: 5.0, duration: 200 };
        assert_eq!(pool.slots(), want);
        let reports = pool.swept(slots);
        let undecided = reports.iter().filter(|it| it.feasibility() == Feasibility::Undecided);
        assert_eq!(undecided.count(), 0, "the borders are far enough apart");
        let means: Vec<_> =
            reports.iter().map(|it| it.metrics[0].expect("it is measured").mean).collect();
        assert!(means.is_sorted_by(|a, b| a > b), "on common random numbers: {means:?}");
    }
}

/// The sizes of the lesson: 500/s for 200 ms each.
#[cfg(feature = "slow")]
#[test]
fn the_sizes_of_little_s_pool_are_those_of_theory() {
    // Next to a border the run is as long as that is close: 0.0968 % of 128 slots is under 0.1 %.
    let cases =
        [(50, 1.0, 105, 1_200), (50, 0.1, 112, 3_600), (0, 1.0, 117, 7_200), (0, 0.1, 128, 18_000)];
    for (max_wait, target, want, duration) in cases {
        let pool = Pool { rate: 500, hold: 200, max_wait, target, duration };
        assert_eq!(pool.slots(), want);
        let reports = pool.swept(&format!("{},{want}", want - 1));
        assert_eq!(reports[0].feasibility(), Feasibility::Infeasible, "{want} is the smallest");
    }
}
