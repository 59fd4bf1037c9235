//! Changes by hand: the plan shows them and an apply undoes them. Objects and tags of others stay.

use serde_json::{Value, json};

use crate::account::{Account, reference};

/// Applies the reference stack and changes the account by hand. The plan must have exactly the change at this
/// path, and an apply must undo it.
async fn check(by_hand: impl FnOnce(&Account), id: &str, path: &str) {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let before = account.inventory();
    by_hand(&account);
    assert_ne!(account.inventory(), before, "the change by hand is there");
    let plan = account.plan(&stack).await;
    let found: Vec<_> = plan
        .steps
        .iter()
        .flat_map(|step| {
            step.changes.iter().map(move |change| (step.id.to_string(), change.path.to_string()))
        })
        .collect();
    assert!(found.contains(&(id.to_owned(), path.to_owned())), "{found:?}");
    account.apply(&stack).await;
    assert_eq!(account.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn surplus_inline_policy_is_removed() {
    let put = |account: &Account| {
        let document =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let input = json!({"RoleName": "mz-dev-app-role", "PolicyName": "extra", "PolicyDocument": document});
        account.by_hand("iam", "PutRolePolicy", &input);
    };
    check(put, "iam/role mz-dev-app-role", "inline_policies.extra.Statement").await;
}

#[tokio::test(start_paused = true)]
async fn surplus_managed_policy_is_removed() {
    let attach = |account: &Account| {
        let arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
        account.by_hand("iam", "AttachRolePolicy", &json!({"RoleName": "mz-dev-app-role", "PolicyArn": arn}));
    };
    check(attach, "iam/role mz-dev-app-role", "managed_policies").await;
}

fn group(account: &Account) -> Value {
    let input = json!({"Filter": [{"Name": "group-name", "Value": ["mz-dev-ecs-sg"]}]});
    account.by_hand("ec2", "DescribeSecurityGroups", &input)["securityGroupInfo"][0]["groupId"].clone()
}

#[tokio::test(start_paused = true)]
async fn surplus_rule_is_removed() {
    let open = |account: &Account| {
        let permission = json!({
            "IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
        });
        let input = json!({"GroupId": group(account), "IpPermissions": [permission]});
        account.by_hand("ec2", "AuthorizeSecurityGroupIngress", &input);
    };
    check(open, "ec2/security-group mz-dev-ecs-sg", "ingress.\"tcp 22-22 0.0.0.0/0\".protocol").await;
}

#[tokio::test(start_paused = true)]
async fn changed_retention_is_restored() {
    let keep = |account: &Account| {
        let input = json!({"logGroupName": "/aws/ecs/fargate/mz-dev-app", "retentionInDays": 30});
        account.by_hand("logs", "PutRetentionPolicy", &input);
    };
    check(keep, "logs/log-group /aws/ecs/fargate/mz-dev-app", "retention_days").await;
}

#[tokio::test(start_paused = true)]
async fn changed_count_is_restored() {
    let scale = |account: &Account| {
        let input = json!({"cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app", "desiredCount": 2});
        account.by_hand("ecs", "UpdateService", &input);
    };
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    scale(&account);
    let plan = account.plan(&stack).await;
    assert_eq!(plan.steps[0].changes[0].path, "desired_count");
    account.apply(&stack).await;
    assert_eq!(account.service("mz-dev-ecs-cluster", "mz-dev-app")["desiredCount"], 1);
}

#[tokio::test(start_paused = true)]
async fn surplus_route_is_removed() {
    let add = |account: &Account| {
        let route = account.api_part("GetRoutes", "routeKey", "GET /{proxy+}");
        let api = &account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"];
        let input = json!({"apiId": api, "routeKey": "GET /extra", "target": route["target"]});
        account.by_hand("apigateway", "CreateRoute", &input);
    };
    check(add, "apigatewayv2/route GET /extra", "authorization").await;
}

#[tokio::test(start_paused = true)]
async fn changed_tag_is_restored() {
    let change = |account: &Account| {
        let input = json!({"RoleName": "mz-dev-app-role", "Tags": [{"Key": "Owner", "Value": "nobody"}]});
        account.by_hand("iam", "TagRole", &input);
    };
    check(change, "iam/role mz-dev-app-role", "tags.Owner").await;
}

#[tokio::test(start_paused = true)]
async fn tag_of_somebody_else_stays() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let input = json!({"RoleName": "mz-dev-app-role", "Tags": [{"Key": "CostCentre", "Value": "42"}]});
    account.by_hand("iam", "TagRole", &input);
    assert!(account.plan(&stack).await.is_empty());
    account.apply(&stack).await;
    assert!(account.inventory().to_string().contains("CostCentre"));
}

#[tokio::test(start_paused = true)]
async fn object_removed_by_hand_is_made_again() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let route = account.api_part("GetRoutes", "routeKey", "GET /{proxy+}");
    let api = &account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"];
    account.by_hand("apigateway", "DeleteRoute", &json!({"apiId": api, "routeId": route["routeId"]}));
    let plan = account.plan(&stack).await;
    assert_eq!(plan.steps.len(), 1);
    account.apply(&stack).await;
    assert_ne!(account.api_part("GetRoutes", "routeKey", "GET /{proxy+}"), Value::Null);
}

#[tokio::test(start_paused = true)]
async fn revision_that_nobody_runs_is_not_compared() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let input = json!({"taskDefinition": "mz-dev-site", "include": ["TAGS"]});
    let mut described = account.by_hand("ecs", "DescribeTaskDefinition", &input);
    let mut definition = described["taskDefinition"].take();
    definition["tags"] = described["tags"].take();
    definition["memory"] = json!("1024");
    account.by_hand("ecs", "RegisterTaskDefinition", &definition);
    let app = stack.services.get_mut("app").expect("the service");
    app.task.image = "public.ecr.aws/docker/library/httpd:2.5".to_owned();
    (app.task.cpu, app.task.memory) = (256, 1024);
    let plan = account.plan(&stack).await;
    let paths: Vec<_> = plan.steps[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["containers.mz-dev-app.image", "memory"]);
}

#[tokio::test(start_paused = true)]
async fn variables_of_a_stage_are_removed() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.api.as_mut().expect("an API").access_log = None;
    account.apply(&stack).await;
    let api = account.inventory()["apis"][0]["apiId"].clone();
    let input = json!({"apiId": api, "stageName": "$default", "stageVariables": {"color": "blue"}});
    account.by_hand("apigateway", "UpdateStage", &input);
    let before = account.plan(&stack).await;
    assert_eq!(before.steps[0].changes[0].path, "variables.color");
    account.apply(&stack).await;
}
