use serde_json::{Value, json};

use super::{accepted, check_refused, refused, routed, text, with};

const CERTIFICATE: &str =
    "arn:aws:acm:ap-northeast-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";

fn domain(name: &str) -> Value {
    json!({ "domainName": name, "domainNameConfigurations": [{ "certificateArn": CERTIFICATE }] })
}

#[test]
fn new_domain_name_has_a_regional_name() {
    let mut routed = routed();
    let world = &mut routed.world;
    let made =
        accepted(world, "CreateDomainName", with(domain("api.example.com"), json!({ "tags": { "a": "b" } })));
    let configuration = &made["domainNameConfigurations"][0];
    assert!(
        text(configuration, "apiGatewayDomainName").ends_with(".execute-api.ap-northeast-1.amazonaws.com")
    );
    assert_eq!(configuration["certificateArn"], CERTIFICATE);
    assert_eq!(configuration["endpointType"], "REGIONAL");
    assert_eq!(configuration["securityPolicy"], "TLS_1_2");
    assert_eq!(configuration["domainNameStatus"], "AVAILABLE");
    assert_eq!(made["tags"], json!({ "a": "b" }));
    let name = json!({ "domainName": "api.example.com" });
    assert_eq!(accepted(world, "GetDomainName", name.clone()), made);
    assert_eq!(accepted(world, "GetDomainNames", json!({}))["items"], json!([made]));

    let tags = json!({ "resourceArn": "arn:aws:apigateway:ap-northeast-1::/domainnames/api.example.com" });
    accepted(world, "TagResource", with(tags.clone(), json!({ "tags": { "c": "d" } })));
    assert_eq!(accepted(world, "GetTags", tags)["tags"], json!({ "a": "b", "c": "d" }));

    let other = CERTIFICATE.replace("0a1b2c3d-0000", "0a1b2c3d-1111");
    let change = json!({ "domainNameConfigurations": [{ "certificateArn": other }] });
    accepted(world, "UpdateDomainName", with(name.clone(), change));
    let found = accepted(world, "GetDomainName", name.clone());
    assert_eq!(found["domainNameConfigurations"][0]["certificateArn"], other);
    check_refused(world, "CreateDomainName", 409, &[domain("api.example.com")]);
    accepted(world, "DeleteDomainName", name.clone());
    check_refused(world, "GetDomainName", 404, &[name]);
}

#[test]
fn certificate_of_another_region_is_refused() {
    let mut routed = routed();
    let elsewhere = CERTIFICATE.replace("ap-northeast-1", "us-east-1");
    let input = json!({ "domainName": "a.example.com", "domainNameConfigurations": [{ "certificateArn": elsewhere }] });
    let message = format!("Invalid certificate ARN: {elsewhere}. Certificate must be in 'ap-northeast-1'.");
    assert_eq!(refused(&mut routed.world, "CreateDomainName", input), (400, message));
    let configured = |configuration: Value| json!({ "domainName": "a.example.com", "domainNameConfigurations": [configuration] });
    let inputs = [
        domain("API.example.com"),
        json!({ "domainName": "a.example.com" }),
        configured(json!({ "certificateArn": "mine" })),
        configured(json!({ "certificateArn": CERTIFICATE, "endpointType": "EDGE" })),
        configured(json!({ "certificateArn": CERTIFICATE, "securityPolicy": "TLS_1_0" })),
    ];
    check_refused(&mut routed.world, "CreateDomainName", 400, &inputs);
}

