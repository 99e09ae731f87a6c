//! Traces, stories, fits, advice, and Markdown.

use super::*;

/// The shop with a second of warm-up and ten of run, so that tests are quick.
fn quick() -> Folder {
    let text =
        SHOP.replace("warmup = \"5s\", duration = \"60s\"", "warmup = \"1s\", duration = \"40s\"");
    Folder::with(&text)
}

fn traced(folder: &Folder, more: &[&str]) -> String {
    let args = [&["run", "shop.toml", "--quiet", "--trace", "trace.out"], more].concat();
    folder.says(&args);
    fs::read_to_string(folder.path("trace.out")).unwrap()
}

#[test]
fn traces_are_the_same_at_any_number_of_threads() {
    let folder = quick();
    for format in ["jsonl", "chrome", "log"] {
        let of = |threads| {
            let more = ["--trace-format", format, "--trace-every", "9", "--threads", threads];
            traced(&folder, &more)
        };
        let one = of("1");
        assert!(one.len() > 10_000 && one == of("2"), "{format}");
    }
}

#[test]
fn each_form_of_a_trace_is_what_its_readers_read() {
    let folder = quick();
    let more = ["--variant", "base", "--trace-from", "19s", "--trace-to", "22s"];
    let lines = traced(&folder, &more);
    let lines: Vec<Value> = lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let times: Vec<_> = lines.iter().map(|it| it["at"].as_f64().unwrap()).collect();
    assert!(times.is_sorted() && times[0] >= 19.0, "{times:?}");
    let steps = |step: &str| lines.iter().filter(|it| it["step"] == step).count();
    assert_eq!(steps("called"), steps("ended"));
    assert!(steps("turned_away") > 20 && steps("fell_back") >= steps("turned_away"));
    assert!(
        lines
            .iter()
            .any(|it| it["happened"] == "breaker shop -> stock (caller #0): closed to open")
    );

    let log = traced(&folder, &[&more[..], &["--trace-format", "log"]].concat());
    assert_has(
        &log,
        &["14:00:20.000 WARN  fault stock-slow starts", "in_flight=1/40", "ERROR breaker="],
    );
    assert!(log.lines().all(|it| it.starts_with("14:00:")), "{log}");

    let chrome = traced(&folder, &[&more[..], &["--trace-format", "chrome"]].concat());
    let chrome: Value = serde_json::from_str(&chrome).unwrap();
    let events = chrome["traceEvents"].as_array().unwrap();
    let bars: Vec<_> = events.iter().filter(|it| it["ph"] == "X").collect();
    assert!(bars.len() > 300);
    // On a lane, bars are apart or one inside the other: viewers show nothing else.
    let key = |it: &Value| (it["pid"].as_u64(), it["tid"].as_u64());
    for (index, bar) in bars.iter().enumerate() {
        let span = |it: &Value| {
            let from = it["ts"].as_f64().unwrap();
            (from, from + it["dur"].as_f64().unwrap())
        };
        let (from, to) = span(bar);
        for other in bars[index + 1..].iter().take_while(|it| it["pid"] == bar["pid"]) {
            let (begins, ends) = span(other);
            let apart = begins >= to - 1e-3 || ends <= from + 1e-3;
            let inside =
                (from - 1e-3 <= begins && ends <= to + 1e-3) || (begins <= from && to <= ends);
            assert!(key(bar) != key(other) || apart || inside, "{bar} {other}");
        }
    }
}

#[test]
fn a_full_trace_says_what_is_not_in_it() {
    let folder = quick();
    let args = ["run", "shop.toml", "--trace", "t.jsonl", "--trace-limit", "100", "--quiet"];
    let output = folder.run(&args);
    assert_has(&stderr(&output), &["The trace was full", "--trace-limit"]);
    let bad = folder.complains(2, &["run", "shop.toml", "--trace-every", "5"]);
    assert_has(&bad, &["--trace <FILE>"]);
}

