//! API Gateway: HTTP APIs with their parts, and VPC links.

pub(crate) mod api;
pub(crate) mod authorizer;
pub(crate) mod integration;
pub(crate) mod read;
pub(crate) mod route;
pub(crate) mod stage;
pub(crate) mod vpc_link;
