//! Differences in a sentence, by rule: of what users see, the three kinds of metrics that moved
//! most, each by its greatest move, the greatest first; and what stayed as it was.

use sim_core::report::{Change, DifferenceReport, EntityKind, Move, Unit};
use sim_core::scenario::harmless;

use super::figure;

/// What users see, in their words, and which of it tells the same story.
const SEEN: [(&str, &str, u8); 6] = [
    ("error_rate", "errors", 0),
    ("degraded_rate", "degraded answers", 1),
    ("goodput", "goodput", 2),
    ("latency.p50", "median latency", 3),
    ("latency.p99", "p99 latency", 3),
    ("outage.longest", "longest outage", 4),
];
/// What is told when it stays as it was.
const KEPT: [&str; 3] = ["error_rate", "goodput", "latency.p99"];
/// Stories told at most.
const TOLD: usize = 3;

/// What moved: `goodput of account 3.1 /s → 20 /s (6.5 times) in recs-slow, also of orders`.
pub(crate) fn moved(rows: &[DifferenceReport], phases: &[String]) -> String {
    let seen: Vec<_> = rows.iter().filter(|it| is_seen(it)).cloned().collect();
    let moves = Move::all(&seen);
    if moves.is_empty() {
        return nothing(&seen);
    }
    let mut told: Vec<&Move<'_>> = Vec::new();
    for it in &moves {
        if told.len() < TOLD && told.iter().all(|other| story(other) != story(it)) {
            told.push(it);
        }
    }
    let told = told.into_iter().map(|it| format!("{}{}", sentence(it, phases), also(it, &moves)));
    told.collect::<Vec<_>>().join("; ")
}

/// Which story a move belongs to.
fn story(it: &Move<'_>) -> Option<u8> {
    SEEN.iter().find(|seen| seen.0 == it.row.metric).map(|it| it.2)
}

/// Others of which the same metric moved the same way.
fn also(told: &Move<'_>, moves: &[Move<'_>]) -> String {
    let rises = |it: &Move<'_>| it.difference.difference.mean > 0.0;
    let others = moves.iter().filter(|it| it.row.metric == told.row.metric);
    let others = others.filter(|it| it.row.entity != told.row.entity && rises(it) == rises(told));
    let names: Vec<_> = others.map(|it| harmless(&it.row.entity)).collect();
    if names.is_empty() { String::new() } else { format!(", also of {}", names.join(", ")) }
}

/// One move: what, from where to where, and when.
pub(crate) fn sentence(it: &Move<'_>, phases: &[String]) -> String {
    let words = SEEN.iter().find(|word| word.0 == it.row.metric && it.row.kind == EntityKind::Load);
    let entity = harmless(&it.row.entity);
    let what = match words {
        Some((_, words, _)) => format!("{words} of {entity}"),
        None => format!("{entity}.{}", it.row.metric),
    };
    let phase = &phases[it.phase];
    let when = if phase == "always" { String::new() } else { format!(" in {}", harmless(phase)) };
    let [base, other] =
        [it.difference.base, it.difference.other].map(|value| figure::exact(value, it.row.unit));
    format!("{what} {base} → {other}{}{when}", relative(it))
}

/// In relation to the base; of shares their points say enough.
fn relative(it: &Move<'_>) -> String {
    let ratio = it.difference.other / it.difference.base;
    if it.row.unit == Unit::Share || !ratio.is_finite() || it.difference.base == 0.0 {
        String::new()
    } else if ratio < 0.05 {
        // The numbers say it better than -100 %.
        String::new()
    } else if ratio >= 2.0 {
        format!(" ({} times)", figure::exact(ratio, Unit::Count))
    } else {
        format!(" ({:+.0} %)", 100.0 * (ratio - 1.0))
    }
}

fn is_seen(row: &DifferenceReport) -> bool {
    row.kind == EntityKind::Load && SEEN.iter().any(|it| it.0 == row.metric)
}

/// The greatest change of a metric in any phase.
fn change(row: &DifferenceReport) -> Option<Change> {
    row.phases.iter().flatten().map(|it| it.change(row.unit)).max()
}

