//! Reads AWS for an observation: in rounds, batched by service, never object by object.
//!
//! The first round asks for all objects that have a name or are listed whole, the second for objects with the stack's mark under
//! other names, and the third for what can only be asked once all others are known. The services do that; nothing here knows one.

use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Result, World,
    services::{
        SERVICES,
        aws_service::{Reading, Trust},
        tagging,
    },
};

/// Observes the account: all objects that carry the mark of the graph's stack, and all that have a name of the graph.
///
/// It does not read a revision of a task definition that a service runs, if the service's tag has the hash of the desired
/// revision. A revision never changes. [`verify`] reads it.
///
/// # Guarantees
///
/// - It makes no call that writes.
///
/// # Errors
///
/// A read fails or is denied. Such an object is never taken for absent.
pub async fn observe(aws: &Aws, graph: &Graph) -> Result<World> {
    // On the heap, so that the futures of callers stay small.
    Box::pin(read(Reading { aws, graph, trust: Trust::Hashes })).await
}

/// Observes the account as [`observe`] does, and reads each revision of a task definition that runs: one more call for each service.
///
/// # Errors
///
/// A read fails or is denied. Such an object is never taken for absent.
pub async fn verify(aws: &Aws, graph: &Graph) -> Result<World> {
    Box::pin(read(Reading { aws, graph, trust: Trust::Nothing })).await
}

async fn read(cx: Reading<'_>) -> Result<World> {
    let first = SERVICES.iter().map(|service| (service.first_round)(&cx));
    let (tagged, found) = tokio::try_join!(tagging::tagged(&cx), try_join_all(first))?;

    let second = SERVICES.iter().zip(found);
    let second = second.map(|(service, found)| (service.second_round)(&cx, found, &tagged));
    let found = try_join_all(second).await?;

    let mut world = World::default();
    for (service, found) in SERVICES.iter().zip(found) {
        (service.third_round)(&cx, found, &mut world).await?;
    }
    Ok(world)
}

/// Returns the least number of calls that an observation of a stack takes, as far as the objects that were found show.
pub fn least_reads(graph: &Graph, world: &World) -> u64 {
    let services = SERVICES.iter().map(|service| (service.least_reads)(graph, world));
    (services.sum::<usize>() + tagging::least_reads(world)) as u64
}
