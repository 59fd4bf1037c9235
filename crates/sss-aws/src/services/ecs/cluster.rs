//! ECS clusters.
//!
//! A cluster on Fargate is a name with capacity providers. It is ready at once and has no machines.
//!
//! # Facts about AWS
//!
//! - `CreateCluster` is idempotent by name: a repeated call returns the cluster. So a lost answer needs no
//!   look.
//! - It sets capacity providers and tags in the same call. Later changes take `PutClusterCapacityProviders`,
//!   which replaces the whole list.
//! - ECS refuses to remove a capacity provider that a service uses. So an update adds providers before
//!   services move, and removes others afterwards.
//! - ECS refuses to delete a cluster with services or tasks, also while the last of them stop
//!   (`aws-cdk#15366`, `alchemy#1558`).
//! - Container Insights and other settings are left to others.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ecs::types::Cluster as SdkCluster;
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::Refs,
        kind::{Calls, Found, Object, Resource, Retag, Settling, Way, Write},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        ecs::{self, dependents, plain_tags, tags_for_sdk},
        lag,
    },
    tags::{Tags, observed},
};

/// The cluster of the stack.
pub(crate) struct Cluster {
    /// The name.
    pub(crate) name: String,
    pub(crate) state: State,
}

/// The managed part of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The capacity providers that services may use, such as `FARGATE` and `FARGATE_SPOT`.
    pub(crate) capacity_providers: BTreeSet<String>,
    pub(crate) tags: Tags,
}

/// The ARN of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. Services refer to it.
    pub(crate) arn: String,
}

/// The end of the last services and tasks in a cluster that is to be deleted.
const EMPTY: Condition =
    Condition::new("the cluster to be empty", Duration::from_secs(5), Duration::from_mins(5))
        .looked_at_once();

/// The codes by which ECS refuses to delete a cluster whose last services and tasks are still stopping.
const BUSY: [&str; 3] =
    ["ClusterContainsServicesException", "ClusterContainsTasksException", "UpdateInProgressException"];

impl Resource for Cluster {
    const NAME: &'static str = "ecs/cluster";
    const TAGGING: Option<[&'static str; 2]> = Some(ecs::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "ecs:CreateCluster";
    const TOLD: Option<(&'static str, &'static str)> = Some(("ecs_cluster_arn", "arn"));
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    /// A cluster in another state than ACTIVE takes no services.
    fn unusable(live: &Live, _vpc: &str) -> Option<(String, String)> {
        let status = live.status.as_deref()?;
        Some((format!("is {status}"), "name a cluster that is ACTIVE under `{key}`".to_owned()))
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// Returns a state with the live and the desired providers, or `None` if none of the live ones goes.
    fn widened(live: &State, want: &State) -> Option<State> {
        let narrows = live.capacity_providers.difference(&want.capacity_providers).next().is_some();
        let capacity_providers = || &live.capacity_providers | &want.capacity_providers;
        narrows.then(|| State { capacity_providers: capacity_providers(), ..want.clone() })
    }

    /// Creates the cluster with its capacity providers and tags.
    async fn create(cx: &Context, _id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.ecs.create_cluster().cluster_name(name);
        let answer = request
            .set_capacity_providers(Some(want.capacity_providers.iter().cloned().collect()))
            .set_tags(Some(tags_for_sdk(&want.tags)))
            .send()
            .await
            .of(Self::CREATE)?;
        let arn = answer.cluster.and_then(|cluster| cluster.cluster_arn);
        Ok(Output { arn: arn.sent(Self::CREATE, "clusterArn")? })
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            Way::Change(_, want) => vec![Change::PutCapacityProviders(&want.capacity_providers)],
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::PutCapacityProviders(providers) => {
                let request = cx.aws.ecs.put_cluster_capacity_providers().cluster(on.name);
                request
                    .set_capacity_providers(Some(providers.iter().cloned().collect()))
                    .set_default_capacity_provider_strategy(Some(Vec::new()))
                    .send()
                    .await
                    .of(PUT_CAPACITY_PROVIDERS)
                    .map(drop)
            }
            Change::Delete => delete(cx, on.id, on.name).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        ecs::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags shows a cluster under a name that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }

    /// Reads the tasks in these clusters that no service runs, where the counts show some.
    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::tasks(aws, world, removed).await
    }
}

const PUT_CAPACITY_PROVIDERS: &str = "ecs:PutClusterCapacityProviders";
const DELETE: &str = "ecs:DeleteCluster";

/// A write on a cluster.
pub(crate) enum Change<'a> {
    /// Replaces the capacity providers, and removes the default strategy: services have their own.
    PutCapacityProviders(&'a BTreeSet<String>),
    /// Deletes the cluster once it is empty.
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::PutCapacityProviders(_) => &[PUT_CAPACITY_PROVIDERS],
            Self::Delete => &[DELETE],
        }
    }
}

/// Deletes a cluster as soon as ECS accepts it.
///
/// The call itself is the poll: ECS refuses it while the cluster is in use. A cluster that no longer exists
/// is a success.
///
/// # Errors
///
/// The call failed otherwise, or ECS still refuses it after 5 minutes. The error has the last refusal.
async fn delete(cx: &Context, id: &Id, name: &str) -> Result<()> {
    wait(cx, id, &EMPTY, || async {
        let answer = cx.aws.ecs.delete_cluster().cluster(name).send().await.of(DELETE);
        match answer.none_if(&["ClusterNotFoundException"]) {
            Ok(_) => Ok(Look::Met(())),
            Err(error) if BUSY.iter().any(|code| error.has_code(code)) => {
                Ok(Look::Refused(error.answer(), error))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Decodes a cluster as ECS describes it.
///
/// # Errors
///
/// The answer lacks the name or the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, found: &SdkCluster) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeClusters";
    let name = found.cluster_name().sent(OPERATION, "clusterName")?.to_owned();
    let (ownership, tags) = observed(graph.stack(), plain_tags(found.tags()));
    let capacity_providers = found.capacity_providers().iter().cloned().collect();
    let arn = found.cluster_arn().sent(OPERATION, "clusterArn")?.to_owned();

    let state = State { capacity_providers, tags };
    let id = Id::new(Cluster::KIND, name.clone());
    let live = Found::<Cluster> { physical: arn.clone(), name, state, output: Output { arn } };
    let live = live.into_live(ownership);
    // A cluster is almost always ACTIVE, which nobody needs to read.
    let status = found.status().filter(|status| *status != "ACTIVE");
    Ok((id, status.map_or(live.clone(), |status| live.with_status(status))))
}
