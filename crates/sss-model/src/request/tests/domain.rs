//! Requests of custom domain names and their mappings.

use serde_json::{Value, json};

use super::table::{Table, each, long};

pub(super) fn domain_name() -> Value {
    json!({ "DomainName": "api.example.com", "DomainNameConfigurations": [{
        "CertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/one",
        "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2", "IpAddressType": "ipv4",
    }] })
}

pub(super) fn api_mapping() -> Value {
    json!({ "DomainName": "api.example.com", "ApiId": "a1b2", "Stage": "$default", "ApiMappingKey": "shop" })
}

#[test]
fn domain_names_are_names_of_dns() {
    let domain = Table::of("apigatewayv2:CreateDomainName", domain_name());
    domain.takes("/DomainName", each(["a.b", "*.example.com", "x-1.example.co.jp"]));
    domain.lacks("/DomainName", &["APIGW-DOM-001 DomainName"]);
    let name = |name: &str, case: &str| {
        domain.names("/DomainName", json!(name), &format!("APIGW-DOM-001/{case}"));
    };
    name("", "required");
    for refused in ["example", "a..b", "-a.b", "a-.b", "a_b.c", "a.b.", "é.b", "a b.c"] {
        name(refused, "not-a-domain");
    }
    name("API.example.com", "upper-case");
    for refused in ["*", "a.*.b", "*a.b.c"] {
        name(refused, "wildcard");
    }
    name(&format!("{}.b", "a".repeat(252)), "too-long");
    domain.breaks("/Tags", [json!({ "aws:a": "b" })], &["TAG-003 Tags.\"aws:a\""]);
}

#[test]
fn domain_name_has_one_configuration() {
    let domain = Table::of("apigatewayv2:CreateDomainName", domain_name());
    domain.lacks("/DomainNameConfigurations", &["APIGW-DOM-004 DomainNameConfigurations"]);
    let one = &domain_name()["DomainNameConfigurations"][0];
    domain.names("/DomainNameConfigurations", json!([]), "APIGW-DOM-004/too-few");
    domain.names("/DomainNameConfigurations", json!([one, one]), "APIGW-DOM-004/too-many");
    domain.lacks(
        "/DomainNameConfigurations/0/CertificateArn",
        &["APIGW-DOM-002 DomainNameConfigurations[0].CertificateArn"],
    );
    let member = |member: &str, value: &str, want: &str| {
        domain.names(&format!("/DomainNameConfigurations/0/{member}"), json!(value), want);
    };
    member("CertificateArn", "one", "APIGW-DOM-002/not-an-arn");
    member("CertificateArn", "", "APIGW-DOM-002/required");
    member(
        "CertificateArn",
        "arn:aws:acm:eu-central-1:123456789012:certificate/",
        "APIGW-DOM-002/not-an-arn",
    );
    member("CertificateArn", "arn:aws:iam::123456789012:server-certificate/a", "APIGW-DOM-002/not-an-arn");
    member("EndpointType", "EDGE", "APIGW-DOM-004/not-regional");
    member("SecurityPolicy", "TLS_1_0", "APIGW-DOM-004/other-policy");
    member("SecurityPolicy", "TLS_1_3", "APIGW-DOM-004/unknown-choice");
    member("IpAddressType", "ipv6", "APIGW-DOM-004/unknown-choice");
    domain.names("/RoutingMode", json!("NONE"), "APIGW-DOM-004/unknown-choice");
}

#[test]
fn mapping_keys_are_paths() {
    let mapping = Table::of("apigatewayv2:CreateApiMapping", api_mapping());
    mapping.takes("/ApiMappingKey", each(["", "a", "a/b/c", "$-_.+!*'()"]));
    mapping.takes("/ApiMappingKey", long([300]));
    for member in ["DomainName", "ApiId", "Stage"] {
        mapping.lacks(&format!("/{member}"), &[&format!("PARAM-003 {member}")]);
    }
    let key = |key: &str, case: &str| {
        mapping.names("/ApiMappingKey", json!(key), &format!("APIGW-DOM-003/{case}"));
    };
    key(&"a".repeat(301), "too-long");
    for refused in ["a b", "é", "a?b", "{id}"] {
        key(refused, "invalid-characters");
    }
    for refused in ["/a", "a/", "a//b", "/"] {
        key(refused, "empty-segment");
    }
}
