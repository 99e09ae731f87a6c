use sim_tests::{always, base, base_with, during};

use crate::assert_close;

const APP: &str = "[service.app]\nworkers = \"unlimited\"\ntime = \"1ms\"\n";

fn load(duration: &str, load: &str) -> String {
    format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"{duration}\", replications = 1 }}\n\
         [load.users]\nto = \"app\"\n{load}\n{APP}"
    )
}

#[test]
fn rates_step_and_ramp() {
    let text = load(
        "100s",
        "arrivals = \"constant\"\nrate = [\"10/s at 0s\", \"50/s at 20s over 20s\", \"0/s at 60s\"]",
    );
    // 20 s of 10, 20 s of 30 on the mean, 20 s of 50.
    let report = base(&text);
    assert_close(always(&report, "users.offered"), (200.0 + 600.0 + 1000.0) / 100.0, "requests");
    let series = report.series("users", "started").expect("loads have series");
    assert_close(series.values[10], 10.0, "before");
    assert_close(series.values[50], 50.0, "after the ramp");
    assert_close(series.values[80], 0.0, "after the end");
}

#[test]
fn constant_arrivals_keep_their_rate_whatever_a_nanosecond_is() {
    // 14 285.714… ns: rounded each time, 14 requests a second would be missing.
    let report =
        base(&load("10s", "arrivals = \"constant\"\nrate = \"70000/s\"").replace("1ms", "0s"));
    assert_close(always(&report, "users.offered"), 69_999.9, "all but the one at 10 s");
    let thirds =
        base(&load("100s", "arrivals = \"constant\"\nrate = [\"3/s at 0s\", \"1/s at 90s\"]"));
    assert_close(always(&thirds, "users.offered"), 2.79, "270 to 90 s, and 9");
}

#[test]
fn poisson_arrivals_have_the_rate_and_the_scatter() {
    let report = base(&load("1000s", "rate = \"100/s\""));
    let values = &report.series("users", "started").expect("loads have series").values;
    let mean = values.iter().sum::<f64>() / 1000.0;
    let variance = values.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / 999.0;
    assert!((mean - 100.0).abs() < 4.0 * (100.0f64 / 1000.0).sqrt(), "{mean}");
    // The index of dispersion of a Poisson process is 1; its error here is sqrt(2/1000).
    assert!((variance / mean - 1.0).abs() < 0.18, "{}", variance / mean);
}

#[test]
fn classes_share_a_load() {
    let report =
        base(&load("1000s", "rate = \"10/s\"\nclasses = { buy = \"70%\", browse = \"30%\" }"));
    let buy = always(&report, "users[buy].offered");
    let browse = always(&report, "users[browse].offered");
    assert_close(buy + browse, always(&report, "users.offered"), "together");
    assert!((buy / (buy + browse) - 0.7).abs() < 4.0 * (0.21f64 / 10_000.0).sqrt(), "{buy}");
}

#[test]
fn several_loads_go_side_by_side() {
    let text = load("100s", "rate = \"1/s\"\narrivals = \"constant\"")
        + "[load.robots]\nto = \"app\"\nrate = \"4/s\"\narrivals = \"constant\"\n";
    let report = base(&text);
    assert_close(always(&report, "users.offered"), 0.99, "one");
    assert_close(always(&report, "robots.offered"), 3.99, "and the other");
    assert_close(always(&report, "app.offered"), 4.98, "meet at the service");
}

#[test]
fn answers_after_the_deadline_are_no_goodput() {
    let text = load("100s", "rate = \"1/s\"\narrivals = \"constant\"\ndeadline = \"2s\"")
        .replace("\"1ms\"", "\"3s\"");
    let report = base(&text);
    assert_close(always(&report, "users.success_rate"), 96.0 / 99.0, "answered");
    assert_close(always(&report, "users.goodput"), 0.0, "too late");
}

#[test]
fn recorded_arrivals_come_when_they_came() {
    let csv = "when,what\n2023-11-16 18:17:03.5000000,a\n2023-11-16 18:17:04.0000000,b\n\
               2023-11-16 18:17:13.5000000,c\n";
    let text = load("20s", "arrivals = \"log(trace.csv, column=when)\"");
    let started = |text: &str| -> Vec<usize> {
        let report = base_with(text, &[("trace.csv", csv)]);
        let values = &report.series("users", "started").expect("loads have series").values;
        (0..20).filter(|it| values[*it] > 0.0).collect()
    };
    assert_eq!(started(&text), [0, 10]);
    assert_eq!(started(&format!("{text}[variant]\n").replace("[variant]\n", "")), [0, 10]);
    let fast = load("20s", "arrivals = \"log(trace.csv, column=when)\"\nspeed = 2");
    assert_eq!(started(&fast), [0, 5]);
}

#[test]
fn recorded_service_times_are_drawn_again() {
    let csv = "id,ms\n1,100\n2,300\n";
    let text = load("1000s", "rate = \"10/s\"")
        .replace("\"1ms\"", "\"samples(times.csv, column=ms, unit=ms)\"");
    let report = base_with(&text, &[("times.csv", csv)]);
    assert_close(always(&report, "users.latency.max"), 0.3, "one or the other");
    let mean = always(&report, "users.latency.mean");
    assert!((mean - 0.2).abs() < 4.0 * 0.1 / 100.0, "{mean}");
}

