//! The start of tasks, and its obstacles.
//!
//! Two kinds of obstacles exist. ECS places no task if it cannot assume a role: a creation of a service with
//! a new role is refused, and later attempts write an event and count as failures (terraform#2869,
//! faas-fargate#13). A placed task fails while it starts if a log group or an image is missing, or if its subnet has no
//! way to the registry.
//!
//! Containers with the `awslogs` driver write a line when they start, into the stream
//! `prefix/container/task`. With `awslogs-create-group` they create the group.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ACTIVATING_AFTER, Cause, Health, LastStatus, PENDING_AFTER, RUNNING_AFTER, Stop, Task, way_out};
use crate::{
    clock::milliseconds,
    refusal::Refusal,
    services::{
        ec2,
        ecs::{
            Event,
            image::{self, BrokenImage},
            schedule, service, task_definition,
        },
        iam, logs,
    },
    tags::Tags,
    web,
    world::{self, World},
};

/// Starts `number` tasks of a service's primary deployment, and schedules their next states.
pub(in crate::services::ecs) fn launch(world: &mut World, service: &str, number: u64) {
    for _ in 0..number {
        let Some(task) = task(world, service) else { return };
        let id = task.id().to_owned();
        begin(world, task);
        service::tell(world, service, &format!("has started 1 tasks: (task {id})."));
    }
}

/// Adds a new task, and schedules its next states.
pub(super) fn begin(world: &mut World, task: Task) {
    let arn = task.arn.clone();
    world.ecs.tasks.insert(arn.clone(), task);
    schedule(world, PENDING_AFTER, Event::TaskPends(arn.clone()));
    schedule(world, ACTIVATING_AFTER, Event::TaskActivates(arn.clone()));
    schedule(world, RUNNING_AFTER, Event::TaskRuns(arn));
}

/// The place of a task in the VPC.
pub(super) struct Place {
    /// The id of its network interface.
    pub(super) interface: String,
    /// The id of the interface's attachment.
    pub(super) attachment: String,
    /// The private address.
    pub(super) address: String,
    /// The place of the subnet among those of the VPC.
    pub(super) zone: usize,
}

/// Returns a place in a subnet. Without security groups, the interface has the default group of the VPC.
pub(super) fn place(world: &mut World, subnet: &str, groups: &[String]) -> Place {
    let usual = [world::DEFAULT_SECURITY_GROUP_ID.to_owned()];
    let groups = if groups.is_empty() { &usual[..] } else { groups };
    let attachment = world.new_uuid();
    let description = world.arn("ecs", &format!("attachment/{attachment}"));
    let interface = ec2::attach_interface(world, &description, subnet, groups);
    let address = ec2::private_address(world, &interface).unwrap_or_default();
    let zone = world::PRIVATE_SUBNET_IDS.iter().position(|known| *known == subnet).unwrap_or_default();
    Place { interface, attachment, address, zone }
}

/// Creates a task of a service, with a network interface in the emptiest subnet. `None` if the service does not exist
/// or has no subnets.
fn task(world: &mut World, service: &str) -> Option<Task> {
    let service = world.ecs.services.get(service)?.clone();
    let specification = service.specification().clone();
    let id = world.new_hex(32);
    let subnet = emptiest_subnet(world, &service)?;
    let Place { interface, attachment, address, zone } =
        place(world, &subnet, &specification.network.security_groups);
    Some(Task {
        arn: world.arn("ecs", &format!("task/{}/{id}", service.cluster)),
        cluster: service.cluster.clone(),
        revision: service.primary().revision.clone(),
        deployment: service.primary().id.clone(),
        definition: specification.task_definition.clone(),
        launch_type: "FARGATE".to_owned(),
        capacity_provider: specification
            .capacity_provider_strategy
            .first()
            .map(|item| item.capacity_provider.clone()),
        subnet,
        zone,
        interface,
        attachment,
        address,
        last_status: LastStatus::Provisioning,
        health: Health::Unknown,
        exec: service.options.execute_command,
        created_at: world.now,
        started_at: None,
        stopping_at: None,
        stopped_at: None,
        stop: None,
        digests: digests(world, &specification.task_definition),
        registries: specification.registries,
        load_balancers: specification.load_balancers,
        balance: super::Balance::default(),
        tags: propagated_tags(world, &service),
        service: service.arn,
        group: None,
    })
}

