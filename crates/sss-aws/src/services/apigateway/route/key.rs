//! Route keys: a method and a path, whose segments may be variables.
//!
//! A key is `METHOD /path`, or `$default` for all requests that no other route takes. The method `ANY` takes
//! every method. A segment `{name}` is a variable of one segment, and `{name+}` at the end takes one or more
//! segments.
//!
//! Three relations between two keys decide about plans, and each is symmetric:
//!
//! - [`kinship`] finds the key of which another one is the new name.
//! - [`clash`] finds keys that API Gateway refuses beside each other.
//! - [`overlap`] finds keys that can get the same request, so that routes change in an order without a gap.

use crate::engine::kind::Kinship;

/// Returns how much two keys have in common.
///
/// Keys of one method that differ in names of variables only get the same requests, so they stand for one
/// place. Other keys of one method are of one sort. `$default` is close to nothing.
pub(super) fn kinship(one: &str, other: &str) -> Kinship {
    let (Some((method, path)), Some((other_method, other_path))) =
        (one.split_once(' '), other.split_once(' '))
    else {
        return Kinship::None;
    };
    if method != other_method {
        return Kinship::None;
    }
    let same_place = path.split('/').map(shape).eq(other_path.split('/').map(shape));
    if same_place { Kinship::Place } else { Kinship::Sort }
}

/// Returns whether API Gateway refuses one key beside the other.
///
/// Variables at one place of a path have one name, whatever the method. Only the first different segment
/// counts: behind it the paths are apart. A greedy variable does not clash with a variable of one segment.
///
/// Source: `plutomi#271`, "has a conflicting variable on the same hierarchical level". That variables clash
/// across methods is an assumption.
pub(super) fn clash(one: &str, other: &str) -> bool {
    let (Some((_, path)), Some((_, other_path))) = (one.split_once(' '), other.split_once(' ')) else {
        return one == other;
    };
    let different = path.split('/').zip(other_path.split('/')).find(|(one, other)| one != other);
    match different {
        Some((one, other)) => is_variable(one) && shape(one) == shape(other),
        None => one == other,
    }
}

/// Returns whether a request can come to either of two routes.
///
/// It does not say which of them gets the request: the more specific one does.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let (Some((method, path)), Some((other_method, other_path))) =
        (one.split_once(' '), other.split_once(' '))
    else {
        // `$default` takes every request.
        return true;
    };
    let is_any = |method| method == "ANY";
    (method == other_method || is_any(method) || is_any(other_method))
        && paths_overlap(&path.split('/').collect::<Vec<_>>(), &other_path.split('/').collect::<Vec<_>>())
}

/// Returns whether a path can match two patterns, segment by segment.
///
/// A greedy variable takes all that is left, but at least one segment.
fn paths_overlap(one: &[&str], other: &[&str]) -> bool {
    match (one, other) {
        ([], []) => true,
        ([], _) | (_, []) => false,
        ([first, ..], [second, ..]) if shape(first) == "{+}" || shape(second) == "{+}" => true,
        ([first, rest @ ..], [second, others @ ..]) => {
            (first == second || is_variable(first) || is_variable(second)) && paths_overlap(rest, others)
        }
    }
}

/// Returns a segment without the name of its variable: `{}`, `{+}`, or the segment itself.
fn shape(segment: &str) -> &str {
    match (is_variable(segment), segment.ends_with("+}")) {
        (true, true) => "{+}",
        (true, false) => "{}",
        (false, _) => segment,
    }
}

/// Returns whether a segment is a variable, greedy or not.
fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_one_level_clash() {
        for (one, other, clashes) in [
            ("GET /a/{x}", "GET /a/{y}", true),
            ("GET /a/{x}", "POST /a/{y}", true),
            ("GET /a/{x}", "GET /a/{y}/b", true),
            ("GET /a/{x}/b", "GET /a/{y}/c", true),
            ("GET /a/{x}", "GET /a/{y+}", false),
            ("GET /a/{x}", "GET /a/{x}/b", false),
            ("GET /a/{x}", "POST /a/{x}", false),
            ("GET /a/b", "GET /a/{y}", false),
            ("GET /a/b/{x}", "GET /a/c/{y}", false),
            ("GET /{x+}", "ANY /{proxy+}", true),
            ("$default", "GET /a", false),
            ("$default", "$default", true),
        ] {
            assert_eq!(clash(one, other), clashes, "{one}, {other}");
            assert_eq!(clash(other, one), clashes, "{other}, {one}");
        }
    }

    #[test]
    fn keys_with_common_requests_overlap() {
        for (one, other, overlaps) in [
            ("ANY /x", "GET /x", true),
            ("PUT /x", "GET /x", false),
            ("GET /{proxy+}", "GET /a/b", true),
            ("GET /a/{x}", "GET /a/b", true),
            ("GET /a/{x}", "GET /a/b/c", false),
            ("GET /a", "GET /b", false),
            ("$default", "GET /b", true),
        ] {
            assert_eq!(overlap(one, other), overlaps, "{one}, {other}");
            assert_eq!(overlap(other, one), overlaps, "{other}, {one}");
        }
    }

    #[test]
    fn key_at_the_same_place_is_the_closest() {
        for (one, other, kin) in [
            ("GET /a/{x}", "GET /a/{y}", Kinship::Place),
            ("GET /a/{x+}", "GET /a/{y+}", Kinship::Place),
            ("GET /a/{x}", "GET /a/{y+}", Kinship::Sort),
            ("GET /a", "GET /b", Kinship::Sort),
            ("GET /a", "POST /a", Kinship::None),
            ("GET /a", "$default", Kinship::None),
        ] {
            assert_eq!(kinship(one, other), kin, "{one}, {other}");
        }
    }
}
