use sim_tests::{always, assert_near, base, during, estimate};

use crate::{assert_close, calling, steady};

const FAST: &str = "workers = \"unlimited\"\ntime = \"100ms\"";

fn with_fault(scenario: &str, fault: &str) -> sim_core::report::VariantReport {
    base(&format!("{scenario}[[fault]]\nname = \"it\"\nat = \"20s\"\nfor = \"40s\"\n{fault}"))
}

#[test]
fn latency_is_on_the_way_and_slowness_in_the_work() {
    let late =
        with_fault(&calling("", FAST), "kind = \"latency\"\non = \"app -> db\"\nadd = \"3s\"");
    assert_close(during(&late, "it", "users.latency.max"), 3.1, "3 s longer");
    assert_close(during(&late, "it", "db.in_flight.max"), 1.0, "the callee does not notice");
    let slow = with_fault(&calling("", FAST), "kind = \"slow\"\non = \"db\"\nfactor = 31");
    assert_close(during(&slow, "it", "users.latency.max"), 3.1, "31 x 100 ms");
    assert_close(always(&slow, "db.in_flight.max"), 4.0, "its workers are held");
}

#[test]
fn refusal_is_quick_and_silence_lasts_until_the_timeout() {
    let refuse = with_fault(&calling("timeout = \"5s\"", FAST), "kind = \"refuse\"\non = \"db\"");
    assert_close(during(&refuse, "it", "users.failed.refused"), 1.0, "all refused");
    assert_close(during(&refuse, "it", "app.in_flight.mean"), 0.0, "at once");
    let hang =
        with_fault(&calling("timeout = \"5s\"", FAST), "kind = \"blackhole\"\non = \"app -> db\"");
    assert_close(during(&hang, "it", "users.failed.timeout"), 1.0, "no answer");
    assert_close(always(&hang, "app.in_flight.max"), 5.0, "5 s each");
    assert_close(during(&hang, "after", "users.success_rate"), 1.0, "and then it is over");
}

#[test]
fn errors_on_a_call_come_at_once_and_on_a_service_after_its_work() {
    let call = with_fault(&calling("", FAST), "kind = \"error\"\non = \"app -> db\"");
    assert_close(during(&call, "it", "users.failed.error"), 1.0, "all fail");
    assert_close(during(&call, "it", "db.busy.mean"), 0.0, "the callee never saw them");
    let service = with_fault(&calling("", FAST), "kind = \"error\"\non = \"db\"\ncode = 404");
    assert_close(during(&service, "it", "users.failed.client_error"), 1.0, "by its code");
    assert_close(during(&service, "it", "db.busy.mean"), 0.1, "the callee worked");
}

#[test]
fn a_share_strikes_a_share() {
    let some = with_fault(&calling("", FAST), "kind = \"refuse\"\non = \"db\"\nrate = \"50%\"");
    let refused = during(&some, "it", "users.failed.refused");
    assert!((0.2..0.8).contains(&refused), "half of 40, not {refused}");
}

#[test]
fn a_kill_ends_what_is_in_hand_and_restart_takes_its_time() {
    let app = "[service.app]\nworkers = 10\ntime = \"3s\"\nrestart = \"10s\"\n";
    let report = with_fault(&steady(app), "kind = \"kill\"\non = \"app\"");
    assert_close(always(&report, "app.crashes"), 1.0, "one instance");
    assert_close(during(&report, "before", "users.failed.crashed"), 3.0 / 19.0, "17, 18 and 19 s");
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "nobody is there");
    assert_close(during(&report, "after", "users.failed.refused"), 10.0 / 40.0, "60 to 69 s");
}

#[test]
fn the_dead_do_not_go_on_without_each_other() {
    // `app.outer` calls `app.inner`, and has a fallback for when that fails. `other` takes the place
    // in memory that makes the inner job come before the outer one, and end first.
    let text = "format = 1\ntitle = \"test\"\nrun = { duration = \"100s\", replications = 1 }\n\
        [load.robots]\nto = \"other\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
        [load.users]\nto = \"app.outer\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
        [service.other]\nworkers = 1\ntime = \"100ms\"\n[service.app]\nworkers = \"unlimited\"\n\
        [service.app.op.outer]\ntime = \"200ms\"\n\
        [[service.app.op.outer.call]]\nto = \"app.inner\"\nfallback = \"nothing\"\n\
        [service.app.op.inner]\ntime = \"2500ms\"\n";
    for instances in [1, 2] {
        let text =
            text.replace("[service.app]", &format!("[service.app]\ninstances = {instances}"));
        let report = with_fault(&text, "kind = \"kill\"\non = \"app\"\nblast = \"all\"");
        let crashed = during(&report, "before", "users.failed.crashed");
        assert_close(crashed, 2.0 / 19.0, "18 and 19 s died with their instance");
        let degraded = during(&report, "before", "users.degraded_rate");
        assert_close(degraded, 0.0, "and gave no answer");
    }
}

