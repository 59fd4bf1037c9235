//! The quotas of AWS on calls, as far as AWS or a client of AWS's own says them.
//!
//! - ECS: "Request throttling for the Amazon ECS API", in its API reference.
//! - API Gateway: "Amazon API Gateway quotas", in its developer guide.
//! - Cloud Map: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS keeps.
//! - CloudWatch Logs: "CloudWatch Logs quotas", which tells no bursts; a bucket holds what a second brings.
//! - EC2: "Request throttling for the Amazon EC2 API", for calls with a filter.
//! - IAM and the tagging API: documented nowhere; what clients of them found to work.

use crate::client::pace::Rate;

/// A bucket and the calls that draw on it. A call draws on every bucket that it is in.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    service: &'static str,
    /// Empty for all operations of the service.
    operations: &'static [&'static str],
    pub(super) rate: Rate,
}

impl Row {
    pub(super) fn is_about(&self, service: &str, operation: &str) -> bool {
        let is_any = self.operations.is_empty() || self.operations.contains(&operation);
        self.service == service && is_any
    }
}

const fn row(
    name: &'static str,
    service: &'static str,
    operations: &'static [&'static str],
    burst: u32,
    per_second: f64,
) -> Row {
    Row { name, service, operations, rate: Rate { burst, per_second } }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "ECS cluster modify",
        "ecs",
        &[
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ],
        20,
        1.0,
    ),
    row("ECS cluster read", "ecs", &["DescribeClusters", "ListClusters"], 50, 20.0),
    row(
        "ECS task definition modify",
        "ecs",
        &["RegisterTaskDefinition", "DeregisterTaskDefinition"],
        20,
        1.0,
    ),
    row("ECS task definition delete", "ecs", &["DeleteTaskDefinitions"], 5, 1.0),
    row(
        "ECS task definition read",
        "ecs",
        &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
        50,
        20.0,
    ),
    row("ECS service modify", "ecs", &["CreateService", "UpdateService", "DeleteService"], 50, 5.0),
    row("ECS service read", "ecs", &["DescribeServices", "ListServices"], 100, 20.0),
    row(
        "ECS service deployment",
        "ecs",
        &["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
        50,
        20.0,
    ),
    row("ECS service revision", "ecs", &["DescribeServiceRevisions"], 50, 20.0),
    row("ECS task read", "ecs", &["DescribeTasks", "ListTasks"], 100, 20.0),
    row("ECS tag modify", "ecs", &["TagResource", "UntagResource"], 20, 10.0),
    row("ECS tag read", "ecs", &["ListTagsForResource"], 50, 20.0),
    row("API Gateway", "apigateway", &[], 40, 10.0),
    row("API Gateway CreateVpcLink", "apigateway", &["CreateVpcLink"], 1, 1.0 / 15.0),
    row("API Gateway DeleteVpcLink", "apigateway", &["DeleteVpcLink"], 1, 1.0 / 30.0),
    row("Cloud Map ListNamespaces", "servicediscovery", &["ListNamespaces"], 5, 1.0 / 2.0),
    row("Cloud Map ListServices", "servicediscovery", &["ListServices"], 10, 2.0),
    row("Cloud Map GetOperation", "servicediscovery", &["GetOperation"], 200, 100.0),
    row("Cloud Map CreateService", "servicediscovery", &["CreateService"], 50, 5.0),
    row("Cloud Map namespaces", "servicediscovery", &["CreatePrivateDnsNamespace"], 5, 1.0 / 2.0),
    row(
        "Cloud Map instances",
        "servicediscovery",
        &["RegisterInstance", "DeregisterInstance", "ListInstances"],
        50,
        50.0,
    ),
    row("CloudWatch Logs CreateLogGroup", "logs", &["CreateLogGroup"], 10, 10.0),
    row("CloudWatch Logs DeleteLogGroup", "logs", &["DeleteLogGroup"], 10, 10.0),
    row("CloudWatch Logs DescribeLogGroups", "logs", &["DescribeLogGroups"], 10, 10.0),
    row("CloudWatch Logs PutRetentionPolicy", "logs", &["PutRetentionPolicy"], 5, 5.0),
    row("CloudWatch Logs DeleteRetentionPolicy", "logs", &["DeleteRetentionPolicy"], 5, 5.0),
    row("CloudWatch Logs ListTagsForResource", "logs", &["ListTagsForResource"], 5, 5.0),
    row("CloudWatch Logs TagResource", "logs", &["TagResource"], 5, 5.0),
    row("CloudWatch Logs UntagResource", "logs", &["UntagResource"], 5, 5.0),
    row(
        "EC2 read",
        "ec2",
        &[
            "DescribeSecurityGroups",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroupRules",
            "DescribeSubnets",
        ],
        100,
        20.0,
    ),
    row("EC2 CreateSecurityGroup", "ec2", &["CreateSecurityGroup"], 50, 5.0),
    row("EC2 DeleteSecurityGroup", "ec2", &["DeleteSecurityGroup"], 50, 5.0),
    row("EC2 AuthorizeSecurityGroupIngress", "ec2", &["AuthorizeSecurityGroupIngress"], 50, 5.0),
    row("EC2 AuthorizeSecurityGroupEgress", "ec2", &["AuthorizeSecurityGroupEgress"], 50, 5.0),
    row("EC2 RevokeSecurityGroupIngress", "ec2", &["RevokeSecurityGroupIngress"], 50, 5.0),
    row("EC2 RevokeSecurityGroupEgress", "ec2", &["RevokeSecurityGroupEgress"], 50, 5.0),
    row("EC2 tags", "ec2", &["CreateTags", "DeleteTags"], 100, 10.0),
    row("IAM", "iam", &[], 15, 15.0),
    row("Resource Groups Tagging", "tag", &[], 15, 15.0),
];
