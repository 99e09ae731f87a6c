//! What the report says of how sure it is: precision, two kinds of runs, batches, warm-up, and theory
//! beside the simulation.

use sim_core::report::{Estimate, TheoryReport, VariantReport};
use sim_tests::{Story, base, estimate, report};

/// An M/M/1 queue of 10 ms at this load.
fn queue(run: &str, rate: &str, rest: &str) -> String {
    format!(
        "format = 1\ntitle = \"a queue\"\nrun = {{ {run} }}\n\
         [load.users]\nto = \"app\"\nrate = \"{rate}\"\n\
         [service.app]\nworkers = 1\nqueue = {{ slots = \"unlimited\" }}\ntime = \"exp(10ms)\"\n{rest}"
    )
}

const FAST: &str = "[[expect]]\nthat = \"users.latency.mean < 100ms\"\n";

#[test]
fn replications_are_added_until_the_mean_is_known_to_two_percent() {
    let run = "warmup = \"10s\", duration = \"60s\", precision = \"2%\"";
    let report = base(&queue(run, "70/s", FAST));
    let precision = report.precision.as_ref().expect("one was wanted");
    let widest = precision.widest.as_ref().expect("one is expected");
    assert!(
        precision.reached && report.replications > 10,
        "{}: {precision:?}",
        report.replications
    );
    assert_eq!((&*widest.of, &*widest.during), ("users.latency.mean < 100ms", "always"));
    // M/M/1 at 0.7: 33.33 ms.
    let response = estimate(&report, "always", "users.latency.mean");
    let half = response.half_width.expect("there are many");
    assert!(half <= 0.02 / 1.02 * response.mean, "{response:?}");
    assert!((response.mean - 0.1 / 3.0).abs() < 2.0 * half, "{response:?}");
}

#[test]
fn a_maximum_ends_it_and_says_so() {
    let run = "duration = \"20s\", precision = \"0.1%\", max_replications = 14";
    let report = base(&queue(run, "70/s", FAST));
    let precision = report.precision.as_ref().expect("one was wanted");
    assert!(!precision.reached && report.replications == 14, "{precision:?}");
}

#[test]
fn next_to_nothing_is_known_well_enough_and_counts_wait_for_nothing() {
    // One request in two thousand fails, which is far from 5 %.
    let run = "duration = \"60s\", precision = \"1%\"";
    let error = "errors = \"0.05%\"\n";
    let expected = "[[expect]]\nthat = \"users.error_rate < 5%\"\n\
                    [[expect]]\nthat = \"users.latency.max < 60s\"\n";
    let report = base(&queue(run, "50/s", &format!("{error}{expected}")));
    assert!(report.replications == 10, "{:?}", report.precision);
}

#[test]
fn each_variant_goes_on_for_itself() {
    let run = "warmup = \"5s\", duration = \"30s\", precision = \"5%\"";
    let calm = "[variant.calm]\n\"load.users.rate\" = \"10/s\"\n";
    let report = report(&queue(run, "80/s", &format!("{FAST}{calm}")));
    let runs: Vec<_> = report.variants.iter().map(|it| it.replications).collect();
    assert!(runs[1] <= 22 && runs[0] > 2 * runs[1], "{runs:?}");
}

/// What theory says of a metric.
fn theory<'a>(report: &'a VariantReport, entity: &str, metric: &str) -> Option<&'a TheoryReport> {
    report.theory.iter().find(|it| it.entity == entity && it.metric == metric)
}

#[test]
fn theory_stands_beside_the_pools_of_the_lesson() {
    let shorter = ["fault.slow.at=30s", "fault.slow.for=20s", "run.duration=51s"];
    let story = Story::open("pool-sizing/little-is-a-mean.toml").with(&shorter);
    let report = story.run();
    let rejected = |variant: &str| {
        let report = report.variant(variant).expect("it is there");
        theory(report, "app -> recommendations.pool", "rejection_rate")
    };
    let cases = [
        ("base", 0.026_171_186_35),
        ("slots-110", 0.001_800_457_734),
        ("no-wait", 0.075_700_452_71),
        ("no-wait-constant-times", 0.075_700_452_71),
    ];
    for (variant, want) in cases {
        let theory = rejected(variant).expect("it has a closed form");
        assert!((theory.value - want).abs() < 1e-9 && theory.doubt.is_none(), "{theory:?}");
        let Estimate { mean, half_width, .. } = theory.simulated;
        // The start and the end of half a minute bias it a little.
        assert!((mean - want).abs() < 2.0 * half_width.expect("there are ten"), "{theory:?}");
        assert_eq!(theory.during, "before");
    }
    assert!(rejected("clockwork").is_none(), "arrivals like clockwork are not Poisson");
    let base = report.variant("base").expect("it is there");
    let db = theory(base, "app -> db.pool", "in_flight.mean").expect("it has one, nearly");
    assert!(db.doubt.is_some(), "its calls come after others");
}

