//! `stormglass sweep`: what it finds, and that it says the same however it is run.

use super::*;

/// 50/s for 100 ms each, which never wait: Erlang's B of 5 for so many slots.
const POOL: &str = r#"
format = 1
title  = "A small pool"
seed   = 3
run    = { warmup = "1s", duration = "400s", replications = 5 }

[load.users]
to   = "app"
rate = "50/s"

[service.app]
workers = "unlimited"

[[service.app.call]]
to       = "db"
policy   = ["bulkhead"]
bulkhead = { slots = 5, max_wait = "0s" }

[service.db]
workers = "unlimited"
time    = "exp(100ms)"

[variant.late]
"run.warmup" = "2s"
"#;

const SLOTS: &str = "service.app.call.db.bulkhead.slots";

fn vary(values: &str) -> String {
    format!("{SLOTS}={values}")
}

fn sweep<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["sweep", "shop.toml"], more].concat()
}

/// The rows of CSV after the comment, the header among them.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let lines = csv.lines().skip_while(|it| it.starts_with('#'));
    lines.map(|it| it.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn the_smallest_pool_is_that_of_erlangs_formula() {
    let slots = vary("6..12:1");
    let args = ["--vary", &slots, "--where", "db.pool.rejection_rate < 5%", "--minimize", "slots"];
    let text = Folder::with(POOL).says(&sweep(&args));
    #[rustfmt::skip]
    assert_has(&text, &[
        "A small pool", "slots: service.app.call.db.bulkhead.slots, 7 values", "best: slots = 9\n",
        "  best      9", "✗         8", "would be better, but does not hold", "✗✗✗✓✓✓✓",
        "rejection_rate < 5% at 4 points, not at 3, undecided at 0", "±", "seed 3",
    ]);
}

#[test]
fn the_best_is_told_without_a_bound_too() {
    let slots = vary("6,7");
    let args = ["--vary", &slots, "--maximize", "users.goodput", "--set", "run.duration=60s"];
    let text = Folder::with(POOL).says(&sweep(&args));
    assert_has(&text, &["  best  ", "best: slots = 7\n", "2 points, 1 metric"]);
}

#[test]
fn rows_are_the_same_with_any_number_of_threads() {
    let folder = Folder::with(POOL);
    let slots = vary("[4, 5]");
    for format in ["csv", "jsonl", "table"] {
        let with = |threads| {
            let args = ["--vary", &slots, "--vary", "variant=base,late", "--format", format];
            let more = [
                "--threads",
                threads,
                "--set",
                "run.duration=20s",
                "--where",
                "users.goodput > 1/s",
            ];
            folder.says(&sweep(&[&args[..], &more].concat()))
        };
        let one = with("1");
        assert_eq!((&one, &one), (&with("2"), &with("4")), "{format}");
        assert!(one.lines().count() > 4, "{one}");
    }
}

#[test]
fn csv_has_a_row_a_point_and_says_where_it_comes_from() {
    let folder = Folder::with(POOL);
    let slots = vary("4,5");
    let args = ["--vary", &slots, "--vary", "load.users.rate=lin(10/s, 30/s, 3)", "-q"];
    let more = ["--set", "run.duration=10s", "--replications", "2", "--output", "rows.csv"];
    folder.says(&sweep(&[&args[..], &more].concat()));
    let csv = fs::read_to_string(folder.path("rows.csv")).expect("it was written");
    let first = csv.lines().next().expect("a comment");
    assert!(first.starts_with("# stormglass "), "{first}");
    assert_has(
        first,
        &["seed 3, 6 points: stormglass sweep shop.toml", "'load.users.rate=lin(10/s"],
    );
    let rows = rows(&csv);
    #[rustfmt::skip]
    assert_eq!(rows[0], [
        "point", SLOTS, "load.users.rate", "replications", "stopped", "feasible", "expected",
        "users.goodput", "users.goodput half_width", "users.error_rate", "users.error_rate half_width",
        "users.latency.p99", "users.latency.p99 half_width",
    ]);
    let points: Vec<_> = rows[1..].iter().map(|it| it[..4].join(" ")).collect();
    #[rustfmt::skip]
    assert_eq!(points, [
        "0 4 10/s 2", "1 4 20/s 2", "2 4 30/s 2", "3 5 10/s 2", "4 5 20/s 2", "5 5 30/s 2",
    ]);
    // A point is the run with its values, on the same random numbers.
    let sets =
        [format!("{SLOTS}=5"), "load.users.rate=20/s".to_owned(), "run.duration=10s".to_owned()];
    let mut run =
        vec!["run", "shop.toml", "--format", "json", "--replications", "2", "--variant", "base"];
    for set in &sets {
        run.extend(["--set", set]);
    }
    let run: Value = serde_json::from_str(&folder.says(&run)).expect("it is JSON");
    let metrics = run["variants"][0]["entities"][0]["metrics"].as_array().expect("there are some");
    let goodput = metrics.iter().find(|it| it["name"] == "goodput").expect("it is measured");
    let mean = goodput["phases"][0]["mean"].as_f64().expect("it is defined");
    assert_eq!(rows[5][7], mean.to_string());
}

#[test]
fn lines_of_json_hold_the_same() {
    let folder = Folder::with(&format!("{POOL}\n[[expect]]\nthat = \"users.goodput > 1/s\"\n"));
    let more = [
        "--set",
        "run.duration=10s",
        "--metric",
        "db.pool.rejected@always",
        "--where",
        "app.error_rate < 0.1%",
    ];
    let args = ["--vary", "service.db.time=\"exp(100ms)\", 100ms", "--format", "jsonl"];
    let output = folder.run(&sweep(&[&args[..], &more].concat()));
    assert_eq!(output.status.code(), Some(9), "nothing holds: {}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("it speaks UTF-8");
    let lines: Vec<Value> =
        text.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["axes"][0]["path"], "service.db.time");
    assert_eq!(lines[0]["metrics"][0]["label"], "app -> db.pool.rejected");
    assert_eq!((&lines[0]["points"], &lines[0]["seed"]), (&2.into(), &3.into()));
    assert_eq!(lines[2]["values"]["service.db.time"], "100ms");
    assert_eq!((&lines[2]["feasible"], &lines[2]["expected"]), (&"no".into(), &"ok".into()));
    assert_eq!(lines[2]["constraints"][0]["outcome"], "fail");
    assert!(
        lines[2]["metrics"]["app -> db.pool.rejected"]["mean"].as_f64().expect("a count") > 0.0
    );
}

#[test]
fn whole_policies_are_values() {
    let text = POOL.replace(
        "[variant.late]",
        "[variant.strict]\n\"service.app.call.db.timeout\" = \"90ms\"\n[variant.late]",
    );
    let policies = "service.app.call.db.policy=[\"bulkhead\"],[\"bulkhead\", \"timeout\"]";
    let args = [
        "--vary",
        policies,
        "--vary",
        "variant=strict",
        "--format",
        "csv",
        "--set",
        "run.duration=20s",
    ];
    let csv = Folder::with(&text).says(&sweep(&args));
    let failed: Vec<f64> = {
        let mut table = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.as_bytes());
        let column = table.headers().unwrap().iter().position(|it| it == "users.error_rate");
        table.records().map(|it| it.unwrap()[column.unwrap()].parse().unwrap()).collect()
    };
    // Erlang B of 5 and 5 slots is 28 %; e^-0.9 of the rest take longer than 90 ms.
    assert!((failed[0] - 0.285).abs() < 0.05 && failed[1] > 0.4, "{failed:?}");
}