/// Returns the digests of the images of a revision, by the name of the container.
pub(super) fn digests(world: &World, definition: &str) -> BTreeMap<String, String> {
    let containers = task_definition::find(world, definition)
        .into_iter()
        .flat_map(task_definition::TaskDefinition::containers);
    let digest = |container: &Value| {
        let name = container["name"].as_str()?;
        Some((name.to_owned(), web::digest(world, container["image"].as_str()?)?))
    };
    containers.filter_map(digest).collect()
}

/// Returns the subnet with the fewest tasks of the service. So the tasks spread over the zones.
fn emptiest_subnet(world: &World, service: &service::Service) -> Option<String> {
    let tasks_in = |subnet: &String| {
        let tasks = world.ecs.tasks.values().filter(|task| task.is_wanted() && task.service == service.arn);
        tasks.filter(|task| task.subnet == *subnet).count()
    };
    let subnets = &service.specification().network.subnets;
    subnets.iter().min_by_key(|subnet| tasks_in(subnet)).cloned()
}

/// Returns the tags that a new task gets from its service or from its task definition, by `propagateTags`.
fn propagated_tags(world: &World, service: &service::Service) -> Tags {
    match service.options.propagate_tags.as_str() {
        "SERVICE" => service.tags.clone(),
        "TASK_DEFINITION" => {
            let definition = task_definition::find(world, &service.specification().task_definition);
            definition.map(|definition| definition.tags.clone()).unwrap_or_default()
        }
        _ => Tags::new(),
    }
}

/// Returns the event of a task that ECS cannot place: it cannot assume one of the task's roles, or an image is made
/// for that.
pub(in crate::services::ecs) fn launch_problem(world: &World, service: &str) -> Option<String> {
    let service = world.ecs.services.get(service)?;
    let definition = task_definition::find(world, &service.specification().task_definition)?;
    if let Some(role) = untrusting(world, &service.specification().task_definition) {
        return Some(format!("failed to launch a task with (error {}).", not_assumed(role)));
    }
    if service.specification().network.subnets.iter().any(|subnet| ec2::is_dedicated(world, subnet)) {
        let event = "was unable to place a task. Reason: The tenancy of the VPC is not supported.";
        return Some(event.to_owned());
    }
    definition.containers().find_map(|container| match image::trouble(world, container["image"].as_str()?)? {
        BrokenImage::Unplaceable { event } => Some(event),
        _ => None,
    })
}

/// Returns the role of a task definition that ECS cannot assume, by its ARN.
pub(super) fn untrusting<'a>(world: &'a World, definition: &str) -> Option<&'a str> {
    let definition = task_definition::find(world, definition)?;
    roles(definition).find(|role| !iam::trusts(world, role, sss_model::TASK_PRINCIPAL))
}

/// Refuses a task definition with a role that is too new.
///
/// # Errors
///
/// Returns `ClientException` with ECS's words for a role that it cannot assume. AWS has no code of its own
/// for this case.
pub(in crate::services::ecs) fn check_roles(world: &World, definition: &str) -> Result<(), Refusal> {
    let definition = task_definition::find(world, definition);
    let role = definition.and_then(|definition| roles(definition).find(|role| iam::is_new(world, role)));
    role.map_or(Ok(()), |role| Err(Refusal::new("ClientException", not_assumed(role))))
}

/// Returns the ARNs of the roles that ECS has to assume for a task.
fn roles(definition: &task_definition::TaskDefinition) -> impl Iterator<Item = &str> {
    ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(|role| definition.text(role))
}

/// Returns ECS's words for a role that it cannot assume.
pub(super) fn not_assumed(role: &str) -> String {
    format!(
        "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role \
         being passed has the proper trust relationship and permissions and that your IAM user has permissions to \
         pass this role."
    )
}

/// Returns the reason why the containers of a placed task cannot start. `None` if they can.
///
/// A missing log group comes before a missing image, because ECS validates the log configuration before it
/// pulls images.
pub(super) fn start_problem(world: &World, task: &Task) -> Option<Stop> {
    let definition = task_definition::find(world, &task.definition)?;
    definition.containers().find_map(|container| {
        let code = "TaskFailedToStart".to_owned();
        if let Some(reason) = way_out::problem(world, task, container) {
            return Some(Stop { code, reason, cause: None });
        }
        if let Some(reason) = missing_log_group(world, container) {
            return Some(Stop { code, reason, cause: None });
        }
        let name = container["name"].as_str().unwrap_or_default().to_owned();
        if let Some(stop) = never_started(world, container, &name) {
            return Some(stop);
        }
        let reason = missing_image(world, container)?;
        let cause = Cause { container: name, reason: Some(reason.clone()), exit_code: None };
        Some(Stop { code, reason, cause: Some(cause) })
    })
}