#[test]
fn work_without_length_may_die_before_it_is_done() {
    // At 20 s `mid` dies; at once the fallback sends its callers on to `db`, which dies then, too,
    // with their work in hand.
    let text = steady(
        "[service.app]\nworkers = \"unlimited\"\n\
         [[service.app.call]]\nto = \"mid\"\nfallback = \"nothing\"\n\
         [[service.app.call]]\nto = \"db\"\nnetwork = { latency = \"0s\" }\n\
         [service.mid]\nworkers = \"unlimited\"\ntime = \"2500ms\"\n\
         [service.db]\nworkers = \"unlimited\"\ntime = \"0s\"\n\
         [[fault]]\nname = \"first\"\nkind = \"kill\"\non = \"mid\"\nat = \"20s\"\nfor = \"40s\"\n",
    );
    let report = with_fault(&text, "kind = \"kill\"\non = \"db\"");
    assert_close(during(&report, "before", "users.failed.crashed"), 2.0 / 19.0, "18 and 19 s");
}

#[test]
fn what_befalls_a_message_on_its_way_comes_before_what_waits_at_its_end() {
    let dead =
        "[[fault]]\nname = \"dead\"\nkind = \"kill\"\non = \"db\"\nat = \"20s\"\nfor = \"40s\"\n";
    let text = format!("{}{dead}", calling("timeout = \"500ms\"", FAST));
    let report = with_fault(&text, "kind = \"blackhole\"\non = \"app -> db\"\nrate = \"100%\"");
    assert_close(during(&report, "it", "users.failed.timeout"), 1.0, "nothing gets there");
    let report = with_fault(&text, "kind = \"latency\"\non = \"app -> db\"\nadd = \"100ms\"");
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "nobody is there");
}

#[test]
fn the_survivors_of_a_kill_absorb_the_load() {
    let app = "[service.app]\ninstances = 4\nworkers = 10\ntime = \"2500ms\"\n";
    let report = with_fault(&steady(app), "kind = \"kill\"\non = \"app\"\nblast = \"20%\"");
    let crashed = during(&report, "before", "users.failed.crashed") * 19.0;
    assert!(crashed <= 1.0, "only what the one victim had in hand, not {crashed}");
    assert_close(during(&report, "it", "users.success_rate"), 1.0, "three are left");
    let starts = report.log.iter().find(|it| it.text.starts_with("fault it starts on app#"));
    assert!(starts.is_some(), "the log names the victim: {:?}", report.log);
}

#[test]
fn a_surge_multiplies_arrivals_and_a_ramp_grows() {
    let app = "[service.app]\nworkers = \"unlimited\"\ntime = \"1ms\"\n";
    let surge = "kind = \"surge\"\non = \"users\"\nfactor = 5";
    let report = with_fault(&steady(app), surge);
    assert_close(during(&report, "it", "users.offered"), 5.0, "five a second");
    let ramp = with_fault(&steady(app), &format!("{surge}\nramp = \"40s\""));
    let offered = during(&ramp, "it", "users.offered");
    assert!((offered - 3.0).abs() < 0.03, "the mean of 1 and 5, to one arrival: {offered}");
    assert_close(during(&ramp, "after", "users.offered"), 1.0, "and back");
}

#[test]
fn a_surge_to_nothing_holds_arrivals_back() {
    // The request due at the instant of the surge's start meets it, and comes when it is over.
    let app = "[service.app]\nworkers = \"unlimited\"\ntime = \"1ms\"\n";
    let silence = "kind = \"surge\"\non = \"users\"\nfactor = 0";
    for rate in ["\"1/s\"", "[\"1/s at 0s\", \"2/s at 90s\"]"] {
        let report = with_fault(&steady(app).replace("\"1/s\"", rate), silence);
        assert_close(during(&report, "before", "users.offered"), 19.0 / 20.0, "1 s to 19 s");
        assert_close(during(&report, "it", "users.offered"), 0.0, "silence");
        let series = report.series("users", "started").expect("loads have series");
        assert_close(series.values[60], 1.0, "the one that was due");
    }
}

