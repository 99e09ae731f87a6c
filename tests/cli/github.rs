//! Annotations for GitHub.

use super::*;

/// Level, properties and message, their escapes undone.
type Annotation = (String, Vec<(String, String)>, String);

/// The commands in what was said.
fn commands(said: &str) -> Vec<Annotation> {
    let undone = |text: &str| {
        let text = text.replace("%0A", "\n").replace("%0D", "\r");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let command = |line: &str| {
        let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (level, properties) = head.split_once(' ').unwrap_or((head, ""));
        let property = |it: &str| {
            let (key, value) = it.split_once('=').unwrap_or((it, ""));
            (key.to_owned(), undone(value))
        };
        let properties = properties.split(',').map(property).collect();
        Some((level.to_owned(), properties, undone(message)))
    };
    said.lines().filter_map(command).collect()
}

#[test]
fn annotations_stand_at_the_statement() {
    let undecided = "[[expect]]\nthat = \"shoppers.goodput < 50/s\"\n";
    let text = TRUE.replace("fails_in = [\"bare\"]", "");
    let folder = expecting(&format!("{text}{undecided}"));
    let output = folder.run(&["test", "./shop.toml", "--github"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    let source = fs::read_to_string(folder.path("shop.toml")).unwrap();
    let line = |part: &str| {
        let number = source.lines().position(|it| it.contains(part)).unwrap() + 1;
        ("line".to_owned(), number.to_string())
    };
    let commands = commands(&said);
    let [(first, at, message), rest @ ..] = &*commands else { panic!("{said}") };
    let file = ("file".to_owned(), "shop.toml".to_owned());
    let title = ("title".to_owned(), "? INCONCLUSIVE in base".to_owned());
    assert_eq!(first, "warning", "{said}");
    assert_eq!(at, &[file.clone(), line("shoppers.goodput < 50/s"), title]);
    assert_has(message, &["shoppers.goodput < 50/s, always: ", "stormglass run ./shop.toml"]);
    let failed = rest.iter().find(|it| it.0 == "error").expect("bare has no fallback");
    let title = ("title".to_owned(), "✗ FAIL in bare".to_owned());
    assert_eq!(failed.1, [file, line("stock.fallback_rate >= 90%"), title]);
    assert_has(&failed.2, &["90%, during stock-slow: 0 %", "\nexpected because no answer"]);
    assert_has(&said, &["FAILED        ./shop.toml"]);
}

#[test]
fn faults_stand_at_their_lines_and_moves_at_the_file() {
    let folder = expecting("[[expect]]\nthat = \"shop.crashs == 0\"\n");
    let output = folder.run(&["test", "shop.toml", "--github"]);
    assert_eq!(output.status.code(), Some(2));
    let commands_of = |output: &Output| commands(&String::from_utf8_lossy(&output.stdout));
    let [(level, at, message)] = &*commands_of(&output) else { panic!("one fault") };
    let lines = fs::read_to_string(folder.path("shop.toml")).unwrap().lines().count();
    assert_eq!((&**level, &at[1]), ("error", &("line".to_owned(), lines.to_string())));
    assert_has(message, &["S004: ", "`crashs`", "did you mean `crashes`?"]);

    let folder = expecting(TRUE);
    folder.says(&["test", "shop.toml", "--update-baseline", "--github"]);
    let output = folder.run(&["test", "shop.toml", "--github", "--set", "load.shoppers.rate=90/s"]);
    let [(level, at, message)] = &*commands_of(&output) else { panic!("one for all moves") };
    assert_eq!((&**level, at.len()), ("error", 2));
    assert_has(&at[1].1, &["✗ MOVED: ", " numbers moved"]);
    assert_has(message, &["shoppers.goodput", " → ", "\nand ", " more"]);
}

#[test]
fn a_scenarios_words_command_nobody() {
    let evil = "[[expect]]\nthat = \"shop.crashes > 0\"\nbecause = \"x x x x x x x x x x x x x x x x \
                x x x x x x x x x x ::stop-commands::gone ::stop-commands::gone \
                ##[error]boo\\n::set-env name=PATH::/tmp\"\n";
    let output = expecting(evil).run(&["test", "shop.toml", "--github"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_has(&said, &["stop-commands"]);
    let levels: Vec<_> = commands(&said).into_iter().map(|it| it.0).collect();
    assert_eq!(levels, ["error", "error"], "{said}");
    assert!(!said.contains("##["), "{said}");
}

#[test]
fn annotations_are_asked_for() {
    let folder = expecting("[[expect]]\nthat = \"shop.crashes > 0\"\n");
    let mut command = folder.command(&["test", "shop.toml"]);
    let output = command.env("GITHUB_ACTIONS", "true").output().unwrap();
    assert_eq!(commands(&String::from_utf8_lossy(&output.stdout)), []);
    folder.complains(2, &["test", "shop.toml", "--github", "--format", "json"]);
}
