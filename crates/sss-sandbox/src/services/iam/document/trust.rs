//! The existence of the principals in trust policies.
//!
//! IAM refuses a principal that does not exist: a misspelled service, or a role that was deleted. Existing
//! roles of this account count, and all identities of other accounts in the same partition.

use serde_json::{Map, Value};

use super::{malformed, texts};
use crate::{refusal::Refusal, services::iam, world::World};

/// The identity providers that need no ARN.
const FEDERATED: [&str; 4] =
    ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"];
/// The services that assume roles, by the first label of their principal. The list is not complete.
const SERVICES: &[&str] = &[
    "airflow",
    "amplify",
    "apidestinations",
    "apigateway",
    "application-autoscaling",
    "appmesh",
    "apprunner",
    "appsync",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "bedrock",
    "build",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "cognito-idp",
    "config",
    "datasync",
    "delivery",
    "dms",
    "dynamodb",
    "ec2",
    "ecs",
    "ecs-tasks",
    "edgelambda",
    "eks",
    "eks-fargate-pods",
    "elasticache",
    "elasticbeanstalk",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "es",
    "events",
    "export",
    "firehose",
    "fis",
    "glue",
    "guardduty",
    "imagebuilder",
    "iot",
    "kafka",
    "kinesis",
    "kinesisanalytics",
    "lakeformation",
    "lambda",
    "lex",
    "logs",
    "mediaconvert",
    "monitoring",
    "mq",
    "network-firewall",
    "opensearchservice",
    "ops",
    "pipes",
    "pods",
    "quicksight",
    "rds",
    "redshift",
    "route53",
    "s3",
    "sagemaker",
    "scheduler",
    "secretsmanager",
    "securityhub",
    "servicediscovery",
    "servicecatalog",
    "ses",
    "sns",
    "spotfleet",
    "sqs",
    "ssm",
    "ssm-incidents",
    "states",
    "storagegateway",
    "streams",
    "synthetics",
    "tasks",
    "transcribe",
    "transfer",
    "vpc-flow-logs",
    "vpc-lattice",
    "wafv2",
    "workspaces",
    "xray",
];

/// Refuses principals that do not exist.
///
/// # Errors
///
/// Returns `MalformedPolicyDocument`, and names the first such principal.
pub(super) fn check(world: &World, statement: &Map<String, Value>) -> Result<(), Refusal> {
    let principals =
        ["Principal", "NotPrincipal"].into_iter().filter_map(|name| statement.get(name)?.as_object());
    for (kind, names) in principals.flatten() {
        for name in texts(names) {
            check_principal(world, kind, name)?;
        }
    }
    Ok(())
}

/// Refuses a principal that does not exist, by its kind and its name.
fn check_principal(world: &World, kind: &str, name: &str) -> Result<(), Refusal> {
    let exists = match kind {
        "AWS" => is_account_principal(world, name),
        "Service" => SERVICES.contains(&name.split('.').next().unwrap_or_default()),
        "Federated" => FEDERATED.contains(&name) || is_provider(name),
        "CanonicalUser" => name.len() == 64 && name.chars().all(|character| character.is_ascii_hexdigit()),
        _ => true,
    };
    if exists {
        return Ok(());
    }
    let kind = if kind == "AWS" { kind } else { &kind.to_uppercase() };
    Err(malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\"")))
}

/// Returns whether a principal is an identity of an account.
///
/// Identities of this account must exist. Those of other accounts must belong to the same partition.
fn is_account_principal(world: &World, name: &str) -> bool {
    let Some(resource) = name.strip_prefix(&world.global_arn("iam", "")) else {
        let partition = name.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
        return partition.is_none_or(|partition| partition == world.partition().name);
    };
    resource == "root" || (resource.starts_with("role/") && iam::role_exists(world, name))
}

/// Returns whether a text is the id of an account: 12 digits.
fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|character| character.is_ascii_digit())
}

/// Returns whether a text is the ARN of an OIDC or SAML provider.
fn is_provider(name: &str) -> bool {
    let segments: Vec<&str> = name.splitn(6, ':').collect();
    matches!(segments[..], ["arn", _, "iam", "", account, resource] if is_account_id(account)
        && (resource.starts_with("oidc-provider/") || resource.starts_with("saml-provider/")))
}

/// Returns whether a statement is about a service that assumes the role.
pub(super) fn concerns(statement: &Map<String, Value>, service: &str) -> bool {
    let services = statement.get("Principal").and_then(|principal| principal.get("Service"));
    let holds = |value: Option<&Value>, text: &str| value.is_some_and(|value| texts(value).contains(&text));
    holds(services, service) && holds(statement.get("Action"), "sts:AssumeRole")
}
