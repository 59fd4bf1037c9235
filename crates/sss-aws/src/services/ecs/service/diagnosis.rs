//! The report on a failed deployment, from the service, its stopped tasks and their logs.
//!
//! ECS itself says little about a failure (`ecs-deploy#195`). The reasons stand in stopped tasks, which ECS
//! keeps for about an hour, and in the last lines of their containers. So the report is read at once, while
//! the failure is fresh.
//!
//! # Guarantee
//!
//! A report never fails. A part that cannot be read is missing, and the report names the error in `unread`.
//! The failure itself is reported in any case.

mod further;

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{
    Container, ContainerDefinition, DesiredStatus, Service as SdkService, ServiceDeployment,
    ServiceDeploymentRollbackMonitorsStatus, ServiceDeploymentStatus as Status, Task, TaskDefinition,
};

use self::further::Behind;

use crate::{
    Aws, Next, Result,
    deployment::{CircuitBreaker, FailedDeployment, StoppedContainer, StoppedTask},
    error::{Absent, Answer},
    services::ecs::{
        listing,
        service::{
            attempts::{is_given_up, reason, short},
            rollout::Rollout,
        },
    },
};

/// The number of tasks in a report.
const TASKS: usize = 3;
/// The number of events of the service in a report.
const EVENTS: usize = 5;
/// The number of lines of each failed container in a report.
const LINES: i32 = 10;

/// The reason of ECS for stopping tasks that did not fail.
const SCALED: &str = "Scaling activity initiated by";
/// The reason of ECS for stopping an unhealthy task.
const UNHEALTHY: &str = "health checks";

/// Reads all facts about a failed deployment. The report names the parts that could not be read.
///
/// It takes a few calls for the deployment, the service and its tasks, and one for each failed container. Some
/// causes take one more.
pub(in crate::services::ecs) async fn report(rollout: &Rollout<'_>) -> FailedDeployment {
    let mut report = FailedDeployment { wanted: short(&rollout.task_definition), ..Default::default() };
    let aws = &rollout.cx.aws;
    let tasks = stopped(aws, &rollout.cluster, &rollout.service);
    let (deployment, service, tasks) = tokio::join!(rollout.deployment(), rollout.described(), tasks);

    let deployment = read(&mut report, deployment).flatten();
    if let Some(found) = &deployment {
        describe(&mut report, found);
    }
    let service = read(&mut report, service);
    if let Some(found) = &service {
        report.next = next(deployment.as_ref(), found);
        report.running = found.task_definition().map(short);
        report.events = last_events(found);
    }

    let tasks = read(&mut report, tasks).unwrap_or_default();
    report.tasks = of_row(&tasks, &rollout.row);
    find_cause(aws, &mut report, &rollout.task_definition, service.as_ref()).await;
    report
}

/// Adds the facts that a service deployment has itself.
pub(in crate::services::ecs) fn describe(report: &mut FailedDeployment, found: &ServiceDeployment) {
    report.arn = found.service_deployment_arn().map(str::to_owned);
    report.status = found.status().map(|status| status.as_str().to_owned());
    report.reason = reason(found);
    report.circuit_breaker = circuit_breaker(found);
}

/// Adds the last lines of failed containers, and the cause that all texts show.
pub(in crate::services::ecs) async fn find_cause(
    aws: &Aws,
    report: &mut FailedDeployment,
    task_definition: &str,
    service: Option<&SdkService>,
) {
    let revision = add_logs(aws, report, task_definition).await;
    let found = report.diagnosis();
    let (events, tasks) = (&report.events, &report.tasks);
    let behind = Behind { aws, revision: revision.as_ref(), service, events, tasks };
    report.cause = match behind.cause(found).await {
        Ok(found) => found,
        Err(error) => {
            report.unread.push(error.to_string());
            None
        }
    };
}

/// Returns what the next plan does about a deployment, from the state of the service's last one.
///
/// The next plan waits for a deployment under way, holds back one that ECS gave up, and compares the service
/// anew if another deployment came later.
fn next(deployment: Option<&ServiceDeployment>, service: &SdkService) -> Next {
    let last = service.current_service_deployment();
    let is_last = |found: &&ServiceDeployment| last.is_some() && found.service_deployment_arn() == last;
    match deployment.filter(is_last).and_then(ServiceDeployment::status) {
        Some(Status::Pending | Status::InProgress) => Next::Awaited,
        Some(status) if is_given_up(status) => Next::Held,
        _ => Next::Compared,
    }
}

/// Returns the result of a read, or notes its error.
fn read<T>(report: &mut FailedDeployment, result: Result<T>) -> Option<T> {
    result.map_err(|error| report.unread.push(error.to_string())).ok()
}

/// Returns the count of failed tasks and the threshold. `None` if the circuit breaker is off.
fn circuit_breaker(found: &ServiceDeployment) -> Option<CircuitBreaker> {
    let breaker = found.deployment_circuit_breaker()?;
    if breaker.status() == Some(&ServiceDeploymentRollbackMonitorsStatus::Disabled) {
        return None;
    }
    Some(CircuitBreaker { failed_tasks: breaker.failure_count(), threshold: breaker.threshold() })
}

/// Returns the newest events of the service. ECS lists them newest first.
fn last_events(service: &SdkService) -> Vec<String> {
    let texts = service.events().iter().filter_map(|event| event.message().map(str::to_owned));
    texts.take(EVENTS).collect()
}

