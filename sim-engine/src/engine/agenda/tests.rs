use proptest::prelude::*;

use super::heap::Heap;
use super::*;
use crate::time::SimDuration;

/// What is done to a list and to its twin.
#[derive(Clone, Debug)]
enum Do {
    /// Schedules so many events for so long ahead.
    Schedule(u64, usize),
    Soon,
    /// Schedules the event of this number, anew if it is pending, for so long ahead.
    ScheduleNext(usize, u64),
    /// Cancels an event scheduled so far back, wherever it is now.
    Cancel(usize),
    /// Cancels all but every so manieth of the events ever scheduled.
    CancelMost(usize),
    Pop(usize),
    /// Pops what is before the instant so far ahead, and looks no further.
    PopBefore(u64),
    /// Lets time go on as far as it can, short of this.
    GoTo(u64),
}

fn ahead() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => 0u64..4,
        3 => 0u64..200,
        2 => 0u64..1_000_000,
        1 => (0u32..64).prop_map(|it| 1 << it),
        1 => Just(u64::MAX),
    ]
}

fn script() -> impl Strategy<Value = Vec<Do>> {
    let step = prop_oneof![
        6 => ahead().prop_map(|it| Do::Schedule(it, 1)),
        1 => (ahead(), 1usize..400).prop_map(|it| Do::Schedule(it.0, it.1)),
        2 => Just(Do::Soon),
        4 => (0..ALARMS + 2, ahead()).prop_map(|it| Do::ScheduleNext(it.0, it.1)),
        4 => (0usize..64).prop_map(Do::Cancel),
        1 => (1usize..20).prop_map(Do::CancelMost),
        6 => (1usize..4).prop_map(Do::Pop),
        1 => (1usize..300).prop_map(Do::Pop),
        1 => ahead().prop_map(Do::PopBefore),
        1 => ahead().prop_map(Do::GoTo),
    ];
    prop::collection::vec(step, 0..200)
}

/// A list, its twin, and what has been scheduled on both.
struct Pair {
    wheel: Agenda<u32>,
    heap: Agenda<u32, Heap>,
    handles: Vec<[Handle; 2]>,
    /// By number: the handles of what comes again and again.
    next: Vec<[Handle; 2]>,
    now: SimTime,
}

impl Pair {
    fn starting_at(start: u64) -> Self {
        let (wheel, heap) = (Agenda::default(), Agenda::default());
        let next = vec![[Handle::NONE; 2]; ALARMS + 2];
        let mut pair = Self { wheel, heap, handles: Vec::new(), next, now: SimTime::ZERO };
        pair.schedule(start);
        pair.pop_before(SimTime::NEVER);
        pair
    }

    fn after(&self, ahead: u64) -> SimTime {
        self.now + SimDuration::from_nanos(ahead)
    }

    fn schedule(&mut self, ahead: u64) {
        let (at, event) = (self.after(ahead), self.handles.len() as u32);
        let handle = self.wheel.schedule(at, event);
        self.handles.push([handle, self.heap.schedule(at, event)]);
    }

    /// The twin knows nothing of events that come again and again.
    fn schedule_next(&mut self, number: usize, ahead: u64) {
        let (at, event) = (self.after(ahead), number as u32);
        let [wheel, heap] = self.next[number];
        assert_eq!(self.wheel.cancel(wheel), self.heap.cancel(heap));
        self.next[number] =
            [self.wheel.schedule_next(number, at, event), self.heap.schedule(at, event)];
    }

    fn cancel(&mut self, index: usize) {
        let [wheel, heap] = self.handles[index];
        assert_eq!(self.wheel.cancel(wheel), self.heap.cancel(heap));
    }

    fn pop_before(&mut self, until: SimTime) -> bool {
        let next = self.wheel.pop_before(until);
        assert_eq!(next, self.heap.pop_before(until));
        self.now = next.map_or(self.now, |it| it.0);
        next.is_some()
    }

