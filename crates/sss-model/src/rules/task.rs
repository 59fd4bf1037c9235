//! Rules of tasks: on all containers of a task together.
//!
//! A *member* is a container as these rules need it: its name, its sizes, the containers for which it waits, and its
//! path. Stacks and requests of `RegisterTaskDefinition` both become lists of members, so each rule is written once.
//! [`Words`] has the names of fields that differ between the two.
//!
//! The rules are about names, sizes and start order:
//!
//! - Containers have different names.
//! - The CPU units of all containers together fit into the task; the memory of each container alone does.
//! - A container waits for containers of the task that can reach the condition, and none of them waits for it in turn.
//!
//! Rules on one container are in `rules/container.rs`. `crate::registration` lets the rules of requests judge all other
//! members of a task: ports, logs, volumes, limits.

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{
    ECS_TD_070, ECS_TD_071, ECS_TD_072, ECS_TD_075, ECS_TD_076, ECS_TD_080, ECS_TD_081, ECS_TD_103, broken,
    container, is_ecs_name, judge, within,
};
use crate::container::{Condition, Container};
use crate::path::Path;
use crate::registration;
use crate::report::Report;
use crate::task::Task;
use crate::task_size::TaskSize;

/// Checks the name of a family of task definitions.
pub(crate) fn family(name: &str) -> Result<(), ValidationError> {
    judge(is_ecs_name(name), || broken!(ECS_TD_072, "invalid-name", name = name))
}

/// Returns whether a text is the ARN of a role, such as `arn:aws:iam::123456789012:role/path/name`.
pub(crate) fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, role] = parts.as_slice() else { return false };
    partition
        .strip_prefix("aws")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && role.strip_prefix("role/").is_some_and(|name| !name.is_empty())
}

/// Returns whether a text is the name of a role, perhaps with its path. ECS may accept it in place of the ARN.
///
/// The rule on roles then warns instead of failing.
pub(crate) fn is_role_name(name: &str) -> bool {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&b);
    name.bytes().all(taken) && name.len() <= 512
}

/// The facts about a container that the rules of the whole task need, and its path.
///
/// A size that is absent is `None`; units are CPU units and MiB.
pub(crate) struct Member<'a> {
    /// The name, which is empty for a main container whose name is not known.
    pub(crate) name: &'a str,
    /// Whether the task ends with the container.
    pub(crate) essential: bool,
    pub(crate) has_health_check: bool,
    pub(crate) cpu: Option<i64>,
    pub(crate) memory: Option<i64>,
    pub(crate) reservation: Option<i64>,
    /// The containers for which this one waits.
    pub(crate) waits: Vec<Wait<'a>>,
    /// The path of the container in the stack or the request.
    pub(crate) at: Path,
}

/// A container for which another one waits.
pub(crate) struct Wait<'a> {
    /// The name of the other container.
    pub(crate) on: &'a str,
    /// The state that the other container must reach.
    pub(crate) condition: Condition,
    pub(crate) at: Path,
}

/// The names of fields, which differ between a stack and a request.
///
/// A problem names the field by the word that its reader wrote.
pub(crate) struct Words {
    pub(crate) memory_reservation: &'static str,
    pub(crate) depends_on: &'static str,
}

/// The names of a stack.
const WORDS: Words = Words { memory_reservation: "memory_reservation", depends_on: "depends_on" };

/// Checks the disk of a task.
///
/// The unit is GiB. A task without the setting has 20 GiB.
pub(crate) fn ephemeral_storage(gibibytes: impl Into<i64>) -> Result<(), ValidationError> {
    within(gibibytes, 21..=200, &ECS_TD_103)
}

/// Checks a whole task but for its own fields.
///
/// The name of the main container follows from the stack. Without it, the rules on that name are not checked.
pub(crate) fn inspect(task: &Task, main: Option<&str>, at: &Path, report: &mut Report) {
    parts(task, at, report);

    let places = std::iter::once(at.clone()).chain((0..).map(|index| at.key("containers").index(index)));
    let containers = task.all_containers(main.unwrap_or_default());
    let members: Vec<Member<'_>> = containers.iter().zip(places).map(member).collect();
    if members.len() > 10 {
        report.add(&at.key("containers"), broken!(ECS_TD_070, "too-many", count = members.len(), most = 10));
    }
    names(&members, report);
    match TaskSize::new(task.cpu, task.memory) {
        Ok(size) => {
            cpu(&members, size.cpu().into(), &at.key("cpu"), report);
            memory(&members, size.memory().into(), &WORDS, report);
        }
        Err(invalid) => report.problems.extend(invalid.problems.into_iter().map(|problem| {
            let path = at.join(&problem.path);
            problem.at(path)
        })),
    }
    dependencies(&members, main.is_some(), report);
    circles(&members, &WORDS, report);
    registration::judge(task, main, at, report);
}

/// Checks the parts of a task, each by itself.
fn parts(task: &Task, at: &Path, report: &mut Report) {
    container::hash_sign(&task.image, &at.key("image"), report);
    container::moving_tag(&task.image, &at.key("image"), report);
    container::variables(&task.environment, &task.secrets, at, report);
    container::secret_sources("log_secret_options", &task.log_secret_options, at, report);
    if let Some(seconds) = task.stop_timeout {
        container::timeout_is_short(seconds.into(), &at.key("stop_timeout"), report);
    }
    if let Some(check) = &task.health_check {
        report.inspect(check, &at.key("health_check"));
    }
    for (index, container) in task.containers.iter().enumerate() {
        let at = at.key("containers").index(index);
        report.fields(container, &at);
        container::inspect_in_task(container, &at, report);
    }
    report.inspect(&task.task_role, &at.key("task_role"));
}

