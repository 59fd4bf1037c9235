//! The roles of the reference stack.

use crate::conformance::step::{Step, answers, done, keeps, refused};

pub(super) const STEPS: &[Step] = &[
    keeps(
        r#"iam create-role --role-name mz-dev-ecs-task-exec-role --assume-role-policy-document '{"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole"}]}' --tags Key=Owner,Value=mamezou"#,
        "Role.Arn",
        "execution_role",
    ),
    refused(
        r#"iam create-role --role-name MZ-DEV-ecs-task-exec-role --assume-role-policy-document '{"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole"}]}'"#,
        "EntityAlreadyExists",
        "",
    ),
    refused(
        "iam create-role --role-name mz-dev-broken --assume-role-policy-document '{}'",
        "MalformedPolicyDocument",
        "",
    ),
    answers(
        "iam get-role --role-name mz-dev-ecs-task-exec-role",
        "Role.[RoleName, Path, AssumeRolePolicyDocument.Statement[0].Principal.Service, Tags[0].Value]",
        "mz-dev-ecs-task-exec-role / ecs-tasks.amazonaws.com mamezou",
    ),
    refused("iam get-role --role-name mz-dev-nobody", "NoSuchEntity", ""),
    done("iam update-role --role-name mz-dev-ecs-task-exec-role --max-session-duration 7200"),
    answers(
        "iam get-role --role-name mz-dev-ecs-task-exec-role",
        "Role.[RoleName, MaxSessionDuration]",
        "mz-dev-ecs-task-exec-role 7200",
    ),
    refused("iam list-roles --no-paginate --marker mz-dev", "ValidationError", "Invalid Marker."),
    answers(
        "iam list-roles",
        "Roles[?starts_with(RoleName, `mz-dev`)].Arn",
        "arn:aws:iam::<account>:role/mz-dev-ecs-task-exec-role",
    ),
    done(
        "iam attach-role-policy --role-name mz-dev-ecs-task-exec-role \
            --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ),
    answers(
        "iam list-attached-role-policies --role-name mz-dev-ecs-task-exec-role",
        "AttachedPolicies[].PolicyName",
        "AmazonECSTaskExecutionRolePolicy",
    ),
    done(
        r#"iam put-role-policy --role-name mz-dev-ecs-task-exec-role --policy-name mz-dev-cloud-watch-policy
            --policy-document '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Action": "cloudwatch:PutMetricData", "Resource": "*"}]}'"#,
    ),
    refused(
        "iam put-role-policy --role-name mz-dev-ecs-task-exec-role --policy-name broken --policy-document '{'",
        "MalformedPolicyDocument",
        "",
    ),
    answers(
        "iam list-role-policies --role-name mz-dev-ecs-task-exec-role",
        "PolicyNames",
        "mz-dev-cloud-watch-policy",
    ),
    answers(
        "iam get-role-policy --role-name mz-dev-ecs-task-exec-role --policy-name mz-dev-cloud-watch-policy",
        "PolicyDocument.Statement[0].[Effect, Action, Resource]",
        "Allow cloudwatch:PutMetricData *",
    ),
    refused(
        "iam delete-role --role-name mz-dev-ecs-task-exec-role",
        "DeleteConflict",
        "Cannot delete entity",
    ),
];
