//! Whole files: a long valid one, faulty ones, and any text at all.

use proptest::prelude::*;

use super::*;
use crate::distribution::{Distribution, LogNormal};
use crate::policy::backoff::Backoff;
use crate::policy::balancer::Balance;
use crate::policy::breaker::Trip;
use crate::policy::failure::Reasons;
use crate::schema::{
    Arrivals, Blast, Bulkhead, Capacity, ErrorRate, Fallback, FaultKind, FaultTarget, OnTimeout,
    Policy, RateChange, RateProfile, Scope, Target,
};
use crate::time::SimDuration;

const SHOP: &str = r#"
format = 1
title  = "Checkout: one slow dependency must not sink the shop"
seed   = 42
run    = { warmup = "30s", duration = "8m", replications = 5, clock = "14:00:00" }

[load.shoppers]
to       = "checkout"
rate     = "120/s"
arrivals = "poisson"
classes  = { buy = "70%", browse = "30%" }

[load.batch]
to       = "warehouse.count"
rate     = ["1/s at 0s", "6/s at 1m over 20s"]
arrivals = "constant"
deadline = "10s"

[service.checkout]
instances = 6
workers   = 200
time      = "lognormal(p50=4ms, p99=15ms)"
deadline  = "2.4s"
queue     = { slots = 100, overflow = "reject" }
balance   = "two_choices"
restart   = "20s"

[service.fraud]
instances = 3
workers   = "unlimited"
time      = "120ms"
errors    = { rate = "0.5%", code = 503 }

[service.warehouse]
workers = 8
[service.warehouse.op.count]
time = "5ms"
[service.warehouse.op.reserve]
time   = "2ms"
errors = "1%"

[[service.checkout.call]]
to       = "warehouse.reserve"
group    = "checks"
policy   = ["fallback", "bulkhead", "breaker", "timeout"]
bulkhead = { slots = 40, max_wait = "50ms", scope = "service" }
timeout  = "300ms"
breaker  = { open_at = "50% of last 20", open_for = "10s", probes = 3 }
fallback = "fail:503"

[[service.checkout.call]]
to            = "fraud"
name          = "score"
group         = "checks"
when          = "80%"
network       = { latency = "1ms" }
total_timeout = "1s"
timeout       = "250ms"
on_timeout    = "cancel"
retry         = { attempts = 3, delay = "full_jitter(50ms, cap=400ms)", budget = "10%" }
limit         = { rate = "80/s", burst = 20 }
bulkhead      = { pool = "http" }
fallback      = "accept_and_flag"

[pool.http]
slots    = 200
max_wait = "none"
scope    = "service"

[variant.naive]
"service.checkout.deadline"        = "none"
"service.checkout.call.*.policy"   = ["bulkhead"]
"service.checkout.call.*.bulkhead" = { pool = "http" }

[[fault]]
name = "fraud-slow"
kind = "latency"
on   = "checkout -> score"
add  = "8s"
at   = "60s"
for  = "90s"

[[fault]]
name  = "fraud-down"
kind  = "kill"
on    = "fraud"
blast = "2"
at    = "3m30s"
ramp  = "0s"
"#;

/// A kill has no ramp; the example is valid without it.
fn shop() -> String {
    SHOP.replace("ramp  = \"0s\"\n", "")
}

fn checked(text: &str, variant: Option<&str>) -> Result<Checked, Vec<Diagnostic>> {
    parse(text)?.check(variant, &NoFiles)
}

fn ms(millis: u64) -> SimDuration {
    SimDuration::from_millis(millis)
}

fn target(service: &str, op: &str) -> Target {
    Target { service: service.to_owned(), op: op.to_owned() }
}

