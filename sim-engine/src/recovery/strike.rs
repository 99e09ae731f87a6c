//! One run of a disaster: when it strikes, what is left, and the way back.

use crate::backup::{Moment, Restored, Unrestorable, restore};
use crate::replication::failover::Phases;
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::{Corruption, Takes};
use crate::time::SimDuration;

use super::failover;
use super::runbook::{Lengths, Try, follow};
use super::{Case, standby};

/// What a disaster leaves, and when.
#[derive(Clone, Debug)]
pub(super) struct Loss {
    /// When, and what is still there of what is kept.
    pub(super) moment: Moment,
    pub(super) corrupt: Option<Corruption>,
    /// Whether the primary is gone.
    pub(super) primary: bool,
    /// Standbys that are gone, by their numbers.
    pub(super) standbys: Vec<usize>,
}

impl Loss {
    fn draw(case: &Case, seed: Seed) -> Self {
        let Case { disaster, store, .. } = case;
        // All disasters of a run strike at the same share of their cycles.
        let mut moment = Stream::new(seed, Purpose::Disaster, "");
        let mut notice = Stream::new(seed, Purpose::Notice, &disaster.name);
        let noticed = disaster.noticed_after.sample(&mut notice);
        let ransomware = disaster.corrupt == Some(Corruption::Ransomware);
        let primary = disaster.lose.primary || ransomware;
        let works_on = disaster.corrupt.is_some() && !primary;
        // A corrupt standby is no copy.
        let standbys = match disaster.corrupt {
            Some(_) => (0..store.standbys.len()).collect(),
            None => disaster.lose.standbys.clone(),
        };
        let moment = Moment::draw(&store.kept(), disaster.at.since_midnight(), &mut moment);
        Self {
            moment: Moment {
                noticed,
                goes_on_for: if works_on { noticed } else { SimDuration::ZERO },
                has_last_segment: works_on,
                deletes: disaster.lose.backups || ransomware,
                size: moment.size + store.growth * disaster.after.as_secs_f64(),
                ..moment
            },
            corrupt: disaster.corrupt,
            primary,
            standbys,
        }
    }

    /// Whether the primary has all that it had.
    fn is_harmless(&self) -> bool {
        !self.primary && self.corrupt.is_none()
    }
}

/// Part of the time until all is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Nobody knows.
    Unnoticed,
    /// A failover: until the failure is known.
    Detect,
    /// Until it is decided, and the old primary can do no harm.
    Fence,
    /// Until the standby takes writes.
    Promote,
    /// Until its name leads there.
    Name,
    /// Until the last client has connected.
    Clients,
    /// Until it answers as before.
    WarmUp,
    /// A restore: mending what a drill would have found.
    Mend,
    /// Backups that were no good.
    InVain,
    /// Before the first byte and after the last.
    Overhead,
    /// Copying.
    Copy,
    /// Replaying the log.
    Replay,
}

impl Part {
    /// All, in the order in which they come.
    pub const ALL: [Self; 12] = [
        Self::Unnoticed,
        Self::Detect,
        Self::Fence,
        Self::Promote,
        Self::Name,
        Self::Clients,
        Self::WarmUp,
        Self::Mend,
        Self::InVain,
        Self::Overhead,
        Self::Copy,
        Self::Replay,
    ];

    /// What reports call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unnoticed => "unnoticed",
            Self::Detect => "detect",
            Self::Fence => "fence",
            Self::Promote => "promote",
            Self::Name => "name",
            Self::Clients => "clients",
            Self::WarmUp => "warm up",
            Self::Mend => "mend the restore",
            Self::InVain => "bad backups",
            Self::Overhead => "overhead",
            Self::Copy => "copy",
            Self::Replay => "replay",
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Everything is back, but for what `rpo` says.
    Recovered,
    /// There is no backup of that time any more, or none was made.
    NoBackup,
    /// None of the backups can be restored.
    NoGoodBackup,
    /// The restore had broken, and no drill had found that.
    Broken,
    /// No copy is left that could take over, and nothing is restored.
    NoCopy,
    /// A step of the runbook failed, and that ended it.
    GivenUp,
}

impl Fate {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::Recovered,
        Self::NoBackup,
        Self::NoGoodBackup,
        Self::Broken,
        Self::NoCopy,
        Self::GivenUp,
    ];

    /// What reports say of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::NoBackup => Unrestorable::NoBackup.name(),
            Self::NoGoodBackup => Unrestorable::NoGoodBackup.name(),
            Self::Broken => Unrestorable::Broken.name(),
            Self::NoCopy => "no copy is left",
            Self::GivenUp => "a step of the runbook failed for good",
        }
    }
}

impl From<Unrestorable> for Fate {
    fn from(why: Unrestorable) -> Self {
        match why {
            Unrestorable::NoBackup => Self::NoBackup,
            Unrestorable::NoGoodBackup => Self::NoGoodBackup,
            Unrestorable::Broken => Self::Broken,
        }
    }
}

