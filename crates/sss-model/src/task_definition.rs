//! A task definition in AWS's own JSON, translated into the keys of a service.
//!
//! Teams that move to a stack have a `taskdef.json`, often written by a pipeline. The translation accepts the request
//! of `RegisterTaskDefinition` and the answer of `DescribeTaskDefinition`. It has three stages:
//!
//! - A value in another type than AWS's is read as that type, with a warning (FILE-008): tools do the same.
//! - The rules of requests check the shape: known members, types, and values that ECS certainly refuses.
//! - Each member is then taken into a key of the service, left out with a warning (FILE-007), or refused (FILE-006).
//!
//! No value is lost silently: `members` hands out each member once and reports those that nobody took, with the reason
//! of `crate::beyond` where there is one. Members that only an answer has, such as `revision`, are dropped first.
//! `container` translates the containers with the structures in them (`parts`), and `volume` the volumes.
//!
//! The result is a service and no passed-on document, so the plan can compare it with the running revision, and the
//! stack still decides about roles, log groups and network.

mod container;
mod members;
mod parts;
mod volume;

use serde_json::{Map, Value, json};

use crate::path::Path;
use crate::platform::OperatingSystemFamily;
use crate::problem::{Invalid, Problem, Severity};
use crate::report::{Report, checked};
use crate::request::{self, Operation, Spelled};
use crate::rules::{self, broken, size};
use crate::service::Service;
use crate::text::without_mark;
use members::Members;

/// The part of a task definition that a service takes over.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// The keys of a service and their values, as a stack file has them.
    pub(crate) keys: Map<String, Value>,
    /// The members that cannot be taken over, and those that are left out with a warning.
    ///
    /// Paths are those of the task definition.
    pub(crate) problems: Vec<Problem>,
}

impl Taken {
    /// Returns whether nothing keeps the service from being like the task definition.
    pub(crate) fn is_whole(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }
}

/// The members that `describe-task-definition` prints and `register-task-definition` does not take.
const PRINTED: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

/// Reads the JSON text of a task definition for a service whose main container may have this name.
pub(crate) fn read(text: &str, main: &str) -> Taken {
    match serde_json::from_str(without_mark(text)) {
        Ok(request) => take(request, main),
        Err(error) => {
            let broken = broken!(rules::FILE_001, "not-json", error = error.to_string());
            Taken { keys: Map::new(), problems: vec![Problem::new(&Path::root(), broken)] }
        }
    }
}

/// Takes a task definition over: the request of `RegisterTaskDefinition`, or the answer of `DescribeTaskDefinition`.
///
/// The main container is the one called `main`, else the first essential one.
pub(crate) fn take(mut request: Value, main: &str) -> Taken {
    if let Some(described) = request.get_mut("taskDefinition") {
        let mut described = described.take();
        // `describe-task-definition --include TAGS` prints the tags beside the task definition.
        if let (Some(tags), Some(object)) = (request.get_mut("tags"), described.as_object_mut()) {
            object.entry("tags").or_insert_with(|| tags.take());
        }
        request = described;
    }
    if let Some(object) = request.as_object_mut() {
        object.retain(|key, _| !PRINTED.contains(&key.as_str()));
    }

    drop_blanks(&mut request);
    let mut report = Report::default();
    for Spelled { at, given, wanted } in request::spell(Operation::EcsRegisterTaskDefinition, &mut request) {
        report.add(&at, broken!(rules::FILE_008, "other-type", given = given, wanted = wanted));
    }
    report.join_warnings();
    request::shape(Operation::EcsRegisterTaskDefinition, &request, &mut report);
    report.problems.retain(|problem| !is_open_image(problem));
    let mut taken = Taken { keys: Map::new(), problems: report.problems };

    if taken.is_whole() {
        let mut report = Report::default();
        task(&request, main, &mut taken.keys, &mut report);
        taken.problems.extend(report.problems);
    }
    taken
}

