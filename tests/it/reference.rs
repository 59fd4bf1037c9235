//! The reference stack, object by object and field by field, as the account describes it.

use serde_json::{Value, json};

use crate::account::{Account, reference};

/// Returns whether `found` has everything that `wanted` has: objects member by member, other values as a
/// whole.
fn check(what: &str, found: &Value, wanted: &Value) {
    match wanted {
        Value::Object(members) => {
            for (name, value) in members {
                check(&format!("{what}.{name}"), &found[name], value);
            }
        }
        other => assert_eq!(found, other, "{what}"),
    }
}

async fn applied() -> Account {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    account
}

#[tokio::test(start_paused = true)]
async fn cluster_and_service_are_as_in_the_article() {
    let account = applied().await;
    let wanted =
        json!({"clusterName": "mz-dev-ecs-cluster", "capacityProviders": ["FARGATE"], "status": "ACTIVE"});
    let input = json!({"clusters": ["mz-dev-ecs-cluster"], "include": ["TAGS"]});
    check("cluster", &account.by_hand("ecs", "DescribeClusters", &input)["clusters"][0], &wanted);
    let service = account.service("mz-dev-ecs-cluster", "mz-dev-app");
    let group = group(&account);
    let mut subnets = account.sandbox.private_subnet_ids();
    subnets.sort();
    let wanted = json!({
        "launchType": "FARGATE",
        "desiredCount": 1,
        "runningCount": 1,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
        "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": subnets,
            "securityGroups": [group["groupId"]],
            "assignPublicIp": "DISABLED",
        }},
    });
    check("service", &service, &wanted);
    let registry = &service["serviceRegistries"][0];
    check("registry", registry, &json!({"containerName": "mz-dev-app", "containerPort": 80}));
    let registries = account.by_hand("servicediscovery", "ListServices", &json!({}));
    assert_eq!(registry["registryArn"], registries["Services"][0]["Arn"]);
}

#[tokio::test(start_paused = true)]
async fn task_definition_is_as_in_the_article() {
    let account = applied().await;
    let revision =
        account.by_hand("ecs", "DescribeTaskDefinition", &json!({"taskDefinition": "mz-dev-site"}));
    let revision = &revision["taskDefinition"];
    let wanted = json!({
        "family": "mz-dev-site",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": "arn:aws:iam::123456789012:role/mz-dev-ecs-task-exec-role",
        "taskRoleArn": "arn:aws:iam::123456789012:role/mz-dev-app-role",
    });
    check("revision", revision, &wanted);
    let wanted = json!({
        "name": "mz-dev-app",
        "essential": true,
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/aws/ecs/fargate/mz-dev-app",
                "awslogs-region": "ap-northeast-1",
                "awslogs-stream-prefix": "mz-dev-app",
            },
        },
    });
    check("container", &revision["containerDefinitions"][0], &wanted);
}

#[tokio::test(start_paused = true)]
async fn roles_are_as_in_the_article() {
    let account = applied().await;
    let details = account.by_hand("iam", "GetAccountAuthorizationDetails", &json!({"MaxItems": "1000"}));
    let roles = details["RoleDetailList"].as_array().expect("roles");
    let managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    for (name, policy, attached) in [
        ("mz-dev-ecs-task-exec-role", "mz-dev-cloud-watch-policy", vec![managed]),
        ("mz-dev-app-role", "mz-dev-app-cloud-watch-log-policy", vec![]),
    ] {
        let role = roles.iter().find(|role| role["RoleName"] == name).expect("the role");
        assert_eq!(role["Path"], "/", "{name}");
        let policies = role["RolePolicyList"].as_array().expect("inline policies");
        assert_eq!(policies.len(), 1, "{name}");
        assert_eq!(policies[0]["PolicyName"], policy);
        let document = policies[0]["PolicyDocument"].as_str().expect("a document");
        assert!(document.contains("cloudwatch%3APutMetricData"), "{document}");
        let trust = role["AssumeRolePolicyDocument"].as_str().expect("a trust policy");
        assert!(trust.contains("ecs-tasks.amazonaws.com"), "{trust}");
        let arns: Vec<_> = role["AttachedManagedPolicies"].as_array().into_iter().flatten().collect();
        assert_eq!(arns.iter().map(|found| &found["PolicyArn"]).collect::<Vec<_>>(), attached, "{name}");
    }
}

fn group(account: &Account) -> Value {
    let input = json!({"Filter": [{"Name": "group-name", "Value": ["mz-dev-ecs-sg"]}]});
    account.by_hand("ec2", "DescribeSecurityGroups", &input)["securityGroupInfo"][0].clone()
}

#[tokio::test(start_paused = true)]
async fn security_group_is_as_in_the_article() {
    let account = applied().await;
    let group = group(&account);
    check("group", &group, &json!({"vpcId": account.sandbox.vpc_id()}));
    assert_eq!(group["ipPermissions"].as_array().map(Vec::len), Some(1));
    let ingress = &group["ipPermissions"][0];
    assert_eq!(ingress["ipProtocol"], "tcp");
    assert_eq!((&ingress["fromPort"], &ingress["toPort"]), (&json!(80), &json!(80)));
    assert_eq!(ingress["ipRanges"][0]["cidrIp"], "10.0.0.0/16");
    assert_eq!(group["ipPermissionsEgress"].as_array().map(Vec::len), Some(1));
    assert_eq!(group["ipPermissionsEgress"][0]["ipProtocol"], "-1");
    assert_eq!(group["ipPermissionsEgress"][0]["ipRanges"][0]["cidrIp"], "0.0.0.0/0");
    let tags = group["tagSet"].as_array().expect("tags");
    assert!(tags.contains(&json!({"key": "Name", "value": "mz-dev-ecs-security-group"})), "{tags:?}");
}

