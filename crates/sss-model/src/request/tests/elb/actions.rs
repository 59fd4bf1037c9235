//! Actions and conditions of listeners and rules.

use serde_json::{Value, json};

use super::super::table::{each, long};
use super::{BALANCER, GROUP, OTHER, forward, listener, rule};

#[test]
fn actions_end_with_an_answer() {
    let table = listener();
    let at = "/DefaultActions";
    table.lacks(at, &["ELB-ACT-001 DefaultActions"]);
    table.names(at, json!([]), "ELB-ACT-001/too-few");
    table.names(at, json!([{ "Type": "FORWARD", "TargetGroupArn": GROUP }]), "ELB-ACT-001/unknown-choice");
    table.names(at, json!([{ "Type": "forward" }]), "ELB-ACT-001/no-configuration");
    table.names(at, json!([{ "Type": "redirect" }]), "ELB-ACT-001/no-configuration");
    let jwt =
        json!({ "Type": "jwt-validation", "JwtValidationConfig": { "JwksEndpoint": "a", "Issuer": "b" } });
    table.names(at, json!([jwt]), "ELB-ACT-001/no-answer");
    table.takes(at, [json!([jwt, forward()[0]])]);
    table.names(at, json!([forward()[0], forward()[0]]), "ELB-ACT-001/not-last");
    table.breaks(
        at,
        [json!([{ "Type": "forward", "TargetGroupArn": BALANCER }])],
        &["ELB-LSN-003 DefaultActions[0].TargetGroupArn"],
    );
}

#[test]
fn forward_names_one_to_five_groups() {
    let table = listener();
    let to = |groups: Value| json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": groups } }]);
    let one = |weight: i64| json!({ "TargetGroupArn": GROUP, "Weight": weight });
    let other = |weight: i64| json!({ "TargetGroupArn": OTHER, "Weight": weight });
    let at = "/DefaultActions";
    table.takes(at, [to(json!([one(0)])), to(json!([one(999), other(1)]))]);
    table.names(at, to(json!([one(1000)])), "ELB-ACT-002/out-of-range");
    table.names(at, to(json!([one(1), { "TargetGroupArn": OTHER }])), "ELB-ACT-002/no-weight");
    table.names(at, to(json!([one(1), one(2)])), "ELB-ACT-002/listed-twice");
    table.names(at, json!([{ "Type": "forward", "ForwardConfig": {} }]), "ELB-ACT-002/required");
    let groups: Value =
        (0..6).map(|number| json!({ "TargetGroupArn": format!("{GROUP}{number}"), "Weight": 1 })).collect();
    table.names(at, to(groups), "ELB-ACT-002/too-many");
    let both = |arn: &str| json!([{ "Type": "forward", "TargetGroupArn": arn, "ForwardConfig": { "TargetGroups": [one(1)] } }]);
    table.takes(at, [both(GROUP)]);
    table.names(at, both(OTHER), "ELB-ACT-002/other-group");
}

#[test]
fn responses_and_redirects_have_forms() {
    let table = listener();
    let at = "/DefaultActions";
    let fixed = |response: Value| json!([{ "Type": "fixed-response", "FixedResponseConfig": response }]);
    table.takes(at, [fixed(json!({ "StatusCode": "404", "ContentType": "text/plain", "MessageBody": "" }))]);
    for code in ["304", "99", "600", "4xx", ""] {
        table.names(at, fixed(json!({ "StatusCode": code })), "ELB-ACT-003/not-a-status");
    }
    table.names(at, fixed(json!({})), "ELB-ACT-003/required");
    table.names(
        at,
        fixed(json!({ "StatusCode": "503", "MessageBody": "a".repeat(1025) })),
        "ELB-ACT-003/too-long",
    );
    table.names(
        at,
        fixed(json!({ "StatusCode": "503", "ContentType": "text/xml" })),
        "ELB-ACT-003/unknown-choice",
    );

    let to = |redirect: Value| json!([{ "Type": "redirect", "RedirectConfig": redirect }]);
    let secure = json!({ "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301" });
    table.takes(at, [to(secure)]);
    table.names(at, to(json!({ "Port": "443" })), "ELB-ACT-004/required");
    table.names(at, to(json!({ "Port": "443", "StatusCode": "301" })), "ELB-ACT-004/unknown-choice");
    let kept = json!({ "Host": "#{host}", "Path": "/#{path}", "StatusCode": "HTTP_302" });
    table.names(at, to(kept), "ELB-ACT-004/loop");
    let path = |path: &str| to(json!({ "Path": path, "StatusCode": "HTTP_302" }));
    table.names(at, path("a"), "ELB-ACT-004/not-a-path");
    table.names(at, path(&format!("/{}", "a".repeat(128))), "ELB-ACT-004/too-long");
    table.names(at, path(""), "ELB-ACT-004/too-short");
}

