//! The rights that calls to CloudWatch Logs need.

use crate::grant::{Grant, HERE, OURS_OR_UNMARKED};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[
    Grant::read(
        "ListLogGroups",
        &["logs:DescribeLogGroups"],
        &["*"],
        "Finds the log groups of the stack. The listing takes no resources",
    )
    .when(&[HERE]),
    Grant::read(
        "ReadLogs",
        &["logs:ListTagsForResource", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartLiveTail"],
        &[
            "logs:{region}:{account}:log-group:{log-group}",
            "logs:{region}:{account}:log-group:{log-group}:*",
            "logs:{region}:{account}:log-group:{logs/log-group+}",
            "logs:{region}:{account}:log-group:{logs/log-group+}:*",
        ],
        "Reads the tags of the log groups, the lines that `logs` shows, and the last lines of tasks that failed",
    ),
];

/// The log groups of the stack. AWS names a group with and without its streams, depending on the call.
const GROUPS: &[&str] = &[
    "logs:{region}:{account}:log-group:{logs/log-group}",
    "logs:{region}:{account}:log-group:{logs/log-group}:*",
];

/// The rights of stacks with log groups.
pub(super) const LOG_GROUP: &[Grant] = &[Grant::deploy(
    "LogGroups",
    &[
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
        "logs:DeleteRetentionPolicy",
        "logs:AssociateKmsKey",
        "logs:DisassociateKmsKey",
        "logs:TagResource",
        "logs:UntagResource",
        "logs:DeleteLogGroup",
    ],
    GROUPS,
    "Creates, changes and deletes the log groups of the services and of the API",
)
.when(&[OURS_OR_UNMARKED])];
