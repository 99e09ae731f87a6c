use crate::time::SimDuration;

/// Slots, and a bounded number of callers that wait for one.
///
/// This is the counting only: who waits, in which order (first come, first served) and until when
/// is the engine's. Always `in_use ≤ slots` and `waiting ≤ queue`.
///
/// A caller's life: [`arrive`](Self::arrive) says whether it enters, waits or is rejected. One
/// that entered [`leave`](Self::leave)s. One that waits either enters
/// ([`enter_waiter`](Self::enter_waiter)), when a slot has become free for it, or gives up
/// ([`stop_waiting`](Self::stop_waiting)).
///
/// Source: Nygard, *Release It!* (2nd ed., 2018), ch. 5 "Bulkheads"; the order of decisions is
/// that of resilience4j's `SemaphoreBulkhead` (a fair semaphore), with a bound on waiters as in
/// .NET's `ConcurrencyLimiter`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Semaphore {
    slots: u32,
    queue: u32,
    in_use: u32,
    held: u32,
    waiting: u32,
}

/// What becomes of a caller that asks for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It has a slot.
    Enter,
    /// It waits for one, and has a place in the queue.
    Wait,
    /// Neither is to be had.
    Reject,
}

impl Semaphore {
    /// `slots` free slots (≥ 1) and places for `queue` waiters; `u32::MAX` is no limit.
    pub fn new(slots: u32, queue: u32) -> Self {
        debug_assert!(slots >= 1);
        Self { slots, queue, in_use: 0, held: 0, waiting: 0 }
    }

    /// A caller asks for a slot and would wait for it up to `max_wait`, zero being not at all.
    ///
    /// A slot goes to nobody ahead of those who wait for one already.
    #[inline]
    pub fn arrive(&mut self, max_wait: SimDuration) -> Decision {
        if !self.is_full() && self.waiting == 0 {
            self.in_use += 1;
            Decision::Enter
        } else if !max_wait.is_zero() && self.waiting < self.queue {
            self.waiting += 1;
            Decision::Wait
        } else {
            Decision::Reject
        }
    }

    /// A caller gives its slot back; true if the next waiter should now enter.
    #[inline]
    pub fn leave(&mut self) -> bool {
        debug_assert!(self.in_use > 0, "a caller leaves that never entered");
        self.in_use -= 1;
        self.waiter_may_enter()
    }

    /// Whether somebody waits and a slot is free.
    ///
    /// After [`let_go`](Self::let_go) this may hold for several waiters, one after the other.
    #[inline]
    pub fn waiter_may_enter(&self) -> bool {
        self.waiting > 0 && !self.is_full()
    }

    /// The next waiter takes a slot, which must be [free for it](Self::waiter_may_enter).
    #[inline]
    pub fn enter_waiter(&mut self) {
        debug_assert!(self.waiter_may_enter(), "nobody waits, or no slot is free");
        self.waiting -= 1;
        self.in_use += 1;
    }

    /// A waiter gives up, at the end of its patience or because it is cancelled.
    #[inline]
    pub fn stop_waiting(&mut self) {
        debug_assert!(self.waiting > 0, "a waiter gives up that never waited");
        self.waiting -= 1;
    }

    /// A fault holds `slots` more slots from use.
    ///
    /// Slots in use are not taken away: they are held from the moment at which they are left.
    pub fn hold(&mut self, slots: u32) {
        self.held = self.held.saturating_add(slots);
    }

    /// A fault gives back `slots` of the slots that it held; true if the next waiter should now
    /// enter.
    pub fn let_go(&mut self, slots: u32) -> bool {
        debug_assert!(slots <= self.held, "more slots are let go than were held");
        self.held = self.held.saturating_sub(slots);
        self.waiter_may_enter()
    }

