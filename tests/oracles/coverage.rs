//! Whether each row is accounted for, once.

use std::collections::BTreeSet;

/// What is wrong: a row that is neither simulated nor listed as inexpressible, or both, or an id
/// that is no row.
pub(crate) fn gaps<'a>(
    rows: impl Iterator<Item = &'a str>,
    simulated: impl Iterator<Item = &'a str>,
    inexpressible: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let (rows, mut gaps) = (rows.collect::<BTreeSet<_>>(), Vec::new());
    let (simulated, mut listed) = (simulated.collect::<BTreeSet<_>>(), BTreeSet::new());
    for id in inexpressible {
        if !listed.insert(id) {
            gaps.push(format!("{id}: listed twice as inexpressible"));
        }
    }
    let accounted: BTreeSet<_> = simulated.union(&listed).copied().collect();
    let missing = rows.difference(&accounted);
    gaps.extend(missing.map(|id| format!("{id}: neither simulated nor listed as inexpressible")));
    gaps.extend(accounted.difference(&rows).map(|id| format!("{id}: no such row")));
    let both = simulated.intersection(&listed);
    gaps.extend(both.map(|id| format!("{id}: simulated, so it is not inexpressible")));
    gaps
}
