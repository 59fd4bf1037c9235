//! Creates, changes, reduces and deletes the reference stack, with edits by others in between, and creates it
//! again.
//!
//! After every apply the plan must be empty (exit code 0 of `plan --detailed-exitcode`). So a value that the
//! engine sends and does not find again fails the walk.

use super::Step::{self, Edit, Look, Run, Write};
use crate::conformance::step::{answers, done, keeps};

/// Each chapter continues with the objects of the chapters before.
pub(super) const CHAPTERS: &[(&str, &[Step])] = &[
    ("moto: the network that is there already", NETWORK),
    ("moto: the reference stack", CREATION),
    ("moto: a change of many fields", CHANGE),
    ("moto: what others change comes back", DRIFT),
    ("moto: a replacement, and parts that are taken away", REDUCTION),
    ("moto: removal, and nothing is left", REMOVAL),
    ("moto: the same names once more", AGAIN),
];

/// Keeps the ids of the network that each new account has, and writes the stack file with them.
const NETWORK: &[Step] = &[
    Look(keeps("ec2 describe-vpcs --filters Name=is-default,Values=true", "Vpcs[0].VpcId", "vpc_id")),
    Look(keeps(
        "ec2 describe-subnets --filters Name=vpc-id,Values=<vpc_id>",
        "Subnets[].SubnetId",
        "subnets",
    )),
    Look(keeps(
        "ec2 describe-subnets --filters Name=vpc-id,Values=<vpc_id>",
        "Subnets[-1].SubnetId",
        "last_subnet",
    )),
    Look(keeps(
        "ec2 describe-security-groups --filters Name=vpc-id,Values=<vpc_id>",
        "SecurityGroups[].GroupId",
        "default_security_group_id",
    )),
    Write,
];

/// Creates the stack, and reads each kind of object back.
const CREATION: &[Step] = &[
    Run("validate", 0),
    Run("plan --detailed-exitcode", 2),
    Run("apply --yes --no-verify", 0),
    Run("plan --detailed-exitcode", 0),
    Run("outputs", 0),
    Look(keeps("apigatewayv2 get-apis", "Items[?Name=='mz-dev-api-gateway'].ApiId", "api")),
    Look(keeps("apigatewayv2 get-vpc-links", "Items[?Name=='mz-dev-vpc-link'].VpcLinkId", "link")),
    Look(answers(
        "apigatewayv2 get-integrations --api-id <api>",
        "Items[].[IntegrationType, ConnectionId]",
        "HTTP_PROXY <link>",
    )),
    Look(keeps(
        "apigatewayv2 get-authorizers --api-id <api>",
        "Items[?JwtConfiguration.Audience[0]=='1example23456789abcdefghij'].AuthorizerId",
        "authorizer",
    )),
    Look(answers(
        "apigatewayv2 get-routes --api-id <api>",
        "Items[].[RouteKey, AuthorizationType, AuthorizerId]",
        "GET /{proxy+} JWT <authorizer>",
    )),
    Look(answers(
        "apigatewayv2 get-stages --api-id <api>",
        "Items[].[StageName, AutoDeploy, AccessLogSettings.DestinationArn, Tags.Owner]",
        "$default True arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/api-gateway/mz-dev mamezou",
    )),
    Look(answers(
        "ec2 describe-security-groups --filters Name=group-name,Values=mz-dev-ecs-sg",
        "SecurityGroups[].[IpPermissions, IpPermissionsEgress][][].[IpProtocol, FromPort, IpRanges[0].CidrIp]",
        "tcp 80 10.0.0.0/16 -1 None 0.0.0.0/0",
    )),
    Look(answers(
        "iam list-attached-role-policies --role-name mz-dev-ecs-task-exec-role",
        "AttachedPolicies[].PolicyName",
        "AmazonECSTaskExecutionRolePolicy",
    )),
    Look(answers(
        "ecs describe-task-definition --task-definition mz-dev-site",
        "taskDefinition.[networkMode, requiresCompatibilities[0], cpu, memory, \
            containerDefinitions[0].logConfiguration.options.\"awslogs-group\"]",
        "awsvpc FARGATE 256 512 /aws/ecs/fargate/mz-dev-app",
    )),
    Look(answers(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app",
        "services[0].[desiredCount, serviceRegistries[0].containerPort, \
            deploymentConfiguration.deploymentCircuitBreaker.rollback]",
        "1 80 True",
    )),
];

