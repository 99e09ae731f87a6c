//! `queueing.json`: queues with exact answers. One unit of its time is a second here, unless the
//! row has its own.
//!
//! A queue forgets how it began in some multiples of `1 / (μ(1 − √ρ)²)` seconds: 380 at a load of
//! 0.9 with one worker, about a `c`-th of that with `c`. Warm-ups are ten times as long or more.

use super::check::Agreement::{Never, Spread, Within};
use super::check::Replica;
use super::experiment::{Experiment, Length, fixed, steady};
use super::row;
use super::text::{balanced, bounded, calls, guarded, load, service, station};

pub(crate) fn experiments() -> Vec<Experiment> {
    [
        one_worker(),
        young_queues(),
        workers(),
        loss(),
        other_laws(),
        pools(),
        abandonment(),
        priorities(),
        sharing(),
        networks(),
        feedback(),
        calls_out(),
    ]
    .concat()
}

/// Of each replication of the M/M/1 experiment, s.
const MM1_DURATION: f64 = 50_000.0;

fn one_worker() -> Vec<Experiment> {
    let quantiles = "[load.users]\nto = \"server\"\nrate = \"0.45/s\"\ndeadline = \"46.0517019s\"\n\
                     [load.rash]\nto = \"server\"\nrate = \"0.45/s\"\ndeadline = \"69.0775528s\"\n";
    vec![
        Experiment::new(
            "M/M/1",
            fixed(MM1_DURATION, 100).warmed(5_000.0),
            station(0.9, 1, "exp(1s)"),
        )
        .row("mm1-W", "server.latency.mean")
        .row("mm1-L", "server.in_flight.mean")
        .row("mm1-Wq", "server.wait.mean")
        .row("mm1-varL-asym", "server.in_flight.mean")
        .agrees(Spread(MM1_DURATION))
        .row("mm1-varWq-asym", "server.wait.mean")
        .agrees(Spread(MM1_DURATION * 0.9))
        .derived("mm1-busy", "time busy / arrivals that did not wait", |it| {
            let idle = it.metric("server.throughput") * (1.0 - it.metric("server.waited_rate"));
            it.metric("server.busy.mean") / idle
        }),
        // Sojourns above a high quantile come in clusters of some 80: the quantile of one run has
        // a bias, the share of a run above the row's value has none.
        Experiment::new(
            "M/M/1 quantiles",
            steady(5_000.0, 250_000.0, 20),
            format!("{quantiles}{}", service("server", 1, "exp(1s)")),
        )
        .row("mm1-p50", "server.latency.p50")
        .row("mm1-p95", "server.latency.p95")
        .derived("mm1-p99", "share within it", |it| good_share(it, "users"))
        .implies(0.99)
        .derived("mm1-p99.9", "share within it", |it| good_share(it, "rash"))
        .implies(0.999),
    ]
}

/// Share of a load's answers that came within its deadline.
pub(crate) fn good_share(replica: &Replica<'_>, load: &str) -> f64 {
    let of = |metric: &str| replica.metric(&format!("{load}.{metric}"));
    of("goodput") / of("throughput")
}

/// Queues that started empty, looked at for 20 ms: a fault without effect names the phase.
fn young_queues() -> Vec<Experiment> {
    let looked_at = |at: f64| {
        let from = at - 0.01;
        format!(
            "{}[[fault]]\nname = \"look\"\nkind = \"error\"\non = \"server\"\nrate = \"0%\"\n\
             at = \"{from}s\"\nfor = \"20ms\"\n",
            station(0.9, 1, "exp(1s)")
        )
    };
    let at = |title, address, at: f64, replications| {
        Experiment::new(title, fixed(at + 1.0, replications), looked_at(at))
            .row(address, "server.in_flight.mean")
            .during("look")
    };
    vec![
        at("M/M/1 after 10 s", "mm1-transient-10", 10.0, 10_000),
        at("M/M/1 after 100 s", "mm1-transient-100", 100.0, 4_000),
    ]
}

