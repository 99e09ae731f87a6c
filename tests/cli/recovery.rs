//! Drills, error budgets, and architectures side by side.

use super::*;

const STORES: &str = r#"
format = 1
title  = "Two copies of the orders"
seed   = 7

[store.orders]
size    = "40GB"
rows    = 1842317
zone    = "a"
wal     = "1MB/s"
backup  = [{ kind = "snapshot", every = "24h", keep = "7d" }]
restore = { overhead = "10m", rate = "100MB/s", verify = ["row_count", "integrity"] }
target  = { rto = "30m", rpo = "2h" }
drill   = { every = "91.25d", breaks = "exp(365d)" }

[[disaster]]
name  = "zone-lost"
store = "orders"
lose  = ["zone a"]

[cost]
instances     = 1
instance_hour = 1
gb_month      = 0.1

[variant.standing]
"store.orders.standby"  = { mode = "sync", zone = "b" }
"store.orders.failover" = { promote = "30s" }
"cost.instances"        = 2
"#;

/// The same where restores do not break.
fn sound() -> String {
    STORES.replace("drill   = { every = \"91.25d\", breaks = \"exp(365d)\" }\n", "")
}

#[test]
fn a_drill_tells_what_was_restored_and_how_long_it_took() {
    let folder = Folder::with(STORES);
    let text = folder.says(&["drill", "shop.toml"]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "Drill of orders", "1 842 317 rows, as expected", "integrity        ok", "overhead",
        "copy             6.67 min", "elapsed          16.7 min against 30 min: PASS",
        "quarterly        broken when needed: 11.", "yearly           broken when needed: 3",
    ]);
    assert_ne!(text, folder.says(&["drill", "shop.toml", "--seed", "8"]), "another drill");
}

#[test]
fn a_drill_is_data_too() {
    let folder = Folder::with(STORES);
    let told = folder.says(&["drill", "shop.toml", "--format", "json"]);
    let told: Value = serde_json::from_str(&told).expect("it is JSON");
    let drill = &told["drills"][0];
    assert_eq!((&drill["store"], &drill["passes"]), (&"orders".into(), &true.into()));
    assert_eq!(
        (drill["elapsed"].as_f64(), drill["rows"].as_u64()),
        (Some(1_000.0), Some(1_842_317))
    );
    assert_eq!(drill["parts"][1], serde_json::json!({ "name": "copy", "seconds": 400.0 }));
    let broken = drill["plans"][0]["broken"].as_f64().expect("a share");
    // 1 − (1 − e^(−λT)) / λT with one break a year and four drills.
    assert!((broken - 0.115_203).abs() < 0.007, "{broken}");
}

#[test]
fn a_drill_that_takes_too_long_or_restores_nothing_fails() {
    let folder = Folder::with(STORES);
    let slow = ["drill", "shop.toml", "--set", "store.orders.size=500GB"];
    let output = folder.run(&slow);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    // 600 s of overhead and 5,000 s of copying.
    assert_has(&String::from_utf8_lossy(&output.stdout), &["93.3 min against 30 min: FAIL"]);
    let said = folder.complains(2, &["drill", "shop.toml", "--store", "order"]);
    assert_has(&said, &["no store `order` with backups", "it has orders"]);
    let said = Folder::new().complains(2, &["drill", "shop.toml"]);
    assert_has(&said, &["no store with backups to drill", "add `backup`"]);
}

#[test]
fn a_budget_is_told_as_text_data_and_markdown() {
    let folder = Folder::new();
    let ask = |more: &[&str]| folder.says(&[&["budget", "--slo", "99.99%"], more].concat());
    let text = ask(&["--outage", "5m"]);
    assert_has(&text, &["An objective of 99.99 %", "52.6 min", "5 min spend", "114 %", "14.4 ×"]);
    assert_has(
        &ask(&["--format", "markdown"]),
        &["### An objective", "| may be down |", "| ---: |"],
    );
    let told: Value = serde_json::from_str(&ask(&["--outage", "5m", "--format", "json"])).unwrap();
    assert!((told["windows"][1]["spent"].as_f64().unwrap() - 1.141_552_511).abs() < 1e-9);
    let canary = ask(&["--outage", "60s", "--impact", "5%"]);
    assert_has(&canary, &["1 min at 5 % spend", "1.14 %"]);
}

