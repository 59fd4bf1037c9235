//! The edge of an API: limits, variables, authorizers, signatures and paths.

use crate::fixture::{check, check_app};
use crate::{AccessLog, Api, Authorization, JwtAuthorizer, Method, Route, Stack, Throttling};

fn check_api(change: impl FnOnce(&mut Api), want: &[&str]) {
    check(|stack| change(stack.api.as_mut().unwrap()), want);
}

fn check_route(change: impl FnOnce(&mut Route), want: &[&str]) {
    check_app(|app| change(&mut app.routes[0]), want);
}

#[test]
fn limits_are_positive_numbers() {
    let of_api = |rate: f64, burst: u32, want: &[&str]| {
        check_api(|api| api.throttling = Some(Throttling::new(rate, burst)), want);
    };
    of_api(0.5, 1, &[]);
    of_api(-0.5, 1, &["APIGW-STAGE-020 api.throttling.rate"]);
    of_api(f64::NAN, 1, &["APIGW-STAGE-020 api.throttling.rate"]);
    of_api(f64::INFINITY, 1, &["APIGW-STAGE-020 api.throttling.rate"]);
    of_api(0.0, 0, &["APIGW-STAGE-020 api.throttling.rate", "APIGW-STAGE-020 api.throttling.burst"]);
    of_api(1.0, 2_147_483_648, &["APIGW-STAGE-020 api.throttling.burst"]);
    let want = ["APIGW-STAGE-020 routes[0].throttling.rate"];
    check_route(|route| route.throttling = Some(Throttling::new(-1.0, 1)), &want);
}

#[test]
fn stage_variables_have_names_and_values() {
    let variable = |name: &str, value: &str, want: &[&str]| {
        check_api(|api| drop(api.stage_variables.insert(name.to_owned(), value.to_owned())), want);
    };
    variable("color_1", "a-._~:/?#&=,Z9", &[]);
    variable("a-b", "x", &["APIGW-STAGE-030 api.stage_variables.a-b"]);
    variable("a", "", &["APIGW-STAGE-030 api.stage_variables.a"]);
    variable("a", "b c", &["APIGW-STAGE-030 api.stage_variables.a"]);
    variable("a", &"b".repeat(2049), &["APIGW-STAGE-030 api.stage_variables.a"]);
    let many = |count: usize| (0..count).map(|number| (format!("v{number}"), "x".to_owned())).collect();
    check_api(|api| api.stage_variables = many(100), &[]);
    check_api(|api| api.stage_variables = many(101), &["APIGW-STAGE-030 api.stage_variables"]);
}

#[test]
fn endpoint_that_is_off_is_a_warning() {
    let want = ["APIGW-API-008 api.disable_execute_api_endpoint"];
    check_api(|api| api.disable_execute_api_endpoint = true, &want);
}

fn staff() -> JwtAuthorizer {
    JwtAuthorizer::builder().issuer("https://staff.example.com").audience(["admin"]).build().unwrap()
}

/// Checks a change of the first route beside an authorizer `staff`.
fn check_staff(change: impl FnOnce(&mut Route), want: &[&str]) {
    let change = |stack: &mut Stack| {
        stack.api.as_mut().unwrap().authorizers.insert("staff".to_owned(), staff());
        change(&mut stack.services.get_mut("app").unwrap().routes[0]);
    };
    check(change, want);
}

#[test]
fn route_names_an_authorizer_of_the_api() {
    check_staff(|route| route.authorizer = Some("staff".into()), &[]);
    let want = ["APIGW-ROUTE-004 services.app.routes[0].authorizer"];
    check_staff(|route| route.authorizer = Some("stuff".into()), &want);
    check(|stack| stack.services.get_mut("app").unwrap().routes[0].authorizer = Some("staff".into()), &want);
    let without_default = |stack: &mut Stack| {
        let api = stack.api.as_mut().unwrap();
        api.authorizers.insert("staff".to_owned(), staff());
        api.authorizer = None;
        stack.services.get_mut("app").unwrap().routes[0].authorizer = Some(true.into());
    };
    check(without_default, &want);
}

