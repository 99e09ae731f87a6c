//! The program as its users see it: what it prints, and how it ends.

#[path = "cli/baseline.rs"]
mod baseline;
#[path = "cli/github.rs"]
mod github;
#[path = "cli/junit.rs"]
mod junit;
#[path = "cli/recovery.rs"]
mod recovery;
#[path = "cli/stories.rs"]
mod stories;
#[path = "cli/sweep.rs"]
mod sweep;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const SHOP: &str = r#"
format = 1
title  = "A shop and its stock"
seed   = 7
run    = { warmup = "5s", duration = "60s", replications = 3, clock = "14:00:00" }

[load.shoppers]
to   = "shop"
rate = "50/s"

[service.shop]
instances = 2
workers   = 50
time      = "exp(5ms)"

[service.stock]
instances = 2
workers   = 20
time      = "exp(20ms)"

[[service.shop.call]]
to       = "stock"
policy   = ["fallback", "breaker", "bulkhead", "timeout"]
bulkhead = { slots = 20, max_wait = "10ms" }
timeout  = "200ms"
breaker  = { open_at = "50% of last 20", open_for = "5s", probes = 3 }
fallback = { static = "in stock, we hope" }

[variant.bare]
"service.shop.call.stock.policy" = ["timeout"]

[[fault]]
name = "stock-slow"
kind = "latency"
on   = "shop -> stock"
add  = "2s"
at   = "20s"
for  = "10s"
"#;

/// A folder with a scenario in it.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        Self::with(SHOP)
    }

    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("shop.toml"), text).expect("it can be written to");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("stormglass"));
        command.args(args).current_dir(self.folder.path());
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    /// What it says on standard output when all is well.
    fn says(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).expect("it speaks UTF-8")
    }

    /// What it says on standard error when it ends with `code`.
    fn complains(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn run_reports_what_happened() {
    let text = Folder::new().says(&["run", "shop.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "A shop and its stock", "Side by side", "Variant base", "Variant bare",
        "load shoppers (to shop)", "call shop -> stock (fallback, breaker, bulkhead, timeout)",
        "service stock (2 × 20 workers)", "pool shop -> stock.pool (2 × 20 slots)",
        "stock-slow", "degraded", "failed (timeout)", "±", " ▒", "█", "0:20", "14:00:20",
        "breaker shop -> stock", "seed 7 · 6 runs", "report ",
    ]);
    assert!(!text.contains('\u{1b}'), "no colours where nobody sees them");
}

/// A scenario in which everything that may be any text is hostile.
fn hostile() -> String {
    let nasty = r#"</title></script><script>alert(1)</script>]]>\"'&lt;\u202e\u0007"#;
    let expect = format!(
        "\n[[expect]]\nduring = \"stock-slow\"\nthat = \"shoppers.error_rate <= 100%\"\nbecause = \"{nasty}\"\n"
    );
    let shop = SHOP.replace("A shop and its stock", nasty).replace("in stock, we hope", nasty);
    shop + &expect + "# </pre><script>alert(2)</script>\n"
}

/// The names of all elements of a page, and of all attributes, as a parser reads them.
fn read(page: &str) -> (Vec<String>, Vec<String>) {
    let page = page.strip_prefix("<!DOCTYPE html>").expect("it says what it is");
    let mut reader = quick_xml::Reader::from_str(page);
    let (mut elements, mut attributes) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("it is well-formed") {
            quick_xml::events::Event::Start(it) | quick_xml::events::Event::Empty(it) => {
                elements.push(it.name().as_ref().to_owned());
                let names =
                    it.attributes().map(|it| it.expect("it is well-formed").key.0.to_owned());
                attributes.extend(names);
            }
            quick_xml::events::Event::Eof => return (elements, attributes),
            _ => {}
        }
    }
}

#[test]
fn the_page_stands_alone() {
    let folder = Folder::new();
    folder.says(&["run", "shop.toml", "--report", "page.html", "--threads", "1"]);
    let page = fs::read_to_string(folder.path("page.html")).expect("it was written");
    let (elements, attributes) = read(&page);
    #[rustfmt::skip]
    assert_has(&page, &[
        "default-src &#39;none&#39;", "<h1>", "Who calls whom", "What happened", "Key figures",
        "A shop and its stock", "Outcomes of shoppers", "Latency of shoppers", "Slots in use",
        "Breakers", "stock-slow", "[load.shoppers]", "stormglass run shop.toml --report page.html",
    ]);
    let count = |name: &str| elements.iter().filter(|it| *it == name).count();
    let charts = page.matches("class=\"chart").count();
    assert!(charts >= 7, "{charts}");
    assert_eq!((count("title"), count("desc")), (charts + 1, charts), "each says what it shows");
    assert!(count("details") >= 5, "and has its numbers");
    for name in ["src", "href", "style", "onclick"] {
        assert!(!attributes.iter().any(|it| it == name), "{name}");
    }
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("url("));
    folder.says(&["run", "shop.toml", "--report", "page.html", "--threads", "2"]);
    assert_eq!(page, fs::read_to_string(folder.path("page.html")).expect("it was written"));
}

