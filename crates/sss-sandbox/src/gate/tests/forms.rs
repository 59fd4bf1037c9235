use serde_json::{Value, json};

use crate::{
    service::AwsService,
    services::{apigateway, cloudmap, ec2, ecs, iam},
};

#[expect(clippy::needless_pass_by_value, reason = "requests are written out where they are used")]
fn check(service: &AwsService, wire: Value, cli: Value) {
    assert_eq!(service.form.of_the_cli(&wire), cli);
}

#[test]
fn api_gateway_members_get_capitals_and_keys_stay() {
    check(
        &apigateway::SERVICE,
        json!({
            "apiId": "a",
            "jwtConfiguration": { "audience": ["web"] },
            "routeSettings": { "GET /a": { "throttlingBurstLimit": 1 } },
            "responseParameters": { "200": { "append:header.x": "y" } },
            "stageVariables": { "one": "1" },
            "tags": { "owner": "us" },
        }),
        json!({
            "ApiId": "a",
            "JwtConfiguration": { "Audience": ["web"] },
            "RouteSettings": { "GET /a": { "ThrottlingBurstLimit": 1 } },
            "ResponseParameters": { "200": { "append:header.x": "y" } },
            "StageVariables": { "one": "1" },
            "Tags": { "owner": "us" },
        }),
    );
}

#[test]
fn query_texts_become_numbers_flags_and_lists() {
    check(
        &iam::SERVICE,
        json!({ "MaxSessionDuration": "3600", "Tags": "", "Description": "5" }),
        json!({ "MaxSessionDuration": 3600, "Tags": [], "Description": "5" }),
    );
    check(
        &iam::SERVICE,
        json!({ "MaxSessionDuration": "an hour" }),
        json!({ "MaxSessionDuration": "an hour" }),
    );
    check(
        &ec2::SERVICE,
        json!({
            "DryRun": "true",
            "GroupDescription": "of the web",
            "TagSpecification": [{ "ResourceType": "security-group", "Tag": [{ "Key": "a", "Value": "1" }] }],
            "IpPermissions": [{
                "IpProtocol": "6", "FromPort": "80", "ToPort": "-1",
                "Groups": [{ "GroupId": "sg-0a1b2c3d", "Description": "80" }],
            }],
        }),
        json!({
            "DryRun": true,
            "Description": "of the web",
            "TagSpecifications": [{ "ResourceType": "security-group", "Tags": [{ "Key": "a", "Value": "1" }] }],
            "IpPermissions": [{
                "IpProtocol": "6", "FromPort": 80, "ToPort": -1,
                "UserIdGroupPairs": [{ "GroupId": "sg-0a1b2c3d", "Description": "80" }],
            }],
        }),
    );
}

#[test]
fn null_member_counts_as_absent() {
    check(
        &ecs::SERVICE,
        json!({ "family": null, "volumes": [{ "host": null }] }),
        json!({ "volumes": [{}] }),
    );
    check(&cloudmap::SERVICE, json!({ "Name": null }), json!({}));
    check(&apigateway::SERVICE, json!({ "name": null, "tags": { "a": null } }), json!({ "Tags": {} }));
    check(&ec2::SERVICE, json!({ "GroupName": null }), json!({}));
}
