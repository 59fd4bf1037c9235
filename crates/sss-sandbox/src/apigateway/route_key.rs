//! Route keys: a method and a path, or `$default`.

use super::constraint::bad_request;
use crate::refusal::Refusal;

const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

pub(super) fn check(key: &str) -> Result<(), Refusal> {
    let well_formed = key == "$default"
        || key.split_once(' ').is_some_and(|(method, path)| METHODS.contains(&method) && is_path(path));
    if well_formed {
        return Ok(());
    }
    Err(bad_request(format!(
        "The provided route key {key} is not formatted properly for HTTP protocol. \
         Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\""
    )))
}

fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    if rest.is_empty() {
        return true;
    }
    let segments: Vec<&str> = rest.split('/').collect();
    let greedy = segments.iter().position(|segment| is_greedy(segment));
    segments.iter().all(|segment| is_segment(segment))
        && greedy.is_none_or(|position| position + 1 == segments.len())
}

fn is_segment(segment: &str) -> bool {
    if let Some(variable) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let name = variable.strip_suffix('+').unwrap_or(variable);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
        return !name.is_empty() && name.bytes().all(allowed);
    }
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_graphic() && !b"{}?#".contains(&byte))
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

fn is_greedy(segment: &str) -> bool {
    segment.ends_with("+}")
}

/// Whether two keys give the variable at one place of the path different names.
pub(super) fn clash(one: &str, other: &str) -> bool {
    let (Some((_, one)), Some((_, other))) = (one.split_once(' '), other.split_once(' ')) else {
        return false;
    };
    let different = one.split('/').zip(other.split('/')).find(|(one, other)| one != other);
    different.is_some_and(|(one, other)| {
        is_variable(one) && is_variable(other) && is_greedy(one) == is_greedy(other)
    })
}
