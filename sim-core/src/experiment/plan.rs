//! What to run: a scenario's variants, compiled, with their replications.

use super::{Fold, Replication, conclude, precision, replicate};
use std::sync::Arc;

use crate::compile::compile;
use crate::model::Model;
use crate::recovery::{Case, Tally};
use crate::report::{Report, VariantReport, hex};
use crate::scenario::{BASE, Checked, Diagnostic, Files, Source};
use sha2::{Digest, Sha256};

/// A scenario ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    title: String,
    scenario: String,
    clock: Option<u32>,
    /// Root seed.
    pub seed: u64,
    /// Replications of each variant, ≥ 1, instead of its own number.
    pub replications: Option<u32>,
    /// The variants to run: name and model, base first.
    pub variants: Vec<(String, Arc<Model>)>,
    /// The disasters of each variant.
    disasters: Vec<Vec<Case>>,
}

impl Plan {
    /// Checks and compiles the variants of a scenario that `wanted` says yes to; `base` is one.
    ///
    /// # Errors
    ///
    /// All that is wrong with any of them.
    pub fn new(
        source: &Source,
        files: &dyn Files,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, Vec<Diagnostic>> {
        let names = std::iter::once(BASE.to_owned()).chain(source.variants());
        let mut checked = Vec::new();
        for name in names.filter(|it| wanted(it)) {
            let variant = (name != BASE).then_some(&*name);
            let scenario = source.check(variant, files)?;
            checked.push((name, scenario));
        }
        Ok(Self::of(source, &checked))
    }

    fn of(source: &Source, checked: &[(String, Checked)]) -> Self {
        let first = checked.first().map(|it| &*it.1);
        Self {
            title: first.map(|it| it.title.clone()).unwrap_or_default(),
            scenario: digest(source),
            clock: first.and_then(|it| it.run.clock),
            seed: first.map_or(0, |it| it.seed),
            replications: None,
            disasters: checked.iter().map(|it| Case::all(&it.1)).collect(),
            variants: checked.iter().map(|it| (it.0.clone(), Arc::new(compile(&it.1)))).collect(),
        }
    }

    /// One line for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many replications of one variant are to be run; the fewest, where its number depends on
    /// what they show. None where there is no load: nothing would happen in them.
    pub fn replications(&self, variant: usize) -> u32 {
        let model = &self.variants[variant].1;
        if model.loads.is_empty() && model.systems.is_empty() {
            return 0;
        }
        let asked = self.replications.unwrap_or(model.replications);
        if model.precision.is_some() { precision::first(asked) } else { asked }
    }

    /// Lets replications of all variants go on until intervals have half this relative width, in
    /// (0, 0.5], whatever the scenario says.
    pub fn set_precision(&mut self, wanted: f64) {
        for (_, model) in &mut self.variants {
            Arc::make_mut(model).precision = Some(wanted);
        }
    }

    /// How many replications of a variant are to be run in all, after those that were folded: as
    /// many as there are, if they are enough. It is for who has run as many as it said before.
    pub fn target(&self, variant: usize, fold: &Fold) -> u32 {
        let (model, done) = (&self.variants[variant].1, fold.replications());
        let first = self.replications(variant);
        if done < first || model.precision.is_none() || fold.is_precise() {
            return first.max(done);
        }
        precision::next(done, model.max_replications.max(first))
    }

    /// One replication of one variant; see [`replicate`].
    pub fn replicate(
        &self,
        variant: usize,
        number: u32,
        go_on: impl FnMut(f64) -> bool,
    ) -> Option<Replication> {
        replicate(&self.variants[variant].1, self.seed, number, go_on)
    }

    /// The disasters of one variant, whose runs are no part of its replications.
    pub fn disasters(&self, variant: usize) -> &[Case] {
        &self.disasters[variant]
    }

    /// The report of a folded variant, with what the runs of its disasters came to, in their order.
    pub fn finish(&self, variant: usize, fold: Fold, tallies: &[Tally]) -> VariantReport {
        let name = &self.variants[variant].0;
        let mut report = fold.finish(name);
        for (case, tally) in self.disasters[variant].iter().zip(tallies) {
            let concluded = conclude(case, tally, self.seed, name);
            report.disasters.push(concluded.report);
            report.verdicts.extend(concluded.verdicts);
        }
        report
    }

    /// An empty fold for one variant.
    pub fn fold(&self, variant: usize) -> Fold {
        Fold::new(self.variants[variant].1.clone())
    }

    /// The report of folded variants, in the plan's order.
    pub fn report(&self, variants: Vec<VariantReport>) -> Report {
        Report {
            title: self.title.clone(),
            version: env!("CARGO_PKG_VERSION"),
            scenario: self.scenario.clone(),
            seed: self.seed,
            clock: self.clock,
            variants,
        }
    }

    /// Runs everything, one replication after the other: for tests, examples and small pages.
    /// Shells run replications side by side and fold them in the same order.
    pub fn run(&self) -> Report {
        let variants = (0..self.variants.len()).map(|variant| {
            let mut fold = self.fold(variant);
            while fold.replications() < self.target(variant, &fold) {
                for number in fold.replications()..self.target(variant, &fold) {
                    fold.push(self.replicate(variant, number, |_| true).expect("nobody says stop"));
                }
            }
            let tallies: Vec<_> =
                self.disasters[variant].iter().map(|it| it.run(self.seed)).collect();
            self.finish(variant, fold, &tallies)
        });
        self.report(variants.collect())
    }
}

/// SHA-256, in hexadecimal, of all texts that make a scenario: the file's, which alone gives the
/// file's own, then each override's with its length before it, so that no two lists look alike.
pub fn digest(source: &Source) -> String {
    let mut texts = source.sources().iter().map(|it| &*it.text);
    let mut digest = Sha256::new();
    digest.update(texts.next().unwrap_or_default());
    for set in texts {
        digest.update((set.len() as u64).to_le_bytes());
        digest.update(set);
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use crate::scenario::parse;

    #[test]
    fn the_digest_is_that_of_the_text_and_changes_with_overrides() {
        let digest = |sets: &[&str]| {
            let mut source = parse("").expect("nothing is a table");
            for set in sets {
                // Refused or not, its text is one of the sources.
                let _ = source.set(set);
            }
            super::digest(&source)
        };
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(&[]), empty);
        assert_ne!(digest(&[]), digest(&["a=1"]));
        assert_ne!(digest(&["a=1"]), digest(&["a=2"]));
        assert_ne!(digest(&["a=1", "b=2"]), digest(&["a=1b=2"]));
    }
}