#[test]
fn hostile_text_stays_text_on_the_page() {
    let folder = Folder::with(&hostile());
    folder.says(&["run", "shop.toml", "--report", "page.html", "--replications", "2"]);
    let page = fs::read_to_string(folder.path("page.html")).expect("it was written");
    let (elements, attributes) = read(&page);
    assert_eq!(elements.iter().filter(|it| *it == "script").count(), 1, "its own alone");
    assert!(!attributes.iter().any(|it| it.starts_with("on")));
    assert!(!page.contains("<script>alert") && !page.contains(['\u{202e}', '\u{7}']));
    assert!(page.matches("&lt;script&gt;alert(1)").count() >= 4, "title, answer, reason and text");
}

#[test]
fn a_page_is_of_one_scenario() {
    let folder = Folder::new();
    let said = folder.complains(2, &["run", "shop.toml", "shop.toml", "--report", "page.html"]);
    assert_has(&said, &["one scenario"]);
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let folder = Folder::new();
    for format in ["table", "json", "csv"] {
        let with =
            |threads| folder.says(&["run", "shop.toml", "--format", format, "--threads", threads]);
        assert_eq!(with("1"), with("2"), "{format}");
    }
    let other = folder.says(&["run", "shop.toml", "--format", "json", "--seed", "8"]);
    assert_ne!(other, folder.says(&["run", "shop.toml", "--format", "json"]));
}

#[test]
fn precision_is_the_same_with_any_number_of_threads() {
    let folder = Folder::new();
    let with = |threads| {
        let args = ["run", "shop.toml", "--precision", "1%", "--format", "json"];
        folder.says(&[&args[..], &["--threads", threads]].concat())
    };
    let text = with("1");
    assert_eq!(text, with("4"));
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    let variants = report["variants"].as_array().expect("there are two");
    for variant in variants {
        assert_eq!(variant["precision"]["reached"], true, "{}", variant["precision"]);
        assert!(variant["replications"].as_u64() >= Some(10), "the fewest");
    }
    let shown = folder.says(&["run", "shop.toml", "--precision", "1%"]);
    assert_has(&shown, &["replications until all that is expected was known to ± 1 %"]);
    for wrong in ["0%", "60%", "2"] {
        folder.complains(2, &["run", "shop.toml", "--precision", wrong]);
    }
}

#[test]
fn a_precision_out_of_reach_is_told() {
    let folder =
        expecting("[[expect]]\nthat = \"shoppers.latency.p99 < 200ms\"\nduring = \"before\"");
    let set = ["--set", "run.max_replications=12", "--variant", "base"];
    let shown = folder.says(&[&["run", "shop.toml", "--precision", "0.01%"], &set[..]].concat());
    assert_has(&shown, &["NOT PRECISE after 12 replications (run.max_replications)", "± 0.01 %"]);
}

#[test]
fn json_holds_everything_and_its_hash() {
    let folder = Folder::new();
    let text = folder.says(&["run", "shop.toml", "--format", "json", "--variant", "base"]);
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(report["title"], "A shop and its stock");
    assert_eq!(report["variants"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["variants"][0]["phases"][1]["name"], "stock-slow");
    let hash = report["hash"].as_str().expect("it has a hash");
    assert_eq!(hash.len(), 64);
    let table = folder.says(&["run", "shop.toml", "--variant", "base"]);
    assert_has(&table, &[&hash[..16], &report["scenario"].as_str().unwrap()[..12]]);
}

#[test]
fn two_files_are_two_lines_of_json() {
    let folder = Folder::new();
    let text = folder.says(&["run", "shop.toml", "shop.toml", "--format", "json"]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], lines[1]);
    folder.complains(2, &["run", "shop.toml", "shop.toml", "--format", "csv"]);
}

#[test]
fn csv_is_tidy() {
    let text = Folder::new().says(&["run", "shop.toml", "--format", "csv"]);
    let mut lines = text.lines();
    let header = "variant,phase,kind,entity,metric,unit,mean,half_width,min,max,n";
    assert_eq!(lines.next(), Some(header));
    let rows: Vec<Vec<_>> = lines.map(|it| it.split(',').collect()).collect();
    assert!(rows.iter().all(|it| it.len() == 11));
    let offered =
        rows.iter().find(|it| it[..5] == ["bare", "stock-slow", "load", "shoppers", "offered"]);
    let offered = offered.expect("there is such a row");
    assert!((offered[6].parse::<f64>().unwrap() - 50.0).abs() < 5.0, "{offered:?}");
    assert_eq!((offered[5], offered[10]), ("per_second", "3"));
}

#[test]
fn series_and_reports_go_to_files() {
    let folder = Folder::new();
    fs::write(folder.path("report.json"), "x".repeat(1_000_000)).unwrap();
    let args = ["run", "shop.toml", "--format", "json", "-o", "report.json", "--series"];
    assert_eq!(folder.says(&[&args[..], &["windows.csv"]].concat()), "");
    let report = fs::read_to_string(folder.path("report.json")).unwrap();
    assert!(serde_json::from_str::<Value>(&report).is_ok(), "what was there before is gone");
    let series = fs::read_to_string(folder.path("windows.csv")).unwrap();
    assert_has(&series, &["variant,t,entity,series,unit,value\n", "base,-5.0,shoppers,started,"]);
    folder.says(&[&args[..], &["windows.json"]].concat());
    let series = fs::read_to_string(folder.path("windows.json")).unwrap();
    let series: Value = serde_json::from_str(&series).unwrap();
    assert_eq!((&series[1]["name"], &series[1]["window"]), (&"bare".into(), &1.0.into()));
}

