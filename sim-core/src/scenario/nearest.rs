//! "Did you mean": the known word nearest to an unknown one.

/// Words longer than this are no misspellings of ours.
const LONGEST: usize = 64;

/// The nearest of `known` to `word`, if it is near enough to be meant: within a third of the
/// word's length, at least one edit. A far guess is worse than none.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        .filter(|it| it.chars().count().abs_diff(length) <= allowed)
        .map(|it| (distance(word, it), it))
        .filter(|(distance, it)| *distance <= allowed && *distance < it.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, it)| it)
}

/// ``did you mean `fraud`?``
pub(crate) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, known).map(|it| format!("did you mean `{it}`?"))
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`.
///
/// Source: the "optimal string alignment" variant of Damerau, CACM 7(3), 1964.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        let cases = [
            ("", "", 0),
            ("fraud", "fraud", 0),
            ("fruad", "fraud", 1),
            ("chekout", "checkout", 1),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
        ];
        for (a, b, want) in cases {
            assert_eq!(distance(a, b), want, "{a} {b}");
            assert_eq!(distance(b, a), want, "{b} {a}");
        }
    }

    #[test]
    fn hints_only_at_what_is_near() {
        let known = ["checkout", "fraud", "at"];
        assert_eq!(nearest("chekout", known), Some("checkout"));
        assert_eq!(nearest("frauds", known), Some("fraud"));
        assert_eq!(nearest("it", known), Some("at"), "a short word may be off by one");
        assert_eq!(nearest("payments", known), None);
        assert_eq!(nearest("x", ["y"]), None, "all of it replaced is no resemblance");
        assert_eq!(nearest(&"x".repeat(10_000), known), None);
    }
}
