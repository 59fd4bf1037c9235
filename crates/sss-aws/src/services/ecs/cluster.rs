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
//! - `CreateCluster` takes all settings. Later, `UpdateCluster` changes Container Insights, the sessions of ECS Exec
//!   and the keys of storage. It loses a part of the configuration that a request leaves out (an assumption; people
//!   lost their settings in this way, `containers-roadmap#1433`), so each request has all of them.
//! - The default strategy and these settings are left to others until the stack sets them.

mod settings;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_ecs::types::{CapacityProviderStrategyItem, Cluster as SdkCluster};
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::Refs,
        kind::{Calls, Found, Inheritance, Object, Resource, Retag, Settling, Way, Write},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        ecs::{self, dependents, plain_tags, service::Capacity, tags_for_sdk},
        lag,
    },
    tags::{self, Tags, observed, of_others},
};

pub(crate) use self::settings::{Sessions, Storage};

/// The cluster of the stack.
pub(crate) struct Cluster {
    /// The name.
    pub(crate) name: String,
    /// The optional settings that the stack leaves to others.
    pub(crate) unset: Vec<&'static str>,
    pub(crate) state: State,
}

/// The managed part of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The capacity providers that services may use, such as `FARGATE` and `FARGATE_SPOT`.
    pub(crate) capacity_providers: BTreeSet<String>,
    /// The shares of the providers for tasks and services that name none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) default_capacity: BTreeMap<String, Capacity>,
    /// `enabled` or `enhanced`. `None` is `disabled`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) container_insights: Option<String>,
    /// The sessions of ECS Exec. `None` is the default of AWS.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) execute_command: Option<Sessions>,
    /// The keys of the storage of tasks. `None` are the keys of AWS.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) managed_storage: Option<Storage>,
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
    const INHERITANCE: Inheritance = Inheritance::OfOthers;
    const TAGGING: Option<[&'static str; 2]> = Some(ecs::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "ecs:CreateCluster";
    const GRANTS: &'static [Grant] = super::grants::CLUSTER;
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

    fn unset(&self) -> Vec<&'static str> {
        self.unset.clone()
    }

    /// Returns a state with the live and the desired providers, or `None` if none of the live ones goes.
    fn widened(live: &State, want: &State) -> Option<State> {
        let narrows = live.capacity_providers.difference(&want.capacity_providers).next().is_some();
        let capacity_providers = || &live.capacity_providers | &want.capacity_providers;
        narrows.then(|| State { capacity_providers: capacity_providers(), ..want.clone() })
    }

    /// Creates the cluster with its capacity providers, settings and tags.
    async fn create(cx: &Context, _id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.ecs.create_cluster().cluster_name(name);
        let answer = request
            .set_capacity_providers(Some(want.capacity_providers.iter().cloned().collect()))
            .set_default_capacity_provider_strategy(Some(strategy(want)).filter(|items| !items.is_empty()))
            .set_settings(want.container_insights.as_deref().map(|word| vec![settings::insights(word)]))
            .set_configuration(settings::configuration(want))
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
            Way::Change(live, want) => between(live, want),
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::PutCapacityProviders { want, .. } => {
                let request = cx.aws.ecs.put_cluster_capacity_providers().cluster(on.name);
                request
                    .set_capacity_providers(Some(want.capacity_providers.iter().cloned().collect()))
                    .set_default_capacity_provider_strategy(Some(strategy(want)))
                    .send()
                    .await
                    .of(PUT_CAPACITY_PROVIDERS)
                    .map(drop)
            }
            Change::Update { want, .. } => settings::update(cx, on.name, want).await,
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
    /// Replaces the capacity providers and the default strategy.
    PutCapacityProviders { live: &'a State, want: &'a State },
    /// Sets Container Insights, the sessions of ECS Exec and the keys of storage.
    Update { live: &'a State, want: &'a State },
    /// Deletes the cluster once it is empty.
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::PutCapacityProviders { .. } => &[PUT_CAPACITY_PROVIDERS],
            Self::Update { .. } => &[settings::UPDATE],
            Self::Delete => &[DELETE],
        }
    }

    /// The record of a setting must still be there if the run dies before AWS's default is back.
    fn precedes_tags(&self) -> bool {
        match self {
            Self::PutCapacityProviders { live, want } | Self::Update { live, want } => {
                tags::forgets(&live.tags, &want.tags)
            }
            Self::Delete => false,
        }
    }
}

/// Returns the writes between two states.
fn between<'a>(live: &'a State, want: &'a State) -> Vec<Change<'a>> {
    let moves =
        live.capacity_providers != want.capacity_providers || live.default_capacity != want.default_capacity;
    let sets = live.container_insights != want.container_insights
        || live.execute_command != want.execute_command
        || live.managed_storage != want.managed_storage;
    let providers = moves.then_some(Change::PutCapacityProviders { live, want });
    providers.into_iter().chain(sets.then_some(Change::Update { live, want })).collect()
}

/// Returns the default strategy in the form of the client.
///
/// ECS refuses a strategy with a provider that the cluster does not offer. One that others have set may have
/// such a provider, which the stack takes away.
fn strategy(want: &State) -> Vec<CapacityProviderStrategyItem> {
    let shares = want.default_capacity.iter();
    let offered = shares.filter(|(provider, _)| want.capacity_providers.contains(*provider));
    offered
        .map(|(provider, share)| {
            let item = CapacityProviderStrategyItem::builder().capacity_provider(provider);
            item.weight(share.weight).base(share.base).build().expect("an item with a provider")
        })
        .collect()
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
    let all = plain_tags(found.tags());
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let capacity_providers = found.capacity_providers().iter().cloned().collect();
    let arn = found.cluster_arn().sent(OPERATION, "clusterArn")?.to_owned();

    let shares = found.default_capacity_provider_strategy().iter();
    let default_capacity = shares.map(|item| {
        let share = Capacity { weight: item.weight(), base: item.base() };
        (item.capacity_provider().to_owned(), share)
    });
    let state = State {
        capacity_providers,
        default_capacity: default_capacity.collect(),
        container_insights: settings::insights_of(found),
        execute_command: settings::sessions_of(found),
        managed_storage: settings::storage_of(found),
        tags,
    };
    let id = Id::new(Cluster::KIND, name.clone());
    let live = Found::<Cluster> { physical: arn.clone(), name, state, output: Output { arn } };
    let live = live.into_live(ownership).with_tags_of_others(&of_others);
    // A cluster is almost always ACTIVE, which nobody needs to read.
    let status = found.status().filter(|status| *status != "ACTIVE");
    Ok((id, status.map_or(live.clone(), |status| live.with_status(status))))
}
