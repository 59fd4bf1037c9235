//! The causes for which a service in a steady state does not run what people expect.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{ContainerDefinition, Secret, Service, TaskDefinition};

use super::{Facts, rest, shown};
use crate::{
    Moment, Result,
    causes::Diagnosis,
    error::Absent,
    services::{
        autoscaling,
        ecs::{listing, service::attempts::short},
        secretsmanager,
    },
};

/// Returns the causes for which a service in a steady state does not run what people expect.
///
/// # Errors
///
/// The newest revision, the autoscaler or a secret could not be read.
pub(super) async fn of_steady(facts: &Facts<'_>) -> Result<Option<Diagnosis>> {
    if facts.has_succeeded()
        && let Some(older) = older_tasks(facts.service)
    {
        return Ok(Some(older));
    }
    if !facts.has_succeeded() || !facts.is_full() {
        return Ok(None);
    }
    if let Some(ill) = rest::mixed(&facts.wanted).or_else(|| rest::alone(&facts.alone)) {
        return Ok(Some(ill));
    }
    let running = facts.service.task_definition().map(short).unwrap_or_default();
    let family = running.rsplit_once(':').map_or(running.as_str(), |(family, _)| family);
    let newest = listing::revision(facts.aws, family).await.none_if(&["ClientException"])?;
    let Some((newest, _)) = newest else { return Ok(None) };
    let name = newest.task_definition_arn().map(short).unwrap_or_default();
    if number(&name) > number(&running) {
        let object = format!("{running}, newest {name}");
        return Ok(Some(shown("E20", "ecs:DescribeServices", &object, "taskDefinition", &running)));
    }
    if let Some(fought) = fought(facts).await? {
        return Ok(Some(fought));
    }
    if name == running { stale(facts, &newest).await } else { Ok(None) }
}

/// Returns the autoscaler that changes a count which the stack sets.
async fn fought(facts: &Facts<'_>) -> Result<Option<Diagnosis>> {
    let Some(count) = facts.count else { return Ok(None) };
    let name = facts.service.service_name().unwrap_or_default();
    let found = autoscaling::autoscaler(facts.aws, facts.cluster, name).await?;
    let acts = found.filter(|found| !found.is_suspended && (found.min, found.max) != (count, count));
    Ok(acts.map(|found| {
        let value = format!("{} to {}", found.min, found.max);
        let operation = "application-autoscaling:DescribeScalableTargets";
        shown("E22", operation, name, "minCapacity, maxCapacity", &value)
    }))
}

/// Returns a secret that got another value after the oldest task had read it.
async fn stale(facts: &Facts<'_>, revision: &TaskDefinition) -> Result<Option<Diagnosis>> {
    let started = facts.wanted.iter().filter_map(|task| task.started_at()).map(Moment::from).min();
    let Some(started) = started else { return Ok(None) };
    let containers = revision.container_definitions().iter();
    let values = containers.flat_map(ContainerDefinition::secrets).map(Secret::value_from);
    let arns: BTreeSet<String> = values.filter_map(secret_of).collect();
    for arn in arns {
        let changed = secretsmanager::changed(facts.aws, &arn).await?;
        if let Some(changed) = changed.filter(|changed| *changed > started) {
            let (operation, value) = ("secretsmanager:DescribeSecret", changed.to_string());
            return Ok(Some(shown("K18", operation, &arn, "lastChangedDate", &value)));
        }
    }
    Ok(None)
}

/// Returns the ARN of the secret that a value names, without its JSON key and version. `None` for a parameter.
fn secret_of(value: &str) -> Option<String> {
    let parts: Vec<&str> = value.split(':').collect();
    (parts.get(2) == Some(&"secretsmanager") && parts.len() >= 7).then(|| parts[..7].join(":"))
}

/// Returns the tasks of earlier deployments that still run after the last one has succeeded.
fn older_tasks(service: &Service) -> Option<Diagnosis> {
    let criteria = service.deployment_configuration().and_then(|found| found.early_success_criteria());
    criteria?;
    let mut rows = service.deployments().iter();
    let older = rows.find(|row| row.status() != Some("PRIMARY") && row.running_count() > 0)?;
    let count = older.running_count().to_string();
    let id = older.id().unwrap_or_default();
    Some(shown("E11", "ecs:DescribeServices", id, "deployments.runningCount", &count))
}

/// Returns the number of a revision.
fn number(revision: &str) -> u32 {
    revision.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
