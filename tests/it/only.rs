//! Deployments of some services without the rest of the stack: few calls, and no guess about what was not read.

use std::collections::BTreeSet;

use sss_aws::{Deployer, Goal, Lock, Options, Outcome, Plan, Planned, Reach, SavedPlan, lower_only};
use sss_model::{Backend, BackendKind, CapacityProvider, CapacityStrategy, Service, Stack};

use crate::account::{Account, of_backend, of_services, steps, writes};

/// A parameter of the stack's account.
const PARAMETER: &str = "arn:aws:ssm:eu-central-1:123456789012:parameter/key";

/// A stack of three services in an account, and the lock under which services of it are deployed.
struct Case {
    account: Account,
    stack: Stack,
    lock: Lock,
}

impl Case {
    async fn new() -> Self {
        let account = Account::new();
        let stack = of_services(&account, 3);
        account.apply(&stack).await;
        let deployer = Deployer::new(&account.sandbox.sdk_config());
        let lock = deployer.lock(&stack, &|_| ()).await.expect("the lock");
        Self { account, stack, lock }
    }

    /// Gives the middle service another image.
    fn with_image(mut self, tag: &str) -> Self {
        let service = self.stack.services.get_mut("s001").expect("a service");
        service.task.image = format!("public.ecr.aws/docker/library/httpd:{tag}");
        self
    }

    async fn plan(&self) -> Planned {
        Box::pin(self.lock.plan(&self.stack, Reach::default().only(["s001"]))).await.expect("a plan")
    }

    async fn deploy(&self, options: Options) -> Outcome {
        let planned = self.plan().await;
        self.account.plans.lock().expect("no holder panics").push(planned.plan().clone());
        Box::pin(planned.apply(options)).await.expect("an outcome")
    }
}

#[tokio::test(start_paused = true)]
async fn deployment_alone_is_awaited_and_followed_by_an_empty_plan() {
    let case = Case::new().await.with_image("2.5");
    let watch = case.account.watch();
    let (outcome, calls, elapsed) = case.account.counted(case.deploy(Options::default())).await;
    assert!(outcome.is_success() && outcome.not_verified.is_empty(), "{outcome:#?}");
    assert!(elapsed.as_secs() >= 70, "the deployment takes 70 s, and not {elapsed:?}");
    watch.end_of_done().unwrap_or_else(|unsaid| panic!("{unsaid}"));

    let services: BTreeSet<&str> = calls.iter().map(|call| call.service.as_str()).collect();
    assert_eq!(services, BTreeSet::from(["ecs", "ssm", "tagging"]), "nobody else is asked");
    let again = case.plan().await;
    assert!(again.is_empty() && !again.plan().is_refused(), "{again}");
    let whole = case.account.plan(&case.stack).await;
    assert!(whole.is_empty(), "{whole:#?}");
}

#[tokio::test(start_paused = true)]
async fn plan_alone_leaves_other_changes_out_and_says_so() {
    let mut case = Case::new().await.with_image("2.5");
    case.stack.services.get_mut("s002").expect("a service").desired_count = Some(2);
    case.stack.cluster.tags.insert("team".to_owned(), "shop".to_owned());
    case.stack.services.remove("s000");
    let planned = case.plan().await;
    let expected = ["update ecs/service mz-dev-s001", "update ecs/task-definition mz-dev-s001"];
    assert_eq!(steps(planned.plan()), expected.map(str::to_owned).into());
    assert_eq!(planned.plan().only, ["s001"]);
    assert!(planned.apply(Options::default()).await.expect("an outcome").is_success());
    let rest = steps(&case.account.plan(&case.stack).await);
    assert!(
        rest.contains("update ecs/service mz-dev-s002") && rest.contains("delete ecs/service mz-dev-s000")
    );
    assert!(!rest.iter().any(|step| step.contains("ecs/service mz-dev-s001")), "{rest:#?}");
}

#[tokio::test(start_paused = true)]
async fn stack_without_the_service_names_the_nearest() {
    let case = Case::new().await;
    for (name, words) in [
        ("s01", "the stack has no service `s01`; did you mean `s001`?"),
        ("search", "the stack has no service `search`; it has s000, s001, s002"),
    ] {
        let error = lower_only(&case.stack, ["s000", name]).expect_err("no such service");
        assert!(error.is_unnamed());
        assert_eq!(error.to_string(), words);
        let planned = Box::pin(case.lock.plan(&case.stack, Reach::default().only([name]))).await;
        assert!(planned.is_err_and(|error| error.is_unnamed()));
    }
    let destroy = Box::pin(case.lock.plan(&case.stack, Reach::of(Goal::Destroy).only(["s001"]))).await;
    assert!(destroy.is_err_and(|error| error.is_declined()));
}

