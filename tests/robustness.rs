//! No scenario that passes the check makes the engine panic or run for ever, and its books balance
//! (they are kept wherever assertions are, and panic if they do not).

use proptest::prelude::*;
use sim_core::experiment::Plan;
use sim_core::experiment::mutation::Mutant;
use sim_core::report::Unit;
use sim_core::scenario::{NoFiles, parse, render};

const POLICIES: [&str; 10] = [
    "fallback",
    "total_timeout",
    "retry",
    "hedge",
    "throttle",
    "breaker",
    "limit",
    "concurrency",
    "bulkhead",
    "timeout",
];

const NETWORKS: [&str; 8] = [
    "",
    "latency = \"0s\"",
    "latency = \"2ms\"",
    "latency = \"mix(50%: 0s, 50%: exp(20ms))\"",
    "loss = \"10%\"",
    "latency = \"exp(5ms)\", loss = \"30%\"",
    "dns = { time = \"exp(3ms)\", timeout = \"5ms\" }, connect = { time = \"1ms\" }",
    "connect = { time = \"exp(1ms)\", timeout = \"2ms\" }, loss = \"5%\"",
];

/// Settings for one call: any subset of the policies, in any order.
fn call(to: &'static str) -> impl Strategy<Value = String> {
    let policies = prop::sample::subsequence(&POLICIES[..], 0..=POLICIES.len()).prop_shuffle();
    let knobs = (
        0u64..400,
        1u32..5,
        1u32..4,
        0u64..80,
        0usize..8,
        0usize..3,
        any::<[bool; 4]>(),
        0usize..7,
    );
    let network = prop::sample::select(&NETWORKS[..]);
    let when = prop::sample::select(vec!["100%", "100%", "60%"]);
    (policies, knobs, network, when).prop_map(move |(policies, knobs, network, when)| {
        let (ms, attempts, slots, wait, delay, trip, on, fallback) = knobs;
        let delay = [
            "constant(0s)",
            "linear(5ms, cap=20ms)",
            "exponential(1ms)",
            "full_jitter(10ms)",
            "equal_jitter(3ms)",
            "decorrelated_jitter(2ms, cap=50ms)",
            "randomized_exponential(2ms, cap=9ms)",
            "shared_decorrelated_jitter(1ms, cap=30ms)",
        ][delay];
        let asked = ["at_least", "instead", "add", "ignore"][trip + usize::from(on[1])];
        let limit = ["aimd", "gradient2", "vegas"][trip];
        let after = if on[3] { "p90".to_owned() } else { format!("{}ms", ms / 8) };
        let trip = ["3 consecutive", "50% of last 4", "40% of last 1s"][trip];
        let scope = if on[0] { "service" } else { "instance" };
        let give_up = if on[1] { "cancel" } else { "abandon" };
        let budget = if on[2] { ", budget = \"20%\"" } else { "" };
        let of_retries = if on[0] { ", budget = { in_flight = \"20%\", min = 1 }" } else { budget };
        let fallback = [
            "\"static\"",
            "\"fail:404\"",
            "{ static = \"x\", max_age = \"100ms\" }",
            "{ static = \"x\", max_age = \"none\", refresh_every = \"40ms\" }",
            "[{ static = \"x\", max_age = \"1s\", refresh_every = \"300ms\", scope = \"service\" }, \"y\"]",
            "{ call = \"spare\" }",
            "[{ static = \"x\", max_age = \"50ms\" }, { call = \"spare\" }, \"fail:503\"]",
        ][fallback];
        let key = on[3];
        let setting = |policy: &&str| match *policy {
            "fallback" => format!("fallback = {fallback}"),
            "total_timeout" => format!("total_timeout = \"{}ms\"", 2 * ms + 1),
            "retry" => format!(
                "retry = {{ attempts = {attempts}, delay = \"{delay}\", scope = \"{scope}\", retry_after = \"{asked}\", idempotency_key = {key}{of_retries} }}"
            ),
            "hedge" => format!(
                "hedge = {{ after = \"{after}\", max = {slots}, losers = \"{give_up}\", scope = \"{scope}\"{budget} }}"
            ),
            "throttle" => format!("throttle = {{ k = 1.{ms}, window = \"{attempts}s\", scope = \"{scope}\" }}"),
            "concurrency" => format!(
                "concurrency = {{ limit = \"{limit}\", min = {slots}, max = 9, scope = \"{scope}\" }}"
            ),
            "breaker" => format!(
                "breaker = {{ open_at = \"{trip}\", open_for = \"{wait}ms\", probes = {slots}, scope = \"{scope}\" }}"
            )
            .replace("\"0ms\"", "\"1ms\""),
            "limit" => format!("limit = {{ rate = \"{}/s\", burst = {slots} }}", ms + 1),
            "bulkhead" => format!(
                "bulkhead = {{ slots = {slots}, max_wait = \"{wait}ms\", scope = \"{scope}\" }}"
            ),
            _ => format!("timeout = \"{}ms\"\non_timeout = \"{give_up}\"", ms + 1),
        };
        let order: Vec<String> = policies.iter().map(|it| format!("\"{it}\"")).collect();
        let settings: Vec<String> = policies.iter().map(setting).collect();
        let network = match network {
            "" => String::new(),
            network => format!("network = {{ {network} }}\n"),
        };
        let response = if slots == 2 { "response_timeout = \"20ms\"\n" } else { "" };
        format!(
            "to = \"{to}\"\nwhen = \"{when}\"\n{network}{response}policy = [{}]\n{}\n",
            order.join(", "),
            settings.join("\n")
        )
    })
}