#[test]
fn an_exhausted_pool_has_no_slots_to_give() {
    let pool = calling("bulkhead = { slots = 2 }", FAST);
    let all = with_fault(&pool, "kind = \"pool_exhaust\"\non = \"app -> db\"\nslots = \"all\"");
    assert_close(during(&all, "it", "users.failed.bulkhead"), 1.0, "none is left");
    assert_close(during(&all, "it", "db.pool.saturation"), 1.0, "which is told as full");
    assert_close(during(&all, "after", "db.pool.saturation"), 0.0, "until they are let go");
    let half = with_fault(&pool, "kind = \"pool_exhaust\"\non = \"app -> db\"\nslots = \"50%\"");
    assert_close(during(&half, "it", "users.success_rate"), 1.0, "one is enough");
    // Workers held: requests queue, and are worked off afterwards.
    let workers = with_fault(
        &steady("[service.app]\nworkers = 2\ntime = \"100ms\"\n"),
        "kind = \"pool_exhaust\"\non = \"app\"\nslots = \"all\"",
    );
    assert_close(during(&workers, "it", "users.latency.max"), 40.1, "from 20 s to 60.1 s");
    assert_close(always(&workers, "app.queue.max"), 40.0, "one a second");
}

#[test]
fn exhausting_a_call_means_its_bulkhead_in_every_operation() {
    // Two operations call `db`, each through slots of its own, and a third through a shared pool.
    let op = |name: &str, bulkhead: &str| {
        format!(
            "[load.{name}]\nto = \"app.{name}\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
             [[service.app.op.{name}.call]]\nto = \"db\"\nbulkhead = {{ {bulkhead} }}\n"
        )
    };
    let report = with_fault(
        &format!(
            "format = 1\ntitle = \"test\"\nrun = {{ duration = \"100s\", replications = 1 }}\n\
             [service.app]\nworkers = \"unlimited\"\n[service.db]\n{FAST}\n\
             [pool.shared]\nslots = 2\n{}{}{}",
            op("all", "pool = \"shared\""),
            op("buy", "slots = 2"),
            op("find", "slots = 3"),
        ),
        "kind = \"pool_exhaust\"\non = \"app -> db\"\nslots = \"all\"",
    );
    assert_close(during(&report, "it", "buy.failed.bulkhead"), 1.0, "the one");
    assert_close(during(&report, "it", "find.failed.bulkhead"), 1.0, "and the other");
    assert_close(during(&report, "it", "all.success_rate"), 1.0, "the pool is not the call's");
}

#[test]
fn recovery_is_told_where_there_is_something_to_compare_with() {
    let recovery = |run: &str, at: &str| {
        let text = steady("[service.app]\nworkers = \"unlimited\"\ntime = \"1ms\"\n")
            .replace("duration = \"100s\"", run);
        let fault = "[[fault]]\nname = \"it\"\nkind = \"kill\"\non = \"app\"\nfor = \"40s\"\n";
        let mut report = base(&format!("{text}{fault}at = \"{at}\""));
        let rows = report.faults.remove(0).recovery;
        rows.iter().map(|it| (it.of, it.recovered)).collect::<Vec<_>>()
    };
    assert_eq!(recovery("duration = \"200s\"", "20s"), [(1, 1)], "at once");
    assert_eq!(recovery("duration = \"200s\"", "0s"), [], "there is no before");
    assert_eq!(recovery("duration = \"200s\", warmup = \"9s\"", "0s"), [], "nor is warm-up one");
    assert_eq!(recovery("duration = \"159s\"", "20s"), [], "too short to see it");
    // Windows of 15 s, ten stretches of which are longer than the 100 s that are left.
    assert_eq!(recovery("duration = \"86400s\"", "86250s"), [], "too short by its windows");
    let stopped = "duration = \"200s\", max_events = 100";
    assert_eq!(recovery(stopped, "20s"), [], "who stops during the fault has not seen its end");
}

