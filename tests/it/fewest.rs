//! The fewest calls, exactly: the calls of a plan and an apply for a number of services with one route each.
//!
//! The numbers are promises. A change that needs one call more for each service fails here.

use std::{collections::BTreeMap, time::Duration};

use sss_aws::{Bound, Deployer, Forecast, Mode, Options, Rate, Rates, Reach, Source, World};
use sss_model::{Route, Stack};
use sss_sandbox::Call;

use crate::account::{Account, LATENCY, of_services, writes};

/// Asserts the number of calls of each operation that writes.
fn check(calls: &[Call], expected: &[(&str, usize)]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in writes(calls) {
        *counts.entry(operation).or_default() += 1;
    }
    let expected: BTreeMap<_, _> = expected.iter().copied().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counts, expected);
}

/// Returns the number of calls of a plan, and the number of sequential ones.
async fn plan_of(account: &Account, stack: &Stack) -> (usize, u128) {
    let (plan, calls, elapsed) = account.counted(account.plan(stack)).await;
    assert!(plan.is_empty(), "{plan:#?}");
    (calls.len(), elapsed.as_millis().div_ceil(LATENCY.as_millis()))
}

fn with_image(stack: &Stack, tag: &str) -> Stack {
    let mut stack = stack.clone();
    for service in stack.services.values_mut() {
        service.task.image = format!("public.ecr.aws/docker/library/httpd:{tag}");
    }
    stack
}

#[tokio::test(start_paused = true)]
async fn plan_without_changes_makes_the_least_calls() {
    for (services, calls, trips) in [(1, 15, 2), (10, 15, 2), (100, 28, 2)] {
        let account = Account::new();
        let stack = of_services(&account, services);
        account.apply(&stack).await;
        // The apply used up quotas that the plan needs.
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(plan_of(&account, &stack).await, (calls, trips), "{services} services");
    }
}

#[tokio::test(start_paused = true)]
async fn plan_after_a_new_image_reads_no_revision() {
    let account = Account::new();
    let stack = of_services(&account, 10);
    account.apply(&stack).await;
    let stack = with_image(&stack, "2.5");
    account.apply(&stack).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(plan_of(&account, &stack).await, (16, 3), "the tags of all revisions are one call more");
}

