//! Task definitions that a stack file names, in the place of the keys that they stand for.

use serde_json::{Map, Value};

use super::document::Document;
use super::structure::Findings;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::worded;
use crate::rules::{self, Rule};
use crate::task_definition::{self, Taken};

/// The key of a service that names a file with a task definition.
const KEY: &str = "task_definition";

/// Reads a file that the stack file names, or says why it cannot.
pub(super) type Files<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Puts what the task definitions say beside the services' own keys, which win. A service whose task definition cannot
/// be taken over is left out of the tree.
pub(super) fn task_definitions(document: &mut Document, files: Files<'_>) -> Findings {
    let mut findings = Findings::default();
    let mut value = std::mem::take(&mut document.value);
    if let Some(services) = value.get_mut("services").and_then(Value::as_object_mut) {
        services.retain(|name, service| {
            let at = Path::root().key("services").key(name);
            let Some(table) = service.as_object_mut() else { return true };
            let taken = match table.get(KEY) {
                None => return true,
                Some(Value::String(file)) => read(file, name, table, files),
                Some(_) => {
                    let message = format!("is {}, and not a string", document.kind(&at.key(KEY)));
                    nothing(&rules::FILE_003, message)
                }
            };
            findings.problems.extend(taken.problems.iter().map(|problem| below(&at, problem)));
            if !taken.is_whole() {
                findings.refused.insert(at);
                return false;
            }
            table.remove(KEY);
            merge(table, taken.keys, &at, &at.key(KEY), document);
            true
        });
    }
    document.value = value;
    findings
}

fn read(file: &str, name: &str, service: &Map<String, Value>, files: Files<'_>) -> Taken {
    let main = service.get("names").and_then(|names| names["container"].as_str()).unwrap_or(name);
    match files(file) {
        Ok(text) => task_definition::read(&text, main),
        Err(why) => nothing(&rules::FILE_005, format!("cannot be read: {why}")),
    }
}

fn nothing(rule: &'static Rule, message: String) -> Taken {
    Taken { keys: Map::new(), problems: vec![Problem::new(&Path::root(), worded(rule, message))] }
}

/// The problem, by its place in the stack file.
fn below(service: &Path, problem: &Problem) -> Problem {
    problem.clone().at(service.key(KEY).join(&problem.path))
}

fn merge(
    table: &mut Map<String, Value>,
    keys: Map<String, Value>,
    at: &Path,
    origin: &Path,
    document: &mut Document,
) {
    for (key, value) in keys {
        match (table.get_mut(&key), value) {
            (Some(Value::Object(names)), Value::Object(taken)) if key == "names" => {
                merge(names, taken, &at.key(&key), origin, document);
            }
            (Some(_), _) => {}
            (None, value) => {
                document.same_place(&at.key(&key), origin);
                table.insert(key, value);
            }
        }
    }
}
