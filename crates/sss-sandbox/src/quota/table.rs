//! The quotas of AWS, as far as AWS or a client of AWS's own says them.
//!
//! - ECS: "Request throttling for the Amazon ECS API", in its API reference. Complete.
//! - API Gateway: "Amazon API Gateway quotas", in its developer guide. Nothing of it can be raised.
//! - Cloud Map: not documented for these operations; the rates are those of `aws/aws-cloud-map-mcs-controller-for-k8s`
//!   (`pkg/common/ratelimiter.go`). `CreatePrivateDnsNamespace` has what `CreateHttpNamespace` has there.
//! - CloudWatch Logs: "CloudWatch Logs quotas", which tells no bursts; a bucket holds what a second brings.
//! - EC2: "Request throttling for the Amazon EC2 API".
//! - STS: "IAM and AWS STS quotas".
//!
//! IAM, the tagging API and Parameter Store have quotas as well, which are documented nowhere, so they have none here.

use super::{
    Operations::{self, All, Any, Narrowed, Whole},
    Row,
};
use crate::service::Service::{self, ApiGateway, CloudMap, Ec2, Ecs, Logs, Sts};

const SECOND: u64 = 1_000_000;

/// A bucket of `size` tokens, with `rate` new ones in a second.
const fn row(service: Service, operations: Operations, size: u64, rate: u64) -> Row {
    Row { service, operations, size, refill: SECOND / rate }
}

/// A bucket of `size` tokens, with a new one every so many seconds.
const fn slow(service: Service, operations: Operations, size: u64, seconds: u64) -> Row {
    Row { service, operations, size, refill: SECOND * seconds }
}

/// All buckets. A call draws on every one that it is in.
pub(super) const ROWS: &[Row] = &[
    row(
        Ecs,
        Any(&[
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ]),
        20,
        1,
    ),
    row(Ecs, Any(&["DescribeClusters", "ListClusters"]), 50, 20),
    row(Ecs, Any(&["RegisterTaskDefinition", "DeregisterTaskDefinition"]), 20, 1),
    row(Ecs, Any(&["DeleteTaskDefinitions"]), 5, 1),
    row(Ecs, Any(&["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"]), 50, 20),
    row(Ecs, Any(&["CreateService", "UpdateService", "DeleteService"]), 50, 5),
    row(Ecs, Any(&["DescribeServices", "ListServices"]), 100, 20),
    row(Ecs, Any(&["DescribeServiceDeployments", "ListServiceDeployments"]), 50, 20),
    row(Ecs, Any(&["DescribeServiceRevisions"]), 50, 20),
    row(Ecs, Any(&["DescribeTasks", "ListTasks"]), 100, 20),
    row(Ecs, Any(&["TagResource", "UntagResource"]), 20, 10),
    row(Ecs, Any(&["ListTagsForResource"]), 50, 20),
    row(ApiGateway, All, 40, 10),
    slow(ApiGateway, Any(&["CreateVpcLink"]), 1, 15),
    slow(ApiGateway, Any(&["DeleteVpcLink"]), 1, 30),
    slow(CloudMap, Any(&["ListNamespaces"]), 5, 2),
    row(CloudMap, Any(&["ListServices"]), 10, 2),
    row(CloudMap, Any(&["GetOperation"]), 200, 100),
    row(CloudMap, Any(&["CreateService"]), 50, 5),
    slow(CloudMap, Any(&["CreatePrivateDnsNamespace"]), 5, 2),
    row(CloudMap, Any(&["RegisterInstance"]), 100, 50),
    row(CloudMap, Any(&["DeregisterInstance"]), 100, 50),
    row(Logs, Any(&["CreateLogGroup"]), 10, 10),
    row(Logs, Any(&["DeleteLogGroup"]), 10, 10),
    row(Logs, Any(&["DescribeLogGroups"]), 10, 10),
    row(Logs, Any(&["PutRetentionPolicy"]), 5, 5),
    row(Logs, Any(&["DeleteRetentionPolicy"]), 5, 5),
    row(Logs, Any(&["ListTagsForResource"]), 5, 5),
    row(Logs, Any(&["ListTagsLogGroup"]), 5, 5),
    row(Logs, Any(&["TagResource"]), 5, 5),
    row(Logs, Any(&["UntagResource"]), 5, 5),
    row(Ec2, Narrowed("DescribeSecurityGroups"), 100, 20),
    row(Ec2, Whole("DescribeSecurityGroups"), 50, 10),
    row(Ec2, Narrowed("DescribeNetworkInterfaces"), 100, 20),
    row(Ec2, Whole("DescribeNetworkInterfaces"), 50, 10),
    row(Ec2, Any(&["DescribeSecurityGroupRules"]), 100, 20),
    row(Ec2, Any(&["DescribeVpcs"]), 100, 20),
    row(Ec2, Any(&["DescribeSubnets"]), 100, 20),
    row(Ec2, Any(&["DescribeAvailabilityZones"]), 100, 20),
    row(Ec2, Any(&["CreateSecurityGroup"]), 50, 5),
    row(Ec2, Any(&["DeleteSecurityGroup"]), 50, 5),
    row(Ec2, Any(&["AuthorizeSecurityGroupIngress"]), 50, 5),
    row(Ec2, Any(&["AuthorizeSecurityGroupEgress"]), 50, 5),
    row(Ec2, Any(&["RevokeSecurityGroupIngress"]), 50, 5),
    row(Ec2, Any(&["RevokeSecurityGroupEgress"]), 50, 5),
    row(Ec2, Any(&["UpdateSecurityGroupRuleDescriptionsIngress"]), 50, 5),
    row(Ec2, Any(&["UpdateSecurityGroupRuleDescriptionsEgress"]), 50, 5),
    row(Ec2, Any(&["CreateTags"]), 100, 10),
    row(Ec2, Any(&["DeleteTags"]), 100, 10),
    row(Sts, All, 600, 600),
];
