//! Licences of all dependencies, and advisories where the tool for them is there.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::step::{exists, output, run};

/// Licences that go with MIT OR Apache-2.0.
const ALLOWED: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages with another licence, which no build contains that is given away: `colored` comes with
/// `simcore`, one of the libraries that the benches may be told to measure beside the engine,
/// `webdriver` with `fantoccini`, by which tests drive a browser.
const NEVER_SHIPPED: [(&str, &str); 2] = [("colored", "MPL-2.0"), ("webdriver", "MPL-2.0")];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

/// Fails if a dependency has no licence that is allowed. `cargo deny`, where it is installed, looks
/// at advisories and sources too.
pub(crate) fn check() -> Result<()> {
    let json =
        output("cargo", &["metadata", "--format-version", "1", "--locked", "--all-features"])?;
    let metadata: Metadata = serde_json::from_str(&json)?;
    let bad: BTreeSet<String> = metadata
        .packages
        .iter()
        .filter(|it| !it.license.as_deref().is_some_and(|licence| is_allowed(&it.name, licence)))
        .map(|it| {
            format!("{} {}: {}", it.name, it.version, it.license.as_deref().unwrap_or("none"))
        })
        .collect();
    ensure!(bad.is_empty(), "licences not allowed:\n{}", Vec::from_iter(bad).join("\n"));
    eprintln!("licences of {} packages are allowed", metadata.packages.len());
    if exists("cargo-deny") {
        run("cargo", &["deny", "check"])?;
    }
    Ok(())
}

fn is_allowed(name: &str, licence: &str) -> bool {
    allows(licence) || NEVER_SHIPPED.contains(&(name, licence))
}

/// Whether an SPDX expression can be met with what is allowed: one side of an `OR`, all of an
/// `AND`. Parentheses are taken as the crates write them, around alternatives.
fn allows(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let conjuncts = split_outside_parentheses(&expression, " AND ");
    conjuncts.iter().all(|conjunct| {
        let inner = conjunct.trim().trim_start_matches('(').trim_end_matches(')');
        inner.split(" OR ").any(|it| ALLOWED.contains(&it.trim()))
    })
}

fn split_outside_parentheses<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (index, letter) in text.char_indices() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth == 0 && text[index..].starts_with(separator) {
            parts.push(&text[start..index]);
            start = index + separator.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_must_be_met() {
        let cases = [
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
            ("Unlicense OR MIT", true),
        ];
        for (expression, want) in cases {
            assert_eq!(allows(expression), want, "{expression}");
        }
    }
}