#[test]
fn why_tells_one_story() {
    let folder = quick();
    let list = folder.says(&["why", "shop.toml", "--variant", "bare"]);
    assert_has(&list, &["Requests worth a look", "timeout", "shoppers"]);
    let number =
        list.lines().find(|it| it.contains("timeout")).and_then(|it| it.split_whitespace().next());
    let number = number.expect("a request that timed out");
    let story = folder.says(&["why", "shop.toml", "--variant", "bare", "--request", number]);
    #[rustfmt::skip]
    assert_has(&story, &[
        "failed (timeout)", "call shop -> stock", "timed out, 200 ms in", "Where the time went",
        "on the way there, shop -> stock",
    ]);
    let steps = folder.says(&["why", "shop.toml", "--request", number, "--format", "jsonl"]);
    assert!(steps.lines().all(|it| serde_json::from_str::<Value>(it).is_ok()));
    let none = folder.complains(2, &["why", "shop.toml", "--request", "999999999"]);
    assert_has(&none, &["there is no request 999999999"]);
}

#[test]
fn fits_are_told_and_used() {
    let folder = quick();
    let rows: String = (1..200_u32)
        .map(|it| format!("{:.4}", f64::from(it * it) / 1e3))
        .collect::<Vec<_>>()
        .join("\n");
    fs::write(folder.path("times.csv"), format!("ms\n{rows}")).unwrap();
    let text = folder.says(&["fit", "times.csv", "--column", "ms", "--unit", "ms"]);
    assert_has(&text, &["199 times of times.csv", "weibull(", "gamma(", "(exponential)"]);
    let data: Value = serde_json::from_str(&folder.says(&[
        "fit",
        "times.csv",
        "--column",
        "ms",
        "--unit",
        "ms",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_ne!(data["fits"][0]["name"], "exponential");
    let set = "service.stock.time=fit(times.csv, column=ms, unit=ms)";
    let told = folder.says(&["explain", "shop.toml", "--set", set]);
    assert_has(&told, &["fitted to 199 spans of times.csv", "KS distance"]);
    assert_has(
        &folder.complains(2, &["fit", "times.csv", "--unit", "ms"]),
        &["say which `column`"],
    );
}

#[test]
fn advice_has_a_place_a_reason_and_a_remedy() {
    let late = SHOP
        .replace(
            "[\"fallback\", \"breaker\", \"bulkhead\", \"timeout\"]",
            "[\"fallback\", \"breaker\", \"timeout\"]",
        )
        .replace("bulkhead = { slots = 20, max_wait = \"10ms\" }\n", "")
        .replace("timeout  = \"200ms\"", "timeout  = \"30s\"");
    let folder = Folder::with(&late);
    let told = folder.says(&["explain", "shop.toml"]);
    assert_has(&told, &["Advice", "breaker-too-late", "line ", "breakers count"]);
    let data: Value =
        serde_json::from_str(&folder.says(&["explain", "shop.toml", "--format", "json"])).unwrap();
    let advice = &data["advice"][0];
    assert_eq!(advice["path"], "service.shop.call.stock.breaker");
    let line = late.lines().position(|it| it.starts_with("breaker")).unwrap() + 1;
    assert_eq!(advice["line"], line);
    assert!(
        !Folder::new().says(&["explain", "shop.toml"]).contains("Advice"),
        "nothing is wrong there"
    );
}

#[test]
fn markdown_is_tables() {
    let folder = quick();
    let text = fs::read_to_string(folder.path("shop.toml")).unwrap();
    let expects = "[[expect]]\nthat = \"shoppers.success_rate >= 99%\"\n";
    fs::write(folder.path("shop.toml"), format!("{text}\n{expects}")).unwrap();
    let run = folder.says(&["run", "shop.toml", "--format", "markdown", "--quiet"]);
    #[rustfmt::skip]
    assert_has(&run, &[
        "### A shop and its stock", "|  | base | bare |", "| --- | ---: | ---: |",
        "| base | ✓ PASS | `shoppers.success_rate >= 99%, always` |", "| bare | ✗ FAIL |",
    ]);
    let output = folder.run(&["test", "shop.toml", "--format", "markdown", "--quiet"]);
    let judged = String::from_utf8(output.stdout).unwrap();
    assert_has(
        &judged,
        &["| result | scenario | held |", "| ✗ failed | shop.toml | 1 of 2 |", "#### shop.toml"],
    );
    let compare = folder.says(&["compare", "shop.toml", "--format", "markdown", "--quiet"]);
    assert_has(&compare, &["**bare** against base: ", "| difference |", "shoppers.error\\_rate"]);
}
