//! The library's broken variants are advised on, its mended ones are not.

use std::fs;
use std::path::Path;

use sim_core::scenario::{NoFiles, parse};

use super::*;

/// The rules by which a variant of a scenario is advised on.
fn rules(file: &str, variant: &str) -> Vec<&'static str> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(file);
    let text = fs::read_to_string(path).unwrap();
    let variant = (variant != "base").then_some(variant);
    let scenario = parse(&text).and_then(|it| it.check(variant, &NoFiles)).unwrap();
    advice(&scenario, &Flow::of(&scenario)).into_iter().map(|it| it.rule).collect()
}

#[test]
fn what_is_broken_is_told() {
    let cases = [
        ("retry-storm/layers.toml", "base", "retries-multiply"),
        ("breaker/slow-gateway.toml", "pool-of-200", "breaker-too-late"),
        ("checkout/four-layers.toml", "breaker", "breaker-sees-nothing"),
        ("pool-sizing/smallest-pool.toml", "little", "pool-too-small"),
        ("backpressure/bounded-queue.toml", "base", "unbounded-queue"),
        ("backpressure/bounded-queue.toml", "base", "too-few-workers"),
        ("deadline/chain.toml", "base", "callee-outlives-caller"),
        ("deadline/remaining.toml", "base", "timeout-past-deadline"),
        ("shedding/overload.toml", "base", "unbounded-queue"),
    ];
    for (file, variant, rule) in cases {
        let found = rules(file, variant);
        assert!(found.contains(&rule), "{file} {variant}: {found:?}");
    }
}

#[test]
fn what_is_mended_is_left_alone() {
    let cases = [
        ("retry-storm/layers.toml", "last-layer"),
        ("retry-storm/layers.toml", "budget"),
        ("checkout/checkout.toml", "base"),
        ("checkout/four-layers.toml", "base"),
        ("deadline/chain.toml", "deadline"),
        ("deadline/chain.toml", "nested"),
        ("pool-sizing/smallest-pool.toml", "base"),
        ("bulkhead/three-pools.toml", "base"),
    ];
    for (file, variant) in cases {
        assert_eq!(rules(file, variant), Vec::<&str>::new(), "{file} {variant}");
    }
}

fn of(policies: &str, slots: u32) -> Vec<&'static str> {
    let text = format!(
        "format = 1\ntitle = \"t\"\nrun = {{ duration = \"1m\" }}\n\
         load.users = {{ to = \"shop\", rate = \"100/s\" }}\n\
         [service.shop]\nworkers = \"unlimited\"\n[[service.shop.call]]\nto = \"stock\"\n\
         policy = {policies}\nbulkhead = {{ slots = {slots} }}\n\
         breaker = {{ open_at = \"50% of last 20\", open_for = \"5s\" }}\n\
         [service.stock]\nworkers = \"unlimited\"\ntime = \"exp(100ms)\"\n"
    );
    let scenario = parse(&text).and_then(|it| it.check(None, &NoFiles)).unwrap();
    advice(&scenario, &Flow::of(&scenario)).into_iter().map(|it| it.rule).collect()
}

/// Ten calls at a time on average: 12 slots turn away a tenth, 30 hardly any.
#[test]
fn rejections_trip_the_breaker_around_them_only() {
    assert_eq!(of("[\"breaker\", \"bulkhead\"]", 12), ["pool-trips-breaker"]);
    assert!(of("[\"bulkhead\", \"breaker\"]", 12).is_empty());
    assert!(of("[\"breaker\", \"bulkhead\"]", 30).is_empty());
}
