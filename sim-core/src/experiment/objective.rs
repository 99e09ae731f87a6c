//! What makes one point of a sweep better than another.

use super::{Grid, PointReport, Sweep};
use crate::scenario::{Axis, Code, Diagnostic, Refused, SourceId, SourceText};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Less is.
    Least,
    /// More is.
    Most,
}

impl Aim {
    /// What it is called in diagnostics.
    const fn argument(self) -> &'static str {
        match self {
            Self::Least => "--minimize",
            Self::Most => "--maximize",
        }
    }
}

/// What is to be as small, or as large, as it can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    aim: Aim,
    of: Of,
}

#[derive(Clone, Debug, PartialEq)]
enum Of {
    /// A value that is varied: the axis, and how large each of its values is.
    Axis(usize, Vec<f64>),
    /// A metric, by gauge.
    Gauge(usize),
}

impl Objective {
    /// How good a point is, less being better; none where that is not defined.
    pub fn cost(&self, grid: &Grid, report: &PointReport) -> Option<f64> {
        let value = match &self.of {
            Of::Axis(axis, sizes) => sizes[grid.digits(report.point)[*axis]],
            Of::Gauge(gauge) => report.metrics[*gauge]?.mean,
        };
        Some(match self.aim {
            Aim::Least => value,
            Aim::Most => -value,
        })
    }
}

impl Sweep {
    /// Reads an objective: an axis by its path or the end of it, such as `slots`, or else a metric,
    /// which is measured from then on.
    ///
    /// # Errors
    ///
    /// If there is no such axis or metric, more than one axis ends so, or its values have no order.
    pub fn objective(&mut self, aim: Aim, text: &str) -> Result<Objective, Refused> {
        let found = self.axes_named(text.trim());
        let of = match found[..] {
            [] => Of::Gauge(self.gauge(aim.argument(), text)?),
            [axis] => Of::Axis(axis, self.sizes(axis, aim, text)?),
            [one, other, ..] => {
                let [one, other] = [one, other].map(|it| self.grid.axes()[it].path());
                let message = format!("this may be `{one}` or `{other}`");
                return Err(refused(aim, text, message, "write more of the path"));
            }
        };
        Ok(Objective { aim, of })
    }

    /// The axes of which `text` is the path or the end of it.
    fn axes_named(&self, text: &str) -> Vec<usize> {
        let paths = || self.grid.axes().iter().map(Axis::path).enumerate();
        let whole = paths().find(|it| it.1 == text);
        let ends = |path: &str| path.strip_suffix(text).is_some_and(|it| it.ends_with('.'));
        match whole {
            Some((index, _)) => vec![index],
            None => paths().filter(|it| ends(it.1)).map(|it| it.0).collect(),
        }
    }

    fn sizes(&self, axis: usize, aim: Aim, text: &str) -> Result<Vec<f64>, Refused> {
        let axis = &self.grid.axes()[axis];
        axis.sizes().ok_or_else(|| {
            let message = format!("the values of `{}` have no order", axis.path());
            refused(aim, text, message, "an axis of numbers or quantities of one kind has one")
        })
    }

    /// The index of the gauge.
    fn gauge(&mut self, argument: &str, text: &str) -> Result<usize, Refused> {
        let gauge = self.source().gauge(argument, text)?;
        let known = self.gauges.iter().position(|it| *it == gauge);
        Ok(known.unwrap_or_else(|| {
            self.gauges.push(gauge);
            self.gauges.len() - 1
        }))
    }
}

fn refused(aim: Aim, text: &str, message: String, help: &str) -> Refused {
    let fault = Diagnostic {
        code: Code::UnknownName,
        source: SourceId::FILE,
        span: 0..text.len(),
        message,
        help: Some(help.to_owned()),
    };
    let source = SourceText { name: aim.argument().to_owned(), text: text.to_owned() };
    Refused { diagnostics: vec![fault], sources: vec![source] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;

    fn sweep(axes: &[&str]) -> Sweep {
        let text = "load.users.rate = \"1/s\"\n[service.a]\n[service.b]\n";
        let source = parse(text).expect("it is TOML");
        let axes = axes.iter().map(|it| source.axis(it).expect("it is there")).collect();
        Sweep::new(source, Grid::new(axes).expect("all differ"), vec![], vec![])
    }

    fn report(point: u64, mean: f64) -> PointReport {
        let estimate = crate::report::Estimate::of(&[mean].into_iter().collect());
        PointReport {
            point,
            replications: 1,
            stopped: 0,
            metrics: vec![estimate],
            constraints: vec![],
            verdicts: vec![],
        }
    }

    #[test]
    fn axes_go_by_the_end_of_their_path() {
        let mut sweep = sweep(&["service.a.workers=8,2", "service.b.time=1s,20ms"]);
        let costs = |sweep: &mut Sweep, aim, text: &str| {
            let objective = sweep.objective(aim, text).expect(text);
            [0, 1, 2].map(|it| objective.cost(&sweep.grid, &report(it, 7.0)).expect("defined"))
        };
        assert_eq!(costs(&mut sweep, Aim::Least, "workers"), [8.0, 8.0, 2.0]);
        assert_eq!(costs(&mut sweep, Aim::Most, "service.b.time"), [-1e9, -2e7, -1e9]);
        assert_eq!(costs(&mut sweep, Aim::Least, "users.goodput"), [7.0; 3]);
        assert_eq!(sweep.gauges.len(), 1, "what is optimised is measured");
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let mut sweep = sweep(&["service.a.workers=8,2", "service.b.workers=none,2"]);
        let mut told = |text: &str| {
            sweep.objective(Aim::Least, text).expect_err(text).diagnostics.swap_remove(0).message
        };
        assert!(told("workers").contains("this may be `service.a.workers` or"));
        assert!(told("b.workers").contains("have no order"));
        assert!(told("users.godput").contains("no metric"));
        assert!(told("orkers").contains("unknown name"));
    }
}
