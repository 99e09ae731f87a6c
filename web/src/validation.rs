//! Cases whose answers are known in closed form, run in the page.

use sim_core::analytic::abandonment;
use sim_core::analytic::erlang::erlang_b;
use sim_core::analytic::mmc::Mmc;
use sim_core::analytic::mmck::Mmck;
use sim_core::analytic::{little, retry};
use sim_core::report::Unit;

/// A case with its closed form.
pub(crate) struct Case {
    /// What is asked.
    pub(crate) what: &'static str,
    /// Whose closed form it is.
    pub(crate) source: &'static str,
    /// The metric that is asked for.
    pub(crate) metric: &'static str,
    /// Its unit.
    pub(crate) unit: Unit,
    /// What theory says.
    pub(crate) theory: f64,
    /// The scenario.
    pub(crate) text: String,
}

/// Runs of each case.
pub(crate) const RUNS: u32 = 20;

/// A service with a queue of its own.
fn queue(rate: f64, workers: u32, time: &str, more: &str) -> String {
    format!(
        "format = 1\ntitle = \"A queue\"\nseed = 11\nrun = {{ warmup = \"60s\", duration = \"8m\" }}\n\
         load.users = {{ to = \"app\", rate = \"{rate}/s\" }}\n\
         [service.app]\nworkers = {workers}\ntime = \"{time}\"\n{more}"
    )
}

/// A call with policies, to a service that is never short of workers.
fn call(rate: f64, policies: &str, callee: &str) -> String {
    format!(
        "format = 1\ntitle = \"A call\"\nseed = 12\nrun = {{ warmup = \"10s\", duration = \"4m\" }}\n\
         load.users = {{ to = \"app\", rate = \"{rate}/s\" }}\n\
         [service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n{policies}\n\
         [service.db]\nworkers = \"unlimited\"\n{callee}\n"
    )
}

/// One service after the other, each of which fails now and then.
fn series(services: usize, errors: &str) -> String {
    let calls = (0..services).map(|it| format!("[[service.app.call]]\nto = \"s{it}\"\n"));
    let calls = calls.collect::<Vec<_>>().concat();
    let all = (0..services).map(|it| {
        format!("[service.s{it}]\nworkers = \"unlimited\"\ntime = \"1ms\"\nerrors = \"{errors}\"\n")
    });
    format!(
        "format = 1\ntitle = \"In series\"\nseed = 13\nrun = {{ duration = \"4m\" }}\n\
         load.users = {{ to = \"app\", rate = \"100/s\" }}\n[service.app]\nworkers = \"unlimited\"\n{calls}{}",
        all.collect::<Vec<_>>().concat()
    )
}

fn waiting(rate: f64, service: f64, workers: u32) -> f64 {
    Mmc::new(rate, service, workers).map_or(f64::NAN, |it| it.mean_wait())
}

/// A dozen.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn cases() -> Vec<Case> {
    let case = |what, source, (metric, unit), theory, text| Case {
        what,
        source,
        metric,
        unit,
        theory,
        text,
    };
    let wait = ("app.wait.mean", Unit::Seconds);
    let loss = ("db.pool.rejection_rate", Unit::Share);
    let answered = ("users.success_rate", Unit::Share);
    let retries = "policy = [\"retry\"]\nretry = { attempts = 3, delay = \"1ms\" }";
    let erring = |share: &str| format!("time = \"1ms\"\nerrors = \"{share}\"");
    let pool = |slots: u32, wait: &str| {
        format!("policy = [\"bulkhead\"]\nbulkhead = {{ slots = {slots}, max_wait = \"{wait}\" }}")
    };
    vec![
        case(
            "Wait for one worker, half busy",
            "M/M/1",
            wait,
            waiting(50.0, 0.01, 1),
            queue(50.0, 1, "exp(10ms)", ""),
        ),
        case(
            "Wait for four workers, 80 % busy",
            "M/M/c, Erlang 1917",
            wait,
            waiting(32.0, 0.1, 4),
            queue(32.0, 4, "exp(100ms)", ""),
        ),
        case(
            "Wait for 16 workers, 80 % busy",
            "M/M/c, Erlang 1917",
            wait,
            waiting(128.0, 0.1, 16),
            queue(128.0, 16, "exp(100ms)", ""),
        ),
        case(
            "Wait where work takes the same time",
            "M/D/1, Pollaczek and Khinchine 1930",
            wait,
            // ρ S / 2 (1 − ρ)
            0.6 * 0.01 / (2.0 * 0.4),
            queue(60.0, 1, "10ms", ""),
        ),
        case(
            "Loss of a short queue",
            "M/M/c/K, Gross et al. 2008",
            ("users.failed.queue_full", Unit::Share),
            Mmck::new(90.0, 0.01, 1, 6).map_or(f64::NAN, |it| it.loss()),
            queue(90.0, 1, "exp(10ms)", "queue = { slots = 5 }"),
        ),
        case(
            "Requests in the system",
            "Little 1961",
            ("app.in_flight.mean", Unit::Count),
            little::number(200.0, 0.05),
            queue(200.0, 1000, "exp(50ms)", ""),
        ),
        case(
            "Loss of a pool where nobody waits",
            "Erlang B, 1917",
            loss,
            erlang_b(20, 16.0),
            call(160.0, &pool(20, "0s"), "time = \"exp(100ms)\""),
        ),
        case(
            "The same, whatever the law of times",
            "Erlang B, Sevastyanov 1957",
            loss,
            erlang_b(20, 16.0),
            call(160.0, &pool(20, "0s"), "time = \"100ms\""),
        ),
        case(
            "Loss of a pool that waits 50 ms",
            "M/M/c+D, Gnedenko and Kovalenko 1968",
            loss,
            abandonment::deterministic(100.0, 0.1, 10, 0.05).rejection,
            call(100.0, &pool(10, "50ms"), "time = \"exp(100ms)\""),
        ),
        case(
            "Answered in three tries at 30 % errors",
            "1 − p³",
            answered,
            retry::success_probability(0.3, 2),
            call(100.0, retries, &erring("30%")),
        ),
        case(
            "Load of three tries at 30 % errors",
            "(1 − p³) / (1 − p)",
            ("app -> db.amplification", Unit::Ratio),
            retry::load_factor(0.3, 2),
            call(100.0, retries, &erring("30%")),
        ),
        case(
            "Answered through five services in series",
            "0.99⁵",
            answered,
            0.99_f64 * 0.99 * 0.99 * 0.99 * 0.99,
            series(5, "1%"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::experiment::Plan;
    use sim_core::scenario::{NoFiles, parse};

    #[test]
    fn every_case_agrees_with_its_closed_form() {
        for case in cases() {
            let source = parse(&case.text).unwrap_or_else(|it| panic!("{}: {it:?}", case.what));
            let plan = Plan::new(&source, &NoFiles, |_| true);
            let mut plan = plan.unwrap_or_else(|it| panic!("{}: {it:?}", case.what));
            plan.replications = Some(RUNS);
            let report = plan.run();
            let seen = report.variants[0].metric("always", case.metric);
            let seen = seen.unwrap_or_else(|| panic!("{}: no {}", case.what, case.metric));
            let error = seen.std_error.expect("there are replications");
            let apart = (seen.mean - case.theory).abs();
            assert!(
                apart <= 4.0 * error,
                "{}: {} ± {error}, not {}",
                case.what,
                seen.mean,
                case.theory
            );
            assert!(error < 0.1 * case.theory, "{}: too wide to tell: {error}", case.what);
        }
    }
}
