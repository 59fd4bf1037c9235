use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::Request as HttpRequest;
use serde_json::{Value, json};

use super::{Request, Why};
use crate::Sandbox;

mod load_balancer;

const SERVICE: &str = "shop/web";

/// Creates an account in which `GET /orders/{id}` leads to a task of the service `web`.
struct Shop {
    sandbox: Sandbox,
    ids: BTreeMap<&'static str, Value>,
}

impl Shop {
    fn open() -> Self {
        let mut shop = Self { sandbox: Sandbox::new(), ids: BTreeMap::new() };
        shop.furnish();
        shop.sandbox.advance(Duration::from_mins(5));
        shop.connect();
        shop.sandbox.advance(Duration::from_mins(5));
        shop
    }

    fn furnish(&mut self) {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let role =
            self.act("iam", "CreateRole", json!({"RoleName": "web", "AssumeRolePolicyDocument": trust}));

        self.ids.insert("role", role["Role"]["Arn"].clone());
        self.act("ecs", "CreateCluster", json!({"clusterName": "shop"}));
        let vpc = self.sandbox.vpc_id();
        self.act(
            "servicediscovery",
            "CreatePrivateDnsNamespace",
            json!({"Name": "shop.internal", "Vpc": vpc}),
        );
        let subnets = self.sandbox.private_subnet_ids();
        let group = self.sandbox.default_security_group_id();
        let link = self.act(
            "apigateway",
            "CreateVpcLink",
            json!({"name": "shop", "subnetIds": subnets, "securityGroupIds": [group]}),
        );
        self.ids.insert("link", link["vpcLinkId"].clone());
    }

    fn connect(&mut self) {
        let namespace = self.act("servicediscovery", "ListNamespaces", json!({}));
        let records = json!({"DnsRecords": [{"Type": "A", "TTL": 10}]});
        let registry = json!({
            "Name": "web", "NamespaceId": namespace["Namespaces"][0]["Id"], "DnsConfig": records,
        });
        let registry = self.act("servicediscovery", "CreateService", registry)["Service"]["Arn"].clone();

        self.ids.insert("registry", registry.clone());
        self.act("ecs", "RegisterTaskDefinition", json!({
            "family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "cpu": "256", "memory": "512", "executionRoleArn": self.ids["role"],
            "containerDefinitions": [{"name": "web", "image": "httpd:2.4", "portMappings": [{"containerPort": 80}]}],
        }));
        let subnets = self.sandbox.private_subnet_ids();
        self.act(
            "ecs",
            "CreateService",
            json!({
                "cluster": "shop", "serviceName": "web", "taskDefinition": "web", "desiredCount": 2,
                "launchType": "FARGATE", "serviceRegistries": [{"registryArn": registry}],
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
            }),
        );
        let api = self.act("apigateway", "CreateApi", json!({"name": "shop", "protocolType": "HTTP"}));
        self.ids.insert("api", api["apiId"].clone());
        self.act(
            "apigateway",
            "CreateStage",
            json!({"apiId": api["apiId"], "stageName": "$default", "autoDeploy": true}),
        );
        let integration = self.act(
            "apigateway",
            "CreateIntegration",
            json!({
                "apiId": api["apiId"], "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "integrationUri": self.ids["registry"], "connectionType": "VPC_LINK",
                "connectionId": self.ids["link"], "payloadFormatVersion": "1.0",
            }),
        );
        self.ids.insert("integration", integration["integrationId"].clone());
        self.route("GET /orders/{id}");
    }

    fn route(&mut self, key: &str) {
        let target = format!("integrations/{}", self.ids["integration"].as_str().expect("an id"));
        let route = json!({"apiId": self.ids["api"], "routeKey": key, "target": target});
        let route = self.act("apigateway", "CreateRoute", route);
        self.ids.insert("route", route["routeId"].clone());
    }

    fn delete_route(&self) {
        let route = json!({"apiId": self.ids["api"], "routeId": self.ids["route"]});
        self.act("apigateway", "DeleteRoute", route);
    }

    fn act(&self, service: &str, operation: &str, input: Value) -> Value {
        let answer = self.sandbox.request(service, operation, &input);
        answer.unwrap_or_else(|(code, message)| panic!("{operation}: {code}: {message}"))
    }

    /// A call over HTTP, as a deployment makes it.
    async fn run(&self, operation: &str, input: Value) {
        let request = HttpRequest::post("http://sandbox.invalid/")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/ecs/aws4_request",
            )
            .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
            .body(Bytes::from(input.to_string()))
            .expect("a valid request");
        let answer = self.sandbox.answer(&request, Duration::ZERO).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.body());
    }
}