#[test]
fn faults_add_up() {
    let two = calling("", FAST)
        + "[[fault]]\nname = \"a\"\nkind = \"slow\"\non = \"db\"\nfactor = 2\nat = \"10s\"\nfor = \"60s\"\n\
           [[fault]]\nname = \"b\"\nkind = \"slow\"\non = \"db\"\nfactor = 3\nat = \"40s\"\nfor = \"20s\"\n";
    let report = base(&two);
    let one = during(&report, "a", "users.latency.p50");
    assert!((one - 0.2).abs() < 0.2 / 128.0, "one, to the histogram's width: {one}");
    assert_close(during(&report, "b", "users.latency.max"), 0.6, "both");
    assert_close(during(&report, "after", "users.latency.max"), 0.1, "none");
}

#[test]
fn a_message_that_comes_after_its_deadline_is_turned_away_at_the_door() {
    let text = calling("", FAST).replace("[service.app]", "[service.app]\ndeadline = \"2s\"");
    let late = with_fault(&text, "kind = \"latency\"\non = \"app -> db\"\nadd = \"5s\"");
    assert_close(during(&late, "it", "users.failed.deadline"), 1.0, "the caller gave up at 2 s");
    assert_close(during(&late, "it", "db.busy.mean"), 0.0, "nobody works on what came at 5 s");
    assert_close(during(&late, "after", "users.success_rate"), 1.0, "and then it is over");
}

#[test]
fn what_is_lost_is_lost_in_silence_on_either_way() {
    let lost = |rest: &str, fault: &str| {
        with_fault(
            &calling(&format!("timeout = \"500ms\"\n{rest}"), FAST),
            &format!("kind = \"loss\"\non = \"app -> db\"\n{fault}"),
        )
    };
    let all = lost("", "");
    assert_close(during(&all, "it", "users.failed.lost"), 1.0, "told by the timeout");
    assert_close(during(&all, "it", "app -> db.timeout_rate"), 1.0, "told by the timeout");
    assert_close(during(&all, "it", "db.busy.mean"), 0.0, "no request came through");
    assert_close(during(&all, "after", "users.success_rate"), 1.0, "and then it is over");
    let some = lost("retry = { attempts = 2, delay = \"constant(0s)\", on = [\"timeout\"] }", "");
    assert_close(during(&some, "it", "app -> db.attempts"), 80.0, "a timeout for who waits");
    let none = lost("retry = { attempts = 2, on = [\"error\"] }", "");
    assert_close(during(&none, "it", "app -> db.attempts"), 40.0, "no error came");
}

#[test]
fn one_retry_mends_what_is_lost_at_random() {
    let scenario = |retry: &str| {
        format!(
            "format = 1\ntitle = \"test\"\nrun = {{ duration = \"400s\", replications = 20 }}\n\
             [load.users]\nto = \"app\"\nrate = [\"100/s at 0s\", \"0/s at 390s\"]\n\
             [service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n\
             timeout = \"1s\"\nnetwork = {{ loss = \"5%\" }}\n{retry}\n[service.db]\n{FAST}\n"
        )
    };
    let (once, twice) =
        (base(&scenario("")), base(&scenario("retry = { attempts = 2, delay = \"0s\" }")));
    let through = 0.95 * 0.95;
    assert_near(estimate(&once, "always", "users.success_rate"), through, "both ways");
    let mended = 1.0 - (1.0 - through) * (1.0 - through);
    assert_near(estimate(&twice, "always", "users.success_rate"), mended, "twice");
    let attempts = estimate(&twice, "always", "app -> db.amplification");
    assert_near(attempts, 2.0 - through, "one more for each that failed");
}

#[test]
fn a_throttle_lets_a_rate_through() {
    let some = with_fault(
        &calling("", FAST),
        "kind = \"throttle\"\non = \"db\"\nlimit = \"0.5/s\"\nburst = 1",
    );
    assert_close(during(&some, "it", "users.failed.shed"), 0.5, "every other");
    assert_close(during(&some, "after", "users.success_rate"), 1.0, "and then it is over");
}

#[test]
fn a_stopped_consumer_finishes_what_it_has_and_takes_nothing_up() {
    let db = "workers = 4\ntime = \"1500ms\"";
    let stop = with_fault(&calling("", db), "kind = \"consumer_stop\"\non = \"db\"");
    assert_close(during(&stop, "it", "db.queue.max"), 40.0, "all that come");
    assert_close(during(&stop, "before", "users.latency.max"), 1.5, "that of 19 s, too");
    let half = with_fault(&calling("", db), "kind = \"cpu\"\non = \"db\"\nload = \"75%\"");
    assert_close(during(&half, "it", "db.busy.mean"), 1.0, "one worker of four");
}

