use sim_core::statistics::Moments;
use sim_tests::{always, base, base_with, during, estimate};

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

/// An interrupted Poisson process is a renewal process, and GI/M/1 has a closed form: a share
/// `sigma` of the arrivals waits, where `sigma = A*(mu (1 - sigma))`, and the mean response is
/// `1 / (mu (1 - sigma))` (Kuczura, "The Interrupted Poisson Process as an Overflow Process", Bell
/// System Technical Journal 52(3), 1973, for `A*`; Kleinrock, "Queueing Systems" I, 6.4).
#[test]
fn bursts_queue_as_theory_says() {
    let (mean, peak, burst, mu) = (20.0, 4.0, 0.5, 100.0);
    let (rate, leave) = (peak * mean, 1.0 / burst);
    let enter = leave / (peak - 1.0);
    let transform =
        |s: f64| rate * (s + enter) / (s * s + (rate + leave + enter) * s + rate * enter);
    let sigma = (0..200).fold(0.5, |sigma, _| transform(mu * (1.0 - sigma)));
    let want = 1.0 / (mu * (1.0 - sigma));
    assert!(want > 1.3 / (mu - mean), "bursts wait much longer than M/M/1: {want}");

    let text = "format = 1\ntitle = \"test\"\n\
        run = { warmup = \"10s\", duration = \"2000s\", replications = 20 }\n\
        [load.users]\nto = \"app\"\nrate = \"20/s\"\narrivals = \"bursty(peak=4x, burst=500ms)\"\n\
        [service.app]\nworkers = 1\nqueue = { slots = 100000 }\ntime = \"exp(10ms)\"\n";
    let report = base(text);
    let response = estimate(&report, "always", "users.latency.mean");
    let error = response.std_error.expect("20 replications");
    assert!((response.mean - want).abs() < 4.0 * error, "{} ± {error} for {want}", response.mean);
    let offered = estimate(&report, "always", "users.offered");
    let error = offered.std_error.expect("20 replications");
    assert!((offered.mean - mean).abs() < 4.0 * error, "{} ± {error}", offered.mean);
}

/// Counts in long windows scatter by the index of dispersion of a two-state process: Heffes and
/// Lucantoni (1986), its limit.
#[test]
fn bursts_and_quiet_times_scatter_as_theory_says() {
    let (high, low) = (300.0, 50.0);
    let (leave, enter) = (2.0, 0.5);
    let turn: f64 = leave + enter;
    let index = 1.0
        + 2.0 * leave * enter * (high - low) * (high - low)
            / (turn * turn * (high * enter + low * leave));
    let text =
        load("20000s", "rate = \"100/s\"\narrivals = \"bursty(peak=3x, quiet=0.5x, burst=500ms)\"");
    let report = base(&text);
    let values = &report.series("users", "started").expect("loads have series").values;
    let width = report.window;
    let counts: Vec<f64> = values.iter().map(|it| it * width).collect();
    // Stretches of 60 s, twenty times as long as the process remembers.
    let stretch = (60.0 / width) as usize;
    let sums: Moments = counts.chunks_exact(stretch).map(|it| it.iter().sum::<f64>()).collect();
    let got = sums.variance().expect("many") / sums.mean().expect("many");
    // Its relative error is the root of 2 / (number of stretches − 1); its limit is 2 % away.
    let error = (2.0 / (sums.n() as f64 - 1.0)).sqrt();
    assert!((got / index - 1.0).abs() < 4.0 * error + 0.02, "{got} for {index}, ± {error}");
}

#[test]
fn sines_bring_what_their_integral_says() {
    let text = load(
        "120s",
        "arrivals = \"constant\"\nrate = \"sine(mean=50/s, swing=80%, period=2m, peak=30s)\"",
    );
    let report = base(&text);
    let series = report.series("users", "started").expect("loads have series");
    // 50 (1 + 0.8 cos(2π (t − 30) / 120)): over the second at its peak, and at its trough.
    assert!((series.values[30] - 90.0).abs() <= 1.0, "{}", series.values[30]);
    assert!((series.values[90] - 10.0).abs() <= 1.0, "{}", series.values[90]);
    assert!((always(&report, "users.offered") - 50.0).abs() < 0.02, "all of a period");
}

#[test]
fn series_of_rates_are_followed() {
    let text = load(
        "30s",
        "arrivals = \"constant\"\nrate = \"series(rate.csv, time=t, column=rpm, unit=/min)\"",
    );
    let file = ("rate.csv", "t,rpm\n1000,600\n1010,0\n1020,1200\n");
    let report = base_with(&text, &[file]);
    assert_close(always(&report, "users.offered"), (100.0 + 200.0 - 1.0) / 30.0, "requests");
    let linear = text.replace("unit=/min", "unit=/min, join=linear");
    let report = base_with(&linear, &[file]);
    // 10/s down to 0 over 10 s, up to 20/s over 10 s, 20/s for 10 s.
    assert!((always(&report, "users.offered") - 350.0 / 30.0).abs() < 0.05, "ramps");
}