#[test]
fn a_budget_of_nothing_or_of_all_is_refused() {
    let folder = Folder::new();
    for slo in ["100%", "0%"] {
        let said = folder.complains(2, &["budget", "--slo", slo]);
        assert_has(&said, &["more than 0% and less than 100%"]);
    }
    let said = folder.complains(2, &["budget", "--slo", "99.9%", "--errors", "0%"]);
    assert_has(&said, &["give a share above it"]);
    folder.complains(2, &["budget", "--slo", "99.9"]);
    folder.complains(2, &["budget"]);
}

#[test]
fn architectures_stand_side_by_side_with_pass_or_fail_and_why() {
    let folder = Folder::with(&sound());
    let ask = |more: &[&str]| {
        folder.says(&[&["recover", "shop.toml", "--architectures", "--quiet"], more].concat())
    };
    let text = ask(&[]);
    #[rustfmt::skip]
    assert_has(&text, &[
        "Two copies of the orders", "base", "standing", "zone-lost", "back in, p95", "cost a month",
        "FAIL base: zone-lost: lost ", "(p95), 2 h promised, kept by 8.",
        "PASS standing: all targets are kept", "standing keeps its targets at the least cost: 1496",
    ]);
    let markdown = ask(&["--format", "markdown"]);
    #[rustfmt::skip]
    assert_has(&markdown, &[
        "### Two copies", "| **zone-lost** |", "| architecture | targets | why |", "| base | FAIL |",
        "| standing | PASS | all targets are kept |",
    ]);
    let told: Value = serde_json::from_str(&ask(&["--format", "json"])).expect("it is JSON");
    let [base, standing] = [0, 1].map(|it| &told["architectures"][it]);
    assert_eq!((&base["targets"], &standing["targets"]), (&"FAIL".into(), &"PASS".into()));
    // 40 GB once, or twice with a standby, and seven snapshots of them, at a tenth a GB.
    assert_eq!(base["cost"]["parts"][1][1].as_f64(), Some(32.0));
    assert_eq!(standing["cost"]["month"].as_f64(), Some(1_460.0 + 36.0));
}

#[test]
fn what_never_comes_back_has_lost_everything() {
    let lost = sound().replace("keep = \"7d\"", "keep = \"7d\", bad = \"100%\"");
    let lost = lost.replace("[cost]", "expect = [\"rpo.p95 <= 2h\", \"rto.p95 <= 1h\"]\n\n[cost]");
    let folder = Folder::with(&lost);
    let told = folder.says(&["recover", "shop.toml", "--architectures", "--quiet"]);
    assert_has(&told, &["zone-lost: lost everything (p95)", "zone-lost: back in never"]);
    let output = folder.run(&["run", "shop.toml", "--variant", "base", "--quiet"]);
    let told = String::from_utf8_lossy(&output.stdout);
    let row =
        |name: &str| told.lines().find(|it| it.trim_start().starts_with(name)).expect("a row");
    assert_eq!(row("rpo ").matches("everything").count(), 5, "{told}");
    assert_eq!(row("rto ").matches("never").count(), 5, "{told}");
    assert_has(&told, &["disaster zone-lost: everything in", "disaster zone-lost: never in"]);
}

#[test]
fn a_restore_under_traffic_tells_where_its_time_went() {
    let text = "format = 1\ntitle = \"A restore\"\n\
        run = { duration = \"2m\", replications = 2, clock = \"12:00:00\" }\n\
        [load.users]\nto = \"shop\"\nrate = \"10/s\"\n\
        [service.shop]\nworkers = \"unlimited\"\n\
        [[service.shop.call]]\nto = \"orders\"\nop = \"write\"\n\
        [store.orders]\nwrite = \"1ms\"\nsize = \"2GB\"\n\
        restore = { overhead = \"5s\", rate = \"100MB/s\" }\n\
        backup = [{ kind = \"snapshot\", every = \"1h\", keep = \"1d\" }]\n\
        [[fault]]\nname = \"lost\"\nkind = \"restore\"\non = \"orders\"\nat = \"30s\"\n\
        [variant.untested]\n\
        \"store.orders.backup\" = [{ kind = \"snapshot\", every = \"1h\", keep = \"1d\", bad = \"100%\" }]\n";
    let folder = Folder::with(text);
    let told = folder.says(&["run", "shop.toml", "--quiet", "--report", "page.html"]);
    let page = fs::read_to_string(folder.path("page.html")).expect("it was written");
    #[rustfmt::skip]
    assert_has(&told, &[
        "Restore lost  2 runs", "overhead", "copy", "lost: what was written in the last 30 s",
        "restore lost takes 25.0 s (overhead 5.0 s, copy 20.0 s), to what was there 30.0 s before",
    ]);
    let never = "never back in 2 runs: no backup can be restored";
    assert_has(&told, &[never]);
    assert_has(
        &page,
        &["Failovers and restores", "lost: what was written in the last 30 s", never],
    );
    let told = folder.says(&["explain", "shop.toml"]);
    assert_has(&told, &["0:30 to 0:55  lost: store orders: it is lost with its standbys"]);
}

