//! The cases of APIs, routes and the stack itself, and how some of them read.

use crate::fixture::reference;
use crate::problem::Problem;
use crate::{Cors, JwtAuthorizer, Method, Route, Service, Stack};

/// Returns the problems of a changed reference stack that the unchanged one does not have.
fn problems(change: impl FnOnce(&mut Stack)) -> Vec<Problem> {
    let mut stack = reference();
    let before = stack.problems();
    change(&mut stack);
    stack.problems().into_iter().filter(|problem| !before.contains(problem)).collect()
}

/// Checks which cases a change breaks: `rule/case`, with a space between them.
fn names(change: impl FnOnce(&mut Stack), want: &str) {
    let got = problems(change)
        .iter()
        .map(|problem| format!("{}/{}", problem.rule, problem.case))
        .collect::<Vec<_>>();
    assert_eq!(got.join(" "), want);
}

/// Checks how the one problem of a change reads, and its fix.
fn reads(change: impl FnOnce(&mut Stack), want: [&str; 2]) {
    let problems = problems(change);
    let said: Vec<[&str; 2]> =
        problems.iter().map(|problem| [problem.message.as_str(), problem.fix.as_str()]).collect();
    assert_eq!(said, [want]);
}

fn app(change: impl FnOnce(&mut Service)) -> impl FnOnce(&mut Stack) {
    |stack| change(stack.services.get_mut("app").expect("the service"))
}

fn route(change: impl FnOnce(&mut Route)) -> impl FnOnce(&mut Stack) {
    app(|app| change(&mut app.routes[0]))
}

fn cors(change: impl FnOnce(&mut Cors)) -> impl FnOnce(&mut Stack) {
    |stack| change(stack.api.as_mut().and_then(|api| api.cors.as_mut()).expect("CORS"))
}

fn jwt(change: impl FnOnce(&mut JwtAuthorizer)) -> impl FnOnce(&mut Stack) {
    |stack| change(stack.api.as_mut().and_then(|api| api.authorizer.as_mut()).expect("an authorizer"))
}

fn without_authorizer(stack: &mut Stack) {
    stack.api.as_mut().expect("an API").authorizer = None;
}

#[test]
fn route_of_a_stack_breaks_its_cases() {
    names(route(|route| route.methods.clear()), "APIGW-ROUTE-001/no-method");
    let default =
        |route: &mut Route| (route.path, route.authorizer) = ("$default".into(), Some(false.into()));
    names(route(default), "APIGW-ROUTE-001/methods-of-default");
    let open = |route: &mut Route| (route.authorizer, route.scopes) = (Some(false.into()), vec!["a".into()]);
    names(route(open), "APIGW-ROUTE-004/open-route");
    let scoped = |stack: &mut Stack| {
        without_authorizer(stack);
        route(|route| route.scopes = vec!["a".into()])(stack);
    };
    names(scoped, "APIGW-ROUTE-004/no-authorizer");
    names(|stack| stack.api = None, "STACK-008/no-api");
}

#[test]
fn messages_of_routes_read_alone() {
    let root = "no route answers `GET /`: `GET /{a+}` matches every path but `/`";
    reads(route(|route| route.path = "/{a+}".into()), [root, "add a route with `path = \"/\"`"]);
    reads(
        route(|route| route.path = "orders".into()),
        ["the path `orders` does not begin with `/`", "write `/orders`"],
    );
    reads(
        route(|route| route.path = "/orders/".into()),
        ["the path `/orders/` ends with `/`", "remove the last `/`"],
    );
    let any = |app: &mut Service| {
        app.routes[0].path = "/a".into();
        app.routes[0].methods = [Method::Any].into();
    };
    reads(
        app(any),
        [
            "CORS preflight (OPTIONS) requests will get 401: the route `ANY /a` requires a token",
            "name the methods of the route, or add a route with `methods = [\"OPTIONS\"]` and `authorizer = false`",
        ],
    );
    let twice = |app: &mut Service| app.routes.push(Route { path: "/{b}".into(), ..Route::default() });
    let other = |app: &mut Service| {
        twice(app);
        app.routes.push(Route { path: "/{c}/d".into(), ..Route::default() });
    };
    reads(
        app(other),
        ["the variable `{c}` is called `{b}` at services.app.routes[1]", "rename `{c}` to `{b}`"],
    );
    let same = |app: &mut Service| {
        twice(app);
        twice(app);
    };
    reads(
        app(same),
        ["the route `GET /{b}` already exists at services.app.routes[1]", "remove one of the two routes"],
    );
}

#[test]
fn messages_of_apis_read_alone() {
    reads(
        cors(|cors| cors.allow_origins.push("*".into())),
        [
            "the origin `*` cannot be combined with credentials: browsers refuse that",
            "replace `*` by the origins, or set `allow_credentials = false`",
        ],
    );
    reads(
        cors(|cors| cors.max_age = Some(-2)),
        ["`max_age` must be from -1 to 86400, not -2", "set `max_age` to a number from -1 to 86400"],
    );
    reads(
        jwt(|jwt| jwt.audience.push(String::new())),
        ["`audience[1]` is an empty audience", "remove `audience[1]`, or write an audience there"],
    );
    reads(
        jwt(|jwt| jwt.issuer = "http://example.com".into()),
        [
            "`issuer` must be an `https://` URL, not `http://example.com`",
            "copy the issuer from `iss` of a token, as in `https://login.example.com`",
        ],
    );
}

#[test]
fn messages_of_stacks_read_alone() {
    reads(
        |stack| stack.network.private_subnet_ids.truncate(1),
        [
            "`private_subnet_ids` names one subnet, so all tasks stop when its zone fails",
            "add a subnet of another Availability Zone to `private_subnet_ids`",
        ],
    );
    reads(
        |stack| stack.network.private_subnet_ids.clear(),
        [
            "`private_subnet_ids` names 0 subnets; a VPC link needs at least 1",
            "add a subnet to `private_subnet_ids`",
        ],
    );
    let silence = |id: &'static str, reason: &'static str| {
        move |stack: &mut Stack| drop(stack.silence.insert(id.to_owned(), reason.to_owned()))
    };
    reads(
        silence("STACK-13", "a typing error"),
        ["no rule has the id `STACK-13`", "write the id in the brackets of a warning, such as `STACK-013`"],
    );
    reads(
        silence("SG-022", ""),
        [
            "`SG-022` is silenced without a reason",
            "write why the warning does not matter, as in `SG-022 = \"this is a test\"`",
        ],
    );
    reads(
        silence("SG-022", "nothing is open here"),
        ["`SG-022` is silenced, but the stack has no warning or advice of this rule", "remove `SG-022`"],
    );
}
