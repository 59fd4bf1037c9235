//! Spellings of all kinds except for task definitions.

use serde_json::{Value, json};

use super::{Row, remove, reverse, set};
use crate::fields::saved;

fn service<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    saved(&mut world["ecs"]["services"], ("name", name))
}

/// Returns the specification of a service in its saved service revision.
fn specification<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    let revisions = service(world, name)["revisions"].as_object_mut().expect("revisions");
    &mut revisions.values_mut().next().expect("a revision")["specification"]
}

fn role<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    &mut world["iam"]["roles"][name]
}

fn policy(world: &mut Value) -> &mut Value {
    &mut role(world, "all-web-role")["inline_policies"]["all-web-cloud-watch-log-policy"]
}

fn document(statement: &Value) -> Value {
    json!(json!({"Version": "2012-10-17", "Statement": statement}).to_string())
}

fn api(world: &mut Value) -> &mut Value {
    saved(&mut world["apigateway"]["apis"], ("name", "all-api-gateway"))
}

fn cors(world: &mut Value) -> &mut Value {
    &mut api(world)["settings"]["corsConfiguration"]
}

fn part<'a>(world: &'a mut Value, list: &str, named: (&str, &str)) -> &'a mut Value {
    saved(&mut api(world)[list], named)
}

fn route(world: &mut Value) -> &mut Value {
    part(world, "routes", ("routeKey", "GET /health"))
}

fn integration(world: &mut Value) -> &mut Value {
    part(world, "integrations", ("connectionType", "VPC_LINK"))
}

fn group(world: &mut Value) -> &mut Value {
    saved(&mut world["ec2"]["groups"], ("name", "all-ecs-sg"))
}

fn log_group<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    &mut world["logs"]["groups"][name]
}

fn exec(world: &mut Value) -> &mut Value {
    &mut world["ecs"]["clusters"]["all-ecs-cluster"]["configuration"]["executeCommandConfiguration"]
}

const KEY_OF_OTHERS: &str = "arn:aws:kms:ap-northeast-1:123456789012:key/theirs";

