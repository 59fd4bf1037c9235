//! What others have of the stack's objects, looked for only where a plan removes these objects.
//!
//! The listings of an observation tell most of it already: services in a cluster, services in a namespace, rules and VPC
//! links that name a security group. What is left is asked for here, in calls that name all the objects at once, and
//! only where AWS counts more than the stack has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_ec2::types::{Filter, NetworkInterface};
use aws_sdk_ecs::types::{Attachment, DesiredStatus, Task};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Kind, Plan, Result, World,
    engine::{
        dependent::{Dependent, Others, names_of, removed},
        kind::Resource,
        order::strings,
        world::{Live, Unseen},
    },
    error::{Absent, Answer},
    services::{
        apigateway::{read as apigateway, vpc_link::VpcLink},
        cloudmap::{cloudmap_service::CloudMapService, read as cloudmap},
        ec2::security_group::SecurityGroup,
        ecs::{cluster::Cluster, read as ecs, service::Service},
    },
    tags::Ownership,
};

/// Looks for everything of others that depends on what a plan removes, and adds it to the world. A plan of this world names
/// it and is refused.
///
/// It makes no call for a plan that removes nothing. A look that is denied is told as not checked.
///
/// # Errors
///
/// A read that fails otherwise.
pub async fn dependents(aws: &Aws, mut world: World, plan: &Plan) -> Result<World> {
    let found = Box::pin(found(aws, &world, plan)).await?;
    world.others_mut().extend(found);
    Ok(world)
}

/// The same, for a world that is not given away.
pub(crate) async fn looked_for(aws: &Aws, world: &World, plan: &Plan) -> Result<World> {
    if removed(world, plan).next().is_none() {
        return Ok(World::default());
    }
    dependents(aws, world.clone(), plan).await
}

async fn found(aws: &Aws, world: &World, plan: &Plan) -> Result<Others> {
    let removed = Removed::of(world, plan);
    let running = running(world);
    let (interfaces, integrations, instances, tasks) = tokio::try_join!(
        checked(SecurityGroup::KIND, interfaces(aws, world, &running, &removed)),
        checked(VpcLink::KIND, integrations(aws, world, &removed)),
        checked(CloudMapService::KIND, instances(aws, world, &running, &removed)),
        checked(Cluster::KIND, tasks(aws, world, &removed)),
    )?;
    let mut all = Others { is_complete: true, ..Others::default() };
    for others in [interfaces, integrations, instances, tasks] {
        all.extend(others);
    }
    Ok(all)
}

/// What was found, or that the caller may not look.
async fn checked(kind: Kind, look: impl Future<Output = Result<Vec<Dependent>>>) -> Result<Others> {
    match Box::pin(look).await {
        Ok(dependents) => Ok(Others { dependents, ..Others::default() }),
        Err(error) if error.is_denied() => {
            let unseen = Unseen { kind, because: error.to_string() };
            Ok(Others { unchecked: vec![unseen], ..Others::default() })
        }
        Err(error) => Err(error),
    }
}

/// The objects that a plan removes and that others may use, by kind.
struct Removed<'a>(BTreeMap<Kind, Vec<&'a Live>>);

impl<'a> Removed<'a> {
    fn of(world: &'a World, plan: &'a Plan) -> Self {
        let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (step, live) in removed(world, plan) {
            kinds.entry(step.id.kind).or_default().push(live);
        }
        Self(kinds)
    }

