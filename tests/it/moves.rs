//! Identities that change: names, keys and paths.
//!
//! Requests reach a healthy task all the time, or the plan announces a gap. Nothing is left behind.

mod handover;
mod watch;

use sss_aws::{Action, Plan};
use sss_model::{Method, Route, Service, Stack};

use self::watch::{Gap, watched};
use crate::account::{Account, api, base, service, steps};

/// Returns a stack of two services, of which `app` has the route `/{proxy+}`.
fn stack(account: &Account) -> Stack {
    let services = base(account).api(api()).service(service("app", 80)).service(service("orders", 8080));
    services.build().expect("a valid stack")
}

fn app(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("app").expect("the service")
}

/// Gives the service another key.
fn rekeyed(stack: &mut Stack, key: &str) {
    let mut service = stack.services.remove("app").expect("the service");
    key.clone_into(&mut service.name);
    stack.services.insert(key.to_owned(), service);
}

/// Applies the stack, changes it and applies it again. Returns the plan of the change, and the times in which
/// a route led to no task.
async fn changed(account: &Account, before: &Stack, change: impl FnOnce(&mut Stack)) -> (Plan, Vec<Gap>) {
    account.apply(before).await;
    let mut after = before.clone();
    change(&mut after);
    let plan = account.plan(&after).await;
    let gaps = Box::pin(watched(account, account.apply(&after))).await;
    (plan, gaps)
}

/// Checks that the change leads to no gap, and that the plan announces none.
async fn check(change: impl FnOnce(&mut Stack)) -> Plan {
    let account = Account::new();
    let (plan, gaps) = Box::pin(changed(&account, &stack(&account), change)).await;
    assert_eq!(gaps, [], "{:#?}", steps(&plan));
    assert_eq!(plan.downtimes().count(), 0, "{plan:#?}");
    plan
}

/// Checks that the change leads to a gap, and that the plan announces it.
async fn check_told(change: impl FnOnce(&mut Stack)) -> (Plan, Vec<Gap>) {
    let account = Account::new();
    let (plan, gaps) = Box::pin(changed(&account, &stack(&account), change)).await;
    assert!(plan.downtimes().count() > 0, "{plan:#?}");
    assert!(!gaps.is_empty(), "the plan tells of a gap that is none: {plan:#?}");
    (plan, gaps)
}

fn moved(plan: &Plan) -> Vec<(String, String)> {
    let moved =
        plan.steps.iter().filter_map(|step| Some((step.id.to_string(), step.moved_from.clone()?.name)));
    moved.collect()
}

fn named<'a>(plan: &'a Plan, id: &str) -> &'a sss_aws::Step {
    plan.steps.iter().find(|step| step.id.to_string() == id).expect("the step")
}