#[test]
fn one_long_run_has_intervals_of_batches() {
    let run = "warmup = \"30s\", duration = \"30m\", replications = 1";
    let report = base(&queue(run, "70/s", ""));
    for (metric, theory) in [
        ("users.latency.mean", 0.1 / 3.0),
        ("users.offered", 70.0),
        ("app.queue.mean", 0.7 * 0.7 / 0.3),
    ] {
        let it = estimate(&report, "always", metric);
        let half = it.half_width.unwrap_or_else(|| panic!("{metric} has an interval: {it:?}"));
        assert!(it.batches == Some(20) || it.batches == Some(10), "{metric}: {it:?}");
        assert!((it.mean - theory).abs() < 2.0 * half, "{metric}: {it:?}, not {theory}");
        assert!(half < 0.1 * it.mean, "{metric}: {it:?} is worth something");
    }
    let quantile = estimate(&report, "always", "users.latency.p99");
    assert_eq!(quantile.half_width, None, "windows do not keep it");
}

#[test]
fn what_breaks_has_no_batches() {
    let run = "duration = \"10m\", replications = 1";
    let fault = "[[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"app\"\nfactor = 1.2\n\
                 at = \"5m\"\nfor = \"4m\"\n";
    let report = base(&queue(run, "50/s", fault));
    assert!(estimate(&report, "before", "users.goodput").batches.is_some());
    assert_eq!(estimate(&report, "slow", "users.goodput").batches, None);
    assert_eq!(estimate(&report, "always", "users.goodput").batches, None);
}

#[test]
fn a_warm_up_that_is_too_short_is_noticed_and_a_long_one_is_not() {
    // Answers that take half a minute are rare in the first half minute.
    let slow = |warmup: &str| {
        let text = format!(
            "format = 1\ntitle = \"slow\"\n\
             run = {{ warmup = \"{warmup}\", duration = \"20m\", replications = 5 }}\n\
             load.users = {{ to = \"app\", rate = \"40/s\" }}\n\
             service.app = {{ workers = \"unlimited\", time = \"exp(30s)\" }}\n"
        );
        base(&text).unsettled
    };
    let [found] = &slow("0s")[..] else { panic!("it starts empty") };
    assert!(found.early < 0.9 * found.settled, "{found:?}");
    assert!((60.0..=300.0).contains(&found.warmup) && found.until == found.warmup, "{found:?}");
    assert!((found.settled - 30.0).abs() < 1.0, "{found:?}");
    assert_eq!(slow("5m"), [], "five minutes are ten times as long");
}

#[test]
fn near_the_tipping_point_runs_are_of_two_kinds() {
    // A third of a second more or less decides whether the queue is longer than the patience.
    let shorter = ["fault.outage.for=1.6s", "fault.no-work.for=1.6s", "run.duration=100s"];
    let story = Story::open("retry-storm/refuse.toml").with(&shorter);
    let report = story.with(&["run.replications=16"]).run_one("base");
    let goodput = estimate(&report, "after", "clients.goodput");
    let [stuck, well] = goodput.modes.expect("some stay stuck");
    assert_eq!(stuck.n + well.n, 16);
    assert!(stuck.mean < 200.0 && (well.mean - 1000.0).abs() < 20.0, "{stuck:?}, {well:?}");
    assert!(stuck.share_low < stuck.share && stuck.share < stuck.share_high, "{stuck:?}");
    assert_eq!(estimate(&report, "before", "clients.goodput").modes, None, "all were well before");
}
