//! The arguments of a problem: the values in its message and fix that are particular to this stack or request.
//!
//! A check gives them by name, and the templates of its [`Case`](crate::rules::Case) have a gap for each. They are kept
//! as data beside the words, so that a program can decide by `given` or `most` without reading a sentence.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The arguments of a [`Problem`](crate::Problem), by name: what fills the gaps of its case's templates.
///
/// They are strings, numbers and lists of strings. None of them is a secret or the value of an environment variable.
///
/// ```
/// use sss_model::Service;
///
/// let invalid = Service::builder().name("app").image("app:1").desired_count(3_000_000_000).build().unwrap_err();
/// let problem = &invalid.problems[0];
/// assert_eq!((problem.rule, problem.case), ("ECS-SVC-002", "out-of-range"));
/// assert_eq!(problem.arguments.get("given"), Some(&3_000_000_000_u32.into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(Box<[(&'static str, Value)]>);

/// How many elements of a list a sentence names.
pub(crate) const FEW: usize = 12;

/// Returns the first 12 elements in code font, and the number of the others.
pub(crate) fn few(elements: &[Value]) -> String {
    let few = elements.iter().take(FEW).map(|element| format!("`{}`", bare(element)));
    let few = few.collect::<Vec<_>>().join(", ");
    match elements.len().checked_sub(FEW) {
        Some(more) if more > 0 => format!("{few} and {more} more"),
        _ => few,
    }
}

/// Returns a value without the quotes of a text.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Arguments {
    /// Returns the argument of a name.
    ///
    /// `None` is a name that the case has no gap for.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument)
    }

    /// Returns the argument of a name as it is in a sentence, or `None` if there is no such argument.
    ///
    /// A list becomes its first 12 elements in code font, and the number of the others.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(match self.get(name)? {
            Value::Array(elements) => few(elements),
            value => bare(value),
        })
    }

    /// Replaces an argument that is a string, if there is one of the name.
    pub(crate) fn replace(&mut self, name: &str, with: impl FnOnce(&str) -> String) {
        let argument = self.0.iter_mut().find(|(known, _)| *known == name).map(|(_, argument)| argument);
        if let Some(Value::String(text)) = argument {
            *text = with(text);
        }
    }

    /// Returns names and arguments, in the order in which the problem's check gives them.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, argument)| (*name, argument))
    }
}

impl From<Vec<(&'static str, Value)>> for Arguments {
    fn from(arguments: Vec<(&'static str, Value)>) -> Self {
        Arguments(arguments.into())
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, argument) in self.pairs() {
            map.serialize_entry(name, argument)?;
        }
        map.end()
    }
}

impl JsonSchema for Arguments {
    fn schema_name() -> Cow<'static, str> {
        "Arguments".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Arguments;

    #[test]
    fn arguments_read_as_part_of_a_sentence() {
        let many: Value = (0..14).map(|n| format!("c{n}")).collect();
        let arguments =
            [("name", json!("app")), ("count", json!(3)), ("few", json!(["a", "b"])), ("many", many)];
        let arguments = Arguments::from(arguments.to_vec());
        let text = |name| arguments.text(name).unwrap_or_default();
        assert_eq!((text("name").as_str(), text("count").as_str()), ("app", "3"));
        assert_eq!(text("few"), "`a`, `b`");
        assert!(text("many").ends_with("`c11` and 2 more"), "{}", text("many"));
        assert_eq!(arguments.text("other"), None);
        let text = serde_json::to_string(&arguments).expect("JSON");
        assert!(text.starts_with(r#"{"name":"app","count":3,"few":["a","b"]"#), "{text}");
    }
}
