//! ECS task definitions. A revision never changes: another content is another revision.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    Compatibility, ContainerCondition, ContainerDefinition, ContainerDependency, CpuArchitecture,
    EphemeralStorage, HealthCheck, KeyValuePair, LogConfiguration, LogDriver, NetworkMode, OsFamily,
    PortMapping, RuntimePlatform, Secret, TransportProtocol,
};
use serde::{Deserialize, Serialize};

use crate::services::ecs::shared::Shared;
use crate::{
    Aws, Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Replaced, Resource, Share, Way, to_value},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer, Sent},
    hash, secret,
    services::{ecs::cluster, iam::role::Role, logs::log_group::LogGroup},
    tags::{self, Ownership, TagChange, Tags},
};

/// The task definition of one service of the stack.
pub(crate) struct TaskDefinition {
    pub(crate) family: String,
    pub(crate) execution_role: Handle<Role>,
    pub(crate) task_role: Handle<Role>,
    pub(crate) log_group: Handle<LogGroup>,
    pub(crate) region: String,
    pub(crate) cpu: String,
    pub(crate) memory: String,
    pub(crate) cpu_architecture: Option<String>,
    pub(crate) ephemeral_storage: Option<i32>,
    pub(crate) containers: BTreeMap<String, Container>,
    /// The container whose image others deploy.
    pub(crate) deployed: Option<String>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// CPU units.
    pub(crate) cpu: String,
    /// MiB.
    pub(crate) memory: String,
    pub(crate) execution_role: String,
    pub(crate) task_role: String,
    /// None is `X86_64`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cpu_architecture: Option<String>,
    /// GiB; none is the 20 GiB that every task has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ephemeral_storage: Option<i32>,
    pub(crate) containers: BTreeMap<String, Container>,
    /// What was found that the model does not have, by its name on AWS; never wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) unmanaged: BTreeMap<String, String>,
    /// What it is other than ACTIVE; never wanted. No deployment takes such a revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) status: Option<String>,
    pub(crate) tags: Tags,
}

/// A container in normal form: what AWS fills in by itself is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Container {
    pub(crate) image: String,
    pub(crate) essential: bool,
    /// By container port; the protocol.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) ports: BTreeMap<i32, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory_reservation: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) entry_point: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) command: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) secrets: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) health_check: Option<Health>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) depends_on: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop_timeout: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_driver: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) log_options: BTreeMap<String, String>,
    /// What was found that the model does not have, by its name on AWS; never wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) unmanaged: BTreeMap<String, String>,
}

/// Seconds, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Health {
    pub(crate) command: Vec<String>,
    pub(crate) interval: i32,
    pub(crate) timeout: i32,
    pub(crate) retries: i32,
    pub(crate) start_period: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) arn: String,
}

const fn part(path: &'static str) -> Immutable {
    Immutable {
        path,
        because: "a revision never changes; a new one is registered",
        name: NewName::Same,
        downtime: None,
    }
}