#[test]
fn how_it_ends_tells_whether_something_holds() {
    let folder = Folder::with(POOL);
    let slots = vary("4,5");
    let ends = |bound: &str, replications| {
        let args = ["--vary", &slots, "--where", bound, "--replications", replications, "-q"];
        let output = folder.run(&sweep(&[&args[..], &["--set", "run.duration=20s"]].concat()));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text)
    };
    assert_eq!(ends("db.pool.rejection_rate < 90%", "3").0, Some(0));
    let (code, text) = ends("db.pool.rejection_rate < 1%", "3");
    assert_eq!(code, Some(9));
    assert_has(&text, &["nothing holds", "does not hold", "✗"]);
    let (code, text) = ends("db.pool.rejection_rate < 90%", "1");
    assert_eq!(code, Some(5), "one replication cannot decide");
    assert_has(&text, &["cannot be told yet", "undecided at 2"]);
}

#[test]
fn what_is_wrong_is_told_before_anything_runs() {
    let folder = Folder::with(POOL);
    let told = |more: &[&str]| folder.complains(2, &sweep(more));
    let values = told(&["--vary", &vary("4,0,x,5")]);
    assert_has(&values, &["slots=0", "out of range", "slots=x", "expected a whole number"]);
    assert!(!values.contains("slots=4"), "{values}");
    let grammar = told(&["--vary", &vary("4..0:1")]);
    assert_has(&grammar, &["--vary:1:36", "this range goes down", "^^^^^^"]);
    assert_has(
        &told(&["--vary", "service.ap.workers=1,2"]),
        &["--vary:1:9", "did you mean `app`?"],
    );
    assert_has(&told(&["--vary", "variant=base,lat"]), &["did you mean `late`?"]);
    let slots = vary("4,5");
    assert_has(&told(&["--vary", &slots, "--vary", &slots]), &["there is an axis of", "already"]);
    let metric = told(&["--vary", &slots, "--metric", "users.godput"]);
    assert_has(&metric, &["--metric:1:1", "did you mean `goodput`?"]);
    let bound = told(&["--vary", &slots, "--where", "users.goodput@slow > 1/s"]);
    assert_has(&bound, &["--where:1:15", "unknown phase `slow`"]);
    assert_has(
        &told(&["--vary", "service.db.time=1ms,exp(2ms)", "--minimize", "time"]),
        &["no order"],
    );
    assert_has(&told(&["--vary", &slots, "-o", "rows.txt"]), &["neither `.csv` nor `.jsonl`"]);
    let many = told(&[
        "--vary",
        &vary("1..9:1"),
        "--vary",
        "service.db.instances=1..9:1",
        "--max-points",
        "80",
    ]);
    assert_has(&many, &["9 × 9 = 81 points; --max-points allows 80"]);
    told(&["--vary", &slots, "--minimize", "slots", "--maximize", "users.goodput"]);
    told(&[]);
    folder.complains(74, &sweep(&["--vary", &slots, "-o", "no/such/folder.csv"]));
}

