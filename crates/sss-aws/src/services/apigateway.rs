//! API Gateway: HTTP APIs with their parts, and VPC links.

pub(crate) mod api;
pub(crate) mod authorizer;
pub(crate) mod dependents;
pub(crate) mod integration;
pub(crate) mod read;
pub(crate) mod route;
pub(crate) mod stage;
pub(crate) mod vpc_link;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["TooManyRequestsException"];

/// The quotas on calls. Source: "Amazon API Gateway quotas", in the developer guide.
pub(crate) const QUOTAS: &[Quota] = &[
    Quota::on_all("API Gateway", Rate::new(40, 10.0)),
    Quota::new("API Gateway CreateVpcLink", &["CreateVpcLink"], Rate::new(1, 1.0 / 15.0)),
    Quota::new("API Gateway DeleteVpcLink", &["DeleteVpcLink"], Rate::new(1, 1.0 / 30.0)),
];
