//! The library of scenarios: `family/story.toml` with its text.

/// All scenarios, by their paths in `scenarios/`.
pub(crate) const ALL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// The files of data beside them.
const DATA: &[&str] = include!(concat!(env!("OUT_DIR"), "/data.rs"));

/// What runs when somebody comes for the first time.
pub(crate) const FIRST: &str = "checkout/checkout.toml";

/// The text of a scenario.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    ALL.iter().find(|it| it.0 == path).map(|it| it.1)
}

/// The title that a scenario's text gives itself.
pub(crate) fn title(text: &str) -> &str {
    let line = text.lines().find_map(|it| it.strip_prefix("title"));
    let value = line.and_then(|it| it.split_once('=')).map_or("", |it| it.1);
    value.trim().trim_matches('"')
}

/// What it shows, in a sentence: the first of `SHOWS` in its header.
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
    words.trim_end_matches('.').to_owned() + "."
}

/// The files of data that a scenario asks for, by their paths in `scenarios/`.
pub(crate) fn data_files(path: &str, text: &str) -> Vec<&'static str> {
    let folder = path.split('/').next().unwrap_or_default();
    let named = |it: &&str| {
        it.split_once('/').is_some_and(|(family, name)| family == folder && text.contains(name))
    };
    DATA.iter().copied().filter(|it| named(&it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_title_and_a_sentence() {
        assert!(text(FIRST).is_some());
        for (path, text) in ALL {
            assert!(!title(text).is_empty(), "{path}");
            let sentence = sentence(text);
            assert!(sentence.len() > 20 && sentence.len() < 400, "{path}: {sentence}");
        }
    }

    #[test]
    fn data_files_are_found_in_the_text() {
        let path = "real-traffic/web-site.toml";
        let text = text(path).expect("it is there");
        assert_eq!(data_files(path, text), ["real-traffic/elastic_apache_access_10k.csv"]);
        assert!(data_files("checkout/checkout.toml", text).is_empty(), "of its own folder");
    }
}
