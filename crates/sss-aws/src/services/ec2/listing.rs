//! The listing of security groups: rules and tags come with them.

use aws_sdk_ec2::types::{Filter, SecurityGroup as SdkGroup};

use crate::{Aws, Result, error::Answer};

/// Lists the security groups that pass a filter.
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
