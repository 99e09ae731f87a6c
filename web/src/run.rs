//! What the page knows of a run: what the worker has told so far.

use std::rc::Rc;

use crate::protocol::{Facts, Film, Outcome, Tell, Track};

/// A run of all variants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Its job.
    pub(crate) id: u32,
    /// The scenario's title.
    pub(crate) title: String,
    /// Root seed.
    pub(crate) seed: u64,
    /// The variants, base first.
    pub(crate) variants: Vec<Variant>,
    /// What was told last.
    pub(crate) done: Option<Done>,
}

/// All is done.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The report's hash.
    pub(crate) hash: String,
    /// How long it took, ms.
    pub(crate) millis: f64,
    /// Events of all runs.
    pub(crate) events: u64,
    /// Requests of all runs.
    pub(crate) requests: u64,
}

/// A variant.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// As it was compiled.
    pub(crate) facts: Rc<Facts>,
    /// How much of its first run is done.
    pub(crate) share: f64,
    /// The first run, as far as it is known.
    pub(crate) first: Rc<Vec<Track>>,
    /// What moved in it.
    pub(crate) film: Rc<Film>,
    /// Over the runs so far.
    pub(crate) outcome: Option<Rc<Outcome>>,
}

impl Variant {
    /// The series to draw: over all runs, or as far as the first is known.
    pub(crate) fn series(&self) -> &[Track] {
        self.outcome.as_ref().map_or(&self.first, |it| &it.series)
    }

    /// A series of the first run, which the picture shows.
    pub(crate) fn first(&self, entity: &str, name: &str) -> Option<&Track> {
        find(&self.first, entity, name)
    }
}

/// A series by entity and name.
pub(crate) fn find<'a>(series: &'a [Track], entity: &str, name: &str) -> Option<&'a Track> {
    series.iter().find(|it| it.entity == entity && it.name == name)
}

impl Run {
    /// A run of which nothing is known but what is to be run.
    pub(crate) fn begun(id: u32, title: String, seed: u64, facts: Vec<Facts>) -> Self {
        let variant = |facts| Variant {
            facts: Rc::new(facts),
            share: 0.0,
            first: Rc::default(),
            film: Rc::default(),
            outcome: None,
        };
        let variants = facts.into_iter().map(variant).collect();
        Self { id, title, seed, variants, done: None }
    }

    /// Takes in what the worker tells; whether there is something to draw.
    pub(crate) fn told(&mut self, tell: Tell) -> bool {
        match tell {
            Tell::Going { variant, share, series, .. } => {
                let Some(variant) = self.variants.get_mut(variant) else { return false };
                variant.share = share;
                variant.first = Rc::new(series);
                true
            }
            Tell::Filmed { variant, film, series, .. } => {
                let Some(variant) = self.variants.get_mut(variant) else { return false };
                variant.share = 1.0;
                variant.first = Rc::new(series);
                variant.film = Rc::new(film);
                true
            }
            Tell::Folded { variant, result, .. } => {
                let Some(variant) = self.variants.get_mut(variant) else { return false };
                variant.outcome = Some(Rc::new(*result));
                true
            }
            Tell::Done { hash, millis, events, requests, .. } => {
                self.done = Some(Done { hash, millis, events, requests });
                true
            }
            Tell::Refused { .. } | Tell::Begun { .. } | Tell::Json(_) => false,
        }
    }

    /// Seconds of the run.
    pub(crate) fn duration(&self) -> f64 {
        self.variants.iter().map(|it| it.facts.duration).fold(1e-3, f64::max)
    }

    /// Runs of a variant so far, and how many there are to be.
    pub(crate) fn progress(&self) -> (u32, u32) {
        let done = |it: &Variant| it.outcome.as_ref().map_or(0, |it| it.replications);
        let done = self.variants.iter().map(done).min().unwrap_or(0);
        (done, self.variants.first().map_or(0, |it| it.facts.replications))
    }
}