fn workers() -> Vec<Experiment> {
    let mmc = |title, rate: f64, workers, length: Length| {
        Experiment::new(title, length, station(rate, workers, "exp(1s)"))
    };
    vec![
        mmc("M/M/2", 1.6, 2, steady(1_000.0, 10_000.0, 40))
            .row("mmc2-C", "server.waited_rate")
            .row("mmc2-W", "server.latency.mean"),
        mmc("M/M/3", 2.0, 3, steady(500.0, 5_000.0, 40))
            .row("mmc3-C", "server.waited_rate")
            .row("mmc3-W", "server.latency.mean"),
        mmc("M/M/10", 9.0, 10, steady(1_000.0, 5_000.0, 40))
            .row("mmc10-C", "server.waited_rate")
            .row("mmc10-W", "server.latency.mean")
            .row("mmc10-p99", "server.latency.p99"),
        mmc("M/M/50", 45.0, 50, steady(200.0, 1_000.0, 40))
            .row("mmc50-C", "server.waited_rate")
            .row("mmc50-W", "server.latency.mean")
            .row("mmc50-p99", "server.latency.p99")
            .row("mm50-floor/ErlangC", "server.waited_rate")
            .row("mm50-floor/mean_sojourn", "server.latency.mean"),
        mmc("M/M/100", 80.0, 100, steady(50.0, 500.0, 40))
            .row("mmc100-C", "server.waited_rate")
            .row("mmc100-W", "server.latency.mean"),
    ]
}

fn loss() -> Vec<Experiment> {
    let blocked = |title, address, rate: f64, workers, time| {
        let length = steady(20.0, (20_000.0 / rate).round(), 40);
        Experiment::new(title, length, bounded(rate, workers, 0, time))
            .row(address, "users.failed.queue_full")
    };
    vec![
        blocked("M/M/5/5", "erlB-5-3", 3.0, 5, "exp(1s)"),
        blocked("M/D/5/5", "erlB-5-3", 3.0, 5, "1s"),
        blocked("M/M/10/10", "erlB-10-10", 10.0, 10, "exp(1s)"),
        blocked("M/D/10/10", "erlB-10-10", 10.0, 10, "1s"),
        blocked("M/M/50/50", "erlB-50-45", 45.0, 50, "exp(1s)")
            .row("mm50-floor/ErlangB_at_45", "users.failed.queue_full"),
        blocked("M/D/50/50", "erlB-50-45", 45.0, 50, "1s"),
        blocked("M/M/100/100", "erlB-100-100", 100.0, 100, "exp(1s)"),
        blocked("M/D/100/100", "erlB-100-100", 100.0, 100, "1s"),
        Experiment::new("M/M/1/11", steady(100.0, 2_000.0, 40), bounded(9.0, 1, 10, "exp(100ms)"))
            .row("mm1k11-block", "users.failed.queue_full")
            .row("mm1k11-L", "server.in_flight.mean"),
        Experiment::new("M/M/2/3", steady(20.0, 2_000.0, 40), bounded(3.0, 2, 1, "exp(250ms)"))
            .row("mm23-N", "server.in_flight.mean"),
        Experiment::new("M/M/50/70", steady(100.0, 1_000.0, 40), bounded(50.0, 50, 20, "exp(1s)"))
            .row("mmck-50-70-loss", "users.failed.queue_full")
            .row("mmck-50-70-Wq", "server.wait.mean"),
    ]
}

fn other_laws() -> Vec<Experiment> {
    let mgc = |title, rate: f64, workers, time| {
        let length = steady((3_000.0 / rate).round(), (20_000.0 / rate).round(), 40);
        Experiment::new(title, length, station(rate, workers, time))
    };
    vec![
        mgc("M/D/1", 0.9, 1, "1s").row("md1-W", "server.latency.mean"),
        mgc("M/E2/1", 0.8, 1, "gamma(mean=1s, cv=0.7071067811865476)")
            .row("me2-1-Wq", "server.wait.mean"),
        mgc("M/LogNormal/1", 0.8, 1, "lognormal(mean=1s, cv=0.742303236)")
            .row("mlogn-1-Wq", "server.wait.mean"),
        mgc("M/D/2", 1.6, 2, "1s").row("md2-Wq", "server.wait.mean"),
        mgc("M/D/5", 4.5, 5, "1s").row("md5-Wq", "server.wait.mean"),
        Experiment::new(
            "M/M/oo",
            steady(2.0, 20.0, 40),
            guarded(1_000.0, "", "time = \"exp(80ms)\""),
        )
        .row("mginf-L", "callee.in_flight.mean"),
    ]
}

