//! A caller without all permissions.
//!
//! A denied read never counts as an absent object. Where another read can stand in, the engine uses it;
//! otherwise the plan or the error says which objects or details are unknown.

use sss_aws::Mode;
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, base, reference, steps};

/// Returns an account whose caller may not call these operations.
fn denying(operations: &[&str]) -> Account {
    let account = Account::new();
    deny(&account, operations);
    account
}

fn deny(account: &Account, operations: &[&str]) {
    let rule = |operation: &&str| Rule::new(Fault::AccessDenied).operation(operation);
    account.sandbox.set_faults(operations.iter().map(rule).fold(Faults::default(), Faults::with));
}

#[tokio::test(start_paused = true)]
async fn roles_without_the_listing_are_read_by_name() {
    let account = denying(&["GetAccountAuthorizationDetails"]);
    let stack = reference(&account);
    account.apply(&stack).await;
    let (_, one_by_one) = account.observe(&stack).await;
    account.sandbox.clear_faults();
    let (_, all) = account.observe(&stack).await;
    assert!(one_by_one.objects().eq(all.objects()), "the same is seen either way");
    assert_eq!((one_by_one.unseen().len(), all.unseen().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn plan_without_the_listing_notes_unseen_roles() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let without = base(&account).build().expect("a valid stack");
    let removed = "delete iam/role mz-dev-app-role";
    assert!(steps(&account.plan(&without).await).contains(removed));
    deny(&account, &["GetAccountAuthorizationDetails"]);
    let plan = account.plan(&without).await;
    assert!(!steps(&plan).contains(removed));
    assert_eq!(plan.unseen[0].kind, "iam/role");
    let because = &plan.unseen[0].because;
    assert!(because.starts_with("iam:GetAccountAuthorizationDetails was refused: AccessDenied"), "{because}");
}

#[tokio::test(start_paused = true)]
async fn denied_read_of_a_role_names_the_action() {
    for operation in ["GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies"] {
        let account = Account::new();
        let stack = reference(&account);
        account.apply(&stack).await;
        deny(&account, &["GetAccountAuthorizationDetails", operation]);
        let graph = sss_aws::lower(&stack).expect("a valid stack");
        let error = Box::pin(sss_aws::observe(&account.aws, &graph)).await.expect_err("a denied read");
        assert!(error.is_denied());
        let hint = error.hint().unwrap_or_default();
        assert_eq!(hint, format!("the caller's IAM policy must allow iam:{operation}"));
    }
}

#[tokio::test(start_paused = true)]
async fn failed_deployment_lists_its_denied_reads() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.services.get_mut("app").expect("the service").task.image =
        "public.ecr.aws/docker/library/httpd:does-not-exist".to_owned();
    deny(&account, &["ListTasks"]);
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    let (_, error) = outcome.failures().next().expect("a failure");
    let report = error.deployment().expect("a report");
    assert!(report.unread[0].starts_with("ecs:ListTasks was refused: AccessDenied"), "{report:#?}");
    assert!(!report.events.is_empty() && report.status.is_some(), "{report:#?}");
}