#[test]
fn a_combination_that_cannot_be_is_told_with_its_values() {
    let breaker = "\npolicy = [\"breaker\", \"bulkhead\"]\nbreaker = { open_at = \"50% of last 20\", open_for = \"5s\", probes = 3, min_calls = 5 }";
    let text = POOL.replace("\npolicy   = [\"bulkhead\"]", breaker);
    let folder = Folder::with(&text);
    let path = "service.app.call.db.breaker";
    let args = [
        format!("{path}.min_calls=5,10"),
        format!("{path}.open_at=\"50% of last 20\",\"50% of last 8\""),
    ];
    let said = folder.complains(2, &sweep(&["--vary", &args[0], "--vary", &args[1]]));
    assert_has(&said, &["With min_calls = 10, open_at = \"50% of last 8\":"]);
}

#[test]
fn what_others_wrote_cannot_command_the_terminal() {
    let folder = Folder::with(&POOL.replace("A small pool", "A \\u001b[31mpool"));
    let args = ["--vary", "title=\"\\u001b[31m\",\"b\u{1b}[0m\u{9b}\"", "--set", "run.duration=5s"];
    let output = folder.run(&sweep(&args));
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
    assert!(!said.contains(|it: char| it.is_control() && it != '\n'), "{said:?}");
}

#[test]
fn readers_of_rows_may_stop_reading() {
    let folder = Folder::with(POOL);
    for format in ["table", "csv", "jsonl"] {
        let slots = vary("1..40:1");
        let args = sweep(&["--vary", &slots, "--set", "run.duration=5s", "--format", format]);
        let mut command = folder.command(&args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        assert!(!stderr(&output).contains("error"), "{format}: {}", stderr(&output));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_keeps_the_points_that_are_finished() {
    let folder = Folder::with(POOL);
    let slots = vary("1..100000:1");
    let args =
        sweep(&["--vary", &slots, "--threads", "1", "--output", "rows.csv", "--replications", "1"]);
    let mut command = folder.command(&args);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let written = || fs::read_to_string(folder.path("rows.csv")).unwrap_or_default();
    while written().lines().count() < 5 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_has(&stderr(&output), &["Interrupted: ", " of 100 000 points were finished"]);
    assert_has(&String::from_utf8_lossy(&output.stdout), &["A small pool", "users"]);
    let csv = written();
    assert!(csv.ends_with('\n'), "no row is cut");
    let points: Vec<_> = rows(&csv)[1..].iter().map(|it| it[0].clone()).collect();
    let all: Vec<_> = (0..points.len()).map(|it| it.to_string()).collect();
    assert_eq!(points, all, "in order");
}