#[test]
fn rule_has_a_priority_and_conditions() {
    let table = rule();
    table.takes("/Priority", [json!(50000)]);
    table.breaks("/Priority", [json!(0), json!(50001)], &["ELB-RULE-001 Priority"]);
    table.lacks("/Priority", &["ELB-RULE-001 Priority"]);
    table.lacks("/Conditions", &["ELB-RULE-002 Conditions"]);
    table.names("/Conditions", json!([]), "ELB-RULE-002/too-few");
    table.breaks("/ListenerArn", each([BALANCER]), &["ELB-LSN-003 ListenerArn"]);
    table.names(
        "/Conditions",
        json!([{ "Field": "cookie", "Values": ["a"] }]),
        "ELB-RULE-002/unknown-choice",
    );
    table.names("/Conditions", json!([{ "Values": ["a"] }]), "ELB-RULE-002/required");
    let path = |values: Value| json!({ "Field": "path-pattern", "PathPatternConfig": { "Values": values } });
    table.takes("/Conditions", [json!([path(json!(["/a", "/b", "/c", "/d", "/e"]))])]);
    table.names(
        "/Conditions",
        json!([path(json!(["/a", "/b", "/c", "/d", "/e", "/f"]))]),
        "ELB-RULE-002/too-many-values",
    );
    table.names(
        "/Conditions",
        json!([path(json!(["/a*?", "/b*?", "/c*?"]))]),
        "ELB-RULE-002/too-many-wildcards",
    );
    table.names("/Conditions", json!([path(json!([]))]), "ELB-RULE-002/no-value");
    table.names("/Conditions", json!([path(json!(["/a"])), path(json!(["/b"]))]), "ELB-RULE-002/field-twice");
    let mut other = path(json!(["/a"]));
    other["HostHeaderConfig"] = json!({ "Values": ["a.b"] });
    table.names("/Conditions", json!([other]), "ELB-RULE-002/other-field");
    table.takes("/Conditions", [json!([{ "Field": "path-pattern", "Values": ["/a*"] }])]);
    table.names("/Conditions", json!([{ "Field": "query-string" }]), "ELB-RULE-002/no-value");
}

#[test]
fn values_of_conditions_have_forms() {
    let table = rule();
    let of =
        |field: &str, member: &str, value: &str| json!([{ "Field": field, member: { "Values": [value] } }]);
    let path = |value: &str| of("path-pattern", "PathPatternConfig", value);
    table.takes("/Conditions", [path("/orders/*"), path("*"), path(&"a".repeat(128))]);
    table.names("/Conditions", path(&"a".repeat(129)), "ELB-RULE-003/too-long");
    for wrong in ["", "/a b", "/{id}", "/é"] {
        table.names("/Conditions", path(wrong), "ELB-RULE-003/not-a-path");
    }
    let host = |value: &str| of("host-header", "HostHeaderConfig", value);
    table.takes("/Conditions", [host("*.example.com"), host("a-1.example.com")]);
    for wrong in ["example", "a.1", "a_b.com", "a.", ""] {
        table.names("/Conditions", host(wrong), "ELB-RULE-003/not-a-host");
    }
    let method = |value: &str| of("http-request-method", "HttpRequestMethodConfig", value);
    table.takes("/Conditions", [method("GET"), method("M-SEARCH")]);
    table.names("/Conditions", method("get"), "ELB-RULE-003/not-a-method");
    let source = |value: &str| of("source-ip", "SourceIpConfig", value);
    table.takes("/Conditions", [source("10.0.0.0/8"), source("2001:db8::/32")]);
    table.names("/Conditions", source("10.0.0.1"), "ELB-RULE-003/not-a-range");
    let header = "/Conditions/0/HttpHeaderConfig/HttpHeaderName";
    table.takes(header, long([40]));
    table.names(header, json!("a".repeat(41)), "ELB-RULE-003/too-long");
    for wrong in ["", "x y", "Host"] {
        table.names(header, json!(wrong), "ELB-RULE-003/not-a-header");
    }
    table.lacks(header, &["ELB-RULE-003 Conditions[0].HttpHeaderConfig.HttpHeaderName"]);
    let query = json!([{ "Field": "query-string", "QueryStringConfig": { "Values": [{ "Key": "a", "Value": "b" }] } }]);
    table.takes("/Conditions", [query]);
}
