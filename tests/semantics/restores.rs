//! A store that is lost and restored from a backup while requests go on.

use sim_core::analytic::restore::Restore;
use sim_core::report::{FaultReport, VariantReport};
use sim_tests::{always, assert_near, base, during, estimate, loaded};

use crate::assert_close;

/// 2 GB at 100 MB/s after 5 s: 25 s.
const SIZE: &str = "size = \"2GB\"\nrestore = { overhead = \"5s\", rate = \"100MB/s\" }\n";

/// The store is lost at 20 s, when the clock shows noon.
const LOST: &str = "[[fault]]\nname = \"it\"\nkind = \"restore\"\non = \"db\"\nat = \"20s\"\n";

/// A write of 1 ms by the clock of noon at 20 s, to a `db` of which `SIZE` says how long a restore
/// takes, and `kept` what is kept.
fn writing(rate: &str, call: &str, kept: &str, rest: &str) -> String {
    let load = format!("rate = \"{rate}\"\narrivals = \"constant\"");
    let app = "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n";
    let text = format!("{app}op = \"write\"\n{call}\n[store.db]\nwrite = \"1ms\"\n{kept}\n{rest}");
    loaded("100s", &load, &text)
        .replace("replications = 1", "replications = 1, clock = \"11:59:40\"")
}

/// A snapshot every hour at so many seconds past it, kept for a day.
fn hourly(at: &str, rest: &str) -> String {
    format!(
        "backup = [{{ kind = \"snapshot\", every = \"1h\", at = \"{at}\", keep = \"1d\" {rest} }}]\n"
    )
}

fn fault(report: &VariantReport) -> &FaultReport {
    report.faults.iter().find(|it| it.name == "it").expect("the fault is reported")
}

/// How long the restores took, s.
fn took(report: &VariantReport) -> f64 {
    fault(report).parts.iter().map(|it| it.time.mean).sum()
}

#[test]
fn what_comes_is_refused_for_as_long_as_a_restore_takes() {
    let report = base(&writing("1/s", "", &format!("{SIZE}{}", hourly("0s", "")), LOST));
    let want = Restore { overhead: 5.0, size: 2e9, rate: 1e8 }.time();
    assert_close(took(&report), want, "the closed form");
    let phase = report.phases.iter().find(|it| it.name == "it").expect("a fault is a phase");
    assert_close(phase.to - phase.from, want, "no longer than it takes");
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "25 s");
    assert_close(during(&report, "before", "users.success_rate"), 1.0, "before");
    assert_close(during(&report, "after", "users.success_rate"), 1.0, "after");
    assert_close(always(&report, "db.outage.longest"), want, "20 to 45 s");
    assert_close(always(&report, "db.crashes"), 1.0, "one primary");
}

#[test]
fn the_log_since_the_backup_is_replayed() {
    let kept = "wal = \"10MB/s\"\nsize = \"2GB\"\n\
        backup = [{ kind = \"snapshot\", every = \"1h\", at = \"59m\", keep = \"1d\" }, \
        { kind = \"wal\", every = \"1s\", keep = \"1d\" }]\n\
        restore = { overhead = \"5s\", rate = \"100MB/s\", replay = \"30MB/s\" }\n";
    let report = base(&writing("1/s", "", kept, LOST));
    let restore = fault(&report).restore.as_ref().expect("it is a restore");
    let point = restore.point.as_ref().expect("it comes back").mean;
    assert!((0.0..=1.0).contains(&point), "a segment of 1 s, not {point}");
    // A minute of log but for what had not been archived.
    let closed = Restore { overhead: 5.0, size: 2e9, rate: 1e8 };
    assert_close(took(&report), closed.time_with_log(1e7 * (60.0 - point), 3e7), "the closed form");
}

