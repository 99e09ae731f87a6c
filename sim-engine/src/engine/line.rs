//! Jobs that wait for a worker of one instance, in the order of its discipline.

use std::collections::BTreeSet;

use super::fifo::Fifo;
use super::job::Job;
use super::slab::{Key, Slab};
use crate::policy::queue::{ADAPTIVE_AFTER, Discipline};
use crate::time::SimTime;

type Jobs = Slab<Job>;
type List = Fifo<{ Job::QUEUE }>;

/// A queue.
pub(super) enum Line {
    /// In the order of arrival, served from one end or the other.
    List { list: List, turn: Turn },
    /// One list for each level of importance.
    Levels(Vec<List>),
    /// By deadline, then by arrival.
    Deadlines(BTreeSet<Ticket>),
}

/// Which end of a list is served.
pub(super) enum Turn {
    First,
    Last,
    /// The last once the list has not been empty for long.
    Adaptive {
        empty_at: SimTime,
    },
}

/// A job's deadline, when it joined, and its key, which breaks ties.
type Ticket = (SimTime, SimTime, Key);

impl Line {
    pub(super) fn new(discipline: Discipline, levels: u8) -> Self {
        let list = |turn| Self::List { list: List::default(), turn };
        match discipline {
            Discipline::Fifo => list(Turn::First),
            Discipline::Lifo => list(Turn::Last),
            Discipline::AdaptiveLifo => list(Turn::Adaptive { empty_at: SimTime::ZERO }),
            Discipline::Priority => Self::Levels(vec![List::default(); usize::from(levels)]),
            Discipline::EarliestDeadline => Self::Deadlines(BTreeSet::new()),
        }
    }

    pub(super) fn len(&self) -> u32 {
        match self {
            Self::List { list, .. } => list.len(),
            Self::Levels(lists) => lists.iter().map(List::len).sum(),
            Self::Deadlines(tickets) => tickets.len() as u32,
        }
    }

    /// A job joins; its deadline, level and the time since when it waits are set.
    #[inline]
    pub(super) fn join(&mut self, jobs: &mut Jobs, id: Key, now: SimTime) {
        match self {
            Self::List { list, turn } => {
                turn.note(list, now);
                list.push_back(jobs, id);
            }
            Self::Levels(lists) => lists[usize::from(jobs[id].level)].push_back(jobs, id),
            Self::Deadlines(tickets) => {
                tickets.insert(ticket(jobs, id));
            }
        }
    }

    /// A job leaves from any place.
    #[inline]
    pub(super) fn leave(&mut self, jobs: &mut Jobs, id: Key) {
        match self {
            Self::List { list, .. } => list.remove(jobs, id),
            Self::Levels(lists) => lists[usize::from(jobs[id].level)].remove(jobs, id),
            Self::Deadlines(tickets) => {
                tickets.remove(&ticket(jobs, id));
            }
        }
    }

    /// Whose turn it is.
    #[inline]
    pub(super) fn next(&mut self, now: SimTime) -> Option<Key> {
        match self {
            Self::List { list, turn } => {
                if turn.is_last(now) {
                    list.back()
                } else {
                    list.front()
                }
            }
            Self::Levels(lists) => lists.iter().find_map(List::front),
            Self::Deadlines(tickets) => tickets.first().map(|it| it.2),
        }
    }

    /// Who goes for a newcomer of this level: the first in the order of arrival or deadline, of the
    /// least important level.
    pub(super) fn oldest(&self, level: u8) -> Option<Key> {
        match self {
            Self::List { list, .. } => list.front(),
            Self::Levels(lists) => least_important(lists, level).and_then(List::front),
            Self::Deadlines(tickets) => tickets.first().map(|it| it.2),
        }
    }

    /// Who goes for a newcomer of this level: the last in the order of arrival or deadline, of the
    /// least important level.
    pub(super) fn newest(&self, level: u8) -> Option<Key> {
        match self {
            Self::List { list, .. } => list.back(),
            Self::Levels(lists) => least_important(lists, level).and_then(List::back),
            Self::Deadlines(tickets) => tickets.last().map(|it| it.2),
        }
    }
}

impl Turn {
    fn is_last(&self, now: SimTime) -> bool {
        match self {
            Self::First => false,
            Self::Last => true,
            Self::Adaptive { empty_at } => now.since(*empty_at) > ADAPTIVE_AFTER,
        }
    }

    /// Whoever joins an empty list sees that it is empty.
    fn note(&mut self, list: &List, now: SimTime) {
        if let Self::Adaptive { empty_at } = self
            && list.len() == 0
        {
            *empty_at = now;
        }
    }
}

/// The least important level of which somebody waits, unless it is more important than `level`.
fn least_important(lists: &[List], level: u8) -> Option<&List> {
    let last = lists.iter().rposition(|it| it.len() > 0)?;
    (last >= usize::from(level)).then(|| &lists[last])
}

fn ticket(jobs: &Jobs, id: Key) -> Ticket {
    (jobs[id].deadline, jobs[id].since, id)
}
