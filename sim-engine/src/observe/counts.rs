//! What is counted of each class, operation, call, service and pool in one segment, and how segments
//! add up; and in one window.

use super::Outcome;
use crate::policy::failure::Reason;
use crate::statistics::{Histogram, Placed};

/// Number of failures by reason.
pub type Failures = [u64; Reason::ALL.len()];

/// What is counted of one entity over a stretch of time.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "each is made once and read at once")]
pub enum Counts {
    /// A load, a class or an operation.
    Flow(Flow),
    /// A service: the flow through its operations, and its instances.
    Service(Flow, ServiceCounts),
    /// A call.
    Call(CallCounts),
    /// A pool.
    Pool(PoolCounts),
}

/// Requests or attempts as their askers see them, by the segment in which they started.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// Sent.
    pub offered: u64,
    /// Answered in full.
    pub full: u64,
    /// Answered with the help of a fallback.
    pub degraded: u64,
    /// Failed, by reason.
    pub failed: Failures,
    /// Answered within the asker's deadline.
    pub good: u64,
    /// Nanoseconds from sending to answer, of all answers.
    pub latency: Histogram,
    /// Effects.
    pub effects: Effects,
}

/// Effects of an operation, by the segment in which their requests started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Effects {
    /// Executed, repetitions included.
    pub executed: u64,
    /// Executed for something for which they had been executed before.
    pub repeated: u64,
    /// Not executed again, because their key was known.
    pub recognised: u64,
    /// Executed for requests that failed.
    pub of_failed: u64,
}

/// Calls by the segment in which they started, their attempts by their own.
#[derive(Clone, Debug, Default)]
pub struct CallCounts {
    /// Calls with their outcomes.
    pub flow: Flow,
    /// Attempts sent.
    pub attempts: u64,
    /// Attempts that were answered.
    pub attempts_answered: u64,
    /// Attempts that failed, by reason.
    pub attempts_failed: Failures,
    /// Calls that the fallback answered.
    pub fell_back: u64,
    /// Ages of the copies that its fallback served, ns.
    pub copies: Histogram,
    /// How often its fallback had no copy, or one that was too old.
    pub copies_missed: u64,
    /// How often a breaker opened.
    pub opened: u64,
    /// Open breakers × nanoseconds.
    pub open: u128,
}

/// What a service's instances did, by segment.
#[derive(Clone, Debug, Default)]
pub struct ServiceCounts {
    /// Busy workers × ns.
    pub busy: u128,
    /// Jobs in queues × ns, and the most at one time.
    pub queue: u128,
    /// The most jobs in queues at one time.
    pub queue_max: u32,
    /// Jobs at instances × ns.
    pub in_flight: u128,
    /// The most jobs at one time.
    pub in_flight_max: u32,
    /// Jobs that a worker took.
    pub taken: u64,
    /// Jobs that waited for a worker and got one.
    pub waited: u64,
    /// Their waiting together, ns.
    pub waiting: u128,
    /// Instances that died.
    pub crashes: u64,
    /// Acknowledged writes that were lost with a primary.
    pub lost_writes: u64,
    /// Work done, ns, by the segment in which its job started.
    pub work: u128,
    /// Work done for nobody, ns.
    pub wasted: u128,
}

/// What a pool's slots did, by segment; what became of a caller, by the segment in which it asked.
#[derive(Clone, Debug, Default)]
pub struct PoolCounts {
    /// Slots in use × ns.
    pub in_use: u128,
    /// The most slots in use at one time.
    pub in_use_max: u32,
    /// Time without a free slot, ns: all in use, or held from use.
    pub full: u128,
    /// Calls in line × ns.
    pub line: u128,
    /// The most calls in line at one time.
    pub line_max: u32,
    /// Calls that came.
    pub asked: u64,
    /// Calls that had to wait, whatever came of it.
    pub waited: u64,
    /// Calls turned away.
    pub rejected: u64,
    /// Calls taken back while they waited.
    pub cancelled: u64,
    /// Wait of the calls that got a slot, ns, zero included.
    pub wait: Histogram,
    /// Wait of the calls turned away together, ns.
    pub wait_of_rejected: u128,
}

