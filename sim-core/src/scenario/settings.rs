//! The numbers of a scenario, each with its place: what somebody may turn.
//!
//! A number is found wherever it stands, inside `"50% of last 20"` and `"exp(3ms)"` too. Who turns it
//! writes another one over its place in the text, and keeps all else as it was.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Source;
use super::place::SourceId;
use super::tree::{Node, Value};
use crate::order;
use crate::time::SimDuration;

/// A number of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The path of its value, as overrides write it: `service.checkout.call.fraud.timeout`.
    pub path: String,
    /// What it is of: `service.checkout`, `service.checkout.call.fraud`, `fault.outage`.
    pub section: String,
    /// Its key within that, such as `breaker.open_at`.
    pub key: String,
    /// What the value calls it: `p50` in `lognormal(p50=25ms, p99=120ms)`; empty where it stands alone.
    pub part: String,
    /// Which of the numbers at its path it is, from 0: a value may hold several, and a list values.
    pub index: usize,
    /// The number, in its unit.
    pub number: f64,
    /// Its unit as it is written; empty where it has none.
    pub unit: String,
    /// Where number and unit stand in the file.
    pub place: Range<usize>,
}

/// A number inside a text.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    number: f64,
    unit: String,
    part: String,
    range: Range<usize>,
}

/// Keys that are no settings, wherever they stand at the top.
const NO_SETTINGS: [&str; 6] = ["format", "title", "variant", "steady", "expect", "abort"];
/// Settings beyond these are not told.
const MOST: usize = 1_000;
/// Keys by which the entries of lists are named.
const NAMES: [&str; 2] = ["name", "to"];

impl Source {
    /// The numbers of the file that somebody may turn, in the order of the text.
    pub fn settings(&self) -> Vec<Setting> {
        let mut all = Vec::new();
        let entries = self.tree.as_table().into_iter().flat_map(|it| &it.entries);
        for entry in entries.filter(|it| !NO_SETTINGS.contains(&it.key.as_str())) {
            let mut path = Path { section: String::new(), key: entry.key.clone() };
            match &entry.node.value {
                Value::Table(_) | Value::Array(_) => {
                    path = Path { section: entry.key.clone(), key: String::new() };
                    let depth = usize::from(entry.key != "run");
                    self.walk(&entry.node, &path, depth, &mut all);
                }
                _ => self.leaf(&entry.node, &path, &mut all),
            }
        }
        order::sort_by_key(&mut all, |it| it.place.start);
        all.truncate(MOST);
        count(&mut all);
        all
    }

    /// `names` is how many levels of names come before the keys of a section.
    fn walk(&self, node: &Node, path: &Path, names: usize, all: &mut Vec<Setting>) {
        match &node.value {
            Value::Table(table) => {
                for entry in table.entries.iter().filter(|it| it.key != "expect") {
                    let calls = path.key.is_empty() && matches!(&*entry.key, "call" | "op");
                    let path = match names {
                        0 if calls => path.section(&entry.key),
                        0 => path.key(&entry.key),
                        _ => path.section(&entry.key),
                    };
                    let below = if calls { 1 } else { names.saturating_sub(1) };
                    self.walk(&entry.node, &path, below, all);
                }
            }
            Value::Array(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    let name = NAMES.iter().find_map(|it| node.get(it)?.as_text());
                    let path = match name {
                        Some(name) => path.section(name),
                        None if node.as_table().is_some() => path.section(&(index + 1).to_string()),
                        None => path.clone(),
                    };
                    self.walk(node, &path, 0, all);
                }
            }
            _ => self.leaf(node, path, all),
        }
    }

    fn leaf(&self, node: &Node, path: &Path, all: &mut Vec<Setting>) {
        if node.place.source != SourceId::FILE {
            return;
        }
        let text = &self.sources[0].text;
        let (text, before) = match &node.value {
            Value::Text(value) => {
                let place = node.place_of(0..value.value.len());
                // What is written with escapes stands elsewhere than it reads.
                if text.get(place.range()) != Some(&*value.value) {
                    return;
                }
                (&*value.value, place.range().start)
            }
            Value::Integer(_) | Value::Float(_) => {
                let range = node.place.range();
                (text.get(range.clone()).unwrap_or_default(), range.start)
            }
            _ => return,
        };
        for found in numbers(text) {
            let whole = format!("{}.{}", path.section, path.key);
            all.push(Setting {
                path: whole.trim_matches('.').to_owned(),
                section: path.section.clone(),
                key: path.key.clone(),
                part: found.part,
                index: 0,
                number: found.number,
                unit: found.unit,
                place: before + found.range.start..before + found.range.end,
            });
        }
    }
}

/// Numbers those of each path.
fn count(all: &mut [Setting]) {
    let mut seen = BTreeMap::new();
    for setting in all {
        let next = seen.entry(setting.path.clone()).or_insert(0);
        setting.index = *next;
        *next += 1;
    }
}

#[derive(Clone, Debug)]
struct Path {
    section: String,
    key: String,
}

impl Path {
    fn section(&self, name: &str) -> Self {
        let section = format!("{}.{name}", self.section);
        Self { section, key: self.key.clone() }
    }

    fn key(&self, name: &str) -> Self {
        let key = format!("{}.{name}", self.key);
        Self { section: self.section.clone(), key: key.trim_start_matches('.').to_owned() }
    }
}

