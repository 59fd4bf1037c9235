use serde_json::{Value, json};

use super::table::{Table, each, long};

/// A trust policy of one statement, which lacks nothing, with these elements set.
fn trust(elements: Value) -> Value {
    let statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" } });
    document(statement, elements)
}

/// A policy of one statement, which lacks nothing, with these elements set, or taken out where they are null.
fn policy(elements: Value) -> Value {
    document(json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }), elements)
}

fn document(mut statement: Value, elements: Value) -> Value {
    let Value::Object(elements) = elements else { unreachable!("elements are an object") };
    let members = statement.as_object_mut().unwrap();
    for (name, element) in elements {
        if element.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, element);
        }
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string().into()
}

fn role() -> Table {
    let request = json!({ "RoleName": "app", "AssumeRolePolicyDocument": trust(json!({})) });
    Table::of("iam:CreateRole", request)
}

fn inline() -> Table {
    let request = json!({ "RoleName": "app", "PolicyName": "logs", "PolicyDocument": policy(json!({})) });
    Table::of("iam:PutRolePolicy", request)
}

#[test]
fn roles() {
    let role = role();
    role.takes("/RoleName", each(["a", "A0_+=,.@-"]));
    role.takes("/RoleName", long([64]));
    role.breaks("/RoleName", long([0, 65]), &["IAM-ROLE-001 RoleName"]);
    role.breaks("/RoleName", each(["a b", "a/b", "é", "a:b"]), &["IAM-ROLE-001 RoleName"]);
    role.lacks("/RoleName", &["IAM-ROLE-000 RoleName"]);
    role.takes("/Path", each(["/", "/a/", "/a/b/", "/!~/", "///"]));
    role.breaks(
        "/Path",
        each(["", "a", "/a", "a/", "//", "/a b/", "/aws-service-role/x/"]),
        &["IAM-ROLE-002 Path"],
    );
    let path = |length: usize| [json!(format!("/{}/", "a".repeat(length - 2)))];
    role.takes("/Path", path(61));
    role.breaks("/Path", path(62), &["advice IAM-ROLE-001 Path"]);
    role.breaks("/Path", path(512), &["advice IAM-ROLE-001 Path"]);
    role.breaks("/Path", path(513), &["IAM-ROLE-002 Path", "advice IAM-ROLE-001 Path"]);
    role.takes("/Description", each(["", "ë«Ç", "\t\n\r ~¡ÿ"]));
    role.takes("/Description", long([1000]));
    role.breaks("/Description", long([1001]), &["IAM-ROLE-003 Description"]);
    role.breaks(
        "/Description",
        each(["日本", "\u{a0}", "\u{7f}", "\u{0}", "\u{100}"]),
        &["IAM-ROLE-003 Description"],
    );
    role.takes("/MaxSessionDuration", each([3600, 43200]));
    role.breaks("/MaxSessionDuration", each([3599, 43201, 0]), &["IAM-ROLE-004 MaxSessionDuration"]);
    let boundary =
        |length: usize| [json!(format!("arn:aws:iam::123456789012:policy/{}/a", "p".repeat(length - 35)))];
    role.takes("/PermissionsBoundary", each(["arn:aws-cn:iam::aws:policy/a"]));
    role.takes("/PermissionsBoundary", boundary(2048));
    role.breaks("/PermissionsBoundary", boundary(2049), &["IAM-ROLE-005 PermissionsBoundary"]);
    let refused = ["ReadOnlyAccess-of-the-role", "arn:aws:iam::123456789012:role/a"];
    role.breaks("/PermissionsBoundary", each(refused), &["IAM-ROLE-005 PermissionsBoundary"]);
    role.lacks("/AssumeRolePolicyDocument", &["IAM-ROLE-010 AssumeRolePolicyDocument"]);
    role.breaks("/AssumeRolePolicyDocument", [json!({})], &["PARAM-002 AssumeRolePolicyDocument"]);
}

#[test]
fn attachments() {
    let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    let attachment = Table::of("iam:AttachRolePolicy", json!({ "RoleName": "a", "PolicyArn": arn }));
    attachment.takes("/PolicyArn", each(["arn:aws:iam::123456789012:policy/a"]));
    let refused =
        ["AmazonECSTaskExecutionRolePolicy", "arn:aws:iam::1:policy/abcdef", "arn:aws:iam::aws:policy/"];
    attachment.breaks("/PolicyArn", each(refused), &["IAM-ROLE-006 PolicyArn"]);
    attachment.lacks("/PolicyArn", &["IAM-ROLE-006 PolicyArn"]);
}

