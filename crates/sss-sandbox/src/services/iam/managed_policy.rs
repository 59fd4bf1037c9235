//! Managed policies: AWS's policies for roles of services, and the attachment of theirs and of the account's own.
//!
//! A role has at most 20, a quota that AWS raises to 25 on request.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    customer_policy, no_such_entity, page,
    validation::{self, role_name},
};
use crate::{input::parse, refusal::Refusal, world::World};

/// The largest number of policies on a role.
const MAX_ATTACHED: usize = 20;

/// The paths and names of AWS's managed policies.
const MANAGED_BY_AWS: &[&str] = &[
    "AWSAppRunnerReadOnlyAccess",
    "AWSCloudMapDiscoverInstanceAccess",
    "AWSCloudMapReadOnlyAccess",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "AdministratorAccess",
    "AmazonBedrockFullAccess",
    "AmazonCognitoPowerUser",
    "AmazonCognitoReadOnly",
    "AmazonDynamoDBFullAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonECS_FullAccess",
    "AmazonEventBridgeFullAccess",
    "AmazonKinesisFullAccess",
    "AmazonKinesisReadOnlyAccess",
    "AmazonPrometheusRemoteWriteAccess",
    "AmazonRDSDataFullAccess",
    "AmazonRDSReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSESFullAccess",
    "AmazonSNSFullAccess",
    "AmazonSNSReadOnlyAccess",
    "AmazonSQSFullAccess",
    "AmazonSQSReadOnlyAccess",
    "AmazonSSMFullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMReadOnlyAccess",
    "CloudWatchAgentServerPolicy",
    "CloudWatchFullAccess",
    "CloudWatchLogsFullAccess",
    "CloudWatchLogsReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/ViewOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    "service-role/AmazonEC2ContainerServiceAutoscaleRole",
    "service-role/AmazonEC2ContainerServiceEventsRole",
    "service-role/AmazonEC2ContainerServiceRole",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
    "service-role/AmazonECSTaskExecutionRolePolicy",
];

/// Refuses an ARN of another partition.
///
/// # Errors
///
/// Returns `ValidationError` with the words `Invalid ARN partition`.
fn check_partition(world: &World, arn: &str) -> Result<(), Refusal> {
    if arn.split(':').nth(1) == Some(world.partition().name) {
        return Ok(());
    }
    Err(Refusal::new("ValidationError", "Invalid ARN partition"))
}

/// Refuses a policy that does not exist.
///
/// # Errors
///
/// Refuses an ARN of another partition, and one that is neither in the list of AWS's policies nor one of the account
/// (`NoSuchEntity`).
pub(super) fn check_exists(world: &World, arn: &str) -> Result<(), Refusal> {
    check_partition(world, arn)?;
    let prefix = world.partition().managed_policy("");
    let known = arn.strip_prefix(&prefix).is_some_and(|name| MANAGED_BY_AWS.contains(&name));
    if known || customer_policy::find(world, arn).is_some() {
        return Ok(());
    }
    Err(no_such_entity(format!("Policy {arn} does not exist or is not attachable.")))
}

/// The input of both operations that change the attachment.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    role_name: Option<String>,
    policy_arn: Option<String>,
}

/// Carries out `AttachRolePolicy`. It succeeds for a policy that is attached already.
///
/// # Errors
///
/// Refuses unknown roles, service-linked roles, unknown policies, and more than 20 policies.
pub(super) fn attach(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Attachment = parse(input)?;
    let arn = validation::policy_arn(input.policy_arn)?;
    let name = role_name(input.role_name)?;
    world.iam.role_mut(&name)?;
    check_exists(world, &arn)?;
    let role = world.iam.role_mut(&name)?;
    if !role.attached_policies.contains(&arn) && role.attached_policies.len() >= MAX_ATTACHED {
        return Err(super::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerRole: {MAX_ATTACHED}"
        )));
    }
    role.attached_policies.insert(arn);
    Ok(json!({}))
}

/// Carries out `DetachRolePolicy`.
///
/// # Errors
///
/// Refuses unknown roles, service-linked roles, and a policy that is not attached.
pub(super) fn detach(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Attachment = parse(input)?;
    let arn = validation::policy_arn(input.policy_arn)?;
    check_partition(world, &arn)?;
    let role = world.iam.role_mut(&role_name(input.role_name)?)?;
    if role.attached_policies.remove(&arn) {
        return Ok(json!({}));
    }
    Err(no_such_entity(format!("Policy {arn} was not found.")))
}

/// The input of `ListAttachedRolePolicies`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    role_name: Option<String>,
    path_prefix: Option<String>,
    max_items: Option<String>,
    marker: Option<String>,
}

/// Carries out `ListAttachedRolePolicies`, in the order of the ARNs, with a filter by path.
pub(super) fn list(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: List = parse(input)?;
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    validation::path_prefix(&prefix)?;
    let role = world.iam.role(&role_name(input.role_name)?)?;
    let within = role.attached_policies.iter().filter(|arn| policy_path(arn).starts_with(&prefix));
    let items = within.map(|arn| (arn, rendered(arn)));
    page::page("AttachedPolicies", items, input.max_items.as_deref(), input.marker.as_deref())
        .map(Value::Object)
}

/// Returns the path of a policy: the text between `policy` and its name.
fn policy_path(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let path = resource.strip_prefix("policy").unwrap_or_default();
    path.rfind('/').map_or("/", |end| &path[..=end])
}

/// Returns an attached policy in the form of IAM's answers.
pub(super) fn rendered(arn: &str) -> Value {
    json!({ "PolicyName": arn.rsplit('/').next(), "PolicyArn": arn })
}