#[test]
fn the_page_of_architectures_stands_alone() {
    let folder = Folder::with(&sound());
    folder.says(&["recover", "shop.toml", "--architectures", "--quiet", "--report", "page.html"]);
    let page = fs::read_to_string(folder.path("page.html")).expect("it was written");
    let (elements, attributes) = read(&page);
    assert_has(&page, &["Architectures", "all targets are kept", "PASS", "FAIL", "Disasters"]);
    assert!(elements.iter().filter(|it| *it == "table").count() >= 2);
    assert!(!attributes.iter().any(|it| it == "src" || it == "href" || it.starts_with("on")));
}

#[test]
fn a_target_that_is_missed_ends_with_one() {
    let folder = Folder::with(&sound());
    let output = folder.run(&["recover", "shop.toml", "--quiet"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = Folder::new().complains(2, &["recover", "shop.toml", "--quiet"]);
    assert_has(&said, &["no disasters and no systems", "add a `[[disaster]]`"]);
    folder.complains(2, &["recover", "shop.toml", "--share", "2"]);
    folder.complains(74, &["recover", "nowhere.toml"]);
}

#[test]
fn a_system_keeps_its_objective_or_not() {
    let text = "format = 1\ntitle = \"A pair\"\nseed = 1\n\
                run = { duration = \"50y\", replications = 40 }\n\
                [system.shop]\navailability = \"99.9%\"\nmttr = \"1h\"\nslo = \"99.99%\"\n\
                [variant.pair]\n\"system.shop.copies\" = 2\n";
    let folder = Folder::with(text);
    let told = folder.says(&["recover", "shop.toml", "--architectures", "--quiet"]);
    assert_has(&told, &["FAIL base: shop: up 99.9", "99.99 % promised", "PASS pair"]);
}

#[test]
fn each_of_these_commands_has_examples() {
    let folder = Folder::new();
    for command in ["drill", "budget", "recover"] {
        let help = folder.says(&[command, "--help"]);
        assert!(help.matches(&format!("stormglass {command} ")).count() >= 3, "{help}");
        assert_has(&help, &["Examples:", "--format"]);
    }
}

#[test]
fn what_recurs_is_told_for_ten_years() {
    let recurring =
        sound().replace("lose  = [\"zone a\"]", "lose  = [\"zone a\"]\nevery = \"exp(2y)\"");
    let folder = Folder::with(&recurring);
    let told = folder.says(&["run", "shop.toml", "--variant", "base", "--quiet"]);
    assert_has(&told, &["in 10 years", "strikes", "downtime", "loss"]);
    let told = folder.says(&["run", "shop.toml", "--format", "json", "--quiet"]);
    assert_eq!(
        told,
        folder.says(&["run", "shop.toml", "--format", "json", "--quiet", "--threads", "1"])
    );
    let told: Value = serde_json::from_str(&told).expect("it is JSON");
    let disaster = &told["variants"][0]["disasters"][0];
    let mean = |it: &str| disaster["stretch"][it]["mean"].as_f64().expect("a mean");
    // Five on average, of 1 000 s each: 10 000 stretches know it to within 5 %.
    assert!((mean("strikes") - 5.0).abs() < 0.1, "{}", mean("strikes"));
    assert!((mean("downtime") - 5_000.0).abs() < 100.0, "{}", mean("downtime"));
}
