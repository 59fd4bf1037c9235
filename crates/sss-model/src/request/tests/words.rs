//! The words of problems in requests: whole, as people read them.

use serde_json::{Value, json};

use crate::request::{Operation, Referred, check};

/// Checks the problems of a request: rule, case, message and fix.
fn expect(operation: &str, request: &Value, want: &[&str]) {
    let operation: Operation = operation.parse().expect("an operation");
    let problems = check(operation, request, &Referred::default());
    let got = problems
        .iter()
        .map(|problem| format!("{}/{}: {} / {}", problem.rule, problem.case, problem.message, problem.fix));
    assert_eq!(got.collect::<Vec<_>>(), want, "{request}");
}

/// Checks the problems of a request for an inline policy.
fn expect_policy(document: &Value, want: &[&str]) {
    let request = json!({ "RoleName": "a", "PolicyName": "b", "PolicyDocument": document.to_string() });
    expect("iam:PutRolePolicy", &request, want);
}

#[test]
fn names_of_a_request_have_fixes_for_requests() {
    expect(
        "logs:CreateLogGroup",
        &json!({ "logGroupName": "a b" }),
        &["LOG-001/invalid-name: `a b` cannot be the name of a log group / \
           use 1 to 512 letters, digits and `.-_/#`"],
    );
    expect(
        "logs:PutRetentionPolicy",
        &json!({ "logGroupName": "a", "retentionInDays": 6 }),
        &["LOG-003/unknown-retention: CloudWatch Logs has no retention of 6 days / \
           write one of `5`, `7`; without a retention policy events never expire"],
    );
}

#[test]
fn documents_show_the_wrong_type() {
    expect_policy(
        &json!([]),
        &["IAM-POL-010/wrong-type: the policy in `PolicyDocument` must be an object of JSON, not a list / \
           write the policy as an object of JSON"],
    );
    let statement =
        json!({ "Sid": 1, "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": "a" });
    expect_policy(
        &json!({ "Statement": statement }),
        &[
            "IAM-POL-003/wrong-type: `Sid` must be a string, not a number / write a string for `Sid`",
            "IAM-POL-007/wrong-type: `Condition` must be an object of operators, not a string / \
             write an object of operators for `Condition`",
        ],
    );
}

#[test]
fn conditions_show_what_the_operator_compares() {
    let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": { "NumericEquals": { "aws:a": "b" } } });
    expect_policy(
        &json!({ "Statement": statement }),
        &["IAM-POL-007/invalid-value: the condition operator `NumericEquals` compares a number, not `b` / \
           write a number, or use an operator for other values"],
    );
}

#[test]
fn elements_that_exclude_each_other_are_both_named() {
    let statement = json!({ "Effect": "Allow", "Action": "s3:*", "NotAction": [], "Resource": "*" });
    expect_policy(
        &json!({ "Version": "2012-10-18", "Statement": statement }),
        &[
            "IAM-POL-001/unknown-version: `Version` must be `2012-10-17` or `2008-10-17` / \
             write `\"Version\": \"2012-10-17\"`",
            "IAM-POL-004/both-set: `NotAction` and `Action` are both set; only one of the two is allowed / \
             remove `NotAction` or `Action`",
            "IAM-POL-004/nothing-named: `NotAction` is empty / add an action such as `s3:GetObject` to `NotAction`",
        ],
    );
}

#[test]
fn principals_show_an_example() {
    let trust = |principal: Value, want: &str| {
        let statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal });
        let document = json!({ "Statement": statement }).to_string();
        expect("iam:CreateRole", &json!({ "RoleName": "a", "AssumeRolePolicyDocument": document }), &[want]);
    };
    trust(
        json!("*"),
        "IAM-TRUST-003/anybody: `Principal` is `*`, which IAM refuses in a trust policy / \
         write `{\"AWS\": \"*\"}` to trust anybody",
    );
    trust(
        json!("ecs"),
        "IAM-TRUST-001/wrong-type: `Principal` must be an object, not a string / \
         write an object for `Principal`, such as `{\"Service\": \"ecs-tasks.amazonaws.com\"}`",
    );
    trust(
        json!({ "Service": "ecs" }),
        "IAM-TRUST-006/unknown-service: a service must have a name such as `ecs-tasks.amazonaws.com`, not `ecs` / \
         write a name such as `ecs-tasks.amazonaws.com`",
    );
}

#[test]
fn rules_of_ec2_show_the_parameters_to_set() {
    let ingress = |permission: Value, want: &str| {
        let request = json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] });
        expect("ec2:AuthorizeSecurityGroupIngress", &request, &[want]);
    };
    ingress(
        json!({ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80 }),
        "SG-012/no-other-side: the rule names no addresses and no security group / \
         add an entry to `IpRanges`, `Ipv6Ranges`, `UserIdGroupPairs` or `PrefixListIds`",
    );
    let ranges = json!([{ "CidrIp": "10.0.0.0/16" }]);
    ingress(
        json!({ "IpProtocol": "icmp", "FromPort": 8, "IpRanges": ranges }),
        "SG-013/required: `ToPort` is required: a rule for ICMP has a type and a code / \
         set `FromPort` to the type and `ToPort` to the code",
    );
    ingress(
        json!({ "IpProtocol": "smtp", "IpRanges": ranges }),
        "SG-011/unknown-protocol: `smtp` is not a protocol / \
         write `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a number from 0 to 255",
    );
    ingress(
        json!({ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "10.0.0.0/16" }] }),
        "SG-020/not-a-range: `10.0.0.0/16` is not an IPv6 address with a mask / \
         write a range such as `fd00::/64`",
    );
}

