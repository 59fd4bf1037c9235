//! Availability zones in which API Gateway has no VPC links.
//!
//! `CreateVpcLink` refuses a subnet in such a zone: "Subnet … is in Availability Zone 'euw3-az2' where
//! service is not available" (`aws-cdk#13569`, `sst#5374`). The link is the last object before the
//! integrations, so without a check of its own a first apply would stop in the middle.
//!
//! The table of zones stands in the model. It lists ids such as `euw3-az2`, because names such as
//! `eu-west-3b` mean different zones in different accounts. It may be behind AWS: `network.vpc_link_zone_ids`
//! of the stack file admits zones that AWS opened since.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Filter;
use serde::{Deserialize, Serialize};
use sss_model::{has_zones_without_vpc_links, is_without_vpc_links};

use crate::{
    Id, Result, World,
    engine::{
        kind::{Obstacle, from_value},
        world::{Fact, Live},
    },
    error::Answer,
    services::{
        apigateway::vpc_link::{State, VpcLink},
        aws_service::Reading,
    },
    tags::Ownership,
};

/// The subnets of a desired VPC link that are in zones without VPC links, each with the id of its zone.
///
/// Empty where nothing blocks the link, or where nobody could look.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct WithoutLinks(BTreeMap<String, String>);

impl Fact for WithoutLinks {
    const NAME: &'static str = "subnets_without_vpc_links";
}

/// Reads the zones of a VPC link that is to be created, in one call.
///
/// It makes no call where the link exists, and where all zones of the region have VPC links. A caller that
/// may not describe subnets gets no warning: the fact is then empty.
///
/// # Errors
///
/// The call failed for another reason than a denied access.
pub(crate) async fn without_links(cx: &Reading<'_>, links: &[(Id, Live)]) -> Result<WithoutLinks> {
    const OPERATION: &str = "ec2:DescribeSubnets";
    let Some((id, link)) = cx.graph.resources::<VpcLink>().next() else {
        return Ok(WithoutLinks::default());
    };
    if !has_zones_without_vpc_links(cx.aws.region()) || is_there(id, link, links) {
        return Ok(WithoutLinks::default());
    }

    let subnets = link.state.subnets.iter().cloned().collect();
    let filter = Filter::builder().name("subnet-id").set_values(Some(subnets)).build();
    let answer = match cx.aws.ec2.describe_subnets().filters(filter).send().await.of(OPERATION) {
        // The look is a courtesy: without it, API Gateway refuses the link later.
        Err(error) if error.is_denied() => return Ok(WithoutLinks::default()),
        answer => answer?,
    };

    let zones =
        answer.subnets().iter().filter_map(|subnet| subnet.subnet_id().zip(subnet.availability_zone_id()));
    let without = zones.filter(|(_, zone)| {
        is_without_vpc_links(zone) && !link.zones_with_links.iter().any(|known| known == zone)
    });
    Ok(WithoutLinks(without.map(|(subnet, zone)| (subnet.to_owned(), zone.to_owned())).collect()))
}

/// The VPC of a link of others. `None` where nobody could look.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Vpc(pub(crate) Option<String>);

impl Fact for Vpc {
    const NAME: &'static str = "vpc";
}

/// Notes the VPC of each link to which the stack refers, with one call for each.
///
/// API Gateway answers the subnets of a link only. A caller that may not describe subnets gets no check.
///
/// # Errors
///
/// The call failed for another reason than a denied access.
pub(crate) async fn note_vpcs(cx: &Reading<'_>, links: &mut [(Id, Live)]) -> Result<()> {
    for (id, live) in links {
        if !cx.graph.refers_to(id, live) {
            continue;
        }
        let subnets = from_value::<State>(&live.state).subnets.into_iter().collect();
        let filter = Filter::builder().name("subnet-id").set_values(Some(subnets)).build();
        let answer =
            match cx.aws.ec2.describe_subnets().filters(filter).send().await.of("ec2:DescribeSubnets") {
                Err(error) if error.is_denied() => continue,
                answer => answer?,
            };
        live.facts.note(&Vpc(answer.subnets().first().and_then(|subnet| subnet.vpc_id()).map(str::to_owned)));
    }
    Ok(())
}

/// Returns whether a link of ours that works is where the desired link is to be.
fn is_there(id: &Id, link: &VpcLink, links: &[(Id, Live)]) -> bool {
    links.iter().any(|(found, live)| {
        let state: State = from_value(&live.state);
        found == id && live.ownership == Ownership::Ours && state.is_in_the_places_of(&link.state)
    })
}

/// Returns why API Gateway refuses a link with these subnets.
///
/// The hint shows the line of the stack file that leaves the bad subnets out, or asks for others where no
/// subnet is good. `None` if no subnet is in such a zone.
pub(super) fn obstacle(desired: &State, world: &World) -> Option<Obstacle> {
    let WithoutLinks(without) = world.fact();
    let (bad, good): (Vec<&String>, Vec<&String>) =
        desired.subnets.iter().partition(|subnet| without.contains_key(*subnet));
    let physical = (*bad.first()?).clone();
    let zones: Vec<&String> = bad.iter().map(|subnet| &without[*subnet]).collect();

    let named: Vec<_> =
        bad.iter().zip(&zones).map(|(subnet, zone)| format!("{subnet} is in {zone}")).collect();
    let because = format!("cannot be created: {}, where API Gateway has no VPC links", named.join(", "));

    let remedy = if good.is_empty() {
        "name subnets in other availability zones".to_owned()
    } else {
        format!("write `private_subnet_ids = [{}]`", listed(&good))
    };
    let hint = format!(
        "{remedy}; if AWS has VPC links there by now, write `vpc_link_zone_ids = [{}]` under `[network]`",
        listed(&zones)
    );
    Some(Obstacle { physical, because, hint })
}

/// Returns values as the items of a TOML list.
fn listed(values: &[&String]) -> String {
    values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}
