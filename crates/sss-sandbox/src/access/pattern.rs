//! Wildcards of policies, and of the conditions of a load balancer's rules: `*` stands for any characters, and `?` for one.

/// Returns whether a text matches a pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text) = (0, 0);
    // The place after the last star, and the place in the text that it reaches to.
    let mut star: Option<(usize, usize)> = None;

    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, in_text));
                at += 1;
            }
            Some(expected) if *expected == '?' || *expected == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((after, reached)) = star else { return false };
                star = Some((after, reached + 1));
                (at, in_text) = (after, reached + 1);
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

/// Returns whether a text matches a pattern without regard to case, as actions do.
pub(super) fn matches_without_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Returns whether an ARN matches a pattern of an ARN. A wildcard does not reach over a colon of the first five.
pub(super) fn matches_arn(pattern: &str, arn: &str) -> bool {
    let (patterns, parts): (Vec<&str>, Vec<&str>) =
        (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    patterns.len() == parts.len() && patterns.iter().zip(&parts).all(|(pattern, part)| matches(pattern, part))
}
