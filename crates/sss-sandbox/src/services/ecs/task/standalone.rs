//! Tasks that belong to no service.
//!
//! Nobody replaces such a task, no deployment counts it, and ECS does not stop it when it is unhealthy
//! (containers-roadmap#161).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Health, LastStatus, Task, answer, launch};
use crate::{
    input,
    refusal::Refusal,
    services::{
        ec2,
        ecs::{cluster, invalid, service::NetworkConfiguration, tag, task_definition},
    },
    tags::Tags,
    world::World,
};

/// The most tasks of one call.
const MOST: i64 = 10;

/// The input of `RunTask`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    cluster: Option<String>,
    task_definition: String,
    count: Option<i64>,
    network_configuration: Option<NetworkConfiguration>,
    started_by: Option<String>,
    group: Option<String>,
    #[serde(default)]
    enable_execute_command: bool,
    tags: Option<Vec<tag::Tag>>,
}

/// Carries out `RunTask`.
///
/// # Errors
///
/// Refuses unknown clusters and task definitions, a number of tasks outside 1 to 10, a missing network configuration,
/// unknown subnets, and roles that ECS cannot assume.
pub(in crate::services::ecs) fn run_task(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let asked: Wanted = input::parse(input)?;
    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    let count = asked.count.unwrap_or(1);
    if !(1..=MOST).contains(&count) {
        return Err(invalid("count must be between 1 and 10."));
    }
    let Some(definition) = task_definition::find(world, &asked.task_definition) else {
        return Err(Refusal::new("ClientException", "TaskDefinition not found."));
    };
    let definition = definition.arn.clone();
    launch::check_roles(world, &definition)?;
    if let Some(role) = launch::untrusting(world, &definition) {
        return Err(Refusal::new("ClientException", launch::not_assumed(role)));
    }
    let network = asked.network_configuration.map(|network| network.awsvpc_configuration);
    let Some(network) = network.filter(|network| !network.subnets.is_empty()) else {
        let message = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
        return Err(invalid(message));
    };
    if let Some(subnet) = network.subnets.iter().find(|subnet| !ec2::has_subnet(world, subnet)) {
        return Err(invalid(format!("The subnet ID '{subnet}' does not exist.")));
    }

    let tags = tag::read(asked.tags)?;
    let family = asked_family(&definition);
    let alone = Alone {
        cluster,
        definition,
        group: asked.group.unwrap_or(family),
        started_by: asked.started_by.unwrap_or_default(),
        exec: asked.enable_execute_command,
        tags,
    };
    let mut started = Vec::new();
    for index in 0..usize::try_from(count).unwrap_or_default() {
        let subnet = &network.subnets[index % network.subnets.len()];
        let task = alone.task(world, subnet, &network.security_groups);
        started.push(answer::render(world, &task, true));
        launch::begin(world, task);
    }
    Ok(json!({ "tasks": started, "failures": [] }))
}

/// Returns the group of a task without one: that of its family.
fn asked_family(definition: &str) -> String {
    let name = definition.rsplit('/').next().unwrap_or_default();
    format!("family:{}", name.split(':').next().unwrap_or_default())
}

/// The members that all tasks of a call have.
struct Alone {
    cluster: String,
    /// The ARN of the revision.
    definition: String,
    group: String,
    started_by: String,
    exec: bool,
    tags: Tags,
}

impl Alone {
    /// Returns a new task in a subnet.
    fn task(&self, world: &mut World, subnet: &str, groups: &[String]) -> Task {
        let id = world.new_hex(32);
        let place = launch::place(world, subnet, groups);
        Task {
            arn: world.arn("ecs", &format!("task/{}/{id}", self.cluster)),
            cluster: self.cluster.clone(),
            revision: String::new(),
            deployment: self.started_by.clone(),
            definition: self.definition.clone(),
            launch_type: "FARGATE".to_owned(),
            capacity_provider: None,
            subnet: subnet.to_owned(),
            zone: place.zone,
            interface: place.interface,
            attachment: place.attachment,
            address: place.address,
            last_status: LastStatus::Provisioning,
            health: Health::Unknown,
            exec: self.exec,
            created_at: world.now,
            started_at: None,
            stopping_at: None,
            stopped_at: None,
            stop: None,
            digests: launch::digests(world, &self.definition),
            registries: Vec::new(),
            load_balancers: Vec::new(),
            balance: super::Balance::default(),
            tags: self.tags.clone(),
            service: String::new(),
            group: Some(self.group.clone()),
        }
    }
}