/// The numbers of a text, with the units that follow them and the names that stand before.
fn numbers(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let is_part_of_a_word =
        |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b'-' | b':');
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !is_part_of_a_word(bytes[at - 1]));
        if !starts {
            at += 1;
            continue;
        }
        let digits = run(bytes, at, |it| it.is_ascii_digit() || matches!(it, b'.' | b'_'));
        let end = unit_end(bytes, digits);
        // `2023-11-05`, `14:00`, `0..5` and `3x4` are no numbers with a unit.
        let next = bytes.get(end).copied().unwrap_or(b' ');
        let number = text[at..digits].replace('_', "").parse::<f64>();
        match number {
            Ok(number) if !is_part_of_a_word(next) && number.is_finite() => {
                let unit = text[digits..end].to_owned();
                found.push(Found { number, unit, part: name_before(text, at), range: at..end });
                at = end;
            }
            _ => {
                let end = run(bytes, at, is_part_of_a_word).max(at + 1);
                if let Some((number, unit)) = compound(&text[at..end]) {
                    found.push(Found { number, unit, part: name_before(text, at), range: at..end });
                }
                at = end;
            }
        }
    }
    found
}

/// `3m30s` is one number, counted in the last of its units.
fn compound(text: &str) -> Option<(f64, String)> {
    let time: SimDuration = text.parse().ok()?;
    let unit = text.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
    let unit = unit.get(unit.rfind(|it: char| it.is_ascii_digit())? + 1..)?;
    let one: SimDuration = format!("1{unit}").parse().ok()?;
    Some((time.as_nanos() as f64 / one.as_nanos() as f64, unit.to_owned()))
}

/// `ms`, `%`, `/s`, `x` or nothing.
fn unit_end(bytes: &[u8], from: usize) -> usize {
    match bytes.get(from) {
        Some(b'%') => from + 1,
        Some(b'/') => run(bytes, from + 1, |it| it.is_ascii_alphabetic()),
        _ => run(bytes, from, |it| it.is_ascii_alphabetic()),
    }
}

fn run(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    from + bytes[from..].iter().take_while(|it| is(**it)).count()
}

/// `p50` of `p50=25ms`.
fn name_before(text: &str, at: usize) -> String {
    let Some(before) = text[..at].trim_end().strip_suffix('=') else { return String::new() };
    let before = before.trim_end();
    let start = before.rfind(|it: char| !it.is_alphanumeric() && it != '_').map_or(0, |it| it + 1);
    before.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;

    fn told(text: &str) -> Vec<(String, String)> {
        let source = parse(text).expect("it is TOML");
        let told = |it: &Setting| {
            assert_eq!(
                text[it.place.clone()].replace('_', ""),
                format!("{}{}", it.number, it.unit)
            );
            (
                format!("{} {}", it.path, it.part).trim().to_owned(),
                format!("{}{}", it.number, it.unit),
            )
        };
        source.settings().iter().map(told).collect()
    }

    #[test]
    fn every_number_is_found_where_it_stands() {
        let text = r#"
format = 1
seed = 42
run = { duration = "8m", clock = "14:00:00" }
load.users = { to = "shop", rate = ["200/s at 0s", "400/s at 2m over 30s"], classes = { buy = "70%" } }
[service.shop]
workers = 1_000
time = "lognormal(p50=4ms, p99=15ms)"
[[service.shop.call]]
to = "db-2"
breaker = { open_at = "50% of last 20" }
[[fault]]
name = "slow"
factor = 2.5
[variant.more]
"service.shop.workers" = 4
"#;
        let want = [
            ("seed", "42"),
            ("run.duration", "8m"),
            ("load.users.rate", "200/s"),
            ("load.users.rate", "0s"),
            ("load.users.rate", "400/s"),
            ("load.users.rate", "2m"),
            ("load.users.rate", "30s"),
            ("load.users.classes.buy", "70%"),
            ("service.shop.workers", "1000"),
            ("service.shop.time p50", "4ms"),
            ("service.shop.time p99", "15ms"),
            ("service.shop.call.db-2.breaker.open_at", "50%"),
            ("service.shop.call.db-2.breaker.open_at", "20"),
            ("fault.slow.factor", "2.5"),
        ];
        let want: Vec<_> = want.map(|it| (it.0.to_owned(), it.1.to_owned())).into();
        assert_eq!(told(text), want);
    }

    #[test]
    fn a_time_of_two_units_is_one_number() {
        let told = |text| {
            numbers(text).into_iter().map(|it| (it.number, it.unit, it.range)).collect::<Vec<_>>()
        };
        assert_eq!(told("3m30s"), [(210.0, "s".to_owned(), 0..5)]);
        assert_eq!(told("1h30m"), [(90.0, "m".to_owned(), 0..5)]);
        assert_eq!(
            told("20s after 1m2s500ms"),
            [(20.0, "s".to_owned(), 0..3), (62_500.0, "ms".to_owned(), 10..19)]
        );
    }

    /// Who remembers what a number was knows it by its path and place there.
    #[test]
    fn no_two_numbers_of_a_path_are_of_one_place() {
        let text = "disaster = [{ name = \"a\", runs = 9, expect = [\"rto.max <= 1h\"] }]\n\
            load.users = { rate = [\"5/s at 0s\", \"9/s at 3s\"] }\n";
        let source = parse(text).expect("it is TOML");
        let told: Vec<_> =
            source.settings().into_iter().map(|it| (it.path, it.index, it.number)).collect();
        let rate = |index, number| ("load.users.rate".to_owned(), index, number);
        assert_eq!(told[0], ("disaster.a.runs".to_owned(), 0, 9.0));
        assert_eq!(told[1..], [rate(0, 5.0), rate(1, 0.0), rate(2, 9.0), rate(3, 3.0)]);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "14:00:00", "a1", "1e9x.5", "2023-11-05", "é1é", "1..4", "p99"] {
            assert!(numbers(text).len() <= 1, "{text}: {:?}", numbers(text));
        }
        assert_eq!(numbers("14:00:00"), []);
        assert_eq!(numbers("3m30"), []);
        assert_eq!(numbers("0.5 of 3")[1].number, 3.0);
    }
}
