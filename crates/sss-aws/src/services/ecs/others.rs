//! The services and tasks of others in the clusters of a stack.
//!
//! They come out of answers that the observation has anyway. A plan that removes a cluster, a group or a
//! registry names them before the first write.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{
    AwsVpcConfiguration, Cluster as SdkCluster, Service as SdkService, ServiceRegistry,
};

use crate::{
    Graph,
    engine::dependent::{Dependent, Others},
    services::ecs::plain_tags,
    tags::{Ownership, observed},
};

/// Returns the services of others in these clusters with the objects that they use, and the numbers of tasks.
///
/// The count of a service of the stack is that of its running tasks, by its ARN. The count of a cluster is
/// that of the tasks that no active service explains, by its ARN.
pub(super) fn others(graph: &Graph, services: &[SdkService], clusters: &[SdkCluster]) -> Others {
    let mut others = Others::default();
    let mut tasks: BTreeMap<&str, i32> = BTreeMap::new();
    for service in services {
        let cluster = service.cluster_arn().unwrap_or_default();
        *tasks.entry(cluster).or_default() += service.running_count() + service.pending_count();
        if observed(graph.stack(), plain_tags(service.tags())).0 == Ownership::Ours {
            let arn = service.service_arn().unwrap_or_default().to_owned();
            // Tasks beyond the desired count are stopping.
            if service.running_count().min(service.desired_count()) == 0 {
                others.idle.insert(arn.clone());
            }
            others.counted.insert(arn, service.running_count());
        } else {
            let name = format!("ECS service {}", service.service_name().unwrap_or_default());
            let used = used_by(service).into_iter().map(|used| Dependent::new(name.clone(), used));
            others.dependents.extend(used);
        }
    }

    for cluster in clusters {
        let arn = cluster.cluster_arn().unwrap_or_default();
        let all = cluster.running_tasks_count() + cluster.pending_tasks_count();
        let alone = all - tasks.get(arn).copied().unwrap_or(0);
        if alone > 0 {
            others.counted.insert(arn.to_owned(), alone);
        }
    }
    others
}

/// Returns the cluster, the security groups and the registries of a service.
fn used_by(service: &SdkService) -> BTreeSet<String> {
    let network = service.network_configuration().and_then(|network| network.awsvpc_configuration());
    let groups = network.map(AwsVpcConfiguration::security_groups).unwrap_or_default().iter();
    let registries = service.service_registries().iter().filter_map(ServiceRegistry::registry_arn);
    let named = service.cluster_arn().into_iter().chain(registries).map(str::to_owned);
    named.chain(groups.cloned()).collect()
}