/// Returns whether a problem is an image that is missing or blank. Pipelines leave it open, and the stack file or the
/// command sets it; otherwise the stack misses it.
fn is_open_image(problem: &Problem) -> bool {
    problem.rule == rules::ECS_TD_110.id && problem.case == rules::REQUIRED.name
}

/// The members whose names and texts are their author's own: an empty text is a value there.
const OWN_TEXTS: [&str; 2] = ["dockerLabels", "options"];

/// Removes the members that are null or an empty text, at every level.
///
/// Tools write both for members that are not set, and the action of AWS for GitHub removes them before it registers a
/// task definition. A structure of nothing else is removed too. The value of a pair, such as a variable, may be empty.
fn drop_blanks(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                let was_empty = is_empty(member);
                match member {
                    Value::Object(texts) if OWN_TEXTS.contains(&name.as_str()) => {
                        texts.retain(|_, text| !text.is_null());
                    }
                    _ => drop_blanks(member),
                }
                let is_blank = *member == "" && name != "value";
                !member.is_null() && !is_blank && is_empty(member) == was_empty
            });
        }
        Value::Array(list) => list.iter_mut().for_each(drop_blanks),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Sorts the members of a task definition whose shape is right.
///
/// Names that the task definition gives to objects (the family, the main container, its log group) become `names` of
/// the service. Roles are left out, because the stack has its own.
fn task(request: &Value, main: &str, keys: &mut Map<String, Value>, report: &mut Report) {
    let mut members = Members::new(request, Path::root());
    let mut names = Map::new();
    names.extend(members.take("family").map(|family| ("family".to_owned(), family.clone())));
    for (role, table) in [("taskRoleArn", "task_role"), ("executionRoleArn", "execution_role")] {
        members.leave(role, || broken!(rules::FILE_007, "role", table = table), report);
    }
    members.expect("networkMode", |mode| mode == "awsvpc", "`awsvpc`", report);
    compatibilities(&mut members, report);
    sizes(&mut members, keys, report);
    platform(&mut members, keys, report);
    members.expect("pidMode", |mode| mode == "task", "`task`", report);
    if request["pidMode"] == "task" {
        keys.insert("pid_mode".to_owned(), json!("task"));
    }
    members.same(&[("enableFaultInjection", "enable_fault_injection")], keys);
    keys.extend(volume::take(&mut members, report).map(|volumes| ("volumes".to_owned(), volumes)));
    keys.extend(proxy(&mut members, report).map(|proxy| ("proxy_configuration".to_owned(), proxy)));
    if let Some(storage) = members.take("ephemeralStorage") {
        keys.insert("ephemeral_storage".to_owned(), storage["sizeInGiB"].clone());
    }
    let tags = members.pairs("tags", "key", "value", report);
    if !tags.is_empty() {
        keys.insert("tags".to_owned(), tags.into());
    }

    if let Some(containers) = members.take("containerDefinitions").and_then(Value::as_array) {
        container::all(containers, &members.place("containerDefinitions"), main, keys, &mut names, report);
    }
    members.finish(report);
    keys.insert("names".to_owned(), names.into());
}

/// Takes a task definition for Fargate, and reports the other places where it could run.
fn compatibilities(members: &mut Members<'_>, report: &mut Report) {
    const MEMBER: &str = "requiresCompatibilities";
    let at = members.place(MEMBER);
    let on_fargate = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.contains(&json!("FARGATE")));
    let Some(kinds) = members.expect(MEMBER, on_fargate, "`[\"FARGATE\"]`", report) else { return };
    for (index, kind) in kinds.as_array().into_iter().flatten().enumerate() {
        if let Some(kind) = kind.as_str().filter(|kind| *kind != "FARGATE") {
            report.add(&at.index(index), broken!(rules::FILE_007, "other-compatibility", given = kind));
        }
    }
}