#[test]
fn overrides_change_the_run_and_its_hash() {
    let folder = Folder::new();
    let report = |set: &str| -> Value {
        let args = ["run", "shop.toml", "--format", "json", "--set", set, "--replications", "1"];
        serde_json::from_str(&folder.says(&args)).unwrap()
    };
    let (slow, fast) = (report("load.shoppers.rate=10/s"), report("load.shoppers.rate=100/s"));
    assert_ne!(slow["scenario"], fast["scenario"]);
    let requests = |it: &Value| it["variants"][0]["requests"].as_u64().unwrap();
    assert!(5 * requests(&slow) < requests(&fast));
}

#[test]
fn recovery_is_told_with_its_chance() {
    let fault = "kind = \"kill\"\non   = \"stock\"\n";
    let text = SHOP
        .replace("\"60s\"", "\"140s\"")
        .replace("kind = \"latency\"\non   = \"shop -> stock\"\nadd  = \"2s\"\n", fault)
        .replace("\"fallback\", ", "");
    let folder = Folder::with(&text.replace("fallback = { static = \"in stock, we hope\" }\n", ""));
    let args = ["run", "shop.toml", "--variant", "bare"];
    assert_has(&folder.says(&args), &["recovered at once in all 3", "runs (43.9–100 %)"]);
    let json: Value =
        serde_json::from_str(&folder.says(&[&args[..], &["--format", "json"]].concat())).unwrap();
    let recovery = &json["variants"][0]["faults"][0]["recovery"][0];
    assert_eq!((&recovery["of"], &recovery["recovered"]), (&3.into(), &3.into()));
    let [low, high] = ["low", "high"].map(|it| recovery["share"][it].as_f64().unwrap());
    assert!((low - 0.438_5).abs() < 1e-4 && high == 1.0, "{low} to {high}");
}

#[test]
fn check_says_ok_or_what_is_wrong() {
    let folder = Folder::new();
    let ok = folder.says(&["check", "shop.toml", "shop.toml"]);
    let line = "ok shop.toml: 2 services, 1 call, 1 load, 1 fault, 1 variant\n";
    assert_eq!(ok, line.repeat(2));

    let broken = Folder::with(&SHOP.replace("to   = \"shop\"", "to   = \"shoop\""));
    let complaint = broken.complains(2, &["check", "shop.toml"]);
    assert_has(&complaint, &["S004", "shop.toml:8", "shoop", "did you mean"]);
}

