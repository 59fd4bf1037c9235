//! Resource policies: what other services of AWS may write to log groups.

use crate::{Aws, Result, error::Answer};

/// Returns the documents of the resource policies of the account in this region, at most ten.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn policies(aws: &Aws) -> Result<Vec<String>> {
    let answer = aws.logs.describe_resource_policies().send().await.of("logs:DescribeResourcePolicies")?;
    let policies = answer.resource_policies.unwrap_or_default();
    Ok(policies.into_iter().filter_map(|policy| policy.policy_document).collect())
}
