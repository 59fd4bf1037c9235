//! The JSON Schema of the stack file.
//!
//! The declarations of the parts give the schema: types, defaults, ranges and descriptions, through the derive of
//! `schemars`. This module brings it into the form that a TOML file needs. TOML has no null, required keys have no
//! default, and a service may name a task definition in place of an image.
//!
//! The reader of stack files also works by this schema ([`declared`]), so the file and its schema cannot disagree.
//! `x-rule` on a value is how the reader knows which rule a bad value breaks.

use std::sync::LazyLock;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Value, json};

use crate::file::overlay;
use crate::rules;
use crate::stack::Stack;

/// The key under which a schema names the rule that a value breaks if it does not fit.
pub(crate) const RULE: &str = "x-rule";

/// Returns the JSON Schema (2020-12) of the stack file, from the same declarations as the builders.
///
/// Editors use it for completion, and validators check files with it. It cannot express rules between parts, so a file
/// that fits may still have problems. `x-rule` names the rule that a value breaks if it does not fit.
///
/// ```
/// let schema = sss_model::schema();
/// assert_eq!(schema["required"], serde_json::json!(["name", "region", "network"]));
/// ```
#[expect(clippy::missing_panics_doc, reason = "the expectation always holds")]
pub fn schema() -> Value {
    let mut schema = Schema::try_from(declared().clone()).expect("a generated schema is an object");
    WithoutIdleDefaults.transform(&mut schema);
    WithoutExamples.transform(&mut schema);
    let mut schema = schema.to_value();
    or_task_definition(&mut schema["$defs"]["Service"]);
    schema["$defs"]["JwtAuthorizer"]["anyOf"] =
        json!([{ "required": ["issuer", "audience"] }, { "required": ["cognito"] }]);
    schema["properties"][overlay::KEY] = json!({
        "description": "Paths of values that the files below have and the stack does not, such as `services.app.environment.DEBUG`. Only in a file that lies over others.",
        "type": "array",
        "items": { "type": "string", "minLength": 1 },
        "x-rule": rules::FILE_011.id,
    });
    schema
}

/// Adds the key `task_definition` to a service, in place of the required image.
///
/// The reader replaces the key by the members of the task definition before the service is deserialised, so the
/// declaration of a service does not know it.
fn or_task_definition(service: &mut Value) {
    service["properties"]["task_definition"] = json!({
        "description": "A file with a task definition as `aws ecs register-task-definition --cli-input-json` takes it, or as `describe-task-definition` prints it. Keys beside it win.",
        "type": "string",
        "minLength": 1,
        "x-rule": rules::FILE_005.id,
    });
    if let Some(service) = service.as_object_mut() {
        service.remove("required");
        service.insert(
            "anyOf".to_owned(),
            json!([{ "required": ["image"] }, { "required": ["task_definition"] }]),
        );
    }
}

/// Returns the schema as it is declared, once per process.
///
/// It differs from [`schema`] in one point: a required field keeps its default, which tells the reader that
/// deserialising works without the field.
pub(crate) fn declared() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let settings = SchemaSettings::draft2020_12().with_transform(WithoutNull);
        settings.into_generator().into_root_schema_for::<Stack>().to_value()
    });
    &SCHEMA
}

/// Removes `null` from types, choices and defaults: TOML has no null, so an optional value is left out.
#[derive(Clone)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);

        let Some(object) = schema.as_object_mut() else {
            return;
        };

        object.retain(|key, value| key != "default" || !value.is_null());
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }

        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                object.remove("anyOf");
                for (key, value) in only {
                    object.entry(key).or_insert(value);
                }
            }
        }
    }
}

/// Removes the defaults of required values.
struct WithoutIdleDefaults;

impl Transform for WithoutIdleDefaults {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };

        let Some(Value::Array(required)) = object.get("required").cloned() else {
            return;
        };
        let Some(Value::Object(properties)) = object.get_mut("properties") else {
            return;
        };
        for name in required.iter().filter_map(Value::as_str) {
            if let Some(Value::Object(property)) = properties.get_mut(name) {
                property.remove("default");
            }
        }
    }
}

/// Cuts descriptions before the first Rust example or headed section: an editor shows them to authors of a stack file.
struct WithoutExamples;

impl Transform for WithoutExamples {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);

        let description = schema.as_object_mut().and_then(|object| object.get_mut("description"));
        if let Some(Value::String(text)) = description {
            let end = ["\n\n```", "\n\n# "].iter().filter_map(|mark| text.find(mark)).min();
            text.truncate(end.unwrap_or(text.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::schema;

    #[test]
    fn descriptions_have_no_example() {
        let text = schema().to_string();
        assert!(!text.contains("```") && !text.contains("\\n# "), "{text}");
    }
}
