//! What an interval promises: 95 % of them hold the true value.
//!
//! An M/M/1 queue at a utilisation of 0.8, whose mean response time is known, through the whole
//! way from text to report, under 400 seeds. Each seed has ten replications of 9,000 mean service
//! times, a hundred times what the queue needs to forget, so that their means are nearly normal;
//! what begins with an empty queue is left out, and requests at the end have time to end.

use rayon::prelude::*;
use sim_core::analytic::mmc::Mmc;
use sim_core::report::Estimate;
use sim_tests::{base, estimate};

const SEEDS: u32 = 400;

/// Mean service times are of 100 ms. The fault without effect ends the phase that is looked at.
fn text(seed: u32) -> String {
    format!(
        "format = 1\ntitle = \"M/M/1 at 80 %\"\nseed = {seed}\n\
         run = {{ warmup = \"60s\", duration = \"930s\", replications = 10 }}\n\
         [load.users]\nto = \"server\"\nrate = \"8/s\"\n\
         [service.server]\nworkers = 1\ntime = \"exp(100ms)\"\n\
         [[fault]]\nname = \"rest\"\nkind = \"surge\"\non = \"users\"\nfactor = 1\nat = \"900s\"\n"
    )
}

/// The share of the intervals that hold `value` when they are `scale` times as wide.
fn coverage(estimates: &[Estimate], value: f64, scale: f64) -> f64 {
    let holds = |it: &&Estimate| {
        let half_width = it.half_width.expect("there are ten replications");
        (it.mean - value).abs() <= scale * half_width
    };
    estimates.iter().filter(holds).count() as f64 / estimates.len() as f64
}

#[test]
fn an_interval_of_95_per_cent_holds_the_mean_in_95_per_cent_of_all_seeds() {
    let mean = Mmc::new(8.0, 0.1, 1).expect("a load below 1").mean_sojourn();
    let run = |seed| *estimate(&base(&text(seed)), "before", "server.latency.mean");
    let estimates: Vec<Estimate> = (0..SEEDS).into_par_iter().map(run).collect();
    let widths: f64 = estimates.iter().filter_map(|it| it.half_width).sum();
    let [all, narrow, wide] = [1.0, 0.75, 1.5].map(|it| coverage(&estimates, mean, it));
    println!(
        "{} of {SEEDS} intervals hold {mean} s; they are ± {:.4} s on average; of intervals three \
         quarters as wide {:.1} %, half as wide again {:.1} %",
        f64::from(SEEDS) * all,
        widths / f64::from(SEEDS),
        100.0 * narrow,
        100.0 * wide,
    );
    assert!((0.925..=0.975).contains(&all), "{all}");
    assert!(narrow < 0.925 && wide > 0.975, "another width would be told: {narrow} and {wide}");
}