impl Resource for TaskDefinition {
    const NAME: &'static str = "ecs/task-definition";
    const IMMUTABLE: &'static [Immutable] = &[
        part("cpu"),
        part("memory"),
        part("execution_role"),
        part("task_role"),
        part("cpu_architecture"),
        part("ephemeral_storage"),
        part("containers"),
        part("unmanaged"),
        part("status"),
    ];
    const REPLACED: Replaced = Replaced::Kept;
    const SHARED: Option<Share> = Some(Shared::share);
    const TAGGING: Option<[&'static str; 2]> = Some(["ecs:TagResource", "ecs:UntagResource"]);
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.family.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of the new revision of {})", id.name) }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        let log_group = refs.get(&self.log_group).name;
        let mut containers = self.containers.clone();
        for (name, container) in &mut containers {
            container.log_driver = Some("awslogs".to_owned());
            container.log_options = BTreeMap::from([
                ("awslogs-group".to_owned(), log_group.clone()),
                ("awslogs-region".to_owned(), self.region.clone()),
                ("awslogs-stream-prefix".to_owned(), name.clone()),
            ]);
        }
        State {
            cpu: self.cpu.clone(),
            memory: self.memory.clone(),
            execution_role: refs.get(&self.execution_role).arn,
            task_role: refs.get(&self.task_role).arn,
            cpu_architecture: self.cpu_architecture.clone(),
            ephemeral_storage: self.ephemeral_storage,
            containers,
            unmanaged: BTreeMap::new(),
            status: None,
            tags: self.tags.clone(),
        }
    }

    fn ignored(&self) -> Vec<String> {
        self.deployed.iter().map(|container| format!("/containers/{container}/image")).collect()
    }

    async fn create(cx: &Context, id: &Id, _name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "ecs:RegisterTaskDefinition";
        let content = content(&want);
        let mut tags = want.tags.clone();
        tags.insert(tags::CONTENT.to_owned(), content.clone());
        tags.insert(tags::NUMBER.to_owned(), (cx.shared::<Shared>().newest_revision(id) + 1).to_string());
        let wanted = want.clone();
        let platform = want.cpu_architecture.as_deref().map(|architecture| {
            let platform = RuntimePlatform::builder().operating_system_family(OsFamily::Linux);
            platform.cpu_architecture(CpuArchitecture::from(architecture)).build()
        });
        let storage =
            want.ephemeral_storage.map(|size| EphemeralStorage::builder().size_in_gib(size).build());
        let containers = want.containers.iter().map(|(name, container)| container.definition(name)).collect();
        let request = cx.aws.ecs.register_task_definition().family(&id.name);
        let request = request
            .network_mode(NetworkMode::Awsvpc)
            .requires_compatibilities(Compatibility::Fargate)
            .cpu(want.cpu)
            .memory(want.memory)
            .execution_role_arn(want.execution_role)
            .task_role_arn(want.task_role)
            .set_runtime_platform(platform)
            .set_ephemeral_storage(storage)
            .set_container_definitions(Some(containers))
            .set_tags(Some(cluster::sdk_tags(&tags)));
        let make = || async {
            let answer = send_once!(aws_sdk_ecs, request.clone()).await.of(OPERATION)?;
            let arn = answer.task_definition.and_then(|revision| revision.task_definition_arn);
            Ok(Output { arn: arn.sent(OPERATION, "taskDefinitionArn")? })
        };
        let output = once(cx, id, make, || made(cx, &id.name, &content)).await?;
        cx.shared::<Shared>().note_revision(&output.arn, proof(&output.arn, &wanted));
        Ok(output)
    }

    async fn update(_cx: &Context, _id: &Id, _found: Found<Self>, _want: State) -> Result<()> {
        // All that is not a tag is immutable.
        Ok(())
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        cluster::retag(cx, &found.output.arn, change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["ecs:RegisterTaskDefinition"],
            Way::Change(..) => Vec::new(),
            Way::Remove(_) => vec!["ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"],
        }
    }

    /// Deregisters every revision of the family that is ours.
    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        if cx.options.keep_revisions {
            return Ok(());
        }
        let is_marked = tags::marks(&cx.stack, tags::pairs(&found.state.tags));
        for arn in active(&cx.aws, &id.name).await? {
            if (is_marked && arn == found.output.arn) || is_ours(cx, id, &arn).await? {
                let request = cx.aws.ecs.deregister_task_definition().task_definition(&arn);
                request.send().await.of("ecs:DeregisterTaskDefinition")?;
            }
        }
        Ok(())
    }
}

/// The ARNs of a family's active revisions: all of them, before anything becomes of one.
pub(crate) async fn active(aws: &Aws, family: &str) -> Result<Vec<String>> {
    let request = aws.ecs.list_task_definitions().family_prefix(family).max_results(100);
    let mut pages = request.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListTaskDefinitions")?);
    }
    Ok(arns)
}