/// What one run of a disaster came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub fate: Fate,
    /// The time whose writes are gone; none where nothing came back.
    pub rpo: Option<SimDuration>,
    /// The time until everything was back.
    pub rto: Option<SimDuration>,
    /// How long each [`Part`] took, in the order of [`Part::ALL`].
    pub parts: [SimDuration; Part::ALL.len()],
    /// The tries of the runbook's steps, in the order in which they began.
    pub tries: Vec<Try>,
}

/// A way back: to which moment, and how long it took.
#[derive(Debug, Default)]
struct Way {
    point: SimDuration,
    took: SimDuration,
    phases: Option<Phases>,
    restored: Option<Restored>,
    tries: Vec<Try>,
}

impl Case {
    /// Run `run` of the disaster; the same number is the same run, whoever asks.
    pub fn strike(&self, root: u64, run: u32) -> Outcome {
        let seed = Seed { root, replication: run };
        let loss = Loss::draw(self, seed);
        let way = match &self.runbook {
            None => self.at_once(&loss, seed),
            Some(_) => self.by_the_book(&loss, seed),
        };
        match way {
            Ok(way) => recovered(&loss, way),
            Err(fate) => Outcome {
                fate,
                rpo: None,
                rto: None,
                parts: [SimDuration::ZERO; Part::ALL.len()],
                tries: Vec::new(),
            },
        }
    }

    /// Without a runbook: a standby takes over, else the newest backup is restored.
    fn at_once(&self, loss: &Loss, seed: Seed) -> Result<Way, Fate> {
        let store = &self.store;
        if loss.is_harmless() {
            return Ok(Way::default());
        }
        let behind = standby::behind(store, loss, seed);
        if let (Some(point), Some(failover)) = (behind, &store.failover) {
            let phases = failover::failover(failover, &store.name, seed);
            return Ok(Way { point, took: phases.took(), phases: Some(phases), ..Way::default() });
        }
        let restored = restore(&store.kept(), &loss.moment, &store.name, seed)?;
        let (point, took) = (restored.point, restored.took());
        Ok(Way { point, took, restored: Some(restored), ..Way::default() })
    }

    /// By the runbook: what it restores, or lets take over, is what there is then.
    fn by_the_book(&self, loss: &Loss, seed: Seed) -> Result<Way, Fate> {
        let store = &self.store;
        let runbook = self.runbook.as_ref().expect("there is one");
        let has = |wanted: fn(&Takes) -> bool| runbook.steps.iter().any(|it| wanted(&it.takes));
        let copies = has(|it| matches!(it, Takes::Restore(_)));
        let fails_over = has(|it| matches!(it, Takes::Failover(_)));
        let restore = || restore(&store.kept(), &loss.moment, &store.name, seed);
        let restored = if copies { Some(restore()?) } else { None };
        let phases = store.failover.as_ref().filter(|_| fails_over);
        let phases = phases.map(|it| failover::failover(it, &store.name, seed));
        let behind = || standby::behind(store, loss, seed).ok_or(Fate::NoCopy);
        let point = match restored {
            _ if fails_over => behind()?,
            Some(it) => it.point,
            None if loss.is_harmless() => SimDuration::ZERO,
            None => behind()?,
        };
        let lengths = Lengths {
            restore: restored.map_or(SimDuration::ZERO, |it| it.took()),
            failover: phases.map_or(SimDuration::ZERO, |it| it.took()),
        };
        let tries = follow(runbook, lengths, seed).ok_or(Fate::GivenUp)?;
        let ends = tries.iter().map(|it| it.end).max();
        let took = ends.map_or(SimDuration::ZERO, |it| SimDuration::from_nanos(it.as_nanos()));
        Ok(Way { point, took, phases, restored, tries })
    }
}

fn recovered(loss: &Loss, way: Way) -> Outcome {
    let unnoticed = match loss.corrupt {
        Some(_) => SimDuration::ZERO,
        None => loss.moment.noticed,
    };
    // What is written between the corruption and its notice goes too.
    let written = if loss.corrupt.is_some() { loss.moment.noticed } else { SimDuration::ZERO };
    Outcome {
        fate: Fate::Recovered,
        rpo: Some(way.point + written),
        rto: Some(unnoticed + way.took),
        parts: parts(unnoticed, way.phases.unwrap_or_default(), way.restored.unwrap_or_default()),
        tries: way.tries,
    }
}

fn parts(
    unnoticed: SimDuration,
    phases: Phases,
    restored: Restored,
) -> [SimDuration; Part::ALL.len()] {
    Part::ALL.map(|part| match part {
        Part::Unnoticed => unnoticed,
        Part::Detect => phases.detect,
        Part::Fence => phases.fence,
        Part::Promote => phases.promote,
        Part::Name => phases.name,
        Part::Clients => phases.clients,
        Part::WarmUp => phases.warm_up,
        Part::Mend => restored.mend,
        Part::InVain => restored.in_vain,
        Part::Overhead => restored.overhead,
        Part::Copy => restored.copy,
        Part::Replay => restored.replay,
    })
}