#[tokio::test(start_paused = true)]
async fn service_of_another_key_takes_over_first() {
    let plan = check(|stack| rekeyed(stack, "site")).await;
    assert_eq!(moved(&plan), [("ecs/service mz-dev-site".to_owned(), "mz-dev-app".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn new_service_with_other_content_is_not_moved() {
    let plan = check(|stack| {
        rekeyed(stack, "site");
        stack.services.get_mut("site").expect("the service").task.image = "httpd:2.5".to_owned();
    })
    .await;
    assert_eq!(moved(&plan), []);
}

#[tokio::test(start_paused = true)]
async fn service_of_another_name_takes_over_first() {
    let plan = check(|stack| app(stack).names.service = Some("front".to_owned())).await;
    assert_eq!(moved(&plan), [("ecs/service front".to_owned(), "mz-dev-app".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn service_in_another_cluster_takes_over_first() {
    check(|stack| stack.names.cluster = Some("others".to_owned())).await;
}

/// Moves the routes of `app` to a new service.
fn taken_over(stack: &mut Stack) {
    let routes = std::mem::take(&mut app(stack).routes);
    let mut front = service("front", 8081);
    front.routes = routes;
    stack.services.insert("front".to_owned(), front);
}

#[tokio::test(start_paused = true)]
async fn route_moves_before_its_old_service_goes() {
    check(|stack| {
        taken_over(stack);
        stack.services.remove("app");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn route_moves_before_its_old_tasks_stop() {
    check(|stack| {
        let routes = std::mem::take(&mut app(stack).routes);
        app(stack).desired_count = Some(0);
        stack.services.get_mut("orders").expect("the service").routes.extend(routes);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn route_moves_to_a_service_once_it_runs() {
    let account = Account::new();
    let mut before = stack(&account);
    before.services.get_mut("orders").expect("the service").desired_count = Some(0);
    let (plan, gaps) = Box::pin(changed(&account, &before, |stack| {
        let old = stack.services.remove("app").expect("the service");
        let orders = stack.services.get_mut("orders").expect("the service");
        orders.routes.extend(old.routes);
        orders.desired_count = Some(1);
    }))
    .await;
    // The other routes of that service led to no task before.
    let gaps: Vec<_> = gaps.iter().filter(|gap| !gap.route.contains("orders")).collect();
    assert!(gaps.is_empty(), "{gaps:#?} {plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn service_leaves_its_registry_after_its_routes() {
    let account = Account::new();
    let (plan, gaps) = Box::pin(changed(&account, &stack(&account), |stack| {
        taken_over(stack);
        app(stack).backend = None;
    }))
    .await;
    assert_eq!((gaps, plan.downtimes().count()), (Vec::new(), 0), "{plan:#?}");
    let calls = account.sandbox.calls();
    let place = |operation: &str| calls.iter().rposition(|call| call.operation == operation);
    assert!(place("UpdateRoute") < place("UpdateService"), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn renamed_registry_is_announced_as_a_gap() {
    let (plan, _) = check_told(|stack| app(stack).names.cloud_map = Some("front".to_owned())).await;
    assert!(named(&plan, "ecs/service mz-dev-app").downtime.is_some());
    check_told(|stack| stack.names.namespace = Some("other.internal".to_owned())).await;
}

#[tokio::test(start_paused = true)]
async fn gap_until_other_routes_answer_is_announced() {
    let account = Account::new();
    let before = with_path(&account, &[Method::Get, Method::Post], "/shop/{proxy+}");
    let (plan, _) = Box::pin(changed(&account, &before, |stack| {
        app(stack).names.cloud_map = Some("front".to_owned());
        app(stack).routes[0].methods = [Method::Any].into();
    }))
    .await;
    assert!(named(&plan, "ecs/service mz-dev-app").downtime.is_some(), "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn registry_without_routes_changes_without_a_gap() {
    let account = Account::new();
    let mut before = stack(&account);
    app(&mut before).routes.clear();
    let change = |stack: &mut Stack| app(stack).names.cloud_map = Some("front".to_owned());
    let (plan, gaps) = Box::pin(changed(&account, &before, change)).await;
    assert_eq!((plan.downtimes().count(), gaps), (0, Vec::new()), "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn removed_stack_serves_until_its_routes_are_gone() {
    let account = Account::new();
    let stack = stack(&account);
    account.apply(&stack).await;
    account.sandbox.reset_calls();
    account.destroy(&stack).await;
    let calls = account.sandbox.calls();
    let place = |operation: &str| {
        calls.iter().position(|call| call.service != "servicediscovery" && call.operation == operation)
    };
    assert!(place("DeleteApi") < place("DeleteService"), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn api_link_and_authorizer_are_renamed_in_place() {
    let account = Account::new();
    let before = stack(&account);
    let (plan, gaps) = Box::pin(changed(&account, &before, |stack| {
        stack.names.api = Some("front".to_owned());
        stack.names.vpc_link = Some("way-in".to_owned());
        stack.names.authorizer = Some("tokens".to_owned());
    }))
    .await;
    assert_eq!(gaps, []);
    let expected = [
        "update apigatewayv2/api front",
        "update apigatewayv2/authorizer tokens",
        "update apigatewayv2/vpc-link way-in",
    ];
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), expected);
    for step in &plan.steps {
        let paths: Vec<_> = step.changes.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["name"], "{}", step.id);
    }
    let inventory = account.inventory();
    assert_eq!(inventory["apis"].as_array().map(Vec::len), Some(1));
    assert_eq!(inventory["apis"][0]["name"], "front");
    assert_eq!(inventory["vpc_links"][0]["name"], "way-in");
}

#[tokio::test(start_paused = true)]
async fn renamed_api_changes_in_the_same_plan() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let endpoint = account.inventory()["apis"][0]["apiEndpoint"].clone();
    let (_, gaps) = Box::pin(changed(&account, &before, |stack| {
        stack.names.api = Some("front".to_owned());
        stack.api.as_mut().expect("an API").cors = None;
        stack.api.as_mut().expect("an API").authorizer = None;
        app(stack).routes[0] = Route::builder().path("/a").build().expect("a valid route");
        stack.services.remove("orders");
    }))
    .await;
    assert_eq!(gaps, []);
    assert_eq!(account.inventory()["apis"][0]["apiEndpoint"], endpoint);
}

#[tokio::test(start_paused = true)]
async fn api_renamed_by_hand_gets_its_name_back() {
    let account = Account::new();
    let stack = stack(&account);
    account.apply(&stack).await;
    let id = account.inventory()["apis"][0]["apiId"].clone();
    account.by_hand("apigateway", "UpdateApi", &serde_json::json!({"apiId": id, "name": "theirs"}));
    account.apply(&stack).await;
    assert_eq!(account.inventory()["apis"][0]["apiId"], id);
    assert_eq!(account.inventory()["apis"][0]["name"], "mz-dev-api-gateway");
}

#[tokio::test(start_paused = true)]
async fn renamed_stack_file_is_removed_whole() {
    let account = Account::new();
    let before = account.inventory();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    stack.names.api = Some("front".to_owned());
    stack.names.vpc_link = Some("way-in".to_owned());
    rekeyed(&mut stack, "site");
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before);
}

/// Returns the stack whose service `app` has these methods and this path.
fn with_path(account: &Account, methods: &[Method], path: &str) -> Stack {
    let mut stack = stack(account);
    let route = Route::builder().methods(methods.iter().copied()).path(path);
    app(&mut stack).routes = vec![route.build().expect("a valid route")];
    stack
}

async fn repathed(methods: &[Method], from: &str, to: &str) -> (Plan, Vec<Gap>, Vec<String>) {
    let account = Account::new();
    let before = with_path(&account, methods, from);
    let after = with_path(&account, methods, to);
    account.apply(&before).await;
    account.sandbox.reset_calls();
    let (plan, gaps) = Box::pin(changed(&account, &before, |stack| *stack = after)).await;
    let calls = account.sandbox.calls();
    let writes = calls.into_iter().filter(|call| call.writes).map(|call| call.operation);
    (plan, gaps, writes.collect())
}

#[tokio::test(start_paused = true)]
async fn renamed_path_variable_changes_in_place() {
    for (from, to) in
        [("/o/{id}", "/o/{order}"), ("/o/{id}/lines/{id2}", "/o/{order}/lines/{line}"), ("/{a+}", "/{b+}")]
    {
        let (plan, gaps, writes) = repathed(&[Method::Get], from, to).await;
        assert_eq!(writes, ["UpdateRoute"], "{from} to {to}");
        assert_eq!(gaps, []);
        let step = &plan.steps[0];
        assert_eq!((step.action, step.changes[0].path.as_str()), (Action::Update, "key"));
    }
}

#[tokio::test(start_paused = true)]
async fn path_moves_in_place() {
    let (_, gaps, writes) = repathed(&[Method::Get, Method::Post], "/a", "/b").await;
    assert_eq!((writes, gaps), (vec!["UpdateRoute".to_owned(), "UpdateRoute".to_owned()], Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn variables_of_two_routes_are_renamed_with_a_gap() {
    let (plan, gaps, writes) = repathed(&[Method::Get, Method::Post], "/o/{id}", "/o/{order}").await;
    assert_eq!(writes, ["DeleteRoute", "UpdateRoute", "CreateRoute"]);
    assert_eq!(plan.downtimes().count(), 1, "{plan:#?}");
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(gaps.iter().all(|gap| gap.lasted.as_secs() < 2), "{gaps:#?}");
}

#[tokio::test(start_paused = true)]
async fn variable_is_renamed_above_other_routes() {
    let account = Account::new();
    let routes = |variable: &str| {
        let paths = ["/o/{v}", "/o/{v}/lines", "/o/{v}/lines/{w}"];
        let paths = paths.map(|path| path.replace("{v}", variable));
        paths.map(|path| Route::builder().path(path).build().expect("a valid route")).to_vec()
    };
    let mut before = stack(&account);
    app(&mut before).routes = routes("{id}");
    let (plan, gaps) =
        Box::pin(changed(&account, &before, |stack| app(stack).routes = routes("{order}"))).await;
    assert_eq!(plan.downtimes().count(), 2, "{plan:#?}");
    assert!(gaps.iter().all(|gap| gap.lasted.as_secs() < 3), "{gaps:#?}");
}

#[tokio::test(start_paused = true)]
async fn route_goes_after_those_that_take_its_requests() {
    let all = [Method::Get, Method::Post, Method::Put];
    let (_, _, writes) = repathed(&[Method::Any], "/x", "/x").await;
    assert_eq!(writes, Vec::<String>::new());
    let account = Account::new();
    account.apply(&with_path(&account, &[Method::Any], "/x")).await;
    account.sandbox.reset_calls();
    account.apply(&with_path(&account, &all, "/x")).await;
    let calls = account.sandbox.calls();
    let writes: Vec<_> =
        calls.iter().filter(|call| call.writes).map(|call| call.operation.as_str()).collect();
    assert_eq!(writes, ["CreateRoute", "CreateRoute", "UpdateRoute"]);
    account.sandbox.reset_calls();
    account.apply(&with_path(&account, &[Method::Any], "/{proxy+}")).await;
    let calls = account.sandbox.calls();
    let writes: Vec<_> =
        calls.iter().filter(|call| call.writes).map(|call| call.operation.as_str()).collect();
    assert_eq!(writes, ["UpdateRoute", "DeleteRoute", "DeleteRoute"]);
}

#[tokio::test(start_paused = true)]
async fn clashing_route_goes_when_the_new_service_runs() {
    let account = Account::new();
    let before = with_path(&account, &[Method::Get, Method::Post], "/o/{id}");
    let (plan, gaps) = Box::pin(changed(&account, &before, |stack| {
        *stack = with_path(&account, &[Method::Get, Method::Post], "/o/{order}");
        rekeyed(stack, "site");
    }))
    .await;
    assert!(plan.downtimes().count() > 0, "{plan:#?}");
    assert!(gaps.iter().all(|gap| gap.lasted.as_secs() < 2), "{gaps:#?}");
}

#[tokio::test(start_paused = true)]
async fn names_that_differ_in_case_only_are_the_same() {
    let plan = check(|stack| {
        app(stack).names.cloud_map = Some("MZ-DEV-App".to_owned());
        app(stack).names.task_role = Some("MZ-DEV-App-role".to_owned());
        stack.names.security_group = Some("MZ-DEV-ECS-sg".to_owned());
        stack.names.namespace = Some("MZ-DEV-application-service.internal".to_owned());
    })
    .await;
    assert!(plan.is_empty(), "{plan:#?}");
}