/// Returns a container of a stack as the rules of the whole task need it.
fn member((container, at): (&Container, Path)) -> Member<'_> {
    let waits = container.depends_on.iter();
    let waits =
        waits.map(|(on, condition)| Wait { on, condition: *condition, at: at.key("depends_on").key(on) });
    Member {
        name: &container.name,
        essential: container.essential,
        has_health_check: container.health_check.is_some(),
        cpu: container.cpu.map(i64::from),
        memory: container.memory.map(i64::from),
        reservation: container.memory_reservation.map(i64::from),
        waits: waits.collect(),
        at: at.clone(),
    }
}

/// Checks that containers have different names.
///
/// ECS answers a second container of a name with a refusal (cdk-preflight `ecs-duplicate-container-names`). Empty names
/// have a rule of their own.
pub(crate) fn names(members: &[Member<'_>], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for member in members {
        if !member.name.is_empty() && !seen.insert(member.name) {
            report.add(&member.at.key("name"), broken!(ECS_TD_071, "used-twice", name = member.name));
        }
    }
}

/// Checks that the task has the CPU units that its containers ask for. The path is that of the task's units.
///
/// A sum that equals the task's units is fine. The sum saturates, so huge numbers of a request do not overflow.
pub(crate) fn cpu(members: &[Member<'_>], task: i64, at: &Path, report: &mut Report) {
    let sum = members.iter().filter_map(|member| member.cpu).fold(0, i64::saturating_add);
    if sum > task {
        report.add(at, broken!(ECS_TD_075, "above-task", sum = sum, task = task));
    }
}

/// Checks that the task has the memory that each container asks for.
///
/// ECS compares each container alone. Its reference speaks of the total, but the total may be above the task's memory.
pub(crate) fn memory(members: &[Member<'_>], task: i64, words: &Words, report: &mut Report) {
    for member in members {
        let sizes = [("memory", member.memory), (words.memory_reservation, member.reservation)];
        for (field, size) in sizes {
            if let Some(size) = size.filter(|size| *size > task) {
                let broken = broken!(ECS_TD_076, "above-task", size = size, task = task);
                report.add(&member.at.key(field), broken);
            }
        }
    }
}

/// Checks the containers for which others wait. An unknown name is a problem only if the names are complete.
pub(crate) fn dependencies(members: &[Member<'_>], complete: bool, report: &mut Report) {
    let by_name = by_name(members);

    for (member, wait) in
        members.iter().flat_map(|member| member.waits.iter().map(move |wait| (member, wait)))
    {
        match by_name.get(wait.on) {
            None if complete => {
                let names: Vec<&str> = by_name.keys().copied().collect();
                let broken = broken!(ECS_TD_080, "unknown-container", name = wait.on, names = names);
                report.add(&wait.at, broken);
            }
            None => {}
            Some(_) if wait.on == member.name => {
                report.add(&wait.at, broken!(ECS_TD_081, "itself", name = member.name));
            }
            Some(target) => condition_of(target, wait, report),
        }
    }
}

/// Returns the containers by name, without those whose names are not known. Of two containers with one name the last one
/// counts.
fn by_name<'a, 'b>(members: &'b [Member<'a>]) -> BTreeMap<&'a str, &'b Member<'a>> {
    let named = members.iter().filter(|member| !member.name.is_empty());
    named.map(|member| (member.name, member)).collect()
}

/// Checks that a container can reach the condition for which another one waits.
///
/// An essential container that ends takes the task with it, so another one cannot wait for its end.
fn condition_of(target: &Member<'_>, wait: &Wait<'_>, report: &mut Report) {
    let name = target.name;
    match wait.condition {
        Condition::Complete | Condition::Success if target.essential => {
            report.add(&wait.at, broken!(ECS_TD_080, "essential", name = name));
        }
        Condition::Healthy if !target.has_health_check => {
            report.add(&wait.at, broken!(ECS_TD_080, "no-health-check", name = name));
        }
        _ => {}
    }
}

/// Checks that no containers wait for each other.
///
/// It starts every container that waits for nothing, and then those that waited for it. The containers that are left
/// wait for each other.
pub(crate) fn circles(members: &[Member<'_>], words: &Words, report: &mut Report) {
    let by_name = by_name(members);
    let mut open: BTreeMap<&str, usize> = by_name.keys().map(|name| (*name, 0)).collect();
    let mut waiting_for: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for member in by_name.values() {
        for wait in member.waits.iter().filter(|wait| wait.on != member.name && by_name.contains_key(wait.on))
        {
            *open.entry(member.name).or_default() += 1;
            waiting_for.entry(wait.on).or_default().push(member.name);
        }
    }

    let mut ready: Vec<&str> = open.iter().filter(|(_, waits)| **waits == 0).map(|(name, _)| *name).collect();

    while let Some(started) = ready.pop() {
        open.remove(started);
        for name in waiting_for.remove(started).unwrap_or_default() {
            let Some(waits) = open.get_mut(name) else { continue };
            *waits -= 1;
            if *waits == 0 {
                ready.push(name);
            }
        }
    }

    if let Some(first) = members.iter().find(|member| open.contains_key(member.name)) {
        let names: Vec<&str> = open.keys().copied().collect();
        report.add(&first.at.key(words.depends_on), broken!(ECS_TD_081, "circle", names = names));
    }
}
