//! Suggestions for words that are not known: the fix "did you mean …?".
//!
//! Two kinds of mistakes have one each. [`nearest`] finds a word with typing errors, by the number of edits, and
//! [`spelled_out`] finds a word that somebody abbreviated. Case is ignored in both. A suggestion that is wrong is worse
//! than none, so the number of edits is bounded by a third of the word's length: at least 1, at most 3.

/// Returns the candidate that a few typing errors turn into the word, if there is one.
///
/// Of equally near candidates the first one wins.
///
/// ```
/// assert_eq!(sss_model::nearest("ordrs", ["orders", "carts"].into_iter()), Some("orders"));
/// assert_eq!(sss_model::nearest("search", ["orders", "carts"].into_iter()), None);
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let bound = (word.chars().count() / 3).clamp(1, 3);
    let near = candidates.map(|candidate| (distance(&word, &candidate.to_lowercase(), bound), candidate));
    near.filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, near)| near)
}

/// Whether at most so many typing errors turn a candidate into the word.
pub(crate) fn is_near(word: &str, candidate: &str, bound: usize) -> bool {
    distance(word, candidate, bound) <= bound
}

/// Returns the shortest candidate that begins with the word, as `environment` does with `env`.
///
/// A word of one or two letters abbreviates too many candidates, so there is no suggestion for it.
pub(crate) fn spelled_out<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let long = candidates.filter(|candidate| candidate.to_lowercase().starts_with(&word));
    long.min_by_key(|candidate| candidate.len()).filter(|_| word.chars().count() > 2)
}

/// Returns the number of edits between two words: characters added, removed, changed, or swapped with their neighbour.
///
/// A number above the bound is returned as the bound and 1. This is the restricted Damerau-Levenshtein distance, with
/// three rows of its table in memory.
fn distance(left: &str, right: &str, bound: usize) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > bound {
        return bound + 1;
    }

    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let changed = previous[column] + usize::from(a != b);
            let mut least = changed.min(previous[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{nearest, spelled_out};

    fn check(word: &str, want: Option<&str>) {
        assert_eq!(nearest(word, ["image", "memory", "cpu", "routes", "port"].into_iter()), want, "{word}");
    }

    #[test]
    fn word_with_a_few_typing_errors_is_near() {
        check("imge", Some("image"));
        check("Image", Some("image"));
        check("memroy", Some("memory"));
        check("prot", Some("port"));
        check("cpus", Some("cpu"));
        check("route", Some("routes"));
        check("gpu", Some("cpu"));
        check("healthcheck", None);
        check("xyz", None);
        check("", None);
    }

    #[test]
    fn abbreviation_is_spelled_out() {
        let check = |word: &str, want: Option<&str>| {
            let known = ["environment", "health_check_grace_period", "health_check", "cpu"];
            assert_eq!(spelled_out(word, known.into_iter()), want, "{word}");
        };
        check("env", Some("environment"));
        check("Health", Some("health_check"));
        check("en", None);
        check("", None);
        check("cpus", None);
    }
}
