//! `within`, states, `[[abort]]` and staged blasts, where every instant can be counted by hand: one
//! request a second from 1 s on, and from 20 s to 60 s the database answers with errors after 1 ms.

use sim_core::metric::Nature;
use sim_core::report::{Outcome, Standing, VariantReport, Verdict};
use sim_tests::{always, base, during};

use crate::{assert_close, calling, steady};

const QUICK: &str = "workers = \"unlimited\"\ntime = \"1ms\"";
const BREAKER: &str = "breaker = { open_at = \"5 consecutive\", open_for = \"1000s\", probes = 1 }";
const ERRORS: &str =
    "[[fault]]\nname = \"it\"\nkind = \"error\"\non = \"db\"\nat = \"20s\"\nfor = \"40s\"\n";

/// A scenario with errors from 20 s to 60 s.
fn failing(policies: &str, more: &str) -> String {
    calling(policies, QUICK) + ERRORS + more
}

fn expect(that: &str, more: &str) -> String {
    format!("[[expect]]\nthat = \"{that}\"\n{more}\n")
}

/// What becomes of the only thing that is expected.
fn verdict(scenario: &str) -> Verdict {
    let mut report = base(scenario);
    assert_eq!(report.verdicts.len(), 1);
    report.verdicts.swap_remove(0)
}

/// When the only thing that is expected came true, after the moment that it names.
fn came(verdict: &Verdict) -> Option<f64> {
    verdict.observed.map(|it| it.mean)
}

#[test]
fn a_breaker_is_open_when_its_fifth_call_has_failed() {
    // Those of 20, 21, 22, 23 and 24 s; the last answer comes after 4.001 s.
    let open = |within: &str| {
        let within = format!("within = \"{within} of it.start\"");
        verdict(&failing(BREAKER, &expect("db.breaker == open", &within)))
    };
    let [enough, too_short] = ["4001ms", "4s"].map(open);
    assert_eq!((enough.outcome, too_short.outcome), (Outcome::Pass, Outcome::Fail));
    assert_eq!(enough.nature, Nature::Moment);
    for verdict in [enough, too_short] {
        assert_close(came(&verdict).expect("it opened"), 4.001, "when it opened");
    }
}

#[test]
fn a_call_is_open_when_the_breakers_of_all_its_callers_are() {
    // Every other request goes to the other instance: the last fifth failure is that of 29 s.
    let two = |state: &str, within: &str| {
        let within = format!("within = \"{within} of it.start\"");
        let text = failing(BREAKER, &expect(&format!("app -> db.breaker == {state}"), &within));
        verdict(&text.replace("[service.app]", "[service.app]\ninstances = 2"))
    };
    assert_eq!(two("open", "9001ms").outcome, Outcome::Pass);
    assert_eq!(two("open", "9s").outcome, Outcome::Fail);
    let closed = two("closed", "0s");
    assert_eq!((closed.outcome, came(&closed)), (Outcome::Pass, Some(0.0)), "it is so already");
    let half = two("half_open", "70s");
    assert_eq!((half.outcome, came(&half)), (Outcome::Fail, None), "it never is");
}

#[test]
fn a_state_lasts() {
    // Open from 24.001 s, half open with the call of 35 s, closed with its answer; and so again.
    let policies = BREAKER.replace("1000s", "10s");
    let errors = ERRORS.replace("40s", "10s");
    let lasting = |lasting: &str| {
        let more = format!("within = \"5s of it.start\"\nfor = \"{lasting}\"");
        let claim = expect("db.breaker == open", &more);
        verdict(&(calling(&policies, QUICK) + &errors + &claim)).outcome
    };
    assert_eq!(lasting("10999ms"), Outcome::Pass);
    assert_eq!(lasting("11s"), Outcome::Fail);
}

#[test]
fn a_state_of_a_phase_is_that_of_all_its_time() {
    let in_phase = |phase: &str, state: &str| {
        let more = format!("during = \"{phase}\"");
        verdict(&failing(BREAKER, &expect(&format!("db.breaker == {state}"), &more)))
    };
    let before = in_phase("before", "closed");
    assert_eq!((before.outcome, before.nature), (Outcome::Pass, Nature::State));
    assert_eq!(in_phase("after", "open").outcome, Outcome::Pass);
    let most = in_phase("it", "open");
    assert_eq!(most.outcome, Outcome::Fail);
    assert_close(most.observed.expect("it was seen").mean, 35.999 / 40.0, "from 24.001 s on");
    let steady = "[steady]\nexpect = [\"db.breaker == closed\"]\n";
    let both: Vec<_> =
        base(&failing(BREAKER, steady)).verdicts.iter().map(|it| it.outcome).collect();
    assert_eq!(both, [Outcome::Pass, Outcome::Fail], "before and after");
}

