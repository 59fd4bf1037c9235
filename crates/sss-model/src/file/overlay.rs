//! Stack files that lie over others.
//!
//! A stack for several environments has a common file and one file for each environment. [`lay_over`] lays a file over
//! the ones before it: tables are merged key by key, and any other value replaces the one below. Each value keeps the
//! place where it stands, so a problem names the file that has the value.
//!
//! A file cannot replace a value by nothing, because TOML has no null. Its key `remove` lists the paths of values that
//! the files below have and the stack does not. They are removed before the file's own values are added, so a file can
//! also replace a whole table. A path that leads nowhere is an error: a typing error would otherwise keep the value.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Located;
use super::document::Document;
use super::environment::{self, Environment};
use crate::arguments;
use crate::nearest::nearest;
use crate::path::{Path, Segment};
use crate::problem::Problem;
use crate::rules::{self, Broken, broken};

/// The key that lists the paths of values to remove from the files below.
pub(crate) const KEY: &str = "remove";

/// Lays a document over another one, and returns the problems of its key `remove`.
///
/// `below` is `None` for the first file, which has nothing to remove.
pub(super) fn lay_over(
    below: Option<Document>,
    mut upper: Document,
    environment: Environment<'_>,
) -> (Document, Vec<Located>) {
    let listed = upper.value.as_object_mut().and_then(|table| table.remove(KEY));
    let Some(mut below) = below else {
        let problems =
            listed.map(|_| Problem::new(&Path::root().key(KEY), broken!(rules::FILE_011, "first-file")));
        let located = problems.map(|problem| upper.locate(problem)).into_iter().collect();
        return (upper, located);
    };

    let removal = Removal::read(listed.as_ref(), &below, &upper, environment);
    let located = removal.problems.into_iter().map(|problem| upper.locate(problem)).collect();
    // Behind an element of a list that is removed, the others move up; so the last one goes first.
    for path in removal.paths.iter().rev() {
        below.take_out(path);
    }

    upper.entries.retain(|path, _| !path.starts_with(&Path::root().key(KEY)));
    below.merge(upper);
    (below, located)
}

/// The paths of `remove` that lead to a value below, and the problems of the others.
#[derive(Default)]
struct Removal {
    paths: BTreeSet<Path>,
    problems: Vec<Problem>,
}

impl Removal {
    /// Reads the value of `remove`.
    fn read(
        listed: Option<&Value>,
        below: &Document,
        upper: &Document,
        environment: Environment<'_>,
    ) -> Self {
        let mut removal = Removal::default();
        let at = Path::root().key(KEY);
        match listed {
            None => {}
            Some(Value::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    let at = at.index(index);
                    match path(element, below, upper.kind(&at), environment) {
                        Ok(path) => drop(removal.paths.insert(path)),
                        Err(broken) => removal.problems.push(Problem::new(&at, broken)),
                    }
                }
            }
            Some(_) => {
                let given = upper.kind(&at);
                let broken = broken!(rules::FILE_003, "not-a-list", wanted = "an array", given = given);
                removal.problems.push(Problem::new(&at, broken));
            }
        }
        removal
    }
}

/// Returns the path that an element of `remove` names, if it leads to a value below.
fn path(
    element: &Value,
    below: &Document,
    given: &'static str,
    environment: Environment<'_>,
) -> Result<Path, Broken> {
    let Value::String(text) = element else {
        return Err(broken!(rules::FILE_003, "not-a-string", wanted = "a string", given = given));
    };
    let text = environment::filled(text, environment)?.text;
    let path = text.parse::<Path>().map_err(|error| {
        broken!(rules::FILE_011, "not-a-path", given = text.as_str(), cause = error.cause())
    })?;
    match reach(&below.value, &path) {
        Reach::Value if path.is_root() => {
            Err(broken!(rules::FILE_011, "not-a-path", given = text.as_str(), cause = "the path is empty"))
        }
        Reach::Value => Ok(path),
        Reach::Near(near) => Err(broken!(rules::FILE_011, "misspelled", given = text, near = near.as_str())),
        Reach::End(known) if known.is_empty() => Err(broken!(rules::FILE_011, "absent", given = text)),
        Reach::End(known) => Err(broken!(rules::FILE_011, "absent-beside", given = text, known = known)),
    }
}

