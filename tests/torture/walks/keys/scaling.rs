//! The keys of autoscaling.
//!
//! The times are far away or by `cron`, which never comes in the sandbox: an action that has happened changes bounds.

use super::Key;

/// Keys that can change in a live account, as in [`KEYS`](super::KEYS).
pub(super) const KEYS: &[Key] = &[
    (
        "services.*.scaling",
        r#"[null, {"min": 1, "max": 3}, {"min": 1, "max": 4, "cpu": 60, "memory": 70},
            {"min": 2, "max": 4, "schedule": [{"name": "night", "at": "cron(0 22 * * ? *)", "min": 1}],
             "steps": [{"name": "busy", "adjustment": "change", "ranges": [{"from": 0, "change": 1}]}]}]"#,
    ),
    ("services.*.scaling.cpu", "[null, 50, 60]"),
    ("services.*.scaling.max", "[3, 4, 5]"),
    ("services.*.scaling.memory", "[null, 70, 80]"),
    ("services.*.scaling.min", "[1, 2, 3]"),
    ("services.*.scaling.requests", "[null, 500, 1000]"),
    ("services.*.scaling.scale_in", "[true, false]"),
    ("services.*.scaling.scale_in_cooldown", "[60, 300]"),
    ("services.*.scaling.scale_out_cooldown", "[60, 300]"),
    (
        "services.*.scaling.schedule",
        r#"[[], [{"name": "night", "at": "cron(0 22 * * ? *)", "min": 1}],
            [{"name": "day", "at": "cron(0 7 * * ? *)", "time_zone": "Europe/Berlin", "min": 2, "max": 4},
             {"name": "night", "at": "cron(0 21 * * ? *)", "max": 3}]]"#,
    ),
    ("services.*.scaling.schedule.[].at", r#"["cron(0 7 ? * MON-FRI *)", "cron(0 8 * * ? *)"]"#),
    ("services.*.scaling.schedule.[].max", "[null, 4, 5]"),
    ("services.*.scaling.schedule.[].min", "[null, 1, 2]"),
    ("services.*.scaling.schedule.[].name", r#"["day", "night"]"#),
    ("services.*.scaling.schedule.[].time_zone", r#"[null, "Europe/Berlin", "Asia/Tokyo"]"#),
    (
        "services.*.scaling.steps",
        r#"[[], [{"name": "busy", "adjustment": "change", "ranges": [{"from": 0, "change": 1}]}],
            [{"name": "calm", "adjustment": "percent", "at_least": 2, "ranges": [{"to": 0, "change": -50}]},
             {"name": "busy", "adjustment": "exact",
              "ranges": [{"from": 0, "to": 10, "change": 3}, {"from": 10, "change": 4}]}]]"#,
    ),
    ("services.*.scaling.steps.[].adjustment", r#"["change", "percent", "exact"]"#),
    ("services.*.scaling.steps.[].aggregation", r#"["average", "minimum", "maximum"]"#),
    ("services.*.scaling.steps.[].at_least", "[null, 1, 2]"),
    ("services.*.scaling.steps.[].cooldown", "[60, 300]"),
    ("services.*.scaling.steps.[].name", r#"["busy", "calm"]"#),
    ("services.*.scaling.steps.[].ranges", r#"[[{"from": 0, "change": 1}], [{"to": 0, "change": 2}]]"#),
    ("services.*.scaling.steps.[].ranges.[].change", "[1, 2, 3]"),
    ("services.*.scaling.steps.[].ranges.[].from", "[null, 0, 10]"),
    ("services.*.scaling.steps.[].ranges.[].to", "[null, 0, -10]"),
    ("services.*.scaling.suspended", r#"[[], ["scale_in"], ["scale_in", "scale_out", "schedule"]]"#),
];
