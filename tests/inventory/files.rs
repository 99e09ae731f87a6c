use sim_tests::{Story, stories};

#[test]
fn every_file_says_what_it_shows() {
    for path in stories() {
        let story = Story::open(&path);
        let comments = story.text().lines().take_while(|it| it.starts_with('#'));
        let header: Vec<&str> = comments.map(|it| it.trim_start_matches('#').trim()).collect();
        assert!(header[0].ends_with(['.', '?', '!']), "{path} begins with a sentence");
        for part in ["SHOWS ", "LOOK ", "ROWS "] {
            let count = header.iter().filter(|it| it.starts_with(part)).count();
            assert_eq!(count, 1, "{path}: {part}");
        }
        let rows = header.iter().find_map(|it| it.strip_prefix("ROWS ")).expect("just seen");
        assert!(rows.split_whitespace().all(is_row), "{path}: {rows}");
    }
}

/// `T05`, `S34`, `C08`.
fn is_row(row: &str) -> bool {
    let digits = row.strip_prefix(['T', 'S', 'C']).unwrap_or_default();
    (2..=3).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
}

#[test]
fn every_file_is_in_the_table() {
    let table = include_str!("../../scenarios/README.md");
    for path in stories() {
        assert!(table.contains(&format!("| {path} |")), "{path} is not in scenarios/README.md");
    }
    let rows = table.lines().filter(|it| it.contains(".toml |")).count();
    assert_eq!(rows, stories().len(), "the table names files that are not there");
}

/// What takes long, and how it is cut short.
const SHORTER: [(&str, &str); 3] = [
    ("retry-storm/hang", "run.duration=70s"),
    ("retry-storm/refuse", "run.duration=70s"),
    ("retry-storm/tipping-point", "run.duration=70s"),
];

#[test]
fn every_variant_of_every_file_runs() {
    for path in stories() {
        let story = Story::open(&path).with(&["run.replications=1"]);
        let shorter = SHORTER.iter().filter(|it| path.starts_with(it.0)).map(|it| it.1);
        let report = story.with(&shorter.collect::<Vec<_>>()).run();
        for variant in &report.variants {
            assert!(variant.requests > 100, "{path}, {}: too little to see", variant.name);
            assert!(variant.stopped.is_empty(), "{path}, {}: {:?}", variant.name, variant.stopped);
        }
    }
}
