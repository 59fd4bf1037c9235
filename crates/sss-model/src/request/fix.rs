//! What to do about a problem of a request, where the rule's own fix speaks of a stack file.

use crate::problem::Problem;
use crate::rules::{self, Rule};

/// Fixes in the words of AWS, by rule.
const FIXES: &[(&Rule, &str)] = &[
    (&rules::APIGW_CORS_001, "name the origins, or set `AllowCredentials` to `false`"),
    (&rules::APIGW_CORS_005, "name the origins, or take `CorsConfiguration` out"),
    (&rules::APIGW_ROUTE_001, "write a key such as `GET /orders`, or `$default`"),
    (
        &rules::APIGW_ROUTE_004,
        "set `AuthorizationType` to `JWT` and `AuthorizerId`, or take authorizer and scopes out",
    ),
];

/// Puts the fix in the words of AWS in the place of the rule's own; one that knows more stays.
pub(super) fn translate(problem: Problem) -> Problem {
    let fix = FIXES.iter().find(|(rule, _)| rule.id == problem.rule && rule.fix == problem.fix);
    match fix {
        Some((_, fix)) => problem.with_fix(*fix),
        None => problem.in_request(),
    }
}
