//! Requests to API Gateway.

use serde_json::json;

use super::{Case, absent, long};
use crate::services::apigateway;

pub(super) fn apis() -> Vec<Case> {
    let (bad, serialization) = ("BadRequestException", "SerializationException");
    vec![
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateApi",
            fine: json!({
                "name": "shop", "protocolType": "HTTP",
                "corsConfiguration": { "allowOrigins": ["https://example.com"], "maxAge": 60 },
            }),
            refused: vec![
                ("/name", absent(), bad),
                ("/name", json!(1), serialization),
                ("/name", long(129), bad),
                ("/protocolType", json!("GRPC"), bad),
                ("/corsConfiguration/maxAge", json!(86_401), bad),
                ("/corsConfiguration/allowOrigins", json!(["localhost:3000"]), bad),
                ("/tags", json!({ "aws:a": "b" }), bad),
            ],
        },
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateVpcLink",
            fine: json!({ "name": "shop", "subnetIds": ["subnet-0a1b2c3d4e5f60001"] }),
            refused: vec![
                ("/name", absent(), bad),
                ("/subnetIds", json!([]), bad),
                ("/subnetIds", json!("subnet-0a1b2c3d4e5f60001"), serialization),
                ("/subnetIds/0", json!("subnet-1"), bad),
                ("/subnetIds", json!(vec!["subnet-0a1b2c3d4e5f60001"; 11]), bad),
            ],
        },
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateStage",
            fine: json!({
                "apiId": "shop", "stageName": "$default", "autoDeploy": true,
                "routeSettings": { "GET /orders": { "throttlingBurstLimit": 1 } },
            }),
            refused: vec![
                ("/stageName", absent(), bad),
                ("/stageName", json!("my stage"), bad),
                ("/autoDeploy", json!("true"), serialization),
                ("/routeSettings", json!({ "get orders": {} }), "NotFoundException"),
                ("/routeSettings/GET ~1orders/throttlingBurstLimit", json!(-1), bad),
                ("/accessLogSettings", json!({ "destinationArn": "/ecs/orders" }), bad),
                ("/stageVariables", json!({ "a-b": "c" }), bad),
            ],
        },
    ]
}

pub(super) fn parts() -> Vec<Case> {
    let (bad, serialization) = ("BadRequestException", "SerializationException");
    vec![
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateAuthorizer",
            fine: json!({
                "apiId": "shop", "name": "jwt", "authorizerType": "JWT",
                "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": { "issuer": "https://example.com/pool", "audience": ["web"] },
            }),
            refused: vec![
                ("/jwtConfiguration", absent(), bad),
                ("/jwtConfiguration/issuer", json!("http://example.com"), bad),
                ("/jwtConfiguration/audience", json!(vec!["web"; 51]), bad),
                ("/identitySource", json!("$request.header.a"), serialization),
                ("/identitySource/0", json!("$context.path"), bad),
            ],
        },
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateIntegration",
            fine: json!({
                "apiId": "shop", "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "payloadFormatVersion": "1.0", "connectionType": "VPC_LINK", "connectionId": "abc123",
                "integrationUri": "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0123456789abcdef",
                "requestParameters": { "overwrite:path": "$request.path" },
                "responseParameters": { "200": { "append:header.x": "y" } },
            }),
            refused: vec![
                ("/integrationType", absent(), bad),
                ("/integrationUri", json!("http://orders.shop.internal"), bad),
                ("/connectionId", absent(), bad),
                ("/timeoutInMillis", json!(30_001), bad),
                ("/timeoutInMillis", json!("1000"), serialization),
                ("/requestParameters", json!({ "append:path": "/a" }), bad),
                ("/responseParameters/200", json!({ "append:header.Via": "y" }), bad),
            ],
        },
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateRoute",
            fine: json!({ "apiId": "shop", "routeKey": "GET /orders/{id}", "target": "integrations/abc123" }),
            refused: vec![
                ("/routeKey", absent(), bad),
                ("/routeKey", json!("get /orders"), bad),
                ("/target", json!("abc123"), bad),
                ("/authorizationType", json!("JWT"), bad),
                ("/authorizationScopes", json!("read"), serialization),
                ("/apiKeyRequired", json!(true), bad),
            ],
        },
    ]
}

pub(super) fn domains() -> Vec<Case> {
    let (bad, serialization) = ("BadRequestException", "SerializationException");
    vec![
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateDomainName",
            fine: json!({
                "domainName": "api.example.com",
                "domainNameConfigurations": [{
                    "certificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/one",
                    "endpointType": "REGIONAL", "securityPolicy": "TLS_1_2",
                }],
            }),
            refused: vec![
                ("/domainName", absent(), bad),
                ("/domainName", json!("API.example.com"), bad),
                ("/domainNameConfigurations", absent(), bad),
                ("/domainNameConfigurations", json!([]), bad),
                ("/domainNameConfigurations/0", json!("one"), serialization),
                ("/domainNameConfigurations/0/certificateArn", json!("one"), bad),
                ("/domainNameConfigurations/0/endpointType", json!("EDGE"), bad),
                ("/domainNameConfigurations/0/securityPolicy", json!("TLS_1_0"), bad),
                ("/tags", json!({ "aws:a": "b" }), bad),
            ],
        },
        Case {
            service: &apigateway::SERVICE,
            operation: "CreateApiMapping",
            fine: json!({
                "domainName": "api.example.com", "apiId": "shop", "stage": "$default", "apiMappingKey": "shop/v1",
            }),
            refused: vec![
                ("/stage", absent(), bad),
                ("/apiMappingKey", json!("/shop"), bad),
                ("/apiMappingKey", json!("a b"), bad),
                ("/apiMappingKey", json!(1), serialization),
            ],
        },
    ]
}
