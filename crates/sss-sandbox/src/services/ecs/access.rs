//! The permissions of ECS's operations.
//!
//! Source: "Actions, resources, and condition keys for Amazon Elastic Container Service", in the Service
//! Authorization Reference; "Grant permission to tag resources on creation", in the ECS developer guide. Listings of
//! services and tasks count as calls without a resource.

use serde_json::Value;

use super::tag;
use crate::{
    access::{Access, Check, Entry},
    services::iam,
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn("ecs", resource),
    name,
    tags: tag::tags_of_arn,
};

/// The key that narrows an action to a cluster.
const CLUSTER: &[(&str, &str)] = &[("ecs:cluster", "cluster/{cluster=default}")];
/// The keys of a role that tasks assume.
const TASKS: &[(&str, &str)] = &[("iam:PassedToService", "=ecs-tasks.amazonaws.com")];
/// The key of tags that a creation sets.
const CREATION: &[(&str, &str)] = &[("ecs:CreateAction", "={operation}")];
/// The name of a service in its cluster.
const SERVICE: &str = "service/{cluster=default}/{service|services|serviceName}";

const ENTRIES: &[Entry] = &[
    Entry::new(
        &["CreateCluster"],
        &[
            Check::on("cluster/{clusterName=default}"),
            Check::of("ecs:TagResource", "cluster/{clusterName=default}").given("tags").with(CREATION),
            Check::of(
                "iam:CreateServiceLinkedRole",
                "arn:{partition}:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            )
            .with(&[("iam:AWSServiceName", "=ecs.amazonaws.com")])
            .unless(|world| iam::has_service_linked_role(world, "ecs.amazonaws.com")),
        ],
    ),
    Entry::new(
        &["DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"],
        &[Check::on("cluster/{cluster=default}")],
    ),
    Entry::new(&["DescribeClusters"], &[Check::on("cluster/{clusters=default}")]),
    Entry::new(
        &["RegisterTaskDefinition"],
        &[
            Check::on("task-definition/{family}:*"),
            Check::of("ecs:TagResource", "task-definition/{family}:*").given("tags").with(CREATION),
            Check::of("iam:PassRole", "{executionRoleArn}").given("executionRoleArn").with(TASKS),
            Check::of("iam:PassRole", "{taskRoleArn}").given("taskRoleArn").with(TASKS),
        ],
    ),
    Entry::new(&["DeleteTaskDefinitions"], &[Check::on("task-definition/{taskDefinitions}")]),
    Entry::new(
        &[
            "DeregisterTaskDefinition",
            "DescribeTaskDefinition",
            "ListClusters",
            "ListTaskDefinitionFamilies",
            "ListTaskDefinitions",
        ],
        &[Check::on("*")],
    ),
    Entry::new(
        &["CreateService"],
        &[
            Check::on(SERVICE).with(CLUSTER),
            Check::of("ecs:TagResource", SERVICE).given("tags").with(CREATION),
            INFRASTRUCTURE,
        ],
    ),
    Entry::new(&["UpdateService"], &[Check::on(SERVICE).with(CLUSTER), INFRASTRUCTURE]),
    Entry::new(
        &["DeleteService", "DescribeServices", "ListServiceDeployments"],
        &[Check::on(SERVICE).with(CLUSTER)],
    ),
    Entry::new(&["ListContainerInstances"], &[Check::on("cluster/{cluster=default}")]),
    Entry::new(&["ListServices", "ListTasks"], &[Check::on("*").with(CLUSTER)]),
    Entry::new(
        &["DescribeTasks", "StopTask"],
        &[Check::on("task/{cluster=default}/{task|tasks}").with(CLUSTER)],
    ),
    Entry::new(
        &["ExecuteCommand"],
        &[
            Check::on("cluster/{cluster=default}").with(CLUSTER),
            Check::on("task/{cluster=default}/{task}").with(CLUSTER),
        ],
    ),
    Entry::new(&["RunTask"], &[Check::on("task-definition/{taskDefinition}").with(CLUSTER)]),
    Entry::new(&["DescribeServiceDeployments"], &[Check::on("service-deployment/{serviceDeploymentArns}")]),
    Entry::new(
        &["ContinueServiceDeployment", "StopServiceDeployment"],
        &[Check::on("service-deployment/{serviceDeploymentArn}")],
    ),
    Entry::new(&["DescribeServiceRevisions"], &[Check::on("service-revision/{serviceRevisionArns}")]),
    Entry::new(&["ListTagsForResource", "TagResource", "UntagResource"], &[Check::on("{resourceArn}")]),
];

/// The role with which ECS creates volumes.
const INFRASTRUCTURE: Check = Check::of("iam:PassRole", "{volumeConfigurations.managedEBSVolume.roleArn}")
    .given("volumeConfigurations.managedEBSVolume.roleArn")
    .with(&[("iam:PassedToService", "=ecs.amazonaws.com")]);

/// Returns clusters by their names, and roles by their ARNs.
fn name(world: &World, _input: &Value, member: &str, value: &str) -> String {
    match member {
        "cluster" | "clusters" => value.rsplit('/').next().unwrap_or(value).to_owned(),
        "executionRoleArn" | "taskRoleArn" if !value.starts_with("arn:") => {
            world.global_arn("iam", &format!("role/{value}"))
        }
        _ => value.to_owned(),
    }
}
