//! A scenario, how long it runs, and the rows that it answers.

use std::sync::Arc;

use super::check::{Agreement, Check, Reading, Replica, State};

/// One scenario and what it is held against.
#[derive(Clone)]
pub(crate) struct Experiment {
    pub(crate) title: &'static str,
    pub(crate) length: Length,
    pub(crate) checks: Vec<Check>,
    /// Only in the slow profile.
    pub(crate) slow: bool,
    /// The phase that is looked at.
    pub(crate) phase: &'static str,
    body: String,
}

/// How long to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    warmup: f64,
    duration: f64,
    /// Time after the phase that is looked at, for its last requests to end. Without it the report
    /// misses the longest of them, and mean latencies are low by their variance over the duration.
    rest: f64,
    replications: u32,
}

/// The slow profile runs this much longer, which lowers what a run's beginning and end spoil as
/// well as what chance does.
const LONGER: f64 = if cfg!(feature = "slow") { 8.0 } else { 1.0 };

/// A stationary run: so many seconds of warm-up, the phase that is looked at, half a warm-up for
/// what has not ended; so many times.
pub(crate) fn steady(warmup: f64, duration: f64, replications: u32) -> Length {
    Length { warmup, duration: duration * LONGER, rest: warmup / 2.0, replications }
}

/// A run whose length is part of the question.
pub(crate) fn fixed(duration: f64, replications: u32) -> Length {
    Length { warmup: 0.0, duration, rest: 0.0, replications }
}

impl Length {
    /// With a warm-up of so many seconds.
    pub(crate) fn warmed(self, warmup: f64) -> Self {
        Self { warmup, ..self }
    }

    fn phase(&self) -> &'static str {
        if self.rest > 0.0 { "before" } else { "always" }
    }

    /// A fault without effect, whose beginning ends the phase that is looked at.
    fn mark(&self) -> String {
        if self.rest <= 0.0 {
            return String::new();
        }
        let at = self.duration;
        format!(
            "\n[[fault]]\nname = \"rest\"\nkind = \"surge\"\non = \"users\"\nfactor = 1\n\
             at = \"{at}s\"\n"
        )
    }
}

impl Experiment {
    pub(crate) fn new(title: &'static str, length: Length, body: impl Into<String>) -> Self {
        let (body, checks) = (body.into(), Vec::new());
        Self { title, length, checks, slow: false, phase: length.phase(), body }
    }

    pub(crate) fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    pub(crate) fn during(self, phase: &'static str) -> Self {
        Self { phase, ..self }
    }

    fn check(mut self, address: &'static str, reading: Reading, agreement: Agreement) -> Self {
        self.checks.push(Check { address, reading, agreement, implied: None });
        self
    }

    /// The row is this metric.
    pub(crate) fn row(self, address: &'static str, metric: &'static str) -> Self {
        self.check(address, Reading::Metric(metric), Agreement::StandardErrors)
    }

    /// The row is this, made of metrics or of the log.
    pub(crate) fn derived(
        self,
        address: &'static str,
        what: &'static str,
        read: impl Fn(&Replica<'_>) -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.check(address, Reading::Of(what, Arc::new(read)), Agreement::StandardErrors)
    }

    /// The last row is the share of time in which so many jobs are at a service.
    pub(crate) fn at_state(self, service: &'static str, jobs: u32) -> Self {
        self.amend(|it| it.reading = Reading::State(it.what(), State { service, jobs }))
    }

    pub(crate) fn needs_states(&self) -> bool {
        self.checks.iter().any(|it| matches!(it.reading, Reading::State(..)))
    }

    fn amend(mut self, change: impl FnOnce(&mut Check)) -> Self {
        change(self.checks.last_mut().expect("a row has been named"));
        self
    }

    /// The last row agrees by this.
    pub(crate) fn agrees(self, agreement: Agreement) -> Self {
        self.amend(|it| it.agreement = agreement)
    }

    /// The last row is right exactly if its reading is this.
    pub(crate) fn implies(self, value: f64) -> Self {
        self.amend(|it| it.implied = Some(value))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.checks.iter().map(Check::id)
    }

    /// The scenario.
    pub(crate) fn text(&self) -> String {
        let Length { warmup, duration, rest, replications } = self.length;
        let (title, body, mark, seed) = (self.title, &self.body, self.length.mark(), self.seed());
        let until = duration + rest;
        format!(
            "format = 1\ntitle = \"{title}\"\nseed = {seed}\n\
             run = {{ warmup = \"{warmup}s\", duration = \"{until}s\", \
             replications = {replications} }}\n\n{body}{mark}"
        )
    }

    /// Each title has its own, so that no two experiments share their luck.
    fn seed(&self) -> u32 {
        self.title
            .bytes()
            .fold(2_166_136_261, |hash, it| (hash ^ u32::from(it)).wrapping_mul(16_777_619))
    }
}