/// Who waits, who is next, and who goes.
fn queue() -> impl Strategy<Value = String> {
    let slots = prop::sample::select(vec![
        "slots = 0",
        "slots = 2",
        "slots = \"unlimited\"",
        "slots = \"unlimited\", item = \"1KiB\", memory = \"5KiB\"",
    ]);
    let overflow = prop::sample::select(vec![
        "\"reject\"",
        "\"drop_oldest\"",
        "\"drop_newest\"",
        "{ block = \"30ms\" }",
    ]);
    let discipline = prop::sample::select(vec![
        "fifo",
        "lifo",
        "adaptive_lifo",
        "priority",
        "earliest_deadline",
    ]);
    let codel = prop::sample::select(vec![
        "",
        "",
        ", codel = {}",
        ", codel = { target = \"1ms\", interval = \"10ms\" }",
    ]);
    (slots, overflow, discipline, codel).prop_map(|(slots, overflow, discipline, codel)| {
        format!("{slots}, overflow = {overflow}, discipline = \"{discipline}\"{codel}")
    })
}

/// Who is turned away on purpose.
fn shed() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "shed = { at = \"50% of workers\", drop = [\"y\"] }\n",
        "shed = { at = \"100% of workers\", until = \"30% of workers\", reply = 429 }\n",
        "shed = { lag = \"70ms\", tiers = [{ at = \"40% of workers\", drop = [\"x\"] }, { at = \"90% of workers\" }] }\n",
    ])
}

fn service(name: &'static str) -> impl Strategy<Value = String> {
    let law = prop::sample::select(vec!["0s", "3ms", "exp(20ms)", "lognormal(p50=5ms, p99=200ms)"]);
    let balance =
        prop::sample::select(vec!["round_robin", "random", "least_outstanding", "two_choices"]);
    let knobs = (1u32..4, 1u32..4, 0u64..300, 0u32..30, 0u64..3, any::<bool>());
    let cores = prop::sample::select(vec!["", "", "cores = 1\n", "cores = 2\n"]);
    (law, queue(), balance, (cores, shed()), knobs).prop_map(
        move |(law, queue, balance, (cores, shed), (instances, workers, ms, errors, cost, skips))| {
            let limit = ["none", "none", "aimd", "gradient2", "vegas"][ms as usize % 5];
            let deadline = if ms < 100 { "none".to_owned() } else { format!("{ms}ms") };
            format!(
                "[service.{name}]\ninstances = {instances}\nworkers = {workers}\n{cores}time = \"{law}\"\n\
             queue = {{ {queue} }}\nbalance = \"{balance}\"\ndeadline = \"{deadline}\"\n\
             errors = \"{errors}%\"\nrestart = \"{}ms\"\nreject_cost = \"{cost}ms\"\n\
             drop_expired = {skips}\nretry_after = \"exp({}ms)\"\nconcurrency = \"{limit}\"\n{shed}",
                ms + 1,
                ms + 1
            )
        },
    )
}

