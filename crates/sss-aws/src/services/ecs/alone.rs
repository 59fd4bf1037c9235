//! The reading of some services of a stack without what is around them.
//!
//! A deployment of one service need not read the stack's roles, groups, registries and routes. The service and the
//! revision that it runs name all objects that they use, so the desired states get ids and ARNs from there.
//!
//! # Limits
//!
//! The other objects are not read. So a service is deployed alone only with objects that it uses already. A new role,
//! secret, log group, port or capacity provider is an obstacle, because steps of others have to come first: [`around`]
//! has them.

mod around;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::Service as SdkService;
use futures_util::future::try_join_all;

use self::around::Around;
use crate::{
    Id, Refused, Result, World,
    engine::{kind::Resource, world::Live},
    services::{
        aws_service::Reading,
        ecs::{
            cluster::Cluster,
            listing,
            service::{self, Service, attempts},
            task_definition::{TaskDefinition, decode, revisions},
        },
    },
    tags::Ownership,
};

/// Reads the services of a scope and the revisions that they run, and presumes the outputs of what is around them.
///
/// A service that runs the newest revision of its family takes one call, beside its share of `DescribeServices`.
///
/// # Errors
///
/// A call failed or was denied.
pub(super) async fn read(cx: &Reading<'_>, world: &mut World) -> Result<()> {
    let graph = cx.graph;
    let names: Vec<String> = graph.names(Service::KIND).map(str::to_owned).collect();
    let families: BTreeSet<&str> = graph.names(TaskDefinition::KIND).collect();
    let cluster = graph.outside(Cluster::KIND).next().map_or("default", |id| id.name.as_str());

    let newest = families.into_iter().map(|family| revisions::newest(cx, family));
    let (services, newest) =
        tokio::try_join!(listing::services(cx.aws, cluster, &names), try_join_all(newest))?;
    let newest = newest.into_iter().flatten().map(|(id, live)| (id.clone(), (id, live))).collect();

    let mut last = attempts::LastDeployments::new();
    for name in names {
        let id = Id::new(Service::KIND, name);
        let is_it =
            |found: &&SdkService| found.status() == Some("ACTIVE") && found.service_name() == Some(&id.name);
        let Some(found) = services.iter().find(is_it) else {
            world.note_obstacle(missing(id, cluster));
            continue;
        };

        if add(cx, world, &id, found, &newest).await? {
            last.extend(found.current_service_deployment().map(|arn| (id.clone(), arn.to_owned())));
        }
    }
    attempts::note(cx, world, last).await
}

/// Adds a service and its revisions to the world. Returns whether a deployment of a newer revision may have failed.
///
/// A service whose family has no newer revision has none to fall back from.
async fn add(
    cx: &Reading<'_>,
    world: &mut World,
    id: &Id,
    found: &SdkService,
    newest: &BTreeMap<Id, (Id, Live)>,
) -> Result<bool> {
    let (_, live) = service::decode(cx.graph, found)?;
    let is_ours = live.ownership == Ownership::Ours;
    let family = cx.graph.reads(id).iter().find(|read| read.kind == TaskDefinition::KIND);
    let newest = family.and_then(|family| newest.get(family));

    let arn = found.task_definition().unwrap_or_default();
    let running = if let Some(newest) = newest.filter(|(_, newest)| newest.physical == arn) {
        newest.clone()
    } else {
        let (revision, tags) = listing::revision(cx.aws, arn).await?;
        decode(cx.graph, &revision, tags)?
    };

    if is_ours {
        Around::of(&live, &running.1).tell(cx.graph, id, world);
    }
    world.insert(id.clone(), live);
    let newer = newest.filter(|(_, newest)| newest.physical != arn);
    let wanted = newer.filter(|newest| revisions::is_wanted(cx.graph, world, &running, newest));
    let wanted = wanted.cloned();
    world.extend(wanted);
    if cx.graph.node(&running.0).is_some() {
        world.insert(running.0, running.1);
    }
    Ok(newer.is_some())
}

/// Returns the obstacle of a service that does not exist.
fn missing(id: Id, cluster: &str) -> Refused {
    obstacle(
        id,
        format!("does not exist in the cluster {cluster} yet"),
        "apply the whole stack once, without `--only`",
    )
}

/// Returns an obstacle of a deployment of a service alone.
fn obstacle(id: Id, because: String, hint: &str) -> Refused {
    Refused {
        physical: id.name.clone(),
        id,
        owner: None,
        because: Some(because),
        hint: Some(hint.to_owned()),
    }
}
