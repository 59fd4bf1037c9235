//! Cloud Map: namespaces and the services that tasks register in.

pub(crate) mod cloudmap_service;
pub(crate) mod dependents;
pub(crate) mod namespace;
pub(crate) mod read;

use crate::client::pace::{Quota, Rate};

/// The quotas on calls. Source: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS maintains.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::new("Cloud Map ListNamespaces", "servicediscovery", &["ListNamespaces"], Rate::new(5, 1.0 / 2.0)),
    Quota::new("Cloud Map ListServices", "servicediscovery", &["ListServices"], Rate::new(10, 2.0)),
    Quota::new("Cloud Map GetOperation", "servicediscovery", &["GetOperation"], Rate::new(200, 100.0)),
    Quota::new("Cloud Map CreateService", "servicediscovery", &["CreateService"], Rate::new(50, 5.0)),
    Quota::new(
        "Cloud Map namespaces",
        "servicediscovery",
        &["CreatePrivateDnsNamespace"],
        Rate::new(5, 1.0 / 2.0),
    ),
    Quota::new(
        "Cloud Map DeregisterInstance",
        "servicediscovery",
        &["DeregisterInstance"],
        Rate::new(100, 50.0),
    ),
    // Source: kubernetes-sigs/external-dns#2505, which names no burst.
    Quota::new("Cloud Map ListInstances", "servicediscovery", &["ListInstances"], Rate::new(50, 50.0)),
];
