//! Instances in the Cloud Map services of the stack that do not belong to its tasks.
//!
//! Cloud Map refuses to delete a service with instances. Instances of our tasks go with the tasks, those of
//! others stay. The listing of services has their counts for free, so instances are read only where a count
//! is larger than the number of our tasks, or where a deployment makes the two incomparable.

use std::collections::HashMap;

use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Result, World,
    engine::{
        dependent::{Dependent, names_of},
        kind::Resource,
        world::Live,
    },
    services::{
        cloudmap::listing,
        ecs::{self, deploying, running, service::Service},
    },
    tags::Ownership,
};

/// Reads the instances in these services that ECS did not register for services of ours.
///
/// Without a surplus in the counts this makes no call.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn instances(aws: &Aws, world: &World, services: &[&Live]) -> Result<Vec<Dependent>> {
    let (running, deploying) = (running(world), deploying(world));
    let looked_at = services.iter().filter(|live| {
        let names = names_of(live);
        let registered = world.others().counted.get(&live.physical).copied().unwrap_or(0);
        let ours: i32 = names.iter().filter_map(|name| running.get(name)).sum();
        // A task of ours that is not registered yet leaves room for an instance of others in the count.
        let may_hide_others = names.iter().any(|name| deploying.contains(name.as_str()));
        registered > ours || (registered > 0 && may_hide_others)
    });

    let found = looked_at.map(async |live| {
        let instances = listing::instances(aws, &live.physical).await?;
        let mut foreign = Vec::new();
        for (instance, attributes) in instances {
            if is_foreign(aws, world, &attributes).await? {
                foreign.push(Dependent::new(format!("instance {instance}"), &live.physical));
            }
        }
        Ok::<_, Error>(foreign)
    });
    Ok(try_join_all(found).await?.into_iter().flatten().collect())
}

/// Returns whether an instance belongs to no task of ours. An instance that ECS registered stays for a while
/// after its service.
///
/// An instance of an ECS service that the world does not have counts as foreign only if that service is
/// active, which takes one call.
async fn is_foreign(aws: &Aws, world: &World, attributes: &HashMap<String, String>) -> Result<bool> {
    let attribute = |name: &str| attributes.get(name).map(String::as_str);
    let Some((cluster, service)) = attribute("ECS_CLUSTER_NAME").zip(attribute("ECS_SERVICE_NAME")) else {
        return Ok(attribute("ECS_SERVICE_NAME").is_none());
    };
    let is_ours = |(_, live): (_, &Live)| live.ownership == Ownership::Ours && live.name == service;
    if world.of_kind(Service::KIND).any(is_ours) {
        return Ok(false);
    }
    let found = ecs::services(aws, cluster, &[service.to_owned()]).await?;
    Ok(found.iter().any(|service| service.status() == Some("ACTIVE")))
}
