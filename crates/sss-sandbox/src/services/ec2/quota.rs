//! The quotas on calls of EC2.
//!
//! EC2 counts a listing with filters or pages in another bucket than one that asks for everything.

use crate::quota::{Calls, Quota};

/// Quotas on the calls of this service.
///
/// Source: "Request throttling for the Amazon EC2 API".
pub(super) const QUOTAS: &[Quota] = &[
    Quota::new(Calls::Narrowed("DescribeSecurityGroups"), 100, 20),
    Quota::new(Calls::Whole("DescribeSecurityGroups"), 50, 10),
    Quota::new(Calls::Narrowed("DescribeNetworkInterfaces"), 100, 20),
    Quota::new(Calls::Whole("DescribeNetworkInterfaces"), 50, 10),
    Quota::new(Calls::Any(&["DescribeSecurityGroupRules"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeVpcs"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeSubnets"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeRouteTables"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeAvailabilityZones"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeNatGateways"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeNetworkAcls"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeVpcAttribute"]), 100, 20),
    Quota::new(Calls::Any(&["DescribeVpcEndpoints"]), 100, 20),
    Quota::new(Calls::Any(&["CreateSecurityGroup"]), 50, 5),
    Quota::new(Calls::Any(&["DeleteSecurityGroup"]), 50, 5),
    Quota::new(Calls::Any(&["AuthorizeSecurityGroupIngress"]), 50, 5),
    Quota::new(Calls::Any(&["AuthorizeSecurityGroupEgress"]), 50, 5),
    Quota::new(Calls::Any(&["RevokeSecurityGroupIngress"]), 50, 5),
    Quota::new(Calls::Any(&["RevokeSecurityGroupEgress"]), 50, 5),
    Quota::new(Calls::Any(&["UpdateSecurityGroupRuleDescriptionsIngress"]), 50, 5),
    Quota::new(Calls::Any(&["UpdateSecurityGroupRuleDescriptionsEgress"]), 50, 5),
    Quota::new(Calls::Any(&["CreateTags"]), 100, 10),
    Quota::new(Calls::Any(&["DeleteTags"]), 100, 10),
];
