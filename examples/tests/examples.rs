//! Every example runs, and prints what it demonstrates.

use std::{
    env,
    path::PathBuf,
    process::{Command, Output},
    sync::Arc,
};

use sss_aws::{Aws, Mode, Options};
use sss_model::{Stack, tfvars};
use sss_sandbox::Sandbox;

#[path = "../reference_stack.rs"]
#[expect(dead_code, reason = "its stack is compared; the program itself is run like the others")]
mod reference_stack;

/// Cargo builds the examples next to the folder of the tests, unless a command selects test targets.
fn program(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a test is a file");
    let folder = test.ancestors().nth(2).expect("tests are in the folder `deps` of a profile");
    let program = folder.join("examples").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is there; `cargo test` without a choice of targets builds it",
        program.display()
    );
    program
}

fn run(name: &str, arguments: &[&str]) -> Output {
    Command::new(program(name)).args(arguments).output().expect("an example can be started")
}

/// Runs an example. It must succeed and print these lines in this order.
fn check(name: &str, arguments: &[&str], lines: &[&str]) -> String {
    let Output { status, stdout, stderr } = run(name, arguments);
    let printed = String::from_utf8(stdout).expect("text");
    assert!(status.success(), "{status}: {printed}{}", String::from_utf8_lossy(&stderr));
    let mut rest = printed.lines();
    for line in lines {
        assert!(rest.any(|found| found == *line), "`{line}` in its place: {printed}");
    }
    printed
}

#[test]
fn stack_file_with_load_balancers_has_no_warning() {
    let parsed = Stack::from_toml(include_str!("../load_balancers.toml")).expect("a valid stack");
    let warnings: Vec<&str> = parsed.warnings.iter().map(|located| located.problem.rule).collect();
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn reference_stack() {
    let printed =
        check("reference_stack", &[], &["plan: 16 steps, 16 to create", "plan: 0 steps, 0 to create"]);
    let planned: Vec<_> = printed.lines().take_while(|line| line.starts_with("+ ")).collect();
    for object in [
        "apigatewayv2/api mz-dev-api-gateway",
        "apigatewayv2/authorizer mz-dev-jwt-authorizer",
        "apigatewayv2/integration mz-dev-app",
        "apigatewayv2/route GET /{proxy+}",
        "apigatewayv2/stage $default",
        "apigatewayv2/vpc-link mz-dev-vpc-link",
        "ec2/security-group mz-dev-ecs-sg",
        "ecs/cluster mz-dev-ecs-cluster",
        "ecs/service mz-dev-app",
        "ecs/task-definition mz-dev-site",
        "iam/role mz-dev-app-role",
        "iam/role mz-dev-ecs-task-exec-role",
        "logs/log-group /aws/api-gateway/mz-dev",
        "logs/log-group /aws/ecs/fargate/mz-dev-app",
        "servicediscovery/namespace mz-dev-application-service.internal",
        "servicediscovery/service mz-dev-app",
    ] {
        assert!(planned.contains(&format!("+ {object}").as_str()), "{object}: {printed}");
    }
    let outputs = ["apigateway_endpoint = https://", "ecs_cluster_arn = arn:", "ecs_security_group_id = sg-"];
    for output in outputs {
        assert!(printed.lines().any(|line| line.starts_with(output)), "{output}: {printed}");
    }
}

/// The stack of the builders and the one from `terraform.tfvars` agree in every field of every object.
#[tokio::test(start_paused = true)]
async fn the_reference_stack_is_that_of_the_example_inputs() {
    let sandbox = Sandbox::new();
    let aws = Aws::new(&sandbox.sdk_config());
    let built = reference_stack::stack().expect("a valid stack");
    let graph = sss_aws::lower(&built).expect("a valid stack");
    let world = sss_aws::observe(&aws, &graph).await.expect("the account can be read");
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let outcome = sss_aws::apply(&aws, &graph, &world, &plan, Options::default(), Arc::new(|_| {})).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let inputs = tfvars::read(include_str!("../terraform.tfvars")).expect("valid inputs");
    let read = Stack::from_toml(&inputs.to_stack_file()).expect("a valid stack file").stack;
    let graph = sss_aws::lower(&read).expect("a valid stack");
    let world = sss_aws::observe(&aws, &graph).await.expect("the account can be read");
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
}

#[test]
fn two_services() {
    let printed = check(
        "two_services",
        &[],
        &[
            "orders has STOREFRONT_URL=http://shop-storefront.shop-application-service.internal",
            "storefront has ORDERS_URL=http://shop-orders.shop-application-service.internal",
        ],
    );
    for (service, port) in [("orders", ":8080"), ("storefront", ":80")] {
        let start = format!("http://shop-{service}.shop-application-service.internal leads to 10.0.");
        let found = printed.lines().find(|line| line.starts_with(&start));
        assert!(found.is_some_and(|line| line.ends_with(port)), "{service}: {printed}");
    }
}

#[test]
fn private_worker() {
    let lines = ["+ ecs/service shop-mailer", "2 of 2 tasks are running"];
    let printed = check("private_worker", &[], &lines);
    for reachable in ["apigatewayv2/", "servicediscovery/"] {
        assert!(!printed.contains(reachable), "{reachable}: {printed}");
    }
}

#[test]
fn print_drift() {
    check(
        "print_drift",
        &[],
        &[
            "shop: 0 objects differ",
            "~ ec2/security-group shop-ecs-sg",
            "~ logs/log-group /aws/ecs/fargate/shop-web",
            "    retention_days: 90 in the account, 7 in the stack",
            "~ ecs/service shop-web",
            "    desired_count: 4 in the account, 2 in the stack",
            "shop: 3 objects differ",
        ],
    );
}

#[test]
fn test_your_stack() {
    check(
        "test_your_stack",
        &[],
        &[
            "test converges ... ok",
            "test scaling_changes_nothing_else ... ok",
            "test only_the_health_route_is_public ... ok",
            "test goes_without_a_trace ... ok",
        ],
    );
}

#[test]
fn downstream_xtask() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sandbox = format!("--sandbox={}", folder.path().join("shop.sandbox.json").display());
    let pending = run("downstream_xtask", &["deploy", "plan", &sandbox, "--detailed-exitcode"]);
    assert_eq!(pending.status.code(), Some(2), "{}", String::from_utf8_lossy(&pending.stderr));
    let printed = check("downstream_xtask", &["deploy", &sandbox, "--yes"], &[]);
    assert!(printed.contains("ecs_cluster_arn = arn:"), "{printed}");
    let nothing = "no changes: the account matches the stack";
    check("downstream_xtask", &["deploy", "plan", &sandbox, "--detailed-exitcode"], &[nothing]);
}
