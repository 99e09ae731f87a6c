//! What one replication shows of a claim that is watched while it runs.

use super::claim::Claim;
use super::lookout::{Lookout, Stretch};
use super::rollback::{Cause, Rollback};
use super::spell::Spell;
use crate::model::Model;
use crate::observe::sampler::Sampler;
use crate::schema::{Anchor, Fact, When};
use crate::time::{SimDuration, SimTime};

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sighting {
    /// There is no such thing in this variant.
    Nothing(&'static str),
    /// Whether a claim came true, from when on.
    Moment {
        /// How long after the anchor it came true for long enough.
        came: Option<SimDuration>,
        /// Whether it was watched for as long as it may take; else something ended that early.
        to_the_end: bool,
        /// Whether it was watched at all.
        begun: bool,
    },
    /// For how much of a phase a state was there.
    State {
        /// The share of what was seen of the phase; NaN if nothing was.
        share: f64,
        /// Whether at all times of that.
        throughout: bool,
    },
}

/// A claim that is watched.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// Else why it cannot be.
    watched: Result<Watched, &'static str>,
}

#[derive(Clone, Debug)]
struct Watched {
    lookout: Lookout,
    aim: Aim,
}

#[derive(Clone, Debug)]
enum Aim {
    Moment {
        anchor: Anchor,
        from: SimTime,
        /// When it is known that it did not come in time.
        known: SimTime,
        spell: Spell,
        /// When the watch ended.
        ended: Option<SimTime>,
    },
    State {
        held: SimDuration,
        seen: SimDuration,
    },
}

const NO_PHASE: &str = "there is no such phase";
const NO_FAULT: &str = "there is no such fault";

impl Sight {
    pub(super) fn new(claim: &Claim, model: &Model, sampler: &mut Sampler<'_>) -> Self {
        Self { watched: Watched::new(claim, model, sampler) }
    }

    /// When it must look next.
    pub(super) fn next(&self) -> SimTime {
        self.watched.as_ref().map_or(SimTime::NEVER, |it| it.lookout.next())
    }

    pub(super) fn look(&mut self, at: SimTime, model: &Model, sampler: &mut Sampler<'_>) {
        let Ok(watched) = &mut self.watched else { return };
        let seen = watched.lookout.look(at, model, sampler);
        watched.add(seen);
    }

    /// What comes true after its fault was rolled back, or after an abort, was not asked for.
    pub(super) fn rolled_back(
        &mut self,
        rollback: &Rollback,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) {
        let Ok(Watched { aim: Aim::Moment { anchor, .. }, .. }) = &self.watched else { return };
        let concerns = match (&rollback.cause, anchor) {
            (Cause::Abort(_), _) | (_, Anchor::Zero) => true,
            (Cause::Stage { .. }, Anchor::Start(name) | Anchor::End(name)) => {
                model.faults[rollback.fault].name == *name
            }
        };
        if concerns {
            self.finish(rollback.at, model, sampler);
        }
    }

    /// The watch ends.
    pub(super) fn finish(&mut self, at: SimTime, model: &Model, sampler: &mut Sampler<'_>) {
        let Ok(watched) = &mut self.watched else { return };
        let seen = watched.lookout.finish(at, model, sampler);
        watched.add(seen);
        if let Aim::Moment { ended, .. } = &mut watched.aim {
            ended.get_or_insert(at);
        }
    }

    pub(super) fn into_sighting(self) -> Sighting {
        match self.watched {
            Err(why) => Sighting::Nothing(why),
            Ok(Watched { aim: Aim::Moment { from, known, spell, ended, .. }, .. }) => {
                let ended = ended.unwrap_or(SimTime::NEVER);
                Sighting::Moment {
                    came: spell.came().map(|it| it.since(from)),
                    to_the_end: ended >= known,
                    begun: ended > from,
                }
            }
            Ok(Watched { aim: Aim::State { held, seen }, .. }) => Sighting::State {
                share: held.as_secs_f64() / seen.as_secs_f64(),
                throughout: held == seen && !seen.is_zero(),
            },
        }
    }
}

impl Watched {
    fn new(claim: &Claim, model: &Model, sampler: &mut Sampler<'_>) -> Result<Self, &'static str> {
        match &claim.when {
            When::During(during) => {
                let phase = model.timeline.phases.iter().find(|it| it.name == *during);
                let phase = phase.ok_or(NO_PHASE)?;
                let (span, width) = ((phase.from, phase.to), model.timeline.window);
                let lookout = Lookout::new(&claim.fact, span, width, model, sampler)?;
                let aim = Aim::State { held: SimDuration::ZERO, seen: SimDuration::ZERO };
                Ok(Self { lookout, aim })
            }
            When::Within(within) => {
                let from = instant(&within.anchor, model).ok_or(NO_FAULT)?;
                let (width, least) = match claim.fact {
                    Fact::Metric(_) => (within.over, within.over),
                    Fact::State(_) => (model.timeline.window, SimDuration::ZERO),
                };
                let span = (from, model.timeline.end);
                let lookout = Lookout::new(&claim.fact, span, width, model, sampler)?;
                let aim = Aim::Moment {
                    anchor: within.anchor.clone(),
                    from,
                    known: from + within.bound + within.lasting.max(least),
                    spell: Spell::new(within.lasting),
                    ended: None,
                };
                Ok(Self { lookout, aim })
            }
        }
    }

    fn add(&mut self, stretches: Vec<Stretch>) {
        for stretch in stretches {
            match &mut self.aim {
                Aim::State { held, seen } => {
                    let span = stretch.to.since(stretch.from);
                    *seen += span;
                    *held += if stretch.held == Some(true) { span } else { SimDuration::ZERO };
                }
                Aim::Moment { spell, .. } => {
                    spell.add(stretch);
                    if spell.came().is_some() {
                        self.lookout.close();
                    }
                }
            }
        }
    }
}

fn instant(anchor: &Anchor, model: &Model) -> Option<SimTime> {
    let fault = |name: &String| model.faults.iter().find(|it| it.name == *name);
    match anchor {
        Anchor::Zero => Some(model.timeline.zero),
        Anchor::Start(name) => fault(name).map(|it| it.from),
        Anchor::End(name) => fault(name).map(|it| it.to),
    }
}
