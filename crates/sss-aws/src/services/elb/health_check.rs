//! The health checks of target groups.

use aws_sdk_elasticloadbalancingv2::types::{Matcher, ProtocolEnum, TargetGroup as SdkTargetGroup};
use serde::{Deserialize, Serialize};

/// The health check of a target group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    /// `HTTP` or `TCP`.
    pub(crate) protocol: String,
    /// Whether a TCP connection is the check.
    pub(crate) by_connection: bool,
    /// `traffic-port`: the port to which requests come.
    pub(crate) port: String,
    /// The path of a request. `None` for a TCP connection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) path: Option<String>,
    /// The status codes of a healthy task. `None` for a TCP connection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) matcher: Option<String>,
    pub(crate) interval: i32,
    pub(crate) timeout: i32,
    pub(crate) healthy_threshold: i32,
    pub(crate) unhealthy_threshold: i32,
}

impl HealthCheck {
    /// Returns the status codes in the form of the client.
    pub(super) fn matcher(&self) -> Option<Matcher> {
        self.matcher.as_ref().map(|codes| Matcher::builder().http_code(codes).build())
    }
}

/// Decodes the health check. A check by TCP has neither a path nor status codes.
pub(super) fn decode(found: &SdkTargetGroup) -> HealthCheck {
    let protocol = found.health_check_protocol().map_or("", ProtocolEnum::as_str).to_owned();
    let by_http = protocol.starts_with("HTTP");
    let matcher = found.matcher().and_then(Matcher::http_code);
    HealthCheck {
        by_connection: !by_http,
        port: found.health_check_port().unwrap_or("traffic-port").to_owned(),
        path: found.health_check_path().filter(|_| by_http).map(str::to_owned),
        matcher: matcher.filter(|_| by_http).map(str::to_owned),
        interval: found.health_check_interval_seconds().unwrap_or(30),
        timeout: found.health_check_timeout_seconds().unwrap_or(5),
        healthy_threshold: found.healthy_threshold_count().unwrap_or(5),
        unhealthy_threshold: found.unhealthy_threshold_count().unwrap_or(2),
        protocol,
    }
}