    fn of_kind(&self, kind: Kind) -> &[&'a Live] {
        self.0.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn ids(&self, kind: Kind) -> Vec<String> {
        self.of_kind(kind).iter().map(|live| live.physical.clone()).collect()
    }
}

/// How many tasks run in the services of the stack, by every id that these refer to.
type RunningTasks = BTreeMap<String, i32>;

fn running(world: &World) -> RunningTasks {
    let mut running = RunningTasks::new();
    for (_, live) in world.of_kind(Service::KIND).filter(|(_, live)| live.ownership == Ownership::Ours) {
        let tasks = world.others().counted.get(&live.physical).copied().unwrap_or(0);
        strings(&live.state, &mut |text| *running.entry(text.to_owned()).or_default() += tasks);
    }
    running
}

/// Network interfaces in our security groups that are not of our tasks. VPC links are known from their listing.
async fn interfaces(
    aws: &Aws,
    world: &World,
    running: &RunningTasks,
    removed: &Removed<'_>,
) -> Result<Vec<Dependent>> {
    let groups = removed.ids(SecurityGroup::KIND);
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::builder().name("group-id").set_values(Some(groups.clone())).build();
    let request = aws.ec2.describe_network_interfaces().filters(filter).max_results(1000);
    let mut pages = request.into_paginator().items().send();
    let (mut of_tasks, mut found) = (Vec::new(), Vec::new());
    while let Some(interface) = pages.next().await {
        let interface = interface.of("ec2:DescribeNetworkInterfaces")?;
        let description = interface.description().unwrap_or_default();
        if description.contains(":ecs:") && description.contains(":attachment/") {
            of_tasks.push(interface);
        } else if !description.to_ascii_lowercase().starts_with("vpc link") {
            found.push(interface);
        }
    }
    // What is available has been detached, and goes by itself.
    of_tasks.retain(|interface| interface.status().is_some_and(|status| status.as_str() == "in-use"));
    let known: i32 = groups.iter().filter_map(|group| running.get(group)).sum();
    if i32::try_from(of_tasks.len()).unwrap_or(i32::MAX) > known {
        let ours = interfaces_of_tasks(aws, world).await?;
        of_tasks.retain(|interface| !interface.network_interface_id().is_some_and(|id| ours.contains(id)));
        found.extend(of_tasks);
    }
    Ok(found.iter().flat_map(|interface| uses(interface, &groups)).collect())
}

fn uses(interface: &NetworkInterface, groups: &[String]) -> Vec<Dependent> {
    let id = interface.network_interface_id().unwrap_or_default();
    let name = match interface.description().filter(|text| !text.is_empty()) {
        Some(description) => format!("network interface {id} ({description})"),
        None => format!("network interface {id}"),
    };
    let used = interface.groups().iter().filter_map(|group| group.group_id());
    let used = used.filter(|used| groups.iter().any(|group| group == used));
    used.map(|group| Dependent::new(name.clone(), group)).collect()
}

/// The network interfaces of all tasks in our clusters, of those as well that are being stopped.
async fn interfaces_of_tasks(aws: &Aws, world: &World) -> Result<BTreeSet<String>> {
    let clusters = world.of_kind(Cluster::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let tasks = try_join_all(clusters.map(|(_, live)| ecs::all_tasks(aws, &live.physical))).await?;
    let attachments = tasks.iter().flatten().flat_map(Task::attachments);
    let details = attachments.flat_map(Attachment::details);
    let interfaces = details.filter(|detail| detail.name() == Some("networkInterfaceId"));
    Ok(interfaces.filter_map(|detail| detail.value().map(str::to_owned)).collect())
}

/// Integrations of the APIs of others that go through a VPC link of ours.
async fn integrations(aws: &Aws, world: &World, removed: &Removed<'_>) -> Result<Vec<Dependent>> {
    let links = removed.ids(VpcLink::KIND);
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let apis = world.others().apis.iter().map(async |(api, name)| {
        let found = apigateway::integrations(aws, api).await.none_if(&["NotFoundException"])?;
        let through: BTreeSet<String> = found
            .unwrap_or_default()
            .into_iter()
            .filter_map(|integration| integration.connection_id)
            .filter(|link| links.contains(link))
            .collect();
        let named = through.into_iter().map(|link| Dependent::new(format!("the API {name} ({api})"), link));
        Ok::<_, Error>(named.collect::<Vec<_>>())
    });
    Ok(try_join_all(apis).await?.into_iter().flatten().collect())
}

/// Instances in our Cloud Map services that ECS did not register for services of ours.
async fn instances(
    aws: &Aws,
    world: &World,
    running: &RunningTasks,
    removed: &Removed<'_>,
) -> Result<Vec<Dependent>> {
    let fuller = removed.of_kind(CloudMapService::KIND).iter().filter(|live| {
        let registered = world.others().counted.get(&live.physical).copied().unwrap_or(0);
        let ours: i32 = names_of(live).iter().filter_map(|name| running.get(name)).sum();
        registered > ours
    });
    let found = fuller.map(async |live| {
        let instances = cloudmap::instances(aws, &live.physical).await?;
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

/// Whether an instance is not of a task of ours. One that ECS registered stays for a while after its service has gone.
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

/// Tasks in our clusters that no service runs.
async fn tasks(aws: &Aws, world: &World, removed: &Removed<'_>) -> Result<Vec<Dependent>> {
    let clusters = removed.of_kind(Cluster::KIND).iter();
    let fuller =
        clusters.filter(|live| world.others().counted.get(&live.physical).is_some_and(|more| *more > 0));
    let found = fuller.map(async |live| {
        let tasks = ecs::tasks(aws, &live.physical, DesiredStatus::Running).await?;
        let alone =
            tasks.into_iter().filter(|task| !task.group().unwrap_or_default().starts_with("service:"));
        let named = alone.map(|task| {
            let arn = task.task_arn().unwrap_or_default();
            Dependent::new(format!("task {}", arn.rsplit('/').next().unwrap_or(arn)), &live.physical)
        });
        Ok::<_, Error>(named.collect::<Vec<_>>())
    });
    Ok(try_join_all(found).await?.into_iter().flatten().collect())
}
