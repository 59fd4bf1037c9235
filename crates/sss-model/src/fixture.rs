//! Stacks for tests.

use crate::{
    Api, Backend, CloudMapBackend, Cors, Deployment, ExecutionRole, JwtAuthorizer, Network, Route, Rule,
    SecurityGroup, Service, Stack, Statement, TaskRole,
};

const COMMAND: &str = r#"/bin/sh -c "echo '<html> <head> <title>Amazon ECS Sample App</title> <style>body {margin-top: 40px; background-color: #333;} </style> </head><body> <div style=color:white;text-align:center> <h1>Amazon ECS Sample App</h1> <h2>Congratulations!</h2> <p>Your application is now running on a container in Amazon ECS.</p> </div></body></html>' >  /usr/local/apache2/htdocs/index.html && httpd-foreground""#;

/// The reference stack by its builders, with the sandbox's ids.
pub(crate) fn reference() -> Stack {
    let subnets = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002", "subnet-0a1b2c3d4e5f60003"];
    let network = Network::builder()
        .vpc_id("vpc-0a1b2c3d4e5f60718")
        .private_subnet_ids(subnets)
        .vpc_link_security_group_ids(["sg-0a1b2c3d4e5f60000"]);
    let cors = Cors::builder()
        .allow_origins(["https://example.com"])
        .allow_headers(["authorization", "origin", "content-type", "accept", "x-requested-with"])
        .allow_methods(["GET", "POST", "DELETE", "PUT"])
        .allow_credentials(true)
        .max_age(80000);
    let authorizer = JwtAuthorizer::builder()
        .issuer("https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01")
        .audience(["1example23456789abcdefghij"]);
    let metrics = Statement::allow(["cloudwatch:PutMetricData"], ["*"]);
    let app = Service::builder()
        .name("app")
        .image("public.ecr.aws/docker/library/httpd:latest")
        .port(80)
        .desired_count(1)
        .backend(Backend::CloudMap(CloudMapBackend { ttl: 300 }))
        .entry_point(["sh", "-c"])
        .command([COMMAND])
        .deployment(Deployment { force_new_deployment: true, ..Deployment::default() })
        .task_role(TaskRole::builder().statement(metrics.clone()).build().unwrap())
        .route(Route::default());
    Stack::builder()
        .name("mz-dev")
        .region("ap-northeast-1")
        .tags([
            ("Owner", "mamezou"),
            ("Environment", "mz-dev-site"),
            ("SystemName", "Mamezou Developer Site Example System"),
        ])
        .network(network.build().unwrap())
        .execution_role(ExecutionRole::builder().statement(metrics).build().unwrap())
        .security_group(SecurityGroup::builder().ingress(Rule::tcp(80).from("10.0.0.0/16")).build().unwrap())
        .api(
            Api::builder()
                .cors(cors.build().unwrap())
                .authorizer(authorizer.build().unwrap())
                .build()
                .unwrap(),
        )
        .service(app.build().unwrap())
        .build()
        .unwrap()
}

/// Returns the problems that a change of the reference stack adds, warnings too: rule and path.
///
/// Ports that nobody reaches are left out: most changes of ports and rules close one, and `rules/tests/reach.rs` checks
/// them.
pub(crate) fn broken(change: impl FnOnce(&mut Stack)) -> Vec<String> {
    let mut stack = reference();
    let before = stack.problems();
    change(&mut stack);
    let problems = stack.problems().into_iter().filter(|problem| !before.contains(problem));
    let problems = problems.filter(|problem| problem.rule != "SG-040");
    problems.map(|problem| format!("{} {}", problem.rule, problem.path)).collect()
}

/// Checks what a change of the reference stack breaks.
pub(crate) fn check(change: impl FnOnce(&mut Stack), want: &[&str]) {
    assert_eq!(broken(change), want);
}

/// Checks what a change of the reference stack's service breaks; paths are below the service.
pub(crate) fn check_app(change: impl FnOnce(&mut Service), want: &[&str]) {
    let got = broken(|stack| change(stack.services.get_mut("app").unwrap()));
    let got: Vec<String> = got.iter().map(|problem| problem.replace(" services.app.", " ")).collect();
    assert_eq!(got, want);
}
