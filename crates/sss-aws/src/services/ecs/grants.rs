//! The rights that calls to ECS need, those of daily operation included.

use crate::grant::{Grant, HERE, IN_CLUSTER, OURS_OR_UNMARKED, When};

/// The rights of all stacks.
pub(super) const ALL: &[Grant] = &[
    Grant::read(
        "ReadTaskDefinitions",
        &["ecs:ListTaskDefinitionFamilies", "ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"],
        &["*"],
        "Reads the revisions of the task definitions. These calls take no resources",
    )
    .when(&[HERE]),
    Grant::read(
        "ReadServices",
        &[
            "ecs:DescribeClusters",
            "ecs:DescribeServices",
            "ecs:ListServiceDeployments",
            "ecs:DescribeServiceDeployments",
            "ecs:DescribeServiceRevisions",
            "ecs:DescribeTasks",
        ],
        &[
            "ecs:{region}:{account}:cluster/{ecs/cluster+}",
            "ecs:{region}:{account}:service/{ecs/cluster+}/*",
            "ecs:{region}:{account}:service-deployment/{ecs/cluster+}/*",
            "ecs:{region}:{account}:service-revision/{ecs/cluster+}/*",
            "ecs:{region}:{account}:task/{ecs/cluster+}/*",
        ],
        "Reads the cluster with its services, deployments and tasks",
    ),
    Grant::read(
        "ListServices",
        &["ecs:ListServices", "ecs:ListTasks"],
        &["*"],
        "Lists the services and the tasks of the cluster. These calls take no resources",
    )
    .when(&[IN_CLUSTER]),
];

/// The rights of stacks with a cluster.
pub(super) const CLUSTER: &[Grant] = &[
    Grant::deploy(
        "Clusters",
        &[
            "ecs:CreateCluster",
            "ecs:PutClusterCapacityProviders",
            "ecs:UpdateCluster",
            "ecs:TagResource",
            "ecs:UntagResource",
            "ecs:DeleteCluster",
        ],
        &["ecs:{region}:{account}:cluster/{ecs/cluster}"],
        "Creates, changes and deletes the cluster",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "RoleOfEcs",
        &["ecs:CreateCluster"],
        &["iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"],
        "ECS creates its service-linked role with the first cluster of the account",
    )
    .with_actions(&["iam:CreateServiceLinkedRole"])
    .when(&[When::new("StringEquals", "iam:AWSServiceName", &["ecs.amazonaws.com"])]),
];

/// The rights of stacks with task definitions.
pub(super) const TASK_DEFINITION: &[Grant] = &[
    Grant::deploy(
        "RegisterTaskDefinitions",
        &["ecs:RegisterTaskDefinition"],
        &["ecs:{region}:{account}:task-definition/{ecs/task-definition}:*"],
        "Registers revisions of the task definitions",
    ),
    Grant::deploy(
        "DeregisterTaskDefinitions",
        &["ecs:DeregisterTaskDefinition"],
        &["*"],
        "Deregisters the revisions of a service that the stack no longer has. The call takes no resources",
    )
    .when(&[HERE]),
    Grant::deploy(
        "PassRoles",
        &["ecs:RegisterTaskDefinition"],
        &["iam::{account}:role/{iam/role+}"],
        "Hands the execution role and the task roles to ECS, and to no other service",
    )
    .with_actions(&["iam:PassRole"])
    .when(&[When::new("StringEquals", "iam:PassedToService", &["ecs-tasks.amazonaws.com"])]),
];

/// The rights of stacks with services.
pub(super) const SERVICE: &[Grant] = &[
    Grant::deploy(
        "Services",
        &[
            "ecs:CreateService",
            "ecs:UpdateService",
            "ecs:DeleteService",
            "ecs:StopServiceDeployment",
            "ecs:ContinueServiceDeployment",
            "ecs:StopTask",
        ],
        &[
            "ecs:{region}:{account}:service/{ecs/cluster+}/{ecs/service}",
            "ecs:{region}:{account}:service-deployment/{ecs/cluster+}/{ecs/service}/*",
            "ecs:{region}:{account}:task/{ecs/cluster+}/*",
        ],
        "Creates, changes and deletes the services, and stops deployments and tasks",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "TagServices",
        &["ecs:TagResource", "ecs:UntagResource"],
        &[
            "ecs:{region}:{account}:service/{ecs/cluster+}/{ecs/service}",
            "ecs:{region}:{account}:task-definition/{ecs/task-definition}:*",
        ],
        "Sets and removes the tags of the services and the task definitions, at their creation and later",
    )
    .when(&[OURS_OR_UNMARKED]),
    Grant::deploy(
        "Exec",
        &["ecs:ExecuteCommand", "ssm:TerminateSession"],
        &[
            "ecs:{region}:{account}:cluster/{ecs/cluster+}",
            "ecs:{region}:{account}:task/{ecs/cluster+}/*",
            "ssm:{region}:{account}:session/ecs-execute-command-*",
        ],
        "Runs commands in containers, of services that allow it, and ends such a session",
    )
    .given("{ecs/service.enable_execute_command}"),
    Grant::deploy(
        "PassInfrastructureRoles",
        &["ecs:CreateService", "ecs:UpdateService"],
        &["{ecs/service.volumes.role_arn}"],
        "Hands ECS the role with which it creates volumes of EBS",
    )
    .with_actions(&["iam:PassRole"])
    .when(&[When::new("StringEquals", "iam:PassedToService", &["ecs.amazonaws.com"])]),
];