/// A bulkhead whose callers wait for a slot for a while.
fn pools() -> Vec<Experiment> {
    let pool = |title, rate, length| {
        let guard = "bulkhead = { slots = 100, max_wait = \"50ms\" }";
        Experiment::new(title, length, guarded(rate, guard, "time = \"exp(80ms)\""))
    };
    vec![
        pool("M/M/c+D, calm", 1_000.0, steady(5.0, 25.0, 40))
            .row("mmcD-100-1000-0", "caller -> callee.pool.rejection_rate")
            .agrees(Never)
            .row("mmcD-100-1000-1", "caller -> callee.pool.wait_of_all.mean")
            .row("mmcD-100-1000-2", "caller -> callee.pool.waited_rate")
            .row("mmcD-100-1000-3", "caller -> callee.pool.wait.mean"),
        pool("M/M/c+D, busy", 1_300.0, steady(5.0, 15.0, 40))
            .row("mmcD-100-1300-0", "caller -> callee.pool.rejection_rate")
            .row("mmcD-100-1300-1", "caller -> callee.pool.wait_of_all.mean")
            .row("mmcD-100-1300-2", "caller -> callee.pool.waited_rate")
            .row("mmcD-100-1300-3", "caller -> callee.pool.wait.mean"),
    ]
}

/// Users who leave the line when they lose patience, and stay where they are served.
fn abandonment() -> Vec<Experiment> {
    // Lq / lambda is the mean wait of all, by Little's law.
    let wait_of_all =
        |it: &Replica<'_>| it.metric("server.queue.mean") / it.metric("server.offered");
    // Of those served a share has waited; all who left have.
    let waited = |it: &Replica<'_>| {
        let left = it.metric("users.failed.abandoned");
        it.metric("server.waited_rate") * (1.0 - left) + left
    };
    let erlang_a = |title, rate, patience, addresses: [&'static str; 3]| {
        let wait = format!("patience = {{ wait = \"exp({patience})\" }}\n");
        let body = format!("{}{wait}{}", load("server", rate), service("server", 50, "exp(1s)"));
        Experiment::new(title, steady(50.0, 500.0, 40), body)
            .row(addresses[0], "users.failed.abandoned")
            .derived(addresses[1], "queue / arrivals", wait_of_all)
            .derived(addresses[2], "waited, served or not", waited)
    };
    vec![
        erlang_a("Erlang A, even", 50.0, "2s", ["erlA-50-50-0", "erlA-50-50-1", "erlA-50-50-2"]),
        erlang_a("Erlang A, slack", 45.0, "3s", ["erlA-50-45-0", "erlA-50-45-1", "erlA-50-45-2"]),
    ]
}

/// One service whose queue serves the classes of its users in turn; a class is told by its number,
/// and its rate is the load's times its share.
fn by_class(rate: f64, workers: u32, shares: &[(u32, &str)]) -> String {
    let classes: Vec<String> =
        shares.iter().map(|(class, share)| format!("c{class} = \"{share}\"")).collect();
    let class = |(class, _): &(u32, &str)| format!("[class.c{class}]\npriority = {class}\n");
    let priorities: String = shares.iter().map(class).collect();
    let (users, server) = (load("server", rate), service("server", workers, "exp(1s)"));
    let queue = "queue = { discipline = \"priority\" }\n";
    format!("{users}classes = {{ {} }}\n{priorities}{server}{queue}", classes.join(", "))
}

/// Those who matter more go first, and take nobody's worker away. A class's own metric is its time
/// in the system, which is its wait and the mean service of 1 s.
fn priorities() -> Vec<Experiment> {
    let wait = |it: Experiment, address, metric| {
        it.row(address, metric).implies(row::value(address) + 1.0)
    };
    let cobham = Experiment::new(
        "three classes",
        steady(1_000.0, 20_000.0, 40),
        by_class(0.8, 1, &[(1, "25%"), (2, "37.5%"), (3, "37.5%")]),
    );
    let cobham = wait(cobham, "cobham-1", "users[c1].latency.mean");
    let cobham = wait(cobham, "cobham-2", "users[c2].latency.mean");
    let cobham = wait(cobham, "cobham-3", "users[c3].latency.mean");
    let ten = Experiment::new(
        "two classes, ten workers",
        steady(1_000.0, 5_000.0, 40),
        by_class(9.0, 10, &[(1, "33.333333333333333%"), (2, "66.666666666666667%")]),
    );
    let ten = wait(ten, "mmc-prio-1", "users[c1].latency.mean");
    let ten = wait(ten, "mmc-prio-2", "users[c2].latency.mean");
    let ciw = Experiment::new(
        "two classes",
        steady(1_000.0, 20_000.0, 40),
        by_class(0.8, 1, &[(1, "25%"), (2, "75%")]),
    )
    .row("ciw-prio-0", "users[c1].latency.mean")
    .row("ciw-prio-1", "users[c2].latency.mean");
    let vacations = Experiment::new("vacations", steady(1_000.0, 10_000.0, 40), vacations())
        .row("vacation-W", "server.work.latency.mean");
    vec![cobham, ten, ciw, vacations]
}

