//! What somebody may have meant.

/// The candidate that a few typing errors turn into the word, if there is one.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let bound = (word.chars().count() / 3).clamp(1, 3);
    let near = candidates.map(|candidate| (distance(&word, &candidate.to_lowercase(), bound), candidate));
    near.filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, near)| near)
}

/// How many characters have to be added, removed, changed or swapped with their neighbour; something above the bound
/// when it is more than that.
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
    use super::nearest;

    fn check(word: &str, want: Option<&str>) {
        assert_eq!(nearest(word, ["image", "memory", "cpu", "routes", "port"].into_iter()), want, "{word}");
    }

    #[test]
    fn a_few_typing_errors_are_near() {
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
}
