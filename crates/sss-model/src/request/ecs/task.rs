//! Task definitions.

use super::{container, fargate, platform, ports, volume};
use crate::container::Condition;
use crate::path::Path;
use crate::report::Report;
use crate::request::{Node, Referred, bounds, tags};
use crate::rules::task::{Member, Wait, Words};
use crate::rules::{
    self, Broken, ECS_TD_010, ECS_TD_060, ECS_TD_061, ECS_TD_070, ECS_TD_072, ECS_TD_074, ECS_TD_079,
    ECS_TD_103, ECS_TD_107, broken, size,
};

const WORDS: Words = Words { memory_reservation: "memoryReservation", depends_on: "dependsOn" };

/// A task definition, and the facts that many of its rules need.
pub(super) struct Task<'a> {
    pub(super) request: Node<'a>,
    pub(super) containers: Vec<Node<'a>>,
    /// Whether Fargate is among the compatibilities, alone or with others.
    pub(super) fargate: bool,
    pub(super) windows: bool,
}

impl<'a> Task<'a> {
    pub(super) fn new(request: &Node<'a>) -> Self {
        let system =
            request.get("runtimePlatform").and_then(|platform| platform.text("operatingSystemFamily"));
        Task {
            request: request.clone(),
            containers: request.items("containerDefinitions"),
            fargate: request.texts("requiresCompatibilities").contains(&"FARGATE"),
            windows: system.is_some_and(|system| system.starts_with("WINDOWS")),
        }
    }

    /// Returns the network mode.
    ///
    /// On Fargate it is always the required one, so that an absent or a wrong mode is one problem only. `None` if it cannot be
    /// known, because the mode or a compatibility cannot be read.
    pub(super) fn network_mode(&self) -> Option<&'a str> {
        if self.fargate {
            Some("awsvpc")
        } else {
            self.request.text_or("networkMode", "bridge").filter(|_| self.on_instances())
        }
    }

    /// Whether Fargate is certainly not among the compatibilities.
    pub(super) fn on_instances(&self) -> bool {
        let compatibilities = self.request.get("requiresCompatibilities");
        let are_known = compatibilities
            .is_none_or(|list| list.value().is_array() && list.elements().iter().all(Node::is_text));
        are_known && !self.fargate
    }

    /// Returns the CPU units of the task.
    pub(super) fn cpu(&self) -> Option<i64> {
        self.request.text("cpu").and_then(size::cpu_units)
    }

    /// Returns the memory of the task in MiB.
    pub(super) fn memory(&self) -> Option<i64> {
        self.request.text("memory").and_then(size::mebibytes)
    }

    /// Whether no container has a name; it may have one while the name of a container cannot be read.
    pub(super) fn lacks_container(&self, name: &str) -> bool {
        self.container(name).is_none() && self.has_all_names()
    }

    /// Whether the names of all containers can be read.
    fn has_all_names(&self) -> bool {
        self.containers.iter().all(|container| container.text("name").is_some())
    }

    /// Returns the container of a name.
    pub(super) fn container(&self, name: &str) -> Option<&Node<'a>> {
        self.containers.iter().find(|container| container.text("name") == Some(name))
    }
}

/// Checks the values of a task definition.
pub(crate) fn task_definition(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    let task = Task::new(request);
    request.check_text("family", &ECS_TD_072, rules::task::family, report);
    bounds::count(request, "containerDefinitions", 1..=10, &ECS_TD_070, report);
    if let Some(containers) = request.get("containerDefinitions") {
        let bytes = rules::task_document::size(containers.value());
        rules::task_document::fits(bytes, containers.at(), report);
    }

    sizes(&task, report);
    for role in ["taskRoleArn", "executionRoleArn"] {
        role_arn(request, role, report);
    }

    for container in &task.containers {
        container::inspect(&task, container, report);
    }
    together(&task, report);
    execution_role(&task, report);

    ports::inspect(&task, report);
    volume::inspect(&task, report);
    storage(&task, report);
    proxy(&task, report);
    platform::inspect(&task, report);
    if task.fargate {
        fargate::inspect(&task, report);
    } else if task.network_mode() == Some("awsvpc") {
        fargate::awsvpc_on_instances(&task, report);
    }
    tags::of_list(request, "tags", ["key", "value"], tags::Service::Usual, report);
}

/// Reports the sizes that ECS cannot read. The rules of Fargate check the pairs.
fn sizes(task: &Task<'_>, report: &mut Report) {
    let read = [("cpu", task.cpu(), size::CPU_UNIT), ("memory", task.memory(), size::MEMORY_UNIT)];
    for (member, size, unit) in read {
        if let Some(text) = task.request.text(member)
            && size.is_none()
        {
            let broken = broken!(ECS_TD_010, "not-a-size", unit = unit, given = text);
            report.add(&task.request.place(member), broken);
        }
    }
}

fn role_arn(request: &Node<'_>, member: &str, report: &mut Report) {
    let Some(role) = request.text(member) else { return };
    if rules::task::is_role_arn(role) {
        return;
    }
    let at = request.place(member);
    if rules::task::is_role_name(role) {
        report.warn(&at, broken!(ECS_TD_061, "name", role = role));
    } else {
        report.add(&at, broken!(ECS_TD_061, "not-an-arn", role = role));
    }
}

