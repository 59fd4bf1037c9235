//! Task definitions: the judge of `RegisterTaskDefinition`.
//!
//! `task_definition` runs all checks. This module has those on the members of the task itself, and those on several
//! containers together; the other modules take a `Task` and check one part of it.
//!
//! Two facts about AWS decide which rules hold:
//!
//! - *Fargate*: ECS applies every rule of Fargate as soon as `requiresCompatibilities` contains `FARGATE`, even beside
//!   `EC2` (ECS-TD-021). A definition without that list is one for instances here.
//! - *The network mode*: its default is `bridge`, and Fargate takes only `awsvpc` (ECS-TD-020).
//!
//! Each of them can be unknown, if the shape has refused the value. A check that needs an unknown fact stays silent.
//! Sizes are CPU units (1024 are one vCPU) and MiB; the disk of a task is in GiB.

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

/// The names of members in a request, for the problems of rules that stacks share.
const WORDS: Words = Words { memory_reservation: "memoryReservation", depends_on: "dependsOn" };

/// A task definition, and the facts that many of its rules need.
///
/// It borrows from the request. A service builds one too, from the request to which it refers.
pub(super) struct Task<'a> {
    pub(super) request: Node<'a>,
    /// The elements of `containerDefinitions`, in their order; no element if the list is absent or unreadable.
    pub(super) containers: Vec<Node<'a>>,
    /// Whether Fargate is among the compatibilities, alone or with others.
    pub(super) fargate: bool,
    /// Whether `operatingSystemFamily` begins with `WINDOWS`. Without `runtimePlatform` the system is Linux.
    pub(super) windows: bool,
}

impl<'a> Task<'a> {
    /// Reads the facts of a request of `RegisterTaskDefinition`, and reports nothing.
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

    /// Returns the network mode, `bridge` if a task for instances does not set one.
    ///
    /// On Fargate it is always `awsvpc`, so that an absent or a wrong mode is one problem only. It is `None` if it
    /// cannot be known, because the mode or a compatibility cannot be read.
    pub(super) fn network_mode(&self) -> Option<&'a str> {
        if self.fargate {
            Some("awsvpc")
        } else {
            self.request.text_or("networkMode", "bridge").filter(|_| self.on_instances())
        }
    }

    /// Whether Fargate is certainly not among the compatibilities.
    ///
    /// This is not the opposite of `fargate`: both may be `false` while an element of `requiresCompatibilities` cannot
    /// be read. An absent or an empty list is known, and is not for Fargate.
    pub(super) fn on_instances(&self) -> bool {
        let compatibilities = self.request.get("requiresCompatibilities");
        let are_known = compatibilities
            .is_none_or(|list| list.value().is_array() && list.elements().iter().all(Node::is_text));
        are_known && !self.fargate
    }

    /// Returns the CPU units of the task, which the request writes as `1024` or as `1 vCPU`.
    ///
    /// `None` is an absent `cpu`, or one that `sizes` reports.
    pub(super) fn cpu(&self) -> Option<i64> {
        self.request.text("cpu").and_then(size::cpu_units)
    }

    /// Returns the memory of the task in MiB, which the request writes as `2048` or as `2 GB`.
    ///
    /// `None` is an absent `memory`, or one that `sizes` reports.
    pub(super) fn memory(&self) -> Option<i64> {
        self.request.text("memory").and_then(size::mebibytes)
    }

    /// Whether the task certainly has no container of a name.
    ///
    /// It is `false` while the name of any container cannot be read, since that container may be the one.
    pub(super) fn lacks_container(&self, name: &str) -> bool {
        self.container(name).is_none() && self.has_all_names()
    }

    /// Whether the names of all containers can be read.
    fn has_all_names(&self) -> bool {
        self.containers.iter().all(|container| container.text("name").is_some())
    }

    /// Returns the first container of a name. ECS-TD-071 reports a second one.
    pub(super) fn container(&self, name: &str) -> Option<&Node<'a>> {
        self.containers.iter().find(|container| container.text("name") == Some(name))
    }
}