/// The edits of the stack file: old text and new text.
const CHANGES: &[(&str, &str)] = &[
    ("log_retention_days = 7", "log_retention_days = 14"),
    (r#"Owner = "mamezou""#, r#"Team = "site""#),
    (r#"Environment = "mz-dev-site""#, r#"Environment = "production""#),
    (r#"cidrs = ["10.0.0.0/16"]"#, r#"cidrs = ["10.1.0.0/16"]"#),
    (r#"["https://example.com"]"#, r#"["https://www.example.com"]"#),
    ("max_age = 80000", "max_age = 600"),
    (r#"["1example23456789abcdefghij"]"#, r#"["2example23456789abcdefghij"]"#),
    ("httpd:latest", "httpd:2.4"),
    ("memory = 512", "memory = 1024"),
    ("desired_count = 1", "desired_count = 2"),
    ("rollback = true", "rollback = false"),
    ("ttl = 300", "ttl = 10"),
    (r#"methods = ["GET"]"#, r#"methods = ["POST", "PUT"]"#),
    ("[api.cors]", "[api.access_log]\nformat = \"$context.requestId $context.status\"\n\n[api.cors]"),
];

/// Changes fields of all kinds at once.
const CHANGE: &[Step] = &[
    Edit(CHANGES),
    Run("plan --detailed-exitcode", 2),
    Run("apply --yes --no-verify", 0),
    Run("plan --detailed-exitcode", 0),
    Look(answers(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app --include TAGS",
        "services[0].[desiredCount, deploymentConfiguration.deploymentCircuitBreaker.rollback, \
            tags[?key=='Team'].value | [0], tags[?key=='Owner'].value | [0]]",
        "2 False site None",
    )),
    Look(answers(
        "ecs describe-task-definition --task-definition mz-dev-site",
        "taskDefinition.[revision, memory, containerDefinitions[0].image]",
        "2 1024 public.ecr.aws/docker/library/httpd:2.4",
    )),
    Look(answers(
        "apigatewayv2 get-api --api-id <api>",
        "[CorsConfiguration.AllowOrigins[0], CorsConfiguration.MaxAge, Tags.Environment]",
        "https://www.example.com 600 production",
    )),
    Look(answers(
        "apigatewayv2 get-routes --api-id <api>",
        "sort(Items[].RouteKey)",
        "POST /{proxy+} PUT /{proxy+}",
    )),
    Look(answers(
        "apigatewayv2 get-stage --api-id <api> --stage-name $default",
        "[AccessLogSettings.Format, Tags.Team, Tags.Owner]",
        "$context.requestId $context.status site None",
    )),
    Look(answers("logs describe-log-groups", "logGroups[].retentionInDays", "14 14")),
    Look(answers(
        "ec2 describe-security-groups --filters Name=group-name,Values=mz-dev-ecs-sg",
        "SecurityGroups[0].IpPermissions[].IpRanges[].CidrIp",
        "10.1.0.0/16",
    )),
    Look(answers(
        "servicediscovery list-services",
        "Services[].DnsConfig.DnsRecords[0].[Type, TTL]",
        "SRV 10",
    )),
];

/// Changes objects like somebody who works by hand. The next apply must undo it.
const DRIFT: &[Step] = &[
    Look(done(
        "logs put-retention-policy --log-group-name /aws/ecs/fargate/mz-dev-app --retention-in-days 30",
    )),
    Look(done("ecs update-service --cluster mz-dev-ecs-cluster --service mz-dev-app --desired-count 3")),
    Look(done(
        r#"iam put-role-policy --role-name mz-dev-app-role --policy-name more --policy-document '{"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'"#,
    )),
    Run("plan --detailed-exitcode", 2),
    Run("apply --yes --no-verify", 0),
    Run("plan --detailed-exitcode", 0),
    Look(answers(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app",
        "services[0].desiredCount",
        "2",
    )),
    Look(answers(
        "iam list-role-policies --role-name mz-dev-app-role",
        "PolicyNames",
        "mz-dev-app-cloud-watch-log-policy",
    )),
];

/// The edits that reduce the stack.
///
/// They remove a subnet, so that the VPC link is replaced, the access log, CORS and the retention of logs,
/// and they open one route.
const CUTS: &[(&str, &str)] = &[
    (r#", "<last_subnet>""#, ""),
    ("[api.access_log]\nformat = \"$context.requestId $context.status\"", "[api]\naccess_log = false"),
    (
        r#"[api.cors]
allow_origins = ["https://www.example.com"]
allow_headers = ["authorization", "origin", "content-type", "accept", "x-requested-with"]
allow_methods = ["GET", "POST", "DELETE", "PUT"]
allow_credentials = true
max_age = 600
"#,
        "",
    ),
    ("log_retention_days = 14", r#"log_retention_days = "never""#),
    (r#"methods = ["POST", "PUT"]"#, "methods = [\"PUT\"]\nauthorizer = false"),
];

/// Replaces the VPC link, and removes settings that the stack no longer has.
const REDUCTION: &[Step] = &[
    Edit(CUTS),
    Run("plan --detailed-exitcode", 2),
    Run("apply --yes --no-verify", 0),
    Run("plan --detailed-exitcode", 0),
    Look(answers("apigatewayv2 get-vpc-links", "Items[].length(SubnetIds)", "2")),
    Look(keeps("apigatewayv2 get-vpc-links", "Items[].VpcLinkId", "link")),
    Look(answers(
        "apigatewayv2 get-integrations --api-id <api>",
        "Items[].[IntegrationType, ConnectionId]",
        "HTTP_PROXY <link>",
    )),
    Look(answers(
        "apigatewayv2 get-routes --api-id <api>",
        "Items[].[RouteKey, AuthorizationType]",
        "PUT /{proxy+} NONE",
    )),
    Look(answers("apigatewayv2 get-api --api-id <api>", "CorsConfiguration", "None")),
    Look(answers("apigatewayv2 get-stage --api-id <api> --stage-name $default", "AccessLogSettings", "None")),
    Look(answers(
        "logs describe-log-groups",
        "logGroups[].[logGroupName, retentionInDays]",
        "/aws/ecs/fargate/mz-dev-app None",
    )),
];

/// Removes the stack, and checks that nothing is left.
///
/// Like AWS, moto keeps deleted services, clusters and revisions as INACTIVE.
const REMOVAL: &[Step] = &[
    Run("destroy --yes", 0),
    Look(answers("apigatewayv2 get-apis", "length(Items)", "0")),
    Look(answers("apigatewayv2 get-vpc-links", "length(Items)", "0")),
    Look(answers(
        "ecs describe-services --cluster mz-dev-ecs-cluster --services mz-dev-app",
        "services[].status",
        "INACTIVE",
    )),
    Look(answers("ecs describe-clusters --clusters mz-dev-ecs-cluster", "clusters[].status", "INACTIVE")),
    Look(answers("ecs list-task-definitions --status ACTIVE", "length(taskDefinitionArns)", "0")),
    Look(answers("servicediscovery list-services", "length(Services)", "0")),
    Look(answers("servicediscovery list-namespaces", "length(Namespaces)", "0")),
    Look(answers("iam list-roles", "length(Roles)", "0")),
    Look(answers("logs describe-log-groups", "length(logGroups)", "0")),
    Look(answers("ec2 describe-security-groups", "SecurityGroups[].GroupId", "<default_security_group_id>")),
    Look(answers("ec2 describe-network-interfaces", "length(NetworkInterfaces)", "0")),
    Look(answers("ssm describe-parameters", "length(Parameters)", "0")),
];

/// Creates and removes the stack under the same names, beside the inactive remains.
const AGAIN: &[Step] = &[
    Write,
    Run("plan --detailed-exitcode", 2),
    Run("apply --yes --no-verify", 0),
    Run("plan --detailed-exitcode", 0),
    Run("destroy --yes", 0),
];