#[test]
fn a_whole_file_reads_into_what_it_says() {
    let scenario = checked(&shop(), None).expect("valid");
    assert_eq!(scenario.title, "Checkout: one slow dependency must not sink the shop");
    assert_eq!(scenario.seed, 42);
    assert_eq!((scenario.run.warmup, scenario.run.duration), (ms(30_000), ms(480_000)));
    assert_eq!((scenario.run.replications, scenario.run.clock), (5, Some(50_400)));

    let [shoppers, batch] = scenario.loads.as_slice() else { panic!("two loads") };
    assert_eq!((shoppers.name.as_str(), &shoppers.to), ("shoppers", &target("checkout", "")));
    assert_eq!(shoppers.classes, [("buy".to_owned(), 0.7), ("browse".to_owned(), 0.3)]);
    assert!(
        matches!(&shoppers.arrivals, Arrivals::Poisson(RateProfile::Steps(it)) if (it[0].rate - 120.0).abs() < 1e-9)
    );
    assert_eq!((&batch.to, batch.deadline), (&target("warehouse", "count"), Some(ms(10_000))));
    let Arrivals::Constant(RateProfile::Steps(steps)) = &batch.arrivals else {
        panic!("evenly spaced")
    };
    let ramp = RateChange { at: ms(60_000), rate: 6.0, over: ms(20_000) };
    assert_eq!(steps[1], ramp);

    let [checkout, fraud, warehouse] = scenario.services.as_slice() else { panic!("three") };
    assert_eq!((checkout.name.as_str(), checkout.instances), ("checkout", 6));
    assert_eq!(checkout.workers, Capacity::Limited(200));
    assert_eq!(
        (checkout.queue.slots, checkout.balance),
        (Capacity::Limited(100), Balance::TwoChoices)
    );
    assert_eq!((checkout.restart, checkout.deadline), (Some(ms(20_000)), Some(ms(2_400))));
    let time = LogNormal::from_median_and_quantile(ms(4), 0.99, ms(15)).expect("valid");
    assert_eq!(checkout.ops[0].time, Distribution::from(time));
    assert_eq!(fraud.workers, Capacity::Unlimited);
    assert_eq!(fraud.ops[0].errors, ErrorRate { share: 0.005, code: 503 });
    let ops: Vec<_> = warehouse.ops.iter().map(|op| (op.name.as_str(), op.errors.share)).collect();
    assert_eq!(ops, [("count", 0.0), ("reserve", 0.01)]);

    assert_eq!(scenario.pools[0].name, "http");
    assert_eq!(scenario.pools[0].slots.max_wait, SimDuration::MAX);

    let [slow, down] = scenario.faults.as_slice() else { panic!("two faults") };
    let on = FaultTarget::Call { from: "checkout".to_owned(), call: "score".to_owned() };
    assert_eq!((slow.name.as_str(), &slow.on), ("fraud-slow", &on));
    assert!(
        matches!(&slow.kind, FaultKind::Latency(add) if *add == Distribution::constant(ms(8_000)))
    );
    assert_eq!((slow.at, slow.lasts, &*slow.blast), (ms(60_000), ms(90_000), &[Blast::All][..]));
    assert_eq!((down.at, down.lasts), (ms(210_000), SimDuration::MAX));
    assert_eq!(down.blast, [Blast::Count(2)]);
}

#[test]
fn calls_have_their_policies_in_order() {
    let scenario = checked(&shop(), None).expect("valid");
    let [reserve, score] = scenario.services[0].ops[0].calls.as_slice() else {
        panic!("two calls")
    };
    assert_eq!(
        (reserve.name.as_str(), &reserve.to),
        ("warehouse", &target("warehouse", "reserve"))
    );
    let [fallback, bulkhead, breaker, timeout] = reserve.policies.as_slice() else {
        panic!("four policies: {:?}", reserve.policies)
    };
    assert!(matches!(fallback, Policy::Fallback(it) if it[..] == [Fallback::Fail(503)]));
    let Policy::Bulkhead(Bulkhead::Own(slots)) = bulkhead else { panic!("{bulkhead:?}") };
    assert_eq!((slots.slots, slots.max_wait, slots.scope), (40, ms(50), Scope::Service));
    let Policy::Breaker(breaker) = breaker else { panic!("{breaker:?}") };
    assert_eq!(breaker.config.trip, Trip::OfLastCalls { share: 0.5, window: 20, min_calls: 20 });
    assert_eq!((breaker.config.open_for, breaker.config.probes), (ms(10_000), 3));
    assert!(matches!(timeout, Policy::Timeout(it) if it.on_timeout == OnTimeout::Abandon));

    assert_eq!((score.name.as_str(), &score.to, score.when), ("score", &target("fraud", ""), 0.8));
    assert_eq!(score.network.latency, Some(Distribution::constant(ms(1))));
    let [fallback, total, retry, limit, bulkhead, timeout] = score.policies.as_slice() else {
        panic!("six policies: {:?}", score.policies)
    };
    assert!(
        matches!(fallback, Policy::Fallback(it) if it[..] == [Fallback::Static("accept_and_flag".to_owned())])
    );
    assert!(matches!(total, Policy::TotalTimeout(it) if it.after == ms(1_000)));
    let Policy::Retry(retry) = retry else { panic!("{retry:?}") };
    assert_eq!((retry.attempts, retry.budget, retry.on), (3, Some(0.1), Reasons::TRANSIENT));
    assert_eq!(retry.backoff, Backoff::FullJitter { base: ms(50), cap: ms(400) });
    assert!(matches!(limit, Policy::Limit(it) if (it.rate, it.burst) == (80.0, 20)));
    assert!(matches!(bulkhead, Policy::Bulkhead(Bulkhead::Pool(it)) if it == "http"));
    assert!(matches!(timeout, Policy::Timeout(it) if it.on_timeout == OnTimeout::Cancel));
    assert!(score.inactive.is_empty() && reserve.inactive.is_empty());
}

