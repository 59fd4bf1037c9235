//! The check of a stack before its first write: what is in order is no problem, and what is not is one.
//!
//! A false problem is worse than a missing check, so the healthy variants come first. A variant changes the
//! account or the stack of the first test in one thing.

mod broken;
mod healthy;

use serde_json::{Value, json};
use sss_aws::{
    Deployer, Options,
    verify::{Check, Outcome, Reach, Verification},
};
use sss_model::{ExecutionRole, Stack};
use sss_sandbox::{Fault, Faults, Image, Network, Rule, Sandbox};

use crate::account::{Account, reference};

/// The private registry of the account.
const ECR: &str = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";
/// The issuer of the reference stack.
const ISSUER: &str = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01";
/// A secret that the account has.
const SECRET: &str = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";

/// AWS's policy for execution roles.
const OF_AWS: &str = "service-role/AmazonECSTaskExecutionRolePolicy";

/// An account and a stack on the way to a check.
struct Case {
    account: Account,
    stack: Stack,
}

impl Case {
    /// Returns the reference stack with an image of ECR and a secret, in a new account.
    fn new() -> Self {
        let account = Account::new();
        account.sandbox.keep_secret(SECRET);
        let mut stack = reference(&account);
        let task = &mut stack.services.get_mut("app").expect("the service").task;
        task.image = format!("{ECR}/shop/app:1.4");
        task.secrets.insert("PASSWORD".to_owned(), SECRET.to_owned());
        Self { account, stack }
    }

    fn sandbox(&self) -> &Sandbox {
        &self.account.sandbox
    }

    /// Changes the only service.
    fn service(&mut self) -> &mut sss_model::Service {
        self.stack.services.get_mut("app").expect("the service")
    }

    fn image(&mut self, image: &str) {
        image.clone_into(&mut self.service().task.image);
    }

    fn secret(&mut self, from: &str) {
        self.service().task.secrets.insert("PASSWORD".to_owned(), from.to_owned());
    }

    /// Sets a usual network after a change of it.
    fn network(&self, name: &str, change: impl FnOnce(&mut Network)) {
        let mut network = Network::named(name).expect("a name of a network");
        change(&mut network);
        self.sandbox().set_network(&network);
    }

    /// Creates a role that tasks can assume, with AWS's policies of these names and a statement, and lets the stack use
    /// it as its execution role.
    fn execution_role(&mut self, path: &str, policies: &[&str], statement: Option<Value>) {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "Service": "ecs-tasks.amazonaws.com" } }] });
        let role = json!({ "RoleName": "runs", "Path": path, "AssumeRolePolicyDocument": trust.to_string() });
        let arn = self.account.by_hand("iam", "CreateRole", &role)["Role"]["Arn"].clone();
        for policy in policies {
            let attached =
                json!({ "RoleName": "runs", "PolicyArn": format!("arn:aws:iam::aws:policy/{policy}") });
            self.account.by_hand("iam", "AttachRolePolicy", &attached);
        }
        if let Some(statement) = statement {
            let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
            let policy = json!({ "RoleName": "runs", "PolicyName": "own", "PolicyDocument": policy });
            self.account.by_hand("iam", "PutRolePolicy", &policy);
        }
        self.stack.execution_role = ExecutionRole::default();
        self.stack.execution_role.existing = arn.as_str().map(str::to_owned);
    }

    /// Denies the user something by a policy.
    fn deny_user(&self, action: &str, condition: &Value) {
        let mut statement = json!({ "Effect": "Deny", "Action": action, "Resource": "*" });
        if !condition.is_null() {
            statement["Condition"] = condition.clone();
        }
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        let policy = json!({ "UserName": "sandbox", "PolicyName": "denies", "PolicyDocument": policy });
        self.account.by_hand("iam", "PutUserPolicy", &policy);
    }

    fn deny(&self, operations: &[&str]) {
        let rule = |operation: &&str| Rule::new(Fault::AccessDenied).operation(operation);
        self.sandbox().set_faults(operations.iter().map(rule).fold(Faults::default(), Faults::with));
    }

    /// Makes all checks, and returns the number of their calls, all of which only read.
    async fn calls_of_checks(&self) -> usize {
        self.sandbox().reset_calls();
        let deployer = Deployer::new(&self.sandbox().sdk_config());
        drop(Box::pin(deployer.verify(&self.stack, Reach::Everywhere)).await.expect("a valid stack"));
        let calls = self.sandbox().calls();
        assert!(calls.iter().all(|call| !call.writes), "{calls:#?}");
        calls.len()
    }

    /// Makes the checks that the plan of the stack needs.
    async fn verify(&self) -> Verification {
        let deployer = Deployer::new(&self.sandbox().sdk_config());
        let planned = Box::pin(deployer.plan(&self.stack)).await;
        let found = Box::pin(deployer.verify(&self.stack, Reach::Everywhere)).await.expect("a valid stack");
        match planned {
            Ok(planned) => found.for_plan(planned.plan()),
            // A plan may need a read that a case denies.
            Err(_) => found,
        }
    }
}

