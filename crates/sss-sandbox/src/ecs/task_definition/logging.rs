//! Where containers on Fargate may write their logs, and the role that this takes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{
    container::Container,
    registration::{Registration, client},
};
use crate::refusal::Refusal;

/// The options that awslogs takes.
const OPTIONS: [&str; 8] = [
    "awslogs-create-group",
    "awslogs-datetime-format",
    "awslogs-group",
    "awslogs-multiline-pattern",
    "awslogs-region",
    "awslogs-stream-prefix",
    "max-buffer-size",
    "mode",
];

/// A container's log driver and its options.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogConfiguration {
    log_driver: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
    #[serde(default)]
    secret_options: Vec<Value>,
}

/// Refuses log configurations that Fargate does not take.
pub(super) fn check(wanted: &Registration) -> Result<(), Refusal> {
    let containers = &wanted.container_definitions;
    let routers = containers.iter().filter(|container| container.firelens_configuration.is_some()).count();
    for configuration in containers.iter().filter_map(|container| container.log_configuration.as_ref()) {
        match configuration.log_driver.as_str() {
            "awslogs" => check_awslogs(&configuration.options)?,
            "splunk" => {}
            "awsfirelens" if routers == 1 => {}
            "awsfirelens" => {
                return Err(client(
                    "The awsfirelens log driver needs one container with a firelensConfiguration.",
                ));
            }
            driver => {
                return Err(client(format!(
                    "The log driver '{driver}' is not a valid log driver. Must be one of [awslogs, splunk, \
                     awsfirelens]."
                )));
            }
        }
    }
    check_execution_role(wanted)
}

fn check_awslogs(options: &BTreeMap<String, String>) -> Result<(), Refusal> {
    for required in ["awslogs-group", "awslogs-region"] {
        if !options.contains_key(required) {
            return Err(client(format!("Log driver awslogs requires options: {required}")));
        }
    }
    if !options.contains_key("awslogs-stream-prefix") {
        return Err(client("Fargate requires log configuration options to include awslogs-stream-prefix."));
    }
    if let Some(unknown) = options.keys().find(|option| !OPTIONS.contains(&option.as_str())) {
        return Err(client(format!("Log driver awslogs disallows options: {unknown}")));
    }
    if options.get("awslogs-create-group").is_some_and(|value| value != "true") {
        return Err(client("awslogs-create-group should only be set to 'true', else omit option."));
    }
    if options.get("mode").is_some_and(|mode| !["blocking", "non-blocking"].contains(&mode.as_str())) {
        return Err(client("The log option mode must be blocking or non-blocking."));
    }
    Ok(())
}

fn check_execution_role(wanted: &Registration) -> Result<(), Refusal> {
    if wanted.execution_role_arn.is_some() {
        return Ok(());
    }
    let containers = &wanted.container_definitions;
    let writes_awslogs = |container: &Container| {
        container.log_configuration.as_ref().is_some_and(|logs| logs.log_driver == "awslogs")
    };
    if containers.iter().any(writes_awslogs) {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        ));
    }
    let has_secrets = |container: &Container| {
        let secret_options = container.log_configuration.as_ref().map(|logs| &logs.secret_options);
        !container.secrets.is_empty()
            || container.repository_credentials.is_some()
            || secret_options.is_some_and(|options| !options.is_empty())
    };
    if containers.iter().any(has_secrets) {
        return Err(client(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ));
    }
    if containers.iter().any(Container::is_in_private_registry) {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ));
    }
    Ok(())
}