#[test]
fn route_that_comes_back_under_another_key_is_a_gap() {
    let mut shop = Shop::open();
    let watch = shop.sandbox.watch();

    shop.delete_route();
    shop.sandbox.advance(Duration::from_secs(7));
    shop.route("GET /orders/{order}");
    let watched = watch.end();
    let [gap] = &watched.gaps[..] else { panic!("{watched:#?}") };
    assert_eq!(
        (gap.to.checked_sub(gap.from), gap.route.as_str()),
        (Some(Duration::from_secs(7)), "GET /orders/{id}")
    );
    assert_eq!(
        [&*gap.because, &gap.began, &gap.ended],
        ["no route answers the request", "apigateway:DeleteRoute", "apigateway:CreateRoute"]
    );
    for name in ["shop", "GET /orders/{id}", "GET /orders/{order}", "shop.internal", "web"] {
        assert!(gap.through.contains(name), "{name}: {:?}", gap.through);
    }
}

#[test]
fn security_group_closed_for_a_while_is_a_gap() {
    let shop = Shop::open();
    let group = shop.sandbox.default_security_group_id();
    let watch = shop.sandbox.watch();
    let rule = json!([{"IpProtocol": "-1", "Groups": [{"GroupId": group}]}]);
    shop.act("ec2", "RevokeSecurityGroupIngress", json!({"GroupId": group, "IpPermissions": rule}));
    shop.sandbox.advance(Duration::from_secs(3));
    let range = json!([{"CidrIp": "10.0.0.0/8"}]);
    let rule = json!([{"IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "IpRanges": range}]);
    shop.act("ec2", "AuthorizeSecurityGroupIngress", json!({"GroupId": group, "IpPermissions": rule}));
    let watched = watch.end();
    let [gap] = &watched.gaps[..] else { panic!("{watched:#?}") };
    assert_eq!(gap.because, "no security group lets VPC link shop reach a task in web");
}

#[test]
fn route_that_is_changed_in_place_is_no_gap() {
    let shop = Shop::open();
    let watch = shop.sandbox.watch();
    let route =
        json!({"apiId": shop.ids["api"], "routeId": shop.ids["route"], "routeKey": "ANY /orders/{order}"});
    shop.act("apigateway", "UpdateRoute", route);
    shop.sandbox.advance(Duration::from_secs(7));
    assert_eq!(watch.end().gaps, []);
}

#[test]
fn route_that_is_gone_at_the_end_is_no_gap() {
    let shop = Shop::open();
    let watch = shop.sandbox.watch();
    shop.delete_route();
    let watched = watch.end();
    assert_eq!((watched.gaps, watched.unanswered), (Vec::new(), Vec::new()));
}

#[test]
fn request_that_another_service_answers_is_a_gap() {
    let mut shop = Shop::open();
    let subnets = shop.sandbox.private_subnet_ids();
    let namespace = shop.act("servicediscovery", "ListNamespaces", json!({}))["Namespaces"][0]["Id"].clone();
    let records = json!({"DnsRecords": [{"Type": "A", "TTL": 10}]});
    let registry = json!({"Name": "site", "NamespaceId": namespace, "DnsConfig": records});
    let registry = shop.act("servicediscovery", "CreateService", registry)["Service"]["Arn"].clone();
    shop.act(
        "ecs",
        "CreateService",
        json!({
            "cluster": "shop", "serviceName": "site", "taskDefinition": "web", "desiredCount": 1,
            "launchType": "FARGATE", "serviceRegistries": [{"registryArn": registry}],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
        }),
    );
    let own = shop.ids["integration"].clone();
    let other = shop.act(
        "apigateway",
        "CreateIntegration",
        json!({
            "apiId": shop.ids["api"], "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
            "integrationUri": registry, "connectionType": "VPC_LINK",
            "connectionId": shop.ids["link"], "payloadFormatVersion": "1.0",
        }),
    );
    let route = shop.ids["route"].clone();
    shop.ids.insert("integration", other["integrationId"].clone());
    shop.route("$default");
    shop.ids.extend([("integration", own), ("route", route)]);
    shop.sandbox.advance(Duration::from_mins(5));

    let watch = shop.sandbox.watch();
    shop.delete_route();
    shop.sandbox.advance(Duration::from_secs(1));
    shop.route("GET /orders/{id}");
    let watched = watch.end();
    let [gap] = &watched.gaps[..] else { panic!("{watched:#?}") };
    assert_eq!(gap.because, r#"tasks of {"site"} answer"#);
}

#[test]
fn api_of_another_address_is_a_gap() {
    let mut shop = Shop::open();
    let watch = shop.sandbox.watch();
    let before = shop.ids["api"].clone();
    let connected = shop.ids.clone();
    let api = shop.act("apigateway", "CreateApi", json!({"name": "shop", "protocolType": "HTTP"}));

    shop.ids.insert("api", api["apiId"].clone());
    shop.act(
        "apigateway",
        "CreateStage",
        json!({"apiId": api["apiId"], "stageName": "$default", "autoDeploy": true}),
    );
    let integration = shop.act(
        "apigateway",
        "CreateIntegration",
        json!({
            "apiId": api["apiId"], "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
            "integrationUri": connected["registry"], "connectionType": "VPC_LINK",
            "connectionId": connected["link"], "payloadFormatVersion": "1.0",
        }),
    );
    shop.ids.insert("integration", integration["integrationId"].clone());
    shop.route("GET /orders/{id}");
    shop.act("apigateway", "DeleteApi", json!({"apiId": before}));
    let watched = watch.end();
    let [gap] = &watched.gaps[..] else { panic!("{watched:#?}") };
    assert_eq!(gap.because, "an API with another address answers it now");
}

#[test]
fn service_without_tasks_for_a_while_is_a_gap() {
    let shop = Shop::open();
    let watch = shop.sandbox.watch();
    for count in [0, 1] {
        shop.act("ecs", "UpdateService", json!({"cluster": "shop", "service": "web", "desiredCount": count}));
        shop.sandbox.advance(Duration::from_mins(2));
    }
    let watched = watch.end();
    let [gap] = &watched.gaps[..] else { panic!("{watched:#?}") };
    let (begin, end) = ("no running task is among the ", " instances of web");
    assert!(gap.because.starts_with(begin) && gap.because.ends_with(end), "{gap}");
    assert!(watched.stopped.iter().all(|stopped| stopped.why == Why::Others), "{:#?}", watched.stopped);
    assert_eq!(watched.stopped.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn stopped_tasks_have_their_reason() {
    let shop = Shop::open();
    let name = json!({"cluster": "shop", "service": "web"});

    for (operation, changes, why, stopped) in [
        ("UpdateService", json!({"desiredCount": 3}), Why::Deployment, 0),
        ("UpdateService", json!({"forceNewDeployment": true}), Why::Deployment, 3),
        ("UpdateService", json!({"desiredCount": 1}), Why::ScaleIn, 2),
        ("DeleteService", json!({"force": true}), Why::Removal, 1),
    ] {
        let mut input = name.clone();
        input.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        let watch = shop.sandbox.watch();
        shop.run(operation, input).await;
        shop.sandbox.advance(Duration::from_mins(5));
        let watched = watch.end();
        assert_eq!(watched.stopped.len(), stopped, "{:#?}", watched.stopped);
        assert!(watched.stopped.iter().all(|stopped| stopped.why == why && stopped.service == SERVICE));
        assert_eq!(watched.deployed.contains(SERVICE), why == Why::Deployment && stopped > 0);
        assert_eq!(watched.gaps, []);
    }
}

#[test]
fn route_with_the_best_fit_answers() {
    let keys = ["$default", "ANY /{proxy+}", "GET /orders/{id}", "ANY /orders/open", "GET /{all+}"];
    let answers = |of: &str| {
        let request = Request::of_route(of).into_iter().next_back().expect("a request");
        request.answered_by(keys.into_iter()).map(str::to_owned)
    };

    for (request, route) in [
        ("GET /orders/{order}", "GET /orders/{id}"),
        ("POST /orders/{order}", "ANY /{proxy+}"),
        ("POST /orders/{order+}", "ANY /{proxy+}"),
        ("GET /orders/open", "ANY /orders/open"),
        ("GET /a/b/c", "GET /{all+}"),
        ("ANY /a/b/c", "ANY /{proxy+}"),
        ("GET /orders/{rest+}", "GET /{all+}"),
    ] {
        assert_eq!(answers(request).as_deref(), Some(route), "{request}");
    }
    assert_eq!(
        Request::of_route("GET /a").first().and_then(|get| get.answered_by(["POST /a"].into_iter())),
        None
    );
}