impl Flow {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "with the outcome known where it is called, little is left"
    )]
    pub(super) fn ended(&mut self, nanos: Placed, outcome: Outcome, good: bool) {
        match outcome {
            Outcome::Full => self.full += 1,
            Outcome::Degraded => self.degraded += 1,
            Outcome::Failed(reason) => {
                self.failed[reason as usize] += 1;
                return;
            }
        }
        self.good += u64::from(good);
        self.latency.record_placed(nanos);
    }

    /// Adds these counts, which start afresh; their histogram keeps its memory.
    pub(super) fn take(&mut self, fresh: &mut Self) {
        self.add(fresh);
        let Self { offered, full, degraded, failed, good, latency, effects } = fresh;
        (*offered, *full, *degraded, *good) = (0, 0, 0, 0);
        (*failed, *effects) = Default::default();
        latency.clear();
    }

    /// Adds another segment's or class's counts.
    pub fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.full += other.full;
        self.degraded += other.degraded;
        self.good += other.good;
        add(&mut self.failed, &other.failed);
        self.latency.merge(&other.latency);
        self.effects.executed += other.effects.executed;
        self.effects.repeated += other.effects.repeated;
        self.effects.recognised += other.effects.recognised;
        self.effects.of_failed += other.effects.of_failed;
    }

    /// Answers, full or degraded.
    pub fn answered(&self) -> u64 {
        self.full + self.degraded
    }

    /// Failures of all reasons.
    pub fn failed_in_all(&self) -> u64 {
        self.failed.iter().sum()
    }

    /// Those that ended.
    pub fn ended_in_all(&self) -> u64 {
        self.answered() + self.failed_in_all()
    }
}

impl CallCounts {
    /// Adds these counts, which start afresh.
    pub(super) fn take(&mut self, fresh: &mut Self) {
        self.flow.take(&mut fresh.flow);
        self.add(fresh);
        let Self {
            flow: _,
            attempts,
            attempts_answered,
            attempts_failed,
            fell_back,
            copies,
            copies_missed,
            opened,
            open,
        } = fresh;
        (*attempts, *attempts_answered, *attempts_failed) = (0, 0, Failures::default());
        (*fell_back, *copies_missed, *opened, *open) = (0, 0, 0, 0);
        copies.clear();
    }

    /// Adds another segment's counts.
    pub fn add(&mut self, other: &Self) {
        self.flow.add(&other.flow);
        self.attempts += other.attempts;
        self.attempts_answered += other.attempts_answered;
        add(&mut self.attempts_failed, &other.attempts_failed);
        self.fell_back += other.fell_back;
        self.copies.merge(&other.copies);
        self.copies_missed += other.copies_missed;
        self.opened += other.opened;
        self.open += other.open;
    }
}

impl ServiceCounts {
    /// Adds another segment's counts.
    pub fn add(&mut self, other: &Self) {
        self.busy += other.busy;
        self.queue += other.queue;
        self.queue_max = self.queue_max.max(other.queue_max);
        self.in_flight += other.in_flight;
        self.in_flight_max = self.in_flight_max.max(other.in_flight_max);
        self.taken += other.taken;
        self.waited += other.waited;
        self.waiting += other.waiting;
        self.crashes += other.crashes;
        self.lost_writes += other.lost_writes;
        self.work += other.work;
        self.wasted += other.wasted;
    }
}

impl PoolCounts {
    /// Adds these counts, which start afresh; their histogram keeps its memory.
    pub(super) fn take(&mut self, fresh: &mut Self) {
        self.add(fresh);
        let Self {
            in_use,
            in_use_max,
            full,
            line,
            line_max,
            asked,
            waited,
            rejected,
            cancelled,
            wait,
            wait_of_rejected,
        } = fresh;
        (*in_use, *full, *line, *wait_of_rejected) = (0, 0, 0, 0);
        (*in_use_max, *line_max) = (0, 0);
        (*asked, *waited, *rejected, *cancelled) = (0, 0, 0, 0);
        wait.clear();
    }

    /// Adds another segment's counts.
    pub fn add(&mut self, other: &Self) {
        self.in_use += other.in_use;
        self.in_use_max = self.in_use_max.max(other.in_use_max);
        self.full += other.full;
        self.line += other.line;
        self.line_max = self.line_max.max(other.line_max);
        self.asked += other.asked;
        self.waited += other.waited;
        self.rejected += other.rejected;
        self.cancelled += other.cancelled;
        self.wait.merge(&other.wait);
        self.wait_of_rejected += other.wait_of_rejected;
    }
}

fn add(sums: &mut Failures, more: &Failures) {
    sums.iter_mut().zip(more).for_each(|(sum, it)| *sum += it);
}
