//! The only reading of AWS: batched by service, never object by object.
//!
//! Two rounds, and a third where a service does not run what is wanted. The first asks for everything by name and for every list that needs no id; the second for what is inside
//! of what the first found, and for objects that carry the stack's mark under a name that the stack no longer has. The
//! third asks whether what is wanted has been tried and given up.

pub(crate) mod apigateway;
pub(crate) mod cloudmap;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod iam;
pub(crate) mod logs;
pub(crate) mod tagging;

use crate::{Aws, Graph, Result, World};

/// Looks at the account: at everything that carries the mark of the graph's stack, and at everything that has a name
/// that the graph wants.
///
/// # Errors
///
/// A read that fails or is denied is an error, never an absence.
pub async fn observe(aws: &Aws, graph: &Graph) -> Result<World> {
    // On the heap, so that the futures of callers stay small.
    Box::pin(look(aws, graph)).await
}

async fn look(aws: &Aws, graph: &Graph) -> Result<World> {
    let mut world = World::default();
    let (tagged, (roles, unseen), groups, clusters, namespaces, apis, links, services, log_groups, families) =
        tokio::try_join!(
            tagging::tagged(aws, graph),
            iam::roles(aws, graph),
            ec2::security_groups(aws, graph),
            ecs::clusters(aws, graph),
            cloudmap::namespaces(aws, graph),
            apigateway::apis(aws, graph),
            apigateway::vpc_links(aws, graph),
            ecs::wanted_services(aws, graph),
            logs::wanted(aws, graph),
            ecs::families(aws, graph),
        )?;
    if let Some(account) = groups.iter().find_map(|group| group.owner_id()) {
        world.set_account(account);
    }
    world.extend(roles);
    world.note_unseen(unseen);
    world.extend(links);
    world.extend(apis);
    let (groups, clusters, namespaces, log_groups) = tokio::try_join!(
        ec2::marked(aws, graph, groups, &tagged),
        ecs::marked_clusters(aws, graph, clusters, &tagged),
        cloudmap::marked_namespaces(aws, graph, namespaces, &tagged),
        logs::marked(aws, graph, log_groups, &tagged),
    )?;
    world.extend(groups);
    world.extend(clusters);
    world.extend(namespaces);
    world.extend(log_groups);
    let (registries, (services, last_deployments), parts) = tokio::try_join!(
        cloudmap::services(aws, graph, &world, &tagged),
        ecs::services_and_revisions(aws, graph, &world, services, families, &tagged),
        apigateway::parts(aws, &world),
    )?;
    world.extend(registries);
    world.extend(services);
    apigateway::insert(graph, &mut world, parts);
    ecs::note(aws, graph, &mut world, last_deployments).await?;
    Ok(world)
}
