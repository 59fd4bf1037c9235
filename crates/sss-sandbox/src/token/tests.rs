use serde_json::{Value, json};

use crate::{
    clock::BEGINNING,
    service::AwsService,
    services::{ALL, apigateway, autoscaling, cloudmap, ec2, ecs, elb, iam, logs, signed_as, ssm, tagging},
    world::World,
};

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", BEGINNING)
}

fn done(world: &mut World, service: &str, operation: &str, input: &Value) -> Value {
    let service = signed_as(service).expect("a service");
    service.call(world, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

fn refused(world: &mut World, service: &str, operation: &str, input: &Value) -> (&'static str, String) {
    let service = signed_as(service).expect("a service");
    let refusal = service.call(world, operation, input).expect_err(operation);
    (refusal.code, refusal.message)
}

/// A listing of each service: its request without a token, and AWS's refusal of a wrong one.
fn listings() -> Vec<(&'static AwsService, &'static str, Value, &'static str, &'static str)> {
    let of_ecs = json!({ "ServiceNamespace": "ecs" });
    vec![
        (&apigateway::SERVICE, "GetApis", json!({}), "BadRequestException", "Invalid next token specified"),
        (
            &autoscaling::SERVICE,
            "DescribeScalableTargets",
            of_ecs,
            "InvalidNextTokenException",
            "The next token supplied was invalid.",
        ),
        (
            &cloudmap::SERVICE,
            "ListNamespaces",
            json!({}),
            "InvalidInput",
            "The specified NextToken is not valid.",
        ),
        (
            &ec2::SERVICE,
            "DescribeSubnets",
            json!({}),
            "InvalidPaginationToken",
            "The specified pagination token is not valid or is expired.",
        ),
        (&ecs::SERVICE, "ListClusters", json!({}), "InvalidParameterException", "Invalid token."),
        (
            &elb::SERVICE,
            "DescribeLoadBalancers",
            json!({}),
            "ValidationError",
            "The specified Marker is not valid.",
        ),
        (&iam::SERVICE, "ListRoles", json!({}), "ValidationError", "Invalid Marker."),
        (
            &logs::SERVICE,
            "DescribeLogGroups",
            json!({}),
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        ),
        (
            &ssm::SERVICE,
            "DescribeParameters",
            json!({}),
            "InvalidNextToken",
            "The specified token isn't valid.",
        ),
        (
            &tagging::SERVICE,
            "GetResources",
            json!({}),
            "InvalidParameterException",
            "The specified PaginationToken is not valid.",
        ),
    ]
}

#[test]
fn garbled_token_gets_the_refusal_of_its_service() {
    let mut world = world();
    let listings = listings();
    for (service, operation, input, code, message) in &listings {
        let member = service.tokens.expect("the service has listings").asked;
        for garbled in
            ["x", "vpc-0a1b2c3d4e5f60718", "6100000000000000000", "é0123456789abcdef", "+100000000000000000"]
        {
            let mut asked = input.clone();
            asked[member] = json!(garbled);
            let refusal = service.call(&mut world, operation, &asked).expect_err(operation);
            assert_eq!((refusal.code, refusal.message.as_str()), (*code, *message), "{service:?} {garbled}");
        }
        let mut asked = input.clone();
        asked[member] = json!("");
        assert!(service.call(&mut world, operation, &asked).is_ok(), "{service:?}: an empty token is none");
    }
    let with_pages = ALL.iter().filter(|service| service.tokens.is_some()).count();
    assert_eq!(with_pages, listings.len(), "each service with pages is in the list");
}

#[test]
fn other_refusals_come_before_that_of_the_token() {
    let mut world = world();
    let gone = json!({ "cluster": "gone", "nextToken": "x" });
    assert_eq!(refused(&mut world, "ecs", "ListServices", &gone).0, "ClusterNotFoundException");
    let unknown = json!({ "nextToken": "x" });
    assert_eq!(refused(&mut world, "ecs", "ListCoffee", &unknown).0, "UnknownOperationException");
}

#[test]
fn token_belongs_to_its_listing_and_arguments() {
    let mut world = world();
    for name in ["a", "b", "c"] {
        done(&mut world, "ecs", "CreateCluster", &json!({ "clusterName": name }));
        let family = json!({
            "family": name, "containerDefinitions": [{ "name": "app", "image": "app", "memory": 128 }],
        });
        done(&mut world, "ecs", "RegisterTaskDefinition", &family);
    }

    let first = done(&mut world, "ecs", "ListClusters", &json!({ "maxResults": 1 }));
    let token = &first["nextToken"];
    let rest = done(&mut world, "ecs", "ListClusters", &json!({ "nextToken": token, "cluster": null }));
    assert_eq!(rest["clusterArns"].as_array().map(Vec::len), Some(2), "the size may change");
    let foreign = refused(&mut world, "ecs", "ListTaskDefinitions", &json!({ "nextToken": token }));
    assert_eq!(foreign.0, "InvalidParameterException");

    let narrow = json!({ "maxResults": 1, "status": "ACTIVE" });
    let page = done(&mut world, "ecs", "ListTaskDefinitions", &narrow);
    let other = json!({ "nextToken": page["nextToken"], "status": "INACTIVE" });
    assert_eq!(refused(&mut world, "ecs", "ListTaskDefinitions", &other).0, "InvalidParameterException");
    let cut = page["nextToken"].as_str().map(|token| &token[1..]).expect("a token");
    let cut = json!({ "nextToken": cut, "status": "ACTIVE" });
    assert_eq!(refused(&mut world, "ecs", "ListTaskDefinitions", &cut).1, "Invalid token.");
}

#[test]
fn token_of_another_parent_is_refused() {
    let mut world = world();
    let apis = ["orders", "payments"].map(|name| {
        let api =
            done(&mut world, "apigateway", "CreateApi", &json!({ "name": name, "protocolType": "HTTP" }));
        for key in ["GET /a", "GET /b"] {
            let route = json!({ "apiId": api["apiId"], "routeKey": key });
            done(&mut world, "apigateway", "CreateRoute", &route);
        }
        api["apiId"].clone()
    });
    let first = json!({ "apiId": apis[0], "maxResults": "1" });
    let first = done(&mut world, "apigateway", "GetRoutes", &first);
    let next = |api: &Value| json!({ "apiId": api, "maxResults": "1", "nextToken": first["nextToken"] });
    assert_eq!(
        done(&mut world, "apigateway", "GetRoutes", &next(&apis[0]))["items"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(refused(&mut world, "apigateway", "GetRoutes", &next(&apis[1])).0, "BadRequestException");
}
