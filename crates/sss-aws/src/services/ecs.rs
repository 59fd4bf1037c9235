//! ECS: clusters, task definitions and services.

pub(crate) mod cluster;
pub(crate) mod dependents;
pub(crate) mod read;
pub(crate) mod service;
pub(crate) mod shared;
pub(crate) mod task_definition;

use crate::client::pace::{Quota, Rate};

/// The quotas on calls. Source: "Request throttling for the Amazon ECS API", in the API reference of ECS.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new(
        "ECS cluster modify",
        "ecs",
        &[
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ],
        Rate::new(20, 1.0),
    ),
    Quota::new("ECS cluster read", "ecs", &["DescribeClusters", "ListClusters"], Rate::new(50, 20.0)),
    Quota::new(
        "ECS task definition modify",
        "ecs",
        &["RegisterTaskDefinition", "DeregisterTaskDefinition"],
        Rate::new(20, 1.0),
    ),
    Quota::new("ECS task definition delete", "ecs", &["DeleteTaskDefinitions"], Rate::new(5, 1.0)),
    Quota::new(
        "ECS task definition read",
        "ecs",
        &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
        Rate::new(50, 20.0),
    ),
    Quota::new(
        "ECS service modify",
        "ecs",
        &["CreateService", "UpdateService", "DeleteService"],
        Rate::new(50, 5.0),
    ),
    Quota::new("ECS service read", "ecs", &["DescribeServices", "ListServices"], Rate::new(100, 20.0)),
    Quota::new(
        "ECS service deployment",
        "ecs",
        &["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
        Rate::new(50, 20.0),
    ),
    Quota::new("ECS service revision", "ecs", &["DescribeServiceRevisions"], Rate::new(50, 20.0)),
    Quota::new("ECS task read", "ecs", &["DescribeTasks", "ListTasks"], Rate::new(100, 20.0)),
    Quota::new("ECS tag modify", "ecs", &["TagResource", "UntagResource"], Rate::new(20, 10.0)),
    Quota::new("ECS tag read", "ecs", &["ListTagsForResource"], Rate::new(50, 20.0)),
];