/// Asserts that the service with this change is refused for this reason, before any write.
async fn check(change: impl FnOnce(&mut Service, &mut Vec<CapacityProvider>), reason: &str) {
    let mut case = Case::new().await.with_image("2.5");
    let Stack { services, cluster, .. } = &mut case.stack;
    change(services.get_mut("s001").expect("a service"), &mut cluster.capacity_providers);
    case.stack.check().expect("a valid stack");
    let planned = case.plan().await;
    let reasons: Vec<&str> =
        planned.plan().refusals.iter().filter_map(|refused| refused.because.as_deref()).collect();
    assert_eq!(reasons, [reason]);
    let (outcome, calls, _) = case.account.counted(Box::pin(planned.apply(Options::default()))).await;
    assert!(!outcome.expect("an outcome").is_success());
    assert_eq!(writes(&calls), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn service_that_needs_new_objects_is_refused() {
    check(
        |service, _| service.names.service = Some("mz-dev-new".to_owned()),
        "does not exist in the cluster mz-dev-ecs-cluster yet",
    )
    .await;
    check(
        |service, _| service.names.task_role = Some("other".to_owned()),
        "would use iam/role other, which it does not use yet",
    )
    .await;
    check(
        |service, _| service.names.log_group = Some("other".to_owned()),
        "would use the log group other, which it does not use yet",
    )
    .await;
    check(
        |service, _| drop(service.task.secrets.insert("KEY".to_owned(), PARAMETER.to_owned())),
        "would use the secret arn:aws:ssm:eu-central-1:123456789012:parameter/key, which it does not use yet",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn service_that_the_rest_must_follow_is_refused() {
    check(
        |service, _| service.task.port = Some(9001),
        "would register its tasks elsewhere or with another port, which routes and security groups have to follow",
    )
    .await;
    check(
        |service, _| service.enable_execute_command = Some(true),
        "would get ECS Exec, for which its role needs permissions",
    )
    .await;
    let spot = |service: &mut Service, providers: &mut Vec<CapacityProvider>| {
        providers.push(CapacityProvider::FargateSpot);
        let share = CapacityStrategy::builder().provider(CapacityProvider::FargateSpot).weight(1).build();
        service.capacity = vec![share.expect("a share")];
    };
    check(spot, "would use the capacity provider FARGATE_SPOT, which it does not use yet").await;
}

#[tokio::test(start_paused = true)]
async fn deployment_alone_that_failed_is_held_back() {
    let case = Case::new().await.with_image("does-not-exist");
    let failed = case.deploy(Options::default()).await;
    assert!(!failed.is_success());
    let again = case.plan().await;
    assert!(again.is_empty() && again.plan().is_held(), "{again}");
    let retry = Reach::default().only(["s001"]).retry(true);
    assert!(!Box::pin(case.lock.plan(&case.stack, retry)).await.expect("a plan").is_empty());
}

#[tokio::test(start_paused = true)]
async fn saved_plan_of_a_service_ignores_other_changes() {
    let mut case = Case::new().await.with_image("2.5");
    let saved = serde_json::to_string(&case.plan().await.save()).expect("plain data");
    let saved: SavedPlan = serde_json::from_str(&saved).expect("a saved plan");
    case.stack.services.get_mut("s002").expect("a service").desired_count = Some(2);
    let restored = case.lock.restore(&case.stack, &saved).await.expect("the same plan");
    assert_eq!(restored.plan().only, ["s001"]);
    let case = case.with_image("2.6");
    assert!(case.lock.restore(&case.stack, &saved).await.is_err_and(|error| error.is_stale()));
}

/// Applies with `no_wait`, and returns the plan, the services that are not verified and the seconds.
async fn unverified(account: &Account, stack: &Stack) -> (Plan, Vec<String>, u64) {
    let (graph, world) = account.observe(stack).await;
    let plan = sss_aws::plan(&graph, &world, sss_aws::Mode::Converge);
    let work = account.carry_out_with(&graph, &world, &plan, Options::default().no_wait(true));
    let (outcome, _, elapsed) = account.counted(work).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    (plan, outcome.not_verified.iter().map(ToString::to_string).collect(), elapsed.as_secs())
}

#[tokio::test(start_paused = true)]
async fn apply_without_waiting_waits_for_dependents() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    stack.services.get_mut("s001").expect("a service").routes.clear();
    let (_, left, _) = unverified(&account, &stack).await;
    assert_eq!(left, ["ecs/service mz-dev-s001"], "routes follow the tasks of the other one");

    tokio::time::sleep(std::time::Duration::from_mins(5)).await;
    for service in stack.services.values_mut() {
        service.task.image = "public.ecr.aws/docker/library/httpd:2.5".to_owned();
    }
    let (_, left, seconds) = unverified(&account, &stack).await;
    assert_eq!((left.len(), seconds), (2, 0));
    let (plan, left, _) = unverified(&account, &stack).await;
    assert_eq!(steps(&plan).len(), 2, "the next plan follows the deployments: {plan:#?}");
    assert_eq!(left.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn service_behind_a_load_balancer_is_deployed_alone() {
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let account = Account::new();
        let stack = of_backend(&account, kind, 3);
        account.apply(&stack).await;
        let deployer = Deployer::new(&account.sandbox.sdk_config());
        let lock = deployer.lock(&stack, &|_| ()).await.expect("the lock");
        let case = Case { account, stack, lock }.with_image("2.5");
        let (outcome, calls, _) = case.account.counted(case.deploy(Options::default())).await;
        assert!(outcome.is_success(), "{kind:?}: {outcome:#?}");
        assert!(calls.iter().all(|call| call.service != "elasticloadbalancing"), "{kind:?}");
        assert!(case.plan().await.is_empty(), "{kind:?}");

        let mut moved = Case { stack: case.stack.clone(), ..case };
        let service = moved.stack.services.get_mut("s001").expect("a service");
        service.backend = Some(Backend::from(BackendKind::CloudMap));
        assert!(moved.plan().await.plan().is_refused(), "{kind:?}");
    }
}
