//! The shapes that scenarios take here, as text.

/// One service, called `server`, behind a Poisson load.
pub(crate) fn station(rate: f64, workers: u32, time: &str) -> String {
    format!("{}\n{}", load("server", rate), service("server", workers, time))
}

/// The same with so many places to wait in.
pub(crate) fn bounded(rate: f64, workers: u32, places: u32, time: &str) -> String {
    format!("{}queue = {{ slots = {places} }}\n", station(rate, workers, time))
}

/// Equal services of one worker behind a balancer.
pub(crate) fn balanced(rate: f64, instances: u32, balance: &str) -> String {
    format!("{}instances = {instances}\nbalance = \"{balance}\"\n", station(rate, 1, "exp(1s)"))
}

/// A caller that only calls, as often as it is asked, and its callee with room for all; `guard`
/// has the settings of the call.
pub(crate) fn guarded(rate: f64, guard: &str, callee: &str) -> String {
    let service = "\n[service.callee]\nworkers = \"unlimited\"";
    format!(
        "{}\n{}\n{guard}\n{service}\n{callee}\n",
        load("caller", rate),
        calls("caller", &["callee"])
    )
}

/// A Poisson load called `users`.
pub(crate) fn load(to: &str, rate: f64) -> String {
    format!("[load.users]\nto = \"{to}\"\nrate = \"{rate}/s\"\n")
}

/// An evenly spaced load called `users`.
pub(crate) fn even_load(to: &str, rate: f64) -> String {
    format!("{}arrivals = \"constant\"\n", load(to, rate))
}

/// A service; more keys may follow.
pub(crate) fn service(name: &str, workers: u32, time: &str) -> String {
    format!("[service.{name}]\nworkers = {workers}\ntime = \"{time}\"\n")
}

/// A service without work of its own that makes these calls in turn; keys of the last call may
/// follow.
pub(crate) fn calls(name: &str, callees: &[&str]) -> String {
    let to = |it: &&str| format!("[[service.{name}.call]]\nto = \"{it}\"\n");
    let calls: String = callees.iter().map(to).collect();
    format!("[service.{name}]\nworkers = \"unlimited\"\n{calls}")
}
