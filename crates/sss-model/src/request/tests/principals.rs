//! The principals of trust policies.

use serde_json::{Value, json};

use super::iam::check_trust;

#[test]
fn principals() {
    let who = |principal: Value, want: &[&str]| check_trust(json!({ "Principal": principal }), want);
    let account = "123456789012";
    let user = "arn:aws:iam::123456789012:user/path/a";
    for taken in [account, "*", user, "arn:aws-cn:iam::123456789012:role/a", "arn:aws:iam::123456789012:root"]
    {
        who(json!({ "AWS": taken }), &[]);
    }
    who(
        json!({ "AWS": [account, user], "Service": ["ec2.amazonaws.com", "logs.eu-west-1.amazonaws.com"] }),
        &[],
    );
    for doubted in ["1234-5678-9012", "arn:aws:sts::123456789012:assumed-role/a/b"] {
        who(json!({ "AWS": doubted }), &["warning IAM-TRUST-003 Principal.AWS"]);
    }
    for refused in [
        "12345678901",
        "1234567890123",
        "app",
        "arn:aws:iam::aws:root",
        "arn:aws:iam::123456789012:root/a",
        "arn:aws:sts::123456789012:assumed-role/",
        "arn:aws:iam::123456789012:group/a",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:s3:::a",
        "arn:aws:iam:eu-west-1:123456789012:root",
        "12345678-9012",
    ] {
        who(json!({ "AWS": refused }), &["IAM-TRUST-003 Principal.AWS"]);
    }
    who(json!("*"), &["IAM-TRUST-003 Principal"]);
    who(json!("ecs-tasks.amazonaws.com"), &["IAM-TRUST-001 Principal"]);
    who(json!({ "Services": "ecs-tasks.amazonaws.com" }), &["IAM-TRUST-001 Principal.Services"]);
    who(json!({ "AWS": 123_456_789_012_u64 }), &["IAM-TRUST-001 Principal.AWS"]);
    let canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    who(json!({ "CanonicalUser": canonical, "Federated": "accounts.google.com" }), &[]);
    for refused in ["79a59d", "*", &canonical[1..], &canonical.replace('7', "g")] {
        who(json!({ "CanonicalUser": refused }), &["IAM-TRUST-009 Principal.CanonicalUser"]);
    }
    who(json!({}), &["IAM-TRUST-002 Principal"]);
    who(json!({ "Service": [] }), &["IAM-TRUST-002 Principal.Service"]);
    who(Value::Null, &["IAM-TRUST-002 Principal"]);
    for refused in
        ["ecs-tasks", "*.amazonaws.com", ".amazonaws.com", "ecs.amazonaws.com.org", "a b.amazonaws.com", "*"]
    {
        who(json!({ "Service": refused }), &["IAM-TRUST-006 Principal.Service"]);
    }
    who(json!({ "Service": "ec2.amazonaws.com.cn" }), &[]);
    let cognito = json!({ "Federated": "cognito-identity.amazonaws.com" });
    who(cognito.clone(), &["IAM-TRUST-007 Principal.Federated"]);
    let condition = json!({ "StringEquals": { "cognito-identity.amazonaws.com:aud": "a" } });
    check_trust(json!({ "Principal": cognito, "Condition": condition }), &[]);
    let not = json!({ "AWS": "123456789012" });
    check_trust(json!({ "Principal": null, "NotPrincipal": not, "Effect": "Deny" }), &[]);
    check_trust(json!({ "Principal": null, "NotPrincipal": not }), &["IAM-TRUST-002 NotPrincipal"]);
    check_trust(json!({ "NotPrincipal": not, "Effect": "Deny" }), &["IAM-TRUST-002 NotPrincipal"]);
}

#[test]
fn federated_principal_is_a_provider() {
    let who = |principal: Value, want: &[&str]| check_trust(json!({ "Principal": principal }), want);
    let account = "arn:aws:iam::123456789012";
    for taken in
        ["oidc-provider/token.actions.githubusercontent.com", "saml-provider/shop", "oidc-provider/a.b/c/d"]
    {
        who(json!({ "Federated": format!("{account}:{taken}") }), &[]);
    }
    for refused in [
        "arn:aws:iam::123456789012:role/x",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:oidc-provider/",
        "arn:aws:iam::1234:oidc-provider/a.b",
        "arn:aws:sts::123456789012:oidc-provider/a.b",
        "arn:aws:iam:eu-west-1:123456789012:saml-provider/shop",
        "token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com",
        "123456789012",
        "*",
    ] {
        who(json!({ "Federated": refused }), &["IAM-TRUST-009 Principal.Federated"]);
    }
    let of_gov_cloud = json!({ "Federated": "cognito-identity-us-gov.amazonaws.com" });
    who(of_gov_cloud, &["warning IAM-TRUST-009 Principal.Federated"]);
}

#[test]
fn service_is_spelled_as_aws_has_it() {
    let who = |principal: Value, want: &[&str]| check_trust(json!({ "Principal": principal }), want);
    for refused in ["ecs-task", "ecs_tasks", "ecstasks", "lamda", "evnts", "apigatway", "schedular"] {
        who(json!({ "Service": format!("{refused}.amazonaws.com") }), &["IAM-TRUST-006 Principal.Service"]);
    }
    for taken in
        ["es", "ses", "sns", "sqs", "ecs-tasks", "logs.eu-west-1", "ops.apigateway", "iotevents", "pods.eks"]
    {
        who(json!({ "Service": format!("{taken}.amazonaws.com") }), &[]);
    }
    who(json!({ "Service": "new-thing.amazonaws.com" }), &["warning IAM-TRUST-006 Principal.Service"]);
}
