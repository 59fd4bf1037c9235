//! The edge of an API: limits of requests, metrics, variables and the endpoint.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sss_aws::{
    Action,
    operate::{
        Target,
        events::{Source, events},
    },
};
use sss_model::{AccessLog, Api, Authorization, JwtAuthorizer, Route, Stack, Throttling};

use crate::account::{Account, reference};

fn api(stack: &mut Stack) -> &mut Api {
    stack.api.as_mut().expect("an API")
}

fn route(stack: &mut Stack) -> &mut Route {
    &mut stack.services.get_mut("app").expect("the service").routes[0]
}

fn api_id(account: &Account) -> Value {
    account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"].clone()
}

/// Returns the stage as AWS describes it.
fn stage(account: &Account) -> Value {
    let name = json!({"apiId": api_id(account), "stageName": "$default"});
    account.by_hand("apigateway", "GetStage", &name)
}

fn update(account: &Account, change: &Value) {
    let mut input = json!({"apiId": api_id(account), "stageName": "$default"});
    input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
    account.by_hand("apigateway", "UpdateStage", &input);
}

/// Returns the calls of a kind of a plan, as `action id`.
fn steps(plan: &sss_aws::Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action, step.id)).collect()
}

#[tokio::test(start_paused = true)]
async fn limits_taken_out_are_those_of_the_account() {
    let account = Account::new();
    let mut stack = reference(&account);
    let plain = stack.clone();
    api(&mut stack).throttling = Some(Throttling::new(100.0, 200));
    api(&mut stack).detailed_metrics = Some(true);
    route(&mut stack).throttling = Some(Throttling::new(2.5, 5));
    let key = route(&mut stack).keys().remove(0);
    account.apply(&stack).await;
    let live = stage(&account);
    let limits =
        json!({"detailedMetricsEnabled": true, "throttlingRateLimit": 100.0, "throttlingBurstLimit": 200});
    assert_eq!(live["defaultRouteSettings"], limits);
    let limits =
        json!({"detailedMetricsEnabled": true, "throttlingRateLimit": 2.5, "throttlingBurstLimit": 5});
    assert_eq!(live["routeSettings"][&key], limits);
    assert_eq!(live["tags"]["sss:settings"], "detailed_metrics routes throttling");
    assert!(account.plan(&stack).await.is_empty());

    account.apply(&plain).await;
    let live = stage(&account);
    let limits = json!({"detailedMetricsEnabled": false, "throttlingRateLimit": 10_000.0, "throttlingBurstLimit": 5_000});
    assert_eq!(live["defaultRouteSettings"], limits, "no call removes them");
    assert_eq!(live["routeSettings"], json!({}));
    assert_eq!(live["tags"]["sss:settings"], Value::Null);
    assert!(account.plan(&plain).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn limits_of_others_stay_until_the_stack_has_some() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let key = route(&mut stack).keys().remove(0);
    let limits = json!({"throttlingRateLimit": 7.0, "throttlingBurstLimit": 7});
    update(&account, &json!({"defaultRouteSettings": limits, "routeSettings": {(&key): limits}}));
    assert!(account.plan(&stack).await.is_empty(), "they are left to others");

    api(&mut stack).stage_variables.insert("color".to_owned(), "blue".to_owned());
    account.apply(&stack).await;
    let live = stage(&account);
    assert_eq!(live["defaultRouteSettings"]["throttlingRateLimit"], 7.0, "an update keeps them");
    assert_eq!(live["routeSettings"][&key]["throttlingBurstLimit"], 7);

    api(&mut stack).throttling = Some(Throttling::new(100.0, 200));
    account.apply(&stack).await;
    let live = stage(&account);
    assert_eq!(live["defaultRouteSettings"]["throttlingRateLimit"], 100.0);
    assert_eq!(live["routeSettings"][&key]["throttlingBurstLimit"], 7);
}

#[tokio::test(start_paused = true)]
async fn limits_follow_their_route() {
    let account = Account::new();
    let mut stack = reference(&account);
    route(&mut stack).throttling = Some(Throttling::new(2.0, 5));
    account.apply(&stack).await;
    route(&mut stack).path = "/moved/{id}".to_owned();
    account.apply(&stack).await;
    let live = stage(&account);
    let keys: Vec<&String> = live["routeSettings"].as_object().expect("settings").keys().collect();
    assert_eq!(keys, ["GET /moved/{id}"]);
    assert!(account.plan(&stack).await.is_empty());

    stack.services.get_mut("app").expect("the service").routes.clear();
    account.apply(&stack).await;
    assert_eq!(stage(&account)["routeSettings"], json!({}));
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn variables_are_set_and_removed() {
    let account = Account::new();
    let mut stack = reference(&account);
    let variables =
        [("color", "blue"), ("DB_PASSWORD", "hunter2")].map(|(name, value)| (name.into(), value.into()));
    api(&mut stack).stage_variables = variables.into();
    account.apply(&stack).await;
    assert_eq!(stage(&account)["stageVariables"], json!({"color": "blue", "DB_PASSWORD": "hunter2"}));
    assert!(account.plan(&stack).await.is_empty());

    update(&account, &json!({"stageVariables": {"color": "red", "mine": "hidden-1"}}));
    api(&mut stack).stage_variables.insert("DB_PASSWORD".to_owned(), "hunter3".to_owned());
    let plan = account.plan(&stack).await;
    assert_eq!(steps(&plan), ["update apigatewayv2/stage $default"]);
    let shown = format!("{:?}", plan.steps[0].changes);
    assert!(shown.contains("red") && shown.contains("blue"), "{shown}");
    assert!(["hunter", "hidden-1"].iter().all(|secret| !shown.contains(secret)), "{shown}");

    account.apply(&stack).await;
    assert_eq!(stage(&account)["stageVariables"], json!({"color": "blue", "DB_PASSWORD": "hunter3"}));
    api(&mut stack).stage_variables.clear();
    account.apply(&stack).await;
    assert_eq!(stage(&account)["stageVariables"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn endpoint_is_turned_off_and_on() {
    let account = Account::new();
    let mut stack = reference(&account);
    let is_off = |account: &Account| {
        account.by_hand("apigateway", "GetApi", &json!({"apiId": api_id(account)}))["disableExecuteApiEndpoint"]
            .clone()
    };
    api(&mut stack).disable_execute_api_endpoint = true;
    account.apply(&stack).await;
    assert_eq!(is_off(&account), true);
    assert!(account.plan(&stack).await.is_empty());
    api(&mut stack).disable_execute_api_endpoint = false;
    let plan = account.plan(&stack).await;
    assert_eq!((plan.steps.len(), plan.steps[0].action), (1, Action::Update));
    account.apply(&stack).await;
    assert_eq!(is_off(&account), false);
}

fn staff(issuer: &str) -> JwtAuthorizer {
    JwtAuthorizer::builder().issuer(issuer).audience(["admin"]).build().expect("an authorizer")
}

/// Returns the live route of a key.
fn live_route(account: &Account, key: &str) -> Value {
    account.api_part("GetRoutes", "routeKey", key)
}

fn add_route(stack: &mut Stack, route: Route) {
    stack.services.get_mut("app").expect("the service").routes.push(route);
}

#[tokio::test(start_paused = true)]
async fn route_uses_the_authorizer_that_it_names() {
    let account = Account::new();
    let mut stack = reference(&account);
    api(&mut stack).authorizers.insert("staff".to_owned(), staff("https://staff.example.com"));
    let admin = Route::builder().path("/admin").authorizer("staff").scopes(["all"]).build();
    add_route(&mut stack, admin.expect("a route"));
    account.apply(&stack).await;
    let named = account.api_part("GetAuthorizers", "name", "mz-dev-jwt-authorizer-staff");
    let own = account.api_part("GetAuthorizers", "name", "mz-dev-jwt-authorizer");
    let live = live_route(&account, "GET /admin");
    assert_eq!(live["authorizerId"], named["authorizerId"]);
    assert_eq!(live["authorizationScopes"], json!(["all"]));
    assert_ne!(own["authorizerId"], named["authorizerId"]);
    assert!(account.plan(&stack).await.is_empty());

    stack.services.get_mut("app").expect("the service").routes[1].authorizer = Some(true.into());
    api(&mut stack).authorizers.clear();
    let plan = account.plan(&stack).await;
    let want = [
        "update apigatewayv2/route GET /admin",
        "delete apigatewayv2/authorizer mz-dev-jwt-authorizer-staff",
    ];
    assert_eq!(steps(&plan), want);
    account.apply(&stack).await;
    assert_eq!(live_route(&account, "GET /admin")["authorizerId"], own["authorizerId"]);
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn route_of_iam_has_no_authorizer() {
    let account = Account::new();
    let mut stack = reference(&account);
    let jobs = |authorization: Option<Authorization>| {
        let mut route = Route::builder().path("/jobs").build().expect("a route");
        route.authorization = authorization;
        route
    };
    add_route(&mut stack, jobs(Some(Authorization::Iam)));
    account.apply(&stack).await;
    let live = live_route(&account, "GET /jobs");
    assert_eq!((&live["authorizationType"], &live["authorizerId"]), (&json!("AWS_IAM"), &Value::Null));
    assert!(account.plan(&stack).await.is_empty());

    let routes = &mut stack.services.get_mut("app").expect("the service").routes;
    *routes.last_mut().expect("a route") = jobs(None);
    account.apply(&stack).await;
    assert_eq!(live_route(&account, "GET /jobs")["authorizationType"], "JWT");
    let routes = &mut stack.services.get_mut("app").expect("the service").routes;
    *routes.last_mut().expect("a route") = jobs(Some(Authorization::Iam));
    account.apply(&stack).await;
    let live = live_route(&account, "GET /jobs");
    assert_eq!((&live["authorizationType"], &live["authorizerId"]), (&json!("AWS_IAM"), &Value::Null));
    assert!(account.plan(&stack).await.is_empty());
}

/// Returns the paths that the integrations send, sorted; `None` is that of the request.
fn paths(account: &Account) -> Vec<Option<String>> {
    let all = account.by_hand("apigateway", "GetIntegrations", &json!({"apiId": api_id(account)}));
    let all = all["items"].as_array().expect("integrations").iter();
    let path = |one: &Value| one["requestParameters"]["overwrite:path"].as_str().map(str::to_owned);
    let mut all: Vec<_> = all.map(path).collect();
    all.sort();
    all
}

#[tokio::test(start_paused = true)]
async fn routes_with_another_path_have_an_integration() {
    let account = Account::new();
    let mut stack = reference(&account);
    let prefixed = |path: &str| Route::builder().path(path).strip_prefix("/orders").build().expect("a route");
    add_route(&mut stack, prefixed("/orders/{rest+}"));
    add_route(&mut stack, prefixed("/orders/all/{rest+}"));
    account.apply(&stack).await;
    let sent = |path: &str| Some(path.to_owned());
    assert_eq!(paths(&account), [None, sent("/$request.path.rest"), sent("/all/$request.path.rest")]);
    assert!(account.plan(&stack).await.is_empty());

    // Another path changes its integration in place, so that no request meets a half.
    let routes =
        |stack: &mut Stack| std::mem::take(&mut stack.services.get_mut("app").expect("the service").routes);
    let mut all = routes(&mut stack);
    all[1].strip_prefix = None;
    all[1].rewrite = Some("/v2/{rest}".to_owned());
    stack.services.get_mut("app").expect("the service").routes = all;
    let plan = account.plan(&stack).await;
    assert_eq!(steps(&plan), ["update apigatewayv2/integration mz-dev-app /v2/$request.path.rest"]);
    account.apply(&stack).await;
    assert_eq!(paths(&account), [None, sent("/all/$request.path.rest"), sent("/v2/$request.path.rest")]);

    let mut all = routes(&mut stack);
    all[1].rewrite = None;
    all.truncate(2);
    stack.services.get_mut("app").expect("the service").routes = all;
    account.apply(&stack).await;
    assert_eq!(paths(&account), [None]);
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn full_log_tells_who_answered() {
    let account = Account::new();
    let mut stack = reference(&account);
    api(&mut stack).access_log = Some(AccessLog::builder().format("full").build().expect("a log"));
    account.apply(&stack).await;
    assert!(account.plan(&stack).await.is_empty());

    let target = Target::of(&stack);
    let log = target.access_log.as_ref().expect("an access log");
    account.by_hand("logs", "CreateLogStream", &json!({"logGroupName": log.group, "logStreamName": "one"}));
    let keys: BTreeMap<String, String> = serde_json::from_str(&log.format).expect("an object");
    let now = account.aws.now().as_millis();
    let line = |values: &[(&str, &str)]| {
        let value = |variable: &str| {
            let known = values.iter().find(|(name, _)| variable == format!("$context.{name}"));
            known.map_or("-", |(_, value)| *value)
        };
        let line: BTreeMap<&String, &str> = keys.iter().map(|(key, of)| (key, value(of))).collect();
        json!({"timestamp": now, "message": json!(line).to_string()})
    };
    let unreached = [
        ("status", "503"),
        ("error.message", "Service Unavailable"),
        ("error.responseType", "INTEGRATION_NETWORK_FAILURE"),
    ];
    let lines = [line(&unreached), line(&[("status", "502"), ("integration.status", "502")])];
    let lines = json!({"logGroupName": log.group, "logStreamName": "one", "logEvents": lines});
    account.by_hand("logs", "PutLogEvents", &lines);

    let found = events(&account.aws, &target, &[], &[Source::Api], None).await.expect("requests");
    let texts: Vec<&str> = found.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["503 by API Gateway: Service Unavailable", "502 by the backend"]);
}
