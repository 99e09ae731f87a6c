use crate::rng::Stream;

/// The less loaded of two instances drawn from `up` (not empty), the first drawn on ties.
///
/// The two draws are independent: both may give the same instance, with probability 1/n.
///
/// Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS
/// 12(10), 2001; with replacement as in Envoy's `least_request_lb.cc` (Finagle draws two
/// different ones).
#[inline]
pub fn two_choices(up: &[u32], outstanding: impl Fn(u32) -> u32, stream: &mut Stream) -> u32 {
    let mut draw = || up[stream.below(up.len() as u32) as usize];
    let (first, second) = (draw(), draw());
    if outstanding(second) < outstanding(first) { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::super::random;
    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn the_first_drawn_wins_a_tie() {
        let mut stream = Stream::new(Seed { root: 8, replication: 0 }, Purpose::Balance, "tie");
        for _ in 0..100 {
            let first = random(&[2, 3, 5, 7], &mut stream.clone());
            assert_eq!(two_choices(&[2, 3, 5, 7], |_| 1, &mut stream), first);
        }
    }
}