#[test]
fn a_variant_leaves_settings_inactive_and_an_override_holds_over_it() {
    let mut source = parse(&shop()).expect("valid");
    assert_eq!(source.variants(), ["naive"]);
    let naive = source.check(Some("naive"), &NoFiles).expect("valid");
    assert_eq!(naive.services[0].deadline, None);
    let call = &naive.services[0].ops[0].calls[0];
    assert!(matches!(call.policies.as_slice(), [Policy::Bulkhead(Bulkhead::Pool(_))]));
    assert_eq!(call.inactive, ["fallback", "breaker", "timeout"]);

    source.set("service.checkout.deadline = 3s").expect("a path that leads somewhere");
    source.set("service.checkout.instances = 2 ").expect("a path that leads somewhere");
    source.set("service.checkout.call.score.retry.attempts=7").expect("a call by its name");
    let naive = source.check(Some("naive"), &NoFiles).expect("valid");
    assert_eq!(naive.services[0].deadline, Some(ms(3_000)));
    let base = source.check(None, &NoFiles).expect("valid");
    assert_eq!(base.services[0].instances, 2);
    let policies = &base.services[0].ops[0].calls[1].policies;
    assert!(policies.iter().any(|it| matches!(it, Policy::Retry(retry) if retry.attempts == 7)));
    assert_eq!(source.check_all(&NoFiles), Ok(()));
}

#[test]
fn faults_of_overrides_point_into_the_override() {
    let mut source = parse(&shop()).expect("valid");
    let text = "service.chekout.instances=2";
    let faults = source.set(text).expect_err("no such service");
    assert_eq!((faults.len(), faults[0].code), (1, Code::BadPath));
    let marked = |fault: &Diagnostic| {
        source.sources()[fault.source.index()].text[fault.span.clone()].to_owned()
    };
    assert_eq!(marked(&faults[0]), "chekout");

    let mut source = source.clone();
    source.set("service.checkout.time= exp(5)").expect("the path leads somewhere");
    let faults = source.check(None, &NoFiles).expect_err("no unit");
    assert_eq!((faults.len(), faults[0].code), (1, Code::BadQuantity));
    assert_eq!(&source.sources()[faults[0].source.index()].text[faults[0].span.clone()], "5");
    assert!(source.set("nonsense").is_err());
}

#[test]
fn five_mistakes_are_five_diagnostics_at_their_places() {
    let text = shop()
        .replace("workers   = 200", "workrs    = 200")
        .replace("rate     = \"120/s\"", "rate     = 120")
        .replace("p99=15ms", "p99=15")
        .replace("to            = \"fraud\"", "to            = \"fruad\"")
        .replace("at   = \"60s\"", "at   = \"60s\"\nstrength = 3");
    let faults = checked(&text, None).expect_err("five mistakes");
    let told: Vec<_> = faults.iter().map(|it| (it.code, &text[it.span.clone()])).collect();
    assert_eq!(
        told,
        [
            (Code::BadQuantity, "120"),
            (Code::UnknownKey, "workrs"),
            (Code::BadQuantity, "15"),
            (Code::UnknownName, "\"fruad\""),
            (Code::UnknownKey, "strength"),
        ],
        "{faults:#?}"
    );
    let help: Vec<_> = faults.iter().map(|it| it.help.as_deref().unwrap_or_default()).collect();
    assert_eq!(help[0], "write \"120/s\" or \"120/min\"");
    assert_eq!(help[1], "did you mean `workers`?");
    assert_eq!(help[2], "write \"15ms\" or \"15s\"");
    assert_eq!(help[3], "did you mean `fraud`?");
}