/// Whether a revision is the family's and ours. The listing goes by prefix, and other families may begin the same.
async fn is_ours(cx: &Context, id: &Id, arn: &str) -> Result<bool> {
    let (found, tags) = crate::services::ecs::read::revision(&cx.aws, arn).await?;
    Ok(found.family() == Some(&id.name) && tags::observed(&cx.stack, tags).0 == Ownership::Ours)
}

/// The newest revision of the family, when it is ours and has this content.
async fn made(cx: &Context, family: &str, content: &str) -> Result<Option<Output>> {
    let newest = crate::services::ecs::read::revision(&cx.aws, family).await.none_if(&["ClientException"])?;
    let found = newest.filter(|(_, tags)| {
        tags.get(tags::CONTENT).is_some_and(|found| found == content)
            && tags.get(tags::STACK).is_some_and(|stack| *stack == cx.stack)
    });
    Ok(found.and_then(|(revision, _)| Some(Output { arn: revision.task_definition_arn? })))
}

impl State {
    /// The state as it may be kept, without the values of what looks secret.
    pub(crate) fn concealed(mut self) -> Self {
        for container in self.containers.values_mut() {
            secret::conceal(&mut container.environment);
            secret::conceal(&mut container.log_options);
        }
        self
    }
}

/// The number of a revision in its ARN.
pub(crate) fn number(arn: &str) -> u32 {
    arn.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The hash of all that a revision holds but its tags and its status.
pub(crate) fn content(state: &State) -> String {
    let mut state = to_value(state);
    let members = state.as_object_mut().expect("a state is an object");
    members.remove("tags");
    members.remove("status");
    hash::content(&state)
}

/// The hash of the ARN of a revision and all that it is made with.
pub(crate) fn proof(arn: &str, state: &State) -> String {
    hash::content(&to_value(&(arn, state)))
}

impl Container {
    fn definition(&self, name: &str) -> ContainerDefinition {
        let ports = self.ports.iter().map(|(port, protocol)| {
            let mapping = PortMapping::builder().container_port(*port).host_port(*port);
            mapping.protocol(TransportProtocol::from(protocol.as_str())).build()
        });
        let environment = self
            .environment
            .iter()
            .map(|(name, value)| KeyValuePair::builder().name(name).value(value).build());
        let secrets = self.secrets.iter().map(|(name, from)| {
            Secret::builder().name(name).value_from(from).build().expect("a secret with name and source")
        });
        let depends_on = self.depends_on.iter().map(|(container, condition)| {
            let dependency = ContainerDependency::builder().container_name(container);
            let condition = ContainerCondition::from(condition.as_str());
            dependency.condition(condition).build().expect("a dependency with container and condition")
        });
        let log = self.log_driver.as_deref().map(|driver| {
            let log = LogConfiguration::builder().log_driver(LogDriver::from(driver));
            log.set_options(Some(self.log_options.clone().into_iter().collect()))
                .build()
                .expect("a log driver")
        });
        ContainerDefinition::builder()
            .name(name)
            .image(&self.image)
            .essential(self.essential)
            .set_port_mappings(listed(ports))
            .cpu(self.cpu.unwrap_or(0))
            .set_memory(self.memory)
            .set_memory_reservation(self.memory_reservation)
            .set_entry_point(listed(self.entry_point.iter().cloned()))
            .set_command(listed(self.command.iter().cloned()))
            .set_environment(listed(environment))
            .set_secrets(listed(secrets))
            .set_health_check(self.health_check.as_ref().map(Health::definition))
            .set_depends_on(listed(depends_on))
            .set_stop_timeout(self.stop_timeout)
            .set_log_configuration(log)
            .build()
    }
}

impl Health {
    fn definition(&self) -> HealthCheck {
        let check = HealthCheck::builder().set_command(Some(self.command.clone()));
        let check = check.interval(self.interval).timeout(self.timeout).retries(self.retries);
        let check = check.set_start_period((self.start_period != 0).then_some(self.start_period));
        check.build().expect("a health check with a command")
    }
}

fn listed<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}