/// The worker leaves whenever nobody waits, and again if nobody waits when it comes back: a
/// vacation is a request that always waits and that all others go before.
fn vacations() -> String {
    let away = "[load.away]\nto = \"server.away\"\nusers = 1\nclasses = { last = \"100%\" }\n";
    let users = "classes = { first = \"100%\" }\n";
    let classes = "[class.first]\npriority = 1\n[class.last]\npriority = 2\n";
    let server = "[service.server]\nworkers = 1\nqueue = { discipline = \"priority\" }\n\
                  [service.server.op.work]\ntime = \"exp(1s)\"\n\
                  [service.server.op.away]\ntime = \"exp(2s)\"\n";
    format!("{}{users}{away}{classes}{server}", load("server.work", 0.7))
}

/// Work that shares cores. The mean time in the system is the same for all laws of the work.
fn sharing() -> Vec<Experiment> {
    let shared = |rate: f64, cores: u32, time: &str| {
        let server = "[service.server]\nworkers = \"unlimited\"\n";
        format!("{}{server}cores = {cores}\ntime = \"{time}\"\n", load("server", rate))
    };
    let all = |title, time| {
        Experiment::new(title, steady(4_000.0, 20_000.0, 40), shared(0.9, 1, time))
            .row("mg1ps-W", "server.latency.mean")
    };
    // Those of 2 s have a load of 0.4, the others 0.5: together the row's 0.9.
    let two_sizes = "[load.users]\nto = \"server.two\"\nrate = \"0.2/s\"\n\
                     [load.others]\nto = \"server.other\"\nrate = \"0.5/s\"\n\
                     [service.server]\nworkers = \"unlimited\"\ncores = 1\n\
                     [service.server.op.two]\ntime = \"2s\"\n\
                     [service.server.op.other]\ntime = \"exp(1s)\"\n";
    vec![
        all("M/E2/1-PS", "gamma(mean=1s, cv=0.7071067811865476)"),
        all("M/H2/1-PS", "mix(90%: exp(500ms), 10%: exp(5500ms))"),
        Experiment::new("work of 2 s", steady(4_000.0, 20_000.0, 40), two_sizes)
            .row("mg1ps-x", "server.two.latency.mean"),
        Experiment::new("M/M/1-PS", steady(100.0, 2_000.0, 40), shared(3.0, 1, "exp(200ms)"))
            .row("ciw-ps", "server.latency.mean"),
        Experiment::new(
            "three cores",
            steady(20.0, 4_000.0, 40),
            shared(10.0, 3, "exp(83333333ns)"),
        )
        .row("ciw-ps3-p0", "server at 0 in flight")
        .at_state("server", 0)
        .row("ciw-ps3-p3", "server at 3 in flight")
        .at_state("server", 3)
        .row("ciw-ps3-p8", "server at 8 in flight")
        .at_state("server", 8),
    ]
}

/// Several queues, and queues that feed themselves.
fn networks() -> Vec<Experiment> {
    vec![
        Experiment::new("closed network", steady(200.0, 2_000.0, 40), closed_network())
            .row("closed-0", "cpu.offered"),
        Experiment::new("machine repair", steady(200.0, 2_000.0, 40), machine_repair())
            .row("machine-repair", "repair.offered"),
        tandem("two in tandem", "tandem2-b0", 0),
        tandem("two in tandem, five places between", "tandem2-b5", 5),
        Experiment::new("batches of four", steady(2_000.0, 20_000.0, 40), batches())
            .row("batch-W", "server.latency.mean"),
        Experiment::new("retrial queue", steady(500.0, 5_000.0, 40), retrials()).derived(
            "retrial-orbit",
            "in orbit, those on their first way left out",
            |it| {
                // On the first way: 0.7/s for 2 s; in service: 0.7.
                it.metric("way.in_flight.mean") - 0.7 * 2.0 - 0.7
            },
        ),
        // Ties at random or the lowest number: the servers are equal, so the process of the
        // lengths in order is the same.
        Experiment::new(
            "join the shortest of two queues",
            steady(3_000.0, 20_000.0, 40),
            balanced(1.8, 2, "least_outstanding"),
        )
        .row("jsq2-W", "server.latency.mean"),
        // The row is the limit of infinitely many servers, good to 1 % for a thousand.
        Experiment::new(
            "two choices among a thousand",
            steady(60.0, 120.0, 20),
            balanced(900.0, 1_000, "two_choices"),
        )
        .row("po2c-W", "server.latency.mean")
        .agrees(Within(0.01)),
        Experiment::new("fork and join", steady(100.0, 10_000.0, 40), fork_join())
            .row("forkjoin2", "users.latency.mean"),
        Experiment::new("fan-out to 100", steady(60.0, 1_000.0, 20), fan_out())
            .row("fanout-p99", "users.latency.p99")
            .derived("fanout-p99", "share within it", |it| good_share(it, "users"))
            .implies(0.99),
    ]
}

