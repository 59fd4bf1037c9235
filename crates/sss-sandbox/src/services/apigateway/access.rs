//! The permissions of API Gateway's operations: the method on the path.
//!
//! Source: "Actions, resources, and condition keys for Amazon API Gateway Management V2", in the Service
//! Authorization Reference.
//!
//! - Parts of an API have the tags of the API, and mappings those of their domain name. The reference lists
//!   `aws:ResourceTag` for parts of an API, not for mappings; that tags are passed on as REST APIs do is an assumption.
//! - A creation with tags also needs `apigateway:POST` on `/tags` (cloudformation-coverage-roadmap#997) and
//!   `apigateway:TagResource` (awacs#254), and so does a change of tags. The reference lists neither.
//! - The first VPC link creates the service-linked role. The sandbox does not create it, so each link needs that
//!   right unless somebody created the role ("Service-linked roles for API Gateway").
//! - A stage with access logs needs rights for log deliveries ("Configure logging for HTTP APIs").

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::tag;
use crate::{
    access::{Access, Check, Entry},
    services::iam,
    tags::Tags,
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: METHOD,
    arn: |world, resource| world.partition().arn("apigateway", &world.region, "", resource),
    name,
    tags,
};

/// The method of the request on its path.
const METHOD: Check = Check::of("{method}", "/{path}");
/// The method of a request that sets tags.
const TAGS: Check = Check::of("POST", "/tags/*").given("tags");
/// The action of a request that sets tags.
const TAG: Check = Check::of("TagResource", "/{path}").given("tags");

const ENTRIES: &[Entry] = &[
    Entry::new(&["CreateApi", "CreateDomainName"], &[METHOD, TAGS, TAG]),
    Entry::new(
        &["CreateVpcLink"],
        &[
            METHOD,
            TAGS,
            TAG,
            Check::of(
                "iam:CreateServiceLinkedRole",
                "arn:{partition}:iam::{account}:role/aws-service-role/ops.apigateway.amazonaws.com/\
                 AWSServiceRoleForAPIGateway",
            )
            .with(&[("iam:AWSServiceName", "=ops.apigateway.amazonaws.com")])
            .unless(|world| iam::has_service_linked_role(world, "ops.apigateway.amazonaws.com")),
        ],
    ),
    Entry::new(
        &["CreateStage", "UpdateStage"],
        &[
            METHOD,
            TAGS,
            TAG,
            Check::of("logs:CreateLogDelivery", "*").given("accessLogSettings"),
            Check::of("logs:GetLogDelivery", "*").given("accessLogSettings"),
            Check::of("logs:UpdateLogDelivery", "*").given("accessLogSettings"),
            Check::of("logs:DeleteLogDelivery", "*").given("accessLogSettings"),
            Check::of("logs:ListLogDeliveries", "*").given("accessLogSettings"),
            Check::of("logs:PutResourcePolicy", "*").given("accessLogSettings"),
            Check::of("logs:DescribeResourcePolicies", "*").given("accessLogSettings"),
            Check::of("logs:DescribeLogGroups", "*").given("accessLogSettings"),
        ],
    ),
    Entry::new(&["TagResource"], &[METHOD, Check::of("TagResource", "{!resourceArn}")]),
    Entry::new(&["UntagResource"], &[METHOD, Check::of("UntagResource", "{!resourceArn}")]),
];

/// Returns ARNs in paths in their encoded form.
fn name(_world: &World, _input: &Value, member: &str, value: &str) -> String {
    match member {
        "resourceArn" => utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
        _ => value.to_owned(),
    }
}

/// Returns the tags of an API or a domain name for it and its parts, and those of a stage or a VPC link.
fn tags<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    if tag::tags_of_arn(world, arn).is_some() {
        return tag::tags_of_arn(world, arn);
    }
    let (before, rest) = arn.split_once("::/")?;
    let mut parts = rest.split('/');
    let (folder, id) = (parts.next()?, parts.next()?);
    tag::tags_of_arn(world, &format!("{before}::/{folder}/{id}"))
}