/// Checks the first problem of a request: rule and case.
fn expect_case(operation: &str, request: &Value, want: &str) {
    let operation: Operation = operation.parse().expect("an operation");
    let problems = check(operation, request, &Referred::default());
    let got = problems.first().map(|problem| format!("{}/{}", problem.rule, problem.case));
    assert_eq!(got.as_deref(), Some(want), "{request}");
}

/// Returns a document of one statement with another element.
fn document(mut statement: Value, element: &str, value: Value) -> String {
    statement[element] = value;
    json!({ "Statement": statement }).to_string()
}

#[test]
fn statements_break_a_case_for_each_element() {
    for (element, value, want) in [
        ("Sid", json!("a-b"), "IAM-POL-003/invalid-sid"),
        ("Sid", Value::Null, "IAM-POL-003/wrong-type"),
        ("Effect", json!("allow"), "IAM-POL-005/unknown-effect"),
        ("Action", json!([]), "IAM-POL-004/nothing-named"),
        ("Action", json!([1]), "IAM-POL-004/wrong-type"),
        ("Action", json!("s3"), "IAM-POL-004/not-an-action"),
        ("NotAction", json!("s3:*"), "IAM-POL-004/both-set"),
        ("Resource", json!("a"), "IAM-POL-006/not-an-arn"),
        ("Principal", json!("*"), "IAM-POL-008/principal"),
        ("Actions", json!("s3:*"), "IAM-POL-009/unknown"),
        ("Condition", json!({ "Equals": { "aws:a": "b" } }), "IAM-POL-007/unknown-operator"),
        ("Condition", json!({ "Bool": {} }), "IAM-POL-007/no-key"),
        ("Condition", json!({ "Bool": { "": "b" } }), "IAM-POL-007/empty-key"),
        ("Condition", json!({ "DateEquals": { "aws:a": "b" } }), "IAM-POL-007/invalid-value"),
    ] {
        let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
        let document = document(statement, element, value);
        let request = json!({ "RoleName": "a", "PolicyName": "b", "PolicyDocument": document });
        expect_case("iam:PutRolePolicy", &request, want);
    }
}

#[test]
fn trust_policies_break_a_case_for_each_element() {
    for (element, value, want) in [
        ("Principal", json!({}), "IAM-TRUST-002/nothing-named"),
        ("Principal", json!({ "Users": "a" }), "IAM-TRUST-001/unknown-kind"),
        ("Principal", json!({ "AWS": "" }), "IAM-TRUST-001/no-name"),
        ("Principal", json!({ "AWS": "a" }), "IAM-TRUST-003/unknown-principal"),
        ("NotPrincipal", json!({ "AWS": "*" }), "IAM-TRUST-002/both-set"),
        ("Action", json!("s3:GetObject"), "IAM-TRUST-005/other-action"),
        ("Resource", json!("*"), "IAM-TRUST-004/resource"),
    ] {
        let statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "*" } });
        let document = document(statement, element, value);
        let request = json!({ "RoleName": "a", "AssumeRolePolicyDocument": document });
        expect_case("iam:CreateRole", &request, want);
    }
}

#[test]
fn permissions_break_a_case_for_each_value() {
    let ranges = json!([{ "CidrIp": "10.0.0.0/16" }]);
    for (protocol, from, to, want) in [
        ("tcp", json!(81), json!(80), "SG-010/reversed"),
        ("tcp", json!(80), json!(65536), "SG-010/out-of-range"),
        ("tcp", Value::Null, json!(80), "PARAM-002/null"),
        ("icmp", json!(256), json!(0), "SG-013/out-of-range"),
        ("icmp", json!(-1), json!(3), "SG-013/code-of-every-type"),
    ] {
        let permission =
            json!({ "IpProtocol": protocol, "FromPort": from, "ToPort": to, "IpRanges": ranges });
        let request = json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] });
        expect_case("ec2:AuthorizeSecurityGroupIngress", &request, want);
    }
    for (member, value, want) in [
        ("CidrIp", json!("10.0.0.0/16"), "SG-012/two-forms"),
        ("TagSpecifications", json!([{ "ResourceType": "vpc" }]), "PARAM-002/other-resource"),
    ] {
        let permission = json!({ "IpProtocol": "-1", "IpRanges": ranges });
        let mut request = json!({ "GroupId": "sg-0a1b2c3d", "IpPermissions": [permission] });
        request[member] = value;
        expect_case("ec2:AuthorizeSecurityGroupIngress", &request, want);
    }
}