/// Checks the containers of the task together.
fn together(task: &Task<'_>, report: &mut Report) {
    let members: Vec<Member<'_>> = task.containers.iter().map(|container| member(task, container)).collect();
    if !members.is_empty() && !members.iter().any(|member| member.essential) {
        report.add(&task.request.place("containerDefinitions"), broken!(ECS_TD_074, "none"));
    }
    rules::task::names(&members, report);

    if let Some(cpu) = task.cpu().filter(|_| task.fargate) {
        rules::task::cpu(&members, cpu, &task.request.place("cpu"), report);
    }
    if let Some(memory) = task.memory() {
        rules::task::memory(&members, memory, &WORDS, report);
    } else if task.on_instances() && !task.request.has("memory") {
        for container in task.containers.iter().filter(|container| !has_memory(container)) {
            container.lacks("memory", &ECS_TD_079, report);
        }
    }

    rules::task::dependencies(&members, task.has_all_names(), report);
    rules::task::circles(&members, &WORDS, report);
}

fn has_memory(container: &Node<'_>) -> bool {
    container.has("memory") || container.has("memoryReservation")
}

fn member<'a>(task: &Task<'a>, container: &Node<'a>) -> Member<'a> {
    // Whether the other one ends the task is unknown if its `essential` cannot be read.
    let is_readable = |name: &str| {
        task.container(name).is_none_or(|other| !other.has("essential") || other.flag("essential").is_some())
    };
    let wait = |dependency: Node<'a>| -> Option<Wait<'a>> {
        let condition = dependency.text("condition").and_then(condition)?;
        let on = dependency.text("containerName").filter(|name| is_readable(name))?;
        Some(Wait { on, condition, at: dependency.at().clone() })
    };
    Member {
        name: container.text("name").unwrap_or_default(),
        essential: container.flag("essential") != Some(false),
        has_health_check: container.has("healthCheck"),
        cpu: container.integer("cpu"),
        memory: container.integer("memory"),
        reservation: container.integer("memoryReservation"),
        waits: container.items("dependsOn").into_iter().filter_map(wait).collect(),
        at: container.at().clone(),
    }
}

fn condition(word: &str) -> Option<Condition> {
    let all = [Condition::Start, Condition::Complete, Condition::Success, Condition::Healthy];
    all.into_iter().find(|condition| condition.as_str() == word)
}

/// Checks that the task has an execution role if ECS needs one for it.
fn execution_role(task: &Task<'_>, report: &mut Report) {
    if task.request.text("executionRoleArn").is_some_and(|role| !role.is_empty()) {
        return;
    }
    let broken = task.containers.iter().find_map(|container| without_role(task, container));
    if let Some(broken) = broken {
        report.add(&task.request.place("executionRoleArn"), broken);
    }
}

fn without_role(task: &Task<'_>, container: &Node<'_>) -> Option<Broken> {
    let log = container.get("logConfiguration");
    let has_secret = !container.items("secrets").is_empty()
        || log.as_ref().is_some_and(|log| !log.items("secretOptions").is_empty());
    if has_secret {
        return Some(broken!(ECS_TD_060, "secrets"));
    }
    if !task.fargate {
        return None;
    }

    if log.is_some_and(|log| log.text("logDriver") == Some("awslogs")) {
        Some(broken!(ECS_TD_060, "container-logs"))
    } else if container.text("image").is_some_and(rules::container::is_in_private_ecr) {
        Some(broken!(ECS_TD_060, "private-image"))
    } else if container.has("repositoryCredentials") {
        Some(broken!(ECS_TD_060, "registry-credentials"))
    } else {
        None
    }
}

fn storage(task: &Task<'_>, report: &mut Report) {
    let Some(storage) = task.request.get("ephemeralStorage") else { return };
    storage.check_integer("sizeInGiB", rules::task::ephemeral_storage, report);
    if !task.on_instances() {
        return;
    }
    let broken = broken!(ECS_TD_103, "fargate-only");
    if task.request.items("requiresCompatibilities").is_empty() {
        report.warn(storage.at(), broken);
    } else {
        report.add(storage.at(), broken);
    }
}

fn proxy(task: &Task<'_>, report: &mut Report) {
    let Some(proxy) = task.request.get("proxyConfiguration") else { return };
    if task.network_mode().is_some_and(|mode| mode != "awsvpc") {
        report.add(proxy.at(), broken!(ECS_TD_107, "wrong-mode"));
    }
    if let Some(name) = proxy.text("containerName")
        && task.lacks_container(name)
    {
        report.add(&proxy.place("containerName"), broken!(ECS_TD_107, "unknown-container", name = name));
    }

    let properties = proxy.items("properties");
    let has = |name: &str| properties.iter().any(|property| property.text("name") == Some(name));
    let at: Path = proxy.place("properties");
    for name in ["ProxyIngressPort", "ProxyEgressPort", "AppPorts"] {
        if !has(name) {
            report.add(&at, broken!(ECS_TD_107, "no-property", name = name));
        }
    }
    if !has("IgnoredUID") && !has("IgnoredGID") {
        report.add(&at, broken!(ECS_TD_107, "nothing-ignored"));
    }
    if !has("EgressIgnoredIPs") {
        report.warn(&at, broken!(ECS_TD_107, "no-property", name = "EgressIgnoredIPs"));
    }
}