    fn take(&mut self, step: &Do) {
        match *step {
            Do::Schedule(ahead, times) => (0..times).for_each(|_| self.schedule(ahead)),
            Do::Soon => {
                self.wheel.soon(u32::MAX);
                self.heap.soon(u32::MAX);
            }
            Do::ScheduleNext(number, ahead) => self.schedule_next(number, ahead),
            Do::Cancel(back) => self.cancel(self.handles.len() - 1 - back % self.handles.len()),
            Do::CancelMost(each) => {
                let most = (0..self.handles.len()).filter(|it| it % each != 0);
                most.for_each(|it| self.cancel(it));
            }
            Do::Pop(times) => (0..times).for_each(|_| {
                self.pop_before(SimTime::NEVER);
            }),
            Do::PopBefore(ahead) => {
                let until = self.after(ahead);
                while self.pop_before(until) {}
            }
            Do::GoTo(ahead) => {
                let until = self.after(ahead);
                while self.pop_before(until) {}
                self.wheel.go_to(until);
                self.heap.go_to(until);
                self.now = until;
            }
        }
        assert_eq!(self.wheel.len(), self.heap.len());
    }
}

proptest! {
    #[test]
    fn the_wheel_equals_its_slow_twin(
        start in prop_oneof![
            Just(0),
            0..u64::MAX,
            (0u64..2_000_000).prop_map(|it| u64::MAX - it),
        ],
        script in script(),
    ) {
        let mut pair = Pair::starting_at(start);
        for it in &script {
            pair.take(it);
        }
        while pair.pop_before(SimTime::NEVER) {}
    }
}

fn pop<P: PendingSet>(agenda: &mut Agenda<u32, P>) -> Option<(SimTime, u32)> {
    agenda.pop_before(SimTime::NEVER)
}

fn events<P: PendingSet>(agenda: &mut Agenda<u32, P>) -> Vec<u32> {
    std::iter::from_fn(|| pop(agenda)).map(|it| it.1).collect()
}

fn first_scheduled_is_first<P: PendingSet>() {
    let mut agenda: Agenda<u32, P> = Agenda::default();
    for it in 0..1_000 {
        agenda.schedule(SimTime::from_nanos(5), it);
    }
    assert_eq!(events(&mut agenda), (0..1_000).collect::<Vec<_>>());
}

fn soon_waits_for_what_the_instant_holds<P: PendingSet>() {
    let mut agenda: Agenda<u32, P> = Agenda::default();
    let now = SimTime::from_nanos(5);
    agenda.schedule(now, 1);
    agenda.schedule(now, 2);
    agenda.schedule(SimTime::from_nanos(6), 5);
    assert_eq!(pop(&mut agenda), Some((now, 1)));
    agenda.soon(3);
    agenda.schedule(now, 4);
    assert_eq!(events(&mut agenda), [2, 3, 4, 5]);
}

fn what_is_not_before_the_limit_stays<P: PendingSet>() {
    let mut agenda: Agenda<u32, P> = Agenda::default();
    let at = SimTime::from_nanos(7);
    agenda.schedule(at, 1);
    assert_eq!(agenda.pop_before(at), None);
    assert_eq!(agenda.pop_before(SimTime::from_nanos(8)), Some((at, 1)));
}

fn nothing_is_cancelled_twice<P: PendingSet>() {
    let mut agenda: Agenda<u32, P> = Agenda::default();
    let gone = agenda.schedule(SimTime::from_nanos(7), 1);
    assert!(!agenda.cancel(Handle::NONE) && agenda.cancel(gone) && !agenda.cancel(gone));
    let next = agenda.schedule(SimTime::from_nanos(7), 2);
    assert!(!agenda.cancel(gone), "another event has its slot now");
    assert_eq!((pop(&mut agenda).map(|it| it.1), agenda.cancel(next)), (Some(2), false));
}

/// Expectations that say themselves what is right, for both sets.
#[test]
fn both_twins_keep_the_order() {
    first_scheduled_is_first::<Wheel>();
    first_scheduled_is_first::<Heap>();
    soon_waits_for_what_the_instant_holds::<Wheel>();
    soon_waits_for_what_the_instant_holds::<Heap>();
    what_is_not_before_the_limit_stays::<Wheel>();
    what_is_not_before_the_limit_stays::<Heap>();
    nothing_is_cancelled_twice::<Wheel>();
    nothing_is_cancelled_twice::<Heap>();
}
