//! What a store does to requests: writes and their standbys, connections, failovers.

use sim_core::experiment::trace;
use sim_core::observe::story::Activity;
use sim_core::observe::trace::Choice;
use sim_core::report::VariantReport;
use sim_core::scenario::NoFiles;
use sim_tests::{always, assert_near, base, during, estimate, loaded, plan};

use crate::assert_close;

/// One second's write to a `db` that says this of itself, through a call that says that.
fn writing(db: &str, call: &str, rest: &str) -> String {
    asking("rate = \"1/s\"\narrivals = \"constant\"", db, call, rest)
}

fn asking(load: &str, db: &str, call: &str, rest: &str) -> String {
    let app = "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n";
    let call =
        if call.contains("op =") { call.to_owned() } else { format!("op = \"write\"\n{call}") };
    loaded("100s", load, &format!("{app}{call}\n[store.db]\n{db}\n{rest}"))
}

/// A hundred writes a second.
const FAST: &str = "rate = \"100/s\"\narrivals = \"constant\"";

/// Nothing reaches the standbys from 20 s on, for 40 s.
const PAUSE: &str = "[[fault]]\nname = \"it\"\nkind = \"replication_pause\"\non = \"db\"\n\
    at = \"20s\"\nfor = \"40s\"\n";

/// The primary dies at 20 s.
const LOST: &str = "[[fault]]\nname = \"it\"\nkind = \"db_failover\"\non = \"db\"\nat = \"20s\"\n";

/// Back after 7 s.
const SEVEN: &str = "failover = { detect = \"2s\", promote = \"5s\" }\n";

fn told(report: &VariantReport, beginning: &str) -> String {
    let line = report.log.iter().find(|it| it.text.starts_with(beginning));
    line.unwrap_or_else(|| panic!("nothing begins with {beginning}: {:?}", report.log)).text.clone()
}

#[test]
fn a_write_takes_as_long_as_the_slowest_copy_that_it_waits_for() {
    let standby = |it: &str| format!("write = \"100ms\"\nread = \"30ms\"\nstandby = {it}");
    let one = |mode: &str| standby(&format!("{{ mode = \"{mode}\", rtt = \"2ms\" }}"));
    let two = "[{ mode = \"sync\", rtt = \"2ms\" }, { mode = \"sync\", rtt = \"5ms\" }, \
               { mode = \"async\", rtt = \"9ms\" }]";
    let cases = [
        (one("sync"), "", 0.102),
        (one("semi_sync"), "", 0.102),
        (one("async"), "", 0.100),
        (standby(two), "", 0.105),
        ("write = \"100ms\"".to_owned(), "", 0.100),
        (one("sync"), "op = \"read\"", 0.030),
    ];
    for (db, call, want) in cases {
        let report = base(&writing(&db, call, ""));
        for metric in ["users.latency.max", "db.latency.max"] {
            assert_close(always(&report, metric), want, &format!("{metric}: {db} {call}"));
        }
        assert_close(always(&report, "db.success_rate"), 1.0, "all are answered");
    }
}

#[test]
fn times_add_up_on_average_too() {
    let db = "write = \"exp(20ms)\"\nstandby = { mode = \"sync\", rtt = \"exp(5ms)\" }";
    let text =
        asking("rate = \"50/s\"", db, "", "").replace("replications = 1", "replications = 20");
    assert_near(estimate(&base(&text), "always", "db.latency.mean"), 0.025, "20 ms and 5 ms");
}

