//! Which error code a service answers with when a rule is broken.

use sss_model::{Problem, request::Operation};

/// How a problem is answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) status: u16,
    /// Where the answer stands among the others: AWS meets the problem of the lowest first.
    pub(super) rank: usize,
}

/// How the problems are answered that fit all of the row's three texts.
pub(super) struct Row {
    /// With what the operation begins.
    pub(super) operations: &'static str,
    /// With what the rule begins.
    pub(super) rules: &'static str,
    /// What the problem's message has in it.
    pub(super) says: &'static str,
    /// None where the service takes the request.
    code: Option<&'static str>,
}

const fn row(operations: &'static str, rules: &'static str, says: &'static str, code: &'static str) -> Row {
    Row { operations, rules, says, code: Some(code) }
}

/// What the call takes: only the AWS CLI refuses it, or an operation that the call starts fails.
const fn taken(operations: &'static str, rules: &'static str) -> Row {
    Row { operations, rules, says: "", code: None }
}

/// The first row that fits a problem answers it: first what cannot be read, then what a value may be, then what it means.
pub(super) const ROWS: &[Row] = &[
    row("ec2:", "PARAM-001", "", "UnknownParameter"),
    taken("", "PARAM-001"),
    row("ec2:", "PARAM-002", "", "InvalidParameterValue"),
    row("iam:", "PARAM-002", "", "MalformedInput"),
    row("", "PARAM-002", "", "SerializationException"),
    // ECS.
    row("ecs:", "TAG-", "", "InvalidParameterException"),
    row("ecs:RegisterTaskDefinition", "", "", "ClientException"),
    row("ecs:CreateService", "ECS-SVC-040", "is not one of", "PlatformUnknownException"),
    row("ecs:CreateService", "", "", "InvalidParameterException"),
    // Cloud Map.
    taken("servicediscovery:CreatePrivateDnsNamespace", "CM-NS-006"),
    row("servicediscovery:", "TAG-001", "", "TooManyTagsException"),
    row("servicediscovery:", "TAG-005", "", "TooManyTagsException"),
    row("servicediscovery:", "", "", "InvalidInput"),
    // API Gateway.
    row("apigatewayv2:", "APIGW-STAGE-022", "", "NotFoundException"),
    row("apigatewayv2:", "", "", "BadRequestException"),
    // IAM.
    row("iam:", "IAM-ROLE-005", "characters", "ValidationError"),
    row("iam:", "IAM-ROLE-005", "", "InvalidInput"),
    row("iam:", "IAM-ROLE-006", "is required", "ValidationError"),
    row("iam:", "IAM-ROLE-006", "characters", "ValidationError"),
    row("iam:", "IAM-ROLE-006", "", "InvalidInput"),
    row("iam:", "IAM-ROLE-", "", "ValidationError"),
    row("iam:", "IAM-POL-000", "", "ValidationError"),
    row("iam:", "IAM-POL-010", "beyond Latin-1", "ValidationError"),
    row("iam:", "IAM-POL-011", "", "ValidationError"),
    row("iam:", "TAG-002", "", "ValidationError"),
    row("iam:", "TAG-001", "", "LimitExceeded"),
    row("iam:", "TAG-", "", "InvalidInput"),
    row("iam:", "IAM-POL-012", "", "LimitExceeded"),
    row("iam:", "IAM-TRUST-008", "", "LimitExceeded"),
    row("iam:", "", "", "MalformedPolicyDocument"),
    // EC2.
    row("ec2:", "SG-010", "", "InvalidParameterValue"),
    row("ec2:", "SG-013", "", "InvalidParameterValue"),
    row("ec2:", "", "is required", "MissingParameter"),
    row("ec2:", "SG-001", "", "MissingParameter"),
    row("ec2:", "SG-012", "names no other side", "MissingParameter"),
    row("ec2:", "SG-012", "", "InvalidParameterCombination"),
    row("ec2:CreateSecurityGroup", "EC2-ID-001", "", "InvalidVpcID.Malformed"),
    row("ec2:", "EC2-ID-001", "", "InvalidGroupId.Malformed"),
    row("ec2:", "TAG-001", "", "TagLimitExceeded"),
    row("ec2:", "SG-030", "", "RulesPerSecurityGroupLimitExceeded"),
    row("ec2:", "", "", "InvalidParameterValue"),
    // CloudWatch Logs.
    row("logs:", "TAG-001", "", "TooManyTagsException"),
    row("logs:", "", "", "InvalidParameterException"),
];

/// The codes whose HTTP status is not 400.
const STATUSES: [(&str, u16); 2] = [("LimitExceeded", 409), ("NotFoundException", 404)];

/// How an operation answers a problem; none if its service takes the request.
pub(super) fn answer(operation: Operation, problem: &Problem) -> Option<Answer> {
    let fits = |row: &Row| {
        operation.as_str().starts_with(row.operations)
            && problem.rule.starts_with(row.rules)
            && problem.message.contains(row.says)
    };
    let rank = ROWS.iter().position(fits).expect("each service has a row for every rule");
    let code = ROWS[rank].code?;
    let status = STATUSES.iter().find(|(of, _)| *of == code).map_or(400, |(_, status)| *status);
    Some(Answer { code, status, rank })
}
