//! Single numbers of replications, by what they are asked for.

use super::Replication;
use crate::availability::Years;
use crate::model::Model;
use crate::observe::recorder::Recorder;
use crate::report::measure;
use crate::scenario::Gauge;

/// Where some metrics stand among the numbers of a model's replications.
#[derive(Clone, Debug)]
pub struct Readings {
    /// Phase and place in it; none where the model has no such metric or phase.
    places: Vec<Option<(usize, usize)>>,
}

impl Readings {
    /// Where these stand in replications of this model.
    pub fn new(model: &Model, gauges: &[Gauge]) -> Self {
        let phases = &model.timeline.phases;
        let Some(always) = phases.last() else { return Self { places: vec![None; gauges.len()] } };
        let rows = measure(model, &Recorder::new(model), &Years::none(model), always);
        let place = |gauge: &Gauge| {
            let phase = phases.iter().position(|it| it.name == gauge.during)?;
            let row = rows.iter().position(|it| {
                it.name == gauge.metric.name && it.entity.name(model) == gauge.entity
            })?;
            Some((phase, row))
        };
        Self { places: gauges.iter().map(place).collect() }
    }

    /// Their values in a replication; NaN where one is not defined.
    pub fn of(&self, replication: &Replication) -> Vec<f64> {
        let value = |(phase, row): (usize, usize)| replication.phases[phase][row];
        self.places.iter().map(|it| it.map_or(f64::NAN, value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::experiment::replicate;
    use crate::scenario::{NoFiles, parse};

    #[test]
    fn a_reading_is_the_metric_in_its_phase() {
        let text = r#"
            format = 1
            title = "t"
            run = { duration = "20s" }
            load.users = { to = "app", rate = "1/s", arrivals = "constant" }
            service.app = { workers = 1, time = "100ms" }
            pool.idle = { slots = 1 }
            [[fault]]
            name = "slow"
            kind = "slow"
            on = "app"
            factor = 3
            at = "10s"
        "#;
        let source = parse(text).expect("it is TOML");
        let gauge = |it| source.gauge("--metric", it).expect(it);
        let asked = ["users.latency.max@before", "users.latency.max@slow", "users.goodput@after"];
        let model = compile(&source.check(None, &NoFiles).expect("it is right"));
        let readings = Readings::new(&model, &asked.map(gauge));
        let run = replicate(&model, 1, 0, |_| true).expect("nobody says stop");
        let values = readings.of(&run);
        assert_eq!(values[..2], [0.1, 0.3]);
        assert!(values[2].is_nan(), "there is no `after`");
    }
}