#[test]
fn coarse_stamps_are_spread_within_their_grain() {
    let lines = |second: u32, count: u32| {
        format!("h - - [10/Oct/2000:13:55:{second:02} +0000] \"GET / HTTP/1.1\" 200 1\n")
            .repeat(count as usize)
    };
    let log = [lines(10, 1_000), lines(13, 500), lines(12, 2_000)].concat();
    let text = "format = 1\ntitle = \"test\"\n\
        run = { duration = \"10s\", replications = 5 }\n\
        [load.users]\nto = \"app\"\narrivals = \"log(access.log)\"\n\
        [service.app]\nworkers = \"unlimited\"\ntime = \"1us\"\n";
    let report = base_with(text, &[("access.log", &log)]);
    let started = report.series("users", "started").expect("loads have series");
    let per_second: Vec<f64> = started.values[..4].iter().map(|it| it * report.window).collect();
    assert_eq!(report.window, 1.0);
    assert_eq!(per_second, [1_000.0, 0.0, 2_000.0, 500.0], "none leaves its second");
    // 2,000 at one instant would meet each other at their one worker; spread over a second, at
    // 1 µs each, hardly any does.
    let one_worker = text.replace("\"unlimited\"", "1\nqueue = { slots = 10000 }");
    let report = base_with(&one_worker, &[("access.log", &log)]);
    let waited = estimate(&report, "always", "app.waited_rate").mean;
    assert!(waited > 0.0 && waited < 0.01, "like a Poisson process of 2,000/s: {waited}");
}

/// The interactive response-time law: N = X (R + Z) (Denning and Buzen, 1978), exact but for what
/// is under way at the ends; and the machine-repair model's throughput.
#[test]
fn users_of_a_closed_loop_ask_only_when_answered() {
    let text = "format = 1\ntitle = \"test\"\n\
        run = { warmup = \"100s\", duration = \"5000s\", replications = 20 }\n\
        [load.users]\nto = \"app\"\nusers = 20\nthink = \"exp(1s)\"\n\
        [service.app]\nworkers = 1\nqueue = { slots = 100 }\ntime = \"exp(100ms)\"\n";
    let report = base(text);
    let offered = estimate(&report, "always", "users.offered");
    let response = estimate(&report, "always", "users.latency.mean").mean;
    assert!((offered.mean * (response + 1.0) / 20.0 - 1.0).abs() < 0.005, "{response}");
    // P(idle) = 1 / Σ N!/(N−k)! (0.1)^k.
    let terms = (0..20).scan(1.0, |term, k| {
        *term *= f64::from(20 - k) * 0.1;
        Some(*term)
    });
    let idle = 1.0 / (1.0 + terms.sum::<f64>());
    let (want, error) = (10.0 * (1.0 - idle), offered.std_error.expect("20 replications"));
    assert!((offered.mean - want).abs() < 4.0 * error, "{} ± {error} for {want}", offered.mean);
    // A slow server is asked less often: nothing piles up beyond the users there are.
    let most = estimate(&report, "always", "app.in_flight.max").max;
    assert!(most <= 20.0, "{most}");
}

#[test]
fn thinking_takes_its_time() {
    let report = base(&load("100s", "users = 3\nthink = \"999ms\""));
    // Each asks after 999 ms, is answered 1 ms later, and thinks again.
    assert_close(always(&report, "users.offered"), 3.0, "one a second each");
}

#[test]
fn users_who_lose_patience_leave_the_line_and_not_the_worker() {
    // One a second, each 10 s of work: the first is served at 1 s, all others wait.
    let text = load("9500ms", "rate = \"1/s\"\narrivals = \"constant\"\npatience = \"2500ms\"")
        .replace("workers = \"unlimited\"", "workers = 1")
        .replace("\"1ms\"", "\"10s\"");
    let report = base(&text);
    // Of nine, those of 2 s to 6 s leave the line; the first one's user has gone, too.
    assert_close(always(&report, "users.failed.abandoned"), 6.0 / 9.0, "gone");
    assert_close(always(&report, "app.busy.mean"), 8.5 / 9.5, "its work goes on");
    // Those of 2 s to 7 s wait for 2.5 s, those of 8 s and 9 s up to the end.
    assert_close(always(&report, "app.queue.mean"), (5.0 * 2.5 + 2.5 + 1.5 + 0.5) / 9.5, "in line");
    let stays = base(&text.replace("\"2500ms\"", "{ wait = \"2500ms\" }"));
    assert_close(always(&stays, "users.failed.abandoned"), 5.0 / 9.0, "who is served stays");
    assert_close(always(&stays, "app.queue.mean"), (5.0 * 2.5 + 2.5 + 1.5 + 0.5) / 9.5, "the same");
}

#[test]
fn users_of_a_closed_loop_who_give_up_ask_again() {
    // One user, served for 10 s, gives up after 2 s and asks again after 1 s more.
    let text =
        load("10s", "users = 1\nthink = \"1s\"\npatience = \"2s\"").replace("\"1ms\"", "\"10s\"");
    let report = base(&text);
    // At 1 s, 4 s and 7 s; given up at 3 s, 6 s and 9 s; nobody waits for what goes on.
    assert_close(always(&report, "users.offered"), 0.3, "asked");
    assert_close(always(&report, "users.failed.abandoned"), 1.0, "given up");
    assert_close(always(&report, "app.in_flight.mean"), (9.0 + 6.0 + 3.0) / 10.0, "for nobody");
}

#[test]
fn patience_shifts_no_other_draw() {
    let of = |patience: &str| {
        let load = format!("rate = \"20/s\"\nclasses = {{ x = \"50%\", y = \"50%\" }}\n{patience}");
        base(&self::load("60s", &load).replace("\"1ms\"", "\"exp(10ms)\""))
    };
    let (with, without) = (of("patience = \"exp(1h)\""), of(""));
    for metric in ["users.offered", "users[x].offered", "users.latency.p99", "users.throughput"] {
        let (with, without) = (always(&with, metric), always(&without, metric));
        assert_close(with, without, metric);
    }
}
