//! Paths: the place of a value in a stack, a request, or the state of a resource.
//!
//! A [`Path`] keeps its text and no list of segments. A validation creates a path for almost every value and compares
//! few of them, so the text is one allocation; segments are read from it on demand. A path that is known at compile
//! time allocates nothing. One spelling per path keeps equality and prefixes of texts right: [`Path::key`] quotes a key
//! exactly if it has to, and parsing brings every other spelling into this form.

mod read;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use read::NotAPath;

use crate::text::escape;

/// The way from the top of a tree of tables and lists to one of its values.
///
/// Problems, plans and immutable or ignored members are all named by paths of this one syntax. Keys follow one another
/// with a dot between them, and an index is in brackets: `services.app.containers[0].image`. A key of other
/// characters than ASCII letters, digits, `-` and `_` is quoted as TOML quotes it: `environment."A B"`. The empty path
/// is the top.
///
/// A path has one spelling only, so paths are equal exactly if their texts are. Paths are ordered segment by segment:
/// `a[2]` comes before `a[10]`.
///
/// ```
/// use sss_model::Path;
///
/// let image = Path::root().key("containers").index(0).key("image");
/// assert_eq!(image.to_string(), "containers[0].image");
/// assert_eq!("containers[0].image".parse(), Ok(image.clone()));
/// assert!(image.is_below(&Path::root().key("containers")));
/// assert_eq!(Path::root().key("environment").key("A B").as_str(), r#"environment."A B""#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Path(Cow<'static, str>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment<'a> {
    /// Into the member of a table.
    Key(Cow<'a, str>),
    /// To the element of a list, from 0.
    Index(usize),
}

impl Path {
    /// Returns the path of the tree itself, which has no segment.
    pub const fn root() -> Self {
        Path(Cow::Borrowed(""))
    }

    /// Returns the path of keys that are known at compile time. It allocates nothing.
    ///
    /// Use it in constants and tables. The text has the one spelling of its path, so a key is quoted exactly if it has
    /// to be. It has no index, no escape and nothing but ASCII.
    ///
    /// ```
    /// use sss_model::Path;
    ///
    /// const VPC: Path = Path::literal(r#"tags."sss:vpc""#);
    /// assert_eq!(VPC, Path::root().key("tags").key("sss:vpc"));
    /// ```
    ///
    /// # Panics
    ///
    /// If the text is not such a path. In a constant, that is an error of the compiler.
    pub const fn literal(text: &'static str) -> Self {
        assert!(read::is_literal(text), "the text is not the one spelling of a path of ASCII keys");
        Path(Cow::Borrowed(text))
    }