/// Reads the stopped tasks of a service, at most a hundred.
pub(in crate::services::ecs) async fn stopped(aws: &Aws, cluster: &str, service: &str) -> Result<Vec<Task>> {
    let request = aws.ecs.list_tasks().cluster(cluster).service_name(service);
    let request = request.desired_status(DesiredStatus::Stopped).max_results(100);
    let arns = request.send().await.of("ecs:ListTasks")?.task_arns.unwrap_or_default();
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let request = aws.ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns));
    Ok(request.send().await.of("ecs:DescribeTasks")?.tasks.unwrap_or_default())
}

/// Returns the tasks of a deployment that stopped by themselves, the newest of each reason.
///
/// Tasks carry the id of the row that started them.
pub(in crate::services::ecs) fn of_row(tasks: &[Task], row: &str) -> Vec<StoppedTask> {
    let own = tasks.iter().filter(|task| task.started_by() == Some(row) && stopped_by_itself(task));
    let mut found: Vec<&Task> = own.collect();
    found.sort_by_key(|task| std::cmp::Reverse(task.stopped_at().map(aws_smithy_types::DateTime::as_nanos)));
    let mut told = BTreeSet::new();
    let tasks = found.into_iter().map(stopped_task);
    tasks.filter(|task| told.insert(cause(task))).take(TASKS).collect()
}

/// Returns whether a task stopped for another reason than a change of the count.
fn stopped_by_itself(task: &Task) -> bool {
    !task.stopped_reason().is_some_and(|reason| reason.starts_with(SCALED))
}

/// Returns the facts that are equal for two tasks that stopped for the same reason.
fn cause(task: &StoppedTask) -> String {
    let containers =
        task.containers.iter().map(|container| (&container.name, container.exit_code, &container.reason));
    format!("{:?} {:?} {:?}", task.code, task.reason, containers.collect::<Vec<_>>())
}

/// Returns the facts about a stopped task, without lines of its log.
fn stopped_task(task: &Task) -> StoppedTask {
    let container = |container: &Container| StoppedContainer {
        name: container.name().unwrap_or_default().to_owned(),
        exit_code: container.exit_code(),
        reason: container.reason().map(str::to_owned),
        log: Vec::new(),
    };
    StoppedTask {
        id: short(task.task_arn().unwrap_or_default()),
        code: task.stop_code().map(|code| code.as_str().to_owned()),
        reason: task.stopped_reason().map(str::to_owned),
        containers: task.containers().iter().map(container).collect(),
        ran_for: ran_for(task),
    }
}

/// Returns the time for which the containers of a task ran before the order to stop, in seconds.
fn ran_for(task: &Task) -> Option<i64> {
    let end = task.stopping_at().or(task.stopped_at())?;
    Some(end.secs() - task.started_at()?.secs())
}

/// Adds the last lines of containers that failed and write to CloudWatch Logs. Returns the revision, which names the
/// logs.
///
/// If the health of the task failed, each container counts as one that did.
async fn add_logs(aws: &Aws, report: &mut FailedDeployment, task_definition: &str) -> Option<TaskDefinition> {
    if report.tasks.is_empty() {
        return None;
    }
    let revision = listing::revision(aws, task_definition).await;
    let (revision, _) = read(report, revision)?;

    let mut tasks = std::mem::take(&mut report.tasks);
    for task in &mut tasks {
        let is_unhealthy = task.reason.as_ref().is_some_and(|reason| reason.contains(UNHEALTHY));
        let failed = task.containers.iter_mut().filter(|container| is_unhealthy || container.has_failed());
        for container in failed {
            let mut definitions = revision.container_definitions().iter();
            let definition = definitions.find(|found| found.name() == Some(&container.name));
            let Some((group, stream)) = definition.and_then(|definition| stream(definition, &task.id)) else {
                continue;
            };
            let lines = last_lines(aws, &group, &stream).await;
            container.log = read(report, lines).unwrap_or_default();
        }
    }
    report.tasks = tasks;
    Some(revision)
}

/// Returns the log group and the log stream of a container with the awslogs driver.
///
/// The stream is `prefix/container/task`. `None` for another driver.
pub(in crate::services::ecs) fn stream(
    container: &ContainerDefinition,
    task: &str,
) -> Option<(String, String)> {
    let options = container.log_configuration().and_then(|log| log.options())?;
    let group = options.get("awslogs-group")?;
    let prefix = options.get("awslogs-stream-prefix")?;
    Some((group.clone(), format!("{prefix}/{}/{task}", container.name()?)))
}

/// Reads the last lines of a log stream. A container that never ran has none.
pub(in crate::services::ecs) async fn last_lines(
    aws: &Aws,
    group: &str,
    stream: &str,
) -> Result<Vec<String>> {
    let request = aws.logs.get_log_events().log_group_name(group).log_stream_name(stream);
    let answer = request.limit(LINES).start_from_head(false).send().await.of("logs:GetLogEvents");
    let events = answer.none_if(&["ResourceNotFoundException"])?.and_then(|answer| answer.events);
    let lines = events.unwrap_or_default().into_iter().filter_map(|event| event.message);
    Ok(lines.map(|line| line.trim_end().to_owned()).collect())
}
