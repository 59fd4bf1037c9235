//! Which error code a service answers with when a rule is broken.

use sss_model::{Problem, request::Operation};

use About::{All, Case};

/// The answer to a problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) status: u16,
    /// Where the answer stands among the others: AWS meets the problem of the lowest first.
    pub(super) rank: usize,
}

/// Which problems of a rule a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Problems of every case.
    All,
    /// Problems of the case of this name.
    Case(&'static str),
}

impl About {
    pub(super) fn fits(self, problem: &Problem) -> bool {
        match self {
            About::All => true,
            About::Case(name) => problem.case == name,
        }
    }
}

/// The answer to the problems that fit all of the row.
pub(super) struct Row {
    /// The beginning of the operation's name.
    pub(super) operations: &'static str,
    /// The beginning of the rule's id.
    pub(super) rules: &'static str,
    pub(super) about: About,
    /// `None` where the service takes the request.
    code: Option<&'static str>,
}

const fn row(operations: &'static str, rules: &'static str, about: About, code: &'static str) -> Row {
    Row { operations, rules, about, code: Some(code) }
}

/// The row of problems that a call takes: only the AWS CLI refuses them, or an operation that the call starts fails.
const fn taken(operations: &'static str, rules: &'static str) -> Row {
    Row { operations, rules, about: About::All, code: None }
}

/// The first row that fits a problem answers it: first what cannot be read, then what a value may be, then what it means.
pub(super) const ROWS: &[Row] = &[
    row("ec2:", "PARAM-001", All, "UnknownParameter"),
    taken("", "PARAM-001"),
    row("ec2:", "PARAM-002", All, "InvalidParameterValue"),
    row("iam:", "PARAM-002", All, "MalformedInput"),
    row("elbv2:", "PARAM-002", All, "MalformedInput"),
    row("", "PARAM-002", All, "SerializationException"),
    // ECS.
    row("ecs:", "TAG-", All, "InvalidParameterException"),
    row("ecs:RegisterTaskDefinition", "", All, "ClientException"),
    row("ecs:CreateService", "ECS-SVC-040", Case("unknown-choice"), "PlatformUnknownException"),
    row("ecs:CreateService", "", All, "InvalidParameterException"),
    // Cloud Map.
    taken("servicediscovery:CreatePrivateDnsNamespace", "CM-NS-006"),
    row("servicediscovery:", "TAG-001", All, "TooManyTagsException"),
    row("servicediscovery:", "TAG-005", All, "TooManyTagsException"),
    row("servicediscovery:", "", All, "InvalidInput"),
    // API Gateway.
    row("apigatewayv2:", "APIGW-STAGE-022", All, "NotFoundException"),
    row("apigatewayv2:", "", All, "BadRequestException"),
    // IAM.
    row("iam:", "IAM-ROLE-005", Case("too-short"), "ValidationError"),
    row("iam:", "IAM-ROLE-005", Case("too-long"), "ValidationError"),
    row("iam:", "IAM-ROLE-005", All, "InvalidInput"),
    row("iam:", "IAM-ROLE-006", Case("required"), "ValidationError"),
    row("iam:", "IAM-ROLE-006", Case("too-short"), "ValidationError"),
    row("iam:", "IAM-ROLE-006", Case("too-long"), "ValidationError"),
    row("iam:", "IAM-ROLE-006", All, "InvalidInput"),
    row("iam:", "IAM-ROLE-", All, "ValidationError"),
    row("iam:", "IAM-POL-000", All, "ValidationError"),
    row("iam:", "IAM-POL-010", Case("invalid-characters"), "ValidationError"),
    row("iam:", "IAM-POL-011", All, "ValidationError"),
    row("iam:", "TAG-002", All, "ValidationError"),
    row("iam:", "TAG-001", All, "LimitExceeded"),
    row("iam:", "TAG-", All, "InvalidInput"),
    row("iam:", "IAM-POL-012", All, "LimitExceeded"),
    row("iam:", "IAM-TRUST-008", All, "LimitExceeded"),
    row("iam:", "", All, "MalformedPolicyDocument"),
    // EC2.
    row("ec2:", "SG-010", All, "InvalidParameterValue"),
    row("ec2:", "SG-013", All, "InvalidParameterValue"),
    row("ec2:", "", Case("required"), "MissingParameter"),
    row("ec2:", "PARAM-003", Case("no-group"), "MissingParameter"),
    row("ec2:", "SG-001", All, "MissingParameter"),
    row("ec2:", "SG-012", Case("no-source"), "MissingParameter"),
    row("ec2:", "SG-012", Case("no-other-side"), "MissingParameter"),
    row("ec2:", "SG-012", All, "InvalidParameterCombination"),
    row("ec2:CreateSecurityGroup", "EC2-ID-001", All, "InvalidVpcID.Malformed"),
    row("ec2:", "EC2-ID-001", All, "InvalidGroupId.Malformed"),
    row("ec2:", "TAG-001", All, "TagLimitExceeded"),
    row("ec2:", "", All, "InvalidParameterValue"),
    // Elastic Load Balancing.
    row("elbv2:", "TAG-001", All, "TooManyTags"),
    row("elbv2:", "TAG-004", All, "DuplicateTagKeys"),
    row("elbv2:CreateLoadBalancer", "ELB-LB-005", Case("listed-twice"), "InvalidConfigurationRequest"),
    row("elbv2:CreateTargetGroup", "ELB-TG-014", Case("not-for-protocol"), "InvalidConfigurationRequest"),
    row("elbv2:CreateListener", "ELB-LSN-002", Case("too-many"), "TooManyCertificates"),
    row("elbv2:", "ELB-ACT-002", Case("too-many"), "TooManyTargetGroups"),
    row("elbv2:", "ELB-ACT-004", Case("loop"), "InvalidLoadBalancerAction"),
    row("elbv2:", "", All, "ValidationError"),
    // Application Auto Scaling.
    row("application-autoscaling:", "", All, "ValidationException"),
    // CloudWatch Logs.
    row("logs:", "TAG-001", All, "TooManyTagsException"),
    row("logs:", "", All, "InvalidParameterException"),
];

/// The codes whose HTTP status is not 400.
const STATUSES: [(&str, u16); 2] = [("LimitExceeded", 409), ("NotFoundException", 404)];

/// Returns the answer of an operation to a problem, or `None` if its service takes the request.
pub(super) fn answer(operation: Operation, problem: &Problem) -> Option<Answer> {
    let fits = |row: &Row| {
        operation.as_str().starts_with(row.operations)
            && problem.rule.starts_with(row.rules)
            && row.about.fits(problem)
    };
    let rank = ROWS.iter().position(fits).expect("each service has a row for every rule");
    let code = ROWS[rank].code?;
    let status = STATUSES.iter().find(|(of, _)| *of == code).map_or(400, |(_, status)| *status);
    Some(Answer { code, status, rank })
}