#[test]
fn a_call_without_a_breaker_has_no_state() {
    let claim = expect("db.breaker == open", "within = \"5s of it.start\"");
    let verdict = verdict(&failing("", &claim));
    assert_eq!((verdict.outcome, verdict.standing), (Outcome::Skipped, Standing::Skipped));
}

#[test]
fn a_metric_comes_true_with_the_first_window_that_holds() {
    let at = |within: &str, more: &str| {
        let more = format!("within = \"{within}\"\n{more}");
        verdict(&failing("", &expect("users.error_rate < 1%", &more)))
    };
    let cases = [
        ("40s of it.start", "", 40.0, Outcome::Pass),
        ("39s of it.start", "", 40.0, Outcome::Fail),
        ("0s of it.end", "", 0.0, Outcome::Pass),
        ("60s of start", "over = \"10s\"", 0.0, Outcome::Pass),
        ("39s of it.start", "over = \"10s\"", 40.0, Outcome::Fail),
        ("40s of it.start", "over = \"2500ms\"\nfor = \"0s\"", 40.0, Outcome::Pass),
    ];
    for (within, more, want, outcome) in cases {
        let verdict = at(within, more);
        assert_eq!(verdict.outcome, outcome, "{within} {more}");
        assert_close(came(&verdict).expect("it came true"), want, within);
    }
}

#[test]
fn what_comes_true_must_last() {
    // The request of 65 s fails again.
    let again = ERRORS.replace("\"it\"", "\"again\"").replace("20s", "65s").replace("40s", "1s");
    let lasting = |within: &str, lasting: &str| {
        let more = format!("within = \"{within} of it.end\"\nfor = \"{lasting}\"");
        verdict(&failing("", &(again.clone() + &expect("users.error_rate < 1%", &more)))).outcome
    };
    assert_eq!(lasting("0s", "5s"), Outcome::Pass);
    assert_eq!([lasting("6s", "6s"), lasting("5s", "6s")], [Outcome::Pass, Outcome::Fail]);
}

#[test]
fn windows_are_of_what_ended_in_them() {
    // From 20 s to 40 s answers come after 3.1 s: the last slow one at 42.1 s.
    let latency = "[[fault]]\nname = \"it\"\nkind = \"latency\"\non = \"app -> db\"\nadd = \"3s\"\n\
                   at = \"20s\"\nfor = \"20s\"\n";
    let steady = |within: &str| {
        let within = format!("within = \"{within} of it.end\"");
        let db = "workers = \"unlimited\"\ntime = \"100ms\"";
        let claim = expect("users.latency.max <= 1.1x steady", &within);
        verdict(&(calling("", db) + latency + &claim))
    };
    assert_eq!([steady("3s").outcome, steady("2s").outcome], [Outcome::Pass, Outcome::Fail]);
    assert_close(came(&steady("2s")).expect("it came true"), 3.0, "from 43 s on");
}

#[test]
fn a_window_in_which_nothing_ended_holds_nothing() {
    let none = verdict(&steady(
        "[service.app]\nworkers = 1\ntime = \"1000s\"\n[[expect]]\nthat = \"users.error_rate < 1%\"\n\
         within = \"50s of start\"\n",
    ));
    assert_eq!((none.outcome, came(&none)), (Outcome::Fail, None));
}

#[test]
fn to_watch_changes_nothing() {
    let claims = [
        expect(
            "users.error_rate < 1%",
            "within = \"5s of it.end\"\nover = \"700ms\"\nfor = \"7s\"",
        ),
        expect("db.breaker == open", "during = \"it\""),
        "[[abort]]\nwhen = \"db.queue.max > 1000\"\nover = \"300ms\"\nthen = \"stop\"\n".to_owned(),
    ];
    let plain = base(&failing(BREAKER, ""));
    let watched = base(&failing(BREAKER, &claims.concat()));
    let numbers = |report: &VariantReport| {
        format!("{:?} {:?} {:?} {}", report.entities, report.series, report.log, report.events)
    };
    assert_eq!(numbers(&plain), numbers(&watched));
}

