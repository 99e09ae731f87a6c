use crate::rng::Stream;

/// Uniformly at random among `up`, which is not empty; one draw.
///
/// Source: Envoy's `RANDOM` policy without weights.
#[inline]
pub fn random(up: &[u32], stream: &mut Stream) -> u32 {
    up[stream.below(up.len() as u32) as usize]
}
