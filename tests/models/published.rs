//! The table of a result in `oracles/published.json`.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The rows that the result `id` expects.
pub(super) fn expected<Row: DeserializeOwned>(id: &str) -> Vec<Row> {
    let file: Value = serde_json::from_str(include_str!("../oracles/published.json"))
        .expect("the published results are JSON");
    let results = file["results"].as_array().expect("they are a list");
    let result = results.iter().find(|it| it["id"] == id).expect("it is one of them");
    let rows = result["expected"].clone();
    serde_json::from_value(rows).unwrap_or_else(|it| panic!("{id}: {it}"))
}
