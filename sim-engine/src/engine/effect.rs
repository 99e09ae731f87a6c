//! Effects: what an operation does to the world, once, twice, or for a request that then failed.
//!
//! An effect is done when the operation's own work is done and has not failed: also for a caller
//! that has gone, and also if something fails after it. What an execution is for is known by its
//! place in the tree of calls below a request: the same call, made again by whatever retry, is the
//! same place. With an idempotency key, made by the outermost retry that says so and handed down,
//! an effect with the same key is not executed again; the answer is the same.

use super::agenda::PendingSet;
use super::slab::Key;
use super::world::World;
use crate::model::{EdgeId, OpId};
use crate::observe::{Effect, Observer, Outcome, Start};

/// Where a job stands below its request, in a scenario that has effects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Errand {
    /// The request's effects.
    pub(super) trail: Key,
    /// The calls from the request down to here, as a hash.
    place: u64,
    /// The idempotency key that it carries: the call that made it.
    key: Option<Key>,
}

/// The effects of one request, kept until the last job below it has ended.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    start: Start,
    jobs: u32,
    failed: bool,
    done: Vec<Done>,
}

#[derive(Clone, Copy, Debug)]
struct Done {
    op: OpId,
    place: u64,
    key: Option<Key>,
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// A new request gets its errand.
    pub(super) fn begin_errand(&mut self, request: Key) {
        let trail = Trail { start: self.start(), jobs: 1, failed: false, done: Vec::new() };
        let trail = self.trails.insert(trail);
        self.jobs[request].errand = Some(Errand { trail, place: 0, key: None });
    }

    /// A new attempt of a call gets its errand.
    pub(super) fn hand_down_errand(&mut self, call: Key, edge: EdgeId, attempt: Key) {
        let Some(Errand { trail, place, key }) = self.jobs[self.calls[call].job].errand else {
            return;
        };
        // Copies that a hedge sends are of one call, and carry its key.
        let whole = self.calls[call].parent.unwrap_or(call);
        let own = self.model.edges[edge].idempotency_key.then_some(whole);
        self.trails[trail].jobs += 1;
        let errand = Errand { trail, place: below(place, edge), key: key.or(own) };
        self.jobs[attempt].errand = Some(errand);
    }

    /// A second job of the same attempt has the same errand.
    pub(super) fn share_errand(&mut self, errand: Option<Errand>) {
        if let Some(errand) = errand {
            self.trails[errand.trail].jobs += 1;
        }
    }

    /// The work of an operation with an effect is done, and with it that.
    pub(super) fn take_effect(&mut self, id: Key) {
        let (op, Some(Errand { trail, place, key })) = (self.jobs[id].op, self.jobs[id].errand)
        else {
            return;
        };
        let trail = &mut self.trails[trail];
        let mut before = trail.done.iter().filter(|it| (it.op, it.place) == (op, place));
        let effect = match (before.clone().next(), key) {
            (None, _) => Effect::Done,
            (Some(_), Some(_)) if before.any(|it| it.key == key) => Effect::Recognised,
            (Some(_), _) => Effect::Repeated,
        };
        if effect != Effect::Recognised {
            trail.done.push(Done { op, place, key });
        }
        let start = trail.start;
        self.observer.effect(self.now, op, start, effect);
    }

    /// A request has ended for its user.
    pub(super) fn judge_errand(&mut self, trail: Key, outcome: Outcome) {
        self.trails[trail].failed = !outcome.is_answer();
    }

    /// A job is over. With the last one below a request it is known what was done for nothing.
    pub(super) fn end_errand(&mut self, key: Key) {
        let trail = &mut self.trails[key];
        trail.jobs -= 1;
        if trail.jobs > 0 {
            return;
        }
        let (start, failed, done) = (trail.start, trail.failed, std::mem::take(&mut trail.done));
        self.trails.remove(key);
        for it in done.into_iter().filter(|_| failed) {
            self.observer.effect(self.now, it.op, start, Effect::OfFailed);
        }
    }
}

/// One call further down (FNV-1a, as streams are keyed).
fn below(place: u64, edge: EdgeId) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    edge.0.to_le_bytes().into_iter().fold(place ^ 0xcbf2_9ce4_8422_2325, fold)
}
