//! EC2: security groups.

mod permission;

use super::shape::{Kind, Shape, list, may, must};
use super::{Node, Referred, tags};
use crate::report::Report;
use crate::rules::{EC2_ID_001, PARAM_002, SG_001, SG_004, broken, network, security_group};

pub(crate) use permission::{egress, ingress};

pub(crate) const CREATE_SECURITY_GROUP: Shape = Shape(&[
    must("GroupName", Kind::Text, &SG_001),
    must("Description", Kind::Text, &SG_004),
    may("VpcId", Kind::Text),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
const TAG_SPECIFICATIONS: Kind = list(&Kind::Structure(&TAG_SPECIFICATION));
const TAG_SPECIFICATION: Shape = Shape(&[may("ResourceType", Kind::Text), may("Tags", TAGS)]);
const TAGS: Kind = list(&Kind::Structure(&Shape(&[may("Key Value", Kind::Text)])));

pub(crate) const AUTHORIZE_INGRESS: Shape = Shape(&[
    may("GroupId GroupName", Kind::Text),
    may("IpProtocol CidrIp SourceSecurityGroupName SourceSecurityGroupOwnerId", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("IpPermissions", list(&Kind::Structure(&IP_PERMISSION))),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
pub(crate) const AUTHORIZE_EGRESS: Shape = Shape(&[
    must("GroupId", Kind::Text, &EC2_ID_001),
    may("IpProtocol CidrIp SourceSecurityGroupName SourceSecurityGroupOwnerId", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("IpPermissions", list(&Kind::Structure(&IP_PERMISSION))),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
const IP_PERMISSION: Shape = Shape(&[
    may("IpProtocol", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("UserIdGroupPairs", list(&Kind::Structure(&GROUP_PAIR))),
    may("IpRanges", list(&Kind::Structure(&Shape(&[may("Description CidrIp", Kind::Text)])))),
    may("Ipv6Ranges", list(&Kind::Structure(&Shape(&[may("Description CidrIpv6", Kind::Text)])))),
    may("PrefixListIds", list(&Kind::Structure(&Shape(&[may("Description PrefixListId", Kind::Text)])))),
]);
const GROUP_PAIR: Shape = Shape(&[may(
    "Description UserId GroupName GroupId VpcId VpcPeeringConnectionId PeeringStatus",
    Kind::Text,
)]);

/// Checks a request for a security group.
pub(crate) fn security_group(request: &Node<'_>, _referred: &Referred, report: &mut Report) {
    match request.text("GroupName") {
        Some("") => request.lacks("GroupName", &SG_001, report),
        Some(name) => security_group::name(name, &request.place("GroupName"), report),
        None => {}
    }
    request.check_text("Description", &SG_004, security_group::description, report);
    request.check_text("VpcId", &EC2_ID_001, network::vpc_id, report);
    tag_specifications(request, "security-group", report);
}

/// Checks the tags of a request, which EC2 takes for the kind of objects that the operation creates.
fn tag_specifications(request: &Node<'_>, kind: &str, report: &mut Report) {
    for specification in request.items("TagSpecifications") {
        if let Some(other) = specification.text("ResourceType").filter(|other| *other != kind) {
            let broken = broken!(PARAM_002, "other-resource", given = other, kind = kind);
            report.add(&specification.place("ResourceType"), broken);
        }
        tags::of_list(&specification, "Tags", ["Key", "Value"], tags::Service::Ec2, report);
    }
}
