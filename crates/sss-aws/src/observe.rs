//! Reads AWS for an observation: in rounds, batched by service, never object by object.
//!
//! | round | asks for | runs |
//! |---|---|---|
//! | first | objects that have a name of the stack, or that are listed whole | all services at the same time |
//! | second | objects with the stack's mark under other names | all services at the same time |
//! | third | contents that depend on objects of other services | one service after the other |
//!
//! The tagging API answers beside the first rounds. It is eventually consistent, so its answer is a hint
//! where to look: each service reads the object itself. The third rounds add the objects to the world in the
//! order of the list of services, so a later service can read there what an earlier one has found.
//!
//! A fourth, late round reads objects that the third one has left, because a plan needs them only to show what changes.
//!
//! The graph of a [scope](Graph::only) takes one round for all services of AWS: it reads the services of the scope, and
//! nothing around them.
//!
//! The services implement the rounds; nothing here knows one of them.

use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Result, World,
    services::{
        SERVICES,
        aws_service::{Reading, Trust},
        tagging,
    },
};

/// Observes the account: all objects that carry the mark of the graph's stack, and all that have a name of
/// the graph.
///
/// It does not read a revision of a task definition that a service runs, if the service's tag has the hash of
/// the desired revision. A revision never changes. [`reread`] reads it.
///
/// # Guarantees
///
/// - It makes no call that writes.
/// - Beyond the contents of found objects, the second and third rounds make no call if everything is as the
///   stack says.
///
/// # Errors
///
/// A read fails or is denied. Such an object never counts as absent.
///
/// # Cancellation
///
/// Dropping the future is safe at any time: nothing was written.
pub async fn observe(aws: &Aws, graph: &Graph) -> Result<World> {
    // On the heap, so that the futures of callers stay small.
    Box::pin(read(Reading { aws, graph, trust: Trust::Hashes, leaves: false })).await
}

/// Observes the account as [`observe`] does, and reads each revision of a task definition that runs.
///
/// That takes one more call for each service. Use it when somebody may have changed the tags that hold the
/// hashes.
///
/// # Errors
///
/// A read fails or is denied. Such an object never counts as absent.
pub async fn reread(aws: &Aws, graph: &Graph) -> Result<World> {
    Box::pin(read(Reading { aws, graph, trust: Trust::Nothing, leaves: false })).await
}

/// Observes the account as [`observe`] does, and may leave objects for [`read_left`].
///
/// The world has each of them as it is desired, with [`Source::Presumed`](crate::Source::Presumed).
pub(crate) async fn observe_leaving(aws: &Aws, graph: &Graph) -> Result<World> {
    Box::pin(read(Reading { aws, graph, trust: Trust::Hashes, leaves: true })).await
}

/// Reads at most this number of the objects that [`observe_leaving`] has left. The graph must be the same.
///
/// Once no object is left, the world is as [`observe`] returns it.
pub(crate) async fn read_left(aws: &Aws, graph: &Graph, world: &mut World, most: usize) -> Result<()> {
    let cx = Reading { aws, graph, trust: Trust::Hashes, leaves: false };
    for service in SERVICES {
        (service.late_round)(&cx, world, most).await?;
    }
    Ok(())
}

/// Runs the rounds. The calls within a round wait for AWS's quotas only.
async fn read(cx: Reading<'_>) -> Result<World> {
    let mut world = World::default();
    if !cx.graph.only().is_empty() {
        for service in SERVICES {
            (service.scoped_round)(&cx, &mut world).await?;
        }
        return Ok(world);
    }

    let first = SERVICES.iter().map(|service| (service.first_round)(&cx));
    let (tagged, found) = tokio::try_join!(tagging::tagged(&cx), try_join_all(first))?;

    let second = SERVICES.iter().zip(found);
    let second = second.map(|(service, found)| (service.second_round)(&cx, found, &tagged));
    let found = try_join_all(second).await?;

    for (service, found) in SERVICES.iter().zip(found) {
        (service.third_round)(&cx, found, &mut world).await?;
    }
    Ok(world)
}

/// Returns the least number of calls that an observation of a stack takes, as far as the objects that were
/// found show.
///
/// A test compares it with the calls of a real observation. `Aws::statistics` has those.
pub fn least_reads(graph: &Graph, world: &World) -> u64 {
    let services = SERVICES.iter().map(|service| (service.least_reads)(graph, world));
    let tagging = if graph.only().is_empty() { tagging::least_reads(world) } else { 0 };
    (services.sum::<usize>() + tagging) as u64
}
