//! Plans that nobody has to confirm: their first steps begin while the revisions of the other services are read.

use std::{future::ready, sync::Arc, time::Duration};

use serde_json::json;
use sss_aws::{Deployer, Event, Interrupt, Mode, Options, Outcome, Plan, Planned, Reach, Result};
use sss_model::{Ignored, Retention, Stack};
use sss_sandbox::{Call, Fault, Faults, Rule};

use crate::account::{Account, of_services, writes};

const CLUSTER: &str = "mz-dev-ecs-cluster";
/// More than the services of the first part, and more than ECS describes in a burst.
const SERVICES: u16 = 70;

fn with_image(stack: &Stack, tag: &str) -> Stack {
    let mut stack = stack.clone();
    for service in stack.services.values_mut() {
        service.task.image = format!("public.ecr.aws/docker/library/httpd:{tag}");
    }
    stack
}

/// Returns an account with a stack of many services, at rest.
async fn deployed(services: u16) -> (Account, Stack) {
    let account = Account::new();
    let stack = of_services(&account, services);
    account.apply(&stack).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    (account, stack)
}

fn deployer(account: &Account) -> Deployer {
    Deployer::new(&account.sandbox.sdk_config()).without_lock()
}

/// Plans a stack that nobody has to confirm.
async fn plan(account: &Account, stack: &Stack, options: Options, is_permitted: bool) -> Result<Planned> {
    let lock = deployer(account).lock(stack, &|_| ()).await.expect("no lock");
    Box::pin(lock.plan_confirmed(stack, Reach::default(), options, ready(is_permitted))).await
}

/// Plans and applies, and returns the calls before and after the plan was complete.
async fn converge(account: &Account, stack: &Stack) -> (Plan, Outcome, [Vec<Call>; 2]) {
    account.sandbox.reset_calls();
    let planned = plan(account, stack, Options::default(), true).await.expect("a plan");
    let before = account.sandbox.calls();
    let (events, kept) = (Arc::clone(&account.events), planned.plan().clone());
    let planned = planned.events(move |event| events.lock().expect("no listener panics").push(event));
    account.sandbox.reset_calls();
    let outcome = Box::pin(planned.apply(Options::default())).await.expect("an outcome");
    (kept, outcome, [before, account.sandbox.calls()])
}

/// Returns the number of calls of an operation that AWS carried out.
fn count(calls: &[Call], operation: &str) -> usize {
    calls.iter().filter(|call| call.operation == operation && call.error.is_none()).count()
}

#[tokio::test(start_paused = true)]
async fn first_steps_begin_while_the_rest_is_read() {
    let (account, stack) = deployed(SERVICES).await;
    let services = usize::from(SERVICES);
    for (tag, registrations) in [("2.5", services), ("2.4", 0), ("2.6", services)] {
        let newer = with_image(&stack, tag);
        let expected = account.plan(&newer).await;
        tokio::time::sleep(Duration::from_mins(10)).await;
        account.events.lock().expect("no listener panics").clear();

        let (plan, outcome, calls) = converge(&account, &newer).await;
        assert_eq!(plan, expected, "the plan is the one that a person confirms");
        assert!(outcome.is_success(), "{outcome:#?}");
        let ended: Vec<_> = outcome.steps.iter().map(|step| &step.id).collect();
        assert_eq!(ended, plan.steps.iter().map(|step| &step.id).collect::<Vec<_>>());
        assert!(!writes(&calls[0]).is_empty(), "{tag}");
        let all = calls.concat();
        assert_eq!(count(&all, "RegisterTaskDefinition"), registrations);
        assert_eq!(count(&all, "UpdateService"), services);
        assert_eq!(writes(&all).len(), registrations + services);
        assert_eq!(outcome.outputs.len(), 3);

        let events = account.events.lock().expect("no listener panics").clone();
        let ends = events.iter().filter(|event| matches!(event, Event::Done { .. })).count();
        assert_eq!(ends, plan.steps.len(), "each step is told");
        tokio::time::sleep(Duration::from_mins(10)).await;
        assert!(account.plan(&newer).await.is_empty());
    }
}

