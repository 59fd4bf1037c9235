//! Cloud Map: namespaces and the services that tasks register in.

pub(crate) mod cloudmap_service;
pub(crate) mod dependents;
pub(crate) mod namespace;
pub(crate) mod read;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["ThrottlingException", "RequestLimitExceeded"];

/// The quotas on calls. Source: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS maintains.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new("Cloud Map ListNamespaces", &["ListNamespaces"], Rate::new(5, 1.0 / 2.0)),
    Quota::new("Cloud Map ListServices", &["ListServices"], Rate::new(10, 2.0)),
    Quota::new("Cloud Map GetOperation", &["GetOperation"], Rate::new(200, 100.0)),
    Quota::new("Cloud Map CreateService", &["CreateService"], Rate::new(50, 5.0)),
    Quota::new("Cloud Map namespaces", &["CreatePrivateDnsNamespace"], Rate::new(5, 1.0 / 2.0)),
    Quota::new("Cloud Map DeregisterInstance", &["DeregisterInstance"], Rate::new(100, 50.0)),
    // Source: kubernetes-sigs/external-dns#2505, which names no burst.
    Quota::new("Cloud Map ListInstances", &["ListInstances"], Rate::new(50, 50.0)),
];
