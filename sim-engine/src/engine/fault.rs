//! Faults start, grow, widen, and end, or are rolled back; what they do meets messages, work and arrivals elsewhere.

use super::agenda::PendingSet;
use super::event::Event;
use super::slab::Key;
use super::world::{FaultState, InstanceState, World};
use crate::fault::{Fault, Strike};
use crate::model::{
    EdgeId, FaultId, InstanceId, LoadId, PoolId, SemaphoreId, ServiceId, StoreId, Struck,
};
use crate::observe::Observer;
use crate::order;
use crate::rng::{Purpose, Seed, Stream};
use crate::time::{SimDuration, SimTime};

/// A ramp is climbed in so many steps.
const RAMP_STEPS: u8 = 20;

impl<'m, O: Observer, P: PendingSet> World<'m, O, P> {
    pub(super) fn schedule_faults(&mut self, seed: Seed) {
        for (id, fault) in self.model.faults.entries() {
            self.faults[id].drawn = self.draw_victims(id, seed);
            self.faults[id].victims = self.victims_in(id, 0);
            let ramp = fault.full.since(fault.from);
            let mut planned = Vec::new();
            let first = if ramp.is_zero() { RAMP_STEPS } else { 0 };
            for step in first..=RAMP_STEPS {
                let into = ramp.mul_f64(f64::from(step) / f64::from(RAMP_STEPS));
                let at = fault.from + into;
                if at < fault.to {
                    planned.push(self.agenda.schedule(at, Event::FaultStep(id, step)));
                }
            }
            planned.extend(self.schedule_takeover(id));
            self.foresee_restore(id);
            for stage in 1..fault.stages() {
                let event = Event::FaultStage(id, stage as u8);
                planned.push(self.agenda.schedule(fault.stage_from(stage), event));
            }
            let end = self.end_of(id);
            if end != SimTime::NEVER {
                planned.push(self.agenda.schedule(end, Event::FaultEnd(id)));
            }
            self.faults[id].planned = planned;
        }
    }

    /// See [`Simulate::roll_back`](super::Simulate::roll_back).
    ///
    /// It ends before anything else happens at that instant, as it would by its own end.
    pub(super) fn end_early(&mut self, id: FaultId, at: SimTime) {
        self.agenda.go_to(at);
        self.now = at;
        for handle in std::mem::take(&mut self.faults[id].planned) {
            self.agenda.cancel(handle);
        }
        if self.faults[id].strength > 0.0 {
            self.on_fault_end(id);
        }
    }

    /// Those that may be struck, in the order in which they are: a stage strikes the first so many.
    fn draw_victims(&self, id: FaultId, seed: Seed) -> Vec<InstanceId> {
        let fault = &self.model.faults[id];
        let Struck::Instances(service, counts) = &fault.on else { return Vec::new() };
        let count = counts.last().copied().unwrap_or(0);
        let mut stream = Stream::new(seed, Purpose::Victim, &fault.name);
        let mut all: Vec<u32> = self.model.services[*service].instances.clone().collect();
        // Fisher and Yates: the first `count` of a shuffle.
        for place in 0..count.min(all.len() as u32 - 1) {
            let other = place + stream.below(all.len() as u32 - place);
            all.swap(place as usize, other as usize);
        }
        all.truncate(count as usize);
        all.into_iter().map(InstanceId).collect()
    }

    fn victims_in(&self, id: FaultId, stage: usize) -> Vec<InstanceId> {
        let Struck::Instances(_, counts) = &self.model.faults[id].on else { return Vec::new() };
        let mut victims = self.faults[id].drawn[..counts[stage] as usize].to_vec();
        order::sort_by_key(&mut victims, |it| *it);
        victims
    }

    pub(super) fn on_fault_step(&mut self, id: FaultId, step: u8) {
        let starts = self.faults[id].strength == 0.0;
        self.faults[id].strength = strength_in(step);
        if starts {
            self.put_in_force(id);
        }
        self.apply(id);
    }

    pub(super) fn on_fault_stage(&mut self, id: FaultId, stage: usize) {
        let before = std::mem::take(&mut self.faults[id].victims);
        let victims = self.victims_in(id, stage);
        let joining: Vec<_> = victims.iter().copied().filter(|it| !before.contains(it)).collect();
        self.faults[id].stage = stage;
        self.faults[id].victims = victims;
        self.strike_instances(id, &joining);
        self.apply(id);
        self.observer.fault_widened(self.now, id, stage, &self.faults[id].victims);
    }