#[test]
fn pauses_come_again_and_stretch_the_work() {
    let gc = "kind = \"gc\"\non = \"db\"\nevery = \"10s\"\npause = \"2s\"";
    let report = with_fault(&calling("", FAST), gc);
    assert_close(during(&report, "it", "users.latency.max"), 2.1, "at 20, 30, 40, 50 s");
    assert_close(during(&report, "it", "users.latency.mean"), 0.4, "2, 1 and 8 times 0 s of ten");
    assert_close(during(&report, "after", "users.latency.max"), 0.1, "and then it is over");
}

#[test]
fn a_leak_kills_when_nothing_is_left() {
    let leak = "kind = \"memory\"\non = \"db\"\nleak = \"1MiB/s\"\nmemory = \"10MiB\"";
    let db = format!("{FAST}\nrestart = \"5s\"");
    let report = with_fault(&calling("", &db), leak);
    // It dies at 30 and 45 s, is back 5 s later, and would again at 60 s, when the fault ends.
    assert_close(always(&report, "db.crashes"), 2.0, "10 s of life, 5 s of restart");
    assert_close(
        during(&report, "it", "users.failed.refused"),
        10.0 / 40.0,
        "30 to 34, 45 to 49 s",
    );
    // 2,000 messages of 1 KiB a second fill 1 GiB in 524.288 s (`rec-Q1`).
    let filled = |duration: &str| {
        let leak = "[[fault]]\nname = \"it\"\nkind = \"memory\"\non = \"db\"\nat = \"0s\"\n\
            leak = \"2000KiB/s\"\nmemory = \"1GiB\"\n";
        let text = format!("{}{leak}", calling("", FAST)).replace("100s", duration);
        always(&base(&text), "db.crashes")
    };
    assert_close(filled("524.288s"), 0.0, "the run ends before anything happens at its end");
    assert_close(filled("524.288001s"), 1.0, "to the microsecond");
}

#[test]
fn each_step_of_the_way_has_a_timer_of_its_own() {
    let network = |dns: &str, connect: &str| {
        format!(
            "network = {{ dns = {{ time = \"1s\"{dns} }}, connect = {{ time = \"2s\"{connect} }} }}\n\
             response_timeout = \"500ms\""
        )
    };
    let plain = base(&calling(&network("", ""), FAST));
    assert_close(always(&plain, "users.latency.max"), 3.1, "a lookup, a connection, the work");
    let none = "kind = \"dns\"\non = \"app -> db\"";
    let hangs = with_fault(&calling(&network("", ", timeout = \"3s\""), FAST), none);
    assert_close(during(&hangs, "it", "users.unfinished_rate"), 1.0, "its timer is missing");
    let given_up = with_fault(&calling(&network(", timeout = \"3s\"", ""), FAST), none);
    assert_close(during(&given_up, "it", "users.failed.timeout"), 1.0, "given up");
    // Three of those before are still there for 3.3 s, three of these beyond the end for 3 s.
    let held = (40.0 * 3.0 + 3.3 - 3.0) / 40.0;
    assert_close(during(&given_up, "it", "app.in_flight.mean"), held, "after 3 s each");
    let silent = "kind = \"blackhole\"\non = \"db\"";
    let hangs = with_fault(&calling(&network(", timeout = \"3s\"", ""), FAST), silent);
    assert_close(during(&hangs, "it", "users.unfinished_rate"), 1.0, "its timer is missing");
    let given_up = with_fault(&calling(&network("", ", timeout = \"3s\""), FAST), silent);
    assert_close(during(&given_up, "it", "users.failed.timeout"), 1.0, "given up");
    let late = "kind = \"latency\"\non = \"app -> db\"\nadd = \"1s\"";
    let late = with_fault(&calling(&network("", ""), FAST), late);
    assert_close(during(&late, "it", "users.failed.timeout"), 1.0, "500 ms after 3 s");
    let slow = "kind = \"dns\"\non = \"app -> db\"\nadd = \"5s\"";
    let slow = with_fault(&calling(&network("", ""), FAST), slow);
    assert_close(during(&slow, "it", "users.latency.max"), 8.1, "the answer is not waited for yet");
}
