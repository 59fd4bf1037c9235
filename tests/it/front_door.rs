//! The front door, `Deployer`: the same plans and outcomes as those of the functions below it, under the lock
//! of the stack.

use std::time::Duration;

use serde_json::json;
use sss_aws::{Claim, Deployer, EmptyStack, Error, Goal, Lease, Options, Reach, SavedPlan};

use crate::account::{Account, reference, writes};

fn deployer(account: &Account) -> Deployer {
    Deployer::new(&account.sandbox.sdk_config()).holder("alice")
}

async fn has_lock(account: &Account) -> bool {
    Lease::holder(&account.aws, "mz-dev").await.expect("an answer").is_some()
}

#[tokio::test(start_paused = true)]
async fn applied_plan_is_followed_by_an_empty_one() {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    let planned = deployer.plan(&stack).await.expect("a plan");
    assert_eq!(planned.plan(), &account.plan(&stack).await);
    let outputs = planned.apply(Options::default()).await.expect("an outcome").into_result();
    assert_eq!(outputs.expect("every step is done").len(), 3);
    assert!(deployer.reread(&stack).await.expect("a plan").is_empty());
    assert!(!has_lock(&account).await);
}

#[tokio::test(start_paused = true)]
async fn plan_of_an_earlier_account_is_not_applied() {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    let planned = deployer.plan(&stack).await.expect("a plan");
    account.apply(&stack).await;
    let (outcome, calls, _) = account.counted(planned.apply(Options::default())).await;
    assert!(outcome.is_err_and(|error| error.is_stale()));
    assert_eq!(writes(&calls), ["PutParameter", "DeleteParameter"]);
}

#[tokio::test(start_paused = true)]
async fn problems_of_a_stack_are_the_source_of_the_error() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.services.get_mut("app").expect("the service").task.image = "UPPER".to_owned();
    let error = deployer(&account).plan(&stack).await.expect_err("an image is in lower case");
    assert_eq!(error.to_string(), "the stack is invalid");
    let source = std::error::Error::source(&error).expect("the problems").to_string();
    assert!(source.contains("ECS-TD-110"), "{source}");
}

