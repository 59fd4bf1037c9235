//! EC2: security groups.
//!
//! A security group is created without rules for ingress, and EC2 adds one that allows all egress. Rules follow in
//! requests of their own: `AuthorizeSecurityGroupIngress` and `AuthorizeSecurityGroupEgress`, in `permission`.
//!
//! Name and description cannot be changed later. EC2 compares names of groups per VPC without regard to case; whether a
//! name is taken is a fact of the account.
//!
//! Ids have the form of EC2: a prefix and 8 or 17 hexadecimal digits (EC2-ID-001).

mod permission;

use super::shape::{Kind, Shape, list, may, must};
use super::{Node, Referred, tags};
use crate::report::Report;
use crate::rules::{EC2_ID_001, PARAM_002, SG_001, SG_004, broken, network, security_group};

pub(crate) use permission::{egress, ingress};

/// `CreateSecurityGroup`: the name (SG-001) and the description (SG-004) are required.
///
/// Without `VpcId` EC2 takes the default VPC of the account.
pub(crate) const CREATE_SECURITY_GROUP: Shape = Shape(&[
    must("GroupName", Kind::Text, &SG_001),
    must("Description", Kind::Text, &SG_004),
    may("VpcId", Kind::Text),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
/// Tags of the objects that a request creates, by kind of object.
const TAG_SPECIFICATIONS: Kind = list(&Kind::Structure(&TAG_SPECIFICATION));
const TAG_SPECIFICATION: Shape = Shape(&[may("ResourceType", Kind::Text), may("Tags", TAGS)]);
/// Tags of EC2. Neither member is required, as in the service model.
const TAGS: Kind = list(&Kind::Structure(&Shape(&[may("Key Value", Kind::Text)])));

/// `AuthorizeSecurityGroupIngress`: nothing is required by the model.
///
/// A group may be given by id or by name. The members of one rule may be in the request itself, or in `IpPermissions`.
pub(crate) const AUTHORIZE_INGRESS: Shape = Shape(&[
    may("GroupId GroupName", Kind::Text),
    may("IpProtocol CidrIp SourceSecurityGroupName SourceSecurityGroupOwnerId", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("IpPermissions", list(&Kind::Structure(&IP_PERMISSION))),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
/// `AuthorizeSecurityGroupEgress`: the id of the group is required (EC2-ID-001).
///
/// The model has the members of one rule too, but EC2's documentation says that they are not supported.
pub(crate) const AUTHORIZE_EGRESS: Shape = Shape(&[
    must("GroupId", Kind::Text, &EC2_ID_001),
    may("IpProtocol CidrIp SourceSecurityGroupName SourceSecurityGroupOwnerId", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("IpPermissions", list(&Kind::Structure(&IP_PERMISSION))),
    may("TagSpecifications", TAG_SPECIFICATIONS),
    may("DryRun", Kind::Flag),
]);
/// A permission: a protocol, two numbers, and the other sides. Each other side is a rule of its own.
const IP_PERMISSION: Shape = Shape(&[
    may("IpProtocol", Kind::Text),
    may("FromPort ToPort", Kind::Integer),
    may("UserIdGroupPairs", list(&Kind::Structure(&GROUP_PAIR))),
    may("IpRanges", list(&Kind::Structure(&Shape(&[may("Description CidrIp", Kind::Text)])))),
    may("Ipv6Ranges", list(&Kind::Structure(&Shape(&[may("Description CidrIpv6", Kind::Text)])))),
    may("PrefixListIds", list(&Kind::Structure(&Shape(&[may("Description PrefixListId", Kind::Text)])))),
]);
/// A security group as the other side, perhaps of another account or VPC.
const GROUP_PAIR: Shape = Shape(&[may(
    "Description UserId GroupName GroupId VpcId VpcPeeringConnectionId PeeringStatus",
    Kind::Text,
)]);

/// Checks a request for a security group.
///
/// - `GroupName`: 1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*` (SG-002), not `sg-…` and not `default`
///   (SG-003). An empty name is a missing one (SG-001).
/// - `Description`: 1 to 255 of the same characters (SG-004), so no apostrophe.
/// - `VpcId`: the id of a VPC (EC2-ID-001).
/// - `TagSpecifications`: tags of the kind `security-group`.
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
///
/// Another `ResourceType` breaks PARAM-002. The tags follow the rules of EC2, which allows any characters.
fn tag_specifications(request: &Node<'_>, kind: &str, report: &mut Report) {
    for specification in request.items("TagSpecifications") {
        if let Some(other) = specification.text("ResourceType").filter(|other| *other != kind) {
            let broken = broken!(PARAM_002, "other-resource", given = other, kind = kind);
            report.add(&specification.place("ResourceType"), broken);
        }
        tags::of_list(&specification, "Tags", ["Key", "Value"], tags::Service::Ec2, report);
    }
}
