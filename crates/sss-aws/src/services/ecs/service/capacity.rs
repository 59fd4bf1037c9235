//! Capacity providers of a cluster that belongs to others.
//!
//! The rules of the model compare a service with the stack's own cluster. What a cluster of others offers is a
//! fact of the account.

use crate::{
    World,
    engine::{
        kind::{Obstacle, Resource, from_value},
        world::Live,
    },
    services::ecs::{
        cluster::{self, Cluster},
        service::State,
    },
    tags::Ownership,
};

/// Returns why ECS refuses a service in a cluster of others. `None` for the stack's own cluster.
///
/// All tasks on `FARGATE` are the launch type, for which a cluster needs no providers.
pub(super) fn obstacle(desired: &State, world: &World) -> Option<Obstacle> {
    let is_it = |live: &&Live| from_value::<cluster::Output>(&live.output).arn == desired.cluster;
    let cluster = world.of_kind(Cluster::KIND).map(|(_, live)| live).find(is_it)?;
    if cluster.ownership == Ownership::Ours || desired.settings.capacity.keys().all(|name| name == "FARGATE")
    {
        return None;
    }

    let offered = from_value::<cluster::State>(&cluster.state).capacity_providers;
    let missing = desired.settings.capacity.keys().find(|provider| !offered.contains(*provider))?;
    Some(Obstacle {
        physical: missing.clone(),
        because: format!("cannot be created: the cluster {} does not offer {missing}", cluster.name),
        hint: "ask its owner to add the capacity provider, or remove `capacity`".to_owned(),
    })
}
