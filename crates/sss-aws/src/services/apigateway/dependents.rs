//! Integrations of others that go through VPC links of the stack.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Result, World,
    engine::{dependent::Dependent, world::Live},
    error::Absent,
    services::apigateway::read,
};

/// Integrations of the APIs of others that go through these VPC links.
pub(crate) async fn integrations(aws: &Aws, world: &World, links: &[&Live]) -> Result<Vec<Dependent>> {
    let links: Vec<&str> = links.iter().map(|live| live.physical.as_str()).collect();
    let apis = world.others().apis.iter().map(async |(api, name)| {
        let found = read::integrations(aws, api).await.none_if(&["NotFoundException"])?;
        let through: BTreeSet<String> = found
            .unwrap_or_default()
            .into_iter()
            .filter_map(|integration| integration.connection_id)
            .filter(|link| links.contains(&link.as_str()))
            .collect();
        let named = through.into_iter().map(|link| Dependent::new(format!("the API {name} ({api})"), link));
        Ok::<_, Error>(named.collect::<Vec<_>>())
    });
    Ok(try_join_all(apis).await?.into_iter().flatten().collect())
}