#[test]
fn each_fault_of_the_whole_is_told() {
    let kill_ramp = SHOP.to_owned();
    let edit = |from: &str, to: &str| {
        let text = shop();
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    let cases = [
        (kill_ramp, Code::UnknownKey, "\"0s\""),
        (edit("format = 1", "format = 2"), Code::OutOfRange, "2"),
        (edit("seed   = 42", "seed   = -1"), Code::OutOfRange, "-1"),
        (edit("[variant.naive]", "[variant.base]"), Code::BadName, "base"),
        (edit("[pool.http]", "[region]\n[pool.http]"), Code::NotYet, "region"),
        (edit("[load.batch]", "[load.fraud]"), Code::Duplicate, "fraud"),
        (edit("name = \"fraud-slow\"", "name = \"fraud-down\""), Code::Duplicate, "\"fraud-down\""),
        (edit("at    = \"3m30s\"", "at    = \"8m\""), Code::OutOfRange, "\"8m\""),
        (edit("blast = \"2\"", "blast = \"4\""), Code::Misfit, "\"4\""),
        (edit("pool = \"http\" }\nfall", "pool = \"htp\" }\nfall"), Code::UnknownName, "\"htp\""),
        (edit("\"fallback\", \"bulk", "\"retry\", \"bulk"), Code::PolicyOrder, "\"retry\""),
        (edit("on_timeout    = \"cancel\"", "cache = {}"), Code::NotYet, "cache"),
        (edit("\"warehouse.reserve\"", "\"warehouse\""), Code::UnknownName, "\"warehouse\""),
        (
            edit("\"warehouse.reserve\"", "\"warehouse.resrve\""),
            Code::UnknownName,
            "\"warehouse.resrve\"",
        ),
        (edit("name          = \"score\"", "name          = \"warehouse\""), Code::Duplicate, ""),
        (edit("title  = \"Check", "titel = \"Check"), Code::UnknownKey, "titel"),
    ];
    for (text, code, marked) in cases {
        let faults = checked(&text, None).expect_err("faulty");
        let fault = faults.iter().find(|it| it.code == code);
        let fault = fault.unwrap_or_else(|| panic!("{code} {marked}: {faults:#?}"));
        assert!(marked.is_empty() || &text[fault.span.clone()] == marked, "{marked}: {faults:#?}");
    }
}

#[test]
fn a_setting_that_the_list_leaves_out_is_a_fault_in_the_base_file() {
    let text = shop().replace("\"breaker\", \"timeout\"]", "\"timeout\"]");
    let faults = checked(&text, None).expect_err("the breaker is not listed");
    assert_eq!((faults.len(), faults[0].code), (1, Code::PolicyOrder), "{faults:?}");
    assert!(text[faults[0].span.clone()].starts_with("{ open_at"));
}

#[test]
fn a_circle_of_calls_is_shown() {
    let text = format!("{}\n[[service.fraud.call]]\nto = \"checkout\"\n", shop());
    let faults = checked(&text, None).expect_err("a circle");
    assert_eq!((faults.len(), faults[0].code), (1, Code::CallCycle), "{faults:?}");
    assert!(faults[0].message.contains("checkout -> fraud -> checkout"), "{}", faults[0].message);
    let own = format!("{}\n[[service.fraud.call]]\nto = \"fraud\"\n", shop());
    let faults = checked(&own, None).expect_err("calls itself");
    assert!(faults[0].message.contains("fraud -> fraud"), "{}", faults[0].message);
}

#[test]
fn faults_of_variants_are_told_once_and_with_their_places() {
    let text = shop().replace("\"service.checkout.deadline\" ", "\"service.checkut.deadline\" ");
    let source = parse(&text).expect("valid TOML");
    assert!(source.check(None, &NoFiles).is_ok(), "the base has no part in it");
    let faults = source.check_all(&NoFiles).expect_err("unknown service");
    assert_eq!((faults.len(), faults[0].code), (1, Code::BadPath), "{faults:?}");
    assert_eq!(&text[faults[0].span.clone()], "checkut");

    let unquoted = shop().replace("\"service.checkout.deadline\" ", "service.checkout.deadline ");
    let faults =
        parse(&unquoted).expect("valid TOML").check_all(&NoFiles).expect_err("replaces all");
    assert_eq!((faults.len(), faults[0].code), (1, Code::BadPath), "{faults:?}");

    let both = shop().replace("workers   = 200", "workers   = 0");
    let faults = parse(&both).expect("valid TOML").check_all(&NoFiles).expect_err("no workers");
    assert_eq!(faults.len(), 1, "in the base and in the variant, told once: {faults:?}");
}

#[test]
fn an_unknown_variant_is_told() {
    let source = parse(&shop()).expect("valid");
    let faults = source.check(Some("naiv"), &NoFiles).expect_err("unknown");
    assert_eq!(faults[0].help.as_deref(), Some("did you mean `naive`?"));
}

#[test]
fn an_empty_file_lacks_what_it_needs() {
    let faults = checked("", None).expect_err("empty");
    let messages: Vec<_> = faults.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, ["`format` is missing", "`title` is missing"]);
}

