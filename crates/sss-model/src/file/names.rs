//! The names of a stack, from a file that may have other problems.
//!
//! A team looks at logs and tasks most urgently while something is wrong, and then the stack file may be wrong as
//! well. So the commands that only need names read no more of it: a tree with the names, the region and what belongs to
//! a log is judged in place of the whole one.

use serde_json::{Map, Value, json};

use super::stack_files::StackFiles;
use super::{Located, back_in, environment, graft, joined, structure};
use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::stack::Stack;
use crate::text::Plain;

/// The keys of the stack that are taken over.
const OF_STACK: [&str; 4] = ["name", "region", "allow_unlisted_region", "names"];
/// The keys of a service that are taken over.
const OF_SERVICE: [&str; 3] = ["names", "desired_count", "ignore_changes"];
/// The keys of a container that are taken over.
const OF_CONTAINER: [&str; 2] = ["name", "log_options"];
/// The image of a container whose own image is not read.
const NO_IMAGE: &str = "names/only:1";

impl StackFiles<'_> {
    /// Reads the names and the region of a stack that may have problems elsewhere.
    ///
    /// The stack has its names, its region, its services with their containers, and the format of the access log.
    /// Everything else is a placeholder: use it for [names](Stack::service_name), not for a deployment.
    ///
    /// ```
    /// use sss_model::{StackFiles, tfvars};
    ///
    /// let text = tfvars::starter().replace("cpu = 256", "cpu = \"many\"");
    /// let files = StackFiles::of([("sss.toml", text)]);
    /// assert!(files.read().is_err());
    /// assert_eq!(files.read_names().expect("the names are sound").services.len(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the problems of the names and of the region, by file and position, or the syntax errors.
    pub fn read_names(&self) -> Result<Stack, Vec<Located>> {
        let plain = self.plain();
        named(&plain, self).map_err(|located| back_in(&plain, located))
    }
}

/// Reads texts whose byte order marks and line ends are in the normal form.
fn named(texts: &[Plain<'_>], files: &StackFiles<'_>) -> Result<Stack, Vec<Located>> {
    let (mut document, _) = joined(texts, files)?;
    let filled = environment::fill(&mut document, &files.environment);
    // A task definition has the names of containers. Its problems are those of the whole file.
    drop(graft::task_definitions(&mut document, files));

    let mut value = reduced(&document.value);
    let structure::Findings { mut problems, refused } =
        structure::inspect(&mut value, &document, filled.refused);
    problems.extend(filled.problems);
    let stack = Stack::unchecked(value).ok();
    let found = stack.iter().flat_map(Stack::problems);
    problems.extend(found.filter(|problem| !refused.explains(problem)));
    problems.retain(|problem| problem.severity == Severity::Error && is_of_names(problem));
    let mut located: Vec<Located> = problems.into_iter().map(|problem| document.locate(problem)).collect();
    located.sort_by_key(|located| (located.file, located.span.as_ref().map(|span| span.start)));
    located.dedup();
    match stack {
        Some(stack) if located.is_empty() => Ok(stack),
        _ if located.is_empty() => Err(vec![document.locate(super::misfit())]),
        _ => Err(located),
    }
}

/// Returns whether a problem concerns a name or the region.
fn is_of_names(problem: &Problem) -> bool {
    let root = Path::root();
    let path = &problem.path;
    let own = OF_STACK.iter().any(|key| path.starts_with(&root.key(key)));
    let of_service = path.to_string();
    let of_service = of_service.strip_prefix("services.").is_some_and(|rest| {
        let mut parts = rest.splitn(3, '.').skip(1);
        parts.next() == Some("names")
    });
    own || of_service || *path == root.key("services")
}

/// Returns the part of a tree that has names, with placeholders for what a stack needs beside them.
fn reduced(value: &Value) -> Value {
    let mut stack = taken(value, &OF_STACK);
    stack.insert(
        "network".to_owned(),
        json!({
            "vpc_id": "vpc-0a1b2c3d4e5f60718",
            "private_subnet_ids": ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
            "vpc_link_security_group_ids": ["sg-0a1b2c3d4e5f60000"],
        }),
    );
    if value["api"].is_object() {
        stack.insert("api".to_owned(), Value::Object(taken(&value["api"], &["access_log"])));
    }
    match &value["services"] {
        Value::Object(services) => {
            let services: Map<String, Value> =
                services.iter().map(|(key, service)| (key.clone(), reduced_service(service))).collect();
            stack.insert("services".to_owned(), Value::Object(services));
        }
        Value::Null => {}
        other => drop(stack.insert("services".to_owned(), other.clone())),
    }
    Value::Object(stack)
}

/// Returns the part of a service that has names.
fn reduced_service(service: &Value) -> Value {
    let mut own = taken(service, &OF_SERVICE);
    own.extend(taken(service, &OF_CONTAINER[1..]));
    own.insert("image".to_owned(), NO_IMAGE.into());
    let containers = service["containers"].as_array().into_iter().flatten().map(|container| {
        let mut own = taken(container, &OF_CONTAINER);
        own.insert("image".to_owned(), NO_IMAGE.into());
        Value::Object(own)
    });
    let containers: Vec<Value> = containers.filter(|container| container["name"].is_string()).collect();
    if !containers.is_empty() {
        own.insert("containers".to_owned(), containers.into());
    }
    Value::Object(own)
}

/// Returns these keys of a table, as far as it has them.
fn taken(table: &Value, keys: &[&str]) -> Map<String, Value> {
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), table.get(*key)?.clone())));
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Stack, Vec<String>> {
        let read = StackFiles::of([("sss.toml", text)]).read_names();
        read.map_err(|located| located.iter().map(|one| one.problem.path.to_string()).collect())
    }

    #[test]
    fn file_with_other_problems_has_its_names() {
        let stack = names(
            "name = \"shop\"\nregion = \"eu-central-1\"\ncolour = 1\n[network]\nvpc_id = 5\n[services.web]\ncpu = 257\n\
             memory = \"many\"\nnames.log_group = \"/shop/web\"\n[[services.web.containers]]\nname = \"agent\"\n[api]\ncors = 3\n",
        )
        .expect("the names are sound");
        assert_eq!(stack.service_name("web"), "shop-web");
        assert_eq!(stack.log_group_name("web"), "/shop/web");
        assert_eq!(stack.services["web"].task.containers[0].name, "agent");
        assert!(stack.api.is_some_and(|api| api.access_log.is_some()));
    }

    #[test]
    fn problems_of_names_and_region_are_told() {
        let told =
            names("name = \"Shop!\"\nregion = 5\n[services.web]\nimage = 1\nnames.service = \"a b\"\n");
        let mut told = told.expect_err("problems of three names");
        told.dedup();
        assert_eq!(told, ["name", "region", "services.web.names.service"]);
        assert!(names("name = ").is_err());
        assert_eq!(names("services = 1\n").expect_err("no names").first().map(String::as_str), Some("name"));
    }
}