fn fault(name: &'static str) -> impl Strategy<Value = String> {
    let what = prop::sample::select(vec![
        "kind = \"latency\"\non = \"b -> c\"\nadd = \"exp(100ms)\"",
        "kind = \"latency\"\non = \"c\"\nadd = \"50ms\"\nblast = \"1\"",
        "kind = \"slow\"\non = \"b\"\nfactor = 7",
        "kind = \"error\"\non = \"a -> b\"\nrate = \"60%\"",
        "kind = \"error\"\non = \"c\"\ncode = 404",
        "kind = \"blackhole\"\non = \"a -> c\"\nblast = \"50%\"",
        "kind = \"refuse\"\non = \"c\"\nrate = \"70%\"",
        "kind = \"kill\"\non = \"b\"\nblast = \"50%\"",
        "kind = \"kill\"\non = \"c\"",
        "kind = \"kill\"\non = \"a\"\nblast = \"1\"",
        "kind = \"kill\"\non = \"b\"\nblast = \"all\"",
        "kind = \"kill\"\non = \"c\"\nblast = \"all\"",
        "kind = \"kill\"\non = \"b\"\nblast = [\"1\", \"50%\", \"all\"]",
        "kind = \"refuse\"\non = \"a -> c\"\nblast = [\"20%\", \"50%\"]",
        "kind = \"pool_exhaust\"\non = \"c\"\nslots = \"all\"\nblast = [\"1\", \"all\"]",
        "kind = \"loss\"\non = \"a -> b\"\nrate = \"40%\"",
        "kind = \"loss\"\non = \"b -> c\"\nrate = \"80%\"\nblast = \"50%\"",
        "kind = \"dns\"\non = \"a -> c\"\nadd = \"exp(9ms)\"",
        "kind = \"dns\"\non = \"a -> b\"\nrate = \"50%\"",
        "kind = \"throttle\"\non = \"a -> b\"\nlimit = \"30/s\"\nburst = 2",
        "kind = \"throttle\"\non = \"c\"\nlimit = \"10/s\"\nblast = \"1\"",
        "kind = \"consumer_stop\"\non = \"c\"",
        "kind = \"cpu\"\non = \"b\"\nload = \"70%\"",
        "kind = \"gc\"\non = \"c\"\nevery = \"50ms\"\npause = \"20ms\"",
        "kind = \"gc\"\non = \"a\"\nevery = \"7ms\"\npause = \"6ms\"",
        "kind = \"memory\"\non = \"c\"\nleak = \"10MiB/s\"\nmemory = \"1MiB\"",
        "kind = \"memory\"\non = \"a\"\nleak = \"10MiB/s\"\nmemory = \"3MiB\"\nblast = \"1\"",
        "kind = \"surge\"\non = \"users\"\nfactor = 4",
        "kind = \"surge\"\non = \"users\"\nfactor = 0",
        "kind = \"pool_exhaust\"\non = \"b\"\nslots = \"all\"",
        "kind = \"db_failover\"\non = \"d\"",
        "kind = \"db_failover\"\non = \"d\"",
        "kind = \"db_failover\"\non = \"d\"",
        "kind = \"restore\"\non = \"d\"",
        "kind = \"restore\"\non = \"d\"",
        "kind = \"restore\"\non = \"d\"\nhangs = true",
        "kind = \"replication_pause\"\non = \"d\"",
        "kind = \"replication_pause\"\non = \"d\"",
        "kind = \"kill\"\non = \"d\"",
        "kind = \"pool_exhaust\"\non = \"shared\"\nslots = \"50%\"",
    ]);
    // Often at the same instants, and past the end.
    let at = prop_oneof![prop::sample::select(vec![0u64, 500, 1_000]), 0u64..1_500];
    let lasts = prop_oneof![prop::sample::select(vec![500u64, 5_000]), 1u64..1_500];
    (what, at, lasts, 0u64..3).prop_map(move |(what, at, lasts, ramp)| {
        let without = [
            "kill",
            "blast = [",
            "throttle",
            "consumer_stop",
            "memory",
            "db_failover",
            "restore",
            "replication_pause",
        ];
        let steps = without.iter().any(|it| what.contains(it));
        let ramp = match (ramp, steps) {
            (0, false) => format!("ramp = \"{}ms\"\n", lasts / 2),
            _ => String::new(),
        };
        let lasts = if what.contains("db_failover") || what.contains("restore") {
            String::new()
        } else {
            format!("for = \"{lasts}ms\"\n")
        };
        format!("[[fault]]\nname = \"{name}\"\n{what}\nat = \"{at}ms\"\n{lasts}{ramp}")
    })
}