fn nothing(seen: &[DifferenceReport]) -> String {
    let pairs = seen.iter().flat_map(|it| &it.phases).flatten().map(|it| it.difference.n).max();
    match (seen.iter().filter_map(change).max(), pairs) {
        (None, _) | (_, None) => "nothing can be compared".to_owned(),
        (Some(Change::Same), _) => "users see the same in every run".to_owned(),
        (_, Some(1)) => "one pair of runs cannot tell a difference from chance".to_owned(),
        (Some(Change::Slight), _) => "users see hardly a difference".to_owned(),
        (_, Some(pairs)) => format!("no difference that {pairs} pairs of runs can tell"),
    }
}

/// What stayed as it was in every phase: `errors of account, orders`.
pub(crate) fn unchanged(rows: &[DifferenceReport]) -> String {
    let kept = KEPT.iter().filter_map(|metric| {
        let of = rows.iter().filter(|it| it.kind == EntityKind::Load && it.metric == *metric);
        let same = of.filter(|it| matches!(change(it), Some(Change::Same | Change::Slight)));
        let names: Vec<_> = same.map(|it| harmless(&it.entity)).collect();
        let words = SEEN.iter().find(|it| it.0 == *metric)?.1;
        (!names.is_empty()).then(|| format!("{words} of {}", names.join(", ")))
    });
    kept.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::report::{Difference, Estimate};

    fn row(
        entity: &str,
        metric: &'static str,
        unit: Unit,
        phases: &[(f64, f64, f64)],
    ) -> DifferenceReport {
        let phase = |(base, other, half_width): &(f64, f64, f64)| {
            let mean = other - base;
            let difference = Estimate { n: 5, ..Estimate::of_interval(mean, Some(*half_width)) };
            Some(Difference { base: *base, other: *other, difference })
        };
        let phases = phases.iter().map(phase).collect();
        DifferenceReport { kind: EntityKind::Load, entity: entity.to_owned(), metric, unit, phases }
    }

    fn names() -> Vec<String> {
        ["before", "slow"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_greatest_moves_are_told_with_their_phase() {
        let rows = [
            row("a", "error_rate", Unit::Share, &[(0.0, 0.0, 0.0), (0.41, 0.0, 0.02)]),
            row("a", "goodput", Unit::PerSecond, &[(20.0, 20.0, 0.0), (4.0, 20.0, 1.0)]),
            row("a", "latency.p99", Unit::Seconds, &[(0.5, 0.5, 0.0), (0.5, 0.4, 0.01)]),
            row("b", "error_rate", Unit::Share, &[(0.0, 0.0, 0.0), (0.01, 0.012, 0.001)]),
            row("b", "goodput", Unit::PerSecond, &[(5.0, 5.0, 0.0), (5.0, 4.0, 2.0)]),
            row("c", "goodput", Unit::PerSecond, &[(5.0, 5.0, 0.0), (5.0, 6.0, 0.5)]),
            row("c", "latency.p50", Unit::Seconds, &[(0.1, 0.1, 0.0), (0.1, 0.09, 0.001)]),
            row("c", "degraded_rate", Unit::Share, &[(0.0, 0.1, 0.01), (0.0, 0.1, 0.01)]),
        ];
        assert_eq!(
            moved(&rows, &names()),
            "goodput of a 4 /s → 20 /s (5 times) in slow, also of c; errors of a 41 % → 0 % in \
             slow; p99 latency of a 500 ms → 400 ms (-20 %) in slow"
        );
        assert_eq!(unchanged(&rows), "errors of b");
    }

    #[test]
    fn where_nothing_moved_it_is_said_how_sure_that_is() {
        let said = |phases: &[(f64, f64, f64)]| {
            moved(&[row("a", "goodput", Unit::PerSecond, phases)], &names())
        };
        assert_eq!(said(&[(9.0, 9.0, 0.0)]), "users see the same in every run");
        assert_eq!(said(&[(9.0, 9.1, 0.01)]), "users see hardly a difference");
        assert_eq!(said(&[(9.0, 5.0, 6.0)]), "no difference that 5 pairs of runs can tell");
        assert_eq!(said(&[]), "nothing can be compared");
    }
}
