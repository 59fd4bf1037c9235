//! The calls and steps of a change of the stack.
//!
//! A value that leaves the stack leaves AWS, with the fewest calls that AWS allows.

use serde_json::{Value, json};
use sss_model::{Method, Route, Rule, Service, Stack};

use crate::account::{Account, api, base, reference, service, steps, writes};

fn with_methods(account: &Account, methods: &[Method]) -> Stack {
    let mut stack = reference(account);
    let app = stack.services.get_mut("app").expect("the service");
    app.routes = vec![Route::builder().methods(methods.iter().copied()).build().expect("a valid route")];
    stack
}

#[tokio::test(start_paused = true)]
async fn added_or_removed_method_is_one_route() {
    let account = Account::new();
    account.apply(&with_methods(&account, &[Method::Get])).await;
    let both = with_methods(&account, &[Method::Get, Method::Post]);
    let ((), calls, _) = account.counted(account.apply(&both)).await;
    assert_eq!(writes(&calls), ["CreateRoute"]);
    let post = account.api_part("GetRoutes", "routeKey", "POST /{proxy+}")["routeId"].clone();
    let ((), calls, _) = account.counted(account.apply(&with_methods(&account, &[Method::Post]))).await;
    assert_eq!(writes(&calls), ["DeleteRoute"]);
    assert_eq!(account.api_part("GetRoutes", "routeKey", "POST /{proxy+}")["routeId"], post);
    assert_eq!(account.api_part("GetRoutes", "routeKey", "GET /{proxy+}"), Value::Null);
}

/// Applies the reference stack, changes it and applies it again. Returns the steps and the writing calls of
/// the change.
async fn check(account: &Account, change: impl FnOnce(&mut Stack)) -> (Vec<String>, Vec<String>) {
    let mut stack = reference(account);
    account.apply(&stack).await;
    change(&mut stack);
    let plan = account.plan(&stack).await;
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    (steps(&plan).into_iter().collect(), writes(&calls).into_iter().map(str::to_owned).collect())
}