/// A closed loop: a worker of `user` is a customer who thinks, goes through the stations and
/// begins anew, because there is always a next request in its full queue. How often they go round
/// is what comes to the first station.
fn closed_loop(customers: u32, think: &str, stations: &[(&str, u32, &str)]) -> String {
    let names: Vec<&str> = stations.iter().map(|it| it.0).collect();
    let user = calls("user", &names).replace(
        "workers = \"unlimited\"",
        &format!("workers = {customers}\ntime = \"exp({think})\"\nqueue = {{ slots = 100 }}"),
    );
    let stations: String =
        stations.iter().map(|(name, workers, time)| service(name, *workers, time)).collect();
    format!("{}{user}{stations}", load("user", 20.0))
}

fn closed_network() -> String {
    let stations = [("cpu", 1, "exp(100ms)"), ("disk", 1, "exp(250ms)"), ("net", 1, "exp(150ms)")];
    closed_loop(30, "5s", &stations)
}

fn machine_repair() -> String {
    closed_loop(20, "5s", &[("repair", 3, "exp(1s)")])
}

/// Two workers in tandem with `places` between them, and always somebody for the first.
///
/// The row's first worker is held, its work done, until there is a place behind it. A caller here
/// is held longer, until its callee replies, so the places are what is modelled: of `places` + 2
/// (those between, the second worker's, and the first worker's own while it is blocked) each is
/// empty while the first worker works for it, and full until the second is done with it. The
/// number of full ones is the same birth and death process, and a place goes round a closed loop.
fn tandem(title: &'static str, address: &'static str, places: u32) -> Experiment {
    let places = format!("[load.users]\nto = \"place\"\nusers = {}\n", places + 2);
    let stations = service("first", 1, "exp(1s)") + &service("second", 1, "exp(1s)");
    let body = format!("{places}{}{stations}", calls("place", &["first", "second"]));
    let length = fixed(20_000.0, 40).warmed(500.0);
    Experiment::new(title, length, body).row(address, "second.throughput")
}

/// Each request makes four calls at once.
fn batches() -> String {
    let four: String = (0..4).map(|it| call_of_group("batch", "server", it)).collect();
    let server = service("server", 1, "exp(1s)");
    format!("{}{}{four}{server}", load("batch", 0.2), calls("batch", &[]))
}

pub(crate) fn call_of_group(from: &str, to: &str, number: u32) -> String {
    format!("[[service.{from}.call]]\nto = \"{to}\"\nname = \"c{number}\"\ngroup = \"all\"\n")
}

/// Who finds the worker busy tries again after an exponential time: a `way` of that length leads
/// to the worker. The first try takes it too, which leaves Poisson arrivals Poisson.
fn retrials() -> String {
    let again = "retry = { attempts = 1000, delay = \"0s\" }\n";
    let way = "time = \"exp(2s)\"\n[[service.way.call]]\nto = \"server\"\n";
    let way = format!("[service.way]\nworkers = \"unlimited\"\n{way}");
    let server = format!("{}queue = {{ slots = 0 }}\n", service("server", 1, "exp(1s)"));
    format!("{}{}{again}{way}{server}", load("caller", 0.7), calls("caller", &["way"]))
}

fn fork_join() -> String {
    let both: String = (0..2).map(|it| call_of_group("fork", &format!("q{it}"), it)).collect();
    let queues = service("q0", 1, "exp(1s)") + &service("q1", 1, "exp(1s)");
    format!("{}{}{both}{queues}", load("fork", 0.5), calls("fork", &[]))
}

