//! Tasks that no service started.

use serde_json::{Value, json};
use sss_aws::operate::{
    Target,
    exec::{Choice, ready},
    logs::{self, Request},
    tasks::{Task, Which, find, of_stack, tasks},
};
use sss_model::Stack;

use super::{CLUSTER, app, applied, change};
use crate::account::{Account, reference};

/// Runs a task of a family without a service, and returns its id.
fn run(account: &Account, cluster: &str, family: &str) -> String {
    let network = json!({ "awsvpcConfiguration": { "subnets": account.sandbox.private_subnet_ids() } });
    let run = json!({ "cluster": cluster, "taskDefinition": family, "networkConfiguration": network });
    let started = account.by_hand("ecs", "RunTask", &run);
    let arn = started["tasks"][0]["taskArn"].as_str().expect("a task");
    account.sandbox.advance(std::time::Duration::from_mins(2));
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}

/// Registers a task definition of another family.
fn register(account: &Account, family: &str) {
    let container = json!({ "name": "job", "image": "public.ecr.aws/docker/library/httpd:2.4" });
    let definition = json!({ "family": family, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "256", "memory": "512", "containerDefinitions": [container] });
    account.by_hand("ecs", "RegisterTaskDefinition", &definition);
}

fn ids(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.id.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn task_without_a_service_is_listed_and_stopped() {
    let (account, _, target) = applied().await;
    register(&account, "migrate");
    let own = run(&account, CLUSTER, "mz-dev-site");
    let other = run(&account, CLUSTER, "migrate");

    let services = [app(&target)];
    let of_services = tasks(&account.aws, &target, &services, Which::Wanted);
    let (of_services, calls, _) = account.counted(of_services).await;
    let of_services = of_services.expect("tasks");
    let (all, same, _) = account.counted(of_stack(&account.aws, &target, Which::Wanted)).await;
    let all = all.expect("tasks");
    assert_eq!(ids(&all), [of_services[0].id.as_str(), &other, &own], "those without a service are last");
    assert_eq!(calls.len(), same.len(), "no call is made for them");
    assert!(of_services.len() == 1 && all[1].service.is_none() && all[1].revision == "migrate:1");

    let found = find(&account.aws, &target, &own[..10]).await.expect("the task");
    let mut lines = Vec::new();
    let request = Request::of_task(&target, &found, None);
    logs::read::<sss_aws::Error>(&account.aws, &request, |line| {
        lines.push(line.message.clone());
        Ok(())
    })
    .await
    .expect("lines");
    assert_eq!(lines.len(), 1, "its log is that of the service whose definition it has: {lines:?}");
    let refused = ready(&account.aws, &target, Choice::Task(&own), None).await.expect_err("exec is off");
    assert!(refused.is_declined(), "{refused}");

    for id in [&own, &other] {
        change(&account, &target).stop(id, "a test").await.expect("it stops");
    }
    account.sandbox.advance(std::time::Duration::from_mins(2));
    let stopped = of_stack(&account.aws, &target, Which::Stopped).await.expect("tasks");
    assert_eq!(ids(&stopped), [&other, &own]);
    assert!(stopped.iter().all(|task| task.reason.as_deref() == Some("a test")));
}

#[tokio::test(start_paused = true)]
async fn tasks_of_others_in_their_cluster_are_left_out() {
    let account = Account::new();
    account.by_hand("ecs", "CreateCluster", &json!({ "clusterName": "shared" }));
    let mut stack: Stack = reference(&account);
    stack.cluster.existing = Some("shared".to_owned());
    account.apply(&stack).await;
    let target = Target::of(&stack);
    register(&account, "theirs");
    let own = run(&account, "shared", "mz-dev-site");
    let other = run(&account, "shared", "theirs");

    let all = of_stack(&account.aws, &target, Which::All).await.expect("tasks");
    assert!(all.len() == 2 && ids(&all).contains(&own.as_str()), "{all:?}");
    assert!(find(&account.aws, &target, &other).await.expect_err("a task of others").is_declined());
    let running: Value = account.by_hand("ecs", "ListTasks", &json!({ "cluster": "shared" }));
    assert_eq!(running["taskArns"].as_array().map(Vec::len), Some(3));
}