/// Checks a trust policy with elements; what it breaks stands in its statement, unless it begins with a space.
pub(super) fn check_trust(elements: Value, want: &[&str]) {
    check_document(&role(), "AssumeRolePolicyDocument", trust(elements), want);
}

fn check_policy(elements: Value, want: &[&str]) {
    check_document(&inline(), "PolicyDocument", policy(elements), want);
}

fn check_document(table: &Table, member: &str, document: Value, want: &[&str]) {
    let place = |problem: &&str| match problem.rsplit_once(' ') {
        Some((rule, path)) => format!("{rule} {member}.Statement[0].{path}"),
        None => format!("{problem} {member}.Statement[0]"),
    };
    let want: Vec<String> = want.iter().map(place).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    table.breaks(&format!("/{member}"), [document], &want);
}

#[test]
fn actions_of_trust() {
    let action = |action: Value, want: &[&str]| check_trust(json!({ "Action": action }), want);
    for taken in [
        "sts:AssumeRole",
        "sts:assumerole",
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoleWithSAML",
        "sts:TagSession",
        "sts:SetSourceIdentity",
        "sts:SetContext",
    ] {
        action(json!(taken), &[]);
    }
    action(json!(["sts:AssumeRole", "sts:TagSession"]), &[]);
    action(json!("sts:AssumeRole*"), &["warning IAM-TRUST-005 Action"]);
    for refused in ["sts:*", "*", "sts:GetCallerIdentity", "s3:GetObject", "sts:Get*"] {
        action(json!(refused), &["IAM-TRUST-005 Action"]);
    }
    check_trust(json!({ "Resource": "*" }), &["IAM-TRUST-004 Resource"]);
    check_trust(json!({ "NotResource": "*" }), &["IAM-TRUST-004 NotResource"]);
    check_trust(json!({ "Action": null, "NotAction": "sts:AssumeRole" }), &["IAM-TRUST-005 NotAction"]);
    action(Value::Null, &["IAM-POL-004 Action"]);
    let role = role();
    let length = trust(json!({ "Sid": "" })).as_str().unwrap().len();
    let sized = |size: usize| [trust(json!({ "Sid": "a".repeat(size - length) }))];
    role.takes("/AssumeRolePolicyDocument", sized(2048));
    role.breaks(
        "/AssumeRolePolicyDocument",
        sized(2049),
        &["warning IAM-TRUST-008 AssumeRolePolicyDocument"],
    );
    role.breaks(
        "/AssumeRolePolicyDocument",
        sized(4096),
        &["warning IAM-TRUST-008 AssumeRolePolicyDocument"],
    );
    role.breaks("/AssumeRolePolicyDocument", sized(4097), &["IAM-TRUST-008 AssumeRolePolicyDocument"]);
}

