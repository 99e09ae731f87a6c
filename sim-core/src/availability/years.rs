//! All systems of a scenario, over the years of one replication.

use super::common::Common;
use super::copies::{Copies, Happening, Later};
use super::record::Record;
use super::rollout::{Rollout, Step};
use crate::engine::agenda::Agenda;
use crate::id::Table;
use crate::model::{Model, SystemId};
use crate::rng::Seed;
use crate::time::{SimDuration, SimTime};

/// What one replication shows of its systems.
#[derive(Clone, Debug)]
pub struct Years {
    /// Of each system.
    pub records: Table<SystemId, Record>,
    /// What happened, in all.
    pub events: u64,
    /// When a limit ended it early, if one did.
    pub stopped: Option<SimTime>,
}

impl Years {
    /// Of no time at all.
    pub fn none(model: &Model) -> Self {
        let records = model.systems.iter().map(|it| Record::new(it.own.slo)).collect();
        Self { records, events: 0, stopped: None }
    }
}

/// What happens to which system.
#[derive(Clone, Copy, Debug)]
struct Event {
    to: SystemId,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// To one of its copies.
    Copy(u32, Happening),
    /// To all of them at once.
    Common,
    /// To its version.
    Deploy(Step),
}

/// A system while time goes on.
#[derive(Debug)]
struct Machine<'m> {
    copies: Copies<'m>,
    common: Option<Common<'m>>,
    rollout: Option<Rollout<'m>>,
    /// What is lost by itself.
    lost: f64,
}

/// Events between two questions whether to go on.
const EVENTS_A_STEP: u64 = 65_536;

/// Looks at the systems of a model for its horizon; `None` if `go_on` says to stop.
///
/// Takes memory for the copies that there are, and none for the years.
pub fn run(model: &Model, seed: Seed, mut go_on: impl FnMut() -> bool) -> Option<Years> {
    let mut years = Years::none(model);
    let mut world = World::new(model, seed);
    let end = SimTime::ZERO + model.horizon;
    let mut at = end;
    while let Some((now, event)) = world.agenda.pop_before(end) {
        if years.events == model.limits.events {
            years.stopped = Some(now);
            at = now;
            break;
        }
        years.events += 1;
        if years.events.is_multiple_of(EVENTS_A_STEP) && !go_on() {
            return None;
        }
        world.happen(now, event, &mut years.records);
    }
    years.records.ids().for_each(|it| years.records[it].end(at));
    Some(years)
}

struct World<'m> {
    model: &'m Model,
    agenda: Agenda<Event>,
    machines: Table<SystemId, Machine<'m>>,
    /// For each system those that it is a part of, itself among them.
    part_of: Table<SystemId, Vec<SystemId>>,
    later: Vec<Later>,
}

impl<'m> World<'m> {
    fn new(model: &'m Model, seed: Seed) -> Self {
        let mut agenda = Agenda::default();
        let mut schedule = |after: SimDuration, to, what| {
            agenda.schedule(SimTime::ZERO + after, Event { to, what });
        };
        let machine = |(to, system): (SystemId, &'m crate::model::System)| {
            let (copies, first) = Copies::new(&system.own, seed);
            for (after, copy, what) in first {
                schedule(after, to, What::Copy(copy, what));
            }
            let common = Common::new(&system.own, seed).map(|(common, after)| {
                schedule(after, to, What::Common);
                common
            });
            let rollout = Rollout::new(&system.own, seed).map(|(rollout, after)| {
                schedule(after, to, What::Deploy(Step::Starts));
                rollout
            });
            Machine { copies, common, rollout, lost: 0.0 }
        };
        let machines = model.systems.entries().map(machine).collect();
        let mut part_of: Table<SystemId, Vec<SystemId>> =
            model.systems.iter().map(|_| Vec::new()).collect();
        for (whole, system) in model.systems.entries() {
            system.parts.iter().for_each(|part| part_of[*part].push(whole));
        }
        Self { model, agenda, machines, part_of, later: Vec::new() }
    }

    fn happen(&mut self, now: SimTime, event: Event, records: &mut Table<SystemId, Record>) {
        let Event { to, what } = event;
        let machine = &mut self.machines[to];
        match what {
            What::Copy(copy, what) => {
                machine.copies.happen(copy, what, &mut self.later);
                for (after, copy, what) in self.later.drain(..) {
                    self.agenda.schedule(now + after, Event { to, what: What::Copy(copy, what) });
                }
            }
            What::Common => {
                let common = machine.common.as_mut().expect("only who has one gets its events");
                let after = common.happen();
                self.agenda.schedule(now + after, event);
            }
            What::Deploy(step) => {
                let rollout = machine.rollout.as_mut().expect("only who deploys gets its events");
                for (after, step) in rollout.happen(step) {
                    self.agenda.schedule(now + after, Event { to, what: What::Deploy(step) });
                }
            }
        }
        let lost = self.machines[to].lost_now();
        if lost != self.machines[to].lost {
            self.machines[to].lost = lost;
            for whole in &self.part_of[to] {
                records[*whole].set(now, self.lost(*whole));
            }
        }
    }

    /// What a system loses by itself and by what it depends on.
    fn lost(&self, system: SystemId) -> f64 {
        let parts = &self.model.systems[system].parts;
        either(parts.iter().map(|it| self.machines[*it].lost))
    }
}

impl Machine<'_> {
    fn lost_now(&self) -> f64 {
        let common = self.common.as_ref().map_or(0.0, Common::lost);
        let rollout = self.rollout.as_ref().map_or(0.0, Rollout::lost);
        either([self.copies.lost(), common, rollout].into_iter())
    }
}

/// Of what one leaves the next takes its share. Exactly 0 and 1 where they are.
fn either(shares: impl Iterator<Item = f64>) -> f64 {
    1.0 - shares.map(|it| 1.0 - it).product::<f64>()
}