/// An abort on errors, two windows of 5 s long.
fn abort(then: &str, more: &str) -> String {
    format!(
        "[[abort]]\nwhen = \"users.error_rate > 50%\"\nover = \"5s\"\nfor = \"10s\"\nthen = \"{then}\"\n\
         {more}\n"
    )
}

fn aborted(report: &VariantReport) -> Vec<f64> {
    report.aborts.iter().map(|it| it.at).collect()
}

#[test]
fn an_abort_comes_with_the_end_of_its_last_window() {
    for (more, want) in [("", 30.0), ("after = \"23s\"", 33.0), ("after = \"40s\"", 50.0)] {
        let report = base(&failing("", &abort("rollback", more)));
        assert_eq!(aborted(&report), [want], "{more}");
        let failed = (want - 20.0) / 99.0;
        assert_close(always(&report, "users.error_rate"), failed, "from 20 s until then");
        let told: Vec<_> = report.log.iter().map(|it| (it.at, it.text.as_str())).collect();
        let ends = [
            (20.0, "fault it starts on db#0"),
            (want, "abort, users.error_rate > 50%: all faults end"),
            (want, "fault it ends"),
        ];
        assert_eq!(told, ends);
    }
    let held = base(&failing("", &abort("rollback", "after = \"56s\"")));
    assert!(held.aborts.is_empty(), "from 56 s on one window is true");
}

#[test]
fn a_rollback_really_ends_what_faults_hold() {
    let abort =
        "[[abort]]\nwhen = \"users.success_rate < 50%\"\nthen = \"rollback\"\nover = \"5s\"\n";
    let killed =
        "[[fault]]\nname = \"it\"\nkind = \"kill\"\non = \"db\"\nat = \"20s\"\nfor = \"60s\"\n";
    let text = calling("", &format!("{QUICK}\nrestart = \"10s\"")) + killed + abort;
    let report = base(&text);
    assert_eq!(aborted(&report), [25.0]);
    assert_close(always(&report, "users.failed.refused"), 15.0 / 99.0, "up again at 35 s");
    let held = "[[fault]]\nname = \"it\"\nkind = \"pool_exhaust\"\non = \"app -> db\"\nslots = \"all\"\n\
                at = \"20s\"\nfor = \"60s\"\n";
    let report = base(&(calling("bulkhead = { slots = 5 }", QUICK) + held + abort));
    assert_close(always(&report, "users.failed.bulkhead"), 5.0 / 99.0, "20 to 24 s");
    let surge = "[[fault]]\nname = \"it\"\nkind = \"surge\"\non = \"users\"\nfactor = 10\n\
                 at = \"20s\"\nfor = \"60s\"\n";
    let many = abort.replace("users.success_rate < 50%", "users.offered > 5/s");
    let report = base(&(calling("", QUICK) + surge + &many));
    // One gap of a tenth after 20 s, then ten a second until 25 s; one a second before and after.
    let offered = always(&report, "users.offered") * 100.0;
    assert!((99.0 + 45.0 - offered).abs() <= 1.0, "{offered}");
}

#[test]
fn what_an_abort_ended_is_not_judged() {
    let later = ERRORS.replace("\"it\"", "\"later\"").replace("20s", "70s").replace("40s", "5s");
    let claims = [
        expect("users.success_rate > 1%", "during = \"before\""),
        expect("users.error_rate > 99%", "during = \"it\""),
        expect("users.error_rate > 99%", "during = \"later\""),
        expect("db.crashes == 0", ""),
        expect("users.error_rate < 1%", "within = \"41s of it.start\""),
        expect("users.error_rate > 99%", "within = \"0s of it.start\""),
        expect("db.breaker == closed", "during = \"later\""),
        expect("users.success_rate > 1%", "during = \"after\""),
    ];
    let text = failing(BREAKER, &(later + &abort("rollback", "") + &claims.concat()));
    let text =
        text.replace("replications = 1", "replications = 2").replace("5 consec", "90 consec");
    let report = base(&text);
    assert_eq!(aborted(&report), [30.0, 30.0]);
    let outcomes: Vec<_> = report.verdicts.iter().map(|it| it.outcome).collect();
    let want = [
        Outcome::Pass,
        Outcome::Inconclusive,
        Outcome::Skipped,
        Outcome::Inconclusive,
        Outcome::Inconclusive,
        Outcome::Pass,
        Outcome::Skipped,
        Outcome::Pass,
    ];
    assert_eq!(outcomes, want);
    assert_eq!(report.metric("later", "users.offered"), None, "it never came");
}

