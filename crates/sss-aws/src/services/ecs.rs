//! ECS: clusters, task definitions and services.

pub(crate) mod cluster;
pub(crate) mod dependents;
pub(crate) mod read;
pub(crate) mod service;
pub(crate) mod shared;
pub(crate) mod task_definition;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["ThrottlingException"];

/// The quotas on calls. Source: "Request throttling for the Amazon ECS API", in the API reference of ECS.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new(
        "ECS cluster modify",
        &[
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ],
        Rate::new(20, 1.0),
    ),
    Quota::new("ECS cluster read", &["DescribeClusters", "ListClusters"], Rate::new(50, 20.0)),
    Quota::new(
        "ECS task definition modify",
        &["RegisterTaskDefinition", "DeregisterTaskDefinition"],
        Rate::new(20, 1.0),
    ),
    Quota::new("ECS task definition delete", &["DeleteTaskDefinitions"], Rate::new(5, 1.0)),
    Quota::new(
        "ECS task definition read",
        &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
        Rate::new(50, 20.0),
    ),
    Quota::new(
        "ECS service modify",
        &["CreateService", "UpdateService", "DeleteService"],
        Rate::new(50, 5.0),
    ),
    Quota::new("ECS service read", &["DescribeServices", "ListServices"], Rate::new(100, 20.0)),
    Quota::new(
        "ECS service deployment",
        &["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
        Rate::new(50, 20.0),
    ),
    Quota::new("ECS service revision", &["DescribeServiceRevisions"], Rate::new(50, 20.0)),
    Quota::new("ECS task read", &["DescribeTasks", "ListTasks"], Rate::new(100, 20.0)),
    Quota::new("ECS tag modify", &["TagResource", "UntagResource"], Rate::new(20, 10.0)),
    Quota::new("ECS tag read", &["ListTagsForResource"], Rate::new(50, 20.0)),
];
