//! ECS clusters.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ecs::types::Tag;
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::Refs,
        kind::{Found, Resource, Way},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::ecs::dependents,
    tags::{TagChange, Tags},
};

/// The cluster of the stack.
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) capacity_providers: BTreeSet<String>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) arn: String,
}

const EMPTY: Condition =
    Condition::new("the cluster to be empty", Duration::from_secs(5), Duration::from_mins(5))
        .looked_at_once();

/// What AWS says while the last services and tasks of a cluster go.
const BUSY: [&str; 3] =
    ["ClusterContainsServicesException", "ClusterContainsTasksException", "UpdateInProgressException"];

impl Resource for Cluster {
    const NAME: &'static str = "ecs/cluster";
    const TAGGING: Option<[&'static str; 2]> = Some(["ecs:TagResource", "ecs:UntagResource"]);
    const TOLD: Option<(&'static str, &'static str)> = Some(("ecs_cluster_arn", "arn"));
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    fn widened(live: &State, want: &State) -> Option<State> {
        let narrows = live.capacity_providers.difference(&want.capacity_providers).next().is_some();
        let capacity_providers = || &live.capacity_providers | &want.capacity_providers;
        narrows.then(|| State { capacity_providers: capacity_providers(), ..want.clone() })
    }

    async fn create(cx: &Context, _id: &Id, name: &str, want: State) -> Result<Output> {
        let request = cx.aws.ecs.create_cluster().cluster_name(name);
        let answer = request
            .set_capacity_providers(Some(want.capacity_providers.into_iter().collect()))
            .set_tags(Some(sdk_tags(&want.tags)))
            .send()
            .await
            .of("ecs:CreateCluster")?;
        let arn = answer.cluster.and_then(|cluster| cluster.cluster_arn);
        Ok(Output { arn: arn.sent("ecs:CreateCluster", "clusterArn")? })
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let request = cx.aws.ecs.put_cluster_capacity_providers().cluster(&found.name);
        request
            .set_capacity_providers(Some(want.capacity_providers.into_iter().collect()))
            .set_default_capacity_provider_strategy(Some(Vec::new()))
            .send()
            .await
            .of("ecs:PutClusterCapacityProviders")
            .map(drop)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        retag(cx, &found.output.arn, change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["ecs:CreateCluster"],
            Way::Change(..) => vec!["ecs:PutClusterCapacityProviders"],
            Way::Remove(_) => vec!["ecs:DeleteCluster"],
        }
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::tasks(aws, world, removed).await
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        wait(cx, id, &EMPTY, || async {
            let answer =
                cx.aws.ecs.delete_cluster().cluster(&found.name).send().await.of("ecs:DeleteCluster");
            match answer.none_if(&["ClusterNotFoundException"]) {
                Ok(_) => Ok(Look::Met(())),
                Err(error) if BUSY.iter().any(|code| error.has_code(code)) => Ok(Look::Unmet(error.answer())),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// Changes the tags of anything that ECS names by an ARN.
pub(crate) async fn retag(cx: &Context, arn: &str, change: TagChange) -> Result<()> {
    if !change.remove.is_empty() {
        let request = cx.aws.ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
        request.send().await.of("ecs:UntagResource")?;
    }
    if !change.set.is_empty() {
        let request = cx.aws.ecs.tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(&change.set)));
        request.send().await.of("ecs:TagResource")?;
    }
    Ok(())
}

pub(crate) fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
