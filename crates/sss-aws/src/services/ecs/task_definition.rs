//! ECS task definitions. A revision never changes: another content is another revision.
//!
//! ECS keeps a task definition as a family of numbered revisions. A change registers a new revision, which the
//! service then deploys. The old one stays, because a rollback needs it.
//!
//! # Hashes
//!
//! A revision has its hash in the tag `sss:content` and its expected number in `sss:number`. Reading a
//! revision takes one call, so a plan compares hashes first. Somebody who copies a revision copies its tags,
//! too: then the number is wrong, and the revision is read. [`revisions`] has the order in which an
//! observation asks.
//!
//! # Normal form
//!
//! AWS fills in defaults, reorders lists and drops empty ones. A difference would then show in every plan
//! (`terraform-provider-aws#11526`, `ecspresso#123`). So the state leaves AWS's defaults out, has containers
//! and variables by name, and CPU and memory as numbers. A member that the model does not have is kept as
//! text under `unmanaged`, so that a plan shows and removes it.
//!
//! # Facts about AWS
//!
//! - `RegisterTaskDefinition` takes no token: after a lost answer the engine looks at the newest revision.
//! - A deregistered revision keeps running in its service and starts tasks, but no deployment can use it.
//! - Registrations and deregistrations share a quota of one call per second after a burst of 20.
//!
//! # Ownership
//!
//! Each revision of a family has its own owner. A revision of another pipeline has no mark, and a removal
//! deregisters the revisions with the stack's mark only.

mod container;
mod ours;
pub(super) mod revisions;

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    Compatibility, CpuArchitecture, EphemeralStorage, NetworkMode, OsFamily, RuntimePlatform,
    TaskDefinition as SdkRevision, TaskDefinitionStatus as Status,
};
use serde::{Deserialize, Serialize};
use sss_model::Path;

pub(crate) use self::container::{Container, Health};
use self::{
    container::{listed, on, present},
    ours::{is_ours, made},
};
use crate::{
    Graph, Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{
            Calls, Found, Immutable, NewName, Object, Replaced, Resource, Retag, Settling, Share, Way, Write,
            to_value,
        },
        once::{once, send_once},
        run::Context,
        world::Live,
    },
    error::{Answer, Sent},
    hash, secret,
    services::{
        ecs::{self, listing, shared::Shared, tags_for_sdk},
        iam::role::Role,
        lag,
        logs::log_group::LogGroup,
    },
    tags::{self, Tags, observed},
};

/// The task definition of one service of the stack.
pub(crate) struct TaskDefinition {
    /// The family, which is the logical name.
    pub(crate) family: String,
    /// The role with which ECS pulls images, reads secrets and writes logs.
    pub(crate) execution_role: Handle<Role>,
    pub(crate) task_role: Handle<Role>,
    /// The log group of all containers.
    pub(crate) log_group: Handle<LogGroup>,
    /// The region of the log group.
    pub(crate) region: String,
    /// The CPU of a task in CPU units; 1024 are one vCPU.
    pub(crate) cpu: String,
    /// The memory of a task in MiB.
    pub(crate) memory: String,
    /// The architecture of the CPU. `None` is `X86_64`.
    pub(crate) cpu_architecture: Option<String>,
    /// The storage of a task in GiB. `None` is the 20 GiB that each task has.
    pub(crate) ephemeral_storage: Option<i32>,
    /// The containers by name, without their logs: these follow from the group.
    pub(crate) containers: BTreeMap<String, Container>,
    /// The container whose image others deploy. `None` if the stack owns all images.
    pub(crate) deployed: Option<String>,
    pub(crate) tags: Tags,
}

/// The content of a revision, with its tags.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// CPU units as a number.
    pub(crate) cpu: String,
    /// MiB as a number.
    pub(crate) memory: String,
    /// The ARN of the execution role.
    pub(crate) execution_role: String,
    /// The ARN of the task role.
    pub(crate) task_role: String,
    /// `None` is `X86_64`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cpu_architecture: Option<String>,
    /// GiB. `None` is the 20 GiB that each task has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ephemeral_storage: Option<i32>,
    pub(crate) containers: BTreeMap<String, Container>,
    /// The members that the model does not have, as text by their names on AWS. Never desired.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) unmanaged: BTreeMap<String, String>,
    /// The status if it is not ACTIVE. Never desired: no deployment takes such a revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) status: Option<String>,
    pub(crate) tags: Tags,
}

/// The name of a revision on AWS.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN with the number at its end. Services refer to it.
    pub(crate) arn: String,
}