/// Returns the checks with this outcome, as `id: reason`.
fn said(found: &Verification, outcome: Outcome) -> Vec<String> {
    let line = |check: &Check| format!("{}: {}", check.id, check.reason.as_deref().unwrap_or_default());
    found.with(outcome).map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn stack_in_order_has_only_checks_that_are_ok() {
    let found = Case::new().verify().await;
    assert!(found.checks.iter().all(|check| check.outcome == Outcome::Ok), "{found:#?}");
    let ids: std::collections::BTreeSet<&str> = found.checks.iter().map(|check| check.id).collect();
    let made = [
        "subnet",
        "zone",
        "dns",
        "address",
        "way-out",
        "path",
        "image",
        "issuer",
        "secret",
        "role",
        "pass-role",
        "linked-role",
        "log-policy",
        "quota",
    ];
    assert_eq!(ids, made.into_iter().collect());
}

#[tokio::test(start_paused = true)]
async fn checks_take_at_most_18_calls_and_no_time_of_their_own() {
    check_cost(&Case::new(), 18).await;
}

#[tokio::test(start_paused = true)]
async fn checks_of_a_session_take_no_call_and_no_time_more() {
    let mut case = Case::new();
    healthy::session_of(
        &mut case,
        "/team/",
        "pipeline",
        &json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }),
    );
    check_cost(&case, 18).await;
}

#[tokio::test(start_paused = true)]
async fn role_of_a_session_is_found_beside_1000_others() {
    let mut case = Case::new();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::123456789012:root" } }] });
    for number in 0..1000 {
        let role =
            json!({ "RoleName": format!("other-{number}"), "AssumeRolePolicyDocument": trust.to_string() });
        case.account.by_hand("iam", "CreateRole", &role);
    }
    healthy::session_of(
        &mut case,
        "/team/",
        "pipeline",
        &json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }),
    );
    let found = case.verify().await;
    assert!(found.checks.iter().all(|check| check.outcome == Outcome::Ok), "{found:#?}");
    // The listing has no room for the role of the session, nor for those of AWS services behind it.
    assert_eq!(case.calls_of_checks().await, 20);
}

/// Checks that the checks make at most so many calls, and take no more time than the plan.
async fn check_cost(case: &Case, most: usize) {
    let deployer = Deployer::new(&case.sandbox().sdk_config());
    let start = tokio::time::Instant::now();
    drop(Box::pin(deployer.plan(&case.stack)).await.expect("a plan"));
    let alone = start.elapsed();

    let start = tokio::time::Instant::now();
    let calls = case.calls_of_checks().await;
    let verified = start.elapsed();
    assert!(calls <= most, "{calls} calls");
    assert!(verified <= alone, "the checks took {verified:?}, and the plan {alone:?}");
}

#[tokio::test(start_paused = true)]
async fn stack_that_runs_has_nothing_to_check() {
    let case = Case::new();
    case.account.apply(&case.stack).await;
    assert!(case.verify().await.checks.is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_denied_read_is_a_check_that_was_not_made() {
    for (operation, ids) in [
        ("DescribeSubnets", &["subnet", "zone", "address"][..]),
        ("DescribeRouteTables", &["way-out"]),
        ("DescribeNatGateways", &["way-out"]),
        ("DescribeNetworkAcls", &["way-out"]),
        ("DescribeVpcAttribute", &["dns"]),
        ("DescribeSecurityGroups", &["path"]),
        ("BatchGetImage", &["image"]),
        ("DescribeSecret", &["secret"]),
        ("DescribeLogGroups", &["log-group"]),
        ("SimulatePrincipalPolicy", &["pass-role", "linked-role"]),
        ("ListRoles", &["linked-role"]),
        ("DescribeResourcePolicies", &["log-policy"]),
        ("GetVpcLinks", &["quota"]),
    ] {
        let mut case = Case::new();
        healthy::log_to(&mut case, &[]);
        case.deny(&[operation]);
        let found = case.verify().await;
        let found = found.choosing(|id| id != "log-group" || operation == "DescribeLogGroups");
        assert!(found.is_sound(), "{operation}: {found:#?}");
        for id in ids {
            let unchecked = found.with(Outcome::NotChecked).filter(|check| check.id == *id);
            let reasons: Vec<_> = unchecked.filter_map(|check| check.reason.as_deref()).collect();
            assert!(!reasons.is_empty(), "{operation}: {id} in {found:#?}");
            let says = |reason: &&&str| reason.contains(operation) && reason.starts_with("denied");
            assert!(reasons.iter().filter(says).count() == reasons.len(), "{operation}: {reasons:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn checks_without_the_web_ask_aws_only() {
    let mut case = Case::new();
    case.image("example/app:1.4");
    let deployer = Deployer::new(&case.sandbox().sdk_config());
    case.sandbox().reset_calls();
    let found = deployer.verify(&case.stack, Reach::AwsOnly).await.expect("a valid stack");
    let unchecked: Vec<_> = found.with(Outcome::NotChecked).map(|check| check.id).collect();
    assert_eq!(unchecked, ["image", "issuer"]);
    assert!(case.sandbox().calls().iter().all(|call| !call.operation.contains(' ')));
}

#[tokio::test(start_paused = true)]
async fn problem_of_an_object_without_a_step_refuses_nothing() {
    let mut case = Case::new();
    case.account.apply(&case.stack).await;
    case.sandbox().publish(&format!("{ECR}/shop/app:1.4"), Image::default().missing());
    case.service().desired_count = Some(2);
    let found = case.verify().await;
    assert!(found.is_sound() && found.checks.iter().all(|check| check.id != "image"), "{found:#?}");
    (case.service().task.cpu, case.service().task.memory) = (512, 1024);
    assert_eq!(said(&case.verify().await, Outcome::Problem).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn apply_of_a_sound_stack_succeeds() {
    let case = Case::new();
    assert!(case.verify().await.is_sound());
    let deployer = Deployer::new(&case.sandbox().sdk_config());
    let planned = Box::pin(deployer.plan(&case.stack)).await.expect("a plan");
    Box::pin(planned.apply(Options::default())).await.expect("an outcome").into_result().expect("no failure");
}