/// Registrations have a burst of 20 and one per second, and updates a burst of 50 and five per second. One call less of
/// the burst and 99 per cent of the rate are used.
#[tokio::test(start_paused = true)]
async fn reads_are_no_part_of_the_time() {
    let (account, stack) = deployed(SERVICES).await;
    let writes = f64::from(SERVICES);
    for (tag, operation, queue) in [
        ("2.5", "RegisterTaskDefinition", (writes - 19.0) / 0.99),
        ("2.4", "UpdateService", (writes - 49.0) / 4.95),
    ] {
        let (_, outcome, calls) = converge(&account, &with_image(&stack, tag)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let calls = calls.concat();
        let at = |call: Option<&Call>| call.expect("a call").at;
        let last = at(calls.iter().rfind(|call| call.operation == operation));
        let last = last.saturating_sub(at(calls.first()));
        assert!(last.as_secs_f64() < queue + 1.2, "{last:?} for {operation}, {queue} s for the quota");
        tokio::time::sleep(Duration::from_mins(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn plan_without_permission_only_reads() {
    let (account, stack) = deployed(SERVICES).await;
    let newer = with_image(&stack, "2.5");
    account.sandbox.reset_calls();
    let planned = plan(&account, &newer, Options::default(), false).await.expect("a plan");
    assert_eq!(writes(&account.sandbox.calls()), Vec::<&str>::new());
    assert_eq!(planned.plan(), &account.plan(&newer).await);
}

/// A plan with any other step, a refused one, and one of few services are complete before the first write.
#[tokio::test(start_paused = true)]
async fn plan_with_another_step_is_read_first() {
    let other: [fn(&Account, &mut Stack); 4] = [
        |_, stack| stack.log_retention_days = Retention::NEVER,
        |_, stack| drop(stack.services.pop_last()),
        |_, stack| stack.services.values_mut().next().expect("a service").desired_count = Some(2),
        |account, _| {
            let role = json!({"RoleName": "mz-dev-s000-role", "TagKeys": ["sss:stack", "sss:managed-by"]});
            account.by_hand("iam", "UntagRole", &role);
        },
    ];
    let (account, stack) = deployed(25).await;
    let saved = account.sandbox.save();
    for change in other {
        let account = Account::of(sss_sandbox::Sandbox::load(&saved).expect("an account"));
        let mut newer = with_image(&stack, "2.5");
        change(&account, &mut newer);
        account.sandbox.reset_calls();
        let planned = plan(&account, &newer, Options::default(), true).await.expect("a plan");
        assert_eq!(writes(&account.sandbox.calls()), Vec::<&str>::new(), "{planned}");
        assert_eq!(planned.plan(), &account.plan(&newer).await);
    }
}

/// Registers a revision like somebody who ignores tags, and returns its ARN.
fn register(account: &Account, family: &str, image: Option<&str>) -> String {
    let asked = json!({"taskDefinition": family, "include": ["TAGS"]});
    let mut found = account.by_hand("ecs", "DescribeTaskDefinition", &asked);
    let mut revision = found["taskDefinition"].take();
    match image {
        Some(image) => revision["containerDefinitions"][0]["image"] = image.into(),
        None => revision["tags"] = found["tags"].take(),
    }
    let made = account.by_hand("ecs", "RegisterTaskDefinition", &revision);
    made["taskDefinition"]["taskDefinitionArn"].as_str().expect("an ARN").to_owned()
}

fn run(account: &Account, service: &str, arn: &str) {
    let change = json!({"cluster": CLUSTER, "service": service, "taskDefinition": arn});
    account.by_hand("ecs", "UpdateService", &change);
}

/// Every sort of revision gets the step that a complete reading gives it.
#[tokio::test(start_paused = true)]
async fn revisions_of_every_sort_are_planned_as_ever() {
    let (account, mut stack) = deployed(25).await;
    stack.services.get_mut("s001").expect("a service").ignore_changes.insert(Ignored::Image);
    account.apply(&stack).await;
    let broken = |mut stack: Stack| {
        let image = &mut stack.services.get_mut("s004").expect("a service").task.image;
        "public.ecr.aws/docker/library/httpd:does-not-exist".clone_into(image);
        stack
    };
    assert!(!account.apply_as(&broken(stack.clone()), Mode::Converge).await.is_success());
    let hotfix = Some("public.ecr.aws/docker/library/httpd:hotfix");
    run(&account, "mz-dev-s000", &register(&account, "mz-dev-s000", hotfix));
    run(&account, "mz-dev-s001", &register(&account, "mz-dev-s001", hotfix));
    run(&account, "mz-dev-s002", &register(&account, "mz-dev-s002", None));
    register(&account, "mz-dev-s003", hotfix);
    tokio::time::sleep(Duration::from_mins(10)).await;

    let newer = broken(with_image(&stack, "2.5"));
    let expected = account.plan(&newer).await;
    let (plan, outcome, calls) = converge(&account, &newer).await;
    assert_eq!(plan, expected);
    assert!(!writes(&calls[0]).is_empty(), "the others begin");
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(plan.held.len(), 1, "the deployment that was rolled back is not repeated: {plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn read_that_fails_ends_the_steps() {
    let (account, stack) = deployed(SERVICES).await;
    let newer = with_image(&stack, "2.5");
    let denied = Rule::new(Fault::AccessDenied).operation("DescribeTaskDefinition").nth(65);
    account.sandbox.set_faults(Faults::default().with(denied));
    let (planned, calls, _) = account.counted(plan(&account, &newer, Options::default(), true)).await;
    assert!(planned.is_err_and(|error| error.is_denied()));
    let begun = count(&calls, "RegisterTaskDefinition");
    assert!((20..=60).contains(&begun), "{begun}");

    account.sandbox.clear_faults();
    let (_, outcome, calls) = converge(&account, &newer).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let again = count(&calls.concat(), "RegisterTaskDefinition");
    assert_eq!(again, usize::from(SERVICES) - begun, "nothing is registered twice");
}

#[tokio::test(start_paused = true)]
async fn interrupted_reading_ends_the_steps() {
    let (account, stack) = deployed(SERVICES).await;
    let newer = with_image(&stack, "2.5");
    let interrupt = Interrupt::default();
    let options = Options::default().interrupt(interrupt.clone());
    let asked = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        interrupt.request();
    };
    let (planned, ()) = tokio::join!(plan(&account, &newer, options, true), asked);
    let error = planned.expect_err("the reading was interrupted");
    assert!(error.is_interrupted(), "{error}");
    assert!(account.plan(&newer).await.steps.len() < 2 * usize::from(SERVICES));
    account.apply(&newer).await;
}
