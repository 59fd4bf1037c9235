//! What AWS says when a rule is broken, as far as it is known.

use sss_model::Problem;

/// AWS's sentence for a rule: of the problems whose message has the second text in it. Each `{}` stands for what the
/// problem's message quotes, in its order.
type Words = (&'static str, &'static str, &'static str);

pub(super) const WORDS: &[Words] = &[
    ("ECS-TD-010", "Fargate has no task", "No Fargate configuration exists for given values."),
    ("ECS-TD-012", "", "No Fargate configuration exists for given values."),
    ("ECS-TD-020", "", "Fargate only supports network mode 'awsvpc'."),
    (
        "ECS-TD-030",
        "",
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ),
    ("ECS-TD-033", "is used at", "The same container port is used multiple times in the task."),
    ("ECS-TD-034", "stands beside", "Container port range: cannot specify both single port and port range."),
    ("ECS-TD-036", "", "The port mapping name '{}' is already used."),
    ("ECS-TD-045", "is not allowed on Fargate", "{} is not allowed on Fargate."),
    (
        "ECS-TD-060",
        "writes to CloudWatch Logs",
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ),
    (
        "ECS-TD-060",
        "ECR",
        "Fargate requires task definition to have execution role ARN to support ECR images.",
    ),
    (
        "ECS-TD-060",
        "takes secrets",
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ),
    ("ECS-TD-070", "has 0 elements", "Container list cannot be empty."),
    ("ECS-TD-070", "", "Too many containers."),
    (
        "ECS-TD-072",
        "",
        "Family contains invalid characters. Only letters, numbers, hyphens and underscores are allowed.",
    ),
    ("ECS-TD-074", "", "Task definition does not have any essential container."),
    (
        "ECS-TD-050",
        "",
        "The log driver '{}' is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens].",
    ),
    ("ECS-TD-052", "", "Fargate requires log configuration options to include awslogs-stream-prefix."),
    ("ECS-TD-053", "is not `true`", "awslogs-create-group should only be set to 'true', else omit option."),
    ("ECS-TD-091", "stands in the list already", "Duplicate secret names found: {}."),
    (
        "ECS-TD-091",
        "stands in `environment` too",
        "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '{}'.",
    ),
    ("ECS-TD-100", "declares no volume", "Unknown volume '{}'."),
    ("ECS-TD-114", "", "Actual length: '{}'. Max allowed length is '65536' bytes."),
    ("ECS-TD-110", "is required", "Container.image should not be null or empty."),
    (
        "ECS-SVC-003",
        "stands beside",
        "Specifying both a launch type and capacity provider strategy is not supported.",
    ),
    (
        "ECS-SVC-011",
        "",
        "The values specified for serviceRegistries do not require a value for 'containerPort', 'containerName' or 'port'.",
    ),
    (
        "ECS-SVC-012",
        "",
        "When specifying 'containerName' or 'containerPort' for a service registry, both are required, and 'port' cannot be specified with them.",
    ),
    ("ECS-SVC-013", "has no container", "The container {} does not exist in the task definition."),
    (
        "ECS-SVC-020",
        "is required",
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ),
    (
        "ECS-SVC-030",
        "both",
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    ),
    ("APIGW-API-004", "", "Expression for protocol type HTTP must be $request.method $request.path"),
    ("APIGW-AUTH-001", "", "Issuer is not a valid URL for JWT Authorizer"),
    ("APIGW-CORS-001", "", "allow-credentials is not supported if 'allow-origin' is *"),
    ("APIGW-CORS-002", "", "Invalid format for origin {}"),
    (
        "APIGW-INT-021",
        "",
        "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN.",
    ),
    (
        "APIGW-ROUTE-001",
        "",
        "The provided route key {} is not formatted properly for HTTP protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"",
    ),
    ("APIGW-ROUTE-003", "", "API keys are not supported on protocol type HTTP"),
    (
        "APIGW-ROUTE-004",
        "is required",
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer.",
    ),
    (
        "APIGW-STAGE-010",
        "",
        "Access log format must contain at least $context.requestId or $context.extendedRequestId",
    ),
    ("APIGW-STAGE-022", "", "Unable to find Route by key {} within the provided RouteSettings"),
    ("APIGW-VL-000", "", "SubnetIds for a vpc link cannot be empty"),
    ("IAM-POL-002", "", "Syntax errors in policy."),
    ("IAM-POL-003", "stands in the policy already", "Statement IDs (SID) in a single policy must be unique."),
    (
        "IAM-POL-003",
        "",
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ),
    ("IAM-POL-004", "is required", "Policy statement must contain actions."),
    ("IAM-POL-006", "is required", "Policy statement must contain resources."),
    ("IAM-POL-006", "is not an ARN", "Resource {} must be in ARN format or \"*\"."),
    ("IAM-POL-008", "", "Policy document should not specify a principal."),
    ("IAM-POL-009", "", "Syntax errors in policy."),
    ("IAM-POL-010", "is not JSON", "This policy contains invalid Json"),
    ("IAM-TRUST-002", "is required", "Missing required field Principal"),
    ("IAM-TRUST-003", "is `*`", "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\"."),
    ("IAM-TRUST-003", "", "Invalid principal in policy: \"AWS\":\"{}\""),
    ("IAM-TRUST-005", "", "AssumeRole policy may only specify STS AssumeRole actions."),
    ("IAM-TRUST-006", "", "Invalid principal in policy: \"SERVICE\":\"{}\""),
    ("SG-003", "called `sg-", "Invalid value '{}' for groupName. Group names may not be in the format sg-*"),
    ("SG-003", "", "Cannot use reserved security group name: {}"),
    (
        "SG-010",
        "is required",
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    ),
    ("SG-013", "is required", "Invalid value 'Must specify both type and code with ICMP.' for portRange."),
    ("SG-020", "is not an", "CIDR block {} is malformed"),
    ("SG-021", "", "The same permission must not appear multiple times"),
    ("TAG-003", "", "Tag keys starting with 'aws:' are reserved for internal use"),
    ("SG-030", "", "The maximum number of rules per security group has been reached."),
];

/// AWS's sentence, or the problem and where it stands.
pub(super) fn message(problem: &Problem) -> String {
    let known = WORDS.iter().find(|(rule, says, _)| *rule == problem.rule && problem.message.contains(says));
    match known {
        Some((_, _, words)) => filled(words, &problem.message),
        None if problem.path.is_empty() => problem.message.clone(),
        None => format!("{}: {}", problem.path, problem.message),
    }
}

fn filled(words: &str, message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let mut parts = words.split("{}");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + quoted.next().unwrap_or_default() + part)
}
