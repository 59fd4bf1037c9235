//! Rules of the access log of a stage.
//!
//! The format of a log is one line with `$context` variables. API Gateway refuses a format without the id of a request,
//! as cdk-preflight has recorded (`apigwv2-access-log-format-request-id`). It accepts
//! unknown variables and prints `-` for them, so they are a warning. Two bounds on the length contradict each other in
//! AWS's texts, 1024 and 3072 characters: above the larger one is an error, between them a warning.
//!
//! `$context` variables are named in AWS's page on logging variables of HTTP APIs. API Gateway writes to a log group of
//! CloudWatch Logs, which a request names by its ARN; a stack creates the group itself.

use validator::ValidationError;

use crate::path::Path;
use crate::report::Report;
use crate::rules::logs::is_group_name;
use crate::rules::{APIGW_STAGE_010, APIGW_STAGE_011, APIGW_STAGE_012, broken, judge};

/// The variables of an HTTP API below `$context.`; it has everything below `authorizer.` as well.
const VARIABLES: [&str; 48] = [
    "accountId",
    "apiId",
    "awsEndpointRequestId",
    "awsEndpointRequestId2",
    "customDomain.basePathMatched",
    "dataProcessed",
    "domainName",
    "domainPrefix",
    "error.message",
    "error.messageString",
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.caller",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.subjectDN",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.validity.notBefore",
    "identity.clientCert.validity.notAfter",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "responseLatency",
    "responseLength",
    "routeKey",
    "stage",
    "status",
];

/// Checks a format for errors: API Gateway refuses them.
///
/// It needs `$context.requestId` or `$context.extendedRequestId`, and has at most 3072 characters.
pub(crate) fn format(format: &str) -> Result<(), ValidationError> {
    let has_id = ["$context.requestId", "$context.extendedRequestId"].iter().any(|id| format.contains(id));
    judge(has_id, || broken!(APIGW_STAGE_010, "no-request-id"))?;
    let length = format.chars().count();
    judge(length <= 3072, || broken!(APIGW_STAGE_011, "too-long", count = length, most = 3072))
}

/// Warns of a format that API Gateway may refuse, and of variables that it does not know.
///
/// The rule on several lines has not been measured, so it is a warning too.
pub(crate) fn doubts(format: &str, at: &Path, report: &mut Report) {
    if format.contains(['\n', '\r']) {
        report.warn(at, broken!(APIGW_STAGE_010, "several-lines"));
    }
    let length = format.chars().count();
    if (1025..=3072).contains(&length) {
        report.warn(at, broken!(APIGW_STAGE_011, "perhaps-too-long", count = length));
    }
    for name in variables(format).filter(|name| !is_variable(name)) {
        report.add(at, broken!(APIGW_STAGE_012, "unknown-variable", name = name));
    }
}

/// Returns the names of the variables of a format, without `$context.`.
///
/// Names end at the first character that is not a letter, a digit, `.` or `_`. A point at the end is not part of the
/// name.
fn variables(format: &str) -> impl Iterator<Item = &str> {
    format.split("$context.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
        rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
    })
}

/// Returns whether an HTTP API has a variable.
///
/// Claims of a token are `authorizer.claims.<name>`; `authorizer.claims` alone is not a variable.
fn is_variable(name: &str) -> bool {
    match name.strip_prefix("authorizer.") {
        Some(property) => property != "claims",
        None => VARIABLES.contains(&name),
    }
}

/// Returns whether a text is the ARN of a log group, without `:*` at its end.
///
/// The name of the group has to be one that CloudWatch Logs takes.
pub(crate) fn is_log_group_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let ["arn", partition, "logs", region, account, "log-group", name] = parts.as_slice() else {
        return false;
    };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    partition.starts_with("aws") && !region.is_empty() && is_account && is_group_name(name)
}