#[test]
fn each_mode_has_its_answer_to_a_standby_that_is_away() {
    let latency = |standby: &str, phase: &str| {
        let db = format!("write = \"100ms\"\nstandby = {{ rtt = \"2ms\", {standby} }}");
        let report = base(&writing(&db, "", PAUSE));
        assert_close(always(&report, "users.success_rate"), 1.0, standby);
        (during(&report, phase, "users.latency.p50"), during(&report, phase, "users.latency.max"))
    };
    let within = |(p50, max): (f64, f64), want: (f64, f64), what: &str| {
        assert!((p50 - want.0).abs() < 0.01 * want.0, "{what}: half take {p50}");
        assert_close(max, want.1, what);
    };
    let alone = latency("mode = \"sync\", on_standby_loss = \"degrade\"", "it");
    within(alone, (0.1, 0.1), "goes on alone");
    let held = latency("mode = \"sync\", on_standby_loss = \"block\"", "it");
    within(held, (20.002, 40.002), "all are held until it is back");
    let fell_back = latency("mode = \"semi_sync\", fall_back = \"10s\"", "it");
    within(fell_back, (0.1, 10.1), "10 s after the first that it held");
    for mode in ["mode = \"sync\"", "mode = \"semi_sync\""] {
        within(latency(mode, "after"), (0.102, 0.102), "waits again");
    }
    within(latency("mode = \"async\"", "it"), (0.1, 0.1), "does not notice");
}

#[test]
fn standbys_go_away_by_themselves() {
    let db = "write = \"100ms\"\nstandby = { mode = \"sync\", rtt = \"100ms\", \
              on_standby_loss = \"degrade\", outage = { every = \"exp(9s)\", for = \"exp(1s)\" } }";
    let text =
        asking("rate = \"20/s\"", db, "", "").replace("replications = 1", "replications = 40");
    // A tenth of the time writes do not wait.
    assert_near(estimate(&base(&text), "always", "db.latency.mean"), 0.190, "nine tenths wait");
}

#[test]
fn what_is_in_flight_is_reset_and_what_comes_is_refused_until_a_standby_has_taken_over() {
    let db = format!("write = \"2500ms\"\nstandby = {{ mode = \"sync\" }}\n{SEVEN}");
    let report = base(&writing(&db, "", LOST));
    assert_close(during(&report, "before", "users.failed.crashed"), 2.0 / 19.0, "18 and 19 s");
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "20 to 26 s");
    assert_close(
        during(&report, "after", "users.success_rate"),
        71.0 / 73.0,
        "all but the last two",
    );
    assert_close(always(&report, "db.crashes"), 1.0, "one primary");
    assert_close(always(&report, "db.outage.longest"), 9.0, "18 to 26 s");
    let phase = report.phases.iter().find(|it| it.name == "it").expect("a fault is a phase");
    assert_eq!((phase.from, phase.to), (20.0, 27.0), "as long as it can take");
    let want = "failover it takes 7.0 s (detect 2.0 s, promote 5.0 s); acknowledged writes lost: 0";
    assert_eq!(told(&report, "failover"), want);
}

#[test]
fn reset_is_what_breaks_and_what_nobody_takes() {
    let db = format!("write = \"2500ms\"\nstandby = {{ mode = \"sync\" }}\n{SEVEN}");
    let retry = |on: &str| {
        let call = format!("retry = {{ attempts = 2, delay = \"constant(7500ms)\", on = [{on}] }}");
        base(&writing(&db, &call, LOST))
    };
    for (on, before, within) in [
        ("\"reset\"", 1.0, 1.0),
        ("\"crashed\"", 1.0, 0.0),
        ("\"refused\"", 17.0 / 19.0, 1.0),
        ("\"crashed\", \"refused\"", 1.0, 1.0),
        ("\"timeout\"", 17.0 / 19.0, 0.0),
    ] {
        let report = retry(on);
        assert_close(during(&report, "before", "users.success_rate"), before, on);
        assert_close(during(&report, "it", "users.success_rate"), within, on);
    }
}

/// Twenty runs in which twenty instances ask a store, whose primary is lost.
fn many_clients(db: &str) -> VariantReport {
    let text = asking("rate = \"200/s\"", db, "", LOST);
    let text = text.replace("[service.app]", "[service.app]\ninstances = 20");
    base(&text.replace("replications = 1", "replications = 20"))
}