#[test]
fn a_restore_takes_as_long_as_a_disaster_says_that_it_does() {
    let kept = format!("{SIZE}{}", hourly("57m", ", takes = \"5m\""));
    let asked = "[[disaster]]\nname = \"lost\"\nstore = \"db\"\nlose = [\"primary\"]\nat = \"12:00\"\n\
                 runs = 50\nexpect = [\"rto.max <= 1h\"]\n";
    let report = base(&writing("1/s", "", &kept, &format!("{LOST}{asked}")));
    let (disaster, restore) = (&report.disasters[0], fault(&report).restore.as_ref());
    assert_close(took(&report), disaster.rto.max.expect("it comes back"), "how long");
    let point = restore.and_then(|it| it.point).expect("it comes back").mean;
    assert_close(point, disaster.rpo.max.expect("it comes back"), "how much");
    assert_close(point, 3_780.0, "that of the hour was not complete");
}

#[test]
fn a_restore_that_is_drawn_takes_its_mean() {
    let laws = SIZE.replace("\"5s\"", "\"exp(5s)\"");
    let text = writing("10/s", "", &format!("{laws}{}", hourly("0s", "")), LOST)
        .replace("replications = 1", "replications = 400");
    let report = base(&text);
    let overhead = fault(&report).parts.iter().find(|it| it.name == "overhead");
    assert_near(&overhead.expect("it has one").time, 5.0, "its mean");
    let phase = report.phases.iter().find(|it| it.name == "it").expect("a fault is a phase");
    let length = phase.to - phase.from;
    assert!(
        length > 45.0 && length < 75.0,
        "20 s and an overhead passed by one in 1,000: {length}"
    );
    let refused = estimate(&report, "it", "users.failed.refused");
    // Whole tenths of a second: half of one too much on average.
    let off = (refused.mean - 25.05 / length).abs();
    assert!(off < 4.0 * refused.std_error.expect("many"), "{} of {length} s", refused.mean);
}

#[test]
fn a_bad_backup_costs_its_time_and_the_next_is_older() {
    let kept = format!("{SIZE}{}", hourly("0s", ", bad = \"50%\""));
    let text = writing("1/s", "", &kept, LOST).replace("replications = 1", "replications = 400");
    let report = base(&text);
    let part = |name: &str| fault(&report).parts.iter().find(|it| it.name == name);
    // Before a good one come as many bad ones as tails before heads, each of 25 s.
    assert_near(&part("bad backups").expect("half are").time, 25.0, "one on average");
    let point = fault(&report).restore.as_ref().and_then(|it| it.point).expect("it comes back");
    assert_near(&point, 3_600.0, "an hour for each");
}

#[test]
fn what_was_acknowledged_since_the_backup_is_lost() {
    let lost = |kept: &str| {
        let report = base(&writing("100/s", "", &format!("{SIZE}{kept}"), LOST));
        assert_close(during(&report, "before", "db.lost_acked_writes"), 0.0, "not before");
        always(&report, "db.lost_acked_writes")
    };
    let cases = [
        (hourly("59m55s", ""), 500.0, "5 s"),
        (hourly("59m50s", ", takes = \"3s\""), 1_000.0, "it shows its start"),
        (hourly("59m50s", ", takes = \"3s\", point = \"end\""), 700.0, "it shows its end"),
        (hourly("59m50s", ", takes = \"11s\""), 1_999.0, "not complete: all of this run"),
        (
            hourly("59m55s", ", fails = \"100%\", at = \"0s\"").replace(", at = \"0s\"", ""),
            1_999.0,
            "none",
        ),
    ];
    for (kept, want, why) in cases {
        assert_close(lost(&kept), want, &format!("{kept}: {why}"));
    }
}

