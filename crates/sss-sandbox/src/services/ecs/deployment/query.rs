//! Reading the history of services.
//!
//! The history has no end here. Descriptions search the whole account, because
//! the requests have no cluster.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{PENDING_FOR, ServiceDeployment, Status, arn, revision_arn, summary};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{
        failure, invalid, page, seconds,
        service::{self, Service},
    },
    world::World,
};

/// The input of `ListServiceDeployments`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    cluster: Option<String>,
    service: String,
    #[serde(default)]
    status: Vec<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListServiceDeployments`, newest first, with 20 entries on a page by default.
///
/// # Errors
///
/// Refuses unknown clusters and services, and page sizes outside 1 to 100.
pub(in crate::services::ecs) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let service_arn = service::resolve(world, asked.cluster.as_deref(), &asked.service)?;
    let service = &world.ecs.services[&service_arn];
    let is_listed = |entry: &&ServiceDeployment| {
        asked.status.is_empty() || asked.status.iter().any(|status| status == entry.status.text())
    };

    let entries: Vec<&ServiceDeployment> = service.history.iter().rev().filter(is_listed).collect();
    let arns: Vec<String> = entries.iter().map(|entry| arn(world, service, entry)).collect();
    let limit = page::limit(asked.max_results, 20)?;
    let mut answer =
        page::answer("serviceDeployments", &arns, page::Order::Given, limit, asked.next_token.as_deref())?;
    if let Some(page) = answer["serviceDeployments"].as_array_mut() {
        for item in page {
            let entry = entries.iter().zip(&arns).find(|(_, arn)| *item == arn.as_str());
            if let Some((entry, _)) = entry {
                *item = brief(world, service, entry);
            }
        }
    }
    Ok(answer)
}

/// Returns the members of an entry in a listing. An entry starts when it is no longer pending.
fn brief(world: &World, service: &Service, entry: &ServiceDeployment) -> Value {
    let mut brief = json!({
        "serviceDeploymentArn": arn(world, service, entry),
        "serviceArn": service.arn,
        "clusterArn": world.arn("ecs", &format!("cluster/{}", service.cluster)),
        "createdAt": seconds(entry.created_at),
        "targetServiceRevisionArn": revision_arn(world, service, &entry.target),
        "status": entry.status.text(),
    });
    if entry.status != Status::Pending {
        brief["startedAt"] = seconds(entry.created_at + PENDING_FOR);
    }

    if let Some(at) = entry.finished_at {
        brief["finishedAt"] = seconds(at);
    }
    if let Some(reason) = &entry.reason {
        brief["statusReason"] = json!(reason);
    }
    brief
}

/// The input of both descriptions: ARNs of service deployments or of service revisions.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    #[serde(default, alias = "serviceRevisionArns")]
    service_deployment_arns: Vec<String>,
}

impl Described {
    /// Returns the ARNs of a request.
    ///
    /// # Errors
    ///
    /// Refuses numbers outside 1 to 20.
    fn read(input: &Value) -> Result<Vec<String>, Refusal> {
        let Self { service_deployment_arns: arns } = input::parse(input)?;
        if (1..=20).contains(&arns.len()) {
            return Ok(arns);
        }
        Err(invalid("The number of ARNs must be between 1 and 20."))
    }
}

/// Carries out `DescribeServiceDeployments`. Unknown ARNs are in `failures`.
pub(in crate::services::ecs) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for asked in Described::read(input)? {
        let entry = world.ecs.services.values().find_map(|service| {
            let entry = service.history.iter().find(|entry| arn(world, service, entry) == asked)?;
            Some(render(world, service, entry))
        });
        match entry {
            Some(entry) => found.push(entry),
            None => failures.push(failure(&asked, "MISSING")),
        }
    }
    Ok(json!({ "serviceDeployments": found, "failures": failures }))
}

/// Returns the description of an entry, with the present numbers of tasks and the state of the circuit
/// breaker.
fn render(world: &World, service: &Service, entry: &ServiceDeployment) -> Value {
    let breaker = &service.options.deployment.circuit_breaker;
    let threshold = breaker.threshold_configuration.failures(service.desired);
    let sources = entry.sources.iter().map(|revision| summary(world, service, revision));
    let mut answer = brief(world, service, entry);

    answer["updatedAt"] = seconds(entry.updated_at);
    answer["sourceServiceRevisions"] = sources.collect();
    answer["targetServiceRevision"] = summary(world, service, &entry.target);
    answer["deploymentConfiguration"] = service::answer::deployment_configuration(&service.options);
    answer["deploymentCircuitBreaker"] = json!({
        "status": match entry.status {
            _ if !breaker.enable => "DISABLED",
            Status::Pending | Status::InProgress => "MONITORING",
            _ if entry.failures >= threshold => "TRIGGERED",
            _ => "MONITORING_COMPLETE",
        },
        "failureCount": entry.failures,
        "threshold": threshold,
    });
    if let Some(hook) = &entry.hook {
        answer["lifecycleStage"] = json!("PRE_SCALE_UP");
        answer["lifecycleHookDetails"] =
            json!([{ "hookId": hook, "targetType": "PAUSE", "status": "AWAITING_ACTION" }]);
    }
    if let Some(rollback) = &entry.rollback {
        answer["rollback"] = json!({
            "reason": rollback.reason,
            "startedAt": seconds(rollback.started_at),
            "serviceRevisionArn": revision_arn(world, service, &rollback.revision),
        });
    }
    answer
}

/// Carries out `DescribeServiceRevisions`. Unknown ARNs are in `failures`.
pub(in crate::services::ecs) fn describe_revisions(world: &World, input: &Value) -> Result<Value, Refusal> {
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for asked in Described::read(input)? {
        let revision = world.ecs.services.values().find_map(|service| {
            let number =
                service.revisions.keys().find(|number| revision_arn(world, service, number) == asked)?;
            Some(render_revision(world, service, number))
        });
        match revision {
            Some(revision) => found.push(revision),
            None => failures.push(failure(&asked, "MISSING")),
        }
    }
    Ok(json!({ "serviceRevisions": found, "failures": failures }))
}

/// Returns the description of a service revision, by its number.
fn render_revision(world: &World, service: &Service, number: &str) -> Value {
    let revision = &service.revisions[number];
    let mut members = service::answer::render_specification(&revision.specification);
    let own = json!({
        "serviceRevisionArn": revision_arn(world, service, number),
        "serviceArn": service.arn,
        "clusterArn": world.arn("ecs", &format!("cluster/{}", service.cluster)),
        "serviceRegistries": revision.specification.registries,
        "volumeConfigurations": revision.specification.volumes,
        "loadBalancers": revision.specification.load_balancers,
        "guardDutyEnabled": false,
        "createdAt": seconds(revision.created_at),
    });
    if let Value::Object(own) = own {
        members.extend(own);
    }
    Value::Object(members)
}