#[tokio::test(start_paused = true)]
async fn apply_beside_another_run_is_refused() {
    let account = Account::new();
    let stack = reference(&account);
    let claim = Lease::acquire(&account.aws, "mz-dev", "bob", &|_| ()).await.expect("an answer");
    let Claim::Ours(lease) = claim else { panic!("nobody else holds the lock") };
    let planned = deployer(&account).plan(&stack).await.expect("a plan");
    let outcome = tokio::select! {
        outcome = planned.apply(Options::default()) => outcome,
        error = lease.lost() => panic!("{error}"),
    };
    let error = outcome.expect_err("bob is at work");
    assert!(error.is_locked() && error.to_string().contains("bob"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn plan_under_a_lock_is_applied_as_it_is() {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    let lock = deployer.lock(&stack, &|_| ()).await.expect("the lock");
    let planned = lock.plan(&stack, Reach::default()).await.expect("a plan");
    let (outcome, calls, _) = account.counted(planned.apply(Options::default())).await;
    assert!(outcome.expect("an outcome").is_success());
    assert!(!calls.iter().any(|call| call.operation == "ListNamespaces"), "the account is not read again");
    assert!(has_lock(&account).await);
    lock.release().await.expect("it is given back");
    assert!(!has_lock(&account).await);
}

#[tokio::test(start_paused = true)]
async fn destroy_of_a_used_registry_is_refused() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let services = account.by_hand("servicediscovery", "ListServices", &json!({}));
    let registry =
        services["Services"].as_array().and_then(|all| all.iter().find(|one| one["Name"] == "mz-dev-app"));
    let instance = json!({
        "ServiceId": registry.expect("the registry")["Id"], "InstanceId": "theirs",
        "Attributes": {"AWS_INSTANCE_IPV4": "10.0.0.9", "AWS_INSTANCE_PORT": "80"},
    });
    account.by_hand("servicediscovery", "RegisterInstance", &instance);
    account.sandbox.advance(Duration::from_mins(1));
    let planned = deployer(&account).destroy(&stack).await.expect("a plan");
    assert!(planned.plan().is_refused());
    let text = planned.to_string();
    let line = "! servicediscovery/service mz-dev-app cannot be removed: instance theirs uses it";
    assert!(text.contains(line), "{text}");
}

#[tokio::test(start_paused = true)]
async fn logs_of_a_destroyed_stack_stay_on_request() -> Result<(), Error> {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    account.apply(&stack).await;
    let before = account.inventory()["log_groups"].clone();
    let planned = deployer.plan_for(&stack, Reach::of(Goal::Destroy).keep_logs(true)).await?;
    planned.apply(Options::default()).await?.into_result().expect("every step is done");
    assert_eq!(account.inventory()["log_groups"], before);
    assert!(deployer.destroy(&stack).await?.plan().steps.iter().all(|step| step.id.kind == "logs/log-group"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn stack_without_services_is_deleted_only_on_consent() -> Result<(), Error> {
    let account = Account::new();
    let (deployer, mut stack) = (deployer(&account), reference(&account));
    account.apply(&stack).await;
    stack.services.clear();
    let planned = deployer.plan(&stack).await?;
    assert!(planned.emptied().iter().any(|id| id.kind == "ecs/service"), "{planned}");
    let (outcome, calls, _) = account.counted(planned.apply(Options::default())).await;
    assert!(outcome.is_err_and(|error| error.is_emptied()));
    assert!(writes(&calls).is_empty(), "not even the lock is taken");

    let consent = Reach::default().empty_stack(EmptyStack::Delete);
    let planned = deployer.plan_for(&stack, consent).await?;
    assert!(planned.emptied().is_empty());
    planned.apply(Options::default()).await?.into_result().expect("every step is done");
    assert!(deployer.plan(&stack).await?.permitted().is_ok(), "nothing is left to delete");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn saved_plan_is_restored_until_the_account_changes() -> Result<(), Error> {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    let text = serde_json::to_string(&deployer.plan(&stack).await?.save()).expect("a plan is plain data");
    assert!(SavedPlan::is_in(&text));
    let saved: SavedPlan = serde_json::from_str(&text).expect("the saved plan");

    deployer
        .restore(&stack, &saved)
        .await?
        .apply(Options::default())
        .await?
        .into_result()
        .expect("a success");
    let error = deployer.restore(&stack, &saved).await.expect_err("the plan was applied");
    assert!(error.is_stale() && error.to_string().ends_with(" and 13 more"), "{error}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn stuck_lock_is_released_by_its_holder_alone() -> Result<(), Error> {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    assert!(deployer.locked_by(&stack).await?.is_none());
    let lock = deployer.lock(&stack, &|_| ()).await?;
    let holder = deployer.locked_by(&stack).await?.expect("a holder");
    assert_eq!(holder.holder, "alice");
    assert!(deployer.unlock(&stack, &holder).await?);
    assert!(!deployer.unlock(&stack, &holder).await?, "it is released already");
    let error = lock.during(std::future::pending::<()>()).await.expect_err("the lock is gone");
    assert!(error.is_lost(), "{error}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn reading_without_a_plan_tells_outputs() -> Result<(), Error> {
    let account = Account::new();
    let (deployer, stack) = (deployer(&account), reference(&account));
    account.apply(&stack).await;
    let (observed, calls, _) = account.counted(deployer.observe(&stack)).await;
    let observed = observed?;
    assert!(writes(&calls).is_empty());
    assert_eq!(observed.outputs().len(), 3);
    assert!(observed.plan(Goal::Converge).is_empty() && observed.plan(Goal::Destroy).removes());
    Ok(())
}
