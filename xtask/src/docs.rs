//! `docs`: writes `docs/reference.md`, the keys of the stack file, from its JSON Schema.
//!
//! The schema follows from the model's types, so every key is on the page, with the description that editors
//! show. A section is a table of the file, under the path by which a user writes it. A type that several
//! tables use has one section, at its first place.

mod kind;

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

use serde_json::Value;

use self::kind::Kind;
use crate::{cargo, failure::Failure};

const HEAD: &str = "\
# Reference of the stack file

`cargo xtask docs` writes this page from the JSON Schema (`sss-deploy schema`). Editors complete and check the file with the same schema:
[schemas/sss.schema.json](../schemas/sss.schema.json).

NAME stands for a name that you choose. **Bold** keys are required. A rule, such as ECS-TD-010, is what a value must keep; the [rules](rules.md)
have the sources, and `sss-deploy validate --explain ECS-TD-010` prints one.
";

fn path() -> PathBuf {
    cargo::root().join("docs/reference.md")
}

/// Writes the page.
pub(crate) fn write() -> Result<(), Failure> {
    let path = path();
    fs::write(&path, current()).map_err(Failure::to(format_args!("write {}", path.display())))
}

/// Checks that the page is current.
///
/// # Errors
///
/// The page is missing or has another content. The message has the command that writes it.
pub(crate) fn check() -> Result<(), Failure> {
    let path = path();
    let committed =
        fs::read_to_string(&path).map_err(Failure::to(format_args!("read {}", path.display())))?;
    if committed == current() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "find the current reference in {}; `cargo xtask docs` writes it",
        path.display()
    )))
}

/// Returns the text of the current page.
fn current() -> String {
    let schema = sss_model::schema();
    let mut page = Page { schema: &schema, places: BTreeMap::new(), text: HEAD.to_owned() };
    page.tables("", &schema);
    page.text
}

/// The page on the way.
struct Page<'a> {
    schema: &'a Value,
    /// The section of each type that has one, by its name in the schema.
    places: BTreeMap<String, String>,
    text: String,
}

/// A table inside a table: its heading, its schema, and the name of its type.
struct Inner<'a> {
    heading: String,
    schema: &'a Value,
    name: Option<String>,
}

impl<'a> Page<'a> {
    /// Writes the section of a table, and then those of the tables in it.
    fn tables(&mut self, heading: &str, schema: &'a Value) {
        let title = if heading.is_empty() { "The stack".to_owned() } else { format!("`{heading}`") };
        writeln!(self.text, "\n## {title}\n").expect("writing to memory");
        if let Some(description) = schema["description"].as_str().filter(|_| !heading.is_empty()) {
            writeln!(self.text, "{}\n", paragraph(description)).expect("writing to memory");
        }
        self.text.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");

        let mut inner = Vec::new();
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (key, value) in properties {
            let below = self.inner(heading, key, value);
            let links: Vec<String> = below.iter().map(|below| self.link(below)).collect();
            let type_text =
                if links.is_empty() { Kind::of(self.schema, value).to_string() } else { links.join(" or ") };
            self.row(schema, key, value, &type_text);
            inner.extend(below);
        }

        for Inner { heading, schema, name } in inner {
            let is_new = name.is_none_or(|name| self.places.get(&name) == Some(&heading))
                && !self.text.contains(&format!("\n## `{heading}`\n"));
            if is_new {
                self.tables(&heading, schema);
            }
        }
    }

    /// Returns the tables behind a key, if its value is a table, a list of tables, or a table of them.
    ///
    /// There are several if a key of the table, such as `kind`, decides about the others.
    fn inner(&self, heading: &str, key: &str, value: &'a Value) -> Vec<Inner<'a>> {
        let bare = heading.split(' ').next().unwrap_or_default().trim_matches(['[', ']']);
        let path = if bare.is_empty() { key.to_owned() } else { format!("{bare}.{key}") };
        let (value, heading) = match (&value["items"], &value["additionalProperties"]) {
            (items @ Value::Object(_), _) => (items, format!("[[{path}]]")),
            (_, named @ Value::Object(_)) => (named, format!("[{path}.NAME]")),
            _ => (value, format!("[{path}]")),
        };
        let tables = kind::tables(self.schema, kind::resolved(self.schema, value));
        let inner = tables.into_iter().map(|(tag, schema)| {
            let tagged = tag.map(|(key, value)| format!(" {key} = \"{value}\"")).unwrap_or_default();
            let name = kind::name_of(value).map(|name| format!("{name}{tagged}"));
            Inner { heading: format!("{heading}{tagged}"), schema, name }
        });
        inner.collect()
    }

    /// Returns the link to the section of a table, and notes the section of a new type.
    fn link(&mut self, inner: &Inner<'_>) -> String {
        let mut place = inner.heading.clone();
        if let Some(name) = &inner.name {
            place.clone_from(self.places.entry(name.clone()).or_insert_with(|| inner.heading.clone()));
        }
        let list = if inner.heading.starts_with("[[") { "list of tables" } else { "table" };
        let list = if inner.heading.ends_with("NAME]") { "tables by name" } else { list };
        format!("{list}: [`{place}`](#{})", anchor(&place))
    }

    /// Writes the row of a key.
    fn row(&mut self, table: &Value, key: &str, value: &Value, type_text: &str) {
        let is_required = table["required"].as_array().is_some_and(|all| all.iter().any(|name| name == key));
        let key = if is_required { format!("**`{key}`**") } else { format!("`{key}`") };
        let default = match &value["default"] {
            Value::Null | Value::Object(_) => String::new(),
            default => format!("`{}`", cell(&default.to_string())),
        };
        let meaning = cell(&paragraph(value["description"].as_str().unwrap_or_default()));
        let rule = value["x-rule"].as_str().map(|rule| format!(" {rule}")).unwrap_or_default();
        writeln!(self.text, "| {key} | {type_text} | {default} | {meaning}{rule} |")
            .expect("writing to memory");
    }
}

/// Returns the anchor that a heading in code font gets on a page.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.replace(' ', "-");
    kept.chars().filter(|c| c.is_ascii_alphanumeric() || ['_', '-'].contains(c)).collect()
}

/// Returns a description as one paragraph, without rustdoc's links.
fn paragraph(description: &str) -> String {
    let text = description.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("[`", "`").replace("`]", "`")
}

/// Returns a text that does not end a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_reference_is_current() {
        check().expect("`cargo xtask docs` writes it");
    }

    #[test]
    fn every_key_of_the_schema_is_on_the_page() {
        let (schema, page) = (sss_model::schema(), current());
        let types = schema["$defs"].as_object().into_iter().flatten().map(|(_, schema)| schema);
        let mut count = 0;
        for table in types.chain([&schema]) {
            for (key, _) in table["properties"].as_object().into_iter().flatten() {
                assert!(page.contains(&format!("`{key}`")), "{key}");
                count += 1;
            }
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn anchor_is_that_of_a_heading() {
        assert_eq!(anchor("[[services.NAME.routes]]"), "servicesnameroutes");
        assert_eq!(paragraph("A [`Task`] of\nmany."), "A `Task` of many.");
    }
}
