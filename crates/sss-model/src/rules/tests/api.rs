use crate::fixture::{check, check_app};
use crate::{AccessLog, Cors, JwtAuthorizer, Method, Route, Service, Stack};

fn check_cors(change: impl FnOnce(&mut Cors), want: &[&str]) {
    check(|stack| change(stack.api.as_mut().unwrap().cors.as_mut().unwrap()), want);
}

fn check_authorizer(change: impl FnOnce(&mut JwtAuthorizer), want: &[&str]) {
    check(|stack| change(stack.api.as_mut().unwrap().authorizer.as_mut().unwrap()), want);
}

#[test]
fn origins_have_a_scheme_and_a_host() {
    let origin = |origin: &str, want: &[&str]| {
        check_cors(
            |cors| (cors.allow_origins, cors.allow_credentials) = (vec![origin.to_owned()], false),
            want,
        );
    };
    for taken in [
        "*",
        "https://*",
        "http://localhost:3000",
        "HTTP://WWW.EXAMPLE.ORG",
        "chrome-extension://abc",
        "https://[::1]",
        "http://[::1]:3000",
    ] {
        origin(taken, &[]);
    }
    for refused in [
        "localhost:3000",
        "",
        "https://",
        "https://a b",
        "https://a:x",
        "https://a:0",
        "//a",
        "https://*.a",
        "a_b://a",
        "1a://a",
        "https://a/b",
        "ftp://*",
    ] {
        origin(refused, &["APIGW-CORS-002 api.cors.allow_origins[0]"]);
    }
    origin("https://a/", &["APIGW-CORS-002 api.cors.allow_origins[0]"]);
    check_cors(|cors| cors.allow_origins.clear(), &["APIGW-CORS-005 api.cors.allow_origins"]);
    check_cors(|cors| cors.allow_origins.push("*".into()), &["APIGW-CORS-001 api.cors.allow_origins[1]"]);
    check_cors(|cors| cors.allow_origins.push("https://*".into()), &[]);
}

#[test]
fn cors_values_are_in_range() {
    for (age, taken) in [(-2, false), (-1, true), (0, true), (86400, true), (86401, false)] {
        let want: &[&str] = if taken { &[] } else { &["APIGW-CORS-004 api.cors.max_age"] };
        check_cors(|cors| cors.max_age = Some(age), want);
    }
    check_cors(
        |cors| cors.allow_methods = vec!["put".into(), "*".into()],
        &["APIGW-CORS-003 api.cors.allow_methods[1]"],
    );
    let open = |cors: &mut Cors| (cors.allow_credentials, cors.allow_methods) = (false, vec!["*".into()]);
    check_cors(open, &[]);
    check_cors(
        |cors| cors.allow_methods = vec![String::new()],
        &["APIGW-CORS-003 api.cors.allow_methods[0]"],
    );
    check_cors(|cors| cors.allow_methods = vec!["a".repeat(64)], &[]);
    check_cors(
        |cors| cors.allow_methods = vec!["a".repeat(65)],
        &["APIGW-CORS-003 api.cors.allow_methods[0]"],
    );
    check_cors(|cors| cors.allow_headers = vec!["a".repeat(65)], &[]);
    check_cors(
        |cors| cors.expose_headers = vec!["a b".into()],
        &["APIGW-CORS-003 api.cors.expose_headers[0]"],
    );
}

#[test]
fn authorizer_has_issuer_audience_and_source() {
    let issuer = |issuer: &str, want: &[&str]| check_authorizer(|jwt| jwt.issuer = issuer.to_owned(), want);
    issuer("https://example.com", &[]);
    issuer("https://example.com:8443/realms/a", &[]);
    for doubted in [
        "https://example.com/",
        "https://example.com/.well-known/openid-configuration",
        "https://shop.auth.eu-west-1.amazoncognito.com",
        "https://cognito-idp.eu-west-1.amazonaws.com",
    ] {
        issuer(doubted, &["APIGW-AUTH-006 api.authorizer.issuer"]);
    }
    issuer(&format!("https://a/{}", "a".repeat(2038)), &[]);
    issuer(&format!("https://a/{}", "a".repeat(2039)), &["APIGW-AUTH-001 api.authorizer.issuer"]);
    for refused in [
        "http://example.com",
        "https://",
        "https:///a",
        "example.com",
        "https://a b",
        "https://a/b c",
        "https://a/b@c",
        "https://https://a",
    ] {
        issuer(refused, &["APIGW-AUTH-001 api.authorizer.issuer"]);
    }
    issuer("", &["STACK-001 api.authorizer.issuer"]);
    check_authorizer(|jwt| jwt.audience = vec!["a".into(); 50], &[]);
    check_authorizer(|jwt| jwt.audience = vec!["a".into(); 51], &["APIGW-AUTH-002 api.authorizer.audience"]);
    check_authorizer(|jwt| jwt.audience.clear(), &["APIGW-AUTH-002 api.authorizer.audience"]);
    check_authorizer(|jwt| jwt.audience.push(String::new()), &["APIGW-AUTH-002 api.authorizer.audience[1]"]);
    let source =
        |source: &str, want: &[&str]| check_authorizer(|jwt| jwt.identity_source = source.to_owned(), want);
    source("$request.querystring.token", &[]);
    for refused in [
        "",
        "$request.header.",
        "$context.a",
        "$request.header.A,$request.header.B",
        "route.request.header.A",
    ] {
        source(refused, &["APIGW-AUTH-003 api.authorizer.identity_source"]);
    }
}

