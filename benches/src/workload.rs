//! What both sides work on: the parameters of the three models.

/// Requests of one run of a queue; each is two events.
pub const CUSTOMERS: u64 = 2_000_000;
/// Arrivals per second at a queue, whatever its number of servers.
pub const RATE: f64 = 900.0;
/// Share of its servers' time that a queue needs.
pub const UTILISATION: f64 = 0.9;

/// After how long a request at the M/M/50 queue with timeouts gives up, ns: 20 mean service times.
pub const TIMEOUT: u64 = 1_000_000_000;

/// The mean service time, in seconds, that keeps `servers` servers at [`UTILISATION`].
pub fn mean_service(servers: u32) -> f64 {
    UTILISATION * f64::from(servers) / RATE
}

/// A client that guards its calls with retry, breaker, bulkhead and timeout, in this order from
/// the outside in; its server slows down for a while.
///
/// All spans are in nanoseconds.
pub mod policy_path {
    /// A millisecond.
    pub const MS: u64 = 1_000_000;
    /// A second.
    pub const SEC: u64 = 1_000 * MS;

    /// Simulated time.
    pub const DURATION: u64 = 120 * SEC;
    /// Requests per second.
    pub const RATE: f64 = 1_000.0;
    /// Places in the client's pool.
    pub const SLOTS: u32 = 100;
    /// How long a call waits for a place.
    pub const MAX_WAIT: u64 = 50 * MS;
    /// How long an attempt may take.
    pub const TIMEOUT: u64 = 500 * MS;
    /// All tries of a call.
    pub const ATTEMPTS: u32 = 3;
    /// Full jitter: the first ceiling.
    pub const BACKOFF: u64 = 100 * MS;
    /// Full jitter: the highest ceiling.
    pub const BACKOFF_CAP: u64 = 10 * SEC;
    /// The mean service time of the log-normal law.
    pub const SERVICE_MEAN: u64 = 80 * MS;
    /// Its 99th percentile.
    pub const SERVICE_P99: u64 = 300 * MS;
    /// The coefficient of variation that follows: `sqrt(e^s² − 1)` with `s = z − sqrt(z² − 2 ln
    /// (p99/mean))`, `z = 2.326…`, the 99th percentile of the standard normal law.
    pub const SERVICE_CV: f64 = 0.742_303_303_555_237;
    /// When the server slows down.
    pub const SLOW_FROM: u64 = 40 * SEC;
    /// When it is itself again.
    pub const SLOW_TO: u64 = 70 * SEC;
    /// By how much.
    pub const SLOW_FACTOR: f64 = 10.0;
    /// The share of failures that opens the breaker.
    pub const BREAKER_SHARE: f64 = 0.5;
    /// How far back the breaker looks.
    pub const BREAKER_WINDOW: u64 = 10 * SEC;
    /// How many results it must have seen.
    pub const BREAKER_MIN_CALLS: u32 = 20;
    /// How long it stays open.
    pub const BREAKER_OPEN: u64 = 5 * SEC;
    /// How many probes then decide.
    pub const BREAKER_PROBES: u32 = 5;
}
