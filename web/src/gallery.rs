//! The library of scenarios: what there is, and the texts that have come.

use std::collections::BTreeMap;

/// A scenario of the library.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// `family/story.toml`: where it is in `scenarios/`.
    pub(crate) path: &'static str,
    /// The title that its text gives itself.
    pub(crate) title: &'static str,
    /// What it shows, in a sentence.
    pub(crate) sentence: &'static str,
}

/// All scenarios.
pub(crate) const ALL: &[Entry] = include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// The files of data beside them.
const DATA: &[&str] = include!(concat!(env!("OUT_DIR"), "/data.rs"));

/// What runs when somebody comes for the first time.
pub(crate) const FIRST: &str = "checkout/checkout.toml";
const FIRST_TEXT: &str = include_str!("../../scenarios/checkout/checkout.toml");

/// Whether there is such a scenario.
pub(crate) fn has(path: &str) -> bool {
    ALL.iter().any(|it| it.path == path)
}

/// The texts of scenarios as far as they are here: the first from the beginning, the others once they
/// were asked for.
#[derive(Debug)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// That of the first scenario.
    pub(crate) fn new() -> Self {
        let mut texts = BTreeMap::new();
        texts.insert(FIRST.to_owned(), FIRST_TEXT.to_owned());
        Self(texts)
    }

    /// The text of a scenario, if it is here.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// A text has come.
    pub(crate) fn put(&mut self, path: String, text: String) {
        self.0.insert(path, text);
    }
}

/// The files of data that a scenario asks for, by their paths in `scenarios/`.
pub(crate) fn data_files(path: &str, text: &str) -> Vec<&'static str> {
    let folder = path.split('/').next().unwrap_or_default();
    let named = |it: &&str| {
        it.split_once('/').is_some_and(|(family, name)| family == folder && text.contains(name))
    };
    DATA.iter().copied().filter(|it| named(it)).collect()
}

/// The text of a scenario, from where the site has it from.
#[cfg(test)]
pub(crate) fn text(path: &str) -> String {
    let library = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    std::fs::read_to_string(library.join(path)).expect("it is there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_title_and_a_sentence() {
        assert!(has(FIRST) && Texts::new().get(FIRST) == Some(&*text(FIRST)));
        for Entry { path, title, sentence } in ALL {
            assert!(!title.is_empty(), "{path}");
            assert!(sentence.len() > 20 && sentence.len() < 400, "{path}: {sentence}");
        }
    }

    #[test]
    fn data_files_are_found_in_the_text() {
        let path = "real-traffic/web-site.toml";
        let text = text(path);
        assert_eq!(data_files(path, &text), ["real-traffic/elastic_apache_access_10k.csv"]);
        assert!(data_files("checkout/checkout.toml", &text).is_empty(), "of its own folder");
    }
}