#[test]
fn each_client_comes_back_by_itself() {
    let db = "write = \"1ms\"\nstandby = { mode = \"sync\" }\n\
              failover = { detect = \"2s\", promote = \"5s\", reconnect = \"uniform(0s..10s)\" }";
    let report = many_clients(db);
    let phase = report.phases.iter().find(|it| it.name == "it").expect("a fault is a phase");
    assert_close(phase.to - phase.from, 17.0, "the longest that it can take");
    let refused = estimate(&report, "it", "users.failed.refused");
    assert_near(refused, 12.0 / 17.0, "7 s, and 5 s on average");
}

#[test]
fn a_name_is_remembered_for_its_time_to_live() {
    let db = "write = \"1ms\"\nstandby = { mode = \"sync\" }\n\
              failover = { name = \"3s\", dns_ttl = \"8s\", warm_up = \"2s\" }";
    let report = many_clients(db);
    let refused = estimate(&report, "it", "users.failed.refused");
    assert_near(refused, 9.0 / 13.0, "3 s, 4 s on average, 2 s of 13 s");
}

#[test]
fn what_had_not_reached_the_standby_is_lost() {
    let lost = |standby: &str, fault: &str| {
        let db = format!("write = \"1ms\"\nstandby = {standby}\n{SEVEN}");
        let report = base(&asking(FAST, &db, "", &format!("{fault}{LOST}")));
        assert_close(during(&report, "before", "db.lost_acked_writes"), 0.0, "not before");
        always(&report, "db.lost_acked_writes")
    };
    let pause = PAUSE.replace("\"it\"", "\"alone\"").replace("20s", "15s");
    let cases = [
        ("{ mode = \"sync\" }", "", 0.0, "it has everything"),
        ("{ mode = \"semi_sync\" }", "", 0.0, "it has everything"),
        ("{ mode = \"async\", lag = \"2s\" }", "", 200.0, "100/s for 2 s"),
        ("{ mode = \"async\" }", "", 0.0, "no lag"),
        ("{ mode = \"sync\", on_standby_loss = \"degrade\" }", &pause, 500.0, "alone for 5 s"),
        ("{ mode = \"sync\", on_standby_loss = \"block\" }", &pause, 0.0, "not acknowledged"),
        ("{ mode = \"semi_sync\", fall_back = \"2s\" }", &pause, 500.0, "3 s, and what it held"),
        ("{ mode = \"async\", lag = \"2s\" }", &pause, 700.0, "2 s, and then 5 s"),
        (
            "[{ mode = \"async\", lag = \"2s\" }, { mode = \"async\", lag = \"500ms\" }]",
            "",
            50.0,
            "the one that has the most takes over",
        ),
    ];
    for (standby, fault, want, why) in cases {
        assert_close(lost(standby, fault), want, &format!("{standby}: {why}"));
    }
}

#[test]
fn a_lag_that_varies_loses_its_mean() {
    let db =
        format!("write = \"1ms\"\nstandby = {{ mode = \"async\", lag = \"exp(2s)\" }}\n{SEVEN}");
    let text =
        asking("rate = \"100/s\"", &db, "", LOST).replace("replications = 1", "replications = 200");
    let report = base(&text);
    assert_near(estimate(&report, "it", "db.lost_acked_writes"), 200.0, "100/s for 2 s on average");
}

#[test]
fn a_second_failover_finds_the_standby_of_the_first() {
    let db = format!("write = \"1ms\"\nstandby = {{ mode = \"async\", lag = \"2s\" }}\n{SEVEN}");
    let again = LOST.replace("\"it\"", "\"again\"").replace("20s", "28s");
    let report = base(&asking(FAST, &db, "", &format!("{LOST}{again}")));
    assert_close(during(&report, "it", "db.lost_acked_writes"), 200.0, "the first");
    assert_close(during(&report, "again", "db.lost_acked_writes"), 100.0, "27 to 28 s");
}