#[tokio::test(start_paused = true)]
async fn namespace_and_logs_are_as_in_the_article() {
    let account = applied().await;
    let namespaces = account.by_hand("servicediscovery", "ListNamespaces", &json!({}));
    let wanted = json!({"Name": "mz-dev-application-service.internal", "Type": "DNS_PRIVATE"});
    check("namespace", &namespaces["Namespaces"][0], &wanted);
    let registries = account.by_hand("servicediscovery", "ListServices", &json!({}));
    let registry = &registries["Services"][0];
    assert_eq!(registry["Name"], "mz-dev-app");
    assert_eq!(registry["DnsConfig"]["DnsRecords"], json!([{"Type": "SRV", "TTL": 300}]));
    assert!(registry["HealthCheckCustomConfig"].is_object(), "{registry}");
    assert_eq!(registry["InstanceCount"], 1, "the task is registered");
    let groups = account.by_hand("logs", "DescribeLogGroups", &json!({}));
    let groups: Vec<_> = groups["logGroups"].as_array().into_iter().flatten().collect();
    let names: Vec<_> =
        groups.iter().map(|group| (&group["logGroupName"], &group["retentionInDays"])).collect();
    assert_eq!(
        names,
        [(&json!("/aws/api-gateway/mz-dev"), &json!(7)), (&json!("/aws/ecs/fargate/mz-dev-app"), &json!(7))]
    );
}

#[tokio::test(start_paused = true)]
async fn api_and_its_parts_are_as_in_the_article() {
    let account = applied().await;
    let apis = account.by_hand("apigateway", "GetApis", &json!({}));
    let api = &apis["items"][0];
    check("api", api, &json!({"name": "mz-dev-api-gateway", "protocolType": "HTTP"}));
    let cors = &api["corsConfiguration"];
    check(
        "cors",
        cors,
        &json!({"allowOrigins": ["https://example.com"], "allowCredentials": true, "maxAge": 80000}),
    );
    let sorted = |list: &Value| {
        let mut texts: Vec<_> = list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        texts.sort_unstable();
        texts.join(" ")
    };
    assert_eq!(sorted(&cors["allowMethods"]), "DELETE GET POST PUT");
    assert_eq!(sorted(&cors["allowHeaders"]), "accept authorization content-type origin x-requested-with");
    let stage = account.api_part("GetStages", "stageName", "$default");
    assert_eq!(stage["autoDeploy"], true);
    let logs = &stage["accessLogSettings"];
    let destination = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/api-gateway/mz-dev";
    assert_eq!(logs["destinationArn"], destination);
    let format: Value = serde_json::from_str(logs["format"].as_str().expect("a format")).expect("JSON");
    let wanted = json!({
        "requestId": "$context.requestId", "ip": "$context.identity.sourceIp",
        "requestTime": "$context.requestTime", "httpMethod": "$context.httpMethod",
        "routeKey": "$context.routeKey", "path": "$context.path", "status": "$context.status",
        "protocol": "$context.protocol", "responseLength": "$context.responseLength",
        "errMsg": "$context.integrationErrorMessage",
    });
    assert_eq!(format, wanted);
    let links = account.by_hand("apigateway", "GetVpcLinks", &json!({}));
    let link = &links["items"][0];
    check("link", link, &json!({"name": "mz-dev-vpc-link", "vpcLinkStatus": "AVAILABLE"}));
    assert_eq!(link["securityGroupIds"], json!([account.sandbox.default_security_group_id()]));
    let authorizer = account.api_part("GetAuthorizers", "name", "mz-dev-jwt-authorizer");
    let issuer = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01";
    let jwt = json!({"audience": ["1example23456789abcdefghij"], "issuer": issuer});
    let source = json!(["$request.header.Authorization"]);
    check(
        "authorizer",
        &authorizer,
        &json!({"authorizerType": "JWT", "jwtConfiguration": jwt, "identitySource": source}),
    );
    let registries = account.by_hand("servicediscovery", "ListServices", &json!({}));
    let uri = registries["Services"][0]["Arn"].as_str().expect("an ARN");
    let integration = account.api_part("GetIntegrations", "integrationUri", uri);
    let wanted = json!({
        "integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "connectionType": "VPC_LINK",
        "connectionId": link["vpcLinkId"], "payloadFormatVersion": "1.0",
    });
    check("integration", &integration, &wanted);
    let route = account.api_part("GetRoutes", "routeKey", "GET /{proxy+}");
    let target = format!("integrations/{}", integration["integrationId"].as_str().expect("an id"));
    let wanted =
        json!({"target": target, "authorizationType": "JWT", "authorizerId": authorizer["authorizerId"]});
    check("route", &route, &wanted);
}

#[tokio::test(start_paused = true)]
async fn every_taggable_object_carries_the_default_tags() {
    let account = applied().await;
    let found = account.by_hand("tagging", "GetResources", &json!({"ResourcesPerPage": 100}));
    let found = found["ResourceTagMappingList"].as_array().expect("a listing");
    let ours = found.iter().filter(|entry| entry.to_string().contains("sss:stack"));
    let mut count = 0;
    for entry in ours {
        let tags = entry["Tags"].as_array().expect("tags");
        for (key, value) in [
            ("Owner", "mamezou"),
            ("Environment", "mz-dev-site"),
            ("SystemName", "Mamezou Developer Site Example System"),
            ("sss:stack", "mz-dev"),
            ("sss:managed-by", "sss"),
        ] {
            assert!(tags.contains(&json!({"Key": key, "Value": value})), "{key} on {}", entry["ResourceARN"]);
        }
        count += 1;
    }
    // Cluster, service, revision, group, namespace, registry, two log groups, API, stage, VPC link.
    assert_eq!(count, 11);
}