#[test]
fn authorizers_have_names_and_a_quota() {
    let named = |name: &str, want: &[&str]| {
        check_api(|api| drop(api.authorizers.insert(name.to_owned(), staff())), want);
    };
    named("a-b_1", &[]);
    named("a b", &["APIGW-AUTH-004 api.authorizers.\"a b\""]);
    named(&"a".repeat(128), &["APIGW-AUTH-004 name"]);
    let http = |api: &mut Api| {
        let issuer = JwtAuthorizer { issuer: "http://a".to_owned(), ..staff() };
        api.authorizers.insert("staff".to_owned(), issuer);
    };
    check_api(http, &["APIGW-AUTH-001 api.authorizers.staff.issuer"]);
    let many = |count: usize| (0..count).map(|number| (format!("a{number}"), staff())).collect();
    check_api(|api| api.authorizers = many(9), &[]);
    check_api(|api| api.authorizers = many(10), &["APIGW-QUOTA-003 api.authorizers"]);
}

#[test]
fn signed_route_has_no_authorizer_and_no_scopes() {
    let signed = |route: &mut Route| route.authorization = Some(Authorization::Iam);
    check_route(signed, &[]);
    let open = |route: &mut Route| {
        signed(route);
        route.authorizer = Some(false.into());
    };
    check_route(open, &[]);
    let with_token = |route: &mut Route| {
        signed(route);
        (route.authorizer, route.scopes) = (Some(true.into()), vec!["a".to_owned()]);
    };
    check_route(with_token, &["APIGW-ROUTE-004 routes[0].scopes", "APIGW-ROUTE-004 routes[0].authorizer"]);
    let any = |route: &mut Route| {
        signed(route);
        (route.path, route.methods) = ("/jobs".to_owned(), [Method::Any].into());
    };
    check(
        |stack| any(&mut stack.services.get_mut("app").unwrap().routes[0]),
        &["APIGW-CORS-007 services.app.routes[0].path"],
    );
}

#[test]
fn path_of_a_service_follows_from_the_route() {
    let stripped = |path: &str, prefix: &str, want: &[&str]| {
        let change = |route: &mut Route| {
            (route.path, route.strip_prefix) = (path.to_owned(), Some(prefix.to_owned()));
            if path == "$default" {
                route.methods.clear();
                route.authorizer = Some(false.into());
            }
        };
        check_route(change, want);
    };
    let want = ["APIGW-ROUTE-012 routes[0].strip_prefix"];
    stripped("/orders/{rest+}", "/orders", &[]);
    stripped("/orders/{id}/items", "/orders/{id}", &[]);
    stripped("/orders", "/orders", &[]);
    stripped("/orders/a", "orders", &want);
    stripped("/orders/a", "/orders/", &want);
    stripped("/orders/a", "/ord", &want);
    stripped("/orders/a", "/shop", &want);
    stripped("$default", "/shop", &want);

    let rewritten = |rewrite: &str, want: &[&str]| {
        let change = |route: &mut Route| {
            (route.path, route.rewrite) = ("/orders/{id}/{rest+}".to_owned(), Some(rewrite.to_owned()));
        };
        check_route(change, want);
    };
    let want = ["APIGW-ROUTE-012 routes[0].rewrite"];
    rewritten("/", &[]);
    rewritten("/v2/{id}/x/{rest}", &[]);
    rewritten("/v2/{rest+}", &[]);
    rewritten("v2", &want);
    rewritten("/v2/a b", &want);
    rewritten("/v2/$request.path", &want);
    rewritten("/v2/{other}", &want);
    rewritten(&format!("/{}", "a".repeat(512)), &want);

    let both = |route: &mut Route| {
        (route.path, route.rewrite, route.strip_prefix) =
            ("/orders/a".to_owned(), Some("/".to_owned()), Some("/orders".to_owned()));
    };
    check_route(both, &want);
    let pointed = |route: &mut Route| {
        (route.path, route.rewrite) = ("/a/{id.x}/b".to_owned(), Some("/{id.x}/c".to_owned()));
    };
    check_route(pointed, &want);
}

#[test]
fn other_paths_are_other_integrations() {
    let routes = |count: usize| -> Vec<Route> {
        let route = |number: usize| {
            Route::builder().path(format!("/a{number}")).rewrite(format!("/b{number}")).build().unwrap()
        };
        (0..count).map(route).collect()
    };
    check(
        |stack| stack.services.get_mut("app").unwrap().routes = routes(301),
        &["APIGW-QUOTA-002 services", "APIGW-QUOTA-001 services"],
    );
}

#[test]
fn word_stands_for_a_log_format() {
    let read = |word: &str| {
        serde_json::from_value::<AccessLog>(serde_json::json!({ "format": word })).unwrap().format
    };
    assert_eq!(read("default"), AccessLog::default().format);
    assert_eq!(read("full"), AccessLog::builder().format("full").build().unwrap().format);
    assert_ne!(read("full"), read("default"));
    check_api(|api| api.access_log = Some(AccessLog::builder().format("full").build().unwrap()), &[]);
}
