use serde_json::{Value, json};

use super::{accepted, check_refused, routed, text, with, with_api, with_log_group};

const FORMAT: &str = "{\"requestId\":\"$context.requestId\"}";

#[test]
fn new_stage_has_its_members_and_defaults() {
    let mut routed = routed();
    let world = &mut routed.world;
    let group = with_log_group(world, "/aws/api-gateway/shop");
    let input = json!({
        "apiId": routed.api, "stageName": "$default", "autoDeploy": true,
        "accessLogSettings": { "destinationArn": group, "format": FORMAT },
    });
    let mut stage = accepted(world, "CreateStage", input.clone());
    let deployment = text(&stage, "deploymentId");

    assert!(text(&stage, "lastDeploymentStatusMessage").contains(&deployment));
    let members = stage.as_object_mut().unwrap();
    members.retain(|name, _| !["deploymentId", "lastDeploymentStatusMessage"].contains(&name.as_str()));
    let expected = json!({
        "accessLogSettings": { "destinationArn": group, "format": FORMAT },
        "autoDeploy": true,
        "createdDate": "2023-11-14T22:13:20Z",
        "defaultRouteSettings": { "detailedMetricsEnabled": false },
        "lastUpdatedDate": "2023-11-14T22:13:20Z",
        "routeSettings": {},
        "stageName": "$default",
        "stageVariables": {},
        "tags": {},
    });
    assert_eq!(stage, expected);
    check_refused(world, "CreateStage", 409, &[input]);
    let name = json!({ "apiId": routed.api, "stageName": "$default" });
    accepted(world, "DeleteAccessLogSettings", name.clone());
    assert_eq!(accepted(world, "GetStage", name.clone())["accessLogSettings"], Value::Null);
    accepted(world, "DeleteStage", name.clone());
    check_refused(world, "GetStage", 404, &[name]);
}

#[test]
fn change_deploys_to_stages_with_auto_deploy() {
    let mut routed = routed();
    let world = &mut routed.world;
    let stage = |name: &str| json!({ "apiId": routed.api, "stageName": name });
    let made = accepted(world, "CreateStage", with(stage("auto"), json!({ "autoDeploy": true })));
    accepted(world, "CreateStage", stage("manual"));
    let first = text(&made, "deploymentId");
    accepted(world, "CreateRoute", json!({ "apiId": routed.api, "routeKey": "GET /a" }));
    assert_ne!(text(&accepted(world, "GetStage", stage("auto")), "deploymentId"), first);
    assert_eq!(accepted(world, "GetStage", stage("manual"))["deploymentId"], Value::Null);
}

#[test]
fn api_without_routes_is_not_deployed() {
    let (mut world, api) = with_api();
    let input = json!({ "apiId": api, "stageName": "$default", "autoDeploy": true });
    let stage = accepted(&mut world, "CreateStage", input);
    assert_eq!(stage["deploymentId"], Value::Null);
    assert!(text(&stage, "lastDeploymentStatusMessage").contains("no routes exist"));
}

