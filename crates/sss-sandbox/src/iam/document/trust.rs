//! What only trust policies must keep to: who may assume the role.

use serde_json::Value;

use super::{SYNTAX_ERRORS, Statement, malformed, texts};
use crate::{iam, refusal::Refusal, world::World};

const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];
const COGNITO: &str = "cognito-identity.amazonaws.com";
const FEDERATED: [&str; 4] = [COGNITO, "www.amazon.com", "graph.facebook.com", "accounts.google.com"];
/// Services that assume roles, by the first label of their principal.
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

pub(super) fn check(world: &World, statement: &Statement) -> Result<(), Refusal> {
    for field in ["Resource", "NotResource"] {
        if statement.contains_key(field) {
            return Err(malformed(format!("Has prohibited field {field}")));
        }
    }
    if statement.contains_key("NotAction")
        || !texts(&statement["Action"])?.iter().all(|action| ACTIONS.contains(action))
    {
        return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."));
    }
    let principal = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), None) => principal,
        (None, Some(principal)) if statement["Effect"] == "Deny" => principal,
        (None, _) => return Err(malformed("Missing required field Principal")),
        (Some(_), Some(_)) => return Err(malformed(SYNTAX_ERRORS)),
    };
    let Value::Object(kinds) = principal else {
        let text = principal.as_str().unwrap_or_default();
        let kind = if text == "*" { "STAR" } else { text };
        return Err(malformed(format!(
            "AssumeRolepolicy contained an invalid principal: \"{kind}\":\"{text}\"."
        )));
    };
    if kinds.is_empty() {
        return Err(malformed("Missing required field Principal"));
    }
    for (kind, names) in kinds {
        for name in texts(names)? {
            check_principal(world, kind, name)?;
            if name == COGNITO && !statement.contains_key("Condition") {
                let message = format!("A trust policy for {COGNITO} must have a condition on its audience.");
                return Err(malformed(message));
            }
        }
    }
    Ok(())
}

fn check_principal(world: &World, kind: &str, name: &str) -> Result<(), Refusal> {
    let valid = match kind {
        "AWS" => is_account_principal(world, name),
        "Service" => is_service(name),
        "Federated" => FEDERATED.contains(&name) || is_provider(name),
        "CanonicalUser" => name.len() == 64 && name.chars().all(|character| character.is_ascii_hexdigit()),
        _ => false,
    };
    if valid {
        return Ok(());
    }
    let kind = if kind == "AWS" { kind } else { &kind.to_uppercase() };
    Err(malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\"")))
}

/// Identities of this account must exist; those of others cannot be looked up.
fn is_account_principal(world: &World, name: &str) -> bool {
    if name == "*" || is_account_id(name) {
        return true;
    }
    let segments: Vec<&str> = name.splitn(6, ':').collect();
    match segments[..] {
        ["arn", _, "iam", "", account, "root"] => is_account_id(account),
        ["arn", _, "iam", "", account, resource] if resource.starts_with("role/") => {
            is_account_id(account) && (account != world.account || iam::role_exists(world, name))
        }
        ["arn", _, "iam", "", account, resource] if resource.starts_with("user/") => {
            is_account_id(account) && account != world.account
        }
        ["arn", _, "sts", "", account, resource] if resource.starts_with("assumed-role/") => {
            is_account_id(account)
        }
        _ => false,
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|character| character.is_ascii_digit())
}

fn is_service(name: &str) -> bool {
    let domain = name.strip_suffix(".cn").unwrap_or(name);
    let Some(service) = domain.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let mut labels = service.split('.');
    let of_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    labels.next().is_some_and(|label| SERVICES.contains(&label)) && labels.all(of_label)
}

fn is_provider(name: &str) -> bool {
    let segments: Vec<&str> = name.splitn(6, ':').collect();
    matches!(segments[..], ["arn", _, "iam", "", account, resource] if is_account_id(account)
        && (resource.starts_with("oidc-provider/") || resource.starts_with("saml-provider/")))
}

/// Whether a statement speaks of a service's assuming the role.
pub(super) fn concerns(statement: &Statement, service: &str) -> bool {
    let services = statement.get("Principal").and_then(|principal| principal.get("Service"));
    let holds = |value: Option<&Value>, text: &str| {
        value.is_some_and(|value| texts(value).is_ok_and(|texts| texts.contains(&text)))
    };
    holds(services, service) && holds(statement.get("Action"), "sts:AssumeRole")
}