#[test]
fn faults_are_many_but_not_without_end() {
    let text = (0..5_000).fold(shop(), |text, index| format!("{text}[service.s{index}]\n"));
    let faults = checked(&text, None).expect_err("too many services");
    assert!(faults.iter().any(|it| it.code == Code::TooLarge), "{faults:?}");
    let keys = (0..5_000).fold(String::new(), |keys, index| format!("{keys}key{index} = 1\n"));
    let faults = checked(&keys, None).expect_err("unknown keys");
    assert!((1_000..=1_001).contains(&faults.len()), "{}", faults.len());
}

/// A cut, a repetition or a replacement somewhere in a valid file.
fn mutated() -> impl Strategy<Value = String> {
    let snippets = prop::sample::select(vec![
        "\"",
        "{",
        "}",
        "[",
        "]",
        "=",
        "\n",
        "none",
        "0",
        "-1",
        "1e9",
        "\"0s\"",
        "\"999999d\"",
        "\"checkout\"",
        "[[service.checkout.call]]\n",
        "\"100%\"",
        "nan",
        "é",
        "\u{0}",
        "->",
        "\\u0041",
    ]);
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), snippets).prop_map(
        |(from, length, snippet)| {
            let text: Vec<char> = shop().chars().collect();
            let from = from.index(text.len());
            let to = (from + length.index(12)).min(text.len());
            let (head, tail) = (&text[..from], &text[to..]);
            head.iter().copied().chain(snippet.chars()).chain(tail.iter().copied()).collect()
        },
    )
}

fn check_everything(text: &str) {
    let source = match parse(text) {
        Ok(source) => source,
        Err(faults) => {
            let file = SourceText { name: "any.toml".to_owned(), text: text.to_owned() };
            assert!(!faults.is_empty() && !render(&faults, &[file]).is_empty());
            return;
        }
    };
    if let Err(faults) = source.check_all(&NoFiles) {
        assert!(!faults.is_empty());
        for fault in &faults {
            let text = &source.sources()[fault.source.index()].text;
            assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
        }
        assert!(!render(&faults, source.sources()).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}|[a-z\\[\\]{}=\"'.,0-9\n -]{0,80}") {
        check_everything(&text);
    }

    #[test]
    fn no_mutation_of_a_file_makes_it_panic(text in mutated()) {
        check_everything(&text);
    }

    #[test]
    fn no_override_makes_it_panic(
        path in "(service|load|run|fault|seed|pool)(\\.(checkout|call|\\*|fraud|slots|op|x|\"é\")){0,5}",
        value in "\\PC{0,12}|[0-9]{1,3}(ms|s|%)?|\\{ x = 1 \\}|\\[\\]",
    ) {
        let mut source = parse(&shop()).expect("valid");
        if let Err(faults) = source.set(&format!("{path}={value}")) {
            assert!(!render(&faults, source.sources()).is_empty());
        }
        let _ = source.check_all(&NoFiles);
    }
}

#[test]
fn a_callee_that_two_operations_call_is_named_with_its_caller() {
    let refused = |that: &str| {
        let text = format!(
            "format = 1\ntitle = \"two\"\nrun = {{ duration = \"1m\" }}\n\
             [load.users]\nto = \"app.x\"\nrate = \"1/s\"\n[service.app]\nworkers = 1\n\
             [[service.app.op.x.call]]\nto = \"db\"\n[[service.app.op.y.call]]\nto = \"db\"\n\
             [service.db]\nworkers = 1\ntime = \"1ms\"\n[[expect]]\nthat = \"{that}\"\n"
        );
        let source = parse(&text).expect("it is TOML");
        source.check(None, &NoFiles).err().map(|it| it[0].message.clone())
    };
    let both = "this may be of `app.x -> db` or of `app.y -> db`";
    assert_eq!(refused("db.fallback_rate < 1%").as_deref(), Some(both));
    assert_eq!(refused("app.y -> db.fallback_rate < 1%"), None);
    assert_eq!(refused("app.y.error_rate < 1%"), None, "an operation");
    assert_eq!(refused("db.error_rate < 1%"), None, "the service has this name before the calls");
}
