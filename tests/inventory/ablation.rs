use std::sync::Arc;

use sim_core::compile::compile;
use sim_core::experiment::{Factorial, Readings, ablation, replicate};
use sim_core::model::Model;
use sim_core::scenario::{NoFiles, parse};
use sim_tests::Story;

const REPLICATIONS: u32 = 5;
const RESPONSES: [&str; 3] =
    ["page.goodput@recs-slow", "account.goodput@recs-slow", "page.latency.p99@recs-slow"];

/// Timeout, bulkhead, breaker and fallback: sixteen rows, of which that of all four is the best.
#[test]
fn t57_all_four_layers_dominate_and_each_is_worth_something() {
    let (patterns, design) = ablated();
    assert_eq!(patterns, ["fallback", "breaker", "bulkhead", "timeout"]);
    let all = design.all();
    assert_eq!(all + 1, 16);
    let mean = |combination, response| design.mean(combination, response).map(|it| it.mean);
    for response in [0, 1] {
        let best = mean(all, response).expect("some are answered");
        for other in 0..all {
            let other = mean(other, response).expect("goodput is defined").to_owned();
            assert!(other <= 1.001 * best, "{}: {other} > {best}", RESPONSES[response]);
        }
    }
    let main = |factor, response| {
        let effect = design.main_effect(factor, response).expect("goodput is defined");
        (effect.mean, effect.half_width.expect("there are several replications"))
    };
    let worth = |factor: usize| {
        let worths = [0, 1].map(|response| main(factor, response));
        worths.iter().any(|(mean, half)| mean > half)
    };
    for (factor, pattern) in patterns.iter().enumerate() {
        assert!(worth(factor), "{pattern} is worth nothing");
    }
    // A fallback alone changes nothing, because nothing fails; without it no page is answered.
    assert_eq!(design.alone(0, 0).map(|it| it.mean), Some(0.0));
    assert!(design.last(0, 0).is_some_and(|it| it.mean > 39.0));
    // Of the answers that all four give, none waits longer than the timeout.
    let p99 = mean(all, 2).expect("some are answered");
    assert!((1.0..1.1).contains(&p99), "{p99}");
}

fn ablated() -> (Vec<&'static str>, Factorial) {
    let story = Story::open("checkout/four-layers.toml");
    let source = parse(story.text()).expect("it is TOML");
    let scenario = source.check(None, &NoFiles).expect("it is right");
    let patterns = ablation::patterns(&scenario, &[]);
    let model = |combination: usize| -> Arc<Model> {
        let gone = patterns.iter().enumerate().filter(|it| combination & (1 << it.0) == 0);
        let gone: Vec<_> = gone.map(|it| *it.1).collect();
        let mut source = source.clone();
        for set in ablation::without(&scenario, &[], &gone) {
            source.set(&set).expect("the path leads there");
        }
        Arc::new(compile(&source.check(None, &NoFiles).expect("it stays right")))
    };
    let models: Vec<_> = (0..1 << patterns.len()).map(model).collect();
    let gauges = RESPONSES.map(|it| source.gauge("--metric", it).expect("it is there"));
    let mut design = Factorial::new(patterns.len() as u32, gauges.len());
    for number in 0..REPLICATIONS {
        let round: Vec<_> = models
            .iter()
            .map(|model| {
                let run = replicate(model, scenario.seed, number, |_| true);
                Readings::new(model, &gauges).of(&run.expect("nobody says stop"))
            })
            .collect();
        design.push(&round);
    }
    (patterns, design)
}