    /// Whether no slot is free.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.in_use.saturating_add(self.held) >= self.slots
    }

    /// Callers that have a slot.
    #[inline]
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Callers that wait for one.
    #[inline]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Slots held from use by faults; may be more than there are.
    pub fn held(&self) -> u32 {
        self.held
    }

    /// Slots, used or not.
    pub fn slots(&self) -> u32 {
        self.slots
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    const PATIENT: SimDuration = SimDuration::MAX;

    #[test]
    fn a_script_of_two_slots_and_one_waiter() {
        let mut bulkhead = Semaphore::new(2, 1);
        assert_eq!(bulkhead.arrive(SimDuration::ZERO), Decision::Enter);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Enter);
        assert!(bulkhead.is_full());
        assert_eq!(bulkhead.arrive(SimDuration::ZERO), Decision::Reject, "who cannot wait");
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Wait);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Reject, "the queue is full");
        assert!(bulkhead.leave(), "the waiter should enter");
        assert_eq!(bulkhead.arrive(SimDuration::ZERO), Decision::Reject, "nobody overtakes it");
        bulkhead.enter_waiter();
        assert_eq!((bulkhead.in_use(), bulkhead.waiting()), (2, 0));
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Wait);
        bulkhead.stop_waiting();
        assert!(!bulkhead.leave() && !bulkhead.leave(), "nobody waits any more");
        assert_eq!((bulkhead.in_use(), bulkhead.waiting()), (0, 0));
    }

    #[test]
    fn held_slots_are_not_given_out() {
        let mut bulkhead = Semaphore::new(3, u32::MAX);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Enter);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Enter);
        bulkhead.hold(2);
        assert_eq!(bulkhead.in_use(), 2, "nothing is taken away");
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Wait);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Wait);
        assert!(!bulkhead.leave(), "the freed slot is held");
        assert!(bulkhead.leave(), "the third slot is not");
        bulkhead.enter_waiter();
        assert!(bulkhead.let_go(2));
        bulkhead.enter_waiter();
        assert!(!bulkhead.waiter_may_enter() && !bulkhead.is_full());
    }

    #[test]
    fn faults_overlap() {
        let mut bulkhead = Semaphore::new(10, 0);
        bulkhead.hold(8);
        bulkhead.hold(8);
        assert!(bulkhead.is_full());
        bulkhead.let_go(8);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Enter);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Enter);
        assert_eq!(bulkhead.arrive(PATIENT), Decision::Reject);
    }

    #[derive(Clone, Copy, Debug)]
    enum Do {
        Arrive { patient: bool },
        Leave,
        GiveUp,
        Hold(u32),
        LetGo(u32),
    }

    fn any_step() -> impl Strategy<Value = Do> {
        prop_oneof![
            6 => any::<bool>().prop_map(|patient| Do::Arrive { patient }),
            4 => Just(Do::Leave),
            1 => Just(Do::GiveUp),
            1 => (0..6u32).prop_map(Do::Hold),
            1 => (0..6u32).prop_map(Do::LetGo),
        ]
    }

    /// The engine's part: who is inside and who waits, by name.
    #[derive(Default)]
    struct Callers {
        inside: Vec<usize>,
        queue: VecDeque<usize>,
        /// In the order in which they entered after waiting.
        served: Vec<usize>,
    }

    impl Callers {
        fn step(&mut self, bulkhead: &mut Semaphore, step: Do, name: usize) {
            match step {
                Do::Arrive { patient } => {
                    match bulkhead.arrive(if patient { PATIENT } else { SimDuration::ZERO }) {
                        Decision::Enter => self.inside.push(name),
                        Decision::Wait => self.queue.push_back(name),
                        Decision::Reject => {}
                    }
                }
                Do::Leave if !self.inside.is_empty() => {
                    self.inside.swap_remove(0);
                    bulkhead.leave();
                }
                Do::GiveUp if self.queue.pop_back().is_some() => bulkhead.stop_waiting(),
                Do::Hold(slots) => bulkhead.hold(slots),
                Do::LetGo(slots) => {
                    bulkhead.let_go(slots.min(bulkhead.held()));
                }
                Do::Leave | Do::GiveUp => {}
            }
            while bulkhead.waiter_may_enter() {
                bulkhead.enter_waiter();
                let next = self.queue.pop_front().expect("it said that somebody waits");
                self.inside.push(next);
                self.served.push(next);
            }
        }
    }

    proptest! {
        #[test]
        fn counts_what_happens_and_keeps_its_bounds(
            slots in 1..6u32,
            queue in prop_oneof![0..4u32, Just(u32::MAX)],
            steps in proptest::collection::vec(any_step(), 1..200),
        ) {
            let mut bulkhead = Semaphore::new(slots, queue);
            let mut callers = Callers::default();
            for (name, step) in steps.into_iter().enumerate() {
                let before = bulkhead.in_use();
                callers.step(&mut bulkhead, step, name);
                prop_assert_eq!(bulkhead.in_use() as usize, callers.inside.len());
                prop_assert_eq!(bulkhead.waiting() as usize, callers.queue.len());
                prop_assert!(bulkhead.in_use() <= slots);
                prop_assert!(bulkhead.waiting() <= queue);
                prop_assert!(bulkhead.waiting() == 0 || bulkhead.is_full(), "a slot lies idle");
                let given_out = bulkhead.in_use() > before;
                prop_assert!(!given_out || bulkhead.in_use() + bulkhead.held() <= slots);
            }
            prop_assert!(callers.served.is_sorted(), "first come, first served");
        }
    }
}
