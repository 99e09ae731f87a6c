/// The instance of `up` (not empty, ascending) with the fewest requests outstanding, the lowest
/// number on ties; looks at all of them.
///
/// That ties go to the lowest number makes it free of chance, and lets an idle service use its
/// first instances most; nginx's `least_conn` takes turns among equals, Envoy's full scan draws.
///
/// Source: the "join the shortest queue" policy; Winston, "Optimality of the Shortest Line
/// Discipline", Journal of Applied Probability 14(1), 1977.
///
/// ```
/// # use sim_engine::policy::balancer::least_outstanding;
/// let load = [3, 1, 0, 1];
/// assert_eq!(least_outstanding(&[0, 1, 3], |instance| load[instance as usize]), 1);
/// ```
#[inline]
pub fn least_outstanding(up: &[u32], outstanding: impl Fn(u32) -> u32) -> u32 {
    let least = up.iter().copied().min_by_key(|&instance| outstanding(instance));
    least.expect("at least one instance is up")
}