#[test]
fn the_warm_up_is_not_reported() {
    let text = load("50s", "rate = \"1/s\"\narrivals = \"constant\"")
        .replace("run = {", "run = { warmup = \"50s\",");
    let report = base(&text);
    assert_close(always(&report, "users.offered"), 1.0, "50 s to 99 s of 99 s");
    assert_close(report.series_from, -50.0, "the series begin with it");
}

#[test]
fn a_window_that_the_end_cuts_short_has_its_own_width() {
    let report =
        base(&load("2500ms", "rate = \"10/s\"\narrivals = \"constant\"").replace("1ms", "1h"));
    let values = |entity: &str, name: &str| {
        let series = report.series(entity, name).expect("a series");
        [series.values[1], series.values[2]]
    };
    assert_eq!(values("users", "started"), [10.0, 10.0], "10/s until the end");
    // 20, 21, … 24 requests for 100 ms each, of which 500 ms are a window.
    let [whole, part] = values("app", "in_flight");
    assert_close(whole, 14.5, "10, 11, … 19");
    assert_close(part, 22.0, "20, 21, … 24");
}

#[test]
fn a_run_that_was_stopped_is_measured_as_far_as_it_came() {
    // 10/s for a server that never answers: 50 requests are in flight at 5 s.
    let fault =
        "[[fault]]\nname = \"NAME\"\nkind = \"slow\"\non = \"app\"\nfactor = 2\nfor = \"1s\"\n";
    let text = load("100s", "rate = \"10/s\"\narrivals = \"constant\"").replace("1ms", "1h")
        + &fault.replace("NAME", "early")
        + "at = \"3s\"\n"
        + &fault.replace("NAME", "late")
        + "at = \"50s\"\n";
    let report = base(&text.replace("replications = 1", "replications = 1, max_in_flight = 49"));
    assert_close(report.stopped[0].at, 5.0, "stopped");
    assert_close(always(&report, "users.offered"), 10.0, "50 in 5 s, not in 100 s");
    assert_close(during(&report, "early", "users.offered"), 10.0, "wholly seen");
    assert!(report.metric("late", "users.offered").is_none(), "it did not come to that");
    assert!(report.metric("late", "app.queue.max").is_none(), "nor to that");
    let series = report.series("users", "started").expect("loads have series");
    assert_eq!(series.values, [9.0, 10.0, 10.0, 10.0, 10.0], "and so are its windows");
}

#[test]
fn a_stopped_replication_does_not_hide_the_others() {
    // About 3 in flight: some replications come to 8, the first one among them.
    let text = load("20s", "rate = \"3/s\"").replace("1ms", "1s");
    let report = base(&text.replace("replications = 1", "replications = 20, max_in_flight = 7"));
    let stopped: Vec<u32> = report.stopped.iter().map(|it| it.replication).collect();
    assert!(stopped.contains(&0) && stopped.len() < 20, "{stopped:?}");
    let series = report.series("app", "in_flight").expect("services have series");
    assert_eq!(series.values.len(), 20, "to the end of those that went on");
    assert!(series.values[19] > 1.0, "the mean of those that came there: {}", series.values[19]);
}

#[test]
fn an_outage_is_over_when_nothing_more_is_asked_for() {
    // Down from 40 s to 60 s, with requests at 40, …, 45 and 48, …, 50 s; and none from then on.
    let rates = "[\"1/s at 0s\", \"0/s at 45500ms\", \"1/s at 47s\", \"0/s at 50s\"]";
    let text = load("200s", &format!("arrivals = \"constant\"\nrate = {rates}"))
        + "[[fault]]\nname = \"down\"\nkind = \"kill\"\non = \"app\"\nat = \"40s\"\nfor = \"20s\"";
    let report = base(&text);
    let started = &report.series("users", "started").expect("loads have series").values;
    let last = started.iter().rposition(|it| *it > 0.0).expect("some");
    assert_close(always(&report, "users.outage.longest"), (last - 39) as f64, "from 40 s on");
    assert_close(started[46], 0.0, "a gap within it");
}

#[test]
fn a_run_that_outgrows_its_limits_says_so() {
    let endless = load("100s", "rate = \"10/s\"").replace("\"1ms\"", "\"1000s\"");
    let report =
        base(&endless.replace("replications = 1", "replications = 1, max_in_flight = 100"));
    let [stopped] = &report.stopped[..] else { panic!("one run was stopped") };
    assert_eq!(stopped.limit, "max_in_flight");
    assert!((5.0..20.0).contains(&stopped.at), "100 at 10/s: {}", stopped.at);
    let report = base(&endless.replace("replications = 1", "replications = 1, max_events = 500"));
    assert_eq!((report.stopped[0].limit, report.events), ("max_events", 500));
    assert!(during(&report, "always", "users.offered") > 0.0, "what was seen is not lost");
}
