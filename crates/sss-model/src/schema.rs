//! The JSON Schema of the stack file.

use std::sync::LazyLock;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Value, json};

use crate::rules;
use crate::stack::Stack;

/// The key under which a schema names the rule that a value breaks which does not fit.
pub(crate) const RULE: &str = "x-rule";

/// The JSON Schema (2020-12) of the stack file, from the same declarations as the builders.
///
/// `x-rule` names the rule that a value breaks which does not fit.
///
/// ```
/// let schema = sss_model::schema();
/// assert_eq!(schema["required"], serde_json::json!(["name", "region", "network"]));
/// ```
#[expect(clippy::missing_panics_doc, reason = "the expectation always holds")]
pub fn schema() -> Value {
    let mut schema = Schema::try_from(declared().clone()).expect("a generated schema is an object");
    WithoutIdleDefaults.transform(&mut schema);
    let mut schema = schema.to_value();
    or_task_definition(&mut schema["$defs"]["Service"]);
    schema
}

/// A service may name a task definition in place of an image and other keys. Reading the file puts them there, so the
/// declaration of a service does not know of it.
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

/// The schema as it is declared: a default beside a required field says that deserialising goes on without the field.
pub(crate) fn declared() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let settings = SchemaSettings::draft2020_12().with_transform(WithoutNull);
        settings.into_generator().into_root_schema_for::<Stack>().to_value()
    });
    &SCHEMA
}

/// TOML has no null: what is optional is left out.
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

/// What is required has no default.
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