/// Returns the fact that a change of a member takes a new revision. The service moves to it, so no request
/// fails.
const fn part(path: &'static str) -> Immutable {
    Immutable {
        path: Path::literal(path),
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
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const TAGGING: Option<[&'static str; 2]> = Some(ecs::TAGGING);
    const CREATE: &'static str = "ecs:RegisterTaskDefinition";
    type State = State;
    type Output = Output;
    type Write<'a> = Deregister<'a>;

    fn name(&self) -> String {
        self.family.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of the new revision of {})", id.name) }
    }

    /// Returns the desired content. Each container logs to the group of the service, under its own name as
    /// the prefix of streams.
    fn desired(&self, refs: &Refs<'_>) -> State {
        let log_group = refs.get(&self.log_group).name;
        let mut containers = self.containers.clone();
        for (name, container) in &mut containers {
            container.log_driver = Some("awslogs".to_owned());
            let usual = [
                ("awslogs-group", &log_group),
                ("awslogs-region", &self.region),
                ("awslogs-stream-prefix", name),
            ];
            for (option, value) in usual {
                container.log_options.entry(option.to_owned()).or_insert_with(|| value.clone());
            }
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

    /// Returns the image of the container that others deploy.
    fn ignored(&self) -> Vec<Path> {
        let containers = Path::literal("containers");
        self.deployed.iter().map(|container| containers.key(container).key("image")).collect()
    }

    /// Registers a revision with its hash and its expected number as tags.
    ///
    /// If the answer is lost, the newest revision of the family is the one if it is ours and has this
    /// content. The hash of the new revision is noted for the service that is created with it.
    async fn create(cx: &Context, id: &Id, _name: &str, want: &State) -> Result<Output> {
        let content = content(want);
        let mut tags = want.tags.clone();
        tags.insert(tags::CONTENT.to_owned(), content.clone());
        tags.insert(tags::NUMBER.to_owned(), (cx.shared::<Shared>().newest_revision(id) + 1).to_string());

        let platform = want.cpu_architecture.as_deref().map(|architecture| {
            let platform = RuntimePlatform::builder().operating_system_family(OsFamily::Linux);
            platform.cpu_architecture(CpuArchitecture::from(architecture)).build()
        });
        let storage =
            want.ephemeral_storage.map(|size| EphemeralStorage::builder().size_in_gib(size).build());
        let containers = want.containers.iter().map(|(name, container)| container.encode(name)).collect();

        let request = cx.aws.ecs.register_task_definition().family(&id.name);
        let request = request
            .network_mode(NetworkMode::Awsvpc)
            .requires_compatibilities(Compatibility::Fargate)
            .cpu(&want.cpu)
            .memory(&want.memory)
            .execution_role_arn(&want.execution_role)
            .task_role_arn(&want.task_role)
            .set_runtime_platform(platform)
            .set_ephemeral_storage(storage)
            .set_container_definitions(Some(containers))
            .set_tags(Some(tags_for_sdk(&tags)));

        let make = || async {
            let answer = send_once!(aws_sdk_ecs, request.clone()).await.of(Self::CREATE)?;
            let arn = answer.task_definition.and_then(|revision| revision.task_definition_arn);
            Ok(Output { arn: arn.sent(Self::CREATE, "taskDefinitionArn")? })
        };
        let output = once(cx, id, make, || made(cx, &id.name, &content)).await?;
        cx.shared::<Shared>().note_revision(&output.arn, proof(&output.arn, want));
        Ok(output)
    }

    /// Returns the deregistration of the family for a removal. Any other change is a registration or concerns
    /// tags.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Deregister<'a>> {
        match way {
            // All members but the tags are immutable.
            Way::Make(_) | Way::Change(..) => Vec::new(),
            Way::Remove(live) => vec![Deregister { tags: &live.tags }],
        }
    }

    /// Deregisters each revision of the family that is ours.
    ///
    /// The revision of the plan counts by the tags that the plan saw. Each other one is read first, which
    /// takes one call.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Deregister<'a>) -> Result<()> {
        let is_marked = tags::marks(&cx.stack, tags::pairs(write.tags));
        for arn in listing::active(&cx.aws, &on.id.name).await? {
            if (is_marked && arn == on.output.arn) || is_ours(cx, on.id, &arn).await? {
                let request = cx.aws.ecs.deregister_task_definition().task_definition(&arn);
                request.send().await.of(DEREGISTER)?;
            }
        }
        Ok(())
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        ecs::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags shows the revisions of families that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

const DEREGISTER: &str = "ecs:DeregisterTaskDefinition";

/// The write that deregisters the revisions of a family, one of which has these tags.
pub(crate) struct Deregister<'a> {
    tags: &'a Tags,
}

impl Write for Deregister<'_> {
    fn calls(&self) -> Calls {
        &["ecs:ListTaskDefinitions", DEREGISTER]
    }
}

impl State {
    /// Returns the state as it may be kept, without values that look secret.
    ///
    /// Digests stand for such values, so a plan still sees a change.
    pub(crate) fn concealed(mut self) -> Self {
        for container in self.containers.values_mut() {
            secret::conceal(&mut container.environment);
            secret::conceal(&mut container.log_options);
        }
        self
    }
}

/// Returns the number of a revision in its ARN, or 0 for another text.
pub(crate) fn number(arn: &str) -> u32 {
    arn.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Returns the hash of a revision without its tags and its status.
///
/// It says whether two revisions run the same tasks. The tags of a revision can change, its content cannot.
pub(crate) fn content(state: &State) -> String {
    let mut state = to_value(state);
    let members = state.as_object_mut().expect("a state is an object");
    members.remove("tags");
    members.remove("status");
    hash::content(&state)
}

/// Returns the hash of the ARN of a revision and of its state.
///
/// A service has it in a tag since its creation. If the hash of the desired state with the running ARN is
/// equal, the service runs the desired revision.
pub(crate) fn proof(arn: &str, state: &State) -> String {
    hash::content(&to_value(&(arn, state)))
}

/// Decodes a revision with these tags, without the members that AWS fills in itself.
///
/// # Errors
///
/// The answer lacks the family or the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, revision: &SdkRevision, tags: Tags) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeTaskDefinition";
    let (ownership, tags) = observed(graph.stack(), tags);
    let family = revision.family().sent(OPERATION, "family")?.to_owned();
    let arn = revision.task_definition_arn().sent(OPERATION, "taskDefinitionArn")?.to_owned();
    let architecture = revision.runtime_platform().and_then(|platform| platform.cpu_architecture());

    let state = State {
        cpu: units(revision.cpu().unwrap_or_default(), "vcpu"),
        memory: units(revision.memory().unwrap_or_default(), "gb"),
        execution_role: revision.execution_role_arn().unwrap_or_default().to_owned(),
        task_role: revision.task_role_arn().unwrap_or_default().to_owned(),
        cpu_architecture: architecture
            .map(|architecture| architecture.as_str().to_owned())
            .filter(|name| name != "X86_64"),
        ephemeral_storage: revision.ephemeral_storage().map(EphemeralStorage::size_in_gib),
        containers: revision.container_definitions().iter().map(container::decode).collect(),
        unmanaged: unmanaged(revision),
        status: revision.status().map(Status::as_str).and_then(|status| other(status, "ACTIVE")),
        tags,
    }
    .concealed();
    let output = Output { arn: arn.clone() };
    let found = Found::<TaskDefinition> { physical: arn, name: family.clone(), state, output };
    Ok((Id::new(TaskDefinition::KIND, family), found.into_live(ownership)))
}

/// Returns CPU or memory as a number: `.25 vCPU` and `1 GB` are other spellings of `256` and `1024`.
fn units(text: &str, unit: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let number = lower.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
    number.map_or_else(|| text.to_owned(), |number| format!("{}", (number * 1024.0).round()))
}

/// Returns the members that the model does not have, so that a plan shows and removes them. Members that AWS
/// fills in itself are not among them.
fn unmanaged(found: &SdkRevision) -> BTreeMap<String, String> {
    let family = found.runtime_platform().and_then(|platform| platform.operating_system_family());
    present([
        ("volumes", listed(found.volumes())),
        ("placementConstraints", listed(found.placement_constraints())),
        ("inferenceAccelerators", listed(found.inference_accelerators())),
        ("networkMode", found.network_mode().map(NetworkMode::as_str).and_then(|mode| other(mode, "awsvpc"))),
        ("operatingSystemFamily", family.map(OsFamily::as_str).and_then(|family| other(family, "LINUX"))),
        ("pidMode", found.pid_mode().map(|mode| mode.as_str().to_owned())),
        ("ipcMode", found.ipc_mode().map(|mode| mode.as_str().to_owned())),
        ("proxyConfiguration", found.proxy_configuration().map(|proxy| format!("{proxy:?}"))),
        ("enableFaultInjection", on(found.enable_fault_injection())),
    ])
}

/// Returns a value that differs from the usual one.
fn other(found: &str, usual: &str) -> Option<String> {
    (found != usual).then(|| found.to_owned())
}
