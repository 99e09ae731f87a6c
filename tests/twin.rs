//! Whole scenarios give the same report on the wheel and on its slow twin, the heap.

use sim_core::engine::agenda::heap::Heap;
use sim_core::experiment::{Plan, replicate_on};
use sim_core::report::Report;
use sim_tests::Story;

/// The first replication of each variant, on the heap.
fn on_the_heap(plan: &Plan) -> Report {
    let variants = plan.variants.iter().enumerate().map(|(index, (name, model))| {
        let mut fold = plan.fold(index);
        let run = replicate_on::<Heap>(model, plan.seed, 0, &mut |_| true);
        fold.push(run.expect("nobody says stop"));
        fold.finish(name)
    });
    plan.report(variants.collect())
}

/// The same as it is run.
fn on_the_wheel(plan: &Plan) -> Report {
    let variants = plan.variants.iter().enumerate().map(|(index, (name, _))| {
        let mut fold = plan.fold(index);
        fold.push(plan.replicate(index, 0, |_| true).expect("nobody says stop"));
        fold.finish(name)
    });
    plan.report(variants.collect())
}

fn assert_twins(story: &str) {
    let plan = Story::open(story).whole_plan();
    let (wheel, heap) = (on_the_wheel(&plan), on_the_heap(&plan));
    assert_eq!(wheel.hash(), heap.hash(), "{story}");
}

/// Timeouts, breakers, bulkheads and fallbacks; an instance that runs out of memory; a queue that
/// holds its callers; recorded arrivals in the same second.
#[test]
fn a_few_stories_are_the_same() {
    let stories = [
        "checkout/checkout.toml",
        "triage/unbounded-queue.toml",
        "backpressure/window.toml",
        "real-traffic/web-site.toml",
    ];
    stories.into_iter().for_each(assert_twins);
}

#[cfg(feature = "slow")]
#[test]
fn all_stories_are_the_same() {
    use rayon::prelude::*;

    sim_tests::stories().par_iter().for_each(|it| assert_twins(it));
}