#[test]
fn stage_request_against_the_rules_is_refused() {
    let (mut world, api) = with_api();
    let group = with_log_group(&mut world, "/aws/api-gateway/shop");
    let stage = |members: Value| with(json!({ "apiId": api, "stageName": "one" }), members);
    let logs = |arn: &str, format: &str| {
        stage(json!({ "accessLogSettings": { "destinationArn": arn, "format": format } }))
    };
    let inputs = [
        stage(json!({ "stageName": null })),
        stage(json!({ "stageName": "a b" })),
        stage(json!({ "autoDeploy": true, "deploymentId": "abc123" })),
        stage(json!({ "stageVariables": { "a-b": "c" } })),
        stage(json!({ "defaultRouteSettings": { "throttlingBurstLimit": -1 } })),
        stage(json!({ "defaultRouteSettings": { "loggingLevel": "INFO" } })),
        logs(&group, "$context.status"),
        logs(&format!("{group}-other"), FORMAT),
        logs("/aws/api-gateway/shop", FORMAT),
        stage(json!({ "accessLogSettings": { "format": FORMAT } })),
    ];

    check_refused(&mut world, "CreateStage", 400, &inputs);
    let inputs = [
        stage(json!({ "deploymentId": "abc123" })),
        stage(json!({ "routeSettings": { "GET /a": { "throttlingBurstLimit": 1 } } })),
    ];
    check_refused(&mut world, "CreateStage", 404, &inputs);
    accepted(&mut world, "CreateStage", logs(&format!("{group}:*"), FORMAT));
    for number in 2..=10 {
        accepted(&mut world, "CreateStage", stage(json!({ "stageName": format!("s{number}") })));
    }
    check_refused(&mut world, "CreateStage", 429, &[stage(json!({ "stageName": "s11" }))]);
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let mut routed = routed();
    let world = &mut routed.world;
    let stage = |members: Value| with(json!({ "apiId": routed.api, "stageName": "one" }), members);
    let input = json!({
        "stageVariables": { "a": "1", "b": "2" }, "description": "first",
        "defaultRouteSettings": { "throttlingBurstLimit": 5 },
        "routeSettings": { "GET /{proxy+}": { "throttlingRateLimit": 2.5 } },
    });

    accepted(world, "CreateStage", stage(input));
    let change = json!({
        "stageVariables": { "a": "" }, "defaultRouteSettings": { "detailedMetricsEnabled": true }, "autoDeploy": true,
    });
    let updated = accepted(world, "UpdateStage", stage(change));
    assert_eq!(updated["stageVariables"], json!({ "b": "2" }));
    assert_eq!(updated["description"], "first");
    let settings = json!({ "detailedMetricsEnabled": true, "throttlingBurstLimit": 5 });
    assert_eq!(updated["defaultRouteSettings"], settings);
    let settings =
        json!({ "GET /{proxy+}": { "detailedMetricsEnabled": false, "throttlingRateLimit": 2.5 } });
    assert_eq!(updated["routeSettings"], settings);
    accepted(world, "DeleteRouteSettings", stage(json!({ "routeKey": "GET /{proxy+}" })));
    assert_eq!(accepted(world, "GetStage", stage(json!({})))["routeSettings"], json!({}));
}

#[test]
fn changes_leave_deployments_of_the_api() {
    let mut routed = routed();
    let world = &mut routed.world;
    let api = json!({ "apiId": routed.api });
    let ids = |answer: &Value| {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| text(item, "deploymentId")).collect::<Vec<_>>()
    };
    assert_eq!(
        accepted(world, "GetDeployments", api.clone())["items"],
        json!([]),
        "no stage follows the API"
    );
    let stage = |name: &str| with(api.clone(), json!({ "stageName": name }));
    let made = accepted(world, "CreateStage", with(stage("auto"), json!({ "autoDeploy": true })));
    let first = text(&made, "deploymentId");
    accepted(world, "CreateRoute", with(api.clone(), json!({ "routeKey": "GET /a" })));
    let second = text(&accepted(world, "GetStage", stage("auto")), "deploymentId");

    let listed = accepted(world, "GetDeployments", api.clone());
    assert_eq!(ids(&listed), [second, first.clone()], "the newest comes first");
    let one = with(api.clone(), json!({ "deploymentId": first }));
    let expected = json!({
        "autoDeployed": true, "createdDate": "2023-11-14T22:13:20Z", "deploymentId": first,
        "deploymentStatus": "DEPLOYED",
        "description": "Automatic deployment triggered by changes to the Api configuration",
    });
    assert_eq!(accepted(world, "GetDeployment", one), expected);
    check_refused(world, "GetDeployment", 404, &[with(api.clone(), json!({ "deploymentId": "gone" }))]);
    check_refused(world, "GetDeployments", 404, &[json!({ "apiId": "gone" })]);

    let manual = with(stage("manual"), json!({ "deploymentId": first }));
    assert_eq!(accepted(world, "CreateStage", manual)["deploymentId"], json!(first));
    for number in 0..120 {
        accepted(world, "UpdateApi", with(api.clone(), json!({ "description": number.to_string() })));
    }
    let listed = accepted(world, "GetDeployments", with(api.clone(), json!({ "maxResults": 500 })));
    assert_eq!(ids(&listed).len(), 100, "older ones are forgotten");
    assert_eq!(ids(&listed).last(), Some(&first), "a stage names it");
}
