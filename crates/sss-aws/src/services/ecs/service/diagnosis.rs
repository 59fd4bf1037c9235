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

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{
    Container, ContainerDefinition, DesiredStatus, Service as SdkService, ServiceDeployment,
    ServiceDeploymentRollbackMonitorsStatus, ServiceDeploymentStatus as Status, Task,
};

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

/// Reads all facts about a failed deployment. The report names the parts that could not be read.
///
/// It takes a few calls for the deployment, the service and its tasks, and one for each failed container.
pub(in crate::services::ecs) async fn report(rollout: &Rollout<'_>) -> FailedDeployment {
    let mut report = FailedDeployment { wanted: short(&rollout.task_definition), ..Default::default() };
    let (deployment, service, tasks) =
        tokio::join!(rollout.deployment(), rollout.described(), stopped(rollout));

    let deployment = read(&mut report, deployment).flatten();
    if let Some(found) = &deployment {
        report.arn = found.service_deployment_arn().map(str::to_owned);
        report.status = found.status().map(|status| status.as_str().to_owned());
        report.reason = reason(found);
        report.circuit_breaker = circuit_breaker(found);
    }
    if let Some(found) = read(&mut report, service) {
        report.next = next(deployment.as_ref(), &found);
        report.running = found.task_definition().map(short);
        report.events = last_events(&found);
    }

    report.tasks = read(&mut report, tasks).unwrap_or_default();
    add_logs(rollout, &mut report).await;
    report
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

/// Reads the tasks of the deployment that stopped by themselves, the newest of each reason.
///
/// Tasks carry the id of the row that started them. At most a hundred stopped tasks are read.
async fn stopped(rollout: &Rollout<'_>) -> Result<Vec<StoppedTask>> {
    let ecs = &rollout.cx.aws.ecs;
    let request = ecs.list_tasks().cluster(&rollout.cluster).service_name(&rollout.service);
    let request = request.desired_status(DesiredStatus::Stopped).max_results(100);
    let arns = request.send().await.of("ecs:ListTasks")?.task_arns.unwrap_or_default();
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let request = ecs.describe_tasks().cluster(&rollout.cluster).set_tasks(Some(arns));
    let mut found = request.send().await.of("ecs:DescribeTasks")?.tasks.unwrap_or_default();
    found.retain(|task| task.started_by() == Some(&rollout.row) && stopped_by_itself(task));
    found.sort_by_key(|task| std::cmp::Reverse(task.stopped_at().map(aws_smithy_types::DateTime::as_nanos)));
    let mut told = BTreeSet::new();
    let tasks = found.iter().map(stopped_task);
    Ok(tasks.filter(|task| told.insert(cause(task))).take(TASKS).collect())
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
    }
}

/// Adds the last lines of failed containers that write to CloudWatch Logs.
async fn add_logs(rollout: &Rollout<'_>, report: &mut FailedDeployment) {
    if report.tasks.is_empty() {
        return;
    }
    let aws = &rollout.cx.aws;
    let revision = listing::revision(aws, &rollout.task_definition).await;
    let Some((revision, _)) = read(report, revision) else {
        return;
    };

    let mut tasks = std::mem::take(&mut report.tasks);
    for task in &mut tasks {
        for container in task.containers.iter_mut().filter(|container| container.has_failed()) {
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
