//! Runs of disasters side by side, put together in order.
//!
//! Threads share chunks of runs; a few chunks at a time are put together in the order of their
//! numbers, so that memory stays the same and any number of threads gives the same bytes.

use rayon::ThreadPool;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use sim_core::recovery::{Case, Tally};

use crate::simulate::Watch;

/// What the runs of each disaster come to; nothing if the watch said to stop.
pub(crate) fn strike(
    cases: &[Case],
    seed: u64,
    threads: &ThreadPool,
    watch: &impl Watch,
) -> Option<Vec<Tally>> {
    let at_once = 4 * threads.current_num_threads() as u32;
    let one = |case: &Case| {
        let mut tally = Tally::new(case);
        let mut next = 0;
        while next < case.chunks() {
            let last = (next + at_once).min(case.chunks());
            let chunks: Vec<Tally> = threads
                .install(|| (next..last).into_par_iter().map(|it| case.chunk(seed, it)).collect());
            for chunk in chunks {
                tally.merge(chunk);
            }
            next = last;
            if !watch.more(0.0) {
                return None;
            }
        }
        Some(tally)
    };
    cases.iter().map(one).collect()
}
