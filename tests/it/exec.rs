//! Commands in containers: what must hold for a session, and why one cannot be opened.

use std::time::Duration;

use serde_json::json;
use sss_aws::{
    Error,
    operate::{
        Target,
        change::{Change, Scale},
        exec::{Choice, Place, open, ready},
    },
};
use sss_model::Stack;
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, reference};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const SERVICE: &str = "mz-dev-app";

/// Returns the reference stack whose service takes commands, after a change of the service.
fn stack(account: &Account, change: impl FnOnce(&mut sss_model::Service)) -> Stack {
    let mut stack = reference(account);
    let service = stack.services.get_mut("app").expect("the service");
    service.enable_execute_command = Some(true);
    change(service);
    stack
}

/// Looks for a container of the service.
async fn place(account: &Account, stack: &Stack) -> Result<Place, Error> {
    let target = Target::of(stack);
    let choice = Choice::Service(target.service("app").expect("the service"));
    ready(&account.aws, &target, choice, None).await
}

/// Returns the id of the cause of an error.
fn cause<T: std::fmt::Debug>(result: Result<T, Error>) -> Option<&'static str> {
    result.expect_err("no session").cause().map(|found| found.cause.id)
}

#[tokio::test(start_paused = true)]
async fn new_task_is_awaited_until_its_agent_is_connected() {
    let account = Account::new();
    let stack = stack(&account, |_| {});
    account.apply(&stack).await;
    let first = place(&account, &stack).await.expect("it takes commands");
    let target = Target::of(&stack);
    Change::new(&account.aws, &target, |_| {}).stop(&first.task, "a test").await.expect("it stops");
    // The next task runs by then, and its agent is not connected yet.
    tokio::time::sleep(Duration::from_secs(45)).await;
    let start = tokio::time::Instant::now();
    let next = place(&account, &stack).await.expect("it takes commands soon");
    assert_ne!(next.task, first.task);
    assert!(start.elapsed() > Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn session_has_the_arguments_of_the_plugin() {
    let account = Account::new();
    let stack = stack(&account, |_| {});
    account.apply(&stack).await;
    let place = place(&account, &stack).await.expect("it takes commands");
    assert_eq!(place.container, "mz-dev-app");
    let session = open(&account.aws, &place, "ls -l").await.expect("a session");
    assert!(session.id().starts_with("ecs-execute-command-"));
    let [region, operation, profile, target, endpoint] = session.arguments("dev");
    assert_eq!(
        (region.as_str(), operation.as_str(), profile.as_str()),
        ("ap-northeast-1", "StartSession", "dev")
    );
    assert!(
        target.starts_with(&format!("{{\"Target\":\"ecs:{CLUSTER}_{}_{}", place.task, place.task)),
        "{target}"
    );
    assert_eq!(endpoint, "https://ssm.ap-northeast-1.amazonaws.com");
    let response: serde_json::Value = serde_json::from_str(&session.response()).expect("JSON");
    let token = response["tokenValue"].as_str().expect("a token");
    assert!(!format!("{session:?}").contains(token), "the token is shown nowhere");
    assert!(response["streamUrl"].as_str().is_some_and(|url| url.ends_with("ls%20%2Dl")), "{response}");
}

#[tokio::test(start_paused = true)]
async fn setting_that_is_off_or_new_is_the_cause() {
    let account = Account::new();
    let off = reference(&account);
    account.apply(&off).await;
    assert_eq!(cause(place(&account, &off).await), Some("Z1"));
    let on = json!({ "cluster": CLUSTER, "service": SERVICE, "enableExecuteCommand": true });
    account.by_hand("ecs", "UpdateService", &on);
    assert_eq!(cause(place(&account, &off).await), Some("Z9"));
}

#[tokio::test(start_paused = true)]
async fn agent_without_permissions_or_disk_is_the_cause() {
    let account = Account::new();
    let allowed = stack(&account, |_| {});
    account.apply(&allowed).await;
    let role = allowed.task_role_name("app");
    let policies = account.by_hand("iam", "ListRolePolicies", &json!({ "RoleName": role }));
    for name in policies["PolicyNames"].as_array().expect("a listing") {
        let input = json!({ "RoleName": role, "PolicyName": name });
        account.by_hand("iam", "DeleteRolePolicy", &input);
    }
    let error = place(&account, &allowed).await.expect_err("no agent");
    let found = error.cause().expect("a cause");
    assert_eq!((found.cause.id, found.evidence[0].value.as_str()), ("Z2", "STOPPED"));
    assert!(found.evidence[1].value.contains("control channel"), "{found:?}");

    let account = Account::new();
    let sealed = stack(&account, |service| service.task.readonly_root_filesystem = true);
    account.apply(&sealed).await;
    let found = place(&account, &sealed).await.expect_err("no agent").cause().expect("a cause");
    assert_eq!(found.cause.id, "Z2");
    assert!(found.evidence.iter().any(|one| one.field == "readonlyRootFilesystem"), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn refused_session_has_its_cause() {
    let account = Account::new();
    let stack = stack(&account, |_| {});
    account.apply(&stack).await;
    let place = place(&account, &stack).await.expect("it takes commands");
    account
        .sandbox
        .set_faults(Faults::default().with(Rule::new(Fault::AccessDenied).operation("ExecuteCommand")));
    assert_eq!(cause(open(&account.aws, &place, "true").await), Some("Z6"));
    account.sandbox.clear_faults();
    account.sandbox.block_sessions();
    assert_eq!(cause(open(&account.aws, &place, "true").await), Some("Z8"));
}

#[tokio::test(start_paused = true)]
async fn service_without_a_running_task_takes_no_command() {
    let account = Account::new();
    let stack = stack(&account, |_| {});
    account.apply(&stack).await;
    let target = Target::of(&stack);
    let change = Change::new(&account.aws, &target, |_| {});
    change.scale(target.service("app").expect("the service"), Scale::to(0)).await.expect("no task");
    tokio::time::sleep(Duration::from_mins(1)).await;
    let declined = place(&account, &stack).await.expect_err("no task");
    assert!(declined.is_declined() && declined.to_string() == "no task of app runs", "{declined}");
}