#[test]
fn a_stop_ends_the_run() {
    let claims = expect("users.success_rate > 1%", "during = \"after\"")
        + &expect("users.error_rate < 1%", "within = \"0s of it.end\"");
    let report = base(&failing("", &(abort("stop", "") + &claims)));
    assert_eq!(aborted(&report), [30.0]);
    assert_eq!(report.stopped, [], "that is for limits");
    assert_close(always(&report, "users.offered"), 29.0 / 30.0, "1 to 29 s, of the time seen");
    assert_eq!(report.series("users", "started").expect("a series").values.len(), 30);
    for verdict in &report.verdicts {
        assert_eq!(verdict.outcome, Outcome::Skipped, "{verdict:?}");
    }
}

/// Four instances of the database, killed in stages of 20 s from 20 s on.
fn staged(blast: &str, more: &str) -> VariantReport {
    let fault = format!(
        "[[fault]]\nname = \"it\"\nkind = \"kill\"\non = \"db\"\nat = \"20s\"\nfor = \"60s\"\n\
         blast = {blast}\n"
    );
    base(&(calling("", &format!("{QUICK}\ninstances = 4")) + &fault + more))
}

#[test]
fn a_fault_widens_in_stages_of_equal_length() {
    let report = staged("[\"1\", \"50%\", \"all\"]", "");
    let told: Vec<_> = report.log.iter().map(|it| (it.at, it.text.as_str())).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for (line, (at, victims)) in told.iter().zip([(20.0, 1), (40.0, 2), (60.0, 4), (80.0, 0)]) {
        assert_eq!((line.0, line.1.matches("db#").count()), (at, victims), "{line:?}");
    }
    let first = told[0].1.rsplit(' ').next().expect("a victim");
    assert!(told[1].1.contains(first), "who is struck stays struck: {told:?}");
    assert!(told[1].1.starts_with("fault it widens to stage 2: "), "{told:?}");
    assert_close(always(&report, "db.crashes"), 4.0, "each once");
    assert_close(
        always(&report, "users.failed.refused"),
        20.0 / 99.0,
        "60 to 79 s: nobody is left",
    );
    let reached: Vec<_> =
        report.faults[0].stages.iter().map(|it| (it.blast, it.reached_in)).collect();
    assert_eq!(reached, [(1.0, 1), (2.0, 1), (4.0, 1)]);
}

#[test]
fn a_fault_goes_on_while_what_is_expected_of_it_holds() {
    let claims = expect("users.error_rate < 10%", "during = \"it\"")
        + &expect("db.crashes <= 4", "during = \"it\"")
        + &expect("users.error_rate < 10%", "during = \"after\"");
    let report = staged("[\"1\", \"all\", \"all\"]", &claims);
    assert_close(always(&report, "users.failed.refused"), 20.0 / 99.0, "40 to 59 s");
    let stages: Vec<_> =
        report.faults[0].stages.iter().map(|it| (it.from, it.reached_in, it.broke_in)).collect();
    assert_eq!(stages, [(20.0, 1, 0), (40.0, 1, 1), (60.0, 0, 0)]);
    let outcomes: Vec<_> = report.verdicts.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes[..2], [Outcome::Fail, Outcome::Inconclusive], "who broke it, who did not");
    assert_eq!(report.aborts, []);
    let well = staged("[\"1\", \"50%\"]", &claims);
    assert_eq!(well.faults[0].stages[1].reached_in, 1, "nothing fails while one is left");
}

#[test]
fn a_share_of_attempts_widens_too() {
    let fault = "[[fault]]\nname = \"it\"\nkind = \"refuse\"\non = \"app -> db\"\nat = \"20s\"\n\
                 for = \"60s\"\nblast = [\"0.0001%\", \"all\", \"all\"]\n";
    let text = calling("", QUICK) + fault;
    let report = base(&text);
    assert_close(during(&report, "it", "users.failed.refused"), 40.0 / 60.0, "from 40 s on");
    let early = expect("users.error_rate < 90%", "during = \"it\"");
    let report = base(&(text + &early));
    assert_close(during(&report, "it", "users.failed.refused"), 20.0 / 60.0, "until 60 s");
}