#[test]
fn documents() {
    let inline = inline();
    inline.takes("/PolicyName", each(["a", "A0_+=,.@-"]));
    inline.takes("/PolicyName", long([128]));
    inline.breaks("/PolicyName", long([0, 129]), &["IAM-POL-011 PolicyName"]);
    inline.breaks("/PolicyName", each(["a b", "a#b", "a/b", "é"]), &["IAM-POL-011 PolicyName"]);
    inline.lacks("/PolicyName", &["IAM-POL-011 PolicyName"]);
    inline.lacks("/PolicyDocument", &["IAM-POL-000 PolicyDocument"]);
    let text = |text: &str, want: &[&str]| inline.breaks("/PolicyDocument", each([text]), want);
    for refused in ["", "{", "[]", "\"a\"", "{'a': 1}", "null"] {
        text(refused, &["IAM-POL-010 PolicyDocument"]);
    }
    let statement = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    text(&format!(r#"{{"Statement": {statement}}}"#), &[]);
    text(
        &format!("{{\"Id\": \"größe\",\n\t\"Version\": \"2008-10-17\", \"Statement\": [{statement}]}}"),
        &[],
    );
    text(&format!(r#"{{"Id": "日本", "Statement": {statement}}}"#), &["IAM-POL-010 PolicyDocument"]);
    for version in [r#""2012-10-18""#, "2012", r#""""#, "null"] {
        let document = format!(r#"{{"Version": {version}, "Statement": {statement}}}"#);
        text(&document, &["IAM-POL-001 PolicyDocument.Version"]);
    }
    for statements in ["[]", "null", "\"a\""] {
        text(&format!(r#"{{"Statement": {statements}}}"#), &["IAM-POL-002 PolicyDocument.Statement"]);
    }
    text("{}", &["IAM-POL-002 PolicyDocument.Statement"]);
    text(r#"{"Statement": [1]}"#, &["IAM-POL-002 PolicyDocument.Statement[0]"]);
    text(&format!(r#"{{"Statement": {statement}, "Name": 1}}"#), &["IAM-POL-009 PolicyDocument.Name"]);
    let want = ["IAM-POL-009 PolicyDocument.statement", "IAM-POL-002 PolicyDocument.Statement"];
    text(&format!(r#"{{"statement": {statement}}}"#), &want);
    let length = policy(json!({ "Sid": "" })).as_str().unwrap().len();
    let sized = |size: usize| policy(json!({ "Sid": "a".repeat(size - length) }));
    inline.takes("/PolicyDocument", [sized(10240)]);
    let spaced = format!("{}{}", " ".repeat(5000), sized(10240).as_str().unwrap());
    inline.takes("/PolicyDocument", each([spaced]));
    inline.breaks("/PolicyDocument", [sized(10241)], &["IAM-POL-012 PolicyDocument"]);
}

#[test]
fn statements() {
    check_policy(json!({ "Sid": "" }), &[]);
    check_policy(json!({ "Sid": "Aa0" }), &[]);
    check_policy(json!({ "Sid": "a-b" }), &["IAM-POL-003 Sid"]);
    check_policy(json!({ "Sid": 1 }), &["IAM-POL-003 Sid"]);
    let twice = |sid: &str| {
        let one = json!({ "Sid": sid, "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
        [json!(json!({ "Statement": [one, one] }).to_string())]
    };
    inline().takes("/PolicyDocument", twice(""));
    inline().breaks("/PolicyDocument", twice("A"), &["IAM-POL-003 PolicyDocument.Statement[1].Sid"]);
    check_policy(json!({ "Effect": "Deny" }), &[]);
    check_policy(json!({ "Effect": "allow" }), &["IAM-POL-005 Effect"]);
    check_policy(json!({ "Effect": null }), &["IAM-POL-005 Effect"]);
    check_policy(json!({ "Principal": { "AWS": "*" } }), &["IAM-POL-008 Principal"]);
    check_policy(json!({ "NotPrincipal": "*" }), &["IAM-POL-008 NotPrincipal"]);
    check_policy(json!({ "Actions": "s3:*" }), &["IAM-POL-009 Actions"]);
    let action = |action: Value, want: &[&str]| check_policy(json!({ "Action": action }), want);
    for taken in ["*", "s3:*", "s3:Get?bject*", "execute-api:Invoke", "S3:getobject"] {
        action(json!(taken), &[]);
    }
    for refused in ["", "s3", "s3:", "s*:Get", ":Get", "events:events:DescribeRule", "s3:Get Object", "*:*"] {
        action(json!(refused), &["IAM-POL-004 Action"]);
        action(json!(["s3:*", refused]), &["IAM-POL-004 Action[1]"]);
    }
    action(json!([]), &["IAM-POL-004 Action"]);
    action(json!(1), &["IAM-POL-004 Action"]);
    action(Value::Null, &["IAM-POL-004 Action"]);
    check_policy(json!({ "NotAction": "iam:*" }), &["IAM-POL-004 NotAction"]);
    check_policy(json!({ "Action": null, "NotAction": "iam:*" }), &[]);
}

#[test]
fn resources() {
    let resource = |resource: Value, want: &[&str]| check_policy(json!({ "Resource": resource }), want);
    for taken in [
        "*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/a",
        "arn:aws:iam::123456789012:role/${aws:username}",
        "arn:aws:logs:eu-west-1:*:log-group:/a:*",
        "arn:*:sqs:*:*:a",
        "arn:aws:ecs:*:*:*",
        "arn:aws:s3:*:*:*",
        "arn:aws:s3:*:123456789012:job/*",
    ] {
        resource(json!(taken), &[]);
        resource(json!([taken, "*"]), &[]);
    }
    resource(json!("arn:aws:medialive:*"), &["warning IAM-POL-006 Resource"]);
    for refused in [
        "",
        "bucket",
        "arn:aws:s3",
        "arn:aws:s3:::",
        "arn:aws:s*:::a",
        "arn:aws:s*:*",
        "arn:aws:s3:eu-west-1::bucket",
        "arn:aws:s3:eu-west-1:123456789012:bucket",
        "arn:aws:s3:eu-west-1::accesspoint/a",
        "arn:aws:iam:eu-west-1:123456789012:role/a",
        "arn:aws:route53:eu-west-1::hostedzone/A",
    ] {
        resource(json!(refused), &["IAM-POL-006 Resource"]);
    }
    resource(json!([]), &["IAM-POL-006 Resource"]);
    resource(json!([1]), &["IAM-POL-006 Resource[0]"]);
    resource(Value::Null, &["IAM-POL-006 Resource"]);
    check_policy(json!({ "NotResource": "*" }), &["IAM-POL-006 NotResource"]);
    check_policy(json!({ "Resource": null, "NotResource": "arn:aws:s3:::a" }), &[]);
}

#[test]
fn conditions() {
    let condition = |operator: &str, value: Value, want: &[&str]| {
        check_policy(json!({ "Condition": { operator: { "aws:a": value } } }), want);
    };
    for taken in ["StringEquals", "ForAnyValue:StringLikeIfExists", "ForAllValues:StringLike", "BoolIfExists"]
    {
        condition(taken, json!("true"), &[]);
        condition(taken, json!(["a", "b"]), &[]);
        condition(taken, json!(true), &[]);
    }
    for refused in ["StringEqual", "NullIfExists", "ForSomeValues", "stringequals", "ForAnyValue:", ""] {
        let path =
            if refused.is_empty() || refused.contains(':') { format!("{refused:?}") } else { refused.into() };
        condition(refused, json!("true"), &[&format!("IAM-POL-007 Condition.{path}")]);
    }
    let values: [(&str, &[&str], &[&str]); 4] = [
        ("NumericLessThan", &["1", "-1.5", "${aws:a}"], &["a", "", "1,5", "inf"]),
        ("IpAddress", &["10.0.0.0/8", "10.0.0.1", "fd00::/8"], &["10.0.0.0/33", "a", "", "10.0.0"]),
        ("ArnLike", &["arn:aws:s3:::a", "arn:*:*:*:*:*"], &["a", "", "s3:::a"]),
        ("BinaryEquals", &["QmluYXJ5", "YQ==", "YWE=", ""], &["a", "YQ=", "====", "Y*==", "YQ==YQ=="]),
    ];
    for (operator, taken, refused) in values {
        condition(operator, json!(taken), &[]);
        for value in refused {
            condition(operator, json!(value), &[&format!("IAM-POL-007 Condition.{operator}.\"aws:a\"")]);
        }
    }
    condition("NumericEquals", json!(5), &[]);
    condition("ArnLike", json!("arn:aws:s3:*"), &["warning IAM-POL-007 Condition.ArnLike.\"aws:a\""]);
    condition("ARNEquals", json!("arn:aws:s3:::a"), &["warning IAM-POL-007 Condition.ARNEquals"]);
    condition("StringEquals", json!([{}]), &["IAM-POL-007 Condition.StringEquals.\"aws:a\"[0]"]);
    check_policy(json!({ "Condition": "a" }), &["IAM-POL-007 Condition"]);
    check_policy(json!({ "Condition": { "Bool": "a" } }), &["IAM-POL-007 Condition.Bool"]);
    check_policy(json!({ "Condition": { "Bool": {} } }), &["warning IAM-POL-007 Condition.Bool"]);
    check_policy(json!({ "Condition": { "Bool": { "": "true" } } }), &["IAM-POL-007 Condition.Bool.\"\""]);
    check_policy(json!({ "Condition": {} }), &[]);
}

#[test]
fn dates() {
    let date = |text: &str, want: &[&str]| {
        check_policy(json!({ "Condition": { "DateGreaterThan": { "aws:a": text } } }), want);
    };
    for taken in [
        "2026-01-31",
        "2026-12-01T00:00:00Z",
        "2026-12-01T23:59:60.5+01:00",
        "2026-12-01T10:30-08:00",
        "2026-12",
        "1700000000",
    ] {
        date(taken, &[]);
    }
    for refused in [
        "",
        "a",
        "2026-13-01",
        "2026-00-01",
        "2026-01-32",
        "2026-1-1",
        "01/02/2026",
        "2026-01-01T24:00Z",
        "2026-01-01T10Z",
        "2026-01-01T10:60Z",
        "2026-01T10:00Z",
        "2026-01-01T10:00Z1:00",
        "2026-01-01T10:00+24:00",
        "2026-01-01T10:00+01:60",
        "2026-01-01T10:00Z01:00",
        "2026-01-01T10:00:61Z",
        "2026-01-01T10:00:00.Z",
        "2026-13",
        "026-12",
    ] {
        date(refused, &["IAM-POL-007 Condition.DateGreaterThan.\"aws:a\""]);
    }
}