#[test]
fn access_log_format_has_an_id_and_a_bound() {
    let format = |format: &str, want: &[&str]| {
        let log = AccessLog { format: format.to_owned(), ..AccessLog::default() };
        check(|stack| stack.api.as_mut().unwrap().access_log = Some(log), want);
    };
    let long = |length: usize| format!("$context.requestId {}", "a".repeat(length - 19));
    format("$context.extendedRequestId", &[]);
    format("$context.status", &["APIGW-STAGE-010 api.access_log.format"]);
    format("$context.requestId\n", &["APIGW-STAGE-010 api.access_log.format"]);
    format("", &["STACK-001 api.access_log.format"]);
    format(&long(1024), &[]);
    format(&long(1025), &["APIGW-STAGE-011 api.access_log.format"]);
    format(&long(3073), &["APIGW-STAGE-011 api.access_log.format"]);
    let with = |length: usize| AccessLog::builder().format(long(length)).build().is_ok();
    assert!(with(3072) && !with(3073));
    check(|stack| stack.api.as_mut().unwrap().description = Some("a".repeat(1024)), &[]);
    check(
        |stack| stack.api.as_mut().unwrap().description = Some("a".repeat(1025)),
        &["APIGW-API-002 api.description"],
    );
    check(|stack| stack.namespace.description = Some("a".repeat(1025)), &["CM-NS-003 namespace.description"]);
}

fn route(path: &str) -> Route {
    Route { path: path.to_owned(), ..Route::default() }
}

fn check_route(change: impl FnOnce(&mut Route), want: &[&str]) {
    check_app(|app| change(&mut app.routes[0]), want);
}

#[test]
fn paths_have_literal_or_variable_segments() {
    let path = |path: &str, want: &[&str]| check_route(|route| route.path = path.to_owned(), want);
    for taken in ["/", "/a/{b}/c.d:e_f-g", "/{a.b:c-d_e}", "/a/{rest+}"] {
        path(taken, &[]);
    }
    path("a", &["APIGW-ROUTE-001 routes[0].path"]);
    path("", &["APIGW-ROUTE-001 routes[0].path"]);
    path("$connect", &["APIGW-ROUTE-001 routes[0].path"]);
    path("/a/", &["APIGW-ROUTE-010 routes[0].path"]);
    for refused in ["/{a+}/b", "/{a", "/a}", "/{}", "/{+}", "/a b", "//a", "/a/x{b}", "/a?b", "/é"] {
        path(refused, &["APIGW-ROUTE-002 routes[0].path"]);
    }
    check_route(|route| route.methods.clear(), &["APIGW-ROUTE-001 routes[0].methods"]);
    let methods =
        |route: &mut Route| (route.path, route.authorizer) = ("$default".into(), Some(false.into()));
    check_route(methods, &["APIGW-ROUTE-001 routes[0].methods"]);
    assert_eq!(Route::builder().path("$default").build().unwrap().keys(), ["$default"]);
    assert!(Route::builder().path("$default").methods([Method::Get]).build().is_err());
}

#[test]
fn route_that_takes_preflights_is_a_warning() {
    let any = ["APIGW-ROUTE-011 routes[0].path", "APIGW-CORS-007 routes[0].path"];
    let default = |route: &mut Route| (route.path, route.methods) = ("$default".into(), [].into());
    check_route(default, &["APIGW-CORS-007 routes[0].path"]);
    check_route(|route| route.methods = [Method::Any].into(), &any);
    let open = |route: &mut Route| {
        default(route);
        route.authorizer = Some(false.into());
    };
    check_route(open, &[]);
    let preflights =
        Route { methods: [Method::Options].into(), authorizer: Some(false.into()), ..Route::default() };
    let beside = |open: Route, want: &[&str]| {
        let change = |app: &mut Service| {
            app.routes[0].methods = [Method::Any].into();
            app.routes.push(open);
        };
        check_app(change, want);
    };
    beside(preflights.clone(), &any[..1]);
    beside(Route { path: "/a".into(), ..preflights.clone() }, &any);
    beside(Route { methods: [Method::Get].into(), path: "/a/{rest+}".into(), ..preflights }, &any);
    check(
        |stack| {
            default(&mut stack.services.get_mut("app").unwrap().routes[0]);
            stack.api.as_mut().unwrap().cors = None;
        },
        &[],
    );
}

