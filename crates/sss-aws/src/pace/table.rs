//! The quotas of AWS on calls, as far as AWS or a client of AWS's own says them.
//!
//! - ECS: "Request throttling for the Amazon ECS API", in its API reference.
//! - API Gateway: "Amazon API Gateway quotas", in its developer guide.
//! - Cloud Map: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS keeps.
//! - CloudWatch Logs: "CloudWatch Logs quotas", which tells no bursts; a bucket holds what a second brings.
//! - EC2: "Request throttling for the Amazon EC2 API", for calls with a filter.
//! - IAM and the tagging API: documented nowhere; what clients of them found to work.

use std::time::Duration;

use super::Called;

/// A bucket and the calls that draw on it. A call draws on every bucket that it is in.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    service: &'static str,
    /// Empty for all operations of the service.
    operations: &'static [&'static str],
    pub(super) size: u32,
    /// From an empty bucket to its first token.
    pub(super) refill: Duration,
}

impl Row {
    pub(super) fn is_about(&self, called: &Called) -> bool {
        let is_any = self.operations.is_empty() || self.operations.contains(&called.operation.as_str());
        self.service == called.service && is_any
    }
}

/// `rate` calls in a second.
const fn fast(
    name: &'static str,
    service: &'static str,
    operations: &'static [&'static str],
    size: u32,
    rate: u32,
) -> Row {
    Row { name, service, operations, size, refill: Duration::from_nanos(1_000_000_000 / rate as u64) }
}

/// One call in so many seconds.
const fn slow(
    name: &'static str,
    service: &'static str,
    operations: &'static [&'static str],
    size: u32,
    seconds: u64,
) -> Row {
    Row { name, service, operations, size, refill: Duration::from_secs(seconds) }
}

pub(super) const ROWS: &[Row] = &[
    fast(
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
        1,
    ),
    fast("ECS cluster read", "ecs", &["DescribeClusters", "ListClusters"], 50, 20),
    fast("ECS task definition modify", "ecs", &["RegisterTaskDefinition", "DeregisterTaskDefinition"], 20, 1),
    slow("ECS task definition delete", "ecs", &["DeleteTaskDefinitions"], 5, 1),
    fast(
        "ECS task definition read",
        "ecs",
        &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
        50,
        20,
    ),
    fast("ECS service modify", "ecs", &["CreateService", "UpdateService", "DeleteService"], 50, 5),
    fast("ECS service read", "ecs", &["DescribeServices", "ListServices"], 100, 20),
    fast(
        "ECS service deployment",
        "ecs",
        &["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
        50,
        20,
    ),
    fast("ECS service revision", "ecs", &["DescribeServiceRevisions"], 50, 20),
    fast("ECS task read", "ecs", &["DescribeTasks", "ListTasks"], 100, 20),
    fast("ECS tag modify", "ecs", &["TagResource", "UntagResource"], 20, 10),
    fast("ECS tag read", "ecs", &["ListTagsForResource"], 50, 20),
    fast("API Gateway", "apigateway", &[], 40, 10),
    slow("API Gateway CreateVpcLink", "apigateway", &["CreateVpcLink"], 1, 15),
    slow("API Gateway DeleteVpcLink", "apigateway", &["DeleteVpcLink"], 1, 30),
    slow("Cloud Map ListNamespaces", "servicediscovery", &["ListNamespaces"], 5, 2),
    fast("Cloud Map ListServices", "servicediscovery", &["ListServices"], 10, 2),
    fast("Cloud Map GetOperation", "servicediscovery", &["GetOperation"], 200, 100),
    fast("Cloud Map CreateService", "servicediscovery", &["CreateService"], 50, 5),
    slow("Cloud Map namespaces", "servicediscovery", &["CreatePrivateDnsNamespace"], 5, 2),
    fast(
        "Cloud Map instances",
        "servicediscovery",
        &["RegisterInstance", "DeregisterInstance", "ListInstances"],
        50,
        50,
    ),
    fast("CloudWatch Logs CreateLogGroup", "logs", &["CreateLogGroup"], 10, 10),
    fast("CloudWatch Logs DeleteLogGroup", "logs", &["DeleteLogGroup"], 10, 10),
    fast("CloudWatch Logs DescribeLogGroups", "logs", &["DescribeLogGroups"], 10, 10),
    fast("CloudWatch Logs PutRetentionPolicy", "logs", &["PutRetentionPolicy"], 5, 5),
    fast("CloudWatch Logs DeleteRetentionPolicy", "logs", &["DeleteRetentionPolicy"], 5, 5),
    fast("CloudWatch Logs ListTagsForResource", "logs", &["ListTagsForResource"], 5, 5),
    fast("CloudWatch Logs TagResource", "logs", &["TagResource"], 5, 5),
    fast("CloudWatch Logs UntagResource", "logs", &["UntagResource"], 5, 5),
    fast(
        "EC2 read",
        "ec2",
        &[
            "DescribeSecurityGroups",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroupRules",
            "DescribeSubnets",
        ],
        100,
        20,
    ),
    fast("EC2 CreateSecurityGroup", "ec2", &["CreateSecurityGroup"], 50, 5),
    fast("EC2 DeleteSecurityGroup", "ec2", &["DeleteSecurityGroup"], 50, 5),
    fast("EC2 AuthorizeSecurityGroupIngress", "ec2", &["AuthorizeSecurityGroupIngress"], 50, 5),
    fast("EC2 AuthorizeSecurityGroupEgress", "ec2", &["AuthorizeSecurityGroupEgress"], 50, 5),
    fast("EC2 RevokeSecurityGroupIngress", "ec2", &["RevokeSecurityGroupIngress"], 50, 5),
    fast("EC2 RevokeSecurityGroupEgress", "ec2", &["RevokeSecurityGroupEgress"], 50, 5),
    fast("EC2 tags", "ec2", &["CreateTags", "DeleteTags"], 100, 10),
    fast("IAM", "iam", &[], 15, 15),
    fast("Resource Groups Tagging", "tag", &[], 15, 15),
];
