//! Counts beside an autoscaler, interventions that do not wait, and waits for stages and VPC links.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::operate::{
    change::{Back, STAGES, Scale, Scaled},
    events::{Level, Source, events},
    logs::{self, Request},
};
use sss_sandbox::{Fault, Faults, Rule};

use super::{CLUSTER, app, applied, change, deploy_slowly, running, with_image};
use crate::account::Account;

/// The name of the service in Application Auto Scaling.
const RESOURCE: &str = "service/mz-dev-ecs-cluster/mz-dev-app";

/// Calls Application Auto Scaling about the service.
fn scaling(account: &Account, operation: &str, members: &Value) -> Value {
    let mut input = json!({
        "ServiceNamespace": "ecs",
        "ResourceId": RESOURCE,
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    let input_members = input.as_object_mut().expect("an object");
    input_members.extend(members.as_object().expect("members").clone());
    account.by_hand("application-autoscaling", operation, &input)
}

/// Registers an autoscaler from 1 to 4 tasks.
fn register(account: &Account) {
    scaling(account, "RegisterScalableTarget", &json!({ "MinCapacity": 1, "MaxCapacity": 4 }));
}

fn bounds(min: Option<u32>, max: Option<u32>, suspended: Option<bool>) -> Scale {
    let mut scale = Scale::default();
    (scale.min, scale.max, scale.suspended) = (min, max, suspended);
    scale
}

#[tokio::test(start_paused = true)]
async fn count_outside_of_the_bounds_is_declined() {
    let (account, _, target) = applied().await;
    register(&account);
    let change = change(&account, &target);
    let declined = change.scale(app(&target), Scale::to(9)).await.expect_err("more than the bound");
    assert!(declined.is_declined());
    assert_eq!(declined.to_string(), "the autoscaler of mz-dev-app keeps its count from 1 to 4");
    assert!(declined.hint().is_some_and(|hint| hint.contains("`--max 9`")), "{:?}", declined.hint());
    let scaled = change.scale(app(&target), Scale::to(4)).await.expect("within the bounds");
    assert_eq!((scaled.before, scaled.after, scaled.autoscaler.map(|found| found.max)), (1, 4, Some(4)));
    assert_eq!(running(&account, &target).await.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn bounds_and_count_change_together() {
    let (account, _, target) = applied().await;
    register(&account);
    let change = change(&account, &target);
    let mut wider = bounds(None, Some(6), None);
    wider.count = Scale::to(6).count;
    let scaled = change.scale(app(&target), wider).await.expect("wider bounds");
    assert_eq!((scaled.after, running(&account, &target).await.len()), (6, 6));

    let scaled = change.scale(app(&target), bounds(None, Some(2), None)).await.expect("a lower bound");
    assert_eq!((scaled.before, scaled.after), (6, 2), "AWS moves the count");
    let mut suspended = bounds(None, None, Some(true));
    suspended.count = Scale::to(3).count;
    let scaled = change.scale(app(&target), suspended).await.expect("a suspended autoscaler");
    assert!(scaled.after == 3 && scaled.autoscaler.is_some_and(|found| found.is_suspended), "{scaled:?}");
    let scaled = change.scale(app(&target), bounds(None, None, Some(false))).await.expect("it acts again");
    assert!(scaled.autoscaler.is_some_and(|found| !found.is_suspended), "{scaled:?}");
}

#[tokio::test(start_paused = true)]
async fn service_without_an_autoscaler_has_no_bounds() {
    let (account, _, target) = applied().await;
    let change = change(&account, &target);
    let declined = change.scale(app(&target), bounds(Some(1), None, None)).await.expect_err("no autoscaler");
    assert!(declined.is_declined(), "{declined}");

    let denied = Rule::new(Fault::AccessDenied).operation("DescribeScalableTargets");
    account.sandbox.set_faults(Faults::default().with(denied));
    let Scaled { after, not_checked, .. } =
        change.scale(app(&target), Scale::to(2)).await.expect("the count needs no autoscaler");
    assert!(after == 2 && not_checked.is_some_and(|reason| reason.contains("AccessDenied")));
    let error = change.scale(app(&target), bounds(Some(1), None, None)).await.expect_err("denied");
    assert!(error.is_denied(), "{error}");
}

/// Returns the value of the tag that remembers the count of the service.
fn remembered(account: &Account) -> Value {
    let named = json!({ "cluster": CLUSTER, "services": ["mz-dev-app"], "include": ["TAGS"] });
    let found = account.by_hand("ecs", "DescribeServices", &named);
    let tags = found["services"][0]["tags"].as_array().expect("tags").iter();
    tags.clone().find(|tag| tag["key"] == "sss:count").map(|tag| tag["value"].clone()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn paused_service_remembers_its_count() {
    let (account, stack, target) = applied().await;
    let change = change(&account, &target);
    let early = change.scale(app(&target), Scale::resumed()).await.expect_err("it is not paused");
    assert!(early.is_declined() && early.to_string().contains("is not paused: its count is 1"), "{early}");

    change.scale(app(&target), Scale::to(3)).await.expect("three tasks");
    let paused = change.scale(app(&target), Scale::to(0)).await.expect("no task");
    assert_eq!((paused.before, paused.after, paused.remembered), (3, 0, Some(3)));
    assert_eq!(remembered(&account), "3");
    let again = change.scale(app(&target), Scale::to(0)).await.expect("as before");
    assert_eq!((again.before, again.remembered), (0, Some(3)), "a second pause keeps the count");
    let plan: Vec<String> = crate::account::steps(&account.plan(&stack).await).into_iter().collect();
    assert_eq!(plan, ["update ecs/service mz-dev-app"], "the plan sets the count back");

    let resumed = change.scale(app(&target), Scale::resumed()).await.expect("three tasks again");
    assert_eq!((resumed.before, resumed.after, resumed.remembered), (0, 3, None));
    assert_eq!(running(&account, &target).await.len(), 3);
    assert_eq!(remembered(&account), Value::Null);

    change.scale(app(&target), Scale::to(0)).await.expect("no task");
    account.apply(&stack).await;
    assert_eq!(running(&account, &target).await.len(), 1, "the stack's count");
    assert!(account.plan(&stack).await.is_empty(), "the memory is no difference");
    let stale = change.scale(app(&target), Scale::resumed()).await.expect_err("it runs");
    assert!(stale.is_declined(), "{stale}");
}

#[tokio::test(start_paused = true)]
async fn pause_without_the_right_to_tag_is_a_pause() {
    let (account, _, target) = applied().await;
    let change = change(&account, &target);
    let denied = Rule::new(Fault::AccessDenied).operation("TagResource");
    account.sandbox.set_faults(Faults::default().with(denied));
    let paused = change.scale(app(&target), Scale::to(0)).await.expect("no task");
    assert_eq!((paused.after, paused.remembered), (0, None));
    let unknown = change.scale(app(&target), Scale::resumed()).await.expect_err("no count is known");
    assert!(unknown.is_declined() && unknown.hint().is_some_and(|hint| hint.contains("mz-dev-app=1")));
}

#[tokio::test(start_paused = true)]
async fn pause_beside_an_autoscaler_suspends_it() {
    let (account, _, target) = applied().await;
    register(&account);
    let change = change(&account, &target);
    let declined = change.scale(app(&target), Scale::to(0)).await.expect_err("it keeps one task");
    assert!(declined.is_declined(), "{declined}");
    assert_eq!(remembered(&account), Value::Null, "nothing was written");

    let mut pause = bounds(None, None, Some(true));
    pause.count = Scale::to(0).count;
    let paused = change.scale(app(&target), pause).await.expect("no task");
    assert!(paused.after == 0 && paused.autoscaler.is_some_and(|autoscaler| autoscaler.is_suspended));
    let mut resume = bounds(None, None, Some(false));
    resume.count = Scale::resumed().count;
    let resumed = change.scale(app(&target), resume).await.expect("one task");
    assert!(resumed.after == 1 && resumed.autoscaler.is_some_and(|autoscaler| !autoscaler.is_suspended));
    assert_eq!(running(&account, &target).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn interventions_without_waiting_end_at_once() {
    let (account, stack, target) = applied().await;
    account.apply(&with_image(&stack, "public.ecr.aws/docker/library/httpd:2.5")).await;
    let at_once = change(&account, &target).without_waiting();
    let start = tokio::time::Instant::now();
    at_once.restart(app(&target)).await.expect("a deployment that starts");
    assert!(at_once.restart(app(&target)).await.expect_err("it runs").is_declined());
    // It is the deployment that is under way, and ECS returns to what ran before.
    assert_eq!(at_once.roll_back(app(&target), Back::Usual).await.expect("a rollback"), "mz-dev-site:2");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    let change = change(&account, &target);
    change.stable(app(&target), Duration::from_mins(5)).await.expect("it is stable");
    let start = tokio::time::Instant::now();
    assert_eq!(at_once.scale(app(&target), Scale::to(3)).await.expect("more tasks").after, 3);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    change.stable(app(&target), Duration::from_mins(5)).await.expect("it is stable");
    assert_eq!(at_once.roll_back(app(&target), Back::Usual).await.expect("a rollback"), "mz-dev-site:1");
    change.deployed(app(&target), Duration::from_mins(5)).await.expect("it ends well");
}

#[tokio::test(start_paused = true)]
async fn wait_for_a_stage_ends_at_it_or_behind_it() {
    let (account, _, target) = applied().await;
    let (change, soon) = (change(&account, &target), Duration::from_mins(5));
    account.sandbox.pause_next_deployment("mz-dev-app", "hook-1");
    deploy_slowly(&account);
    change.paused(app(&target), soon).await.expect("it is paused");
    change.reached(app(&target), STAGES[1], soon).await.expect("it is at PRE_SCALE_UP");
    let late = change.reached(app(&target), "CLEAN_UP", Duration::from_secs(20)).await;
    assert!(late.expect_err("it is paused").is_late());
    change.proceed(app(&target), None).await.expect("it continues");
    change.reached(app(&target), "CLEAN_UP", soon).await.expect("a success is behind all stages");

    deploy_slowly(&account);
    change.abort(app(&target), true).await.expect("it ends");
    let failed = change.reached(app(&target), "CLEAN_UP", soon).await.expect_err("it was rolled back");
    assert!(failed.deployment().is_some() && !failed.is_late(), "{failed}");
}

#[tokio::test(start_paused = true)]
async fn wait_for_a_link_ends_when_it_is_available() {
    let (account, _, target) = applied().await;
    let (change, soon) = (change(&account, &target), Duration::from_mins(5));
    let link = target.vpc_link.clone().expect("a VPC link");
    change.link_available(&link, soon).await.expect("it is available");
    let missing = change.link_available("other", soon).await.expect_err("no such link");
    assert_eq!(missing.to_string(), "the account has no VPC link other");

    let found = account.by_hand("apigateway", "GetVpcLinks", &json!({}));
    let subnets = &found["items"][0]["subnetIds"];
    account.by_hand("apigateway", "CreateVpcLink", &json!({ "name": "new", "subnetIds": subnets }));
    let start = tokio::time::Instant::now();
    change.link_available("new", soon).await.expect("it becomes available");
    assert!(start.elapsed() > Duration::from_secs(30), "it was pending before: {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn timeline_has_autoscalers_and_failed_requests() {
    let (account, _, target) = applied().await;
    register(&account);
    scaling(&account, "RegisterScalableTarget", &json!({ "MinCapacity": 2 }));
    let log = target.access_log.as_ref().expect("an access log");
    let stream = json!({ "logGroupName": log.group, "logStreamName": "one" });
    account.by_hand("logs", "CreateLogStream", &stream);
    let now = account.aws.now().as_millis();
    let lines = ["503", "404"].map(|status| {
        let line = log.format.replace("$context.status", status).replace("$context.httpMethod", "GET");
        json!({ "timestamp": now, "message": line })
    });
    let lines = json!({ "logGroupName": log.group, "logStreamName": "one", "logEvents": lines });
    account.by_hand("logs", "PutLogEvents", &lines);

    let read = async |sources: &[Source]| events(&account.aws, &target, &[app(&target)], sources, None).await;
    let found = read(&[Source::Scaling]).await.expect("activities");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].level == Level::Info && found[0].text.contains("desired count to 2"), "{found:?}");
    let found = read(&[Source::Api]).await.expect("requests");
    assert_eq!(found.len(), 1, "the 404 is no failure of the stack: {found:?}");
    assert!(found[0].level == Level::Bad && found[0].text.starts_with("503 GET"), "{found:?}");

    let all = read(&[]).await.expect("a timeline");
    assert!(all.iter().any(|entry| entry.source == Source::Scaling));
    assert!(all.iter().all(|entry| entry.source != Source::Api), "requests only on request");
    let denied = Rule::new(Fault::AccessDenied).operation("DescribeScalingActivities");
    account.sandbox.set_faults(Faults::default().with(denied));
    let rest = read(&[]).await.expect("the rest");
    assert_eq!(rest.len() + 1, all.len(), "one source less");
    assert!(read(&[Source::Scaling]).await.expect_err("denied").is_denied());
}

#[tokio::test(start_paused = true)]
async fn live_tail_that_is_refused_names_the_other_way() {
    let (account, _, target) = applied().await;
    let request = Request::of_services(&[app(&target)], None);
    let refused = logs::live(&account.aws, &request, |_| Ok::<(), sss_aws::Error>(()), || {}).await;
    let Err(error) = refused;
    assert_eq!(error.hint(), Some("`logs -f` follows the same logs by polling"), "{error}");
    account.by_hand("logs", "DeleteLogGroup", &json!({ "logGroupName": "/aws/ecs/fargate/mz-dev-app" }));
    let Err(error) = logs::live(&account.aws, &request, |_| Ok::<(), sss_aws::Error>(()), || {}).await;
    assert!(error.to_string().contains("does not exist"), "{error}");
    assert_eq!(CLUSTER, target.cluster);
}
