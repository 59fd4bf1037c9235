//! AWS's sentences for broken rules, as far as they are known.

use sss_model::Problem;

use super::codes::About::{self, All, Case};

/// AWS's sentence for the problems of a rule that a row is about. A name in braces stands for the problem's argument of that
/// name.
type Sentence = (&'static str, About, &'static str);

pub(super) const WORDS: &[Sentence] = &[
    ("ECS-TD-010", Case("unknown-cpu"), "No Fargate configuration exists for given values."),
    ("ECS-TD-010", Case("unknown-pair"), "No Fargate configuration exists for given values."),
    ("ECS-TD-012", All, "No Fargate configuration exists for given values."),
    ("ECS-TD-020", All, "Fargate only supports network mode 'awsvpc'."),
    (
        "ECS-TD-030",
        All,
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ),
    ("ECS-TD-033", Case("mapped-twice"), "The same container port is used multiple times in the task."),
    ("ECS-TD-034", Case("beside"), "Container port range: cannot specify both single port and port range."),
    ("ECS-TD-036", Case("used-twice"), "The port mapping name '{name}' is already used."),
    ("ECS-TD-045", Case("not-on-fargate"), "{name} is not allowed on Fargate."),
    (
        "ECS-TD-060",
        Case("container-logs"),
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ),
    (
        "ECS-TD-060",
        Case("private-image"),
        "Fargate requires task definition to have execution role ARN to support ECR images.",
    ),
    (
        "ECS-TD-060",
        Case("secrets"),
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ),
    ("ECS-TD-070", Case("too-few"), "Container list cannot be empty."),
    ("ECS-TD-070", All, "Too many containers."),
    (
        "ECS-TD-072",
        All,
        "Family contains invalid characters. Only letters, numbers, hyphens and underscores are allowed.",
    ),
    ("ECS-TD-074", All, "Task definition does not have any essential container."),
    (
        "ECS-TD-050",
        Case("required"),
        "The log driver '' is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens].",
    ),
    (
        "ECS-TD-050",
        Case("unknown-choice"),
        "The log driver '{given}' is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens].",
    ),
    (
        "ECS-TD-050",
        Case("not-on-fargate"),
        "The log driver '{driver}' is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens].",
    ),
    ("ECS-TD-052", All, "Fargate requires log configuration options to include awslogs-stream-prefix."),
    ("ECS-TD-053", Case("not-true"), "awslogs-create-group should only be set to 'true', else omit option."),
    ("ECS-TD-091", Case("required"), "Environment variable name cannot be null or blank."),
    ("ECS-TD-091", Case("listed-twice"), "Duplicate secret names found: {name}."),
    (
        "ECS-TD-091",
        Case("in-both"),
        "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '{name}'.",
    ),
    ("ECS-TD-056", Case("not-an-arn"), "Invalid arn syntax."),
    (
        "ECS-TD-100",
        Case("beside"),
        "When the volume parameter is specified, only one volume configuration type should be used.",
    ),
    ("ECS-TD-100", Case("unknown-volume"), "Unknown volume '{name}'."),
    ("ECS-TD-114", Case("too-large"), "Actual length: '{bytes}'. Max allowed length is '65536' bytes."),
    ("ECS-TD-110", Case("required"), "Container.image should not be null or empty."),
    (
        "ECS-SVC-003",
        Case("beside"),
        "Specifying both a launch type and capacity provider strategy is not supported.",
    ),
    ("ECS-SVC-007", Case("required"), "Task Definition can not be blank."),
    ("ECS-SVC-007", Case("not-a-revision"), "Invalid revision number."),
    (
        "ECS-SVC-011",
        All,
        "The values specified for serviceRegistries do not require a value for 'containerPort', 'containerName' or 'port'.",
    ),
    (
        "ECS-SVC-012",
        All,
        "When specifying 'containerName' or 'containerPort' for a service registry, both are required, and 'port' cannot be specified with them.",
    ),
    ("ECS-SVC-053", Case("unknown-container"), "The container {name} does not exist in the task definition."),
    (
        "ECS-SVC-053",
        Case("unknown-port"),
        "The container {name} did not have a container port {port} defined.",
    ),
    ("ECS-SVC-013", Case("unknown-container"), "The container {name} does not exist in the task definition."),
    (
        "ECS-SVC-020",
        Case("required"),
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ),
    (
        "ECS-SVC-030",
        Case("both-100"),
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    ),
    (
        "CM-SVC-000",
        Case("two-namespaces"),
        "The namespace ID of the service and of its DnsConfig must be the same",
    ),
    ("APIGW-API-004", All, "Expression for protocol type HTTP must be $request.method $request.path"),
    ("APIGW-AUTH-001", All, "Issuer is not a valid URL for JWT Authorizer"),
    (
        "APIGW-DOM-001",
        Case("upper-case"),
        "Invalid domain name specified: upper case letters are not supported",
    ),
    ("APIGW-DOM-002", Case("not-an-arn"), "Invalid certificate ARN: {given}."),
    (
        "APIGW-DOM-003",
        All,
        "API mapping key should not start or end with a '/' and can only contain letters, numbers and the following \
         characters: $-_.+!*'()/",
    ),
    ("APIGW-DOM-004", Case("too-few"), "Invalid input. Expected one domain name configuration"),
    ("APIGW-DOM-004", Case("too-many"), "Invalid input. Expected one domain name configuration"),
    ("APIGW-DOM-004", Case("required"), "Invalid input. Expected one domain name configuration"),
    ("APIGW-DOM-004", Case("not-regional"), "Only REGIONAL domain names can be managed through this API"),
    ("APIGW-CORS-001", All, "allow-credentials is not supported if 'allow-origin' is *"),
    ("APIGW-CORS-002", All, "Invalid format for origin {origin}"),
    (
        "APIGW-INT-021",
        All,
        "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN.",
    ),
    (
        "APIGW-ROUTE-001",
        All,
        "The provided route key {given} is not formatted properly for HTTP protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"",
    ),
    ("APIGW-INT-040", Case("not-private"), "TlsConfig is only supported for private integrations"),
    ("APIGW-ROUTE-003", All, "API keys are not supported on protocol type HTTP"),
    (
        "APIGW-ROUTE-004",
        Case("required"),
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or JWT requires a valid authorizer.",
    ),
    (
        "APIGW-STAGE-010",
        All,
        "Access log format must contain at least $context.requestId or $context.extendedRequestId",
    ),
    ("APIGW-STAGE-022", All, "Unable to find Route by key {route} within the provided RouteSettings"),
    ("APIGW-VL-000", All, "SubnetIds for a vpc link cannot be empty"),
    ("IAM-POL-002", All, "Syntax errors in policy."),
    ("IAM-POL-003", Case("used-twice"), "Statement IDs (SID) in a single policy must be unique."),
    (
        "IAM-POL-003",
        All,
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ),
    ("IAM-POL-004", Case("required"), "Policy statement must contain actions."),
    ("IAM-POL-006", Case("required"), "Policy statement must contain resources."),
    ("IAM-POL-006", Case("not-an-arn"), "Resource {resource} must be in ARN format or \"*\"."),
    ("IAM-POL-008", All, "Policy document should not specify a principal."),
    ("IAM-POL-009", All, "Syntax errors in policy."),
    ("IAM-POL-010", Case("not-json"), "This policy contains invalid Json"),
    ("IAM-TRUST-002", Case("required"), "Missing required field Principal"),
    ("IAM-TRUST-003", Case("anybody"), "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\"."),
    ("IAM-TRUST-003", Case("unknown-principal"), "Invalid principal in policy: \"AWS\":\"{principal}\""),
    ("IAM-TRUST-005", All, "AssumeRole policy may only specify STS AssumeRole actions."),
    ("IAM-TRUST-009", Case("not-a-provider"), "Invalid principal in policy: \"FEDERATED\":\"{provider}\""),
    ("IAM-TRUST-009", Case("not-canonical"), "Invalid principal in policy: \"CANONICALUSER\":\"{id}\""),
    ("IAM-TRUST-006", Case("misspelt-service"), "Invalid principal in policy: \"SERVICE\":\"{service}\""),
    ("IAM-TRUST-006", Case("unknown-service"), "Invalid principal in policy: \"SERVICE\":\"{service}\""),
    (
        "SG-003",
        Case("reserved-prefix"),
        "Invalid value '{name}' for groupName. Group names may not be in the format sg-*",
    ),
    ("SG-003", Case("reserved-name"), "Cannot use reserved security group name: {name}"),
    (
        "SG-010",
        Case("required"),
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    ),
    ("SG-013", Case("required"), "Invalid value 'Must specify both type and code with ICMP.' for portRange."),
    ("SG-020", Case("not-a-range"), "CIDR block {cidr} is malformed"),
    ("SG-021", All, "The same permission must not appear multiple times"),
    ("TAG-006", All, "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
    ("TAG-003", All, "Tag keys starting with 'aws:' are reserved for internal use"),
    (
        "ELB-LB-001",
        Case("invalid-name"),
        "The load balancer name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)",
    ),
    (
        "ELB-LB-001",
        Case("too-long"),
        "The load balancer name '{name}' cannot be longer than '{most}' characters",
    ),
    ("ELB-LB-002", All, "The load balancer name '{name}' cannot begin with 'internal-'"),
    (
        "ELB-LB-005",
        Case("too-few"),
        "At least two subnets in two different Availability Zones must be specified",
    ),
    (
        "ELB-LB-005",
        Case("listed-twice"),
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    ),
    (
        "ELB-TG-001",
        Case("invalid-name"),
        "Target group name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)",
    ),
    ("ELB-TG-001", Case("too-long"), "Target group name '{name}' cannot be longer than '{most}' characters"),
    ("ELB-TG-012", Case("not-below-interval"), "Health check interval must be greater than the timeout."),
    (
        "ELB-TG-014",
        Case("not-for-protocol"),
        "Custom health check matchers are not supported for health checks for target groups with the {protocol} protocol.",
    ),
    ("ELB-TG-014", Case("required"), "Matcher must contain either HttpCode or GrpcCode"),
    ("ELB-LSN-002", Case("required"), "A certificate must be specified for HTTPS listeners"),
    (
        "ELB-LSN-002",
        Case("policy-without-tls"),
        "An SSL policy cannot be specified for {protocol} listeners.",
    ),
    ("ELB-ACT-004", Case("loop"), "The redirect configuration is not valid because it creates a loop"),
    ("ELB-RULE-002", Case("too-few"), "A condition must be specified"),
    (
        "ELB-RULE-003",
        Case("too-long"),
        "Condition value for '{field}' cannot contain more than {most} characters",
    ),
    ("ELB-ATTR-001", Case("unknown"), "Load balancer attribute key '{name}' is not recognized"),
    ("ELB-ATTR-001", Case("unknown-of-group"), "Target group attribute key '{name}' is not recognized"),
    ("ELB-ATTR-001", Case("used-twice"), "Attribute key '{name}' has been specified more than once"),
    ("ELB-ATTR-001", Case("empty"), "A target group attribute value must be specified"),
    ("AAS-TGT-001", Case("min-above-max"), "Maximum capacity cannot be less than minimum capacity"),
    ("AAS-TGT-004", Case("not-a-service"), "Invalid resource ID: {given}"),
    (
        "AAS-TGT-004",
        Case("other-dimension"),
        "Unsupported service namespace, resource type or scalable dimension: {namespace}, {given}",
    ),
    (
        "AAS-POL-003",
        Case("no-label"),
        "Resource label should be specified for predefined metric type ALBRequestCountPerTarget",
    ),
    (
        "AAS-POL-003",
        Case("not-a-label"),
        "Invalid resource label '{given}' for predefined metric type ALBRequestCountPerTarget",
    ),
    (
        "AAS-POL-005",
        Case("too-few"),
        "At least one step adjustment must be specified for a step scaling policy",
    ),
    ("AAS-POL-005", Case("too-many"), "The maximum number of step adjustments is {most}"),
    ("AAS-POL-005", Case("empty-range"), "Lower bound must be less than upper bound for a step adjustment"),
    ("AAS-POL-005", Case("overlap"), "Step adjustment intervals cannot overlap"),
    ("AAS-POL-005", Case("gap"), "Step adjustment intervals cannot have gaps between them"),
    (
        "AAS-POL-006",
        Case("not-percent"),
        "Minimum adjustment magnitude is only allowed for adjustment type PercentChangeInCapacity",
    ),
    (
        "AAS-POL-008",
        Case("unknown-choice"),
        "Scalable dimension ecs:service:DesiredCount only supports the following predefined metric types: {choices}",
    ),
    (
        "AAS-POL-008",
        Case("both-set"),
        "Exactly one of predefined metric specification and customized metric specification must be specified",
    ),
    ("AAS-POL-010", Case("required"), "Adjustment type must be specified"),
    ("AAS-ACT-002", Case("not-a-time"), "Invalid schedule at DateTime expression"),
    ("AAS-ACT-002", Case("not-a-rate"), "Invalid schedule rate expression"),
    ("AAS-ACT-002", Case("not-a-schedule"), "Invalid schedule expression: {given}"),
    ("AAS-ACT-004", Case("min-above-max"), "Maximum capacity cannot be less than minimum capacity"),
    (
        "AAS-ACT-004",
        Case("no-bounds"),
        "At least one of minimum capacity and maximum capacity should be provided",
    ),
    (
        "ELB-ATTR-001",
        Case("not-a-flag"),
        "The value of '{name}' must be 'true' or 'false', but was '{given}'",
    ),
];

/// Returns AWS's sentence, or the problem and its path.
pub(super) fn message(problem: &Problem) -> String {
    let known = WORDS.iter().find(|(rule, about, _)| *rule == problem.rule && about.fits(problem));
    match known {
        Some((_, _, words)) => filled(words, problem),
        None if problem.path.is_root() => problem.message.clone(),
        None => format!("{}: {}", problem.path, problem.message),
    }
}

fn filled(words: &str, problem: &Problem) -> String {
    let mut parts = words.split(['{', '}']);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(name), Some(after)) = (parts.next(), parts.next()) {
        text.push_str(&problem.arguments.text(name).unwrap_or_default());
        text.push_str(after);
    }
    text
}
