//! What to do about a problem of a request, where the rule's own fix speaks of a stack file.

use crate::problem::Problem;
use crate::rules::{self, Rule};

/// Fixes in the words of AWS, by rule.
const FIXES: &[(&Rule, &str)] = &[
    (&rules::APIGW_API_001, NAME),
    (&rules::APIGW_AUTH_004, NAME),
    (&rules::APIGW_CORS_001, "name the origins, or set `AllowCredentials` to `false`"),
    (&rules::APIGW_CORS_005, "name the origins, or take `CorsConfiguration` out"),
    (&rules::APIGW_ROUTE_001, "write a key such as `GET /orders`, or `$default`"),
    (
        &rules::APIGW_ROUTE_004,
        "set `AuthorizationType` to `JWT` and `AuthorizerId`, or take authorizer and scopes out",
    ),
    (&rules::APIGW_VL_003, NAME),
    (&rules::CM_NS_001, NAME),
    (&rules::CM_SVC_001, NAME),
    (&rules::IAM_POL_003, "choose another `Sid`, or leave it out"),
    (&rules::IAM_POL_011, NAME),
    (&rules::IAM_ROLE_001, NAME),
    (&rules::IAM_ROLE_006, "write the ARN of a managed policy"),
    (&rules::LOG_001, NAME),
    (&rules::LOG_003, "write one of these numbers; without a policy events never expire"),
    (&rules::SG_002, NAME),
    (&rules::SG_003, NAME),
    (&rules::SG_010, "set `FromPort` and `ToPort`, the first not above the last"),
    (&rules::SG_012, "name an entry of `IpRanges`, `Ipv6Ranges`, `UserIdGroupPairs` or `PrefixListIds`"),
    (&rules::SG_013, "set `FromPort` (type) and `ToPort` (code)"),
];

const NAME: &str = "choose another name";

/// Puts the fix in the words of AWS in the place of the rule's own; one that knows more stays.
pub(super) fn translate(problem: Problem) -> Problem {
    let fix = FIXES.iter().find(|(rule, _)| rule.id == problem.rule && rule.fix == problem.fix);
    match fix {
        Some((_, fix)) => problem.with_fix(*fix),
        None => problem.in_request(),
    }
}
