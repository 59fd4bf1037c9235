//! What only policies of an identity must keep to.

use super::{Statement, either, malformed};
use crate::refusal::Refusal;

const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];
/// Services whose ARNs name no region.
const GLOBAL: [&str; 3] = ["iam", "s3", "route53"];

pub(super) fn check(statement: &Statement) -> Result<(), Refusal> {
    if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
        return Err(malformed("Policy document should not specify a principal."));
    }
    either(statement, "Resource", "NotResource", "Policy statement must contain resources.")?
        .into_iter()
        .try_for_each(check_resource)
}

fn check_resource(resource: &str) -> Result<(), Refusal> {
    if resource == "*" {
        return Ok(());
    }
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, service, region, _, name] = segments[..] else {
        return Err(malformed(format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    if partition != "*" && !PARTITIONS.contains(&partition) {
        let message = format!("Partition \"{partition}\" is not valid for resource \"{resource}\".");
        return Err(malformed(message));
    }
    if service.is_empty() || service.contains(['*', '?']) {
        return Err(malformed("Resource vendor must be fully qualified and cannot contain regexes."));
    }
    if GLOBAL.contains(&service) && !region.is_empty() {
        let message =
            format!("{} resource {resource} cannot contain region information.", service.to_uppercase());
        return Err(malformed(message));
    }
    if name.is_empty() {
        return Err(malformed("The policy failed legacy parsing"));
    }
    Ok(())
}
