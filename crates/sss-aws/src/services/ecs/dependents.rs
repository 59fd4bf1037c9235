//! The tasks of the stack's services, and tasks in its clusters that no service runs.
//!
//! Other services of AWS count objects that belong to tasks: Cloud Map counts instances, EC2 lists
//! interfaces. They ask this module how many of them the stack's own tasks explain. The counts come from the
//! world and take no call.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{Attachment, DesiredStatus, Task};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Result, World,
    engine::{dependent::Dependent, kind::Resource, order::strings, world::Live},
    services::ecs::{cluster::Cluster, listing, service::Service},
    tags::Ownership,
};

/// The number of tasks of the stack's services, by each id that these services refer to.
///
/// The ids are those of clusters, revisions, groups, subnets and registries.
pub(crate) type RunningTasks = BTreeMap<String, i32>;

/// Returns the number of running tasks, by each id to which their services refer.
///
/// It makes no call: the observation has noted the counts.
pub(crate) fn running(world: &World) -> RunningTasks {
    let mut running = RunningTasks::new();
    for live in own_services(world) {
        let tasks = world.others().counted.get(&live.physical).copied().unwrap_or(0);
        strings(&live.state, &mut |text| *running.entry(text.to_owned()).or_default() += tasks);
    }
    running
}

/// Returns all ids to which services with an incomplete deployment refer.
///
/// Some tasks of such a service still use the objects that it referred to before, and some are not registered
/// yet. So its counts prove nothing.
pub(crate) fn deploying(world: &World) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    for live in own_services(world).filter(|live| !live.state["deployment"].is_null()) {
        strings(&live.state, &mut |text| {
            ids.insert(text);
        });
    }
    ids
}

/// Returns the ECS services that the stack owns.
fn own_services(world: &World) -> impl Iterator<Item = &Live> {
    let services = world.of_kind(Service::KIND).map(|(_, live)| live);
    services.filter(|live| live.ownership == Ownership::Ours)
}

/// Reads the network interfaces of all tasks in our clusters, of stopping tasks as well.
///
/// It takes two listings for each cluster, and one call for a hundred tasks.
pub(crate) async fn interfaces_of_tasks(aws: &Aws, world: &World) -> Result<BTreeSet<String>> {
    let clusters = world.of_kind(Cluster::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let tasks = try_join_all(clusters.map(|(_, live)| listing::all_tasks(aws, &live.physical))).await?;
    let attachments = tasks.iter().flatten().flat_map(Task::attachments);
    let details = attachments.flat_map(Attachment::details);
    let interfaces = details.filter(|detail| detail.name() == Some("networkInterfaceId"));
    Ok(interfaces.filter_map(|detail| detail.value().map(str::to_owned)).collect())
}

/// Reads the tasks in these clusters that no service runs.
///
/// It makes a call only for a cluster that has more tasks than its services. ECS names the group of a
/// service's task `service:` and the name of the service.
pub(crate) async fn tasks(aws: &Aws, world: &World, clusters: &[&Live]) -> Result<Vec<Dependent>> {
    let counted = &world.others().counted;
    let fuller = clusters.iter().filter(|live| counted.get(&live.physical).is_some_and(|more| *more > 0));
    let found = fuller.map(async |live| {
        let tasks = listing::tasks(aws, &live.physical, DesiredStatus::Running).await?;
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
