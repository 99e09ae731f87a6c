//! The rows of the oracle files.

use std::sync::LazyLock;

use serde_json::Value;

/// A row: one value, or a table of them.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its name, unique over all files.
    pub(crate) id: String,
    values: Value,
}

/// Rows of `published.json` that concern queues, balancing and retries.
const PUBLISHED: [&str; 7] = [
    "aws-backoff-occ",
    "brooker-retry-strategies",
    "mm50-floor",
    "mm10-floor",
    "power-of-two",
    "retry-layers",
    "fanout-tail",
];

/// All rows that must be accounted for.
pub(crate) static ALL: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let queueing = rows(include_str!("queueing.json"), "oracles", "value");
    let recovery = rows(include_str!("recovery.json"), "oracles", "value");
    let published = rows(include_str!("published.json"), "results", "expected");
    let known = |it: &Row| PUBLISHED.contains(&it.id.as_str());
    queueing.into_iter().chain(recovery).chain(published.into_iter().filter(known)).collect()
});

/// A value by its row, or by `row/part` where the row is a table.
pub(crate) fn value(address: &str) -> f64 {
    let (id, part) = address.split_once('/').unwrap_or((address, ""));
    let row = ALL.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("no row `{id}`"));
    let found =
        part.split('/').filter(|it| !it.is_empty()).try_fold(&row.values, |at, key| at.get(key));
    found.and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at `{address}`"))
}

fn rows(text: &str, list: &str, values: &str) -> Vec<Row> {
    let file: Value = serde_json::from_str(text).expect("an oracle file is JSON");
    let rows = file[list].as_array().expect("an oracle file has a list of rows");
    let row = |it: &Value| Row {
        id: it["id"].as_str().expect("a row has an id").to_owned(),
        values: it[values].clone(),
    };
    rows.iter().map(row).collect()
}
