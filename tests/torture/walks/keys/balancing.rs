//! The keys of backends and of load balancers.

use super::{Key, TAGS};

/// Keys that can change in a live account, as in [`KEYS`](super::KEYS).
pub(super) const KEYS: &[Key] = &[
    ("backend", r#"["cloud_map", "alb", "nlb"]"#),
    ("load_balancers.alb.certificate", CERTIFICATES),
    ("load_balancers.alb.deletion_protection", "[true, false]"),
    ("load_balancers.alb.server_name", SERVER_NAMES),
    ("load_balancers.alb.ssl_policy", POLICIES),
    ("load_balancers.alb.tags", TAGS),
    ("load_balancers.nlb.certificate", CERTIFICATES),
    ("load_balancers.nlb.deletion_protection", "[true, false]"),
    ("load_balancers.nlb.server_name", SERVER_NAMES),
    ("load_balancers.nlb.ssl_policy", POLICIES),
    ("load_balancers.nlb.tags", TAGS),
    ("load_balancers.alb", BALANCERS),
    ("load_balancers.nlb", BALANCERS),
    ("names.alb", r#"[null, "other-alb"]"#),
    ("names.nlb", r#"[null, "other-nlb"]"#),
    (
        "services.*.backend",
        r#"[null, {"kind": "cloud_map", "ttl": 20}, {"kind": "alb"}, {"kind": "nlb"},
            {"kind": "alb", "slow_start": 30, "stickiness": 60, "health_check": {"path": "/health"}},
            {"kind": "nlb", "health_check": {"path": "/health"}}]"#,
    ),
    ("services.*.backend.deregistration_delay", "[0, 30, 60]"),
    ("services.*.backend.health_check", r#"[{}, {"path": "/health"}]"#),
    ("services.*.backend.health_check.healthy_threshold", "[2, 3]"),
    ("services.*.backend.health_check.interval", "[5, 10, 30]"),
    ("services.*.backend.health_check.matcher", r#"[null, "200", "200-299"]"#),
    ("services.*.backend.health_check.path", r#"[null, "/", "/health"]"#),
    ("services.*.backend.health_check.timeout", "[3, 4]"),
    ("services.*.backend.health_check.unhealthy_threshold", "[2, 3]"),
    ("services.*.backend.kind", r#"["cloud_map", "alb", "nlb"]"#),
    ("services.*.backend.slow_start", "[0, 30, 60]"),
    ("services.*.backend.stickiness", "[null, 60, 120]"),
    ("services.*.backend.ttl", "[0, 10, 60, 300]"),
    ("services.*.names.target_group", r#"[null, "group-a", "group-b"]"#),
];

const CERTIFICATES: &str = r#"["arn:aws:acm:REGION:123456789012:certificate/one", "arn:aws:acm:REGION:123456789012:certificate/two"]"#;

const SERVER_NAMES: &str = r#"["one.example.com", "two.example.com"]"#;

const POLICIES: &str = r#"[null, "ELBSecurityPolicy-TLS13-1-2-2021-06"]"#;

const BALANCERS: &str = r#"[{}, {"deletion_protection": true},
    {"certificate": "arn:aws:acm:REGION:123456789012:certificate/one", "server_name": "one.example.com"}]"#;
