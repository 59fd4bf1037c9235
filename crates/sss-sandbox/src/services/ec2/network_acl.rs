//! Network ACLs: rules of a subnet that hold for each packet.
//!
//! The VPC has the default ACL, which lets everything pass. A caller can close it for traffic that leaves.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    id,
    page::Paging,
};
use crate::{
    input::parse,
    refusal::Refusal,
    tags::Tags,
    world::{VPC_ID, World},
};

/// The ACL of every subnet.
const ACL_ID: &str = "acl-0a1b2c3d4e5f60000";
/// The number of the rule that ends every ACL.
const LAST_RULE: u32 = 32_767;

/// The input of `DescribeNetworkAcls`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    network_acl_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeNetworkAcls`.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and unknown filters.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let acls = [(ACL_ID.to_owned(), ())].into();
    id::ACL.check_all(&input.network_acl_id, &acls)?;
    filter::check_names(&input.filter, &["network-acl-id", "vpc-id", "association.subnet-id", "default"])?;

    let wanted = acls.keys().filter(|id| {
        let values = |name: &str| match name {
            "network-acl-id" => vec![(*id).clone()],
            "vpc-id" => vec![VPC_ID.to_owned()],
            "association.subnet-id" => world.ec2.subnets.keys().cloned().collect(),
            _ => vec!["true".to_owned()],
        };
        filter::matches(&input.filter, &Tags::new(), values)
    });
    let items = wanted.map(|id| (id, rendered(world, id)));
    input.paging.answer("networkAclSet", items)
}

/// Returns the description of the ACL.
fn rendered(world: &World, id: &str) -> Value {
    let entry = |number: u32, action: &str, egress: bool| {
        json!({
            "ruleNumber": number,
            "protocol": "-1",
            "ruleAction": action,
            "egress": egress,
            "cidrBlock": "0.0.0.0/0",
        })
    };
    let out = if world.ec2.is_closed { "deny" } else { "allow" };
    let entries = [
        entry(100, out, true),
        entry(LAST_RULE, "deny", true),
        entry(100, "allow", false),
        entry(LAST_RULE, "deny", false),
    ];
    let subnets = world.ec2.subnets.keys().enumerate().map(|(number, subnet)| {
        json!({ "networkAclAssociationId": format!("aclassoc-{number}"), "networkAclId": id, "subnetId": subnet })
    });
    json!({
        "networkAclId": id,
        "vpcId": VPC_ID,
        "ownerId": world.account,
        "default": true,
        "entrySet": entries,
        "associationSet": subnets.collect::<Vec<_>>(),
        "tagSet": [],
    })
}
