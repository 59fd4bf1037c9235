//! Objects of others that use VPC links of the stack or the security groups of VPC links.
//!
//! API Gateway refuses to delete a VPC link with integrations, and EC2 a security group on the interfaces of
//! a link. It would do so after most of a stack is gone. So a plan that removes such an object names its
//! users before the first write.
//!
//! VPC links of others come with the listing that every observation reads. The integrations of other APIs
//! take one call for each API, so they are read only for a plan that removes a link. REST APIs that use a
//! link are not looked for.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Aws, Error, Id, Result, World,
    engine::{
        dependent::Dependent,
        world::{Fact, Live},
    },
    error::Absent,
    services::apigateway::listing,
};

/// The HTTP APIs of others, name by id: their integrations may use a VPC link of the stack.
///
/// The listing of APIs shows them for free. The world keeps them as a fact of API Gateway.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ApisOfOthers(pub(super) BTreeMap<String, String>);

impl Fact for ApisOfOthers {
    const NAME: &'static str = "apis_of_others";
}

/// Reads the integrations in APIs of others that use these VPC links.
///
/// It takes one listing for each API of others, all at the same time. An API that is deleted meanwhile uses
/// nothing. The result names the API once for each link that it uses.
///
/// # Errors
///
/// A call failed or was denied.
pub(super) async fn integrations(aws: &Aws, world: &World, links: &[&Live]) -> Result<Vec<Dependent>> {
    let links: Vec<&str> = links.iter().map(|live| live.physical.as_str()).collect();
    let ApisOfOthers(apis) = world.fact();
    let found = apis.iter().map(async |(api, name)| {
        let found = listing::integrations(aws, api).await.none_if(&["NotFoundException"])?;
        let through: BTreeSet<String> = found
            .unwrap_or_default()
            .into_iter()
            .filter_map(|integration| integration.connection_id)
            .filter(|link| links.contains(&link.as_str()))
            .collect();
        let named = through.into_iter().map(|link| Dependent::new(format!("the API {name} ({api})"), link));
        Ok::<_, Error>(named.collect::<Vec<_>>())
    });
    Ok(try_join_all(found).await?.into_iter().flatten().collect())
}

/// Returns the security groups that a VPC link uses.
///
/// It makes no call: the groups are in the state of the link.
pub(super) fn groups_of((id, live): &(Id, Live)) -> Vec<Dependent> {
    let groups = live.state["security_groups"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let name = format!("VPC link {} ({})", id.name, live.physical);
    groups.map(|group| Dependent::new(name.clone(), group)).collect()
}
