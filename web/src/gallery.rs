//! The library of scenarios: what there is, and the texts that have come.

use std::collections::BTreeMap;

/// All scenarios: `family/story.toml`, where each is in `scenarios/`.
pub(crate) const ALL: &[&str] = include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// The files of data beside them.
const DATA: &[&str] = include!(concat!(env!("OUT_DIR"), "/data.rs"));

/// What runs when somebody comes for the first time.
pub(crate) const FIRST: &str = "checkout/checkout.toml";

/// Whether there is such a scenario.
pub(crate) fn has(path: &str) -> bool {
    ALL.contains(&path)
}

/// The texts of scenarios as far as they have come.
#[derive(Debug, Default)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The text of a scenario, if it is here.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// A text has come.
    pub(crate) fn put(&mut self, path: String, text: String) {
        self.0.insert(path, text);
    }

    /// Those that have not come.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'static str> {
        ALL.iter().copied().filter(|it| !self.0.contains_key(*it))
    }
}

/// The title that a scenario's text gives itself.
pub(crate) fn title(text: &str) -> &str {
    let line = text.lines().find_map(|it| it.strip_prefix("title"));
    let value = line.and_then(|it| it.split_once('=')).map_or("", |it| it.1);
    value.trim().trim_matches('"')
}

/// What a scenario shows, in a sentence: the first of `SHOWS` in the header of its text.
pub(crate) fn sentence(text: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for line in text.lines().map_while(|it| it.strip_prefix('#')) {
        let (word, rest) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
        if word == "SHOWS" {
            inside = true;
            words.push_str(rest.trim());
        } else if inside && line.starts_with("        ") {
            words.push(' ');
            words.push_str(line.trim());
        } else {
            inside = false;
        }
    }
    let end = words.find([';', ':']).or_else(|| words.find(". ")).unwrap_or(words.len());
    words.truncate(end);
    words.trim_end_matches('.').replace('`', "") + "."
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
        assert!(has(FIRST) && !has("../Cargo.toml"));
        for path in ALL {
            let text = text(path);
            let sentence = sentence(&text);
            assert!(!title(&text).is_empty(), "{path}");
            assert!(sentence.len() > 20 && sentence.len() < 400, "{path}: {sentence}");
        }
    }

    #[test]
    fn those_that_have_come_are_not_missing() {
        let mut texts = Texts::default();
        texts.put(FIRST.to_owned(), text(FIRST));
        assert_eq!(texts.missing().count(), ALL.len() - 1);
        assert!(texts.missing().all(|it| it != FIRST));
    }

    #[test]
    fn data_files_are_found_in_the_text() {
        let path = "real-traffic/web-site.toml";
        let text = text(path);
        assert_eq!(data_files(path, &text), ["real-traffic/elastic_apache_access_10k.csv"]);
        assert!(data_files("checkout/checkout.toml", &text).is_empty(), "of its own folder");
    }
}