#[test]
fn mapping_leads_to_a_stage_and_holds_its_api() {
    let mut routed = routed();
    let api = routed.api.clone();
    let world = &mut routed.world;
    accepted(world, "CreateStage", json!({ "apiId": api, "stageName": "$default", "autoDeploy": true }));
    accepted(world, "CreateDomainName", domain("api.example.com"));
    let mapped = |key: &str| json!({ "domainName": "api.example.com", "apiId": api, "stage": "$default", "apiMappingKey": key });
    let made = accepted(world, "CreateApiMapping", mapped("v1/shop"));
    assert_eq!(made["apiMappingKey"], "v1/shop");
    accepted(world, "CreateApiMapping", mapped(""));
    let name = json!({ "domainName": "api.example.com" });
    let all = accepted(world, "GetApiMappings", name.clone());
    assert_eq!(all["items"].as_array().map(Vec::len), Some(2));

    check_refused(world, "CreateApiMapping", 409, &[mapped("v1/shop")]);
    check_refused(world, "CreateApiMapping", 400, &[mapped("/v1"), mapped("v1/"), mapped("a b")]);
    let of_nobody = with(mapped("x"), json!({ "stage": "prod" }));
    check_refused(world, "CreateApiMapping", 400, &[of_nobody]);
    let message = format!(
        "Deleting API {api} failed. Please remove all API mappings for the API from your custom domain names."
    );
    assert_eq!(refused(world, "DeleteApi", json!({ "apiId": api })), (400, message));

    let id = json!({ "domainName": "api.example.com", "apiMappingId": made["apiMappingId"] });
    let rest = json!({ "apiId": api, "apiMappingKey": "" });
    let same = accepted(world, "UpdateApiMapping", with(id.clone(), rest));
    assert_eq!(same["apiMappingKey"], "v1/shop", "an empty key changes nothing");
    accepted(world, "DeleteApiMapping", id.clone());
    check_refused(world, "GetApiMapping", 404, &[id]);
    accepted(world, "DeleteDomainName", name);
    accepted(world, "DeleteApi", json!({ "apiId": api }));
}

#[test]
fn certificate_changes_for_a_time() {
    let mut routed = routed();
    let world = &mut routed.world;
    let delays =
        crate::Delays { domain_updated: std::time::Duration::from_mins(1), ..crate::Delays::default() };
    world.set_delays(delays);
    accepted(world, "CreateDomainName", domain("api.example.com"));
    let change = |member: &str, value: &str| {
        let mut input = json!({ "domainName": "api.example.com" });
        input["domainNameConfigurations"] = json!([{ member: value }]);
        input
    };
    let other = CERTIFICATE.replace("0a1b2c3d-0000", "0a1b2c3d-1111");
    let status = |made: &Value| made["domainNameConfigurations"][0]["domainNameStatus"].clone();
    let address = accepted(world, "UpdateDomainName", change("ipAddressType", "dualstack"));
    assert_eq!(status(&address), "AVAILABLE");
    let made = accepted(world, "UpdateDomainName", change("certificateArn", &other));
    assert_eq!(status(&made), "UPDATING");
    let message = "There is already an update in progress".to_owned();
    assert_eq!(refused(world, "UpdateDomainName", change("certificateArn", CERTIFICATE)), (409, message));
    world.advance(world.now + 60_000);
    let made = accepted(world, "GetDomainName", json!({ "domainName": "api.example.com" }));
    assert_eq!(status(&made), "AVAILABLE");
    assert_eq!(made["domainNameConfigurations"][0]["ipAddressType"], "dualstack");
}

#[test]
fn routing_mode_of_a_domain_changes() {
    let mut routed = routed();
    let world = &mut routed.world;
    let made = accepted(world, "CreateDomainName", domain("api.example.com"));
    assert_eq!(made["routingMode"], "API_MAPPING_ONLY");
    assert_eq!(made["domainNameArn"], "arn:aws:apigateway:ap-northeast-1::/domainnames/api.example.com");
    let change = json!({ "domainName": "api.example.com", "routingMode": "ROUTING_RULE_ONLY" });
    assert_eq!(accepted(world, "UpdateDomainName", change)["routingMode"], "ROUTING_RULE_ONLY");
    let change = json!({ "domainName": "api.example.com", "routingMode": "NONE" });
    check_refused(world, "UpdateDomainName", 400, &[change]);
}
