//! TOML as editors hand it to a JSON Schema.

use std::borrow::Cow;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The values of a TOML text.
pub fn as_json(text: &str) -> Value {
    table_as_json(DeTable::parse(text).expect("it is TOML").get_ref())
}

fn table_as_json(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&Spanned<_>, &Spanned<_>)| {
        let key: &Cow<'_, str> = key.get_ref();
        (key.to_string(), value_as_json(value.get_ref()))
    };
    table.iter().map(entry).collect::<Map<_, _>>().into()
}

fn value_as_json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(it) => Value::from(it.as_ref()),
        DeValue::Integer(it) => {
            let digits = it.as_str().replace('_', "");
            i64::from_str_radix(&digits, it.radix()).expect("it fits").into()
        }
        DeValue::Float(it) => it.as_str().parse::<f64>().expect("a number").into(),
        DeValue::Boolean(it) => (*it).into(),
        DeValue::Datetime(it) => it.to_string().into(),
        DeValue::Array(it) => it.iter().map(|it| value_as_json(it.get_ref())).collect(),
        DeValue::Table(it) => table_as_json(it),
    }
}