#[test]
fn rest_of_a_path_without_its_root_is_a_warning() {
    let rest = |methods: &[Method], others: Vec<Route>, want: &[&str]| {
        let route = Route {
            path: "/{rest+}".into(),
            methods: methods.iter().copied().collect(),
            authorizer: Some(false.into()),
            ..Route::default()
        };
        check_app(|app| app.routes = [vec![route], others].concat(), want);
    };
    let root = |methods: &[Method]| {
        vec![Route {
            path: "/".into(),
            methods: methods.iter().copied().collect(),
            authorizer: Some(false.into()),
            ..Route::default()
        }]
    };
    let silent = ["APIGW-ROUTE-011 routes[0].path"];
    let both = [Method::Get, Method::Post];
    rest(&both, root(&both), &[]);
    rest(&both, root(&[Method::Any]), &[]);
    rest(&both, root(&[Method::Get]), &[]);
    rest(&both, root(&[Method::Post]), &silent);
    rest(&[Method::Post], vec![], &[]);
    rest(&[Method::Any], root(&both), &silent);
    let default = Route {
        path: "$default".into(),
        methods: [].into(),
        authorizer: Some(false.into()),
        ..Route::default()
    };
    rest(&both, vec![default], &[]);
}

#[test]
fn scopes_need_an_authorizer() {
    check_route(|route| route.scopes = vec!["a".repeat(64); 10], &[]);
    check_route(|route| route.scopes = vec!["a".into(); 11], &["APIGW-ROUTE-005 routes[0].scopes"]);
    check_route(|route| route.scopes = vec!["a".repeat(65)], &["APIGW-ROUTE-005 routes[0].scopes[0]"]);
    check_route(|route| route.scopes = vec![String::new()], &["APIGW-ROUTE-005 routes[0].scopes[0]"]);
    check_route(|route| route.authorizer = Some(false.into()), &[]);
    let open = |route: &mut Route| (route.authorizer, route.scopes) = (Some(false.into()), vec!["a".into()]);
    check_route(open, &["APIGW-ROUTE-004 routes[0].scopes"]);
    let without = |change: fn(&mut Route), want: &[&str]| {
        let change = |stack: &mut Stack| {
            stack.api.as_mut().unwrap().authorizer = None;
            change(&mut stack.services.get_mut("app").unwrap().routes[0]);
        };
        check(change, want);
    };
    without(|_| {}, &[]);
    without(
        |route| route.authorizer = Some(true.into()),
        &["APIGW-ROUTE-004 services.app.routes[0].authorizer"],
    );
    without(|route| route.scopes = vec!["a".into()], &["APIGW-ROUTE-004 services.app.routes[0].scopes"]);
    check(|stack| stack.api = None, &["STACK-008 services.app.routes"]);
}

#[test]
fn routes_without_an_api_are_one_problem() {
    let mut stack = crate::fixture::reference();
    let second = stack.services["app"].clone();
    stack.services.insert("second".into(), second);
    stack.api = None;
    let problems = stack.problems().into_iter().filter(|problem| problem.rule == "STACK-008");
    let [problem] = problems.collect::<Vec<_>>().try_into().expect("one problem");
    assert_eq!(problem.also.iter().map(crate::Path::as_str).collect::<Vec<_>>(), ["services.second.routes"]);
    assert!(problem.message.contains("2 places"), "{}", problem.message);
}

#[test]
fn routes_of_all_services_differ() {
    let another = |routes: Vec<Route>, want: &[&str]| {
        let change = |stack: &mut Stack| {
            let web = Service::builder().name("web").image("a:1").port(81).stop_timeout(60).build().unwrap();
            stack.services.insert("web".into(), Service { routes, ..web });
        };
        check(change, want);
    };
    another(vec![route("/a/{b}/c"), route("/{d}")], &[]);
    another(vec![Route { methods: [Method::Post].into(), ..Route::default() }], &[]);
    another(
        vec![Route::default()],
        &["APIGW-ROUTE-008 services.web.routes[0].path", "APIGW-ROUTE-011 services.web.routes[0].path"],
    );
    another(vec![route("/a/{b}"), route("/a/{b}/c"), route("/x/{c}")], &[]);
    another(vec![route("/a/{b}"), route("/a/{c}/d")], &["APIGW-ROUTE-009 services.web.routes[1].path"]);
    another(vec![route("/x/{y+}")], &[]);
    another(vec![route("/x/{y+}"), route("/x/{y}/z")], &[]);
    another(
        vec![route("/{rest+}")],
        &["APIGW-ROUTE-011 services.web.routes[0].path", "APIGW-ROUTE-009 services.web.routes[0].path"],
    );
    let many = |count: usize| (1..count).map(|number| route(&format!("/{number}"))).collect();
    another(many(300), &[]);
    another(many(301), &["APIGW-QUOTA-001 services"]);
}

#[test]
fn integrations_have_a_quota() {
    let services = |count: usize, want: &[&str]| {
        let change = |stack: &mut Stack| {
            for number in 1..count {
                let (name, routes) = (format!("s{number}"), vec![route(&format!("/{number}"))]);
                let service = Service::builder().name(name.as_str()).image("a:1").port(81).stop_timeout(60);
                let service = service.build().unwrap();
                stack.services.insert(name, Service { routes, ..service });
            }
        };
        check(change, want);
    };
    services(300, &[]);
    services(301, &["APIGW-QUOTA-002 services", "APIGW-QUOTA-001 services"]);
}