#[tokio::test(start_paused = true)]
async fn apply_makes_the_least_calls() {
    let account = Account::new();
    let services = 10;
    let stack = of_services(&account, 10);
    let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    check(
        &calls,
        &[
            ("CreateCluster", 1),
            ("CreateSecurityGroup", 1),
            ("AuthorizeSecurityGroupIngress", 1),
            ("CreatePrivateDnsNamespace", 1),
            ("CreateVpcLink", 1),
            ("CreateApi", 1),
            ("CreateStage", 1),
            ("CreateAuthorizer", 1),
            ("AttachRolePolicy", 1),
            ("CreateRole", services + 1),
            ("PutRolePolicy", services + 1),
            ("CreateLogGroup", services + 1),
            ("PutRetentionPolicy", services + 1),
            ("RegisterTaskDefinition", services),
            ("CreateService", 2 * services),
            ("CreateIntegration", services),
            ("CreateRoute", services),
        ],
    );
    let looks = calls.iter().filter(|call| call.operation == "DescribeTaskDefinition").count();
    assert_eq!(looks, 0, "what is new is not looked for");
    let (outcome, calls, _) =
        account.counted(account.apply_as(&with_image(&stack, "2.5"), Mode::Converge)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    check(&calls, &[("RegisterTaskDefinition", services), ("UpdateService", services)]);
    let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    check(&calls, &[("UpdateService", services)]);
    let keeping = Options::default().keep_revisions(true);
    let (outcome, calls, _) = account.counted(account.destroy_with(&stack, keeping)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    check(
        &calls,
        &[
            ("DeleteApi", 1),
            ("DeleteVpcLink", 1),
            ("DeleteNamespace", 1),
            ("DeleteCluster", 1),
            ("DeleteSecurityGroup", 1),
            ("DetachRolePolicy", 1),
            ("DeleteRolePolicy", services + 1),
            ("DeleteRole", services + 1),
            ("DeleteLogGroup", services + 1),
            ("DeleteService", 2 * services),
        ],
    );
}

/// One service alone takes a read of it, a registration and an update. A look at the revision that runs shows whether
/// anything has changed; the lease and the polls come on top.
#[tokio::test(start_paused = true)]
async fn new_image_of_one_service_makes_three_calls() {
    let account = Account::new();
    let stack = of_services(&account, 10);
    account.apply(&stack).await;
    let deployer = Deployer::new(&account.sandbox.sdk_config());
    for (tag, options, looks) in
        [("2.5", Options::default().no_wait(true), 0), ("2.6", Options::default(), 40)]
    {
        tokio::time::sleep(Duration::from_mins(5)).await;
        let stack = with_image(&stack, tag);
        let work = async {
            let lock = deployer.lock(&stack, &|_| ()).await.expect("the lock");
            let planned = Box::pin(lock.plan(&stack, Reach::default().only(["s003"]))).await.expect("a plan");
            let outcome = Box::pin(planned.apply(options)).await.expect("an outcome");
            lock.release().await.expect("it is given back");
            outcome
        };
        let (outcome, calls, _) = account.counted(Box::pin(work)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let count = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
        let once = ["RegisterTaskDefinition", "UpdateService", "DescribeTaskDefinition"];
        assert!(once.iter().all(|operation| count(operation) == 1), "{calls:#?}");
        let polls = ["DescribeServices", "DescribeServiceDeployments", "GetResources"].map(count);
        let polls: usize = polls.iter().sum();
        assert!((1..=1 + looks).contains(&polls), "{polls} polls");
        let lease = calls.iter().filter(|call| call.service == "ssm").count();
        assert_eq!(calls.len(), once.len() + polls + lease, "nothing else is read: {calls:#?}");
    }
}

/// A forecast has the number of writing calls, the time, and the cause of that time.
#[tokio::test(start_paused = true)]
async fn forecast_agrees_with_the_apply() {
    let account = Account::new();
    let stack = of_services(&account, 12);
    let keeping = || Options::default().keep_revisions(true);
    for (stack, looks, seconds, bound) in [
        (Some(stack.clone()), 4, 150, "the VPC link to be available"),
        (Some(with_image(&stack, "2.5")), 2, 70, "the deployment"),
        (Some(stack.clone()), 2, 70, "the deployment"),
        (None, 5, 120, "the deletion of the VPC link"),
    ] {
        let wanted = stack.clone().unwrap_or_else(|| of_services(&account, 12));
        let (mut graph, world) = account.observe(&wanted).await;
        if stack.is_none() {
            graph = graph.emptied();
        }
        let plan = sss_aws::plan(&graph, &world, Mode::Converge);
        let forecast = sss_aws::forecast(&graph, &world, &plan, &keeping(), &Rates::default());
        let waited_for = match &forecast.bound {
            Bound::Wait { condition, .. } => *condition,
            other => panic!("{other:?}"),
        };
        assert_eq!((forecast.usual.as_secs(), waited_for), (seconds, bound));
        let work = account.carry_out_with(&graph, &world, &plan, keeping());
        let before = account.aws.statistics();
        let (outcome, calls, elapsed) = account.counted(work).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let statistics = account.aws.statistics().since(&before);
        assert_eq!(forecast.least_calls, writes(&calls).len() as u64 + looks, "{:?}", forecast.bound);
        let spare = statistics.total() - forecast.least_calls;
        assert!(
            spare <= statistics.polls,
            "{spare} calls more than {}: {statistics:#?}",
            forecast.least_calls
        );
        assert!(elapsed >= forecast.floor, "{elapsed:?} is less than the floor, {:?}", forecast.floor);
    }
}

/// Returns the forecast of a stack in a region with this number of VPC links.
async fn forecast(account: &Account, stack: &Stack, vpc_links: u32, rates: &Rates) -> Forecast {
    let (graph, world) = account.observe(stack).await;
    let mut world = serde_json::to_value(world).expect("a world is plain data");
    world["counted"]["apigatewayv2/vpc-link"] = vpc_links.into();
    let world: World = serde_json::from_str(&world.to_string()).expect("a world");
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    sss_aws::forecast(&graph, &world, &plan, &Options::default(), rates)
}

#[tokio::test(start_paused = true)]
async fn dependent_waits_are_forecast_as_their_sum() {
    let account = Account::new();
    let mut stack = of_services(&account, 1);
    // Without a route there is no VPC link, which would take the longest.
    stack.services.values_mut().for_each(|service| service.routes.clear());
    let forecast = forecast(&account, &stack, 0, &Rates::default()).await;
    // A namespace takes 45 s, and the first deployment of a service in it 50 s.
    assert_eq!(forecast.usual.as_secs(), 45 + 50);
}

#[tokio::test(start_paused = true)]
async fn slowest_quota_is_forecast_as_the_bound() {
    let account = Account::new();
    let rates = Rates::default().quota("ECS task definition modify", Rate::new(2, 0.05));
    let forecast = forecast(&account, &of_services(&account, 12), 0, &rates.expect("a quota")).await;
    assert_eq!(forecast.bound, Bound::Quota { quota: "ECS task definition modify", calls: 12 });
    // Two calls are made at once, each of the others waits 20 s, and the last service is deployed after that.
    assert_eq!(forecast.usual.as_secs(), 10 * 20 + 50);
    assert_eq!(forecast.floor.as_secs(), 10 * 20, "however fast the deployment is");
}

#[tokio::test(start_paused = true)]
async fn nearly_exhausted_quota_is_reported() {
    let account = Account::new();
    let mut stack = of_services(&account, 10);
    let near = forecast(&account, &stack, 2, &Rates::default()).await.near;
    assert_eq!(near, [], "far from every quota");
    for service in stack.services.values_mut() {
        service.desired_count = Some(2);
    }
    let routes = (1..=231).map(|number| Route::builder().path(format!("/{number}")).build());
    let service = stack.services.values_mut().next().expect("a service");
    service.routes.extend(routes.map(|route| route.expect("a valid route")));
    let near = forecast(&account, &stack, 7, &Rates::default()).await.near;
    let near: Vec<_> = near.iter().map(|near| (near.quota, near.used, near.limit)).collect();
    let expected = [
        ("routes of an HTTP API", 241.0, 300.0),
        ("VPC links of a region", 8.0, 10.0),
        ("vCPUs of Fargate On-Demand", 5.0, 6.0),
    ];
    assert_eq!(near, expected);
}

#[tokio::test(start_paused = true)]
async fn renamed_vpc_link_counts_once() {
    let account = Account::new();
    let mut stack = of_services(&account, 1);
    account.apply(&stack).await;
    stack.names.vpc_link = Some("way-in".to_owned());
    let near = forecast(&account, &stack, 8, &Rates::default()).await.near;
    let near: Vec<_> = near.iter().map(|near| (near.quota, near.used, near.limit)).collect();
    assert_eq!(near, [("VPC links of a region", 8.0, 10.0)]);
}

#[tokio::test(start_paused = true)]
async fn waits_poll_by_their_schedule() {
    let account = Account::new();
    let stack = of_services(&account, 1);
    let (outcome, _, elapsed) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let statistics = account.aws.statistics();
    let looks = |operation: &str| statistics.calls.get(operation).copied().unwrap_or(0);
    // By the schedule of `docs/performance.md`, for 150 s, 46 s and 50 s.
    assert_eq!(looks("apigateway:GetVpcLink"), 52);
    assert!(looks("servicediscovery:GetOperation") <= 24, "{:#?}", statistics.calls);
    assert!(looks("ecs:DescribeServices") <= 26, "{:#?}", statistics.calls);
    // One after the first objects, and one after the registry.
    assert_eq!(looks("tag:GetResources"), 3, "and one of the plan");
    assert!(statistics.polls <= 103, "{} polls: {:#?}", statistics.polls, statistics.calls);
    // The VPC link takes 150 s, and the calls before and after it are sequential.
    assert!(elapsed <= Duration::from_millis(150_600), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn verified_plan_reads_each_revision() {
    let account = Account::new();
    let stack = of_services(&account, 10);
    account.apply(&stack).await;
    let (plan, calls, _) = account.counted(account.verified_plan(&stack)).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let reads = calls.iter().filter(|call| call.operation == "DescribeTaskDefinition").count();
    assert_eq!(reads, 10);
}

#[tokio::test(start_paused = true)]
async fn revision_is_known_by_hash_until_it_is_read() {
    let account = Account::new();
    let stack = of_services(&account, 2);
    account.apply(&stack).await;
    let graph = sss_aws::lower(&stack).expect("a valid stack");
    let observed = sss_aws::observe(&account.aws, &graph).await.expect("a world");
    let verified = sss_aws::reread(&account.aws, &graph).await.expect("a world");
    let by_hash = |world: &World| -> Vec<String> {
        let by_hash = world.objects().filter(|(_, live)| live.source == Source::Hash);
        by_hash.map(|(id, _)| id.to_string()).collect()
    };
    let revisions = ["ecs/task-definition mz-dev-s000", "ecs/task-definition mz-dev-s001"];
    assert_eq!((by_hash(&observed), by_hash(&verified)), (revisions.map(str::to_owned).to_vec(), Vec::new()));
}