#[test]
fn explain_counts_and_spells_out() {
    let folder = Folder::new();
    #[rustfmt::skip]
    assert_has(&folder.says(&["explain", "shop.toml"]), &[
        "50 /s at random (Poisson)", "2 × 20", "1. fallback", "4. timeout",
        "opens at 50 % failures of the last 20 calls", "one for each calling instance",
        "by theory", "0:20 to 0:30  stock-slow: shop -> stock: messages take 2s longer",
    ]);
    let bare = folder.says(&["explain", "shop.toml", "--variant", "bare"]);
    assert_has(&bare, &["variant bare", "inactive in this variant:"]);
    let json = folder.says(&["explain", "shop.toml", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let call = &json["services"][0]["ops"][0]["calls"][0];
    assert_eq!(call["policies"][1]["open_at"]["min_calls"], 20);
    assert_eq!(call["rate"], 50.0);
}

#[test]
fn size_names_its_theory() {
    let folder = Folder::new();
    let args = ["size", "--rate", "500/s", "--latency", "200ms"];
    assert_has(&folder.says(&args), &["7.570 %", "117", "128", "Erlang B"]);
    let waiting = [&args[..], &["--max-wait", "50ms"]].concat();
    assert_has(&folder.says(&waiting), &["2.617 %", "105", "112", "M/M/c+D"]);
    let json = folder.says(&[&args[..], &["--format", "json", "--slots", "110"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["pools"][1]["slots"], &json["pools"][3]["slots"]),
        (&117.into(), &110.into())
    );
}

#[test]
fn bad_usage_ends_with_2() {
    let folder = Folder::new();
    assert_has(&folder.complains(2, &[]), &["Usage:", "explain"]);
    folder.complains(2, &["run"]);
    folder.complains(2, &["run", "shop.toml", "--replications", "0"]);
    folder.complains(2, &["size", "--rate", "500", "--latency", "200ms"]);
    folder.complains(2, &["size", "--rate", "500/s", "--latency", "0s"]);
    let unknown = folder.complains(2, &["run", "shop.toml", "--variant", "bear"]);
    assert_has(&unknown, &["no variant `bear`", "base, bare"]);
    let nowhere = folder.complains(2, &["run", "shop.toml", "--set", "service.shop.wrokers=3"]);
    assert_has(&nowhere, &["--set:1", "wrokers", "did you mean"]);
    let wrong = folder.complains(2, &["run", "shop.toml", "--set", "load.shoppers.rate=50"]);
    assert_has(&wrong, &["--set:1"]);
    folder.complains(2, &["run", "shop.toml", "--set", "nonsense"]);
}

#[test]
fn what_cannot_be_read_or_written_ends_with_74() {
    let folder = Folder::new();
    let missing = folder.complains(74, &["run", "shoop.toml"]);
    assert_has(&missing, &["could not read the scenario `shoop.toml`"]);
    folder.complains(74, &["check", "shop.toml", "shoop.toml"]);
    folder.complains(74, &["run", "shop.toml", "-o", "no/such/folder"]);
    fs::write(folder.path("bytes.toml"), [0xff, 0xfe]).unwrap();
    assert_has(&folder.complains(2, &["check", "bytes.toml"]), &["not UTF-8"]);
}

#[test]
fn a_scenario_reads_files_of_its_own_folder_only() {
    let law =
        |path: &str| SHOP.replace("exp(20ms)", &format!("samples({path}, column=ms, unit=ms)"));
    let folder = Folder::with(&law("data/stock.csv"));
    fs::create_dir(folder.path("data")).unwrap();
    fs::write(folder.path("data/stock.csv"), "ms\n10\n20\n30\n").unwrap();
    folder.says(&["check", "shop.toml"]);
    let outside = Folder::with(&law("../stock.csv"));
    assert_has(&outside.complains(2, &["check", "shop.toml"]), &["its own folder only"]);
}

#[test]
fn help_and_version() {
    let folder = Folder::new();
    assert_has(&folder.says(&["--version"]), &["stormglass "]);
    assert_has(&folder.says(&["--help"]), &["Exit status:", "130"]);
    for command in ["run", "compare", "ablate", "mutate", "sweep", "check", "explain", "size"] {
        assert_has(&folder.says(&[command, "--help"]), &["Examples:", "Usage:"]);
    }
}

#[test]
fn colours_are_asked_for_and_refused() {
    let folder = Folder::new();
    let colours = |no_color: bool| {
        let mut command = folder.command(&["run", "shop.toml"]);
        command.env("CLICOLOR_FORCE", "1");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert_eq!((colours(false), colours(true)), (true, false));
}

#[test]
fn text_of_a_scenario_cannot_command_the_terminal() {
    let folder = Folder::with(&SHOP.replace("A shop and its stock", "A \\u001b[31mshop\\u009b"));
    for command in ["run", "explain"] {
        let said = folder.says(&[command, "shop.toml"]);
        assert!(!said.contains(|it: char| it.is_control() && it != '\n'), "{said:?}");
    }
}

#[test]
fn runs_stopped_by_a_limit_are_told() {
    let text = Folder::new().says(&["run", "shop.toml", "--set", "run.max_events=5000"]);
    assert_has(&text, &["STOPPED in 3 of 3 runs", "more than 5000 events (run.max_events)"]);
}

#[test]
fn readers_may_stop_reading() {
    let folder = Folder::new();
    for format in ["table", "csv", "json"] {
        let mut command = folder.command(&["run", "shop.toml", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        assert!(!stderr(&output).contains("error"), "{format}: {}", stderr(&output));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_was_finished() {
    let folder = Folder::new();
    let args = ["run", "shop.toml", "--replications", "1000000", "--threads", "1"];
    let mut command = folder.command(&args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_has(&stderr(&output), &["Interrupted: ", " of 2000000 runs were finished"]);
    assert_has(&String::from_utf8_lossy(&output.stdout), &["Side by side", "load shoppers"]);
}

/// A shop of which something is expected.
fn expecting(more: &str) -> Folder {
    Folder::with(&format!("{SHOP}\n{more}"))
}

/// What is true of the shop, in both variants.
const TRUE: &str = r#"
[steady]
settle = "5s"
expect = ["shop.error_rate < 1%"]

[[expect]]
during   = "stock-slow"
that     = "stock.fallback_rate >= 90%"
fails_in = ["bare"]
because  = "no answer comes <in time> & then the breaker is \u001b[31mopen"
"#;

#[test]
fn run_tells_what_was_expected() {
    let text = expecting(TRUE).says(&["run", "shop.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "What was expected", "✓ PASS ", "✓ FAILS AS STATED", "shop.error_rate < 1%, steady before",
        "stock.fallback_rate >= 90%, during", "stock-slow: ",
    ]);
    let json = expecting(TRUE).says(&["run", "shop.toml", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let verdict = &json["variants"][1]["verdicts"][2];
    assert_eq!((&verdict["outcome"], &verdict["standing"]), (&"fail".into(), &"held".into()));
}

#[test]
fn test_is_one_line_where_all_is_as_expected() {
    let folder = expecting(TRUE);
    assert_eq!(folder.says(&["test", "shop.toml"]), "ok            shop.toml  6 of 6 held\n");
    fs::create_dir_all(folder.path("more/deep")).unwrap();
    fs::write(folder.path("more/deep/bare.toml"), SHOP).unwrap();
    fs::write(folder.path("more/notes.txt"), "no scenario").unwrap();
    let want = "ok            ./more/deep/bare.toml  nothing expected\n\
                ok            ./shop.toml  6 of 6 held\n";
    assert_eq!(folder.says(&["test", "."]), want, "folders are searched, in order");
    assert_eq!(folder.says(&["test", ".", "--filter", "deep"]).lines().count(), 1);
    assert_has(&folder.complains(2, &["test", ".", "--filter", "nowhere"]), &["no scenario"]);
}

#[test]
fn what_fails_is_told_with_evidence() {
    let broken = expecting(&TRUE.replace("fails_in = [\"bare\"]", ""));
    let output = broken.run(&["test", "shop.toml", "--junit", "verdicts.xml"]);
    assert_eq!(output.status.code(), Some(1));
    #[rustfmt::skip]
    assert_has(&String::from_utf8_lossy(&output.stdout), &[
        "FAILED        shop.toml  5 of 6 held", "in bare", "✗ FAIL ", "expected because",
        "stormglass run shop.toml --variant bare",
    ]);
    let xml = fs::read_to_string(broken.path("verdicts.xml")).unwrap();
    #[rustfmt::skip]
    assert_has(&xml, &[
        "<testsuites tests=\"6\" failures=\"1\" errors=\"0\">",
        "shop.error_rate &lt; 1%, steady after", "<in time> & then", "?[31mopen",
    ]);
    let counts = ["<testsuite ", "<testcase ", "<failure "].map(|it| xml.matches(it).count());
    assert_eq!(counts, [2, 6, 1]);
    let json = broken.run(&["test", "shop.toml", "--format", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["scenarios"][0]["result"], "failed");
}

#[test]
fn a_statement_said_to_fail_is_broken_when_it_passes() {
    let anyway = expecting("[[expect]]\nthat = \"shop.crashes == 0\"\nfails_in = [\"base\"]");
    let output = anyway.run(&["test", "shop.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_has(&String::from_utf8_lossy(&output.stdout), &["✗ PASSES ANYWAY", "1 of 2 held"]);
}

#[test]
fn the_worst_ending_counts() {
    // So late that there is no `after` to fail in.
    let unsteady = "[steady]\nsettle = \"9m\"\nexpect = [\"shop.utilisation > 90%\"]\n";
    let undecided = "[[expect]]\nthat = \"shoppers.goodput < 50/s\"\n";
    let broken = "[[expect]]\nthat = \"shop.crashes > 0\"\n";
    let ends = |code, more: &str| {
        let output = expecting(more).run(&["test", "shop.toml", "--replications", "2"]);
        assert_eq!(output.status.code(), Some(code), "{more}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_has(&ends(4, unsteady), &["not steady"]);
    let told = ends(5, undecided);
    assert_has(&told, &["inconclusive", "? INCONCLUSIVE", "replications would likely"]);
    ends(4, &format!("{unsteady}{undecided}"));
    ends(1, &format!("{unsteady}{undecided}{broken}"));
    let folder = expecting(broken);
    fs::write(folder.path("a.toml"), "format = 2").unwrap();
    let output = folder.run(&["test", ".", "--junit", "verdicts.xml"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_has(&told, &["unreadable    ./a.toml", "FAILED"]);
    let xml = fs::read_to_string(folder.path("verdicts.xml")).unwrap();
    assert_has(&xml, &["errors=\"1\"", "<error type=\"✗ UNREADABLE\""]);
    let first = folder.run(&["test", ".", "--fail-fast"]);
    assert_eq!(String::from_utf8_lossy(&first.stdout).lines().count(), 1);
    folder.complains(74, &["test", "nowhere.toml"]);
}

/// What ends the fault of the shop that is `bare`; the other's fallback answers.
const ABORT: &str = r#"
[[abort]]
when = "shop.error_rate > 50%"
over = "5s"
then = "rollback"

[[expect]]
during = "stock-slow"
that   = "shop.error_rate < 50%"
"#;

#[test]
fn an_abort_is_told_and_has_its_own_status() {
    let folder = expecting(ABORT);
    let run = folder.run(&["run", "shop.toml", "--quiet"]);
    assert_eq!(run.status.code(), Some(3), "{}", stderr(&run));
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    #[rustfmt::skip]
    assert_has(&said, &[
        "ABORTED ", "shop.error_rate > 50% for 5 s; all faults ended there", "? INCONCLUSIVE",
        "cut it short", "abort, shop.error_rate > 50%: all faults end",
    ]);
    let test = folder.run(&["test", "shop.toml", "--junit", "verdicts.xml", "--format", "json"]);
    assert_eq!(test.status.code(), Some(3), "{}", stderr(&test));
    let json: Value = serde_json::from_slice(&test.stdout).unwrap();
    let scenario = &json["scenarios"][0];
    assert_eq!(scenario["result"], "aborted");
    assert_eq!(scenario["variants"][1]["aborts"][0]["then"], "rollback");
    let xml = fs::read_to_string(folder.path("verdicts.xml")).unwrap();
    assert_has(&xml, &["errors=\"1\"", "it is not aborted", "message=\"ABORTED "]);
}

#[test]
fn a_moment_is_told_with_when_it_came() {
    let claim = "[[expect]]\nthat = \"shop.error_rate < 1%\"\nwithin = \"5s of stock-slow.end\"\n";
    let text = expecting(claim).says(&["run", "shop.toml"]);
    assert_has(&text, &["shop.error_rate < 1%, within 5s of stock-slow.end: came true after "]);
}

#[test]
fn test_takes_what_run_takes_and_gives_rows() {
    let folder = expecting(TRUE);
    let rows = |more: &[&str]| {
        let output = folder.run(&[&["test", "shop.toml", "--format", "csv"], more].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let (code, all) = rows(&[]);
    assert_eq!((code, all.len()), (Some(0), 7));
    assert!(all[0].starts_with("file,line,variant,statement,during,"), "{}", all[0]);
    let line = SHOP.lines().count() + 1 + TRUE.lines().position(|it| it.contains("that")).unwrap();
    let bare = "bare,stock.fallback_rate >= 90%,stock-slow,false,fail,true,held,share,0.0,0.0,";
    assert_has(&all[6], &[&format!("shop.toml,{},{bare}", line + 1)]);
    assert_eq!(rows(&["--variant", "bare"]).1[1..], all[4..]);
    assert_ne!(rows(&["--seed", "9"]).1, all);
    // Where the stock is hardly slow nobody needs what stands in for an answer.
    let unbroken = ["--set", "fault.stock-slow.add=1ms"];
    assert_eq!(rows(&unbroken).0, Some(1));
}

#[test]
fn the_checkout_story_is_as_expected_and_can_fail() {
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/checkout");
    let said = Folder::new().says(&["test", story]);
    assert_has(&said, &["ok ", "checkout.toml  58 of 58 held, 4 skipped"]);
    let text = fs::read_to_string(format!("{story}/checkout.toml")).unwrap();
    let broken = Folder::with(&text.replace("latency.p99 < 2.5s", "latency.p99 < 1.5s"));
    let output = broken.run(&["test", "shop.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_has(&String::from_utf8_lossy(&output.stdout), &["✗ FAIL ", "its timeout"]);
}

/// A shop whose numbers can be counted by hand: one request a second, each answered after 100 ms;
/// from 10 s to 20 s the stock takes 5 s longer, and the shop gives up after 1 s.
const CLOCKWORK: &str = r#"
format = 1
title  = "Clockwork"
run    = { duration = "40s", replications = 2 }

[load.users]
to       = "shop"
rate     = "1/s"
arrivals = "constant"
deadline = "2s"

[service.shop]
workers = "unlimited"

[[service.shop.call]]
to       = "stock"
policy   = ["fallback", "timeout"]
timeout  = "1s"
fallback = "in stock, we hope"

[service.stock]
workers = "unlimited"
time    = "100ms"

[variant.patient]
"service.shop.call.stock.policy" = ["fallback"]

[variant.same]
"service.shop.call.stock.timeout" = "900ms"
"service.shop.call.stock.policy"  = ["fallback", "timeout"]

[[fault]]
name = "slow"
kind = "latency"
on   = "shop -> stock"
add  = "5s"
at   = "10s"
for  = "10s"
"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|it| panic!("{it}: {text}"))
}

#[test]
fn compare_tells_what_a_variant_changes() {
    let folder = Folder::with(CLOCKWORK);
    let text = folder.says(&["compare", "shop.toml", "--variant", "patient"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "against base",
        // Ten of ten in the slow phase: flagged after 1 s, or answered after 5.1 s.
        "degraded answers of users 100 % → 0 % in slow", "goodput of users 1 /s → 0 /s in slow",
        "users.latency.p99      1 s    5.1 s", "-100 ± 0 points", "over 2 pairs",
    ]);
    assert!(text.contains("unchanged: errors of users"), "{text}");
    assert!(!text.contains("before\n"), "nothing differs before: {text}");
    let same = folder.says(&["compare", "shop.toml", "--variant", "same", "--seed", "3"]);
    assert_has(&same, &["same: median latency of users 1 s → 900 ms (-10 %) in slow"]);
    let turned =
        folder.says(&["compare", "shop.toml", "--variant", "base", "--against", "patient"]);
    assert_has(&turned, &["against patient", "base: ", "goodput of users 0 /s → 1 /s in slow"]);
}

#[test]
fn compare_takes_two_files() {
    let folder = Folder::with(CLOCKWORK);
    let other =
        CLOCKWORK.replace("[variant.same]", "[variant.else]").replace("\"1s\"", "\"500ms\"");
    let other = format!("{other}\n[service.audit]\nworkers = 1\ntime = \"1ms\"\n");
    fs::write(folder.path("other.toml"), other).unwrap();
    let text = folder.says(&["compare", "shop.toml", "other.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "not compared, in one file only: variant same of shop.toml, variant else of other.toml",
        "other.toml: median latency of users 1 s → 500 ms (-50 %) in slow",
        "only in other.toml: service audit",
        "other.toml (patient): users see the same in every run",
    ]);
    folder.complains(2, &["compare", "shop.toml", "other.toml", "--against", "patient"]);
    let itself = folder.says(&["compare", "shop.toml", "shop.toml", "--variant", "base"]);
    assert_has(&itself, &["shop.toml: users see the same in every run"]);
}

#[test]
fn comparisons_are_data_too() {
    let folder = Folder::with(CLOCKWORK);
    let args = ["compare", "shop.toml", "--variant", "patient", "--format"];
    let data = json(&folder.says(&[&args[..], &["json"]].concat()));
    let rows = data["comparisons"][0]["differences"].as_array().expect("a list");
    let row = rows.iter().find(|it| it["metric"] == "latency.max" && it["phase"] == "slow");
    let row = row.expect("all metrics are there");
    assert_eq!(
        (&row["base"], &row["other"], &row["change"]),
        (&1.0.into(), &5.1.into(), &"moved".into())
    );
    assert_eq!((&row["half_width"], &row["n"]), (&0.0.into(), &2.into()));
    let metric = ["csv", "--metric", "users.goodput@slow"];
    let csv = folder.says(&[&args[..], &metric].concat());
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(
        lines[1..],
        ["base,patient,slow,load,users,goodput,per_second,1.0,0.0,-1.0,0.0,2,moved"]
    );
    assert!(lines[0].starts_with("base_name,other_name,phase,"), "{csv}");
    let unknown = folder.complains(2, &["compare", "shop.toml", "--metric", "users.godput"]);
    assert_has(&unknown, &["--metric:1", "did you mean `goodput`?"]);
    let alone = folder.complains(2, &["compare", "shop.toml", "--variant", "base"]);
    assert_has(&alone, &["nothing to compare"]);
    folder.complains(2, &["compare", "shop.toml", "--variant", "pateint"]);
}

#[test]
fn comparisons_are_the_same_with_any_number_of_threads() {
    let folder = Folder::new();
    for command in ["compare", "ablate", "mutate"] {
        let with = |threads: &str| {
            let args = [command, "shop.toml", "--format", "json", "--threads", threads];
            folder.run(&args).stdout
        };
        let one = with("1");
        assert!(!one.is_empty(), "{command}");
        assert_eq!(one, with("3"), "{command}");
    }
}

#[test]
fn ablate_tells_what_each_pattern_adds() {
    let folder = Folder::with(CLOCKWORK);
    let text = folder.says(&["ablate", "shop.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "users of base, in slow: 4 combinations of fallback, timeout, 2 replications each",
        "success_rate", "fallback + timeout", "What each adds",
        "timeout, alone, does harm: users.success_rate -100 ± 0 points",
        "users.goodput: best with fallback + timeout (1 ± 0 /s), worst with none (0 /s)",
    ]);
    let data = json(&folder.says(&["ablate", "shop.toml", "--format", "json"]));
    let worth = data["worth"].as_array().expect("a list");
    let of = |pattern: &str, metric: &str| {
        let row = worth.iter().find(|it| it["pattern"] == pattern && it["metric"] == metric);
        let row = row.expect("it is there").clone();
        ["main", "alone", "last"].map(|it| row[it]["mean"].as_f64().expect("it is defined"))
    };
    // Answered are all without the timeout, none with it alone, all again with both. In time are
    // only those that both answer.
    assert_eq!(of("timeout", "users.success_rate"), [-0.5, -1.0, 0.0]);
    assert_eq!(of("fallback", "users.success_rate"), [0.5, 0.0, 1.0]);
    assert_eq!(of("timeout", "users.goodput"), [0.5, 0.0, 1.0]);
    assert_eq!(of("fallback", "users.goodput"), [0.5, 0.0, 1.0]);
    let csv = folder.says(&["ablate", "shop.toml", "--format", "csv", "--only", "timeout"]);
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!((rows.len(), rows[0]), (9, "timeout,phase,metric,unit,mean,half_width,min,max,n"));
    assert_has(
        &csv,
        &["0,slow,users.goodput,per_second,0.0,", "1,slow,users.goodput,per_second,1.0,"],
    );
    assert_has(
        &folder.complains(2, &["ablate", "shop.toml", "--only", "retry"]),
        &["fallback, timeout"],
    );
    let unknown = folder.complains(2, &["ablate", "shop.toml", "--call", "shop -> stok"]);
    assert_has(&unknown, &["shop -> stock"]);
    let phase = folder.complains(2, &["ablate", "shop.toml", "--during", "slwo"]);
    assert_has(&phase, &["did you mean `slow`?"]);
}

/// What notices every mutant of the clockwork that does anything.
const STRICT: &str = r#"
[[expect]]
during = "slow"
that   = "users.latency.max <= 1s"

[[expect]]
during = "slow"
that   = "users.success_rate == 100%"
"#;

#[test]
fn mutate_finds_no_hole_where_every_mutant_is_noticed() {
    let folder = Folder::with(&format!("{CLOCKWORK}{STRICT}"));
    let text = folder.says(&["mutate", "shop.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "3 mutants, 2 replications each; 2 expectations that can notice", "3 noticed",
        "✓ shop -> stock without its timeout",
        "by users.latency.max <= 1s, during slow: 5.1 s; holds in 0 of 2 runs",
        "✓ shop -> stock without its fallback", "by users.success_rate == 100%, during slow: 0 %",
        "✓ shop -> stock with its timeout outside its fallback",
    ]);
}

#[test]
fn mutate_names_the_hole_that_a_weak_expectation_leaves() {
    let weak = STRICT.replace("<= 1s", "<= 10s");
    let folder = Folder::with(&format!("{CLOCKWORK}{weak}"));
    let output = folder.run(&["mutate", "shop.toml"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    #[rustfmt::skip]
    assert_has(&text, &[
        "1 not noticed by any expectation: a hole\n  ✗ shop -> stock without its timeout",
        "goodput of users 1 /s → 0 /s in slow", "2 noticed",
        "--set 'service.shop.call.stock.policy=[\"fallback\"]'",
    ]);
    let json_of = |args: &[&str]| json(&String::from_utf8(folder.run(args).stdout).unwrap());
    let data = json_of(&["mutate", "shop.toml", "--format", "json"]);
    let fates: Vec<_> = data["mutants"].as_array().unwrap().iter().map(|it| &it["fate"]).collect();
    assert_eq!(fates, ["noticed", "hole", "noticed"]);
    let moved = &data["mutants"][1]["moved"];
    assert!(
        moved
            .as_array()
            .unwrap()
            .iter()
            .any(|it| { it["metric"] == "goodput" && it["base"] == 1.0 && it["mutant"] == 0.0 }),
        "{moved}"
    );
    // Without its fault nothing of this changes anything.
    let calm = ["mutate", "shop.toml", "--set", "fault.slow.add=0s", "--only", "timeout"];
    assert_has(&folder.says(&calm), &["2 changes nothing here"]);
    assert_has(
        &folder.complains(2, &["mutate", "shop.toml", "--replications", "1"]),
        &["one replication"],
    );
    assert_has(
        &folder.complains(2, &["mutate", "shop.toml", "--only", "retry"]),
        &["nothing to mutate"],
    );
}

#[test]
fn every_mutant_of_the_checkout_story_is_noticed() {
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/checkout/checkout.toml");
    let args = ["mutate", story, "--format", "json", "--replications", "5"];
    let data = json(&Folder::new().says(&args));
    let mutants = data["mutants"].as_array().unwrap();
    let count = |fate: &str| mutants.iter().filter(|it| it["fate"] == fate).count();
    assert_eq!((count("hole"), count("undecided")), (0, 0));
    assert!(count("noticed") >= 13, "{data}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let folder = Folder::new();
    let help = folder.says(&["--help"]);
    let commands = help.lines().skip_while(|it| !it.starts_with("Commands:")).skip(1);
    let commands: Vec<_> =
        commands.map_while(|it| it.split_whitespace().next()).filter(|it| *it != "help").collect();
    assert!(commands.contains(&"sweep") && commands.len() > 8, "{help}");
    assert_eq!(folder.says(&["man", "--output", "man1"]), "");
    let page = fs::read_to_string(folder.path("man1/stormglass.1")).unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = folder.says(&["completions", shell]);
        assert_has(&script, &commands);
    }
    for command in commands {
        assert_has(&page, &[&format!("stormglass\\-{command}(1)")]);
        let own = fs::read_to_string(folder.path(&format!("man1/stormglass-{command}.1"))).unwrap();
        assert_has(&own, &[".SH SYNOPSIS", "Examples:"]);
    }
}

#[test]
fn the_schema_is_json_that_knows_every_section() {
    let folder = Folder::with(SHOP);
    let schema: Value = serde_json::from_str(&folder.says(&["schema"])).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let bulkhead = &schema["$defs"]["Bulkhead"]["properties"]["slots"];
    assert_eq!(bulkhead["maximum"], 1_000_000);
    assert_eq!(bulkhead["description"], "Calls in flight at most.");
}

#[test]
fn a_page_says_what_is_to_be_known_of_its_numbers() {
    let text = "format = 1\ntitle = \"a queue\"\n\
        run = { warmup = \"10s\", duration = \"1m\", precision = \"9%\" }\n\
        load.users = { to = \"app\", rate = \"50/s\" }\n\
        service.app = { workers = 1, time = \"exp(10ms)\" }\n\
        [[expect]]\nthat = \"users.latency.mean < 1s\"\nwithin = \"20s of start\"\n";
    let folder = Folder::with(text);
    folder.says(&["run", "shop.toml", "--report", "page.html"]);
    let page = fs::read_to_string(folder.path("page.html")).unwrap();
    #[rustfmt::skip]
    assert_has(&page, &[
        "<h2>What to know</h2>", "replications until all that is expected was known to ± 9 %",
        "<b>Beside theory</b>", "app.wait.mean, always: theory 10.00 ms (M/M/c), simulated ",
        "within 20s of start",
    ]);
    assert!(!page.contains('\u{1b}'), "no colours of a terminal");
}