/// Backups, and how they are restored: often, seldom in time, or never.
fn kept() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "size = \"1GB\"\nbackup = [{ kind = \"snapshot\", every = \"700ms\", keep = \"2s\" }]\n\
         restore = { overhead = \"exp(50ms)\", rate = \"5GB/s\" }\n",
        "size = \"100MB\"\nwal = \"1MB/s\"\n\
         backup = [{ kind = \"snapshot\", every = \"24h\", takes = \"exp(1h)\", keep = \"7d\", bad = \"30%\" }, \
         { kind = \"wal\", every = \"10s\", upload = \"exp(200ms)\", keep = \"7d\" }]\n\
         restore = { rate = \"1GB/s\", replay = \"200GB/s\" }\n\
         drill = { every = \"1d\", breaks = \"exp(1d)\", mend = \"300ms\" }\n",
        "backup = [{ kind = \"snapshot\", every = \"1s\", keep = \"1s\", fails = \"90%\" }, \
         { kind = \"incremental\", every = \"100ms\", keep = \"1s\", bad = \"50%\" }]\n\
         restore = { overhead = \"uniform(1ms..900ms)\", lazy = true }\n",
        "backup = [{ kind = \"snapshot\", every = \"1h\", bad = \"100%\", keep = \"1d\" }]\n\
         restore = { overhead = \"1ms\" }\n",
    ])
}

/// A store whose standbys come and go.
fn store() -> impl Strategy<Value = String> {
    let standby = prop::sample::select(vec![
        "{ mode = \"sync\", rtt = \"exp(2ms)\" }",
        "{ mode = \"sync\", on_standby_loss = \"block\" }",
        "{ mode = \"sync\", rtt = \"2ms\", on_standby_loss = \"block\", outage = { every = \"exp(300ms)\", for = \"exp(100ms)\" } }",
        "{ mode = \"semi_sync\", rtt = \"1ms\", fall_back = \"50ms\", outage = { every = \"200ms\", for = \"exp(100ms)\" } }",
        "{ mode = \"async\", lag = \"exp(50ms)\", outage = { every = \"exp(50ms)\", for = \"50ms\" } }",
        "[{ mode = \"sync\", rtt = \"3ms\", on_standby_loss = \"block\" }, { mode = \"async\", lag = \"9ms\" }]",
        "[{ mode = \"semi_sync\", fall_back = \"0s\" }, { mode = \"sync\", on_standby_loss = \"block\" }]",
    ]);
    let failover = prop::sample::select(vec![
        "{}",
        "{ detect = \"exp(50ms)\", promote = \"uniform(10ms..200ms)\", dns_ttl = \"100ms\", reconnect = \"exp(30ms)\" }",
        "{ detect = \"lease(ttl=300ms, renew=100ms)\", name = \"5ms\", warm_up = \"exp(20ms)\" }",
    ]);
    let time = prop::sample::select(vec!["0s", "2ms", "exp(20ms)"]);
    let pool = prop::sample::select(vec![
        "",
        "pool = { slots = 2 }\n",
        "pool = { slots = 3, max_wait = \"20ms\", scope = \"service\" }\n",
    ]);
    (standby, failover, time, pool, kept()).prop_map(|(standby, failover, time, pool, kept)| {
        format!("[store.d]\nwrite = \"{time}\"\nread = \"1ms\"\n{pool}{kept}standby = {standby}\nfailover = {failover}\n")
    })
}

