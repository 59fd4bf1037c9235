//! The only reading of AWS: batched by service, never object by object.
//!
//! Everything that is asked by name or listed whole starts at once, and what is inside of something is asked as soon as
//! that is found. Then come objects that carry the stack's mark under a name that the stack no longer has, and where a
//! service does not run what is wanted, whether that is there already, or has been tried and given up. When all is as
//! wanted, neither takes a call.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Aws, Graph, Id, Result, World,
    engine::{kind::Resource, world::Trust},
    services::{
        apigateway::{self, api::Api, integration::Integration, route::Route, vpc_link::VpcLink},
        cloudmap::{self, cloudmap_service::CloudMapService, namespace::Namespace},
        ec2,
        ecs::{self, cluster::Cluster, service::Service, task_definition::TaskDefinition},
        iam,
        logs::{self, log_group::LogGroup},
        tagging,
    },
};

/// Looks at the account: at everything that carries the mark of the graph's stack, and at everything that has a name
/// that the graph wants.
///
/// A service that was made with a revision of a task definition says so in a tag, with a hash of what is in it. Where that is what is wanted, the
/// revision is not read: it never changes. [`verify`] reads it.
///
/// # Errors
///
/// A read that fails or is denied is an error, never an absence.
pub async fn observe(aws: &Aws, graph: &Graph) -> Result<World> {
    // On the heap, so that the futures of callers stay small.
    Box::pin(look(aws, graph, Trust::Hashes)).await
}

/// The same, and reads every revision of a task definition that runs: one call more for each service.
///
/// # Errors
///
/// A read that fails or is denied is an error, never an absence.
pub async fn verify(aws: &Aws, graph: &Graph) -> Result<World> {
    Box::pin(look(aws, graph, Trust::Nothing)).await
}

async fn look(aws: &Aws, graph: &Graph, trust: Trust) -> Result<World> {
    let mut world = World::default();
    let (tagged, (roles, unseen), groups, clusters, registries, apis, links, services, log_groups, families) =
        tokio::try_join!(
            tagging::tagged(aws, graph),
            iam::read::roles(aws, graph),
            ec2::read::security_groups(aws, graph),
            ecs::read::clusters(aws, graph),
            cloudmap::read::registries(aws, graph),
            apigateway::read::apis(aws, graph),
            links_and_zones(aws, graph),
            ecs::read::wanted_services(aws, graph),
            logs::read::wanted(aws, graph),
            ecs::read::families(aws, graph),
        )?;
    if let Some(account) = groups.iter().find_map(|group| group.owner_id()) {
        world.set_account(account);
    }
    world.extend(roles);
    world.note_unseen(unseen);
    let (links, without_links) = links;
    world.note_unusable(without_links);
    world.note_count(VpcLink::KIND, links.count);
    world.extend(links.lives);
    world.others_mut().extend(links.others);
    let (groups, clusters, (registries, others), log_groups) = tokio::try_join!(
        ec2::read::marked(aws, graph, groups, &tagged),
        ecs::read::marked_clusters(aws, clusters, &tagged),
        cloudmap::read::marked(aws, graph, registries, &tagged),
        logs::read::marked(aws, graph, log_groups, &tagged),
    )?;
    let (groups, dependents) = groups;
    world.extend(groups);
    world.others_mut().dependents.extend(dependents);
    world.extend(registries);
    world.others_mut().extend(others);
    world.extend(log_groups);
    let (apis, others) = apis;
    world.others_mut().apis.extend(others);
    apigateway::read::insert(graph, &mut world, apis);
    let services = ecs::read::all_services(aws, graph, services, &clusters).await?;
    world.others_mut().extend(ecs::read::others(graph, &services, &clusters));
    world.extend(ecs::read::live_clusters(graph, &clusters)?);
    let last_deployments =
        ecs::read::services_and_revisions(aws, graph, &mut world, services, families, trust).await?;
    ecs::read::note(aws, graph, &mut world, last_deployments).await?;
    Ok(world)
}

/// The VPC links, and the subnets in which none can be created.
async fn links_and_zones(
    aws: &Aws,
    graph: &Graph,
) -> Result<(apigateway::read::VpcLinks, BTreeMap<String, String>)> {
    let links = apigateway::read::vpc_links(aws, graph).await?;
    let zones = ec2::read::without_links(aws, graph, &links.lives).await?;
    Ok((links, zones))
}

/// How many calls it takes at least to look at the account for a stack, as far as what was found tells.
pub fn least_reads(graph: &Graph, world: &World) -> u64 {
    let names = |kind| graph.names(kind).count();
    let pages = |count: usize, page: usize| count.div_ceil(page);
    let whole = |count: usize, page: usize| pages(count, page).max(1);
    let parts =
        |kind, api: &Id| world.of_kind(kind).filter(|(_, live)| live.parent.as_ref() == Some(api)).count();
    let registries = |namespace: &str| {
        world.of_kind(CloudMapService::KIND).filter(|(_, live)| live.state["namespace"] == namespace).count()
    };
    let apis = world
        .of_kind(Api::KIND)
        .map(|(id, _)| 2 + whole(parts(Route::KIND, id), 500) + whole(parts(Integration::KIND, id), 500));
    let namespaces = world.of_kind(Namespace::KIND).map(|(_, live)| whole(registries(&live.physical), 100));
    let families: BTreeSet<&Id> = world.of_kind(TaskDefinition::KIND).map(|(id, _)| id).collect();
    // APIs, VPC links and roles are listed whole, the security groups of the VPC as well.
    let listings = 3 + usize::from(graph.vpc_id().is_some());
    let sum = listings
        + pages(names(Cluster::KIND), 100)
        + names(Namespace::KIND)
        + pages(names(Service::KIND), 10)
        + pages(names(LogGroup::KIND), 50)
        + whole(families.len(), 100)
        + tagging::least_pages(world)
        + apis.sum::<usize>()
        + namespaces.sum::<usize>();
    sum as u64
}
