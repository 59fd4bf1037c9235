//! A tagging API that is behind: the next run finds all that an apply has left, whatever its stack says.
//!
//! The listing of tags alone shows log groups, clusters, namespaces and registries under names that the stack
//! no longer has, and the tags of most of them. So an apply ends when the listing has them.

use std::time::Duration;

use serde_json::json;
use sss_aws::{Mode, Options};
use sss_model::{AccessLog, Stack};
use sss_sandbox::{Delays, Fault, Faults, Rule, Sandbox};
use tokio::time::{Instant, sleep};

use crate::account::{Account, api, base, of_services, reference, service};

/// The lags of these tests, in seconds: shorter and longer than a short apply, and longer than any usual one.
const LAGS: [u64; 4] = [1, 10, 45, 110];

/// Returns an account whose listing of tags is behind by so many seconds.
fn behind(seconds: u64) -> Account {
    let tags_listed = Duration::from_secs(seconds);
    let delays = Delays { tags_listed, role_assumable: Duration::ZERO, ..Delays::default() };
    Account::of(Sandbox::new().with_delays(delays))
}

/// Returns a stack whose apply takes a second: no task, no namespace and no VPC link.
fn short(account: &Account) -> Stack {
    let mut stack = base(account).api(api()).service(service("app", 80)).build().expect("a valid stack");
    let app = stack.services.get_mut("app").expect("the service");
    (app.desired_count, app.backend) = (Some(0), None);
    app.routes.clear();
    stack
}

/// Returns the names of the log groups and the clusters.
fn names(account: &Account) -> Vec<String> {
    let inventory = account.inventory();
    let groups = inventory["log_groups"].as_array().into_iter().flatten();
    let groups = groups.filter_map(|group| group["logGroupName"].as_str().map(str::to_owned));
    let clusters = inventory["clusters"].as_array().into_iter().flatten();
    let clusters = clusters.filter_map(|arn| arn.as_str()?.rsplit('/').next().map(str::to_owned));
    groups.chain(clusters).collect()
}

/// Applies the second stack right after the first one. Once the listing is up to date, nothing may be left to
/// do.
async fn apply_in_a_row(account: &Account, stacks: &[&Stack]) {
    for stack in stacks {
        account.apply(stack).await;
    }
    sleep(Duration::from_mins(10)).await;
    let plan = account.plan(stacks.last().expect("a stack")).await;
    assert!(plan.is_empty(), "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn objects_of_other_names_are_found_at_once() {
    for lag in LAGS {
        let account = behind(lag);
        let first = short(&account);
        let mut second = first.clone();
        second.names.cluster = Some("other".to_owned());
        second.names.api_log_group = Some("/other/api".to_owned());
        let app = second.services.get_mut("app").expect("the service");
        app.names.log_group = Some("/other/app".to_owned());
        apply_in_a_row(&account, &[&first, &second]).await;
        assert_eq!(names(&account), ["/other/api", "/other/app", "other"], "{lag} s");
    }
}

#[tokio::test(start_paused = true)]
async fn object_less_is_found_at_once() {
    for lag in LAGS {
        let account = behind(lag);
        let first = short(&account);
        let mut second = first.clone();
        second.api.as_mut().expect("an API").access_log = None::<AccessLog>;
        apply_in_a_row(&account, &[&first, &second]).await;
        assert_eq!(names(&account), ["/aws/ecs/fargate/mz-dev-app", "mz-dev-ecs-cluster"], "{lag} s");
    }
}

#[tokio::test(start_paused = true)]
async fn service_less_is_found_at_once() {
    for lag in LAGS {
        let account = behind(lag);
        let mut first = of_services(&account, 2);
        for service in first.services.values_mut() {
            service.desired_count = Some(0);
            service.routes.clear();
        }
        let mut second = first.clone();
        second.services.remove("s001");
        let mut third = second.clone();
        third.services.get_mut("s000").expect("the service").backend = None;
        apply_in_a_row(&account, &[&first, &second, &third]).await;
        let inventory = account.inventory();
        assert_eq!((&inventory["registries"], &inventory["namespaces"]), (&json!([]), &json!([])), "{lag} s");
    }
}

#[tokio::test(start_paused = true)]
async fn removal_right_after_an_apply_is_complete() {
    for lag in LAGS {
        let account = behind(lag);
        let before = account.inventory();
        for stack in [short(&account), of_services(&account, 1)] {
            account.apply(&stack).await;
            account.destroy(&stack).await;
            sleep(Duration::from_mins(10)).await;
            assert_eq!(account.inventory(), before, "{lag} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tags_that_change_back_at_once_are_set() {
    for lag in LAGS {
        let account = behind(lag);
        let first = short(&account);
        let mut second = first.clone();
        second.tags.insert("Owner".to_owned(), "others".to_owned());
        apply_in_a_row(&account, &[&first, &second, &first]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn failed_apply_waits_for_the_listing_too() {
    let account = behind(10);
    let first = short(&account);
    let refused = Rule::new(Fault::AccessDenied).operation("CreateService");
    account.sandbox.set_faults(Faults::default().with(refused));
    let outcome = account.apply_as(&first, Mode::Converge).await;
    assert!(!outcome.is_success());
    account.sandbox.clear_faults();

    let mut second = first.clone();
    second.names.cluster = Some("other".to_owned());
    apply_in_a_row(&account, &[&second]).await;
    let clusters = account.inventory()["clusters"].as_array().map(Vec::len);
    assert_eq!(clusters, Some(1));
}

#[tokio::test(start_paused = true)]
async fn object_that_is_never_listed_is_given_up() {
    let account = behind(24 * 3600);
    let stack = short(&account);
    let start = Instant::now();
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let lasted = start.elapsed().as_secs();
    assert!((120..=130).contains(&lasted), "{lasted} s");
}

#[tokio::test(start_paused = true)]
async fn interrupted_apply_waits_for_no_listing() {
    let account = behind(60);
    let (graph, world) = account.observe(&short(&account)).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let options = Options::default();
    let interrupt = options.interrupt.clone();
    let start = Instant::now();
    let interrupted = async {
        sleep(Duration::from_secs(8)).await;
        interrupt.request();
    };
    let carried_out = account.carry_out_with(&graph, &world, &plan, options);
    let (outcome, ()) = tokio::join!(carried_out, interrupted);
    assert!(outcome.is_success(), "{outcome:#?}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn listing_is_polled_beside_other_waits() {
    let applied = async |lag| {
        let account = behind(lag);
        let stack = reference(&account);
        let (outcome, calls, elapsed) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let polls = calls.iter().filter(|call| call.operation == "GetResources").count();
        (elapsed, polls)
    };
    let (prompt, polls) = applied(0).await;
    // One for the plan, one after the first objects, and one after the registry.
    assert_eq!(polls, 3);
    let (behind, polls) = applied(20).await;
    assert_eq!(behind, prompt, "the other waits cover it");
    assert!(polls <= 6, "{polls} polls");
}