    pub(super) fn on_fault_end(&mut self, id: FaultId) {
        self.faults[id].strength = 0.0;
        self.take_out_of_force(id);
        self.apply(id);
    }

    /// Enters the fault where what it strikes will look.
    fn put_in_force(&mut self, id: FaultId) {
        for edge in self.struck_edges(id) {
            self.edges[*edge].faults.push(id);
        }
        let victims = self.faults[id].victims.clone();
        self.strike_instances(id, &victims);
        if let Struck::Store(store) = self.model.faults[id].on {
            self.strike_store(id, store);
        }
    }

    fn strike_store(&mut self, id: FaultId, store: StoreId) {
        match self.model.faults[id].fault {
            Fault::Failover => self.strike_primary(id, store),
            Fault::Restore { .. } => self.lose_store(id, store),
            _ => self.each_standby(store, Self::standby_leaves),
        }
    }

    fn each_standby(&mut self, store: StoreId, change: fn(&mut Self, StoreId, usize)) {
        (0..self.stores[store].standbys.len()).for_each(|it| change(self, store, it));
    }

    fn let_go_of_store(&mut self, id: FaultId, store: StoreId) {
        match self.model.faults[id].fault {
            Fault::Failover => self.on_promoted(id),
            Fault::Restore { .. } => self.on_restored(id, store),
            _ => self.each_standby(store, Self::standby_returns),
        }
    }

    fn strike_instances(&mut self, id: FaultId, victims: &[InstanceId]) {
        for victim in victims {
            self.instances[*victim].faults.push(id);
            self.leak(id, *victim);
        }
        if self.model.faults[id].fault == Fault::Kill {
            self.kill(victims);
        }
    }

    fn take_out_of_force(&mut self, id: FaultId) {
        for edge in self.struck_edges(id) {
            self.edges[*edge].faults.retain(|it| *it != id);
        }
        if let Struck::Store(store) = self.model.faults[id].on {
            self.let_go_of_store(id, store);
        }
        for victim in self.faults[id].victims.clone() {
            self.stop_leak(id, victim);
            self.instances[victim].faults.retain(|it| *it != id);
            if self.model.faults[id].fault == Fault::Kill {
                self.revive(victim);
            }
        }
    }

