use serde_json::json;

use super::{EXECUTION_POLICY, check, policy, refused, trust, trust_of, with_role};

#[test]
fn invalid_trust_policies_are_refused() {
    let mut world = with_role("app");
    let own_role = "arn:aws:iam::123456789012:role/app";

    for principal in [
        json!({ "Service": ["ecs-tasks.amazonaws.com", "logs.ap-northeast-1.amazonaws.com"] }),
        json!({ "AWS": ["*", "210987654321", own_role, "arn:aws:iam::210987654321:user/ci"] }),
        json!({ "Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }),
    ] {
        let document = trust_of(&principal);
        let input = json!({ "RoleName": "app", "PolicyDocument": document });
        check(&mut world, "UpdateAssumeRolePolicy", input);
    }
    let action = |action: &str| trust().replace("sts:AssumeRole", action);
    for document in [
        "{".to_owned(),
        "[]".to_owned(),
        trust_of(&json!("*")),
        trust_of(&json!({ "Service": "ecs-task.amazonaws.com" })),
        trust_of(&json!({ "Service": "*.amazonaws.com" })),
        trust_of(&json!({ "AWS": "arn:aws:iam::123456789012:role/gone" })),
        trust_of(&json!({ "Federated": "cognito-identity.amazonaws.com" })),
        trust().replace("\"Principal\"", "\"Subject\""),
        trust().replace("\"Effect\"", "\"Resource\":\"*\",\"Effect\""),
        action("sts:*"),
        action("s3:GetObject"),
        policy("sts:AssumeRole", "*"),
    ] {
        let input = json!({ "RoleName": "app", "PolicyDocument": document });
        let refusal = refused(&mut world, "UpdateAssumeRolePolicy", input);
        assert_eq!((refusal.status, refusal.code), (400, "MalformedPolicyDocument"), "{document}");
    }
    let arns: Vec<String> = (0..60).map(|number| format!("{:012}", 100_000 + number)).collect();
    let mut long = json!({ "AWS": arns });
    check(
        &mut world,
        "UpdateAssumeRolePolicy",
        json!({ "RoleName": "app", "PolicyDocument": trust_of(&long) }),
    );
    long["AWS"] = (0..140).map(|number| json!(format!("{:012}", 100_000 + number))).collect();
    let input = json!({ "RoleName": "app", "PolicyDocument": trust_of(&long) });
    assert_eq!(refused(&mut world, "UpdateAssumeRolePolicy", input).code, "LimitExceeded");
}

#[test]
fn invalid_inline_policies_are_refused() {
    let mut world = with_role("app");
    let put = |document: &str| json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": document });
    let good = policy("s3:GetObject", "arn:aws:s3:::bucket/*");

    check(&mut world, "PutRolePolicy", put(&good));
    check(&mut world, "PutRolePolicy", put(&good.replace("\"Effect\"", "\"Sid\":\"\",\"Effect\"")));
    let condition =
        |condition: &str| good.replace("\"Effect\"", &format!("\"Condition\":{condition},\"Effect\""));
    check(&mut world, "PutRolePolicy", put(&condition(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/16"}}"#)));
    check(
        &mut world,
        "PutRolePolicy",
        put(&condition(r#"{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*"]}}"#)),
    );
    for document in [
        good.replace("Allow", "allow"),
        good.replace("2012-10-17", "2013-10-17"),
        good.replace("\"Effect\"", "\"Principal\":\"*\",\"Effect\""),
        good.replace("\"Effect\"", "\"Effects\":1,\"Effect\""),
        good.replace("\"Effect\"", "\"Sid\":\"a b\",\"Effect\""),
        good.replace("\"Resource\"", "\"NotAction\":\"s3:*\",\"Resource\""),
        r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
        r#"{"Statement":{"Effect":"Allow","Action":"s3:*"}}"#.to_owned(),
        policy("events:events:DescribeRule", "*"),
        policy("GetObject", "*"),
        policy("s*:GetObject", "*"),
        policy("s3:GetObject", "bucket"),
        policy("iam:PassRole", "arn:aws:iam:ap-northeast-1:123456789012:role/app"),
        policy("sqs:*", "arn:aws:s*:::queue"),
        condition(r#"{"NullIfExists":{"aws:TokenIssueTime":"true"}}"#),
        condition(r#"{"StringIs":{"aws:PrincipalTag/a":"b"}}"#),
        condition(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/64"}}"#),
        condition(r#"{"NumericEquals":{"s3:max-keys":"ten"}}"#),
    ] {
        let refusal = refused(&mut world, "PutRolePolicy", put(&document));
        assert_eq!(refusal.code, "MalformedPolicyDocument", "{document}");
    }
    let foreign = policy("s3:GetObject", "arn:aws:s3:::\u{65e5}");
    assert_eq!(refused(&mut world, "PutRolePolicy", put(&foreign)).code, "ValidationError");
}

#[test]
fn white_space_does_not_count_for_policy_length() {
    let mut world = with_role("app");
    let policy_of = |name: &str, length: usize, white_space: usize| {
        let document = policy("s3:GetObject", &format!("arn:aws:s3:::{}", "x".repeat(length)));
        let document = document + &" ".repeat(white_space);
        json!({ "RoleName": "app", "PolicyName": name, "PolicyDocument": document })
    };

    check(&mut world, "PutRolePolicy", policy_of("a", 5000, 20_000));
    check(&mut world, "PutRolePolicy", policy_of("b", 5000, 0));
    let refusal = refused(&mut world, "PutRolePolicy", policy_of("c", 100, 0));
    assert_eq!((refusal.status, refusal.code), (409, "LimitExceeded"));
    check(&mut world, "PutRolePolicy", policy_of("b", 100, 0));
    check(&mut world, "PutRolePolicy", policy_of("c", 100, 0));
    let names = check(&mut world, "ListRolePolicies", json!({ "RoleName": "app", "MaxItems": "2" }));
    assert_eq!(names["PolicyNames"], json!(["a", "b"]));
    assert_eq!(names["IsTruncated"], true);
    let next = json!({ "RoleName": "app", "Marker": names["Marker"] });
    assert_eq!(check(&mut world, "ListRolePolicies", next)["PolicyNames"], json!(["c"]));
}

#[test]
fn role_has_no_instance_profiles() {
    let mut world = with_role("app");
    let listed = check(&mut world, "ListInstanceProfilesForRole", json!({ "RoleName": "app" }));
    assert_eq!(listed, json!({ "InstanceProfiles": [], "IsTruncated": false }));
    let refusal = refused(&mut world, "ListInstanceProfilesForRole", json!({ "RoleName": "gone" }));
    assert_eq!(refusal.code, "NoSuchEntity");
}

#[test]
fn role_with_policies_cannot_be_deleted() {
    let mut world = with_role("app");
    let role = json!({ "RoleName": "app" });
    let inline = json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": policy("s3:*", "*") });
    let attached = json!({ "RoleName": "app", "PolicyArn": EXECUTION_POLICY });

    check(&mut world, "PutRolePolicy", inline.clone());
    check(&mut world, "AttachRolePolicy", attached.clone());
    check(&mut world, "AttachRolePolicy", attached.clone());
    let listed = check(&mut world, "ListAttachedRolePolicies", role.clone());
    let expected =
        json!([{ "PolicyName": "AmazonECSTaskExecutionRolePolicy", "PolicyArn": EXECUTION_POLICY }]);
    assert_eq!(listed["AttachedPolicies"], expected);
    let refusal = refused(&mut world, "DeleteRole", role.clone());
    assert_eq!((refusal.status, refusal.code), (409, "DeleteConflict"));
    assert_eq!(refusal.message, "Cannot delete entity, must delete policies first.");
    check(&mut world, "DeleteRolePolicy", inline.clone());
    assert_eq!(refused(&mut world, "DeleteRolePolicy", inline).code, "NoSuchEntity");
    let refusal = refused(&mut world, "DeleteRole", role.clone());
    assert_eq!(refusal.message, "Cannot delete entity, must detach all policies first.");
    check(&mut world, "DetachRolePolicy", attached.clone());
    assert_eq!(refused(&mut world, "DetachRolePolicy", attached).code, "NoSuchEntity");
    check(&mut world, "DeleteRole", role.clone());
    assert_eq!(refused(&mut world, "GetRole", role).code, "NoSuchEntity");
}

#[test]
fn only_existing_policies_can_be_attached() {
    let mut world = with_role("app");
    for (arn, code) in [
        ("arn:aws:iam::aws:policy/NoSuchPolicy", "NoSuchEntity"),
        ("arn:aws:iam::123456789012:policy/mine", "NoSuchEntity"),
        ("arn:aws:iam::123456789012:role/app", "InvalidInput"),
        ("policy", "ValidationError"),
    ] {
        let input = json!({ "RoleName": "app", "PolicyArn": arn });
        assert_eq!(refused(&mut world, "AttachRolePolicy", input).code, code, "{arn}");
        if code == "NoSuchEntity" {
            let input = json!({ "RoleName": "app", "PermissionsBoundary": arn });
            assert_eq!(refused(&mut world, "PutRolePermissionsBoundary", input).code, code, "{arn}");
        }
    }
}

#[test]
fn policy_of_the_user_denies_in_simulations() {
    let mut world = with_role("app");
    let user = check(&mut world, "GetUser", json!({}))["User"]["Arn"].clone();
    let decided = |world: &mut _, user: &serde_json::Value| {
        let input = json!({ "PolicySourceArn": user, "ActionNames": ["iam:PassRole"] });
        check(world, "SimulatePrincipalPolicy", input)["EvaluationResults"][0]["EvalDecision"].clone()
    };
    assert_eq!(decided(&mut world, &user), "allowed");

    let deny = policy("iam:PassRole", "*").replace("Allow", "Deny");
    let put = json!({ "UserName": "sandbox", "PolicyName": "denies", "PolicyDocument": deny });
    check(&mut world, "PutUserPolicy", put.clone());
    assert_eq!(decided(&mut world, &user), "explicitDeny");
    check(&mut world, "DeleteUserPolicy", put.clone());
    assert_eq!(decided(&mut world, &user), "allowed");
    assert_eq!(refused(&mut world, "DeleteUserPolicy", put).code, "NoSuchEntity");
    assert_eq!(refused(&mut world, "GetUser", json!({ "UserName": "other" })).code, "NoSuchEntity");
    let broken = json!({ "UserName": "sandbox", "PolicyName": "p", "PolicyDocument": "{" });
    assert_eq!(refused(&mut world, "PutUserPolicy", broken).code, "MalformedPolicyDocument");
}