/// Takes the sizes of the task: CPU units and MiB, also from texts such as `1 vCPU` and `2 GB`.
fn sizes(members: &mut Members<'_>, keys: &mut Map<String, Value>, report: &mut Report) {
    let cpu = ("cpu", size::cpu_units as fn(&str) -> Option<i64>, size::CPU_UNIT);
    for (member, read, unit) in [cpu, ("memory", size::mebibytes, size::MEMORY_UNIT)] {
        let Some(value) = members.take(member) else { continue };
        if let Some(number) = value.as_str().and_then(read) {
            keys.insert(member.to_owned(), number.into());
        } else {
            let broken = broken!(rules::ECS_TD_010, "not-a-size", unit = unit, given = value.clone());
            report.add(&members.place(member), broken);
        }
    }
}

/// Takes the architecture of the CPU and the operating system. One that Fargate does not run is refused.
fn platform(members: &mut Members<'_>, keys: &mut Map<String, Value>, report: &mut Report) {
    let Some(mut platform) = members.inside("runtimePlatform") else { return };
    let runs = |family: &Value| serde_json::from_value::<OperatingSystemFamily>(family.clone()).is_ok();
    let wanted = "`LINUX` or a Windows that Fargate runs";
    if let Some(family) = platform.expect("operatingSystemFamily", runs, wanted, report) {
        keys.insert("operating_system_family".to_owned(), family.clone());
    }
    platform.same(&[("cpuArchitecture", "cpu_architecture")], keys);
    platform.finish(report);
}

/// Takes the proxy of App Mesh.
fn proxy(members: &mut Members<'_>, report: &mut Report) -> Option<Value> {
    let mut proxy = members.inside("proxyConfiguration")?;
    proxy.expect("type", |kind| kind == "APPMESH", "`APPMESH`", report);
    let mut taken = Map::new();
    proxy.same(&[("containerName", "container_name")], &mut taken);
    let properties = proxy.pairs("properties", "name", "value", report);
    taken.insert("properties".to_owned(), properties.into());
    proxy.finish(report);
    Some(taken.into())
}

impl Service {
    /// Returns a service from a task definition in AWS's own JSON, and the warnings about members that are left out.
    ///
    /// The JSON is the request of `RegisterTaskDefinition` or the answer of `DescribeTaskDefinition`. The stack sets
    /// the left-out members, such as roles, by itself.
    ///
    /// The main container is the one called like the service, else the first essential one.
    ///
    /// ```
    /// use sss_model::Service;
    ///
    /// let request = serde_json::json!({
    ///     "family": "mailer", "cpu": "512", "memory": "1024", "networkMode": "awsvpc",
    ///     "executionRoleArn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
    ///     "containerDefinitions": [{ "name": "mailer", "image": "mailer:1.4", "command": ["work"] }]
    /// });
    /// let (mailer, left_out) = Service::from_task_definition("mailer", &request)?;
    /// assert_eq!(mailer.names.family.as_deref(), Some("mailer"));
    /// assert_eq!(left_out[0].path, "executionRoleArn");
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] holds the members for which a stack has no place, or all problems of the service.
    pub fn from_task_definition(
        name: impl Into<String>,
        request: &serde_json::Value,
    ) -> Result<(Self, Vec<Problem>), Invalid> {
        let name = name.into();
        let Taken { mut keys, problems } = take(request.clone(), &name);
        Invalid::unless_fine(problems.clone())?;
        keys.insert("name".to_owned(), name.into());
        let service = serde_json::from_value(keys.into()).map_err(|error| {
            let error = without_texts(&error.to_string());
            let broken = broken!(rules::FILE_003, "not-a-service", error = error);
            Problem::new(&Path::root(), broken)
        })?;
        Ok((checked(service)?, problems))
    }
}

/// Returns a message of serde with `…` in the place of the texts that it quotes: one of them may be a secret.
fn without_texts(message: &str) -> String {
    let Some((before, rest)) = message.split_once('"') else { return message.to_owned() };
    let after = rest.rsplit_once('"').map_or("", |(_, after)| after);
    format!("{before}…{after}")
}

#[cfg(test)]
mod tests;
