/// In turn, by instance number.
///
/// The turn goes to the next number after the last picked whose instance is up, so that an
/// instance that dies or comes back disturbs nobody else's turn. Starts at the lowest.
///
/// Source: nginx's and Envoy's round robin with equal weights (both keep a place in the list of
/// those that are up instead of a number, so that a change of the list may skip somebody).
#[derive(Clone, Debug, Default)]
pub struct RoundRobin {
    /// The lowest number whose turn it may be.
    next: u32,
}

impl RoundRobin {
    /// Whose turn it is among `up`, ascending and not empty.
    #[inline]
    pub fn next(&mut self, up: &[u32]) -> u32 {
        let place = up.partition_point(|&instance| instance < self.next);
        let picked = up.get(place).copied().unwrap_or(up[0]);
        self.next = picked.saturating_add(1);
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_goes_on_over_numbers() {
        // (who is up, whose turn it is), step by step.
        #[rustfmt::skip]
        let script: &[(&[u32], u32)] = &[
            (&[0, 1, 2, 3], 0),
            (&[0, 1, 2, 3], 1),
            (&[0, 1, 3],    3), // 2 has died: its turn passes on
            (&[0, 1, 3],    0),
            (&[1, 3],       1), // 0 dies after its turn: nobody is skipped
            (&[0, 1, 2, 3], 2), // and 2 is back in time for its own
            (&[0, 1, 2],    0), // after the last comes the lowest
            (&[7],          7),
            (&[0, 7],       0),
        ];
        let mut turn = RoundRobin::default();
        for (step, (up, want)) in script.iter().enumerate() {
            assert_eq!(turn.next(up), *want, "step {step}");
        }
    }
}