pub(super) const ROWS: &[Row] = &[
    Row {
        evidence: "ecspresso diff.go: subnets in another order",
        same: |w| reverse(&mut specification(w, "all-web")["network"]["subnets"]),
        other: |w| specification(w, "all-web")["network"]["subnets"] = json!(["subnet-0a1b2c3d4e5f60001"]),
        path: "subnets",
    },
    Row {
        evidence: "ecspresso diff.go: assignPublicIp",
        same: |w| remove(&mut specification(w, "all-web")["network"], &["assignPublicIp"]),
        other: |w| specification(w, "all-web")["network"]["assignPublicIp"] = json!("ENABLED"),
        path: "assign_public_ip",
    },
    Row {
        evidence: "ecspresso PR#1082: how often is too often",
        same: |w| {
            let breaker = &mut service(w, "all-web")["options"]["deployment"]["circuit_breaker"];
            set(
                breaker,
                json!({"resetOnHealthyTask": false, "thresholdConfiguration": {"type": "COUNT", "value": 7}}),
            );
        },
        other: |w| {
            service(w, "all-web")["options"]["deployment"]["circuit_breaker"]["rollback"] = json!(false);
        },
        path: "rollback",
    },
    Row {
        evidence: "tfp#43238, PR#44117: zone rebalancing, a default that moved",
        same: |w| service(w, "all-web")["options"]["zone_rebalancing"] = json!("DISABLED"),
        other: |w| service(w, "all-web")["options"]["deployment"]["maximum_percent"] = json!(200),
        path: "maximum_percent",
    },
    Row {
        evidence: "ecspresso diff.go: platform version, tags that ECS manages",
        same: |w| {
            specification(w, "all-web")["platform_version"] = json!("1.4.0");
            set(
                &mut service(w, "all-web")["options"],
                json!({"managed_tags": true, "propagate_tags": "SERVICE"}),
            );
        },
        other: |w| service(w, "all-web")["options"]["deployment"]["minimum_healthy_percent"] = json!(0),
        path: "minimum_healthy_percent",
    },
    Row {
        evidence: "ECS API reference: the defaults of a service's settings, and alarms that are off",
        same: |w| {
            service(w, "all-web")["options"]["propagate_tags"] = json!("NONE");
            specification(w, "all-web")["platform_version"] = json!("LATEST");
            set(
                &mut service(w, "all-web")["options"]["deployment"],
                json!({"alarms": {"alarmNames": [], "enable": false, "rollback": false}, "bake_time": 0}),
            );
        },
        other: |w| service(w, "all-worker")["options"]["propagate_tags"] = json!("NONE"),
        path: "propagate_tags",
    },
    Row {
        evidence: "ECS API reference: alarms in another order",
        same: |w| reverse(&mut service(w, "all-worker")["options"]["deployment"]["alarms"]["alarmNames"]),
        other: |w| {
            service(w, "all-worker")["options"]["deployment"]["alarms"]["alarmNames"] =
                json!(["worker-errors"]);
        },
        path: "alarms.names",
    },
    Row {
        evidence: "tfp#22408: the launch type is a capacity provider alone",
        same: |w| {
            set(
                specification(w, "all-worker"),
                json!({"launch_type": null, "capacity_provider_strategy": [{"capacityProvider": "FARGATE", "weight": 7, "base": 1}]}),
            );
        },
        other: |w| {
            set(
                specification(w, "all-worker"),
                json!({"launch_type": null, "capacity_provider_strategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]}),
            );
        },
        path: "capacity.FARGATE_SPOT.weight",
    },
    Row {
        evidence: "ECS API reference: capacity providers in another order",
        same: |w| reverse(&mut specification(w, "all-web")["capacity_provider_strategy"]),
        other: |w| specification(w, "all-web")["capacity_provider_strategy"][0]["weight"] = json!(2),
        path: "capacity.FARGATE.weight",
    },
    Row {
        evidence: "ECS API reference: a grace period of 0 is none",
        same: |w| service(w, "all-web")["options"]["health_check_grace_period"] = json!(0),
        other: |w| service(w, "all-web")["options"]["health_check_grace_period"] = json!(5),
        path: "health_check_grace_period",
    },
    Row {
        evidence: "cdk-real-drift#874: API Gateway keeps CORS headers in lower case",
        same: |w| set(cors(w), json!({"allowHeaders": ["Authorization"], "exposeHeaders": ["ETag"]})),
        other: |w| cors(w)["allowHeaders"] = json!(["X-Authorization"]),
        path: "cors.allow_headers",
    },
    Row {
        evidence: "cdkd fixture apigatewayv2-update-removal: CORS members at their defaults",
        same: |w| set(cors(w), json!({"maxAge": 0, "allowCredentials": false})),
        other: |w| cors(w)["maxAge"] = json!(1),
        path: "cors.max_age",
    },
    Row {
        evidence: "cdkd fixture apigatewayv2-update-removal: an empty description",
        same: |w| api(w)["settings"]["description"] = json!(""),
        other: |w| api(w)["settings"]["description"] = json!("mine"),
        path: "description",
    },
    Row {
        evidence: "CloudWatch Logs API reference: some ARNs of log groups end in `:*`",
        same: |w| {
            part(w, "stages", ("stageName", "$default"))["accessLogSettings"]["destinationArn"] =
                json!("arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/api-gateway/all:*");
        },
        other: |w| {
            part(w, "stages", ("stageName", "$default"))["accessLogSettings"]["destinationArn"] =
                json!("arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/api-gateway/al:*");
        },
        path: "access_log.destination",
    },
    Row {
        evidence: "CloudWatch Logs API reference, AssociateKmsKey: a key that somebody else chose",
        same: |w| set(log_group(w, "/aws/ecs/fargate/all-web"), json!({"kms_key": KEY_OF_OTHERS})),
        other: |w| set(log_group(w, "/aws/ecs/fargate/all-worker"), json!({"kms_key": KEY_OF_OTHERS})),
        path: "kms_key",
    },
    Row {
        evidence: "CloudWatch Logs API reference: STANDARD is the class of a group for which nobody chose one",
        same: |w| log_group(w, "/aws/ecs/fargate/all-web")["class"] = json!("STANDARD"),
        other: |w| log_group(w, "/aws/ecs/fargate/all-worker")["class"] = json!("STANDARD"),
        path: "class",
    },
    Row {
        evidence: "ACK apigatewayv2-controller#15: what a stage deploys by itself",
        same: |w| {
            set(
                part(w, "stages", ("stageName", "$default")),
                json!({"deploymentId": "abcdef", "lastDeploymentStatusMessage": "theirs"}),
            );
        },
        other: |w| part(w, "stages", ("stageName", "$default"))["autoDeploy"] = json!(false),
        path: "auto_deploy",
    },
    Row {
        evidence: "API Gateway API reference: a rate is a number with or without a fraction",
        same: |w| {
            let stage = part(w, "stages", ("stageName", "$default"));
            stage["defaultRouteSettings"]["throttlingRateLimit"] = json!(100);
        },
        other: |w| {
            let stage = part(w, "stages", ("stageName", "$default"));
            stage["defaultRouteSettings"]["throttlingRateLimit"] = json!(100.5);
        },
        path: "throttling.rate",
    },
    Row {
        evidence: "API Gateway API reference: a route without scopes",
        same: |w| set(route(w), json!({"authorizationScopes": [], "authorizerId": ""})),
        other: |w| set(route(w), json!({"authorizationScopes": ["read"]})),
        path: "scopes",
    },
    Row {
        evidence: "API Gateway API reference: scopes in another order",
        same: |w| reverse(&mut part(w, "routes", ("routeKey", "GET /web/{id}"))["authorizationScopes"]),
        other: |w| {
            part(w, "routes", ("routeKey", "GET /web/{id}"))["authorizationScopes"] =
                json!(["read", "admin"]);
        },
        path: "scopes",
    },
    Row {
        evidence: "API Gateway API reference: audiences in another order",
        same: |w| {
            reverse(
                &mut part(w, "authorizers", ("name", "all-jwt-authorizer"))["jwtConfiguration"]["audience"],
            );
        },
        other: |w| {
            part(w, "authorizers", ("name", "all-jwt-authorizer"))["jwtConfiguration"]["audience"] =
                json!(["c"]);
        },
        path: "audience",
    },
    Row {
        evidence: "API Gateway guide: a link without traffic is INACTIVE",
        same: |w| {
            let link = &mut saved(&mut w["apigateway"]["vpc_links"], ("name", "all-vpc-link"))["settings"];
            reverse(&mut link["subnetIds"]);
            link["vpcLinkStatus"] = json!("INACTIVE");
        },
        other: |w| {
            saved(&mut w["apigateway"]["vpc_links"], ("name", "all-vpc-link"))["settings"]["vpcLinkStatus"] =
                json!("FAILED");
        },
        path: "failed",
    },
    Row {
        evidence: "API Gateway API reference: an answer without the members of later versions",
        same: |w| {
            let domain = &mut w["apigateway"]["domains"]["api.example.com"]["domain"];
            let members = domain["domainNameConfigurations"][0].as_object_mut().expect("a configuration");
            members.insert("certificateName".to_owned(), json!("theirs"));
            domain["mutualTlsAuthentication"] = json!({"truststoreUri": "s3://theirs/clients.pem"});
        },
        other: |w| {
            let domain = &mut w["apigateway"]["domains"]["api.example.com"]["domain"];
            domain["domainNameConfigurations"][0]["ipAddressType"] = json!("ipv4");
        },
        path: "ip_address_type",
    },
    Row {
        evidence: "API Gateway API reference: what an integration is called",
        same: |w| set(integration(w), json!({"description": "theirs"})),
        other: |w| integration(w)["timeoutInMillis"] = json!(29_000),
        path: "timeout",
    },
    Row {
        evidence: "tfp#11801, iam-controller PR#176: one value or a list of one, in another order",
        same: |w| {
            let condition = json!({"StringEquals": {"aws:RequestedRegion": "ap-northeast-1"}});
            *policy(w) = document(&json!({
                "Resource": "arn:aws:sqs:ap-northeast-1:123456789012:jobs", "Condition": condition, "Sid": "Queue",
                "Action": ["sqs:ReceiveMessage", "sqs:SendMessage"], "Effect": "Allow",
            }));
        },
        other: |w| {
            let condition = json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}});
            *policy(w) = document(&json!({
                "Resource": "arn:aws:sqs:ap-northeast-1:123456789012:jobs", "Condition": condition, "Sid": "Queue",
                "Action": ["sqs:ReceiveMessage", "sqs:SendMessage"], "Effect": "Allow",
            }));
        },
        path: "inline_policies.all-web-cloud-watch-log-policy.Statement",
    },
    Row {
        evidence: "pulumi-aws#1338, iam-controller PR#176: a trust policy in lists",
        same: |w| {
            let trust = json!([{"Sid": "", "Effect": "Allow", "Principal": {"Service": ["ecs-tasks.amazonaws.com"]}, "Action": ["sts:AssumeRole"]}]);
            role(w, "all-web-role")["trust"] = document(&trust);
        },
        other: |w| {
            let trust = json!([{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]);
            role(w, "all-web-role")["trust"] = document(&trust);
        },
        path: "trust.Statement",
    },
    Row {
        evidence: "terraform#2471: rules of a group in another order",
        same: |w| reverse(&mut group(w)["rules"]),
        other: |w| group(w)["rules"][0]["peer"] = json!({"Ipv4": "10.0.0.0/15"}),
        path: "ingress.\"tcp 8000-8100 10.0.0.0/15\".peer.ipv4",
    },
    Row {
        evidence: "tfp#10097: a rule whose description is empty",
        same: |w| group(w)["rules"][2]["description"] = json!(""),
        other: |w| group(w)["rules"][2]["description"] = json!("mine"),
        path: "egress.\"tcp 443-443 0.0.0.0/0\".description",
    },
    Row {
        evidence: "Cloud Map API reference: an empty description is none",
        same: |w| {
            saved(&mut w["cloudmap"]["namespaces"], ("name", "all-application-service.internal"))["description"] =
                json!("");
        },
        other: |w| {
            saved(&mut w["cloudmap"]["namespaces"], ("name", "all-application-service.internal"))["description"] =
                json!("mine");
        },
        path: "description",
    },
    Row {
        evidence: "tfp#35559, #37955, #44285: a health check of one's own, whose threshold is always 1",
        same: |w| {
            saved(&mut w["cloudmap"]["services"], ("name", "all-web"))["custom_health_check"] = json!(true);
        },
        other: |w| {
            saved(&mut w["cloudmap"]["services"], ("name", "all-web"))["custom_health_check"] = json!(false);
        },
        path: "custom_health_check",
    },
    Row {
        evidence: "ECS API reference: the shares of a default strategy in another order, with absent members",
        same: |w| {
            let strategy = &mut w["ecs"]["clusters"]["all-ecs-cluster"]["default_strategy"];
            reverse(strategy);
        },
        other: |w| w["ecs"]["clusters"]["all-ecs-cluster"]["default_strategy"] = json!([]),
        path: "default_capacity.FARGATE_SPOT.weight",
    },
    Row {
        evidence: "ECS API reference, ExecuteCommandLogConfiguration: absent flags are false; tfp#26153: empty texts",
        same: |w| exec(w)["logConfiguration"]["s3KeyPrefix"] = json!(""),
        other: |w| exec(w)["logConfiguration"]["s3KeyPrefix"] = json!("others"),
        path: "execute_command.bucket_prefix",
    },
    Row {
        evidence: "ECS API reference: capacity providers of a cluster in another order",
        same: |w| reverse(&mut w["ecs"]["clusters"]["all-ecs-cluster"]["capacity_providers"]),
        other: |w| w["ecs"]["clusters"]["all-ecs-cluster"]["capacity_providers"] = json!(["FARGATE_SPOT"]),
        path: "capacity_providers",
    },
];