#[test]
fn what_is_lost_is_lost_once() {
    let twice = |first: &str, then: &str| {
        let standby =
            "standby = { mode = \"async\", lag = \"2s\" }\nfailover = { promote = \"1s\" }\n";
        let kept = format!("{SIZE}{standby}{}", hourly("59m50s", ""));
        let one = LOST.replace("restore", first);
        let two = LOST.replace("restore", then).replace("\"it\"", "\"two\"").replace("20s", "50s");
        let report = base(&writing("100/s", "", &kept, &format!("{one}{two}")));
        ["it", "two"].map(|it| during(&report, it, "db.lost_acked_writes"))
    };
    // From 21 s to 50 s, and what was not lost before from 10 s to 20 s.
    assert_eq!(twice("db_failover", "restore"), [200.0, 800.0 + 2_900.0]);
    assert_eq!(twice("restore", "db_failover"), [1_000.0, 200.0]);
    // 45 s to 50 s: the backup is older than the first loss.
    assert_eq!(twice("restore", "restore"), [1_000.0, 500.0]);
}

#[test]
fn what_cannot_be_restored_does_not_come_back() {
    let cases = [
        (hourly("0s", ", bad = \"100%\""), "no backup can be restored"),
        (hourly("0s", ", fails = \"100%\""), "no backup is old enough and still kept"),
        (
            format!("{}drill = {{ every = \"91d\", breaks = \"0s\" }}\n", hourly("0s", "")),
            "the restore had broken unnoticed",
        ),
    ];
    for (kept, why) in cases {
        let text = writing("1/s", "", &format!("{SIZE}{kept}"), LOST);
        let report = base(&text.replace("replications = 1", "replications = 3"));
        let restore = fault(&report).restore.as_ref().expect("it is a restore");
        assert_eq!((restore.runs, restore.back, restore.point), (3, 0, None), "{why}");
        assert_eq!(
            restore.never.iter().map(|it| (it.why, it.runs)).collect::<Vec<_>>(),
            [(why, 3)]
        );
        let phases: Vec<_> = report.phases.iter().map(|it| &*it.name).collect();
        assert_eq!(phases, ["before", "it", "always"], "{why}: nothing is after it");
        assert_close(during(&report, "it", "users.failed.refused"), 1.0, why);
        let told = report.log.iter().any(|it| it.text.starts_with("restore it never ends"));
        assert!(told, "{:?}", report.log);
    }
}

#[test]
fn what_may_not_come_back_is_told_beside_what_does() {
    // One snapshot is kept, and every other is bad.
    let kept = hourly("30m", ", bad = \"50%\"").replace("1d", "1h");
    let text = writing("1/s", "", &format!("{SIZE}{kept}"), LOST);
    let report = base(&text.replace("replications = 1", "replications = 200"));
    let restore = fault(&report).restore.as_ref().expect("it is a restore");
    assert_eq!(restore.runs, 200);
    assert!((72..=128).contains(&restore.back), "half, and four deviations of 7: {restore:?}");
    assert_eq!(restore.never[0].runs, 200 - restore.back);
    let well = estimate(&report, "after", "users.success_rate");
    assert_near(well, restore.back as f64 / 200.0, "the others are away after it too");
    let recovery = &fault(&report).recovery;
    let all: u32 = recovery.iter().map(|it| it.recovered).sum();
    assert_eq!(u64::from(all), if recovery.is_empty() { 0 } else { restore.back });
}

#[test]
fn what_is_in_flight_crashes_and_what_comes_may_hang() {
    let kept = format!("{SIZE}{}", hourly("0s", ""));
    let hangs = format!("{LOST}hangs = true\n");
    let call = "timeout = \"1500ms\"\non_timeout = \"abandon\"";
    let slow = |rest: &str| {
        writing("1/s", call, &kept, rest).replace("write = \"1ms\"", "write = \"1200ms\"")
    };
    let report = base(&slow(&hangs));
    assert_close(during(&report, "before", "users.failed.crashed"), 1.0 / 19.0, "that of 19 s");
    assert_close(during(&report, "it", "users.failed.timeout"), 1.0, "no answer");
    assert_close(during(&report, "after", "users.success_rate"), 54.0 / 55.0, "all but the last");
    let report = base(&slow(LOST));
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "answered at once");
    // What is on its way at 20 s finds nothing that could refuse it.
    let far =
        writing("1/s", &format!("{call}\nnetwork = {{ latency = \"500ms\" }}"), &kept, &hangs);
    let far = far.replace("rate = \"1/s\"", "rate = [\"0/s at 0s\", \"1/s at 18700ms\"]");
    let report = base(&far);
    assert_close(during(&report, "before", "users.failed.timeout"), 1.0, "that of 19.7 s");
}

