//! Requests that move from one route to another one find it ready.

use std::time::Duration;

use serde_json::json;
use sss_model::{Method, Route};

use super::{app, stack, taken_over, with_path};
use crate::account::{Account, service};

#[tokio::test(start_paused = true)]
async fn route_stays_until_the_next_one_answers() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let name = json!({"cluster": before.cluster_name(), "service": "mz-dev-app", "force": true});
    account.by_hand("ecs", "DeleteService", &name);
    account.sandbox.advance(Duration::from_mins(5));
    let mut after = before;
    after.services.get_mut("orders").expect("the service").routes.clear();
    // The requests of `/orders/{proxy+}` then reach `/{proxy+}`, whose service is not running yet.
    let watched = account.apply_watched(&after).await;
    assert_eq!(watched.gaps, []);
}

#[tokio::test(start_paused = true)]
async fn new_route_takes_requests_when_it_answers() {
    let account = Account::new();
    let mut after = stack(&account);
    let mut before = after.clone();
    before.services.get_mut("orders").expect("the service").routes[0].path = "/others/{proxy+}".to_owned();
    account.apply(&before).await;
    let name = json!({"cluster": before.cluster_name(), "service": "mz-dev-orders", "force": true});
    account.by_hand("ecs", "DeleteService", &name);
    account.sandbox.advance(Duration::from_mins(5));
    let routes = before.services["orders"].routes.iter().chain(&after.services["orders"].routes);
    after.services.get_mut("orders").expect("the service").routes = routes.cloned().collect();
    account.sandbox.reset_calls();
    account.apply(&after).await;
    let calls = account.sandbox.calls();
    let at = |operation: &str| calls.iter().rfind(|call| call.operation == operation).expect("the call").at;
    assert!(at("CreateRoute") >= at("CreateService") + Duration::from_secs(40), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn route_goes_after_the_next_one_is_changed() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let mut after = before;
    taken_over(&mut after);
    after.services.get_mut("orders").expect("the service").routes.clear();
    account.sandbox.reset_calls();
    let watched = account.apply_watched(&after).await;
    assert_eq!(watched.gaps, []);
    let calls = account.sandbox.calls();
    let place = |operation: &str| calls.iter().position(|call| call.operation == operation);
    assert!(place("UpdateRoute").is_some() && place("UpdateRoute") < place("DeleteRoute"), "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_route_stays_while_the_next_tasks_stop() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let none = json!({"cluster": before.cluster_name(), "service": "mz-dev-app", "desiredCount": 0});
    account.by_hand("ecs", "UpdateService", &none);
    let mut after = before;
    after.services.get_mut("orders").expect("the service").routes.clear();
    let watched = account.apply_watched(&after).await;
    assert!(watched.gaps.iter().all(|gap| !gap.route.contains("/orders/")), "{:?}", watched.gaps);
}

/// Returns the position of the last call of an operation.
fn last(account: &Account, operation: &str) -> Option<usize> {
    account.sandbox.calls().iter().rposition(|call| call.operation == operation)
}

#[tokio::test(start_paused = true)]
async fn routes_leave_before_new_tasks_start() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let mut after = before;
    // No group opens the new port, so the new tasks of `app` cannot answer its old route.
    let (mut front, mut app) = (service("front", 80), service("app", 8080));
    front.routes = after.services["app"].routes.clone();
    app.routes.clear();
    after.services.extend([front, app].map(|service| (service.name.clone(), service)));
    account.sandbox.reset_calls();
    let watched = account.apply_watched(&after).await;
    assert_eq!(watched.gaps, []);
    assert!(
        last(&account, "UpdateRoute") < last(&account, "UpdateService"),
        "{:#?}",
        account.sandbox.calls()
    );
}

#[tokio::test(start_paused = true)]
async fn deployment_does_not_wait_for_routes_that_stay() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let mut after = before;
    app(&mut after).task.image = "httpd:2.5".to_owned();
    after.services.get_mut("orders").expect("the service").routes[0].path = "/sales/{proxy+}".to_owned();
    after.services.insert("front".to_owned(), service("front", 8081));
    account.sandbox.reset_calls();
    account.apply_watched(&after).await;
    assert!(
        last(&account, "UpdateService") < last(&account, "CreateRoute"),
        "{:#?}",
        account.sandbox.calls()
    );
}

#[tokio::test(start_paused = true)]
async fn swap_between_deployed_services_tells_a_gap() {
    let account = Account::new();
    let before = stack(&account);
    account.apply(&before).await;
    let mut after = before;
    let routes = std::mem::take(&mut app(&mut after).routes);
    let orders = after.services.get_mut("orders").expect("the service");
    let others = std::mem::replace(&mut orders.routes, routes);
    orders.task.image = "httpd:2.5".to_owned();
    app(&mut after).routes = others;
    assert_eq!(account.plan(&after).await.downtimes().count(), 0);
    app(&mut after).task.image = "httpd:2.5".to_owned();
    let plan = account.plan(&after).await;
    assert_eq!(plan.downtimes().count(), 1, "{plan:#?}");
    account.apply_watched(&after).await;
}

/// Moves `ANY /o/{id}` of `app` to routes of `orders` with these methods and another variable.
async fn regrouped(methods: &[Method]) -> (usize, usize, Vec<String>) {
    let account = Account::new();
    let before = with_path(&account, &[Method::Any], "/o/{id}");
    account.apply(&before).await;
    let mut after = before;
    app(&mut after).routes.clear();
    let route = Route::builder().methods(methods.iter().copied()).path("/o/{order}");
    let route = route.build().expect("a valid route");
    after.services.get_mut("orders").expect("the service").routes.push(route);
    account.sandbox.reset_calls();
    let told = account.plan(&after).await.downtimes().count();
    let watched = account.apply_watched(&after).await;
    let calls = account.sandbox.calls().into_iter();
    let writes = calls.filter(|call| call.writes && call.operation.ends_with("Route"));
    (told, watched.gaps.len(), writes.map(|call| call.operation).collect())
}

#[tokio::test(start_paused = true)]
async fn clashing_route_of_another_method_is_renamed() {
    let (told, gaps, writes) = regrouped(&[Method::Get]).await;
    assert_eq!((told, gaps), (0, 0), "{writes:?}");
    assert_eq!(writes, ["UpdateRoute"]);
}

#[tokio::test(start_paused = true)]
async fn methods_of_a_clashing_route_tell_a_gap() {
    let (told, gaps, writes) = regrouped(&[Method::Get, Method::Post]).await;
    assert_eq!(writes, ["UpdateRoute", "CreateRoute"]);
    assert_eq!(told, 1);
    assert!(gaps > 0);
}
