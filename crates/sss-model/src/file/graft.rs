//! Task definitions that a stack file names, merged into the keys of their services.
//!
//! A service with `task_definition = "taskdef.json"` takes its containers, sizes and names from that file.
//! `crate::task_definition` translates the file into keys of a service. This module puts these keys into the tree
//! before the schema is checked, so that one check judges both. Keys of the stack file win: a pipeline writes a task
//! definition, and the stack file may still choose another image.
//!
//! Problems of the file are at the path `services.<name>.task_definition.<path in the file>`, and their place in the
//! text is the name of the file.

use serde_json::{Map, Value};

use super::document::Document;
use super::stack_files::StackFiles;
use super::structure::Findings;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, Broken, broken};
use crate::task_definition::{self, Taken};

/// The key of a service that names a file with a task definition.
const KEY: &str = "task_definition";

/// Adds the keys of the task definitions to their services, whose own keys win.
///
/// A service is removed from the tree if its task definition has an error.
pub(super) fn task_definitions(document: &mut Document, files: &StackFiles<'_>) -> Findings {
    let mut findings = Findings::default();
    let mut value = std::mem::take(&mut document.value);
    if let Some(services) = value.get_mut("services").and_then(Value::as_object_mut) {
        services.retain(|name, service| {
            let at = Path::root().key("services").key(name);
            let Some(table) = service.as_object_mut() else { return true };
            let taken = match table.get(KEY) {
                None => return true,
                Some(Value::String(file)) => {
                    let holder = &files.files[document.file(&at.key(KEY))].0;
                    read(file, name, table, |file| (files.task_definitions)(holder, file))
                }
                Some(_) => {
                    let given = document.kind(&at.key(KEY));
                    nothing(broken!(rules::FILE_003, "not-a-string", wanted = "a string", given = given))
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

/// Reads a task definition for a service. The service may name the main container in `names.container`.
fn read(
    file: &str,
    name: &str,
    service: &Map<String, Value>,
    text: impl Fn(&str) -> Result<String, String>,
) -> Taken {
    let main = service.get("names").and_then(|names| names["container"].as_str()).unwrap_or(name);
    match text(file) {
        Ok(text) => task_definition::read(&text, main),
        Err(cause) => nothing(broken!(rules::FILE_005, "unreadable", file = file, cause = cause)),
    }
}

/// Returns no keys, and the problem that prevents them.
fn nothing(broken: Broken) -> Taken {
    Taken { keys: Map::new(), problems: vec![Problem::new(&Path::root(), broken)] }
}

/// Returns a problem of a task definition with its path in the stack file.
fn below(service: &Path, problem: &Problem) -> Problem {
    let below = |path: &Path| service.key(KEY).join(path);
    let also = problem.also.iter().map(below).collect();
    Problem { also, ..problem.clone() }.at(below(&problem.path))
}

/// The tables that are merged key by key. A volume that is configured at launch has its configuration in the stack file.
const MERGED: [&str; 2] = ["names", "volumes"];

/// Adds the keys that a service does not have. Tables are merged key by key if they are among [`MERGED`].
///
/// `origin` is the path whose place the added keys get.
fn merge(
    table: &mut Map<String, Value>,
    keys: Map<String, Value>,
    at: &Path,
    origin: &Path,
    document: &mut Document,
) {
    for (key, value) in keys {
        match (table.get_mut(&key), value) {
            (Some(Value::Object(named)), Value::Object(taken)) if MERGED.contains(&key.as_str()) => {
                merge(named, taken, &at.key(&key), origin, document);
            }
            (Some(_), _) => {}
            (None, value) => {
                document.same_place(&at.key(&key), origin);
                table.insert(key, value);
            }
        }
    }
}
