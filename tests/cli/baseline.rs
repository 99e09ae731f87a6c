//! Numbers kept in a baseline, and what is told when they move.

use super::*;

const KEPT: &str = "shop.baseline.json";

/// The shop, with its baseline beside it.
fn kept() -> Folder {
    let folder = expecting(TRUE);
    let said = folder.says(&["test", "shop.toml", "--update-baseline"]);
    assert_has(&said, &["ok  ", "6 of 6 held, ", " numbers kept"]);
    folder
}

/// Puts another text for the scenario beside its baseline.
fn rewrite(folder: &Folder, from: &str, to: &str) {
    let text = fs::read_to_string(folder.path("shop.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(folder.path("shop.toml"), text.replace(from, to)).unwrap();
}

#[test]
fn the_same_run_gives_the_same_numbers_and_the_same_file() {
    let folder = kept();
    let before = fs::read(folder.path(KEPT)).unwrap();
    for threads in ["1", "4"] {
        let said = folder.says(&["test", "shop.toml", "--threads", threads]);
        assert_has(&said, &["6 of 6 held, ", " numbers as in the baseline\n"]);
    }
    folder.says(&["test", "shop.toml", "--update-baseline"]);
    assert!(fs::read(folder.path(KEPT)).unwrap() == before, "it is canonical");
    folder.says(&["test", "shop.toml", "--variant", "bare"]);
}

#[test]
fn in_the_same_run_the_last_bit_counts() {
    let folder = kept();
    let text = fs::read_to_string(folder.path(KEPT)).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    let metric = &mut json["variants"]["base"]["phases"]["before"]["shoppers.goodput"]["mean"];
    let mean = metric.as_f64().unwrap();
    *metric = mean.next_up().into();
    fs::write(folder.path(KEPT), json.to_string()).unwrap();
    let output = folder.run(&["test", "shop.toml"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    #[rustfmt::skip]
    assert_has(&String::from_utf8_lossy(&output.stdout), &[
        "MOVED         shop.toml  6 of 6 held, 1 of ", "though file, seed, version and replications are",
        "shoppers.goodput, before in base: ", "stormglass test shop.toml --update-baseline",
    ]);
    // With another seed so little is chance.
    folder.says(&["test", "shop.toml", "--seed", "8"]);
}

#[test]
fn what_moved_is_told_with_its_interval_until_it_is_accepted() {
    let folder = expecting(TRUE);
    let test = ["test", "shop.toml", "--replications", "10"];
    let with = |more: &[&'static str]| [&test[..], more].concat();
    folder.says(&with(&["--update-baseline"]));
    rewrite(&folder, "rate = \"50/s\"", "rate = \"70/s\"");
    let output = folder.run(&with(&["--junit", "verdicts.xml"]));
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_has(&told, &["MOVED ", " numbers moved", "the clearest first\n", "more: --format json"]);
    assert_eq!(told.lines().count(), 14, "{told}");

    let json = folder.run(&with(&["--format", "json"])).stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let moved = json["scenarios"][0]["baseline"]["moved"].as_array().unwrap();
    let of = |phase: &str, metric: &str| {
        moved.iter().find(|it| {
            (&it["variant"], &it["phase"], &it["metric"])
                == (&"base".into(), &phase.into(), &metric.into())
        })
    };
    let goodput = of("always", "shoppers.goodput").expect("40 % more load is seen");
    let number = |name: &str| goodput[name].as_f64().unwrap();
    let (difference, half) = (number("is") - number("was"), number("half_width"));
    assert!((difference - 20.0).abs() < half && half < 5.0, "{difference} ± {half}");
    assert_eq!(of("before", "shoppers.success_rate"), None, "what is idle fails nobody");

    let said = folder.says(&with(&["--update-baseline"]));
    assert_has(&said, &["ok  ", " numbers moved", " numbers kept"]);
    assert_has(&folder.says(&test), &["numbers as in the baseline\n"]);
}

#[test]
fn chance_moves_something_in_one_test_of_twenty() {
    let folder = kept();
    let moved = |seed: &u64| {
        let output = folder.run(&["test", "shop.toml", "--seed", &seed.to_string(), "-q"]);
        output.status.code() == Some(1)
    };
    let moved = (100..120).filter(moved).count();
    assert!(moved <= 3, "{moved} of 20: more than three have a chance of 1.6 %");
    let one = folder.run(&["test", "shop.toml", "--replications", "1", "--seed", "5"]);
    let told = String::from_utf8_lossy(&one.stdout).into_owned();
    assert!(!told.contains("MOVED"), "nobody can tell: {told}");
    assert_has(&told, &["inconclusive  shop.toml", " seen in one replication only"]);
}

#[test]
fn what_is_new_or_gone_is_counted() {
    let folder = kept();
    rewrite(&folder, "[variant.bare]", "[variant.nude]");
    rewrite(&folder, "fails_in = [\"bare\"]", "fails_in = [\"nude\"]");
    assert_has(&folder.says(&["test", "shop.toml"]), &["numbers as in the baseline, ", " new"]);
    rewrite(&folder, "fallback = { static", "# fallback = { static");
    rewrite(&folder, "[\"fallback\", ", "[");
    rewrite(&folder, "bulkhead = {", "# bulkhead = {");
    rewrite(&folder, "\"bulkhead\", ", "");
    let output = folder.run(&["test", "shop.toml"]);
    assert_has(&String::from_utf8_lossy(&output.stdout), &[" new, ", " gone"]);
}

#[test]
fn baselines_lie_where_they_are_wanted() {
    let folder = expecting(TRUE);
    let kept = ["--baseline", "kept/deep"];
    let place = folder.path("kept/deep/shop.baseline.json");
    assert_has(&folder.says(&["test", "./shop.toml", kept[0], kept[1]]), &["6 of 6 held\n"]);
    assert!(!place.exists(), "nothing is written unasked");
    folder.says(&["test", ".", kept[0], kept[1], "--update-baseline"]);
    assert!(place.exists() && !folder.path(KEPT).exists());
    assert_has(&folder.says(&["test", "shop.toml", kept[0], kept[1]]), &["as in the baseline"]);
    rewrite(&folder, "exp(20ms)", "exp(40ms)");
    let output = folder.run(&["test", "shop.toml", kept[0], kept[1], "--seed", "3"]);
    assert_has(
        &String::from_utf8_lossy(&output.stdout),
        &[
            "to accept them: stormglass test shop.toml --update-baseline --baseline kept/deep --seed 3",
        ],
    );
    folder.complains(2, &["test", "shop.toml", "--update-baseline", "--variant", "bare"]);
    folder.complains(2, &["test", "shop.toml", "--update-baseline", "--set", "seed=3"]);
}

#[test]
fn what_is_no_baseline_of_the_scenario_is_refused() {
    let folder = kept();
    let whole = fs::read_to_string(folder.path(KEPT)).unwrap();
    #[rustfmt::skip]
    let cases = [
        ("{".to_owned(), "is no baseline: EOF while parsing"),
        (whole.replace("\"format\": 1", "\"format\": 9"), "it is of format 9, this version reads 1"),
        (whole.replace("\"mean\"", "\"men\""), "unknown field `men`"),
        (whole.replace("shoppers", "users").replace("shop", "x").replace("stock", "y"), "has no number in common"),
    ];
    for (text, want) in cases {
        fs::write(folder.path(KEPT), text).unwrap();
        let output = folder.run(&["test", "shop.toml"]);
        assert_eq!(output.status.code(), Some(2), "{want}");
        assert_has(&stderr(&output), &[want, "--update-baseline"]);
        assert_has(&String::from_utf8_lossy(&output.stdout), &["unreadable    shop.toml"]);
    }
    assert_has(&folder.says(&["test", "shop.toml", "--update-baseline"]), &["numbers kept"]);
    assert!(fs::read_to_string(folder.path(KEPT)).unwrap() == whole);
    fs::remove_file(folder.path(KEPT)).unwrap();
    fs::create_dir(folder.path(KEPT)).unwrap();
    folder.complains(74, &["test", "shop.toml"]);
}
