//! The log groups of the reference stack.

use crate::conformance::step::{Step, answers, done, refused};

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
    answers(
        "logs list-tags-for-resource \
            --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/ecs/fargate/mz-dev-app",
        "tags",
        "mamezou",
    ),
];
