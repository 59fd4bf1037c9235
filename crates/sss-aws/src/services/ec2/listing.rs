//! The listing of security groups: rules and tags come with them.
//!
//! A filter and a page size keep the call in the larger bucket of EC2's reads.

use aws_sdk_ec2::types::{Filter, SecurityGroup as SdkGroup};

use crate::{Aws, Result, error::Answer};

/// Lists the security groups that pass a filter, such as `vpc-id` or `group-id`.
///
/// Ids that do not exist are missing in the answer: a filter, unlike a list of ids, is no error then.
pub(super) async fn security_groups(aws: &Aws, filter: &str, values: Vec<String>) -> Result<Vec<SdkGroup>> {
    let filter = Filter::builder().name(filter).set_values(Some(values)).build();
    let request = aws.ec2.describe_security_groups().filters(filter).max_results(1000);
    let mut pages = request.into_paginator().items().send();
    let mut groups = Vec::new();
    while let Some(group) = pages.next().await {
        groups.push(group.of("ec2:DescribeSecurityGroups")?);
    }
    Ok(groups)
}
