use sim_tests::{Story, stories};

/// What takes long, and how it is cut short.
const SHORTER: [(&str, &str); 3] = [
    ("retry-storm/hang", "run.duration=70s"),
    ("retry-storm/refuse", "run.duration=70s"),
    ("retry-storm/tipping-point", "run.duration=70s"),
];

#[test]
fn every_variant_of_every_file_runs() {
    for path in stories() {
        let story = Story::open(&path);
        if story.whole_plan().variants.iter().all(|it| it.1.loads.is_empty()) {
            continue; // Nobody asks there: systems and disasters have counts of their own.
        }
        let story = story.with(&["run.replications=1"]);
        let shorter = SHORTER.iter().filter(|it| path.starts_with(it.0)).map(|it| it.1);
        let report = story.with(&shorter.collect::<Vec<_>>()).run();
        for variant in &report.variants {
            assert!(variant.requests > 100, "{path}, {}: too little to see", variant.name);
            assert!(variant.stopped.is_empty(), "{path}, {}: {:?}", variant.name, variant.stopped);
        }
    }
}
