//! A scenario at every point of a grid.
//!
//! All points share the root of their random numbers, so that what differs between two of them is
//! what was varied. Points are checked and compiled one by one, when they are needed; who runs them
//! is the shell's business.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Fold, Grid, PointReport};
use crate::compile::compile;
use crate::model::Model;
use crate::scenario::{BASE, Checked, Constraint, Files, Gauge, Refused, Source};

/// Faults of values told at most; nobody mends more in one go.
const FAULTS_MAX: usize = 100;

/// A scenario and the grid over which it is varied.
#[derive(Clone, Debug)]
pub struct Sweep {
    source: Source,
    /// The combinations.
    pub grid: Grid,
    /// What is measured at each point.
    pub gauges: Vec<Gauge>,
    /// What must hold at a point that is of use.
    pub constraints: Vec<Constraint>,
}

/// One combination, ready to run.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its number in the grid.
    pub number: u64,
    /// The variant that it is a combination of.
    pub variant: String,
    /// The scenario with its values; the constraints are the last of what is expected.
    pub model: Arc<Model>,
}

impl Sweep {
    /// A scenario over a grid of its own axes.
    pub fn new(
        source: Source,
        grid: Grid,
        gauges: Vec<Gauge>,
        constraints: Vec<Constraint>,
    ) -> Self {
        Self { source, grid, gauges, constraints }
    }

    /// Checks every value of every axis, with the first values of the others.
    ///
    /// # Errors
    ///
    /// What is wrong with any of these points, each fault once, up to so many as can be read.
    pub fn check_values(&self, files: &dyn Files) -> Result<(), Refused> {
        let axes = self.grid.axes().iter().enumerate();
        let points = axes.flat_map(|(index, axis)| {
            let mut digits = vec![0; self.grid.axes().len()];
            (0..axis.values().len()).map(move |it| {
                digits[index] = it;
                digits.clone()
            })
        });
        let points: BTreeSet<u64> = points.map(|it| self.grid.point(&it)).collect();
        let mut refused = Refused::default();
        for point in points {
            if let Err(more) = self.check(point, files) {
                refused.merge(&more);
            }
            if refused.diagnostics.len() >= FAULTS_MAX {
                break;
            }
        }
        if refused.diagnostics.is_empty() { Ok(()) } else { Err(refused) }
    }

    /// Checks a point; its replications, as the scenario asks for them.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn check(&self, point: u64, files: &dyn Files) -> Result<u32, Refused> {
        self.checked(point, files).map(|it| it.1.run.replications)
    }

    /// A point, ready to run.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn point(&self, number: u64, files: &dyn Files) -> Result<Point, Refused> {
        let (variant, checked) = self.checked(number, files)?;
        let mut model = compile(&checked);
        model.expects.extend(self.constraints.iter().map(|it| it.expect.clone()));
        Ok(Point { number, variant, model: Arc::new(model) })
    }

    /// The scenario at the first point.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn first(&self, files: &dyn Files) -> Result<Checked, Refused> {
        self.checked(0, files).map(|it| it.1)
    }

    /// What became of a point.
    pub fn report(&self, point: &Point, fold: Fold) -> PointReport {
        let mut report = fold.finish(&point.variant);
        let own = report.verdicts.len() - self.constraints.len();
        let constraints = report.verdicts.split_off(own);
        let metric = |it: &Gauge| report.metric(&it.during, &it.address()).copied();
        PointReport {
            point: point.number,
            replications: report.replications,
            stopped: report.stopped.len(),
            metrics: self.gauges.iter().map(metric).collect(),
            constraints,
            verdicts: report.verdicts,
        }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    fn checked(&self, point: u64, files: &dyn Files) -> Result<(String, Checked), Refused> {
        let mut source = self.source.clone();
        let mut variant = BASE.to_owned();
        let mut faults = Vec::new();
        for (axis, digit) in self.grid.axes().iter().zip(self.grid.digits(point)) {
            if axis.is_of_variants() {
                variant.clone_from(&axis.values()[digit]);
            } else {
                let put = source.put("--vary", &axis.assignment(digit));
                faults.extend(put.err().into_iter().flatten());
            }
        }
        let checked = source.check((variant != BASE).then_some(&*variant), files);
        match checked {
            Ok(checked) if faults.is_empty() => Ok((variant, checked)),
            Ok(_) => Err(Refused { diagnostics: faults, sources: source.sources().to_vec() }),
            Err(more) => {
                faults.extend(more);
                Err(Refused { diagnostics: faults, sources: source.sources().to_vec() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{NoFiles, parse};

    const SHOP: &str = r#"
        format = 1
        title = "a shop"
        run = { duration = "1m", replications = 3 }
        load.users = { to = "shop", rate = "50/s" }
        service.shop = { workers = 8, time = "exp(20ms)" }
        [variant.small]
        "service.shop.workers" = 2
    "#;

    fn sweep(axes: &[&str]) -> Sweep {
        let source = parse(SHOP).expect("it is TOML").named("shop.toml");
        let axes = axes.iter().map(|it| source.axis(it).expect("it is there")).collect();
        let constraint = source.constraint("users.error_rate < 1%").expect("it is right");
        let gauge = source.gauge("--metric", "users.goodput").expect("it is there");
        Sweep::new(source, Grid::new(axes).expect("all differ"), vec![gauge], vec![constraint])
    }

    #[test]
    fn a_point_has_its_values_in_its_variant() {
        let sweep = sweep(&["variant=base,small", "load.users.rate=50/s,60/s"]);
        let workers = |number| {
            let point = sweep.point(number, &NoFiles).expect("it is right");
            let service = point.model.services.iter().next().expect("there is one");
            (point.variant, service.workers, point.model.expects.len())
        };
        assert_eq!(workers(1), ("base".to_owned(), 8, 1));
        assert_eq!(workers(2), ("small".to_owned(), 2, 1));
        assert_eq!(sweep.check(3, &NoFiles), Ok(3));
    }

    #[test]
    fn what_is_varied_holds_over_the_variant() {
        let sweep = sweep(&["variant=small", "service.shop.workers=4"]);
        let point = sweep.point(0, &NoFiles).expect("it is right");
        assert_eq!(point.model.services.iter().next().map(|it| it.workers), Some(4));
    }

    #[test]
    fn every_bad_value_is_told_once() {
        let sweep = sweep(&["service.shop.workers=0,4,many", "load.users.rate=50,60/s,60"]);
        let refused = sweep.check_values(&NoFiles).expect_err("four are bad");
        let texts: Vec<_> = refused
            .diagnostics
            .iter()
            .map(|it| refused.sources[it.source.index()].text[it.span.clone()].to_owned())
            .collect();
        assert_eq!(texts, ["0", "50", "60", "many"], "{refused:?}");
        assert!(refused.sources.iter().all(|it| it.name == "--vary"));
    }
}
