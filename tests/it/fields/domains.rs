//! Custom domain names and their mappings.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{
    Hand::{self, Anew, Calls},
    Row, api, saved,
};
use crate::account::Account;

const DOMAIN: &str = "api.example.com";

/// Changes the configuration of the domain name.
fn configuration(account: &Account, change: &Value) {
    let input = json!({"domainName": DOMAIN, "domainNameConfigurations": [change]});
    account.by_hand("apigateway", "UpdateDomainName", &input);
}

/// Returns the id of the mapping of the stack.
fn mapping(account: &Account) -> Value {
    let all = account.by_hand("apigateway", "GetApiMappings", &json!({"domainName": DOMAIN}));
    all["items"][0]["apiMappingId"].clone()
}

/// Returns the mapping in a saved account.
fn saved_mapping(world: &mut Value) -> &mut Value {
    saved(&mut world["apigateway"]["domains"][DOMAIN]["mappings"], ("apiMappingKey", "shop"))
}

/// Deletes the mapping, which holds the API.
pub(super) fn unmap(account: &Account) {
    let input = json!({"domainName": DOMAIN, "apiMappingId": mapping(account)});
    account.by_hand("apigateway", "DeleteApiMapping", &input);
}

/// Deletes the domain name with its mappings.
pub(super) fn remove(account: &Account) {
    account.by_hand("apigateway", "DeleteDomainName", &json!({"domainName": DOMAIN}));
}

const fn domain(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: "apigatewayv2/domain-name", name: DOMAIN, field, hand, action: Update, paths }
}

const fn record(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: "route53/record-set", name: RECORD, field, hand, action: Update, paths }
}

const ZONE: &str = "Z0A1B2C3D4E5F60718293";
const RECORD: &str = "Z0A1B2C3D4E5F60718293/api.example.com A";

/// Returns the record of the type A.
fn found(account: &Account) -> Value {
    let all = account.by_hand("route53", "ListResourceRecordSets", &json!({"Id": ZONE}));
    all["ResourceRecordSets"][0].clone()
}

fn change_record(account: &Account, action: &str, record: &Value) {
    let batch = json!({"Changes": [{"Action": action, "ResourceRecordSet": record}]});
    account.by_hand("route53", "ChangeResourceRecordSets", &json!({"Id": ZONE, "ChangeBatch": batch}));
}

/// Changes the target of the record of the type A.
fn alias(account: &Account, change: impl FnOnce(&mut Value)) {
    let mut record = found(account);
    change(&mut record["AliasTarget"]);
    change_record(account, "UPSERT", &record);
}

/// Deletes the record of the type A.
pub(super) fn remove_record(account: &Account) {
    change_record(account, "DELETE", &found(account));
}

const fn mapped(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: "apigatewayv2/api-mapping", name: "api.example.com/shop", field, hand, action: Update, paths }
}

pub(super) const ROWS: &[Row] = &[
    domain(
        "certificate",
        Calls(|a| {
            let other = "arn:aws:acm:ap-northeast-1:123456789012:certificate/other";
            configuration(a, &json!({"certificateArn": other}));
        }),
        &["certificate"],
    ),
    domain(
        "security_policy",
        Anew(|w| {
            let domain = &mut w["apigateway"]["domains"][DOMAIN]["domain"];
            domain["domainNameConfigurations"][0]["securityPolicy"] = json!("TLS_1_0");
        }),
        &["security_policy"],
    ),
    domain(
        "ip_address_type",
        Calls(|a| configuration(a, &json!({"ipAddressType": "ipv4"}))),
        &["ip_address_type"],
    ),
    domain(
        "routing_mode",
        Calls(|a| {
            let input = json!({"domainName": DOMAIN, "routingMode": "ROUTING_RULE_THEN_API_MAPPING"});
            a.by_hand("apigateway", "UpdateDomainName", &input);
        }),
        &["routing_mode"],
    ),
    domain("tags", Calls(|a| api::tag_arn(a, "/domainnames/api.example.com")), &[r#"tags."sss:managed-by""#]),
    record(
        "target",
        Calls(|a| {
            alias(a, |target| target["DNSName"] = json!("d-1.execute-api.ap-northeast-1.amazonaws.com"));
        }),
        &["target"],
    ),
    record(
        "target_zone",
        Calls(|a| alias(a, |target| target["HostedZoneId"] = json!("Z1"))),
        &["target_zone"],
    ),
    record(
        "evaluate_target_health",
        Calls(|a| alias(a, |target| target["EvaluateTargetHealth"] = json!("true"))),
        &["evaluate_target_health"],
    ),
    mapped("api", Anew(|w| saved_mapping(w)["apiId"] = json!("abcdefghij")), &["api"]),
    mapped("stage", Anew(|w| saved_mapping(w)["stage"] = json!("mine")), &["stage"]),
];