    /// Returns the path of a member of the table at this path.
    ///
    /// Any text is a key, also an empty one: it is quoted where the syntax needs it.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + 1 + key.len());
        text.push_str(&self.0);
        push_key(&mut text, key);
        Path(text.into())
    }

    /// Returns the path of an element of the list at this path.
    ///
    /// The first element has the index 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Path(format!("{}[{index}]", self.0).into())
    }

    /// Returns this path with another one behind it.
    ///
    /// ```
    /// use sss_model::Path;
    ///
    /// let role = Path::root().key("services").key("app").key("task_role");
    /// let statement = Path::root().key("statements").index(0);
    /// assert_eq!(role.join(&statement).as_str(), "services.app.task_role.statements[0]");
    /// ```
    ///
    /// Use it to turn a path inside a part into a path from the stack. The root on either side changes nothing.
    #[must_use]
    pub fn join(&self, rest: &Path) -> Self {
        let dot = if self.is_root() || rest.is_root() || rest.0.starts_with('[') { "" } else { "." };
        Path(format!("{}{dot}{}", self.0, rest.0).into())
    }

    /// Returns whether the path has no segment.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the segments, from the top down.
    ///
    /// ```
    /// use sss_model::{Path, Segment};
    ///
    /// let path: Path = "services.app.ports[0]".parse()?;
    /// assert_eq!(path.segments().count(), 4);
    /// assert_eq!(path.last(), Some(Segment::Index(0)));
    /// # Ok::<(), sss_model::NotAPath>(())
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        read::segments(&self.0).map(|(_, segment)| segment)
    }

    /// Returns the last segment, or `None` for the path without one.
    pub fn last(&self) -> Option<Segment<'_>> {
        self.segments().last()
    }

    /// Returns the last key and the indices behind it, as in `containers[0]`: a name for the value in a sentence.
    ///
    /// A path without a key is its own name; that of the root is empty.
    ///
    /// ```
    /// use sss_model::Path;
    ///
    /// assert_eq!(Path::root().key("services").key("app").key("ports").index(0).name(), "ports[0]");
    /// ```
    pub fn name(&self) -> &str {
        let keys = read::segments(&self.0).filter(|(_, segment)| matches!(segment, Segment::Key(_)));
        let start = keys.last().map_or(0, |(start, _)| start);
        self.0[start..].trim_start_matches('.')
    }

    /// Returns the path without its last segment, or `None` for the path without one.
    pub fn parent(&self) -> Option<Path> {
        let (start, _) = read::segments(&self.0).last()?;
        Some(Path(self.0[..start].to_owned().into()))
    }

    /// Returns the path itself and all paths above it, the longest first.
    ///
    /// The root is the last one. Use it to find the nearest place that is known, such as that of a missing key.
    ///
    /// ```
    /// use sss_model::Path;
    ///
    /// let path: Path = "api.cors[1]".parse()?;
    /// let above: Vec<String> = path.ancestors().map(|path| path.to_string()).collect();
    /// assert_eq!(above, ["api.cors[1]", "api.cors", "api", ""]);
    /// # Ok::<(), sss_model::NotAPath>(())
    /// ```
    pub fn ancestors(&self) -> impl Iterator<Item = Path> {
        std::iter::successors(Some(self.clone()), Path::parent)
    }

    /// Returns whether the value at this path is part of the value at another one.
    ///
    /// A path is not below itself; see [`starts_with`](Path::starts_with).
    ///
    /// Whole segments are compared: `ports_a` is not below `ports`.
    pub fn is_below(&self, above: &Path) -> bool {
        self.rest_behind(above).is_some_and(|rest| !rest.is_empty())
    }

    /// Returns whether this path is another one, or below it.
    pub fn starts_with(&self, above: &Path) -> bool {
        self.rest_behind(above).is_some()
    }

    /// Returns the part of this path behind another one, or `None` if it does not lead through that one.
    ///
    /// It is the inverse of [`join`](Path::join).
    ///
    /// ```
    /// use sss_model::Path;
    ///
    /// let port: Path = "services.app.port".parse()?;
    /// let app: Path = "services.app".parse()?;
    /// assert_eq!(port.behind(&app), Some("port".parse()?));
    /// assert_eq!(app.behind(&port), None);
    /// # Ok::<(), sss_model::NotAPath>(())
    /// ```
    pub fn behind(&self, above: &Path) -> Option<Path> {
        let rest = self.rest_behind(above)?;
        Some(Path(rest.strip_prefix('.').unwrap_or(rest).to_owned().into()))
    }

    /// Returns the text behind another path, with the dot or bracket that begins it.
    fn rest_behind(&self, above: &Path) -> Option<&str> {
        let rest = self.0.strip_prefix(&*above.0)?;
        (rest.is_empty() || above.is_root() || rest.starts_with(['.', '['])).then_some(rest)
    }

    /// Returns the value at this path in a tree, or `None` if the tree has no such value.
    ///
    /// ```
    /// use serde_json::json;
    /// use sss_model::Path;
    ///
    /// let tree = json!({ "containers": [{ "environment": { "A B": 1 } }] });
    /// let path: Path = r#"containers[0].environment."A B""#.parse()?;
    /// assert_eq!(path.value_in(&tree), Some(&json!(1)));
    /// # Ok::<(), sss_model::NotAPath>(())
    /// ```
    pub fn value_in<'v>(&self, tree: &'v Value) -> Option<&'v Value> {
        self.segments().try_fold(tree, |value, segment| match segment {
            Segment::Key(key) => value.as_object()?.get(&*key),
            Segment::Index(index) => value.as_array()?.get(index),
        })
    }

    /// Returns the value at this path in a tree to change it, or `None` if the tree has no such value.
    pub fn value_in_mut<'v>(&self, tree: &'v mut Value) -> Option<&'v mut Value> {
        self.segments().try_fold(tree, |value, segment| match segment {
            Segment::Key(key) => value.as_object_mut()?.get_mut(&*key),
            Segment::Index(index) => value.as_array_mut()?.get_mut(index),
        })
    }
}

/// Appends a key to the text of a path.
fn push_key(text: &mut String, key: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    if !key.is_empty() && key.chars().all(read::is_bare) {
        text.push_str(key);
    } else {
        push_quoted(text, key);
    }
}

/// Appends a key as TOML quotes it. Characters that a terminal does not print are escaped too.
///
/// A path is printed in terminals, so no key of a file can send control characters there.
fn push_quoted(text: &mut String, key: &str) {
    text.push('"');
    for c in key.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\'' => text.push(c),
            c if c.escape_debug().len() == 1 => text.push(c),
            c => escape(c, text),
        }
    }
    text.push('"');
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Path {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        read::path(text)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.segments().cmp(other.segments())
    }
}

impl PartialEq<str> for Path {
    fn eq(&self, text: &str) -> bool {
        *self.0 == *text
    }
}

impl PartialEq<&str> for Path {
    fn eq(&self, text: &&str) -> bool {
        *self.0 == **text
    }
}

#[cfg(test)]
mod tests;
