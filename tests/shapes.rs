//! The file format as data, held against what the reader takes.

use serde_json::{Value, json};
use sim_core::scenario::shape::{Key, Shape, Table};
use sim_core::scenario::{NoFiles, describe, parse};
use sim_tests::{Story, as_json, stories};

#[test]
fn every_scenario_of_the_library_has_the_shape_of_one() {
    let document = Shape::Table(describe());
    for path in stories() {
        let file = as_json(Story::open(&path).text());
        assert_eq!(misfit(&file, &document), None, "{path}");
    }
}

/// The first value that is not of its shape, as far as that shows without regular expressions.
fn misfit(value: &Value, shape: &Shape) -> Option<String> {
    let fits = match (shape, value) {
        (Shape::Flag, Value::Bool(_))
        | (Shape::Overrides, Value::Object(_))
        | (Shape::Text(_), Value::String(_)) => true,
        (Shape::Count { least, most }, it) => {
            it.as_u64().is_some_and(|it| (*least..=*most).contains(&it))
        }
        (Shape::Number { least, most }, it) => {
            it.as_f64().is_some_and(|it| (*least..=*most).contains(&it))
        }
        (Shape::Word { words, .. }, Value::String(word)) => words.contains(&word.as_str()),
        (Shape::List { item, least, most }, Value::Array(items)) => {
            let bad = items.iter().find_map(|it| misfit(it, item));
            return bad.or_else(|| not((*least..=*most).contains(&items.len()), value));
        }
        (Shape::Named { each, most }, Value::Object(entries)) => {
            let bad = entries.values().find_map(|it| misfit(it, each));
            return bad.or_else(|| not(entries.len() <= *most, value));
        }
        (Shape::Either(shapes), it) => shapes.iter().any(|shape| misfit(it, shape).is_none()),
        (Shape::Table(table), Value::Object(entries)) => {
            let missing =
                table.keys.iter().find(|it| it.required && !entries.contains_key(it.name));
            let bad = entries.iter().find_map(|(name, it)| match table.key(name) {
                Some(key) => misfit(it, &key.shape),
                None => Some(format!("unknown key {name}")),
            });
            return bad.or_else(|| missing.map(|it| format!("{} is missing", it.name)));
        }
        _ => false,
    };
    not(fits, value)
}

fn not(fits: bool, value: &Value) -> Option<String> {
    (!fits).then(|| value.to_string())
}

#[test]
fn every_key_has_a_shape_and_a_documentation() {
    let mut bare = Vec::new();
    each_table(&Shape::Table(describe()), &mut |table| {
        let lacks = |it: &&Key| it.doc.is_empty() || has_any(&it.shape);
        bare.extend(
            table.keys.iter().filter(lacks).map(|it| format!("{}.{}", table.name, it.name)),
        );
    });
    assert!(bare.is_empty(), "without `Read::shape`, or words: {bare:#?}");
}

fn has_any(shape: &Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::List { item, .. } => has_any(item),
        Shape::Named { each, .. } => has_any(each),
        Shape::Either(shapes) => shapes.iter().any(has_any),
        _ => false,
    }
}

fn each_table(shape: &Shape, see: &mut dyn FnMut(&Table)) {
    match shape {
        Shape::List { item, .. } => each_table(item, see),
        Shape::Named { each, .. } => each_table(each, see),
        Shape::Either(shapes) => shapes.iter().for_each(|it| each_table(it, see)),
        Shape::Table(table) => {
            see(table);
            table.keys.iter().for_each(|it| each_table(&it.shape, see));
        }
        _ => {}
    }
}

/// A scenario with every default written out is the same scenario.
#[test]
fn defaults_are_what_holds_where_nothing_is_said() {
    let document = describe();
    let mut written = 0;
    for path in stories()
        .into_iter()
        .filter(|it| !it.starts_with("real-traffic/") && !it.starts_with("reference/"))
    {
        let plain = as_json(Story::open(&path).text());
        let mut full = plain.clone();
        written += write_defaults(&mut full, &Shape::Table(document.clone()));
        assert_eq!(read(&full), read(&plain), "{path}");
    }
    assert!(written > 1_000, "{written} defaults");
}

/// Puts in each default that can be written and is not there; how many.
fn write_defaults(value: &mut Value, shape: &Shape) -> usize {
    match (value, shape) {
        (Value::Array(items), Shape::List { item, .. }) => {
            items.iter_mut().map(|it| write_defaults(it, item)).sum()
        }
        (Value::Object(entries), Shape::Named { each, .. }) => {
            entries.iter_mut().map(|it| write_defaults(it.1, each)).sum()
        }
        (value, Shape::Either(shapes)) => {
            let table = shapes.iter().find(|it| fits(it, value));
            table.map_or(0, |it| write_defaults(value, it))
        }
        (Value::Object(entries), Shape::Table(table)) => {
            let mut written = 0;
            for key in &table.keys {
                match (entries.get_mut(key.name), &key.default) {
                    (Some(value), _) => written += write_defaults(value, &key.shape),
                    (None, Some(default)) => {
                        entries.insert(key.name.to_owned(), default.clone());
                        written += 1;
                    }
                    (None, None) => {}
                }
            }
            written
        }
        _ => 0,
    }
}

/// Whether the value is a table with such keys.
fn fits(shape: &Shape, value: &Value) -> bool {
    let (Shape::Table(table), Value::Object(entries)) = (shape, value) else { return false };
    entries.keys().all(|it| table.key(it).is_some())
}

/// The scenario as it is read, without where things stand.
fn read(file: &Value) -> String {
    let Value::Object(entries) = file else { panic!("a file is a table") };
    let lines: Vec<_> = entries.iter().map(|it| format!("{} = {}", it.0, inline(it.1))).collect();
    let text = lines.join("\n");
    let source = parse(&text).unwrap_or_else(|it| panic!("{text}: {it:#?}"));
    let checked = source.check(None, &NoFiles).unwrap_or_else(|it| panic!("{text}: {it:#?}"));
    let mut told = format!("{:?}", *checked);
    while let Some(start) = told.find("Place {") {
        let end = start + told[start..].find('}').expect("it is closed");
        told.replace_range(start..=end, "there");
    }
    told
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entry = |it: (&String, &Value)| format!("{} = {}", json!(it.0), inline(it.1));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