fn fan_out() -> String {
    let hundred: String = (0..100).map(|it| call_of_group("root", "leaf", it)).collect();
    let leaf = "[service.leaf]\nworkers = \"unlimited\"\ntime = \"exp(1s)\"\n";
    let deadline = "deadline = \"9.20536966s\"\n";
    format!("{}{deadline}{}{hundred}{leaf}", load("root", 2.0), calls("root", &[]))
}

/// Open Jackson network with feedback, a hundred times as fast as the row's. Calls form no cycle, so every way through the network is
/// written out, as an operation of `way` with a load of its own: a Poisson stream split by ways
/// that are drawn beforehand is the same process.
fn feedback() -> Vec<Experiment> {
    let nodes = [("n1", 1, 3), ("n2", 2, 2), ("n3", 1, 4)];
    let all = ways_through();
    let load = |(number, (_, rate)): (usize, &(Vec<usize>, f64))| {
        format!("[load.w{number}]\nto = \"way.w{number}\"\nrate = \"{rate:.7}/s\"\n")
    };
    let visits = |(number, (way, _)): (usize, &(Vec<usize>, f64))| {
        let call = |(visit, node): (usize, &usize)| {
            let to = nodes[*node].0;
            format!("[[service.way.op.w{number}.call]]\nto = \"{to}\"\nname = \"v{visit}\"\n")
        };
        way.iter().enumerate().map(call).collect::<String>()
    };
    let loads: String = all.iter().enumerate().map(load).collect();
    let ways: String = all.iter().enumerate().map(visits).collect();
    let nodes = nodes.map(|(name, workers, speed)| {
        service(name, workers, &format!("exp({}ns)", 10_000_000 / speed))
    });
    let body = format!("{loads}[service.way]\nworkers = \"unlimited\"\n{ways}{}", nodes.concat());
    let number = |it: &Replica<'_>| it.metric("way.in_flight.mean");
    vec![
        Experiment::new("Jackson network", fixed(20.0, 40).warmed(2.0), body)
            .derived("jackson-R", "number in all / arrivals × 100", move |it| {
                number(it) / it.metric("way.offered") * 100.0
            })
            .row("jackson-L1", "n1.in_flight.mean")
            .row("jackson-L2", "n2.in_flight.mean")
            .row("jackson-L3", "n3.in_flight.mean"),
    ]
}

/// The ways through the Jackson network down to those taken once in some 300 s, each by the
/// nodes that it visits, with its rate: 201 ways, which have 99.8 % of the visits to the last node
/// and 99.9 % of those to the others.
fn ways_through() -> Vec<(Vec<usize>, f64)> {
    const RAREST: f64 = 0.003;
    let next = [vec![(1, 0.5), (2, 0.3)], vec![(0, 0.2), (2, 0.6)], vec![(0, 0.1)]];
    let mut open = vec![(vec![0], 100.0), (vec![1], 50.0)];
    let mut ways = Vec::new();
    while let Some((way, rate)) = open.pop() {
        let turns = &next[way[way.len() - 1]];
        let further = turns.iter().map(|(node, share)| ([&*way, &[*node]].concat(), rate * share));
        let further: Vec<_> = further.filter(|it| it.1 >= RAREST).collect();
        let goes_on: f64 = further.iter().map(|it| it.1).sum();
        ways.push((way, rate - goes_on));
        open.extend(further);
    }
    ways
}

fn calls_out() -> Vec<Experiment> {
    let retried = "retry = { retries = 2, delay = \"0s\" }";
    let jittered = "retry = { retries = 2, delay = \"full_jitter(100ms)\" }\nfallback = \"done\"";
    vec![
        Experiment::new(
            "two retries",
            steady(0.0, 500.0, 40),
            guarded(50.0, retried, "time = \"0s\"\nerrors = \"30%\""),
        )
        .row("retry-attempts", "caller -> callee.amplification")
        .row("retry-success", "users.success_rate"),
        // The fallback answers when both retries have failed: the latency is the delay.
        Experiment::new(
            "full jitter",
            steady(1.0, 200.0, 40),
            guarded(50.0, jittered, "time = \"0s\"\nerrors = \"100%\""),
        )
        .row("backoff-fulljitter", "users.latency.mean"),
        Experiment::new(
            "a copy after half a second",
            steady(20.0, 2_000.0, 40),
            guarded(5.0, "hedge = { after = \"500ms\" }", "time = \"exp(1s)\""),
        )
        .row("hedge-mean", "users.latency.mean"),
    ]
}