/// Checks the values of a task definition, and reports every problem.
///
/// The own checks are on `family` (ECS-TD-072), 1 to 10 containers (ECS-TD-070), and their size as JSON (ECS-TD-114).
/// ECS limits a task definition to 64 KiB and does not document what it counts. Containers above that size are an
/// error. Containers within 1 KiB of it are a warning, since the other members may count too.
///
/// A task definition refers to no other request, so the referred ones are unused.
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

/// Reports the sizes of the task that ECS cannot read (ECS-TD-010).
///
/// The rules of Fargate check whether a size exists as a pair. Instances have any size.
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

/// Checks that `taskRoleArn` or `executionRoleArn` is the ARN of an IAM role (ECS-TD-061).
///
/// The name of a role is a warning: ECS may accept it in place of the ARN. Any other text is an error.
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
///
/// - One container is essential (ECS-TD-074). `essential` is `true` unless it is `false`.
/// - Their names differ (ECS-TD-071).
/// - On Fargate, the sum of their CPU units is at most that of the task (ECS-TD-075). AWS is known to refuse a larger
///   sum only there.
/// - The memory of each container is at most that of the task (ECS-TD-076). The reference of AWS speaks of the total,
///   but ECS compares each container alone.
/// - On instances without `memory` of the task, each container has `memory` or `memoryReservation` (ECS-TD-079).
/// - Each dependency exists, can reach its condition (ECS-TD-080), and is part of no circle (ECS-TD-081).
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

/// Whether a container sets one of the two sizes of memory. ECS needs only one of them.
fn has_memory(container: &Node<'_>) -> bool {
    container.has("memory") || container.has("memoryReservation")
}

/// Returns a container in the form of the rules that stacks share.
///
/// A dependency is left out if its condition, its name, or `essential` of its target cannot be read: the shape reports
/// it.
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

/// Returns the condition of a word of ECS, such as `HEALTHY`. Words are case-sensitive.
fn condition(word: &str) -> Option<Condition> {
    let all = [Condition::Start, Condition::Complete, Condition::Success, Condition::Healthy];
    all.into_iter().find(|condition| condition.as_str() == word)
}

/// Checks that the task has an execution role if ECS needs one for it (ECS-TD-060).
///
/// ECS refuses the registration otherwise, with a different message for each reason. One missing role is one problem,
/// with the first reason in the order of the containers. An empty ARN counts as absent.
fn execution_role(task: &Task<'_>, report: &mut Report) {
    if task.request.text("executionRoleArn").is_some_and(|role| !role.is_empty()) {
        return;
    }
    let broken = task.containers.iter().find_map(|container| without_role(task, container));
    if let Some(broken) = broken {
        report.add(&task.request.place("executionRoleArn"), broken);
    }
}

/// Returns the reason for which a container needs an execution role, or `None`.
///
/// ECS refuses secrets without the role everywhere. It is known to refuse the logs of `awslogs`, a private image of ECR
/// and credentials of a registry on Fargate only.
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

/// Checks the disk of the task: 21 to 200 GiB, and only on Fargate (ECS-TD-103).
///
/// Without `ephemeralStorage` a task of Fargate has 20 GiB, so no request can ask for exactly 20. On a task for
/// instances, the member is an error if the compatibilities say so. It is a warning if the list is absent, since ECS
/// finds out itself with what a task definition is compatible.
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

/// Checks the proxy of App Mesh (ECS-TD-107).
///
/// It needs the network mode `awsvpc`, a container of the task, and the properties that AWS requires: the two ports of
/// the proxy, the ports of the application, and a user or a group whose traffic it ignores. AWS documents
/// `EgressIgnoredIPs` as required, but its value may be empty, so a missing one is only a warning. Every proxy is a
/// warning: AWS has ended App Mesh, and ECS still accepts the parameter.
fn proxy(task: &Task<'_>, report: &mut Report) {
    let Some(proxy) = task.request.get("proxyConfiguration") else { return };
    report.warn(proxy.at(), broken!(ECS_TD_107, "app-mesh-ended"));
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
