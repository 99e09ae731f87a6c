//! How much of the log is safe: segments are closed when they are full or their time is over, and
//! go out one after the other.

use super::{Archive, Kept, Moment};
use crate::distribution::Distribution;
use crate::rng::{Purpose, Seed, Stream};
use crate::time::{SimDuration, SimTime};

/// Segments before the loss whose uploads are drawn: a line of uploads that is longer is taken
/// to have begun empty there.
const LOOKED_AT: u64 = 64;

/// From the end of the last segment that is safe to the loss.
///
/// Segments do not keep to the clock, so where the loss falls between two of them is uniform.
pub(super) fn safe_until(
    kept: &Kept<'_>,
    archive: &Archive,
    loss: &Moment,
    name: &str,
    seed: Seed,
) -> Option<SimDuration> {
    let period = archive.period(loss.wal(kept))?;
    let mut stream = Stream::new(seed, Purpose::Archive, name);
    let since_last = period.mul_f64(stream.unit());
    if let Distribution::Constant(upload) = &archive.upload {
        // In time, as the check has seen to: each is gone before the next comes.
        let late = upload.span().saturating_sub(since_last).as_nanos();
        let behind = late.div_ceil(period.as_nanos().max(1));
        return Some(since_last + period.saturating_mul(behind));
    }
    // From the oldest on; the uploader is free when the one before has gone.
    let oldest = since_last + period.saturating_mul(LOOKED_AT - 1);
    let end = SimTime::ZERO + oldest;
    let (mut free, mut safe) = (SimTime::ZERO, None);
    for number in 0..LOOKED_AT {
        let closed = SimTime::ZERO + period.saturating_mul(number);
        free = free.max(closed) + archive.upload.sample(&mut stream);
        if free <= end {
            safe = Some(end.since(closed));
        }
    }
    safe
}