#[test]
fn hung_writes_hold_their_connections() {
    let pool = "pool = { slots = 5, max_wait = \"0s\" }\n";
    let kept = format!("{SIZE}{pool}{}", hourly("0s", ""));
    let call = "timeout = \"1s\"\non_timeout = \"cancel\"";
    let report = base(&writing("10/s", call, &kept, &format!("{LOST}hangs = true\n")));
    // Five at a time for a second each, of ten that come in it.
    assert_close(during(&report, "it", "users.failed.timeout"), 0.5, "5 of 10");
    assert_close(during(&report, "it", "users.failed.bulkhead"), 0.5, "the others");
    let report = base(&writing("10/s", call, &kept, LOST));
    assert_close(during(&report, "it", "users.failed.refused"), 1.0, "nobody holds one");
}

#[test]
fn a_restore_that_is_rolled_back_is_over() {
    let abort = "[[abort]]\nwhen = \"users.error_rate > 50%\"\nover = \"1s\"\nfor = \"5s\"\n\
                 then = \"rollback\"\n";
    let kept = format!("{SIZE}{}", hourly("0s", ""));
    let report = base(&writing("100/s", "", &kept, &format!("{LOST}{abort}")));
    let failed = always(&report, "users.failed.refused") * 100.0;
    assert!((5.0..7.0).contains(&failed), "five seconds, not {failed}");
}

#[test]
fn nobody_elses_draws_change_a_restore() {
    let laws = "size = \"2GB\"\nrestore = { overhead = \"exp(5s)\", rate = \"100MB/s\" }\n";
    let kept = format!("{laws}{}", hourly("0s", ", takes = \"exp(30m)\", bad = \"30%\""));
    let told = |rest: &str| {
        let report = base(&writing("1/s", "", &kept, &format!("{LOST}{rest}")));
        let line = report.log.into_iter().find(|it| it.text.starts_with("restore it"));
        line.expect("it is told").text
    };
    let other = format!(
        "[service.other]\nworkers = 1\ntime = \"exp(1s)\"\n[load.others]\nto = \"other\"\n\
         rate = \"1/s\"\n[store.more]\nwrite = \"1ms\"\n{kept}\n[[fault]]\nname = \"more\"\n\
         kind = \"restore\"\non = \"more\"\nat = \"10s\"\n"
    );
    assert_eq!(told(""), told(&other));
}

#[test]
fn recovery_counts_from_when_the_store_is_back_and_not_from_the_longest_outage() {
    // Half of failovers take 2 s, half 60 s; a breaker that opens stays so for 40 s.
    let db = "standby = { mode = \"sync\" }\nfailover = { promote = \"mix(50%: 2s, 50%: 60s)\" }\n";
    let call = "breaker = { open_at = \"50% of last 10\", open_for = \"40s\" }";
    let fails = LOST.replace("restore", "db_failover");
    let text = writing("10/s", call, db, &fails)
        .replace("duration = \"100s\"", "duration = \"250s\"")
        .replace("replications = 1", "replications = 40");
    let report = base(&text);
    let recovery = &fault(&report).recovery[0];
    assert_eq!((recovery.of, recovery.recovered), (40, 40));
    let time = recovery.time.as_ref().expect("all recovered");
    assert!(time.max > 37.0 && time.max < 41.0, "open until 60 s, back since 22 s: {time:?}");
}