/// What is watched while a run goes on, and perhaps ends it or its faults.
fn watched() -> impl Strategy<Value = String> {
    let facts = prop::sample::select(vec![
        "users.error_rate > 10%",
        "users[x].latency.p99 > 1.1x steady",
        "b.queue.max > 0",
        "shared.saturation > 50%",
        "b -> pooled.attempts > 3",
        "a.main -> b.breaker == open",
    ]);
    let knobs = (0u64..900, 1u64..300, 0u64..3, any::<bool>());
    (facts, knobs).prop_map(|(fact, (after, over, windows, stop))| {
        let then = if stop { "stop" } else { "rollback" };
        let lasting = windows * over;
        let width = if fact.contains("breaker") { String::new() } else { format!("over = \"{over}ms\"\n") };
        format!(
            "[[abort]]\nwhen = \"{fact}\"\nover = \"{over}ms\"\nfor = \"{lasting}ms\"\n\
             after = \"{after}ms\"\nthen = \"{then}\"\n\
             [[expect]]\nthat = \"{fact}\"\nwithin = \"{after}ms of start\"\nfor = \"{lasting}ms\"\n{width}\
             [[expect]]\nthat = \"{fact}\"\nduring = \"one\"\n"
        )
    })
}

/// `a` calls `b` and `c` (in a group or one after the other) and perhaps another operation of its
/// own, `b` calls `c` through a shared pool, and writes to the store `d`, from which `a` reads.
fn scenario() -> impl Strategy<Value = String> {
    let services = (service("a"), service("b"), service("c"));
    let calls = (call("b"), call("c"), call("c"));
    let load = (
        any::<u64>(),
        1u32..300,
        prop::sample::select(vec![
            "poisson",
            "constant",
            "bursty(peak=5x, burst=100ms)",
            "bursty(peak=2x, quiet=0.5x, burst=20ms)",
        ]),
        any::<[bool; 3]>(),
        prop::sample::select(vec![
            "",
            "patience = \"exp(60ms)\"\n",
            "patience = { wait = \"5ms\" }\n",
        ]),
    );
    let closed = prop::sample::select(vec![
        "",
        "[load.loop]\nto = \"b\"\nusers = 9\nthink = \"exp(50ms)\"\npatience = \"30ms\"\n",
        "[load.loop]\nto = \"a.other\"\nusers = 3\nthink = \"10ms\"\nclasses = { y = \"50%\", z = \"50%\" }\n",
        "[load.loop]\nto = \"c\"\nrate = \"sine(mean=50/s, swing=100%, period=1s)\"\n",
    ]);
    let priorities = prop::sample::select(vec!["", "[class.x]\npriority = 2\n"]);
    let warmup = prop::sample::select(vec!["0s", "300ms", "1s"]);
    let faults = (fault("one"), fault("two"), fault("three"));
    let own = call("a.other");
    let data = (store(), call("d.write"), call("d.read"));
    let watched = prop_oneof![Just(String::new()), watched()];
    let more = (closed, priorities, data);
    let parts = (services, calls, load, faults, own, warmup, watched, more);
    parts.prop_map(|(services, calls, load, faults, own, warmup, watched, more)| {
        let (seed, rate, arrivals, [grouped, itself, shared], patience) = load;
        let scope = if shared { "service" } else { "instance" };
        let own = if itself { format!("[[service.a.op.main.call]]\n{own}") } else { String::new() };
        let (of_op, of_a): (Vec<_>, Vec<_>) = services.0.lines().partition(|it| {
            it.starts_with("time") || it.starts_with("errors")
        });
        let (of_op, of_a) = (of_op.join("\n"), of_a.join("\n"));
        let group = if grouped { "group = \"g\"\n" } else { "" };
        format!(
            "format = 1\ntitle = \"any\"\nseed = {}\n\
             run = {{ warmup = \"{warmup}\", duration = \"2500ms\", replications = 1, max_events = 300000, max_in_flight = 20000 }}\n\
             [load.users]\nto = \"a.main\"\nrate = [\"{rate}/s at 0s\", \"0/s at 1s\", \"{rate}/s at 1200ms over 500ms\"]\n\
             arrivals = \"{arrivals}\"\n{patience}classes = {{ x = \"40%\", y = \"60%\" }}\n\
             [pool.shared]\nslots = 3\nmax_wait = \"20ms\"\nscope = \"{scope}\"\n\
             {of_a}\n[service.a.op.other]\n{of_op}\n[service.a.op.main]\n{of_op}\n\
             [[service.a.op.main.call]]\n{group}{}[[service.a.op.main.call]]\n{group}{}\
             [[service.a.op.main.call]]\n{}{own}\
             [[service.a.op.main.call]]\nname = \"spare\"\nto = \"c\"\nwhen = \"fallback\"\ntimeout = \"30ms\"\n\
             {}effect = \"charged\"\n[[service.b.call]]\n{}[[service.b.call]]\nname = \"pooled\"\nto = \"c\"\nbulkhead = {{ pool = \"shared\" }}\n\
             [[service.b.call]]\n{}[[service.b.call]]\nname = \"spare\"\nto = \"c\"\nwhen = \"fallback\"\n\
             {}effect = \"sent\"\n{}{}{}{watched}{}{}{}",
            seed >> 16, calls.0, calls.1, more.2.2, services.1, more.2.1, calls.2, services.2, faults.0, faults.1, faults.2, more.0, more.1, more.2.0
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(feature = "slow") { 2_000 } else { 150 }, ..ProptestConfig::default() })]

    #[test]
    fn a_checked_scenario_runs_to_its_end_and_its_books_balance(text in scenario()) {
        let source = parse(&text).expect("the generator writes TOML");
        let plan = Plan::new(&source, &NoFiles, |_| true);
        let plan = plan
            .map_err(|faults| TestCaseError::fail(render(&faults, source.sources())))?;
        let report = plan.run();
        let base = &report.variants[0];
        prop_assert!(base.events <= 300_000);
        let total: f64 = ["full_rate", "degraded_rate", "error_rate", "unfinished_rate"]
            .iter()
            .filter_map(|it| base.metric("always", &format!("users.{it}")))
            .map(|it| it.mean)
            .sum();
        let offered = base.metric("always", "users.offered").expect("always defined").mean;
        prop_assert!(offered == 0.0 || (total - 1.0).abs() < 1e-9, "shares sum to {}", total);
        for (entity, metric) in base.entities.iter().flat_map(|it| it.metrics.iter().map(move |metric| (it, metric))) {
            for (phase, estimate) in base.phases.iter().zip(&metric.phases) {
                let value = estimate.as_ref().map_or(0.0, |it| it.mean);
                let share = metric.unit == Unit::Share;
                let most = if share { 1.0 + 1e-9 } else { f64::MAX };
                prop_assert!(
                    (0.0..=most).contains(&value),
                    "{}.{} is {value} in {}", entity.name, metric.name, phase.name
                );
            }
        }
        prop_assert_eq!(plan.run().hash(), report.hash(), "the same twice");
    }

    #[test]
    fn every_mutant_of_a_checked_scenario_is_one_and_runs(
        text in scenario(),
        chosen in any::<prop::sample::Index>(),
    ) {
        let source = parse(&text).expect("the generator writes TOML");
        let checked = source.check(None, &NoFiles).expect("the generator writes scenarios");
        let mutants = Mutant::all(&checked);
        for mutant in &mutants {
            let mutated = mutant.of(&source);
            let mutated = mutated.map_err(|it| TestCaseError::fail(format!("{mutant:?}: {it:?}")))?;
            let faults = mutated.check(None, &NoFiles).err();
            prop_assert_eq!(faults, None, "{}", mutant.what);
        }
        if !mutants.is_empty() {
            let mutated = chosen.get(&mutants).of(&source).expect("it was made before");
            let plan = Plan::new(&mutated, &NoFiles, |_| true).expect("it was checked before");
            prop_assert!(plan.run().variants[0].events <= 300_000);
        }
    }
}
