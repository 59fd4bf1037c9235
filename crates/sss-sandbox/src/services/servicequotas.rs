//! Service Quotas: the quotas that AWS raises on request, with AWS's values.
//!
//! A value that somebody set is the account's, and the default stays AWS's. Fargate gives this account more than
//! its default, because the sandbox places every task.
//!
//! # Left out
//!
//! Requests for an increase, listings, templates, and metrics of the use.

mod access;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    gate::Form,
    input::parse,
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    wire::Protocol,
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "servicequotas",
    cli_name: "service-quotas",
    protocol: Protocol::Json("ServiceQuotasV20190624"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: &[],
    troubles: Troubles {
        throttled: Trouble::throttled("TooManyRequestsException"),
        failed: Trouble::failed(500, "ServiceException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: None,
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// A quota: the service, the code, the name, AWS's default, and the value of a new account here.
type Listed = (&'static str, &'static str, &'static str, f64, f64);

/// The quotas, by service and code.
const QUOTAS: &[Listed] = &[
    ("apigateway", "L-608BDCD4", "VPC links (V2) per account per Region", 10.0, 10.0),
    ("apigateway", "L-668C9B28", "Subnets per VPC link (V2)", 10.0, 10.0),
    ("apigateway", "L-65B5C802", "Routes per API (HTTP API)", 300.0, 300.0),
    ("apigateway", "L-379E48B0", "Stages per API (HTTP API)", 10.0, 10.0),
    ("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6.0, 4000.0),
    ("fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6.0, 4000.0),
    ("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60.0, 60.0),
];

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The values that a caller set, by service and code.
    values: BTreeMap<String, f64>,
}

/// The input of both operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Asked {
    #[serde(default)]
    service_code: String,
    #[serde(default)]
    quota_code: String,
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of an unknown quota (`NoSuchResourceException`), or the one for an operation that the
/// sandbox does not have.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetServiceQuota" => quota(parse(input)?, |key, listed| {
            world.servicequotas.values.get(key).copied().unwrap_or(listed.4)
        }),
        "GetAWSDefaultServiceQuota" => quota(parse(input)?, |_, listed| listed.3),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// Sets the account's value of a quota.
pub(crate) fn set(world: &mut World, service: &str, code: &str, value: f64) {
    world.servicequotas.values.insert(format!("{service}/{code}"), value);
}

/// Returns the account's value of a quota that the sandbox lists, or 0 for another one.
pub(crate) fn granted(world: &World, service: &str, code: &str) -> f64 {
    let set = world.servicequotas.values.get(&format!("{service}/{code}")).copied();
    let listed = QUOTAS.iter().find(|listed| listed.0 == service && listed.1 == code);
    set.or(listed.map(|listed| listed.4)).unwrap_or_default()
}

/// Returns a quota with the value that `value` gives.
fn quota(asked: Asked, value: impl Fn(&str, &Listed) -> f64) -> Result<Value, Refusal> {
    let Asked { service_code, quota_code } = asked;
    let listed = QUOTAS.iter().find(|listed| listed.0 == service_code && listed.1 == quota_code);
    let listed = listed.ok_or_else(|| {
        Refusal::new(
            "NoSuchResourceException",
            "The request failed because the specified service or quota does not exist.",
        )
    })?;
    let value = value(&format!("{service_code}/{quota_code}"), listed);
    Ok(json!({ "Quota": {
        "ServiceCode": service_code,
        "QuotaCode": quota_code,
        "QuotaName": listed.2,
        "Value": value,
        "Unit": "None",
        "Adjustable": true,
        "GlobalQuota": false,
    } }))
}