    fn struck_edges(&self, id: FaultId) -> &'m [EdgeId] {
        let fault = &self.model.faults[id];
        match &fault.on {
            Struck::Edges(edges, _) => edges,
            Struck::Store(store) if fault.fault != Fault::ReplicationPause => {
                &self.model.stores[*store].edges
            }
            _ => &[],
        }
    }

    /// Lets a change of strength take effect on what does not look for itself.
    fn apply(&mut self, id: FaultId) {
        let fault = &self.model.faults[id];
        match &fault.on {
            Struck::Load(load) => self.surge_anew(*load),
            Struck::Pools(pools) => pools.iter().for_each(|it| self.hold_slots_anew(*it)),
            Struck::Instances(..) => self.hold_workers_anew(id),
            Struck::Edges(..) | Struck::Store(_) => {}
        }
        let FaultState { strength, victims, .. } = &self.faults[id];
        self.observer.fault_changed(self.now, id, *strength, victims);
    }

    // ---- messages

    /// What a fault on a call, or on the store that it is to, does to this attempt.
    pub(super) fn strike_on_attempt(&mut self, id: FaultId, attempt: Key) -> Strike {
        let fault = &self.model.faults[id];
        match (&fault.on, &fault.fault) {
            (Struck::Store(_), Fault::Restore { hangs: true }) => Strike::Lost,
            (Struck::Store(_), Fault::Restore { hangs: false }) => Strike::Refused,
            (Struck::Store(_), _) if self.is_back(id, attempt) => {
                Strike::Delayed(SimDuration::ZERO)
            }
            (Struck::Store(_), _) => Strike::Refused,
            _ => self.strike_on_edge(id),
        }
    }

    /// What a fault on a call does to one of its attempts.
    pub(super) fn strike_on_edge(&mut self, id: FaultId) -> Strike {
        let Struck::Edges(_, shares) = &self.model.faults[id].on else {
            unreachable!("a fault on a call strikes edges");
        };
        let FaultState { chances, stage, .. } = &mut self.faults[id];
        if !chances.chance(shares[*stage]) {
            return Strike::Delayed(SimDuration::ZERO);
        }
        self.strike(id)
    }

    fn strike(&mut self, id: FaultId) -> Strike {
        let FaultState { strength, chances, bucket, .. } = &mut self.faults[id];
        let passes = bucket.as_mut().is_none_or(|it| it.try_take(self.now));
        if passes { self.model.faults[id].fault.strike(*strength, chances) } else { Strike::Shed }
    }

    /// Whether a message of a call is lost on its way back.
    pub(super) fn loses_reply(&mut self, edge: EdgeId) -> bool {
        if self.edges[edge].loss.chance(self.model.edges[edge].loss) {
            return true;
        }
        (0..self.edges[edge].faults.len()).any(|index| {
            let id = self.edges[edge].faults[index];
            let loses = matches!(self.model.faults[id].fault, Fault::Loss(_));
            loses && self.strike_on_edge(id) == Strike::Dropped
        })
    }

    /// What a fault on an instance does to a message to it. Its errors come after the work.
    pub(super) fn strike_on_message(&mut self, id: FaultId) -> Strike {
        if matches!(self.model.faults[id].fault, Fault::Error { .. }) {
            return Strike::Delayed(SimDuration::ZERO);
        }
        self.strike(id)
    }

    // ---- work

    /// The status with which a fault spoils work just done here, if one does.
    #[cold]
    pub(super) fn spoiled(&mut self, instance: InstanceId) -> Option<u16> {
        (0..self.instances[instance].faults.len()).find_map(|index| {
            let id = self.instances[instance].faults[index];
            let fault = &self.model.faults[id].fault;
            let FaultState { strength, chances, .. } = &mut self.faults[id];
            match fault {
                Fault::Error { .. } => fault.strike(*strength, chances).status(),
                _ => None,
            }
        })
    }

    /// How long work takes that begins now, as faults on the instance stretch the service time and
    /// make all of it pause.
    #[cold]
    pub(super) fn struck_work(
        &self,
        instance: InstanceId,
        drawn: SimDuration,
        owed: SimDuration,
    ) -> SimDuration {
        let faults = &self.instances[instance].faults;
        let slowness =
            |it: &FaultId| self.model.faults[*it].fault.slowness(self.faults[*it].strength);
        let work = drawn.mul_f64(faults.iter().map(slowness).product()) + owed;
        faults.iter().fold(work, |work, it| self.paused_by(*it, instance, work))
    }

    /// The victims pause one after the other: collectors do not wait for each other.
    fn paused_by(&self, id: FaultId, instance: InstanceId, work: SimDuration) -> SimDuration {
        let fault = &self.model.faults[id];
        let Fault::Pause(pauses) = fault.fault else { return work };
        let FaultState { strength, drawn, .. } = &self.faults[id];
        let place = drawn.iter().position(|it| *it == instance).expect("it is a victim");
        let shift = pauses.every.mul_f64(place as f64 / drawn.len() as f64);
        let into = self.now.since(fault.from) + shift;
        pauses.at(*strength).stretch(into, work, fault.to.since(self.now))
    }

    fn hold_workers_anew(&mut self, id: FaultId) {
        for victim in self.faults[id].victims.clone() {
            let InstanceState { faults, spec, .. } = &self.instances[victim];
            let held = faults.iter().map(|it| self.holds(*it, spec.workers)).sum();
            let state = &mut self.instances[victim];
            state.held = held;
            state.watch_workers(self.now);
            self.take_next(victim);
        }
    }

    // ---- pools

    fn hold_slots_anew(&mut self, pool: PoolId) {
        let rows = self.model.pools[pool].semaphores.clone().map(SemaphoreId);
        let held = rows.clone().map(|it| self.hold_slots(pool, it)).sum();
        self.observer.pool_held(self.now, pool, held);
        rows.for_each(|it| self.give_slots(it));
    }

    /// Holds of one semaphore what the faults on its pool hold now, and says how many slots.
    fn hold_slots(&mut self, pool: PoolId, row: SemaphoreId) -> u32 {
        let slots = self.model.semaphores[row].slots;
        let strikes = |it: &Struck| matches!(it, Struck::Pools(pools) if pools.contains(&pool));
        let on_pool = self.model.faults.entries().filter(|it| strikes(&it.1.on));
        let wanted: u32 = on_pool.map(|it| self.holds(it.0, slots)).sum();
        let semaphore = &mut self.semaphores[row].slots;
        let held = semaphore.held();
        semaphore.hold(wanted.saturating_sub(held));
        semaphore.let_go(held.saturating_sub(wanted));
        wanted.min(slots)
    }

    fn holds(&self, id: FaultId, places: u32) -> u32 {
        match self.faults[id].strength {
            0.0 => 0,
            strength => self.model.faults[id].fault.holds(places, strength),
        }
    }

    // ---- loads

    fn surge_anew(&mut self, load: LoadId) {
        let on_load = self.model.faults.entries().filter(|it| it.1.on == Struck::Load(load));
        let surge = |(id, it): (FaultId, &crate::model::ScheduledFault)| {
            it.fault.surge(self.faults[id].strength)
        };
        let factor = on_load.map(surge).product();
        self.surge(load, factor);
    }

    // ---- crashes

    /// All victims die at once: none takes anything up from another, and none of their jobs sees
    /// another one's end.
    pub(super) fn kill(&mut self, victims: &[InstanceId]) {
        for victim in victims.iter().copied() {
            self.instances[victim].down += 1;
            self.stop_leaks(victim);
            if self.instances[victim].down == 1 {
                self.count_the_living(victim);
                self.observer.crashed(self.now, victim);
            }
        }
        for victim in victims {
            self.lose_copies(*victim);
        }
        let dying: Vec<Key> =
            self.jobs.keys().into_iter().filter(|it| self.is_dying(*it)).collect();
        for end in [Self::orphan, Self::crash] {
            for job in &dying {
                // The end of one may have ended another.
                if self.jobs.contains(*job) && self.is_dying(*job) {
                    end(self, *job);
                }
            }
        }
    }

    /// Whether a job is at an instance that is down: it has just died.
    fn is_dying(&self, job: Key) -> bool {
        let there = self.jobs[job].state.is_at_instance();
        there && self.jobs[job].instance.is_some_and(|it| self.instances[it].down > 0)
    }

    /// The memory of an instance is full: it dies, and what waited there with it.
    pub(super) fn on_out_of_memory(&mut self, instance: InstanceId) {
        // Somebody may have left since, or the instance died of something else.
        if !self.instances[instance].is_out_of_memory() {
            return;
        }
        self.die_of_memory(instance);
    }

    // ---- leaks

    /// An instance that is up begins to lose its memory, if that is what the fault does.
    fn leak(&mut self, id: FaultId, instance: InstanceId) {
        let Fault::Leak(lasts) = self.model.faults[id].fault else { return };
        if self.instances[instance].down == 0 {
            let event = self.agenda.schedule(self.now + lasts, Event::Leaked(id, instance));
            self.faults[id].leaks.push((instance, event));
        }
    }

    fn stop_leaks(&mut self, instance: InstanceId) {
        for id in self.instances[instance].faults.clone() {
            self.stop_leak(id, instance);
        }
    }

    fn stop_leak(&mut self, id: FaultId, instance: InstanceId) {
        let leaks = &mut self.faults[id].leaks;
        if let Some(index) = leaks.iter().position(|it| it.0 == instance) {
            let event = leaks.swap_remove(index).1;
            self.agenda.cancel(event);
        }
    }

    /// Nothing is left of an instance's memory. What is restarted begins to leak anew.
    pub(super) fn on_leaked(&mut self, id: FaultId, instance: InstanceId) {
        self.faults[id].leaks.retain(|it| it.0 != instance);
        self.die_of_memory(instance);
    }

    fn die_of_memory(&mut self, instance: InstanceId) {
        self.observer.out_of_memory(self.now, instance);
        self.kill(&[instance]);
        self.revive(instance);
    }

    /// The fault lets go of an instance; it comes back after the service's restart time.
    fn revive(&mut self, victim: InstanceId) {
        let service = self.model.instances[victim].service;
        let restart = self.model.services[service].restart;
        self.agenda.schedule(self.now + restart, Event::Restarted(victim));
    }

    pub(super) fn on_restarted(&mut self, instance: InstanceId) {
        self.instances[instance].down -= 1;
        self.count_the_living(instance);
        for id in self.instances[instance].faults.clone() {
            self.leak(id, instance);
        }
        if self.instances[instance].down == 0 {
            self.fetch_copies(instance);
        }
    }

    fn count_the_living(&mut self, changed: InstanceId) {
        let service: ServiceId = self.model.instances[changed].service;
        let all = self.model.services[service].instances.clone();
        let first = all.start;
        let up = |it: &u32| self.instances[InstanceId(*it)].down == 0;
        self.services[service].up = all.filter(up).map(|it| it - first).collect();
    }
}

/// The strength in a step of the ramp: that of the step's middle; the last is full.
fn strength_in(step: u8) -> f64 {
    if step == RAMP_STEPS { 1.0 } else { (f64::from(step) + 0.5) / f64::from(RAMP_STEPS) }
}
