//! The file format as a JSON Schema, by which editors complete and check scenarios.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::shape::{Key, Kinds, Shape, Table, Text};

/// Whole numbers above this are not told apart by every reader of JSON.
const EXACT_MAX: u64 = 1 << 53;

/// The whole file format as a JSON Schema, draft 2020-12.
pub fn json_schema() -> Value {
    let document = super::describe();
    let mut defs = Map::new();
    let mut schema = table(&document, &mut defs);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "Stormglass scenario".into();
    schema["$defs"] = defs.into();
    schema
}

/// Tables below a table are definitions of their own, which the places that take them refer to.
fn of(shape: &Shape, defs: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Count { least, most } if *most < EXACT_MAX => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Count { least, .. } => json!({ "type": "integer", "minimum": least }),
        Shape::Number { least, most } => {
            json!({ "type": "number", "minimum": least, "maximum": most })
        }
        Shape::Word { words, .. } => json!({ "enum": words }),
        Shape::Text(it) => text(it),
        Shape::List { item, least, most } => {
            let items = of(item, defs);
            json!({ "type": "array", "items": items, "minItems": least, "maxItems": most })
        }
        Shape::Named { each, most } => {
            let names = of(&super::values::name_shape(), defs);
            let each = of(each, defs);
            json!({
                "type": "object",
                "propertyNames": names,
                "additionalProperties": each,
                "maxProperties": most,
            })
        }
        Shape::Table(it) => {
            if !defs.contains_key(it.name) {
                let schema = table(it, defs);
                defs.insert(it.name.to_owned(), schema);
            }
            json!({ "$ref": format!("#/$defs/{}", it.name) })
        }
        Shape::Either(shapes) => {
            let any: Vec<_> = shapes.iter().map(|it| of(it, defs)).collect();
            json!({ "anyOf": any })
        }
        Shape::Overrides => json!({ "type": "object" }),
        Shape::Any => json!({}),
    }
}

fn text(text: &Text) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Some(pattern) = &text.pattern {
        schema["pattern"] = pattern.as_str().into();
    }
    if !text.examples.is_empty() {
        schema["examples"] = text.examples.as_slice().into();
    }
    schema
}

fn table(table: &Table, defs: &mut Map<String, Value>) -> Value {
    let properties: Map<_, _> =
        table.keys.iter().map(|it| (it.name.to_owned(), property(it, defs))).collect();
    let required: Vec<_> = table.keys.iter().filter(|it| it.required).map(|it| it.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": table.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if let Some(kinds) = &table.kinds {
        schema["allOf"] = by_kind(kinds);
    }
    schema
}

fn property(key: &Key, defs: &mut Map<String, Value>) -> Value {
    let mut schema = of(&key.shape, defs);
    schema["description"] = key.doc.as_str().into();
    if let Some(default) = &key.default {
        schema["default"] = default.clone();
    }
    schema
}

/// Where the kind is one, the keys of the others are none.
fn by_kind(kinds: &Kinds) -> Value {
    let all: BTreeSet<_> = kinds.own.iter().flat_map(|it| &it.1).collect();
    let rule = |(kind, own): &(&str, Vec<&str>)| {
        let foreign: Map<_, _> = all
            .iter()
            .filter(|it| !own.contains(it))
            .map(|it| ((**it).to_owned(), Value::Bool(false)))
            .collect();
        let is = json!({ "properties": { kinds.by: { "const": kind } }, "required": [kinds.by] });
        json!({ "if": is, "then": { "properties": foreign } })
    };
    kinds.own.iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_once_and_is_referred_to() {
        let schema = json_schema();
        let call = json!({ "$ref": "#/$defs/Call" });
        for place in ["Service", "Operation"] {
            let calls = &schema["$defs"][place]["properties"]["call"];
            assert_eq!(calls["items"], call, "{place}");
        }
        assert_eq!(schema["required"], json!(["format", "title"]));
    }

    /// Two tables of one name would hide each other.
    #[test]
    fn each_name_is_of_one_table() {
        fn collect(shape: &Shape, found: &mut Vec<Table>) {
            match shape {
                Shape::List { item, .. } => collect(item, found),
                Shape::Named { each, .. } => collect(each, found),
                Shape::Either(shapes) => shapes.iter().for_each(|it| collect(it, found)),
                Shape::Table(table) => {
                    found.push(table.clone());
                    table.keys.iter().for_each(|it| collect(&it.shape, found));
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        collect(&Shape::Table(super::super::describe()), &mut found);
        for table in &found {
            let first = found.iter().find(|it| it.name == table.name);
            assert_eq!(first, Some(table), "{}", table.name);
        }
    }
}
