//! The places of a stack to which the members of a request belong.

use std::borrow::Cow;

use serde_json::Value;

use crate::path::{Path, Segment};
use crate::problem::Problem;

/// Pairs of a path in a request and the path in the stack that its value comes from.
///
/// A path below a pair is translated word by word; AWS writes `readOnly` where a stack writes `read_only`. A member
/// without a pair is not of interest: other rules of the stack judge it.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<(Path, Path)>);

/// The members whose keys belong to the user: no word below them is translated.
const VERBATIM: [&str; 2] = ["options", "properties"];

impl Places {
    /// Adds the place of a value.
    pub(super) fn add(&mut self, request: Path, stack: Path) {
        self.0.push((request, stack));
    }

    /// Returns the path in the stack of a path in the request, or `None` for a member without a place.
    fn of(&self, path: &Path) -> Option<Path> {
        let known = self.0.iter().filter(|(request, _)| path.starts_with(request));
        let (request, stack) = known.max_by_key(|(request, _)| request.as_str().len())?;
        let mut verbatim = request.last().is_some_and(|last| is_verbatim(&last));
        let rest = path.behind(request)?;
        Some(rest.segments().fold(stack.clone(), |path, segment| {
            let is_translated = !verbatim;
            verbatim |= is_verbatim(&segment);
            match segment {
                Segment::Index(index) => path.index(index),
                Segment::Key(key) if is_translated => match word(&key) {
                    Some(word) => path.key(&word),
                    None => path,
                },
                Segment::Key(key) => path.key(&key),
            }
        }))
    }

    /// Returns a problem of the request as a problem of the stack, or `None` for a member without a place.
    pub(super) fn back(&self, problem: Problem) -> Option<Problem> {
        let path = self.of(&problem.path)?;
        Some(problem.with_other(|other| self.name(other)).at(path))
    }

    /// Returns another member or path that a problem names, in the words of the stack.
    fn name(&self, other: &str) -> String {
        let place = other.parse().ok().and_then(|path: Path| self.of(&path));
        place.map_or_else(|| word(other).unwrap_or_default().into_owned(), |place| place.to_string())
    }
}

fn is_verbatim(segment: &Segment<'_>) -> bool {
    matches!(segment, Segment::Key(key) if VERBATIM.contains(&key.as_ref()))
}

/// Returns the key of a stack for a member of AWS, or `None` for a structure that a stack does not have.
fn word(member: &str) -> Option<Cow<'static, str>> {
    Some(match member {
        "authorizationConfig" => return None,
        "containerPort" => "port".into(),
        "containerPortRange" => "range".into(),
        "efsVolumeConfiguration" => "efs".into(),
        "configuredAtLaunch" => "ebs".into(),
        "sizeInGiB" => "size_in_gib".into(),
        "sourceVolume" => "volume".into(),
        member => in_snake_case(member).into(),
    })
}

/// Returns `read_only` for `readOnly`.
fn in_snake_case(member: &str) -> String {
    member.chars().fold(String::new(), |mut word, c| {
        if c.is_ascii_uppercase() {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
        word
    })
}

/// Whether a value says nothing, so that a request does not have it.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
