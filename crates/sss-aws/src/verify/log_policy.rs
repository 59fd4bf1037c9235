//! The resource policies of CloudWatch Logs, one of which lets API Gateway write access logs.
//!
//! AWS adds a policy by itself when a stage gets an access log, unless the region has ten already.

use super::{Check, subject::Subject};
use crate::{Aws, services::logs::policies::policies};

/// The most resource policies of an account in a region.
const MOST: usize = 10;
/// The service that writes access logs, as policies name it.
const WRITER: &str = "delivery.logs.amazonaws.com";

/// Checks that there is a policy for the access log, or room for one.
pub(super) async fn check(aws: &Aws, subject: &Subject<'_>) -> Vec<Check> {
    let Some((stage, group)) = &subject.access_log else { return Vec::new() };
    let name = "resource policies of CloudWatch Logs";
    let check = match policies(aws).await {
        Err(error) => Check::unread("log-policy", name, &error),
        Ok(found) if found.len() < MOST || found.iter().any(|policy| policy.contains(WRITER)) => {
            Check::ok("log-policy", name)
        }
        Ok(_) if group.contains("/aws/vendedlogs/") => Check::ok("log-policy", name),
        Ok(_) => {
            let reason = format!(
                "the region has {MOST} resource policies, the most it can have, and none allows {WRITER} to write access logs"
            );
            let fix =
                "delete a policy with `aws logs delete-resource-policy`, or add the service to one of them";
            Check::problem("log-policy", name, reason, fix)
        }
    };
    vec![check.seen("logs:DescribeResourcePolicies").about([*stage])]
}
