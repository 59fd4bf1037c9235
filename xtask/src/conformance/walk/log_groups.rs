//! The log groups of the reference stack.

use crate::conformance::step::{Step, answers, done, keeps, refused};

/// Creates both log groups, with a retention that AWS has and one that it does not have.
pub(super) const STEPS: &[Step] = &[
    done("logs create-log-group --log-group-name /aws/ecs/fargate/mz-dev-app --tags Owner=mamezou"),
    done("logs create-log-group --log-group-name /aws/api-gateway/mz-dev"),
    refused(
        "logs create-log-group --log-group-name /aws/api-gateway/mz-dev",
        "ResourceAlreadyExistsException",
        "",
    ),
    done("logs put-retention-policy --log-group-name /aws/api-gateway/mz-dev --retention-in-days 7"),
    refused(
        "logs put-retention-policy --log-group-name /aws/api-gateway/mz-dev --retention-in-days 8",
        "InvalidParameterException",
        "",
    ),
    answers(
        "logs describe-log-groups --log-group-name-prefix /aws/api-gateway/",
        "logGroups[].[logGroupName, retentionInDays]",
        "/aws/api-gateway/mz-dev 7",
    ),
    answers(
        "logs describe-log-groups --log-group-name-prefix /aws/ecs/",
        "logGroups[].[logGroupName, retentionInDays]",
        "/aws/ecs/fargate/mz-dev-app None",
    ),
    done(
        "logs put-log-group-deletion-protection --log-group-identifier /aws/api-gateway/mz-dev \
            --deletion-protection-enabled",
    ),
    answers("logs describe-log-groups", "logGroups[].deletionProtectionEnabled", "True False"),
    refused("logs delete-log-group --log-group-name /aws/api-gateway/mz-dev", "ValidationException", ""),
    done(
        "logs put-log-group-deletion-protection --no-deletion-protection-enabled \
            --log-group-identifier arn:aws:logs:<region>:<account>:log-group:/aws/api-gateway/mz-dev",
    ),
    answers(
        "logs get-data-protection-policy --log-group-identifier /aws/api-gateway/mz-dev",
        "[logGroupIdentifier, policyDocument]",
        "/aws/api-gateway/mz-dev None",
    ),
    answers(
        "logs describe-index-policies --log-group-identifiers /aws/api-gateway/mz-dev",
        "length(indexPolicies)",
        "0",
    ),
    keeps("logs describe-log-groups --no-paginate --limit 1", "nextToken", "groups_token"),
    answers(
        "logs describe-log-groups --no-paginate --next-token <groups_token>",
        "logGroups[].logGroupName",
        "/aws/ecs/fargate/mz-dev-app",
    ),
    refused(
        "logs describe-resource-policies --no-paginate --next-token <groups_token>",
        "InvalidParameterException",
        "The specified nextToken is invalid.",
    ),
    answers(
        "logs list-tags-for-resource \
            --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/ecs/fargate/mz-dev-app",
        "tags",
        "mamezou",
    ),
];