/// Writes the first log lines of a task's containers.
///
/// A container logs its image. A container that exits by a fault also logs the lines of the fault.
pub(super) fn write_logs(world: &mut World, task: &Task) {
    let Some(definition) = task_definition::find(world, &task.definition).cloned() else {
        return;
    };

    for container in definition.containers() {
        let Some(group) = log_group(container) else {
            continue;
        };
        if creates_log_group(container) && !logs::has_group(world, group) {
            let created = logs::call(world, "CreateLogGroup", &json!({ "logGroupName": group }));
            // With an invalid name, the container has no logs.
            drop(created);
        }

        let prefix = container["logConfiguration"]["options"]["awslogs-stream-prefix"].as_str();
        let (name, image) = (container["name"].as_str(), container["image"].as_str());
        let stream = format!("{}/{}/{}", prefix.unwrap_or_default(), name.unwrap_or_default(), task.id());
        let image = image.unwrap_or_default();
        logs::append(world, group, &stream, &format!("started {image}"));
        if let Some(talk) = image::talk(world, image) {
            let every = milliseconds(talk.every).max(1);
            let line = Event::TaskLogs(task.arn.clone(), name.unwrap_or_default().to_owned(), 1);
            schedule(world, every + milliseconds(talk.late), line);
        }
        if let Some(BrokenImage::Exits { log, .. } | BrokenImage::Ill { log }) = image::trouble(world, image)
        {
            for line in log {
                logs::append(world, group, &stream, &line);
            }
        }
    }
}

/// Writes a line of a talking container, and schedules the next one while the task runs.
///
/// The line has the time at which it was written, and arrives now.
pub(in crate::services::ecs) fn write_line(world: &mut World, arn: &str, container: &str, number: u64) {
    let Some(task) = world.ecs.tasks.get(arn).cloned() else { return };
    let Some(definition) = task_definition::find(world, &task.definition) else { return };
    let Some(found) = definition.containers().find(|found| found["name"] == container).cloned() else {
        return;
    };
    let spoken = found["image"].as_str().and_then(|image| image::talk(world, image));
    let (Some(group), Some(spoken)) = (log_group(&found), spoken) else { return };

    let (every, late) = (milliseconds(spoken.every).max(1), milliseconds(spoken.late));
    let written = world.now.saturating_sub(late);
    if task.stopped_at.is_some_and(|stopped| stopped < written) {
        return;
    }
    let prefix = found["logConfiguration"]["options"]["awslogs-stream-prefix"].as_str().unwrap_or_default();
    let stream = format!("{prefix}/{container}/{}", task.id());
    logs::append_at(world, group, &stream, written, &format!("line {number}"));
    schedule(world, every, Event::TaskLogs(arn.to_owned(), container.to_owned(), number + 1));
}

/// Returns the log group of a container that writes to CloudWatch Logs.
fn log_group(container: &Value) -> Option<&str> {
    let configuration = &container["logConfiguration"];
    configuration["options"]["awslogs-group"].as_str().filter(|_| configuration["logDriver"] == "awslogs")
}

/// Returns whether the container's options ask the driver to create the group.
fn creates_log_group(container: &Value) -> bool {
    container["logConfiguration"]["options"]["awslogs-create-group"] == "true"
}

/// Returns ECS's words for a log group that does not exist and that the container does not create.
fn missing_log_group(world: &World, container: &Value) -> Option<String> {
    let group = log_group(container)?;
    if creates_log_group(container) || logs::has_group(world, group) {
        return None;
    }
    Some(
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
         failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. \
         : exit status 1"
            .to_owned(),
    )
}

/// Returns the end of a task whose image never lets it start, in the words that the image has.
fn never_started(world: &World, container: &Value, name: &str) -> Option<Stop> {
    match image::trouble(world, container["image"].as_str()?)? {
        BrokenImage::Ends { code, reason, container, exit_code: None } => {
            let cause = container.map(|words| Cause {
                container: name.to_owned(),
                reason: Some(words),
                exit_code: None,
            });
            Some(Stop { code, reason, cause })
        }
        _ => None,
    }
}

/// Returns ECS's words for an image that the registry does not have.
fn missing_image(world: &World, container: &Value) -> Option<String> {
    let image = container["image"].as_str()?;
    (image::trouble(world, image) == Some(BrokenImage::Missing)).then(|| {
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
             {image}: {image}: not found"
        )
    })
}