#[test]
fn callers_hold_a_connection_for_each_attempt() {
    let db = "write = \"1500ms\"\npool = { slots = 1, max_wait = \"0s\" }";
    let report = base(&writing(db, "", ""));
    assert_close(always(&report, "users.failed.bulkhead"), 49.0 / 99.0, "every other");
    assert_close(always(&report, "db.pool.rejected"), 49.0, "finds it in use");
    assert_close(always(&report, "db.offered"), 0.5, "and is not sent");
    // Inside the timeout: half a second of waiting is half a second less for the answer.
    let waits = db.replace("\"0s\"", "\"5s\"");
    let report = base(&writing(&waits, "timeout = \"1900ms\"\non_timeout = \"cancel\"", ""));
    assert!(always(&report, "users.failed.timeout") > 0.3, "{report:?}");
    assert!(always(&report, "users.latency.max") <= 1.9);
}

#[test]
fn connections_are_of_each_instance_or_of_the_service() {
    let most = |scope: &str| {
        let db = format!("write = \"10s\"\npool = {{ slots = 2, scope = \"{scope}\" }}");
        let text = writing(&db, "", "").replace("[service.app]", "[service.app]\ninstances = 3");
        always(&base(&text), "db.pool.in_flight.max")
    };
    assert_close(most("instance"), 6.0, "3 × 2");
    assert_close(most("service"), 2.0, "2");
}

#[test]
fn other_faults_strike_a_primary_as_they_do_a_service() {
    let fault = |it: &str| {
        let rest =
            format!("[[fault]]\nname = \"it\"\non = \"db\"\nat = \"20s\"\nfor = \"40s\"\n{it}");
        base(&writing("write = \"100ms\"\nstandby = { mode = \"sync\" }", "", &rest))
    };
    let report = fault("kind = \"kill\"");
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "it is gone");
    let report = fault("kind = \"slow\"\nfactor = 5");
    assert_close(during(&report, "it", "users.latency.max"), 0.5, "five times as long");
}

#[test]
fn a_failover_that_is_rolled_back_is_over() {
    let db = "write = \"1ms\"\nstandby = { mode = \"sync\" }\nfailover = { promote = \"30s\" }";
    let abort = "[[abort]]\nwhen = \"users.error_rate > 50%\"\nover = \"1s\"\nfor = \"5s\"\n\
                 then = \"rollback\"\n";
    let report = base(&asking(FAST, db, "", &format!("{LOST}{abort}")));
    let failed = always(&report, "users.failed.refused") * 100.0;
    assert!((5.0..7.0).contains(&failed), "five seconds, not {failed}");
}

#[test]
fn a_story_tells_of_the_wait_for_standbys() {
    let db = "write = \"100ms\"\nstandby = { mode = \"sync\", rtt = \"20ms\" }";
    let plan = plan(&writing(db, "", ""), &NoFiles);
    let model = &plan.variants[0].1;
    let traced = trace(model, plan.seed, 0, Choice::default(), &mut |_| true);
    let (trace, ending) = traced.expect("nobody says stop");
    let stories = trace.stories(ending.at);
    let spent: Vec<_> = stories[0].spent().iter().map(|it| (it.on, it.time.as_nanos())).collect();
    assert_eq!(spent, [(Activity::Working, 100_000_000), (Activity::Committing, 20_000_000)]);
}

#[test]
fn nobody_elses_draws_change_a_failover() {
    let db = "write = \"1ms\"\nstandby = { mode = \"sync\" }\nfailover = { \
              detect = \"exp(2s)\", promote = \"exp(5s)\", reconnect = \"exp(2s)\" }";
    let alone = base(&writing(db, "", LOST));
    let other = "[service.other]\nworkers = 1\ntime = \"exp(1s)\"\n[load.others]\nto = \"other\"\n\
                 rate = \"1/s\"\n[store.more]\nwrite = \"1ms\"\nstandby = { mode = \"sync\" }\n\
                 failover = { detect = \"exp(1s)\" }\n[[fault]]\nname = \"more\"\n\
                 kind = \"db_failover\"\non = \"more\"\nat = \"10s\"\n";
    let among = base(&writing(db, "", &format!("{LOST}{other}")));
    assert_eq!(told(&alone, "failover it"), told(&among, "failover it"));
}