/// How far a path leads into a tree.
enum Reach {
    /// To a value.
    Value,
    /// To a table without the next key. A key with few typing errors is there, and this is the path with it.
    Near(Path),
    /// To a table with other keys, whose paths these are, or to a value that has no keys.
    End(Vec<String>),
}

/// Follows a path into a tree. If a key is missing, the nearest key in its place is tried for the rest of the path.
fn reach(tree: &Value, path: &Path) -> Reach {
    let (mut value, mut at) = (tree, Path::root());
    let mut is_corrected = false;
    for segment in path.segments() {
        match (segment, value) {
            (Segment::Key(key), Value::Object(table)) => {
                let known = table.get_key_value(key.as_ref());
                let near = || nearest(&key, table.keys().map(String::as_str));
                let Some((key, inner)) = known.or_else(|| table.get_key_value(near()?)) else {
                    return Reach::End(beside(table, &at));
                };
                is_corrected |= known.is_none();
                (value, at) = (inner, at.key(key));
            }
            (Segment::Index(index), Value::Array(elements)) if index < elements.len() => {
                (value, at) = (&elements[index], at.index(index));
            }
            _ => return Reach::End(Vec::new()),
        }
    }
    if is_corrected { Reach::Near(at) } else { Reach::Value }
}

/// Returns the paths of the keys of a table, unless there are many.
fn beside(table: &Map<String, Value>, at: &Path) -> Vec<String> {
    let keys = if table.len() > arguments::FEW { None } else { Some(table.keys()) };
    keys.into_iter().flatten().map(|key| at.key(key).to_string()).collect()
}

impl Document {
    /// Removes the value at a path, and its places. Elements behind one that is removed move up.
    fn take_out(&mut self, path: &Path) {
        let (Some(around), Some(last)) = (path.parent(), path.last()) else { return };
        self.entries.retain(|place, _| !place.starts_with(path));
        match (around.value_in_mut(&mut self.value), last) {
            (Some(Value::Object(table)), Segment::Key(key)) => drop(table.remove(key.as_ref())),
            (Some(Value::Array(elements)), Segment::Index(index)) if index < elements.len() => {
                elements.remove(index);
                self.move_up(&around, index);
            }
            _ => {}
        }
    }

    /// Gives each element of a list behind an index the place of the next lower index.
    fn move_up(&mut self, list: &Path, removed: usize) {
        let entries = std::mem::take(&mut self.entries);
        let moved = entries.into_iter().map(|(place, entry)| {
            let Some(behind) = place.behind(list) else { return (place, entry) };
            let Some(Segment::Index(index)) = behind.segments().next() else { return (place, entry) };
            let rest = behind.behind(&Path::root().index(index)).unwrap_or_default();
            let index = if index > removed { index - 1 } else { index };
            (list.index(index).join(&rest), entry)
        });
        self.entries = moved.collect();
    }

    /// Lays the values of another document over these. A table that both have keeps its place.
    fn merge(&mut self, upper: Document) {
        let mut replaced = BTreeSet::new();
        merge(&mut self.value, upper.value, &Path::root(), &mut replaced);
        let is_replaced = |path: &Path| path.ancestors().any(|above| replaced.contains(&above));
        self.entries.retain(|path, _| !is_replaced(path));
        for (path, entry) in upper.entries {
            self.entries.entry(path).or_insert(entry);
        }
    }
}

/// Merges tables key by key, and notes the paths of the values that replace others.
fn merge(below: &mut Value, upper: Value, at: &Path, replaced: &mut BTreeSet<Path>) {
    match (below, upper) {
        (Value::Object(below), Value::Object(upper)) => {
            for (key, value) in upper {
                let place = at.key(&key);
                match below.get_mut(&key) {
                    Some(inner) => merge(inner, value, &place, replaced),
                    None => drop(below.insert(key, value)),
                }
            }
        }
        (below, upper) => {
            replaced.insert(at.clone());
            *below = upper;
        }
    }
}
