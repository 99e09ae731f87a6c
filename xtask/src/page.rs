//! `scenarios/README.md`: the library by family, then what it does not show.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::{Context, Result};

use crate::header::Header;
use crate::inventory::{Row, list, rows, sources};
use crate::library::FOLDER;
use crate::verdicts::{Tested, Verdicts};

/// The whole page; `unshown` is what it says of rows without a scenario.
pub(crate) fn render(
    headers: &BTreeMap<String, Header>,
    verdicts: &Verdicts,
    unshown: &str,
) -> Result<String> {
    let mut page = top(headers, verdicts);
    for (family, members) in families(&verdicts.scenarios)? {
        write!(page, "\n## {family}\n\n| scenario | what it shows | rows | verdicts |\n")?;
        page.push_str("|---|---|---|---|\n");
        for tested in members {
            let header = headers.get(&tested.file);
            let header = header.with_context(|| format!("{} was not read", tested.file))?;
            page.push_str(&entry(tested, header));
        }
    }
    write!(page, "\n{unshown}")?;
    Ok(page)
}

fn top(headers: &BTreeMap<String, Header>, verdicts: &Verdicts) -> String {
    let shown: BTreeSet<Row> = headers.values().flat_map(|it| &it.rows).copied().collect();
    let held: usize = verdicts.scenarios.iter().map(|it| it.counts().0).sum();
    format!(
        "<!-- `cargo xtask scenarios` writes this page. -->\n\
         # Scenarios\n\n\
         {} stories in one file each. The first lines of a file say what it SHOWS, what has been \
         CLAIMed and whether that holds, where to LOOK in the report, and which ROWS it stands for \
         of an inventory of claims about resilience ({}). {} of {} rows are shown. All numbers in \
         the comments were seen.\n\n\
         What must hold stands below in the file as `[[expect]]`. Claims that are wrong stand there, \
         too, with `fails_in`: these must fail. All {held} verdicts are as expected.\n\n    \
         stormglass run scenarios/bulkhead/shared-pool.toml      # one story, with its numbers\n    \
         stormglass explain scenarios/bulkhead/shared-pool.toml  # its model in words\n    \
         stormglass test scenarios/bulkhead                      # the verdicts of a family\n",
        verdicts.scenarios.len(),
        sources(),
        shown.len(),
        rows().count(),
    )
}

/// The scenarios by their folders.
fn families(scenarios: &[Tested]) -> Result<BTreeMap<&str, Vec<&Tested>>> {
    let mut families: BTreeMap<&str, Vec<&Tested>> = BTreeMap::new();
    for tested in scenarios {
        let family = below(&tested.file)?.split('/').next().unwrap_or_default();
        families.entry(family).or_default().push(tested);
    }
    Ok(families)
}

/// The path from the library's folder, where the page is.
fn below(file: &str) -> Result<&str> {
    let path = file.strip_prefix(FOLDER).and_then(|it| it.strip_prefix('/'));
    path.with_context(|| format!("{file} is not in {FOLDER}"))
}

fn entry(tested: &Tested, header: &Header) -> String {
    let path = tested.file.trim_start_matches(FOLDER).trim_start_matches('/');
    let (held, skipped) = tested.counts();
    let mut verdicts = format!("{held} held");
    if skipped > 0 {
        let _ = write!(verdicts, ", {skipped} skipped");
    }
    let variants = tested.variants.len();
    if variants > 1 {
        let _ = write!(verdicts, ", {variants} variants");
    }
    let (title, sentence) = (cell(&tested.title), cell(&header.sentence));
    let rows = list(&header.rows.iter().copied().collect());
    format!("| [{title}]({path}) | {sentence} | {rows} | {verdicts} |\n")
}

/// Text that stays within its cell and is no markup.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in text.chars() {
        if r"\|<>[]*_`".contains(letter) {
            cell.push('\\');
        }
        cell.push(if letter.is_control() { ' ' } else { letter });
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_its_text() {
        assert_eq!(cell("a|b\n<c> `d`"), r"a\|b \<c\> \`d\`");
    }

    #[test]
    fn the_page_lists_scenarios_by_family_and_rows_without_one() {
        let text = "# It holds.\n#\n# SHOWS  It.\n# LOOK   There.\n# ROWS   T02 T01\n";
        let headers = ["scenarios/a/one.toml", "scenarios/b/two.toml"]
            .map(|it| (it.to_owned(), Header::read(text).expect("it is right")));
        let verdicts: Verdicts = serde_json::from_str(
            r#"{"scenarios": [
                {"file": "scenarios/a/one.toml", "title": "One", "variants": [
                    {"name": "base", "verdicts": [
                        {"statement": "s", "during": "d", "standing": "held"},
                        {"statement": "t", "during": "d", "standing": "skipped"}]},
                    {"name": "v", "verdicts": []}]},
                {"file": "scenarios/b/two.toml", "title": "Two", "variants": []}]}"#,
        )
        .expect("it is right");
        let page = render(&headers.into(), &verdicts, "## The others\n").expect("all were read");
        for line in [
            "2 stories in one file each.",
            "## a",
            "| [One](a/one.toml) | It holds. | T01 T02 | 1 held, 1 skipped, 2 variants |",
            "| [Two](b/two.toml) | It holds. | T01 T02 | 0 held |",
            "2 of 225 rows",
            "## The others",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }
}
