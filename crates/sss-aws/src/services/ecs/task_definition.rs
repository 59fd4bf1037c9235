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
mod encoding;
mod ours;
pub(super) mod revisions;
pub(crate) mod volume;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sss_model::{Path, ProxyConfiguration, Volume};

pub(crate) use self::container::{Container, Health, Mapping, PortName, Restarts, Router, normal_ports};
pub(super) use self::encoding::decode;
use self::ours::{made, tags_of_ours};
use crate::{
    Id, Result,
    engine::{
        graph::{Handle, Refs},
        kind::{
            Calls, Found, Immutable, Left, NewName, Object, Replaced, Resource, Retag, Settling, Share, Way,
            Write, to_value,
        },
        once::{once, send_once},
        run::Context,
    },
    error::{Answer, Sent},
    grant::Grant,
    hash, secret,
    services::{
        ecs::{self, listing, shared::Shared, tags_for_sdk},
        iam::role::Role,
        lag,
        logs::log_group::LogGroup,
    },
    tags::{self, Tags},
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
    /// The content without roles and log groups, which other resources give.
    pub(crate) content: State,
    /// The container whose image others deploy. `None` if the stack owns all images.
    pub(crate) deployed: Option<String>,
}

/// The content of a revision, with its tags.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    /// `None` is `LINUX`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) operating_system_family: Option<String>,
    /// `task`, or `None` if each container sees its own processes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) pid_mode: Option<String>,
    /// The volumes by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) volumes: BTreeMap<String, Volume>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) enable_fault_injection: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) proxy_configuration: Option<ProxyConfiguration>,
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
        part("operating_system_family"),
        part("pid_mode"),
        part("volumes"),
        part("enable_fault_injection"),
        part("proxy_configuration"),
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
    const GRANTS: &'static [Grant] = super::grants::TASK_DEFINITION;
    type State = State;
    type Output = Output;
    type Write<'a> = Deregister<'a>;

    fn name(&self) -> String {
        self.family.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of the new revision of {})", id.name) }
    }

    /// Returns the desired content. Each container with the log driver `awslogs` logs to the group of the
    /// service, under its own name as the prefix of streams.
    fn desired(&self, refs: &Refs<'_>) -> State {
        let log_group = refs.get(&self.log_group).name;
        let mut state = self.content.clone();
        state.execution_role = refs.get(&self.execution_role).arn;
        state.task_role = refs.get(&self.task_role).arn;
        for (name, container) in &mut state.containers {
            if container.log_driver.as_deref() != Some("awslogs") {
                continue;
            }
            let usual = [
                ("awslogs-group", &log_group),
                ("awslogs-region", &self.region),
                ("awslogs-stream-prefix", name),
            ];
            for (option, value) in usual {
                container.log_options.entry(option.to_owned()).or_insert_with(|| value.clone());
            }
        }
        state
    }

    /// Returns the image of the container that others deploy.
    fn left(&self) -> Vec<Left> {
        let containers = Path::literal("containers");
        let image = |container| containers.key(container).key("image");
        self.deployed.iter().map(|container| Left::always(image(container))).collect()
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

        let request = encoding::encode(cx.aws.ecs.register_task_definition().family(&id.name), want);
        let request = request.set_tags(Some(tags_for_sdk(&tags)));

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
            if (is_marked && arn == on.output.arn) || tags_of_ours(cx, on.id, &arn).await?.is_some() {
                let request = cx.aws.ecs.deregister_task_definition().task_definition(&arn);
                request.send().await.of(DEREGISTER)?;
            }
        }
        Ok(())
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        ecs::retag(cx, &found.output.arn, change).await
    }

    /// Removes the marks from each other revision of the family that is ours. Reading one takes a call.
    ///
    /// Deregistered revisions keep their marks: no deployment takes them.
    async fn release_hidden(cx: &Context, on: &Object<'_, Self>) -> Result<()> {
        for arn in listing::active(&cx.aws, &on.id.name).await? {
            if arn == on.output.arn {
                continue;
            }
            if let Some(tags) = tags_of_ours(cx, on.id, &arn).await? {
                let marks = tags.into_keys().filter(|key| tags::is_mark(key)).collect();
                ecs::retag(cx, &arn, Retag::Remove(marks)).await?;
            }
        }
        Ok(())
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
            secret::conceal(&mut container.docker_labels);
            if let Some(router) = &mut container.firelens {
                secret::conceal(&mut router.options);
            }
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