#[tokio::test(start_paused = true)]
async fn cors_taken_out_is_gone() {
    let account = Account::new();
    let (steps, calls) = check(&account, |stack| stack.api.as_mut().expect("an API").cors = None).await;
    assert_eq!(steps, ["update apigatewayv2/api mz-dev-api-gateway"]);
    assert_eq!(calls, ["DeleteCorsConfiguration"]);
    let apis = account.by_hand("apigateway", "GetApis", &json!({}));
    assert_eq!(apis["items"][0]["corsConfiguration"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn members_of_cors_taken_out_are_gone() {
    let account = Account::new();
    let (_, calls) = check(&account, |stack| {
        let cors = stack.api.as_mut().and_then(|api| api.cors.as_mut()).expect("CORS");
        cors.allow_headers.clear();
        cors.max_age = None;
        cors.allow_credentials = false;
    })
    .await;
    assert_eq!(calls, ["UpdateApi"]);
    let cors = &account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["corsConfiguration"];
    assert_eq!(cors["allowHeaders"].as_array().map_or(0, Vec::len), 0, "{cors}");
    assert_eq!(cors["maxAge"].as_i64().unwrap_or(0), 0, "{cors}");
    assert_eq!(cors["allowCredentials"].as_bool(), Some(false), "{cors}");
}

#[tokio::test(start_paused = true)]
async fn access_logs_taken_out_are_gone() {
    let account = Account::new();
    let (steps, _) = check(&account, |stack| stack.api.as_mut().expect("an API").access_log = None).await;
    assert_eq!(
        steps,
        ["delete logs/log-group /aws/api-gateway/mz-dev", "update apigatewayv2/stage $default"]
    );
    assert_eq!(account.api_part("GetStages", "stageName", "$default")["accessLogSettings"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn tag_taken_out_is_gone_everywhere() {
    let account = Account::new();
    check(&account, |stack| drop(stack.tags.remove("Owner"))).await;
    let inventory = account.inventory().to_string();
    assert!(!inventory.contains("mamezou\""), "{inventory}");
    assert!(inventory.contains("mz-dev-site"));
}

#[tokio::test(start_paused = true)]
async fn environment_variable_taken_out_is_gone() {
    let account = Account::new();
    let mut stack = reference(&account);
    let environment = &mut stack.services.get_mut("app").expect("the service").task.environment;
    environment.insert("MODE".to_owned(), "a".to_owned());
    environment.insert("LEVEL".to_owned(), "b".to_owned());
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").task.environment.remove("MODE");
    let plan = account.plan(&stack).await;
    let expected = ["update ecs/service mz-dev-app", "update ecs/task-definition mz-dev-site"];
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), expected);
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(writes(&calls), ["RegisterTaskDefinition", "UpdateService"]);
    let running = account.service("mz-dev-ecs-cluster", "mz-dev-app")["taskDefinition"].clone();
    let revision = account.by_hand("ecs", "DescribeTaskDefinition", &json!({"taskDefinition": running}));
    let environment = &revision["taskDefinition"]["containerDefinitions"][0]["environment"];
    assert_eq!(*environment, json!([{"name": "LEVEL", "value": "b"}]));
}

#[tokio::test(start_paused = true)]
async fn route_taken_out_is_gone() {
    let account = Account::new();
    let (_, calls) = check(&account, |stack| {
        stack.services.get_mut("app").expect("the service").routes.clear();
    })
    .await;
    // Nothing needs the VPC link any more.
    assert_eq!(calls, ["DeleteRoute", "DeleteIntegration", "DeleteVpcLink"]);
}

#[tokio::test(start_paused = true)]
async fn service_taken_out_is_gone_whole() {
    let account = Account::new();
    let one = base(&account).api(api()).service(service("app", 80)).build().expect("a valid stack");
    let two = base(&account).api(api()).service(service("app", 80)).service(service("orders", 8080));
    let two = two.build().expect("a valid stack");
    account.apply(&one).await;
    let before = account.inventory();
    account.apply(&two).await;
    assert!(account.inventory().to_string().contains("mz-dev-orders"));
    account.apply(&one).await;
    assert!(!account.inventory().to_string().contains("mz-dev-orders"), "{:#}", account.inventory());
    assert_eq!(account.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn desired_count_size_and_rules_change_in_place() {
    let account = Account::new();
    let (steps, _) = check(&account, |stack| {
        stack.services.get_mut("app").expect("the service").desired_count = Some(3);
        stack.security_group.ingress.get_or_insert_default().push(Rule::tcp(8080).from("10.1.2.3/16"));
        stack.log_retention_days = sss_model::Retention::NEVER;
    })
    .await;
    let expected = [
        "update ec2/security-group mz-dev-ecs-sg",
        "update ecs/service mz-dev-app",
        "update logs/log-group /aws/api-gateway/mz-dev",
        "update logs/log-group /aws/ecs/fargate/mz-dev-app",
    ];
    assert_eq!(steps, expected);
    assert_eq!(account.service("mz-dev-ecs-cluster", "mz-dev-app")["runningCount"], 3);
}

#[tokio::test(start_paused = true)]
async fn route_comes_and_goes_without_its_authorizer() {
    let account = Account::new();
    let open = |stack: &mut Stack| {
        let app = stack.services.get_mut("app").expect("the service");
        app.routes[0].authorizer = Some(false.into());
    };
    let (_, calls) = check(&account, open).await;
    assert_eq!(calls, ["UpdateRoute"]);
    let route = account.api_part("GetRoutes", "routeKey", "GET /{proxy+}");
    assert_eq!(route["authorizationType"], "NONE");
    account.apply(&reference(&account)).await;
    assert_eq!(account.api_part("GetRoutes", "routeKey", "GET /{proxy+}")["authorizationType"], "JWT");
}

#[tokio::test(start_paused = true)]
async fn everything_that_the_model_has_converges() {
    let account = Account::new();
    let parsed = Stack::from_toml(include_str!("everything.toml"));
    let stack = parsed.unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
    account.apply(&stack).await;
    account.destroy(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn worker_needs_no_registry() {
    let account = Account::new();
    let worker = Service::builder().name("jobs").image("public.ecr.aws/docker/library/busybox:1.36");
    let stack =
        base(&account).service(worker.build().expect("a valid service")).build().expect("a valid stack");
    account.apply(&stack).await;
    let service = account.service("mz-dev-ecs-cluster", "mz-dev-jobs");
    assert_eq!(service["serviceRegistries"].as_array().map_or(0, Vec::len), 0);
    assert_eq!(account.inventory()["namespaces"], json!([]));
}
