//! The access log of a stage.

use validator::ValidationError;

use crate::path::Path;
use crate::report::Report;
use crate::rules::logs::is_group_name;
use crate::rules::worded;
use crate::rules::{APIGW_STAGE_010, APIGW_STAGE_011, APIGW_STAGE_012, judge};

/// What an access log of an HTTP API can print, below `$context.`; everything below `authorizer.` is there as well.
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

/// What API Gateway refuses in a format.
pub(crate) fn format(format: &str) -> Result<(), ValidationError> {
    let has_id = ["$context.requestId", "$context.extendedRequestId"].iter().any(|id| format.contains(id));
    judge(has_id, || worded(&APIGW_STAGE_010, "names no request id".to_owned()))?;
    let length = format.chars().count();
    judge(length <= 3072, || worded(&APIGW_STAGE_011, format!("has {length} characters")))
}

/// What API Gateway may refuse in a format, and what it takes and does not know.
pub(crate) fn doubts(format: &str, at: &Path, report: &mut Report) {
    if format.contains(['\n', '\r']) {
        report.warn(at, worded(&APIGW_STAGE_010, "has more than one line"));
    }
    let length = format.chars().count();
    if (1025..=3072).contains(&length) {
        let message = format!("has {length} characters; API Gateway may take 1024 only");
        report.warn(at, worded(&APIGW_STAGE_011, message));
    }
    for name in variables(format).filter(|name| !is_variable(name)) {
        report.add(at, worded(&APIGW_STAGE_012, format!("`$context.{name}` prints `-`")));
    }
}

fn variables(format: &str) -> impl Iterator<Item = &str> {
    format.split("$context.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
        rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
    })
}

fn is_variable(name: &str) -> bool {
    match name.strip_prefix("authorizer.") {
        Some(property) => property != "claims",
        None => VARIABLES.contains(&name),
    }
}

/// Whether an ARN is that of a log group, without `:*` at its end.
pub(crate) fn is_log_group_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let ["arn", partition, "logs", region, account, "log-group", name] = parts.as_slice() else {
        return false;
    };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    partition.starts_with("aws") && !region.is_empty() && is_account && is_group_name(name)
}
